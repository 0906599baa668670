//! What the agency decides: A12, A14 to A16.

use std::collections::BTreeSet;

use super::{Desk, Events};
use crate::case::legal_aid::decision::{
    AidGranted, AidRefused, DecisionServed, EmergencyAidGranted, EmergencyGround, EmergencyPapersSupplied,
    GrantAid, GrantEmergencyAid, GrantedBy, RefuseAid, ServeDecision,
};
use crate::case::legal_aid::event::Event;
use crate::case::legal_aid::means::{Commitment, Means};
use crate::case::legal_aid::state::{DecisionKind, File};
use crate::case::{Reason, ReasonCode};
use crate::id::Code;
use crate::policy::{Deadline, GroundUse};

impl<'a> Desk<'a> {
    /// Source: Legal Aid Law (法律援助法, 2021) Art 44.
    pub(super) fn grant_emergency(&mut self, command: &GrantEmergencyAid) -> Events {
        let file = self.file_at(|_, stage| stage.is_undecided())?;
        self.is_not_recused(file, self.context.actor.id);
        let GrantEmergencyAid { ground, decision } = *command;
        let days_left = self.is_urgent(ground);
        let decided_by = self.context.actor.id;
        let assign_by = self.deadline("AID-D02", None);
        let papers_by = self.promised("AID-D07", self.context.occurred_at)?;
        let assign_by = assign_by?;
        let granted = EmergencyAidGranted { ground, days_left, decision, decided_by, assign_by, papers_by };
        Some(vec![Event::EmergencyAidGranted(granted)])
    }

    /// Fewer days are left than the rule says, counted from today to the last day.
    fn is_urgent(&mut self, ground: EmergencyGround) -> Option<i64> {
        let ends = match ground {
            EmergencyGround::TimeLimit { ends } => ends,
            EmergencyGround::Preservation | EmergencyGround::AdvanceExecution => return None,
        };
        let left = (ends - self.context.date()).num_days();
        let rules = self.rules();
        let below = rules.number("aid.emergency_days_left_below").map(|number| i64::from(number.value));
        if !below.is_some_and(|below| (0..below).contains(&left)) {
            let reason = Reason::new(ReasonCode::NotUrgent).text("left", left).list("below", below);
            self.check.refuse(reason);
        }
        Some(left)
    }

    pub(super) fn supply_papers(&mut self, supplied: &EmergencyPapersSupplied) -> Events {
        let file = self.file_at(|_, stage| stage.may_lack_papers())?;
        self.check.must(file.lacks_papers(), ReasonCode::NoGap);
        self.check.must(!supplied.papers.is_empty(), ReasonCode::NothingHandedIn);
        Some(vec![Event::EmergencyPapersSupplied(supplied.clone())])
    }

    /// Whoever reviewed does not approve; a decision that comes late is late, and still has to be made.
    ///
    /// Source: Legal Aid Law Art 42, 43.
    pub(super) fn grant(&mut self, command: GrantAid) -> Events {
        let file = self.ripe()?;
        self.check.must(file.means.allow(), ReasonCode::HardshipNotShown);
        self.check.must(file.commitment != Commitment::False, ReasonCode::CommitmentFalse);
        let (decision, decided_by) = (command.decision, self.context.actor.id);
        let assign_by = self.deadline("AID-D02", None)?;
        let granted = AidGranted { by: GrantedBy::Decision, decision, decided_by, assign_by };
        Some(vec![Event::AidGranted(granted)])
    }

    /// Source: Legal Aid Law Art 43.
    pub(super) fn refuse(&mut self, command: &RefuseAid) -> Events {
        let file = self.ripe()?;
        self.check.must(!command.grounds.is_empty(), ReasonCode::NoGroundGiven);
        self.grounds_are_listed(&command.grounds, GroundUse::Refuse);
        self.grounds_are_borne_out(file, &command.grounds);
        self.objection_is_told(&command.remedy);
        let RefuseAid { grounds, decision, remedy } = command.clone();
        let decided_by = self.context.actor.id;
        Some(vec![Event::AidRefused(AidRefused { grounds, decision, decided_by, remedy })])
    }

    fn grounds_are_borne_out(&mut self, file: &File, grounds: &BTreeSet<Code>) {
        for ground in grounds {
            let borne_out = match ground.as_str() {
                "NOT_HARDSHIP" => file.means == (Means::Verified { met: false }),
                "FALSE_COMMITMENT" => file.commitment == Commitment::False,
                _ => true,
            };
            if !borne_out {
                self.ground_not_met(ground);
            }
        }
    }

    /// A reviewer has given an opinion, and another one of the agency decides.
    fn ripe(&mut self) -> Option<&'a File> {
        let file = self.reviewable()?;
        let actor = self.context.actor.id;
        self.is_not_recused(file, actor);
        self.check.must(file.opinion.is_some(), ReasonCode::NotReviewed);
        self.check.must(!file.reviewers.contains(&actor), ReasonCode::OwnReview);
        let awaited = self.case.common.open_supplement().is_some();
        self.check.must(!awaited, ReasonCode::SupplementOpen);
        Some(file)
    }

    /// What the person can do about a decision counts from the day on which it was served.
    pub(super) fn serve(&mut self, command: &ServeDecision) -> Events {
        let file = self.file_at(|_, stage| stage.may_have_decisions())?;
        self.are_aided(file, [command.to]);
        let kind = file.unserved.get(&command.decision).copied();
        self.check.must(kind.is_some(), ReasonCode::NotSent);
        let (object_by, remedies_by) = match kind? {
            DecisionKind::Adverse => (self.promised("AID-D08", self.context.occurred_at)?, Vec::new()),
            DecisionKind::ObjectionUpheld => (None, self.remedies()?),
            DecisionKind::Favourable | DecisionKind::ObjectionGranted => (None, Vec::new()),
        };
        let ServeDecision { decision, to, method, proof } = command.clone();
        let served = DecisionServed { decision, to, method, proof, object_by, remedies_by };
        Some(vec![Event::DecisionServed(served)])
    }

    fn remedies(&mut self) -> Option<Vec<Deadline>> {
        let reconsideration = self.deadline("AID-D15", Some("reconsideration"));
        let suit = self.deadline("AID-D15", Some("suit"));
        Some(vec![reconsideration?, suit?])
    }
}
