//! What becomes of an agreement: performance, urging, the court. M21 to M23.

use std::collections::BTreeSet;

use super::{Desk, Events};
use crate::case::mediation::agreement::{Confirmation, CourtResult, InEffect, Obligation};
use crate::case::mediation::event::{
    ConfirmationApplied, ConfirmationRuled, Event, ObligationOverdue, ObligationPerformed, PerformanceUrged,
};
use crate::case::{Reason, ReasonCode};
use crate::clock::Timestamp;
use crate::id::{Code, DocumentId, PersonRef};
use crate::policy::Deadline;

impl<'a> Desk<'a> {
    pub(super) fn perform(&mut self, obligation: &Code, cents: u64, receipt: DocumentId) -> Events {
        let (agreement, owed) = self.owed(obligation)?;
        let outstanding = agreement.outstanding_cents(owed);
        if cents > outstanding {
            let reason = Reason::new(ReasonCode::TooMuch).text("cents", cents).text("owed", outstanding);
            self.check.refuse(reason);
        }
        let paid_nothing = owed.amount_cents > 0 && cents == 0;
        self.check.must(!paid_nothing, ReasonCode::BadObligation);
        let obligation = obligation.clone();
        Some(vec![Event::ObligationPerformed(ObligationPerformed { obligation, cents, receipt })])
    }

    pub(super) fn overdue(&mut self, obligation: &Code) -> Events {
        let (_, owed) = self.owed(obligation)?;
        self.is_past(owed);
        Some(vec![Event::ObligationOverdue(ObligationOverdue { obligation: obligation.clone() })])
    }

    /// Source: People's Mediation Law Art 31.
    pub(super) fn urge(&mut self, obligation: &Code, record: DocumentId) -> Events {
        let (_, owed) = self.owed(obligation)?;
        self.is_past(owed);
        Some(vec![Event::PerformanceUrged(PerformanceUrged { obligation: obligation.clone(), record })])
    }

    /// The obligation of this name, which must not be done yet.
    fn owed(&mut self, obligation: &Code) -> Option<(&'a InEffect, &'a Obligation)> {
        let in_effect = self.state().in_effect();
        let (work, agreement) = self.with(in_effect)?;
        self.actor_is_assigned(work);
        let Some(owed) = agreement.agreement.obligation(obligation) else {
            self.check.refuse(Reason::new(ReasonCode::NoObligation).text("obligation", obligation));
            return None;
        };
        self.check.must(!agreement.is_done(owed), ReasonCode::Performed);
        Some((agreement, owed))
    }

    fn is_past(&mut self, owed: &Obligation) {
        if self.context.date() <= owed.due {
            self.check.refuse(Reason::new(ReasonCode::NotDue).text("due", owed.due));
        }
    }

    /// All parties together, in time; what a court is likely to refuse is noted as a warning and refused by nobody.
    ///
    /// Source: People's Mediation Law Art 33; Civil Procedure Law (2023) Art 205; its Interpretation (2022) Art 355.
    pub(super) fn apply_confirmation(&mut self, by: &BTreeSet<PersonRef>, application: DocumentId) -> Events {
        let unchanged = self.state().in_effect().filter(|(_, agreement)| agreement.amendment.is_none());
        let (work, agreement) = self.with(unchanged)?;
        let matter = &work.file.matter;
        self.are_parties(matter, by.iter().copied());
        self.check.none(matter.missing_in(by), ReasonCode::NotJoint);
        // A court that did not take the first application on may be asked again, as long as there is time.
        let free = matches!(agreement.confirmation, Confirmation::None | Confirmation::NotAccepted);
        self.check.must(free, ReasonCode::AlreadyAtCourt);
        if let Some(last) = agreement.confirm_by.judged().or_else(|| agreement.confirm_by.warned())
            && last.due.is_late(self.context.occurred_at)
        {
            let reason = Reason::new(ReasonCode::ConfirmationLate)
                .text("due", last.due.due)
                .text("basis", &last.basis);
            self.check.refuse(reason);
        }
        let doubts = matter.dispute.tags.iter().copied().filter(|tag| tag.excludes_confirmation()).collect();
        let (by, court) = (by.clone(), self.court_clocks());
        Some(vec![Event::ConfirmationApplied(ConfirmationApplied { by, application, doubts, court })])
    }

    /// When the court should take the application on and, if it does so on the last day, when it should decide.
    ///
    /// They bind the court and are noted for information. What cannot be computed is left out: a year without a calendar
    /// must not keep the parties from the court.
    fn court_clocks(&self) -> Vec<Deadline> {
        let place = self.case.jurisdiction();
        let accept = self.context.deadline(&place, "MED-D06", Some("accept")).ok();
        let accepted = accept.as_ref().and_then(Deadline::warned).map(|end| end.due.due);
        let start = accepted.and_then(|day| Timestamp::start_of_china_day(day).ok());
        let decide = start
            .and_then(|start| self.context.deadline_from(&place, "MED-D06", Some("decide"), start, &[]).ok());
        accept.into_iter().chain(decide).collect()
    }

    pub(super) fn record_court_result(&mut self, result: CourtResult, ruling: DocumentId) -> Events {
        let unchanged = self.state().in_effect().filter(|(_, agreement)| agreement.amendment.is_none());
        let (_, agreement) = self.with(unchanged)?;
        let pending = match (agreement.confirmation, result) {
            (Confirmation::Applied, _) => true,
            (
                Confirmation::Accepted,
                CourtResult::Valid | CourtResult::Dismissed | CourtResult::Withdrawn,
            ) => true,
            (Confirmation::Accepted, CourtResult::Accepted | CourtResult::NotAccepted) => false,
            (
                Confirmation::None
                | Confirmation::Confirmed
                | Confirmation::Dismissed
                | Confirmation::NotAccepted,
                _,
            ) => false,
        };
        self.check.must(pending, ReasonCode::NotAtCourt);
        // For information too. A stranger's time to object runs from when he learns of it, which nobody here knows.
        let objections = match result {
            CourtResult::Valid => self
                .context
                .deadline(&self.case.jurisdiction(), "MED-D07", Some("party"))
                .into_iter()
                .collect(),
            CourtResult::Accepted
            | CourtResult::Dismissed
            | CourtResult::NotAccepted
            | CourtResult::Withdrawn => Vec::new(),
        };
        Some(vec![Event::ConfirmationRuled(ConfirmationRuled { result, ruling, objections })])
    }
}
