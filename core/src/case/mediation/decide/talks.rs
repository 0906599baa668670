//! From the registration to the end of the talks: M7 to M14, M19, M20.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Desk, Events};
use crate::case::mediation::event::{
    EscalationReported, Event, InvestigationRecorded, MediationTerminated, MediatorAssigned,
    MediatorReplaced, ParticipantInvited, RecusalRequested, RightsNotified, SessionAdjourned, SessionHeld,
    TermExtended, UndisputedFactsRecorded,
};
use crate::case::mediation::matter::{
    Authority, ChosenBy, Form, GroundCode, Openness, SessionMode, SessionResult,
};
use crate::case::mediation::state::{Stage, State};
use crate::case::skeleton::{RecusalGround, Remedy, no_conflict};
use crate::case::{Reason, ReasonCode};
use crate::id::{ActorId, DocumentId, PersonRef};
use crate::policy::GroundUse;
use crate::privacy::Sealed;

impl Desk<'_> {
    pub(super) fn notify_rights(
        &mut self,
        parties: &BTreeSet<PersonRef>,
        form: Form,
        notice: DocumentId,
    ) -> Events {
        let registered = self.state().registered();
        let file = self.with(registered)?;
        self.check.must(!parties.is_empty(), ReasonCode::NobodyNamed);
        self.are_parties(&file.matter, parties.iter().copied());
        if let Some(work) = self.state().at_work() {
            self.actor_is_assigned(work);
        }
        Some(vec![Event::RightsNotified(RightsNotified { parties: parties.clone(), form, notice })])
    }

    pub(super) fn assign(&mut self, mediators: &[ActorId], chosen_by: ChosenBy) -> Events {
        match self.state() {
            State::Accepted(_) => {}
            State::Unopened
            | State::Received(_)
            | State::UnderReview(_)
            | State::Assigned(_)
            | State::Handling(..)
            | State::Ended(..)
            | State::Closed(..) => return self.check.wrong_state(),
        }
        self.check.must(!mediators.is_empty(), ReasonCode::NobodyNamed);
        let mut seen = BTreeSet::new();
        self.check.none(mediators.iter().filter(|one| !seen.insert(**one)), ReasonCode::NamedTwice);
        no_conflict(self.case, mediators.iter().copied(), self.context, self.check);
        Some(vec![Event::MediatorAssigned(MediatorAssigned { mediators: mediators.to_vec(), chosen_by })])
    }

    pub(super) fn request_recusal(
        &mut self,
        by: PersonRef,
        mediator: ActorId,
        ground: RecusalGround,
    ) -> Events {
        let before_agreement = self.state().before_agreement();
        let work = self.with(before_agreement)?;
        self.are_parties(&work.file.matter, [by]);
        self.is_assigned(work, mediator);
        Some(vec![Event::RecusalRequested(RecusalRequested { by, mediator, ground })])
    }

    /// The committee replaces whom a party does not want, and may do so of its own motion.
    pub(super) fn replace(&mut self, from: ActorId, to: ActorId, handover: DocumentId) -> Events {
        let at_work = self.state().at_work();
        let work = self.with(at_work)?;
        self.is_assigned(work, from);
        self.check.none(work.mediators.contains(&to).then_some(to), ReasonCode::NamedTwice);
        self.check.none(work.former.contains(&to).then_some(to), ReasonCode::WasReplaced);
        no_conflict(self.case, [to], self.context, self.check);
        Some(vec![Event::MediatorReplaced(MediatorReplaced { from, to, handover })])
    }

    pub(super) fn investigate(&mut self, record: DocumentId) -> Events {
        let in_talks = self.state().in_talks();
        let work = self.with(in_talks)?;
        self.actor_is_assigned(work);
        Some(vec![Event::InvestigationRecorded(InvestigationRecorded { record })])
    }

    /// Source: People's Mediation Law Art 20.
    pub(super) fn invite(&mut self, participant: ActorId, agreed_by: &BTreeSet<PersonRef>) -> Events {
        let in_talks = self.state().in_talks();
        let work = self.with(in_talks)?;
        self.actor_is_assigned(work);
        self.all_agree(&work.file.matter, agreed_by);
        let agreed_by = agreed_by.clone();
        Some(vec![Event::ParticipantInvited(ParticipantInvited { participant, agreed_by })])
    }

    /// No session before every party has consented and knows its rights.
    ///
    /// Source: People's Mediation Law Art 17; MoJ Order 75 Art 30.
    pub(super) fn hold_session(
        &mut self,
        mode: SessionMode,
        openness: Openness,
        present: &BTreeSet<PersonRef>,
        result: SessionResult,
        record: DocumentId,
    ) -> Events {
        let in_talks = self.state().in_talks();
        let work = self.with(in_talks)?;
        let matter = &work.file.matter;
        self.actor_is_assigned(work);
        self.check.none(matter.without_consent(), ReasonCode::ConsentMissing);
        self.check.none(matter.missing_in(&work.file.notified), ReasonCode::RightsNotTold);
        self.no_recusal_open(work);
        self.check.must(!present.is_empty(), ReasonCode::NobodyNamed);
        self.are_parties(matter, present.iter().copied());
        self.may_go_on();
        let held = SessionHeld { mode, openness, present: present.clone(), result, record };
        let mut events = vec![Event::SessionHeld(held)];
        if result == SessionResult::Adjourned {
            events.push(Event::SessionAdjourned(SessionAdjourned {}));
        }
        Some(events)
    }

    /// Where local law wants the parties' consent to go on after the term, talks end with it.
    fn may_go_on(&mut self) {
        self.check.must(!(self.silence_ends_term() && self.term_is_over()), ReasonCode::TermOver);
    }

    /// Whether the term that local law sets ends the talks, until the parties agree to go on.
    ///
    /// Source: Shenzhen Regulations on Diversified Dispute Resolution (2022) Art 25, where they are in force.
    fn silence_ends_term(&self) -> bool {
        self.rules().flag("mediation.continue_after_term_needs_consent")
    }

    /// Such a local term counts though national law has a longer one; elsewhere national law judges alone.
    pub(super) fn term_is_over(&self) -> bool {
        let at = self.context.occurred_at;
        self.case.common.clock.as_ref().is_some_and(|clock| match self.silence_ends_term() {
            true => clock.is_over_by_earliest(at),
            false => clock.is_over(at),
        })
    }

    /// Source: People's Mediation Law Art 25.
    pub(super) fn report_escalation(&mut self, to: Authority, risk: &Sealed) -> Events {
        let at_work = self.state().at_work();
        let work = self.with(at_work)?;
        self.actor_is_assigned(work);
        Some(vec![Event::EscalationReported(EscalationReported { to, risk: risk.clone() })])
    }

    /// The parties put the end off, before it comes; where local law lets them go on with consent, after it too.
    ///
    /// All of them must agree where the rules in force say so, and one at least must ask elsewhere.
    ///
    /// Source: Ningbo Regulations on People's Mediation Art 27; Rules on Invited Mediation Art 27.
    pub(super) fn extend_term(
        &mut self,
        until: NaiveDate,
        agreed_by: &BTreeSet<PersonRef>,
        record: DocumentId,
    ) -> Events {
        let registered = self.state().registered();
        let file = self.with(registered)?;
        if self.rules().flag("mediation.extension_needs_all_parties") {
            self.all_agree(&file.matter, agreed_by);
        } else {
            self.check.must(!agreed_by.is_empty(), ReasonCode::NobodyNamed);
            self.are_parties(&file.matter, agreed_by.iter().copied());
        }
        let local = self.silence_ends_term();
        self.check.must(local || !self.term_is_over(), ReasonCode::TermOver);
        let clock = self.case.common.clock.as_ref();
        let last_day =
            clock.and_then(|clock| if local { clock.earliest_last_day() } else { clock.last_day() });
        if last_day.is_some_and(|last_day| until <= last_day) || until < self.context.date() {
            let reason = Reason::new(ReasonCode::NotLater).text("until", until).list("last_day", last_day);
            self.check.refuse(reason);
        }
        let agreed_by = agreed_by.clone();
        Some(vec![Event::TermExtended(TermExtended { until, agreed_by, record })])
    }

    /// Source: Shandong Regulations on Diversified Dispute Resolution (2016) Art 24, where they are in force.
    pub(super) fn record_undisputed_facts(
        &mut self,
        facts: &Sealed,
        agreed_by: &BTreeSet<PersonRef>,
        record: DocumentId,
    ) -> Events {
        let met = match self.state() {
            State::Handling(work, Stage::InSession | Stage::Adjourned) => Some(work),
            State::Unopened
            | State::Received(_)
            | State::UnderReview(_)
            | State::Accepted(_)
            | State::Assigned(_)
            | State::Handling(_, Stage::Investigating | Stage::Drafted(_) | Stage::InEffect(_))
            | State::Ended(..)
            | State::Closed(..) => None,
        };
        let work = self.with(met)?;
        self.actor_is_assigned(work);
        self.check.must(self.rules().flag("mediation.undisputed_facts_record"), ReasonCode::NotAllowedHere);
        self.check.must(work.last_session == Some(SessionResult::NoAgreement), ReasonCode::NotFailed);
        self.all_agree(&work.file.matter, agreed_by);
        let (facts, agreed_by) = (facts.clone(), agreed_by.clone());
        Some(vec![Event::UndisputedFactsRecorded(UndisputedFactsRecorded { facts, agreed_by, record })])
    }

    /// Source: People's Mediation Law Art 26.
    pub(super) fn terminate(&mut self, ground: &GroundCode, notice: DocumentId, remedy: &Remedy) -> Events {
        let registered = self.state().registered();
        let file = self.with(registered)?;
        self.ground_holds(ground, GroundUse::Terminate, &file.matter);
        self.other_ways_are_told(ground, remedy);
        let (ground, remedy) = (ground.clone(), remedy.clone());
        Some(vec![Event::MediationTerminated(MediationTerminated { ground, notice, remedy })])
    }
}
