//! The commands behind the events of every kind of case.

use super::archive::SubmitArchive;
use super::command::CommonCommand as Command;
use super::complaint::ResolveComplaint;
use super::conflict::SearchConflicts;
use super::correction::{ConfirmCorrection, CorrectRecord, RecordCorrected};
use super::event::CommonEvent as Event;
use super::groups::TagSpecialGroup;
use super::handler::{DecideRecusal, ReplaceHandler};
use super::intake::VerifyIdentity;
use super::leaving::{MergeDuplicate, TransferJurisdiction};
use super::provisional::{AcceptProvisionally, DefaultGap};
use super::quality::{FinaliseQualityReview, ScoreQualityReview};
use super::reopen::ReopenCase;
use super::satisfaction::RecordReturnVisit;
use super::sensitive::FlagSensitive;
use super::supervision::{IssueSupervisionOrder, OpenAccountability, VerifyRectification};
use super::supplement::{LapseSupplement, RequestSupplement};

/// The command that led to an event; `None` for what comes with another event only.
pub(in crate::case) fn recall(event: &Event) -> Option<Command> {
    Some(match event.clone() {
        // It comes with whatever was learnt late.
        Event::ClockRecomputed(_) => return None,
        Event::FirstContactAssigned(one) => Command::AssignFirstContact(one),
        Event::IdentityVerified(one) => {
            Command::VerifyIdentity(VerifyIdentity { person: one.person, method: one.method })
        }
        Event::ProxyIntakeReceived(one) => Command::RecordProxyIntake(one),
        Event::ForwardedToAuthority(one) => Command::ForwardToAuthority(one),
        Event::ReceivedByAuthority(one) => Command::ReceiveByAuthority(one),
        Event::OfflineCaptureRecorded(one) => Command::RecordOfflineCapture(one),
        Event::SpecialGroupTagged(one) => Command::TagSpecialGroup(TagSpecialGroup {
            person: one.person,
            group: one.group,
            proof: one.proof,
            since: one.since,
            until: one.until,
        }),
        Event::PriorityGranted(one) => Command::GrantPriority(one),
        Event::LanguagePreferenceRecorded(one) => Command::RecordLanguagePreference(one),
        Event::InterpreterAssigned(one) => Command::AssignInterpreter(one),
        Event::AccommodationRecorded(one) => Command::RecordAccommodation(one),
        Event::SupplementRequested(one) => Command::RequestSupplement(RequestSupplement {
            items: one.items,
            legal_effect_if_missed: one.legal_effect_if_missed,
            notice: one.notice,
        }),
        Event::SupplementSubmitted(one) => Command::SubmitSupplement(one),
        Event::SupplementLapsed(one) => {
            Command::LapseSupplement(LapseSupplement { record: one.record, remedy: one.remedy })
        }
        Event::ProvisionallyAccepted(one) => Command::AcceptProvisionally(AcceptProvisionally {
            missing: one.missing,
            consequence: one.consequence,
            decision: one.decision,
        }),
        Event::GapFilled(one) => Command::FillGap(one),
        Event::GapDefaulted(one) => {
            Command::DefaultGap(DefaultGap { decision: one.decision, remedy: one.remedy })
        }
        Event::ClockSuspended(one) => Command::SuspendClock(one),
        Event::ClockResumed(_) => Command::ResumeClock,
        Event::SensitiveMatterFlagged(one) => {
            Command::FlagSensitive(FlagSensitive { features: one.features })
        }
        Event::SensitiveMatterReported(one) => Command::ReportSensitive(one),
        Event::ConfidentialityMarked(one) => Command::MarkConfidential(one),
        Event::ReferralSent(one) => Command::ReferOut(one),
        Event::ReferralAccepted(one) => Command::AcceptReferral(one),
        Event::ReferralRejected(one) => Command::RejectReferral(one),
        Event::ReferralResultRecorded(one) => Command::RecordReferralResult(one),
        Event::ReferralReceived(one) => Command::ReceiveReferral(one),
        Event::CaseLinked(one) => Command::LinkCase(one),
        Event::CaseTransferred(one) => Command::TransferJurisdiction(TransferJurisdiction {
            to: one.to,
            jurisdiction: one.jurisdiction,
            competence: one.competence,
            decision: one.decision,
            remedy: one.remedy,
        }),
        Event::DuplicateMerged(one) => Command::MergeDuplicate(MergeDuplicate {
            surviving: one.surviving,
            persons: one.persons,
            decision: one.decision,
        }),
        Event::Withdrawn(one) => Command::WithdrawByParty(one),
        Event::RecusalRequested(one) => Command::Recuse(one),
        Event::RecusalDecided(one) => Command::DecideRecusal(DecideRecusal {
            handler: one.handler,
            granted: one.granted,
            decision: one.decision,
        }),
        Event::HandlerReplaced(one) => {
            Command::ReplaceHandler(ReplaceHandler { from: one.from, to: one.to, handover: one.handover })
        }
        Event::InterestDisclosed(one) => Command::DiscloseInterest(one),
        Event::ConflictsSearched(one) => Command::SearchConflicts(SearchConflicts {
            providers: one.providers,
            stated: one.stated,
            statement: one.statement,
        }),
        Event::HandlingPlanRecorded(one) => Command::RecordHandlingPlan(one),
        Event::ClientContacted(one) => Command::RecordContact(one),
        Event::JointConsultationHeld(one) => Command::HoldJointConsultation(one),
        Event::ExpertConsulted(one) => Command::ConsultExpert(one),
        Event::NoticeSent(one) => Command::SendNotice(one),
        Event::NoticeServed(one) => Command::ServeNotice(one),
        Event::ReceiptIssued(one) => Command::IssueReceipt(one),
        Event::SatisfactionRated(one) => Command::RateSatisfaction(one),
        Event::ReturnVisitRecorded(one) => Command::RecordReturnVisit(RecordReturnVisit {
            person: one.person,
            mode: one.mode,
            result: one.result,
            record: one.record,
        }),
        Event::ComplaintFiled(one) => Command::FileComplaint(one),
        Event::ComplaintResolved(one) => Command::ResolveComplaint(ResolveComplaint {
            complaint: one.complaint,
            finding: one.finding,
            decision: one.decision,
            told: one.told,
        }),
        Event::SupervisionOrderIssued(one) => Command::IssueSupervisionOrder(IssueSupervisionOrder {
            order: one.order,
            form: one.form,
            due: one.due,
            decision: one.decision,
        }),
        Event::RectificationVerified(one) => Command::VerifyRectification(VerifyRectification {
            order: one.order,
            passed: one.passed,
            decision: one.decision,
        }),
        Event::DeadlineMissed(_) => Command::NoteMissedDeadline,
        Event::AccountabilityOpened(one) => Command::OpenAccountability(OpenAccountability {
            against: one.against,
            level: one.level,
            decision: one.decision,
        }),
        Event::ResolutionTierRecorded(one) => Command::RecordResolutionTier(one),
        Event::DispositionRecorded(one) => Command::RecordDisposition(one),
        Event::CorrectionProposed(one) => Command::CorrectRecord(proposed(one.correction)),
        Event::RecordCorrected(one) => match one.confirmed_by {
            None => Command::CorrectRecord(proposed(one)),
            Some(_) => Command::ConfirmCorrection(ConfirmCorrection {
                target_seq: one.target_seq,
                field: one.field,
                agreed: true,
            }),
        },
        Event::CorrectionRejected(one) => Command::ConfirmCorrection(ConfirmCorrection {
            target_seq: one.target_seq,
            field: one.field,
            agreed: false,
        }),
        Event::ArchiveSubmitted(one) => Command::SubmitArchive(SubmitArchive { items: one.items }),
        Event::ArchiveAccepted(_) => Command::AcceptArchive,
        Event::ArchiveReturned(one) => Command::ReturnArchive(one),
        Event::FileLent(one) => Command::LendFile(one),
        Event::FileReturned(one) => Command::ReturnFile(one),
        Event::QualityReviewOpened(one) => Command::OpenQualityReview(one),
        Event::QualityReviewScored(one) => Command::ScoreQualityReview(ScoreQualityReview {
            review: one.review,
            score: one.score,
            record: one.record,
        }),
        Event::QualityReviewFinalised(one) => Command::FinaliseQualityReview(FinaliseQualityReview {
            review: one.review,
            decision: one.decision,
        }),
        Event::CaseReopened(one) => Command::ReopenCase(ReopenCase {
            ground: one.ground,
            decision: one.decision,
            continuation: one.continuation,
        }),
    })
}

fn proposed(correction: RecordCorrected) -> CorrectRecord {
    CorrectRecord {
        target_seq: correction.target_seq,
        field: correction.field,
        old: correction.old,
        new: correction.new,
        reason: correction.reason,
    }
}
