//! What stands open in a case beside the steps of its kind, and until when.

use chrono::NaiveDate;

use super::Common;
use super::archive::Archive;
use super::clock::CaseClock;
use super::intake::Proxy;
use super::referral::ReferralAnswer;
use crate::policy::Deadline;

impl Common {
    /// The commands that settle something that stands open, as long as their phase admits them.
    ///
    /// What may be done at any time (note a contact, tag a group) is nothing that a case waits for.
    #[must_use]
    pub fn open_tasks(&self, is_closed: bool) -> Vec<&'static str> {
        let stopped = self.clock.as_ref().is_some_and(CaseClock::is_stopped);
        let unreported = self.sensitive.as_ref().is_some_and(|one| one.reported_at.is_none());
        let tasks: &[(bool, &[&'static str])] = &[
            (matches!(self.proxy, Some(Proxy::Received { .. })), &["ForwardToAuthority"]),
            (matches!(self.proxy, Some(Proxy::Forwarded { .. })), &["ReceiveByAuthority"]),
            (self.open_supplement().is_some(), &["SubmitSupplement", "LapseSupplement"]),
            (self.gap.is_some(), &["FillGap", "DefaultGap"]),
            (stopped, &["ResumeClock"]),
            (unreported, &["ReportSensitive"]),
            (self.open_referrals().next().is_some(), &["AcceptReferral", "RejectReferral"]),
            (!self.recusals.is_empty(), &["DecideRecusal"]),
            (!self.visits_owed.is_empty(), &["RecordReturnVisit"]),
            (self.complaints.values().any(|one| one.finding.is_none()), &["ResolveComplaint"]),
            (self.orders.values().any(|one| one.passed != Some(true)), &["VerifyRectification"]),
            (!self.proposed_corrections.is_empty(), &["ConfirmCorrection"]),
            (
                self.reviews.values().any(|one| one.grade.is_none()),
                &["ScoreQualityReview", "FinaliseQualityReview"],
            ),
            (is_closed && self.archive == Archive::NotSubmitted, &["SubmitArchive"]),
            (matches!(self.archive, Archive::Submitted { .. }), &["AcceptArchive", "ReturnArchive"]),
            (self.loan.is_some(), &["ReturnFile"]),
        ];
        tasks.iter().filter(|(open, _)| *open).flat_map(|(_, names)| names.iter().copied()).collect()
    }

    /// The due dates of what stands open, beside the clock of the case and what its kind owes.
    #[must_use]
    pub fn owed(&self) -> Vec<&Deadline> {
        let supplement = self.open_supplement().map(|open| &open.due);
        let gap = self.gap.as_ref().map(|gap| &gap.due);
        let report =
            self.sensitive.as_ref().filter(|one| one.reported_at.is_none()).map(|one| &one.report_by);
        [supplement, gap, report].into_iter().flatten().collect()
    }

    /// The days that somebody set for what stands open, each with the event that set it.
    pub fn days_set(&self) -> impl Iterator<Item = (&'static str, NaiveDate)> {
        let awaited = self.referrals.values().filter(|one| one.answer == ReferralAnswer::Awaited);
        let orders = self.orders.values().filter(|one| one.passed != Some(true));
        let awaited = awaited.map(|one| ("ReferralSent", one.answer_by));
        awaited.chain(orders.map(|one| ("SupervisionOrderIssued", one.due)))
    }
}
