//! What the events of legal aid mean for what all kinds have: above all for the clock.

use chrono::NaiveDate;

use super::INTER_REGIONAL;
use super::event::Event;
use crate::calendar::Pause;
use crate::case::skeleton::{CaseClock, Common};
use crate::clock::Timestamp;
use crate::id::Code;
use crate::policy::Deadline;

/// What an event of legal aid means for what all kinds have: where the case belongs, its clock, whether an objection is
/// open. The clock runs against one thing after the other: to decide, to assign, to sign.
pub(super) fn keep_common(common: &mut Common, event: &Event, at: Timestamp) {
    let started = |term: &Deadline| Some(CaseClock::started(term.clone(), at));
    match event {
        Event::AidApplicationTaken(taken) => common.jurisdiction = Some(taken.request.jurisdiction),
        Event::AidApplicationReceived(received) => {
            common.jurisdiction = Some(received.request.jurisdiction);
            common.clock = started(&received.decide_by);
        }
        Event::DefenceNoticeReceived(received) => {
            common.jurisdiction = Some(received.request.jurisdiction);
            common.clock = started(&received.assign_by);
        }
        Event::DutyServiceRecorded(recorded) => common.jurisdiction = Some(recorded.service.jurisdiction),
        Event::InterRegionalCheckRequested(requested) if requested.clock_stops => {
            stop(common, INTER_REGIONAL, at);
        }
        Event::EmergencyAidGranted(granted) => common.clock = started(&granted.assign_by),
        Event::AidGranted(granted) => common.clock = started(&granted.assign_by),
        Event::UnitAssigned(assigned) => common.clock = started(&assigned.sign_by),
        Event::CounselChanged(changed) => {
            if let Some(sign_by) = &changed.sign_by {
                common.clock = started(sign_by);
            }
        }
        Event::SigningDelayed(delayed) => {
            if let Some(ground) = delayed.reason.pause_ground() {
                stop(common, ground, at);
            }
        }
        Event::AgencyAgreementSigned(_) | Event::AidRefused(_) | Event::AidTerminated(_) => {
            common.clock = None
        }
        Event::ObjectionFiled(_) => common.objection_pending = true,
        Event::ObjectionUpheld(_) | Event::AgencyOrderedToCorrect(_) => common.objection_pending = false,
        Event::ApplicationForwarded(_)
        | Event::JurisdictionConfirmed(_)
        | Event::DeemedWithdrawn(_)
        | Event::CommitmentNoticeGiven(_)
        | Event::CommitmentSigned(_)
        | Event::CommitmentVerified(_)
        | Event::CommitmentFoundFalse(_)
        | Event::HardshipVerified(_)
        | Event::HardshipExempted(_)
        | Event::InterRegionalCheckRequested(_)
        | Event::InterRegionalCheckAnswered(_)
        | Event::EmergencyPapersSupplied(_)
        | Event::ReviewOpinionRecorded(_)
        | Event::StaffRecusalRequested(_)
        | Event::StaffRecusalDecided(_)
        | Event::DecisionServed(_)
        | Event::CounselPreferenceRecorded(_)
        | Event::CounselNamed(_)
        | Event::StepRecorded(_)
        | Event::ProgressReported(_)
        | Event::CounselChangeRequested(_)
        | Event::CounselChangeRefused(_)
        | Event::CounselRefusalRecorded(_)
        | Event::TerminationGroundReported(_)
        | Event::AidContinued(_)
        | Event::TerminationRevoked(_)
        | Event::ReconsiderationFiled(_)
        | Event::AdministrativeSuitFiled(_)
        | Event::AdminRemedyConcluded(_)
        | Event::CompletionReported(_)
        | Event::CaseFileSubmitted(_)
        | Event::CaseFileAccepted(_)
        | Event::CaseFileReturned(_)
        | Event::SubsidyCalculated(_)
        | Event::SubsidyApproved(_)
        | Event::SubsidyPaid(_)
        | Event::CostRecoveryOrdered(_) => {}
    }
}

/// Stops the clock, unless it stands still already or its time is over.
fn stop(common: &mut Common, ground: &str, at: Timestamp) {
    if let (Some(clock), Ok(ground)) = (&mut common.clock, Code::new(ground))
        && !clock.is_stopped()
        && !clock.is_over(at)
    {
        clock.stop(at.china_date(), ground);
    }
}

/// The other agency's answer lets the clock run again; where papers were awaited at the same time, both pauses count.
pub(super) fn answered_on(common: &mut Common, asked_on: NaiveDate, at: Timestamp, decide_by: &Deadline) {
    let Some(clock) = &mut common.clock else { return };
    let Ok(ground) = Code::new(INTER_REGIONAL) else { return };
    if clock.stopped_on() == Some(&ground) {
        clock.resume(at.china_date(), decide_by.clone());
    } else {
        let pause = Pause { from: asked_on, until: Some(at.china_date()), ground };
        clock.stood_still(pause, decide_by.clone());
    }
}
