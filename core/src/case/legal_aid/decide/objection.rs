//! What the person does about a decision, and what comes of it: A27 to A30.

use super::{Desk, Events};
use crate::case::legal_aid::decision::{AidGranted, GrantedBy};
use crate::case::legal_aid::event::Event;
use crate::case::legal_aid::objection::{
    AdminRemedy, AdminRemedyConcluded, AdminRemedyFiled, AgencyOrderedToCorrect, Contest, CorrectDecision,
    DecideObjection, FileObjection, Objection, ObjectionFiled, ObjectionResult, ObjectionUpheld,
    RecordAdminRemedy, TerminationRevoked,
};
use crate::case::legal_aid::state::{File, Stage};
use crate::case::{Reason, ReasonCode};

impl<'a> Desk<'a> {
    /// Once, and in the time that the place sets, which counts from the day on which the decision was served.
    ///
    /// Source: Legal Aid Law (法律援助法, 2021) Art 49.
    pub(super) fn object(&mut self, command: &FileObjection) -> Events {
        let (file, contest) = self.contested()?;
        self.are_aided(file, [command.by]);
        self.check.must(contest.objection == Objection::None, ReasonCode::AlreadyObjected);
        let end = contest.object_by.as_ref().and_then(|due| due.judged().or_else(|| due.warned()));
        if let Some(end) = end.filter(|end| end.due.is_late(self.context.occurred_at)) {
            self.check.refuse(Reason::new(ReasonCode::ObjectionLate).text("due", end.due.due));
        }
        let FileObjection { by, text, objection } = command.clone();
        let decide_by = self.deadline("AID-D09", None)?;
        Some(vec![Event::ObjectionFiled(ObjectionFiled { by, text, objection, decide_by })])
    }

    /// The bureau decides, never the agency nor anybody of it.
    ///
    /// Source: Legal Aid Law Art 49.
    pub(super) fn decide_objection(&mut self, command: &DecideObjection) -> Events {
        let (file, contest) = self.contested()?;
        let open = matches!(contest.objection, Objection::UnderBureauReview { .. });
        self.check.must(open, ReasonCode::NoObjection);
        let actor = &self.context.actor;
        let of_agency = file.number.office == actor.office;
        let had_a_part = file.reviewers.contains(&actor.id) || file.deciders.contains(&actor.id);
        self.check.must(!of_agency && !had_a_part, ReasonCode::OwnDecision);
        let (decision, decided_by) = (command.decision, actor.id);
        match command.result {
            ObjectionResult::OrderCorrection => {
                Some(vec![Event::AgencyOrderedToCorrect(AgencyOrderedToCorrect { decision, decided_by })])
            }
            ObjectionResult::Uphold => {
                let told = command.remedy.as_ref().filter(|remedy| !remedy.routes.is_empty());
                self.check.must(told.is_some(), ReasonCode::NoRemedyTold);
                let remedy = command.remedy.clone()?;
                Some(vec![Event::ObjectionUpheld(ObjectionUpheld { decision, decided_by, remedy })])
            }
        }
    }

    /// What was refused stays refused, and what was ended stays ended, until the bureau, the authority above or a court
    /// says otherwise; whoever wants aid anew applies anew.
    pub(super) fn correct(&mut self, command: CorrectDecision) -> Events {
        let (_, contest) = self.contested()?;
        self.check.must(contest.objection == Objection::Overturned, ReasonCode::NoOrderToCorrect);
        let (decision, decided_by) = (command.decision, self.context.actor.id);
        let refused = self.state().registered().is_some_and(|(_, stage)| matches!(stage, Stage::Refused(_)));
        if !refused {
            return Some(vec![Event::TerminationRevoked(TerminationRevoked { decision, decided_by })]);
        }
        let assign_by = self.deadline("AID-D02", None)?;
        let granted = AidGranted { by: GrantedBy::Correction, decision, decided_by, assign_by };
        Some(vec![Event::AidGranted(granted)])
    }

    /// Source: Administrative Reconsideration Law (行政复议法, 2023) Art 20; Administrative Procedure Law (行政诉讼法,
    /// 2017) Art 45, 46.
    pub(super) fn go_on(&mut self, command: &RecordAdminRemedy) -> Events {
        let (file, contest) = self.contested()?;
        self.are_aided(file, [command.by]);
        let open = match (&contest.objection, command.remedy) {
            (Objection::Upheld, AdminRemedy::Reconsideration | AdminRemedy::Suit) => true,
            // Against the answer of the authority above one may still go to court.
            (Objection::Final, AdminRemedy::Suit) => true,
            (
                Objection::None
                | Objection::UnderBureauReview { .. }
                | Objection::Reconsideration
                | Objection::Litigation
                | Objection::Overturned
                | Objection::Final,
                AdminRemedy::Reconsideration | AdminRemedy::Suit,
            ) => false,
        };
        self.check.must(open, ReasonCode::NoObjection);
        let RecordAdminRemedy { by, remedy, paper } = *command;
        let filed = AdminRemedyFiled { by, paper };
        Some(vec![match remedy {
            AdminRemedy::Reconsideration => Event::ReconsiderationFiled(filed),
            AdminRemedy::Suit => Event::AdministrativeSuitFiled(filed),
        }])
    }

    pub(super) fn conclude(&mut self, concluded: &AdminRemedyConcluded) -> Events {
        let (_, contest) = self.contested()?;
        let pending = matches!(contest.objection, Objection::Reconsideration | Objection::Litigation);
        self.check.must(pending, ReasonCode::NoObjection);
        Some(vec![Event::AdminRemedyConcluded(concluded.clone())])
    }

    fn contested(&mut self) -> Option<(&'a File, &'a Contest)> {
        let registered = self.state().registered();
        let contested = registered.and_then(|(file, stage)| Some((file, stage.contest()?)));
        self.with(contested)
    }
}
