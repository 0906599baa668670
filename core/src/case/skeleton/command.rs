//! Commands that every kind of case knows.
//!
//! Each has its particulars, its guards and its events in the file of its subject. Where a command says no more than what
//! is to be recorded, it carries the very record.

use serde::{Deserialize, Serialize};

use super::access::{AccommodationRecorded, InterpreterAssigned, LanguagePreferenceRecorded};
use super::archive::{ArchiveReturned, FileLent, FileReturned, SubmitArchive};
use super::complaint::{ComplaintFiled, ResolveComplaint};
use super::conflict::SearchConflicts;
use super::contact::{ClientContacted, ExpertConsulted, JointConsultationHeld};
use super::correction::{ConfirmCorrection, CorrectRecord};
use super::groups::{PriorityGranted, TagSpecialGroup};
use super::handler::{
    DecideRecusal, HandlingPlanRecorded, InterestDisclosed, RecusalRequested, ReplaceHandler,
};
use super::intake::{
    FirstContactAssigned, ForwardedToAuthority, OfflineCaptureRecorded, ProxyIntakeReceived,
    ReceivedByAuthority, VerifyIdentity,
};
use super::leaving::{MergeDuplicate, TransferJurisdiction, Withdrawn};
use super::notice::{NoticeSent, NoticeServed, ReceiptIssued};
use super::outcome::{DispositionRecorded, ResolutionTierRecorded};
use super::pausing::ClockSuspended;
use super::provisional::{AcceptProvisionally, DefaultGap, GapFilled};
use super::quality::{FinaliseQualityReview, QualityReviewOpened, ScoreQualityReview};
use super::referral::{
    CaseLinked, ReferralAccepted, ReferralReceived, ReferralRejected, ReferralResultRecorded, ReferralSent,
};
use super::reopen::ReopenCase;
use super::satisfaction::{RecordReturnVisit, SatisfactionRated};
use super::sensitive::{ConfidentialityMarked, FlagSensitive, SensitiveMatterReported};
use super::supervision::{IssueSupervisionOrder, OpenAccountability, VerifyRectification};
use super::supplement::{LapseSupplement, RequestSupplement, SupplementSubmitted};
use crate::case::NamedCase;
use crate::id::ActorId;
use crate::policy::CaseKind;

/// An enum of commands, with the name of each.
macro_rules! commands {
    (
        $(#[$attr:meta])*
        pub enum $name:ident { $($(#[$doc:meta])* $variant:ident $(($payload:ty))?,)* }
    ) => {
        $(#[$attr])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $($(#[$doc])* $variant $(($payload))?,)* }

        impl $name {
            /// The name of this command.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant { .. } => stringify!($variant),)* }
            }
        }

        $($(impl From<$payload> for $name {
            fn from(particulars: $payload) -> Self {
                Self::$variant(particulars)
            }
        })?)*
    };
}
pub(in crate::case) use commands;

commands! {
    /// A command that every kind of case knows.
    pub enum CommonCommand {
        /// Makes one person answer first for the matter (首问负责).
        AssignFirstContact(FirstContactAssigned),
        /// Notes that somebody is who they say.
        VerifyIdentity(VerifyIdentity),
        /// Notes that somebody who is not competent took the matter in (代受理).
        RecordProxyIntake(ProxyIntakeReceived),
        /// Sends it on to the competent institution.
        ForwardToAuthority(ForwardedToAuthority),
        /// Notes that the competent institution has it.
        ReceiveByAuthority(ReceivedByAuthority),
        /// Notes that it was written down without a network and came in later.
        RecordOfflineCapture(OfflineCaptureRecorded),
        /// Notes that a person belongs to a special group.
        TagSpecialGroup(TagSpecialGroup),
        /// Opens the green channel at some stages.
        GrantPriority(PriorityGranted),
        /// Notes in which language somebody wants to be served.
        RecordLanguagePreference(LanguagePreferenceRecorded),
        /// Assigns an interpreter.
        AssignInterpreter(InterpreterAssigned),
        /// Notes what somebody needs to take part.
        RecordAccommodation(AccommodationRecorded),
        /// Asks for what is missing, all at once (一次性告知).
        RequestSupplement(RequestSupplement),
        /// Supplies what was missing.
        SubmitSupplement(SupplementSubmitted),
        /// Confirms that the time for supplying is over.
        LapseSupplement(LapseSupplement),
        /// Takes the matter on with a gap (容缺受理).
        AcceptProvisionally(AcceptProvisionally),
        /// Fills the gap.
        FillGap(GapFilled),
        /// Notes that the gap was not filled in time.
        DefaultGap(DefaultGap),
        /// Stops the clock of the case; the day itself still counts.
        SuspendClock(ClockSuspended),
        /// Lets the clock run again; the day itself does not count.
        ResumeClock,
        /// Notes that a matter is sensitive, to be reported at once.
        FlagSensitive(FlagSensitive),
        /// Notes that it was reported.
        ReportSensitive(SensitiveMatterReported),
        /// Shows the case only to those who need it.
        MarkConfidential(ConfidentialityMarked),
        /// Sends a person on to another body (转介).
        ReferOut(ReferralSent),
        /// Notes that the other body takes the referral.
        AcceptReferral(ReferralAccepted),
        /// Notes that it turns it down.
        RejectReferral(ReferralRejected),
        /// Notes what came of it.
        RecordReferralResult(ReferralResultRecorded),
        /// Notes that the matter came from another body.
        ReceiveReferral(ReferralReceived),
        /// Notes that another case has to do with this one.
        LinkCase(CaseLinked),
        /// Hands the case to the institution that is competent (移送).
        TransferJurisdiction(TransferJurisdiction),
        /// Merges this case into another about the same matter (并案).
        MergeDuplicate(MergeDuplicate),
        /// Takes the matter back, before it is decided (撤回).
        WithdrawByParty(Withdrawn),
        /// Asks that a handler leave the case (回避).
        Recuse(RecusalRequested),
        /// Answers that request.
        DecideRecusal(DecideRecusal),
        /// Notes that somebody is tied to a party or to the outcome, and keeps them from the case (披露利害关系).
        DiscloseInterest(InterestDisclosed),
        /// Looks whether anything stands against giving the case to somebody (利益冲突检索).
        SearchConflicts(SearchConflicts),
        /// Gives the case into other hands (更换承办人).
        ReplaceHandler(ReplaceHandler),
        /// Puts on paper how the case is to be handled.
        RecordHandlingPlan(HandlingPlanRecorded),
        /// Notes that a client was contacted.
        RecordContact(ClientContacted),
        /// Notes that several bodies looked at the matter together.
        HoldJointConsultation(JointConsultationHeld),
        /// Notes what an expert thinks.
        ConsultExpert(ExpertConsulted),
        /// Sends a notice.
        SendNotice(NoticeSent),
        /// Notes that it arrived (送达).
        ServeNotice(NoticeServed),
        /// Hands out a receipt.
        IssueReceipt(ReceiptIssued),
        /// Notes how satisfied a client is, from 5 very satisfied to 1 very dissatisfied.
        RateSatisfaction(SatisfactionRated),
        /// Notes a return visit.
        RecordReturnVisit(RecordReturnVisit),
        /// Notes a complaint.
        FileComplaint(ComplaintFiled),
        /// Answers it.
        ResolveComplaint(ResolveComplaint),
        /// Demands that something be put right (督办).
        IssueSupervisionOrder(IssueSupervisionOrder),
        /// Looks whether it was.
        VerifyRectification(VerifyRectification),
        /// Notes that the term of the case ended before the case did.
        NoteMissedDeadline,
        /// Holds somebody to account (责任追究).
        OpenAccountability(OpenAccountability),
        /// Notes at which tier the matter was settled.
        RecordResolutionTier(ResolutionTierRecorded),
        /// Notes what became of a request that is also a grievance.
        RecordDisposition(DispositionRecorded),
        /// Puts a record right, or proposes to.
        CorrectRecord(CorrectRecord),
        /// Agrees with a correction of an identity or a date, or does not.
        ConfirmCorrection(ConfirmCorrection),
        /// Hands the file in to the archive.
        SubmitArchive(SubmitArchive),
        /// Takes the file into the archive.
        AcceptArchive,
        /// Gives the file back.
        ReturnArchive(ArchiveReturned),
        /// Lends the file.
        LendFile(FileLent),
        /// Takes it back.
        ReturnFile(FileReturned),
        /// Opens a review of the quality of the case.
        OpenQualityReview(QualityReviewOpened),
        /// Gives points.
        ScoreQualityReview(ScoreQualityReview),
        /// Ends the review.
        FinaliseQualityReview(FinaliseQualityReview),
        /// Takes a closed case up again (重启).
        ReopenCase(ReopenCase),
    }
}

impl CommonCommand {
    /// The other cases that it names, given to a case of this kind.
    #[must_use]
    pub fn names(&self, kind: CaseKind) -> Vec<NamedCase> {
        match self {
            Self::LinkCase(linked) => vec![NamedCase { kind: linked.kind, case: linked.case }],
            Self::MergeDuplicate(merged) => vec![NamedCase { kind, case: merged.surviving }],
            Self::ReopenCase(reopened) => {
                reopened.continuation.into_iter().map(|case| NamedCase { kind, case }).collect()
            }
            Self::AssignFirstContact(_)
            | Self::AssignInterpreter(_)
            | Self::ReplaceHandler(_)
            | Self::VerifyIdentity(_)
            | Self::RecordProxyIntake(_)
            | Self::ForwardToAuthority(_)
            | Self::ReceiveByAuthority(_)
            | Self::RecordOfflineCapture(_)
            | Self::TagSpecialGroup(_)
            | Self::GrantPriority(_)
            | Self::RecordLanguagePreference(_)
            | Self::RecordAccommodation(_)
            | Self::RequestSupplement(_)
            | Self::SubmitSupplement(_)
            | Self::LapseSupplement(_)
            | Self::AcceptProvisionally(_)
            | Self::FillGap(_)
            | Self::DefaultGap(_)
            | Self::SuspendClock(_)
            | Self::ResumeClock
            | Self::FlagSensitive(_)
            | Self::ReportSensitive(_)
            | Self::MarkConfidential(_)
            | Self::ReferOut(_)
            | Self::AcceptReferral(_)
            | Self::RejectReferral(_)
            | Self::RecordReferralResult(_)
            | Self::ReceiveReferral(_)
            | Self::TransferJurisdiction(_)
            | Self::WithdrawByParty(_)
            | Self::Recuse(_)
            | Self::DecideRecusal(_)
            | Self::DiscloseInterest(_)
            | Self::SearchConflicts(_)
            | Self::RecordHandlingPlan(_)
            | Self::RecordContact(_)
            | Self::HoldJointConsultation(_)
            | Self::ConsultExpert(_)
            | Self::SendNotice(_)
            | Self::ServeNotice(_)
            | Self::IssueReceipt(_)
            | Self::RateSatisfaction(_)
            | Self::RecordReturnVisit(_)
            | Self::FileComplaint(_)
            | Self::ResolveComplaint(_)
            | Self::IssueSupervisionOrder(_)
            | Self::VerifyRectification(_)
            | Self::NoteMissedDeadline
            | Self::OpenAccountability(_)
            | Self::RecordResolutionTier(_)
            | Self::RecordDisposition(_)
            | Self::CorrectRecord(_)
            | Self::ConfirmCorrection(_)
            | Self::SubmitArchive(_)
            | Self::AcceptArchive
            | Self::ReturnArchive(_)
            | Self::LendFile(_)
            | Self::ReturnFile(_)
            | Self::OpenQualityReview(_)
            | Self::ScoreQualityReview(_)
            | Self::FinaliseQualityReview(_) => Vec::new(),
        }
    }

    /// Whom it puts to work on the case, if it is carried out.
    #[must_use]
    pub fn engages(&self) -> Vec<ActorId> {
        match self {
            Self::AssignFirstContact(assigned) => vec![assigned.responsible],
            Self::AssignInterpreter(assigned) => vec![assigned.interpreter],
            Self::ReplaceHandler(replace) => vec![replace.to],
            Self::VerifyIdentity(_)
            | Self::RecordProxyIntake(_)
            | Self::ForwardToAuthority(_)
            | Self::ReceiveByAuthority(_)
            | Self::RecordOfflineCapture(_)
            | Self::TagSpecialGroup(_)
            | Self::GrantPriority(_)
            | Self::RecordLanguagePreference(_)
            | Self::RecordAccommodation(_)
            | Self::RequestSupplement(_)
            | Self::SubmitSupplement(_)
            | Self::LapseSupplement(_)
            | Self::AcceptProvisionally(_)
            | Self::FillGap(_)
            | Self::DefaultGap(_)
            | Self::SuspendClock(_)
            | Self::ResumeClock
            | Self::FlagSensitive(_)
            | Self::ReportSensitive(_)
            | Self::MarkConfidential(_)
            | Self::ReferOut(_)
            | Self::AcceptReferral(_)
            | Self::RejectReferral(_)
            | Self::RecordReferralResult(_)
            | Self::ReceiveReferral(_)
            | Self::LinkCase(_)
            | Self::TransferJurisdiction(_)
            | Self::MergeDuplicate(_)
            | Self::WithdrawByParty(_)
            | Self::Recuse(_)
            | Self::DecideRecusal(_)
            | Self::DiscloseInterest(_)
            | Self::SearchConflicts(_)
            | Self::RecordHandlingPlan(_)
            | Self::RecordContact(_)
            | Self::HoldJointConsultation(_)
            | Self::ConsultExpert(_)
            | Self::SendNotice(_)
            | Self::ServeNotice(_)
            | Self::IssueReceipt(_)
            | Self::RateSatisfaction(_)
            | Self::RecordReturnVisit(_)
            | Self::FileComplaint(_)
            | Self::ResolveComplaint(_)
            | Self::IssueSupervisionOrder(_)
            | Self::VerifyRectification(_)
            | Self::NoteMissedDeadline
            | Self::OpenAccountability(_)
            | Self::RecordResolutionTier(_)
            | Self::RecordDisposition(_)
            | Self::CorrectRecord(_)
            | Self::ConfirmCorrection(_)
            | Self::SubmitArchive(_)
            | Self::AcceptArchive
            | Self::ReturnArchive(_)
            | Self::LendFile(_)
            | Self::ReturnFile(_)
            | Self::OpenQualityReview(_)
            | Self::ScoreQualityReview(_)
            | Self::FinaliseQualityReview(_)
            | Self::ReopenCase(_) => Vec::new(),
        }
    }
}
