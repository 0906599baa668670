//! The early end of aid: A25, A26.

use super::{Desk, Events};
use crate::case::ReasonCode;
use crate::case::legal_aid::decision::{AidTerminated, TerminateAid};
use crate::case::legal_aid::event::Event;
use crate::case::legal_aid::handling::{AidContinued, ContinueAid, TerminationGroundReported};
use crate::case::legal_aid::means::Commitment;
use crate::case::legal_aid::request::SubKind;
use crate::case::legal_aid::state::{File, Stage};
use crate::case::legal_aid::work::Course;
use crate::id::Code;
use crate::policy::GroundUse;

impl Desk<'_> {
    /// Source: Legal Aid Law (法律援助法, 2021) Art 48.
    pub(super) fn report_ground(&mut self, reported: &TerminationGroundReported) -> Events {
        let (_, work) = self.work_at(|_, course| *course == Course::Going)?;
        self.actor_is_counsel(work);
        self.grounds_are_listed([&reported.ground], GroundUse::Terminate);
        Some(vec![Event::TerminationGroundReported(reported.clone())])
    }

    pub(super) fn continue_aid(&mut self, command: ContinueAid) -> Events {
        let (_, work) = self.work_at(|_, course| matches!(course, Course::Ending { .. }))?;
        let (decision, decided_by) = (command.decision, self.context.actor.id);
        self.check.must(!work.everyone().any(|one| one == decided_by), ReasonCode::IsHandler);
        Some(vec![Event::AidContinued(AidContinued { decision, decided_by })])
    }

    /// Whoever handles the matter does not end it, and an organ that has the case is told.
    ///
    /// Source: Legal Aid Law Art 48.
    pub(super) fn terminate(&mut self, command: &TerminateAid) -> Events {
        let file = self.file_at(|_, stage| match stage {
            Stage::Granted(_) | Stage::Assigned(_) => true,
            Stage::Handling(_, course) => *course != Course::Reported,
            Stage::Received
            | Stage::UnderReview
            | Stage::Refused(_)
            | Stage::Terminated(_)
            | Stage::Withdrawn
            | Stage::DeemedWithdrawn
            | Stage::Completed(_) => false,
        })?;
        let (work, decided_by) = (self.state().work(), self.context.actor.id);
        let handles = work.is_some_and(|work| work.everyone().any(|one| one == decided_by));
        self.check.must(!handles, ReasonCode::IsHandler);
        self.check.must(!file.reviewers.contains(&decided_by), ReasonCode::OwnReview);
        self.grounds_are_listed([&command.ground], GroundUse::Terminate);
        self.end_is_borne_out(file, &command.ground);
        self.objection_is_told(&command.remedy);
        let organ_has_it =
            file.request.sub_kind == SubKind::CriminalNotified || work.is_some_and(|work| work.at_organ);
        self.check.must(!organ_has_it || command.organ_letter.is_some(), ReasonCode::OrganNotTold);
        let TerminateAid { ground, decision, organ_letter, remedy } = command.clone();
        let notify_by = self.deadline("AID-D11", None);
        let file_by = match work {
            Some(_) => self.promised("AID-D12", self.context.occurred_at)?,
            None => None,
        };
        let notify_by = notify_by?;
        let terminated =
            AidTerminated { ground, decision, organ_letter, decided_by, remedy, notify_by, file_by };
        Some(vec![Event::AidTerminated(terminated)])
    }

    fn end_is_borne_out(&mut self, file: &File, ground: &Code) {
        let at = self.context.occurred_at;
        let papers_overdue = || {
            let papers_by = file.emergency.as_ref().and_then(|emergency| emergency.papers_by.as_ref());
            let end = papers_by.and_then(|due| due.judged().or_else(|| due.warned()));
            file.lacks_papers() && end.is_some_and(|end| end.due.is_late(at))
        };
        let borne_out = match ground.as_str() {
            "FALSE_COMMITMENT" => file.commitment == Commitment::False,
            "PAPERS_MISSING" => papers_overdue(),
            _ => true,
        };
        if !borne_out {
            self.ground_not_met(ground);
        }
    }
}
