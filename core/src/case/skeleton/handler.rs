//! Who handles the case: recusal (回避), replacement (更换), and the plan of the one who leads.

use serde::{Deserialize, Serialize};

use super::Common;
use super::conflict::no_conflict;
use super::decide::{Desk, Events};
use super::event::CommonEvent;
use super::table::SUPERVISORS;
use crate::case::code::codes;
use crate::case::{Kind, ReasonCode};
use crate::id::{ActorId, DocumentId, PersonRef};

codes! {
    /// Why somebody should not handle a case. Source: Rules on Invited Mediation (特邀调解规定, 2016) Art 15.
    pub enum RecusalGround {
        /// A party, or a near relative of one.
        NearRelative = "NEAR_RELATIVE",
        /// Interested in the outcome.
        Interested = "INTERESTED",
        /// Another relation that may make them unfair.
        OtherRelation = "OTHER_RELATION",
        /// No ground was given; a mediation committee replaces all the same.
        NotGiven = "NOT_GIVEN",
    }
}

/// Who wants somebody off a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecusalBy {
    /// A party.
    Party(PersonRef),
    /// The handler in question.
    Handler(ActorId),
}

/// Somebody wants a handler off the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecusalRequested {
    /// Who.
    pub by: RecusalBy,
    /// Which handler.
    pub handler: ActorId,
    /// Why.
    pub ground: RecusalGround,
}

/// Answers a request for recusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideRecusal {
    /// Which handler it is about.
    pub handler: ActorId,
    /// Whether the handler leaves.
    pub granted: bool,
    /// The decision.
    pub decision: DocumentId,
}

/// A request for recusal was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecusalDecided {
    /// Which handler it is about.
    pub handler: ActorId,
    /// Whether the handler leaves.
    pub granted: bool,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
}

/// Somebody who handles the case, or is to, is tied to a party or to the outcome (披露).
///
/// Source: Rules on Invited Mediation (特邀调解规定, 2016) Art 15; Notary Law (公证法, 2017) Art 23(3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterestDisclosed {
    /// Who.
    pub person: ActorId,
    /// How.
    pub ground: RecusalGround,
}

/// Gives the case into other hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplaceHandler {
    /// Who leaves.
    pub from: ActorId,
    /// Who comes.
    pub to: ActorId,
    /// The list of what was handed over.
    pub handover: DocumentId,
}

/// The case is in other hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandlerReplaced {
    /// Who left.
    pub from: ActorId,
    /// Who came.
    pub to: ActorId,
    /// The list of what was handed over.
    pub handover: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
}

/// How the case is to be handled was put on paper (一案一策).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandlingPlanRecorded {
    /// The plan.
    pub plan: DocumentId,
}

impl Common {
    pub(super) fn recusal_decided(&mut self, decided: &RecusalDecided) -> Option<()> {
        let asked = self.recusals.remove(&decided.handler);
        if decided.granted {
            self.recused.insert(decided.handler);
        }
        asked.then_some(())
    }
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn request_recusal(&mut self, requested: &RecusalRequested) -> Events {
        self.handles(requested.handler);
        match requested.by {
            RecusalBy::Party(person) => self.are_parties([person]),
            RecusalBy::Handler(actor) => {
                let oneself = actor == requested.handler && actor == self.context.actor.id;
                self.check.none((!oneself).then_some(actor), ReasonCode::NotHandler);
            }
        }
        self.check.must(requested.ground != RecusalGround::NotGiven, ReasonCode::NoGroundGiven);
        Some(vec![CommonEvent::RecusalRequested(requested.clone())])
    }

    /// Nobody decides on their own recusal.
    pub(super) fn decide_recusal(&mut self, command: &DecideRecusal) -> Events {
        let asked = self.case.common.recusals.contains(&command.handler);
        self.check.must(asked, ReasonCode::NoRecusalOpen);
        self.actor_is_no_handler();
        let DecideRecusal { handler, granted, decision } = *command;
        let decided_by = self.context.actor.id;
        let decided = RecusalDecided { handler, granted, decision, decided_by };
        Some(vec![CommonEvent::RecusalDecided(decided)])
    }

    /// From then on they are assigned no more, and do no more in it. So nobody says it of another but whoever answers for
    /// the handlers: a word would be enough to take a case from a colleague.
    pub(super) fn disclose_interest(&mut self, disclosed: &InterestDisclosed) -> Events {
        self.check.must(disclosed.ground != RecusalGround::NotGiven, ReasonCode::NoGroundGiven);
        let actor = &self.context.actor;
        let may = disclosed.person == actor.id || SUPERVISORS.contains(&actor.role);
        self.check.must(may, ReasonCode::SaidOfAnother);
        Some(vec![CommonEvent::InterestDisclosed(disclosed.clone())])
    }

    pub(super) fn replace_handler(&mut self, command: &ReplaceHandler) -> Events {
        let ReplaceHandler { from, to, handover } = *command;
        let recused = self.case.common.recused.contains(&to);
        self.check.none(recused.then_some(to), ReasonCode::WasReplaced);
        self.check.none((from == to).then_some(to), ReasonCode::NamedTwice);
        // Whoever takes over is asked no less than whoever is assigned: else a replacement would be the way around it.
        no_conflict(self.case, [to], self.context, self.check);
        let possible = K::replace_handler(self.case.own.clone(), from, to).is_some();
        self.check.none((!possible).then_some(from), ReasonCode::NotHandler);
        let decided_by = self.context.actor.id;
        let replaced = HandlerReplaced { from, to, handover, decided_by };
        Some(vec![CommonEvent::HandlerReplaced(replaced)])
    }

    /// The plan is that of the one who leads (主办责任).
    pub(super) fn record_handling_plan(&mut self, recorded: &HandlingPlanRecorded) -> Events {
        let (lead, actor) = (K::people(&self.case.own).lead, self.context.actor.id);
        self.check.none((lead != Some(actor)).then_some(actor), ReasonCode::NotHandler);
        Some(vec![CommonEvent::HandlingPlanRecorded(recorded.clone())])
    }

    fn handles(&mut self, handler: ActorId) {
        let stranger = !K::people(&self.case.own).handlers.contains(&handler);
        self.check.none(stranger.then_some(handler), ReasonCode::NotHandler);
    }
}
