//! What counsel does: A21, A22, A31.

use super::{Desk, Events};
use crate::case::Reason;
use crate::case::ReasonCode;
use crate::case::legal_aid::event::Event;
use crate::case::legal_aid::handling::{
    ClosingBasis, CompletionReported, HandlingStep, ProgressReported, ProgressTo, RecordStep,
    ReportCompletion, StepRecorded,
};
use crate::case::legal_aid::work::Course;
use crate::clock::Timestamp;

impl Desk<'_> {
    /// At the first meeting the client hears what may go wrong.
    ///
    /// Source: SF/T 0058-2019 (全国民事行政法律援助服务规范), as reported.
    pub(super) fn record_step(&mut self, command: &RecordStep) -> Events {
        let (file, work) = self.work_at(|_, course| *course != Course::Reported)?;
        self.actor_is_counsel(work);
        let first_meeting = command.step == HandlingStep::ClientMeeting && !work.client_met;
        self.check.must(!first_meeting || command.risks_told, ReasonCode::RisksNotTold);
        let asks_centre = command.step == HandlingStep::MeetingRequest;
        self.check.must(!asks_centre || file.request.custody.is_some(), ReasonCode::NotHeld);
        let meeting_by = if asks_centre { Some(self.deadline("AID-D14", None)?) } else { None };
        let RecordStep { step, mode, risks_told, record } = command.clone();
        let by = self.context.actor.id;
        Some(vec![Event::StepRecorded(StepRecorded { step, mode, risks_told, record, by, meeting_by })])
    }

    /// The client is always told; the agency too, if the matter is major or hard.
    ///
    /// Source: Legal Aid Law (法律援助法, 2021) Art 46.
    pub(super) fn report_progress(&mut self, reported: &ProgressReported) -> Events {
        let (_, work) = self.work_at(|_, _| true)?;
        self.actor_is_counsel(work);
        let told = |whom| reported.to.contains(&whom);
        self.check.must(told(ProgressTo::Client), ReasonCode::ClientNotTold);
        self.check.must(!reported.major || told(ProgressTo::Agency), ReasonCode::AgencyNotTold);
        Some(vec![Event::ProgressReported(reported.clone())])
    }

    /// The day on which the matter ended is that of the paper that ends it, or of the performance where there is none.
    ///
    /// Source: Legal Aid Law Art 50.
    pub(super) fn complete(&mut self, command: &ReportCompletion) -> Events {
        let (_, work) = self.work_at(|work, course| *course == Course::Going && work.steps > 0)?;
        self.actor_is_counsel(work);
        self.check.must(work.signed, ReasonCode::NotSigned);
        let ReportCompletion { closing_basis, ended_on, paper, report } = command.clone();
        let no_paper = closing_basis == ClosingBasis::PerformanceBegun;
        self.check.must(no_paper || paper.is_some(), ReasonCode::EndingPaperMissing);
        self.check.must(ended_on <= self.context.date(), ReasonCode::InTheFuture);
        let start = Timestamp::start_of_china_day(ended_on);
        let start = start
            .map_err(|error| self.check.refuse(Reason::new(ReasonCode::NoDeadline).text("error", error)));
        let file_by = self.promised("AID-D12", start.ok()?)?;
        let by = self.context.actor.id;
        let reported = CompletionReported { closing_basis, ended_on, paper, report, by, file_by };
        Some(vec![Event::CompletionReported(reported)])
    }
}
