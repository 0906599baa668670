//! Events that every kind of case knows.

use super::access::{AccommodationRecorded, InterpreterAssigned, LanguagePreferenceRecorded};
use super::archive::{ArchiveAccepted, ArchiveReturned, ArchiveSubmitted, FileLent, FileReturned};
use super::complaint::{ComplaintFiled, ComplaintResolved};
use super::conflict::ConflictsSearched;
use super::contact::{ClientContacted, ExpertConsulted, JointConsultationHeld};
use super::correction::{CorrectionProposed, CorrectionRejected, RecordCorrected};
use super::groups::{PriorityGranted, SpecialGroupTagged};
use super::handler::{
    HandlerReplaced, HandlingPlanRecorded, InterestDisclosed, RecusalDecided, RecusalRequested,
};
use super::intake::{
    FirstContactAssigned, ForwardedToAuthority, IdentityVerified, OfflineCaptureRecorded,
    ProxyIntakeReceived, ReceivedByAuthority,
};
use super::leaving::{CaseTransferred, DuplicateMerged, Withdrawn};
use super::notice::{NoticeSent, NoticeServed, ReceiptIssued};
use super::outcome::{DispositionRecorded, ResolutionTierRecorded};
use super::pausing::{ClockRecomputed, ClockResumed, ClockSuspended};
use super::provisional::{GapDefaulted, GapFilled, ProvisionallyAccepted};
use super::quality::{QualityReviewFinalised, QualityReviewOpened, QualityReviewScored};
use super::referral::{
    CaseLinked, ReferralAccepted, ReferralReceived, ReferralRejected, ReferralResultRecorded, ReferralSent,
};
use super::reopen::CaseReopened;
use super::satisfaction::{ReturnVisitRecorded, SatisfactionRated};
use super::sensitive::{ConfidentialityMarked, SensitiveMatterFlagged, SensitiveMatterReported};
use super::supervision::{
    AccountabilityOpened, DeadlineMissed, RectificationVerified, SupervisionOrderIssued,
};
use super::supplement::{SupplementLapsed, SupplementRequested, SupplementSubmitted};
use crate::event_set;
use crate::policy::Deadline;

event_set! {
    /// Something that happens in cases of every kind.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum CommonEvent {
        /// Somebody answers first for the matter (首问责任人已确定).
        FirstContactAssigned(FirstContactAssigned) = 1,
        /// Somebody is who they say (身份已核验).
        IdentityVerified(IdentityVerified) = 1,
        /// Somebody who is not competent took the matter in (已代受理).
        ProxyIntakeReceived(ProxyIntakeReceived) = 1,
        /// The matter was sent on to the competent institution (已转报).
        ForwardedToAuthority(ForwardedToAuthority) = 1,
        /// The competent institution has it (主管机构已收到).
        ReceivedByAuthority(ReceivedByAuthority) = 1,
        /// It was written down without a network (离线采集已登记).
        OfflineCaptureRecorded(OfflineCaptureRecorded) = 1,
        /// A person was found to belong to a special group (特殊群体已标注).
        SpecialGroupTagged(SpecialGroupTagged) = 1,
        /// The green channel was opened (绿色通道已开通).
        PriorityGranted(PriorityGranted) = 1,
        /// Somebody wants to be served in a language (语言需求已登记).
        LanguagePreferenceRecorded(LanguagePreferenceRecorded) = 1,
        /// An interpreter was found (已指派翻译).
        InterpreterAssigned(InterpreterAssigned) = 1,
        /// It was noted what somebody needs to take part (无障碍需求已登记).
        AccommodationRecorded(AccommodationRecorded) = 1,
        /// What is missing was asked for (已一次性告知补正).
        SupplementRequested(SupplementRequested) = 1,
        /// It came in (已补正).
        SupplementSubmitted(SupplementSubmitted) = 1,
        /// It did not come in in time (逾期未补正).
        SupplementLapsed(SupplementLapsed) = 1,
        /// The matter was taken on with a gap (已容缺受理).
        ProvisionallyAccepted(ProvisionallyAccepted) = 1,
        /// The gap was filled (容缺材料已补齐).
        GapFilled(GapFilled) = 1,
        /// The gap was not filled in time (容缺材料逾期未补).
        GapDefaulted(GapDefaulted) = 1,
        /// The clock was stopped (期限中止).
        ClockSuspended(ClockSuspended) = 1,
        /// The clock runs again (期限恢复).
        ClockResumed(ClockResumed) = 1,
        /// The due dates were computed anew, because of something that was learnt late (期限重新计算).
        ClockRecomputed(ClockRecomputed) = 1,
        /// A matter is sensitive (敏感事项已标记).
        SensitiveMatterFlagged(SensitiveMatterFlagged) = 1,
        /// It was reported (敏感事项已上报).
        SensitiveMatterReported(SensitiveMatterReported) = 1,
        /// The case is shown only to those who need it (已列为保密).
        ConfidentialityMarked(ConfidentialityMarked) = 1,
        /// The person was sent to another body (已转介).
        ReferralSent(ReferralSent) = 1,
        /// The other body took the referral (转介已接收).
        ReferralAccepted(ReferralAccepted) = 1,
        /// It turned it down (转介被退回).
        ReferralRejected(ReferralRejected) = 1,
        /// It is known what came of it (转介结果已登记).
        ReferralResultRecorded(ReferralResultRecorded) = 1,
        /// The matter came from another body (已接收转介).
        ReferralReceived(ReferralReceived) = 1,
        /// Another case has to do with this one (已关联案件).
        CaseLinked(CaseLinked) = 1,
        /// The case was handed to the institution that is competent (已移送).
        CaseTransferred(CaseTransferred) = 1,
        /// The case was merged into another one (已并案).
        DuplicateMerged(DuplicateMerged) = 1,
        /// A party took the matter back (已撤回).
        Withdrawn(Withdrawn) = 1,
        /// Somebody wants a handler off the case (已申请回避).
        RecusalRequested(RecusalRequested) = 1,
        /// That was answered (已决定回避).
        RecusalDecided(RecusalDecided) = 1,
        /// The case is in other hands (已更换承办人).
        HandlerReplaced(HandlerReplaced) = 1,
        /// Somebody is tied to a party or to the outcome (已披露利害关系).
        InterestDisclosed(InterestDisclosed) = 1,
        /// Somebody looked whether anything stands against giving the case to somebody (利益冲突已检索).
        ConflictsSearched(ConflictsSearched) = 1,
        /// It is on paper how the case is to be handled (办理方案已登记).
        HandlingPlanRecorded(HandlingPlanRecorded) = 1,
        /// A client was contacted (已联系当事人).
        ClientContacted(ClientContacted) = 1,
        /// Several bodies looked at the matter together (已联合会商).
        JointConsultationHeld(JointConsultationHeld) = 1,
        /// An expert said what they think (已咨询专家).
        ExpertConsulted(ExpertConsulted) = 1,
        /// A notice was sent (通知已发出).
        NoticeSent(NoticeSent) = 1,
        /// It arrived (通知已送达).
        NoticeServed(NoticeServed) = 1,
        /// A receipt was handed out (回执已出具).
        ReceiptIssued(ReceiptIssued) = 1,
        /// A client said how satisfied they are (满意度已评价).
        SatisfactionRated(SatisfactionRated) = 1,
        /// A return visit was paid (已回访).
        ReturnVisitRecorded(ReturnVisitRecorded) = 1,
        /// Somebody complained (投诉已登记).
        ComplaintFiled(ComplaintFiled) = 1,
        /// That was answered (投诉已答复).
        ComplaintResolved(ComplaintResolved) = 1,
        /// Something is to be put right (已督办).
        SupervisionOrderIssued(SupervisionOrderIssued) = 1,
        /// It was looked whether it was (整改已核实).
        RectificationVerified(RectificationVerified) = 1,
        /// The term ended before the case did (期限已逾).
        DeadlineMissed(DeadlineMissed) = 1,
        /// Somebody is held to account (已启动责任追究).
        AccountabilityOpened(AccountabilityOpened) = 1,
        /// It was noted at which tier the matter was settled (化解层级已登记).
        ResolutionTierRecorded(ResolutionTierRecorded) = 1,
        /// It was noted what became of the request (处理结论已登记).
        DispositionRecorded(DispositionRecorded) = 1,
        /// A correction waits for a second person (更正待复核).
        CorrectionProposed(CorrectionProposed) = 1,
        /// A record was put right (已更正).
        RecordCorrected(RecordCorrected) = 1,
        /// A correction was not agreed with (更正未获同意).
        CorrectionRejected(CorrectionRejected) = 1,
        /// The file was handed in (已移交归档).
        ArchiveSubmitted(ArchiveSubmitted) = 1,
        /// The file lies in the archive (已归档).
        ArchiveAccepted(ArchiveAccepted) = 1,
        /// The file was given back (归档退回).
        ArchiveReturned(ArchiveReturned) = 1,
        /// The file was lent (案卷已借出).
        FileLent(FileLent) = 1,
        /// It came back (案卷已归还).
        FileReturned(FileReturned) = 1,
        /// A review of the quality was opened (质量评查已启动).
        QualityReviewOpened(QualityReviewOpened) = 1,
        /// Points were given (质量评查已评分).
        QualityReviewScored(QualityReviewScored) = 1,
        /// The review ended (质量评查已定级).
        QualityReviewFinalised(QualityReviewFinalised) = 1,
        /// A closed case was taken up again (已重启).
        CaseReopened(CaseReopened) = 1,
    }
}

impl CommonEvent {
    /// The due dates that it sets.
    pub(in crate::case) fn deadlines(&self) -> Vec<&Deadline> {
        match self {
            Self::SupplementRequested(requested) => vec![&requested.due],
            Self::ProvisionallyAccepted(accepted) => vec![&accepted.due],
            Self::ClockResumed(resumed) => vec![&resumed.deadline],
            Self::ClockRecomputed(recomputed) => vec![&recomputed.deadline],
            Self::SensitiveMatterFlagged(flagged) => vec![&flagged.report_by],
            Self::CaseReopened(reopened) => reopened.term.iter().collect(),
            Self::FirstContactAssigned(_)
            | Self::IdentityVerified(_)
            | Self::ProxyIntakeReceived(_)
            | Self::ForwardedToAuthority(_)
            | Self::ReceivedByAuthority(_)
            | Self::OfflineCaptureRecorded(_)
            | Self::SpecialGroupTagged(_)
            | Self::PriorityGranted(_)
            | Self::LanguagePreferenceRecorded(_)
            | Self::InterpreterAssigned(_)
            | Self::AccommodationRecorded(_)
            | Self::SupplementSubmitted(_)
            | Self::SupplementLapsed(_)
            | Self::GapFilled(_)
            | Self::GapDefaulted(_)
            | Self::ClockSuspended(_)
            | Self::SensitiveMatterReported(_)
            | Self::ConfidentialityMarked(_)
            | Self::ReferralSent(_)
            | Self::ReferralAccepted(_)
            | Self::ReferralRejected(_)
            | Self::ReferralResultRecorded(_)
            | Self::ReferralReceived(_)
            | Self::CaseLinked(_)
            | Self::CaseTransferred(_)
            | Self::DuplicateMerged(_)
            | Self::Withdrawn(_)
            | Self::RecusalRequested(_)
            | Self::RecusalDecided(_)
            | Self::HandlerReplaced(_)
            | Self::InterestDisclosed(_)
            | Self::ConflictsSearched(_)
            | Self::HandlingPlanRecorded(_)
            | Self::ClientContacted(_)
            | Self::JointConsultationHeld(_)
            | Self::ExpertConsulted(_)
            | Self::NoticeSent(_)
            | Self::NoticeServed(_)
            | Self::ReceiptIssued(_)
            | Self::SatisfactionRated(_)
            | Self::ReturnVisitRecorded(_)
            | Self::ComplaintFiled(_)
            | Self::ComplaintResolved(_)
            | Self::SupervisionOrderIssued(_)
            | Self::RectificationVerified(_)
            | Self::DeadlineMissed(_)
            | Self::AccountabilityOpened(_)
            | Self::ResolutionTierRecorded(_)
            | Self::DispositionRecorded(_)
            | Self::CorrectionProposed(_)
            | Self::RecordCorrected(_)
            | Self::CorrectionRejected(_)
            | Self::ArchiveSubmitted(_)
            | Self::ArchiveAccepted(_)
            | Self::ArchiveReturned(_)
            | Self::FileLent(_)
            | Self::FileReturned(_)
            | Self::QualityReviewOpened(_)
            | Self::QualityReviewScored(_)
            | Self::QualityReviewFinalised(_) => Vec::new(),
        }
    }
}
