//! What happens in a case of legal aid.

use super::application::{
    AidApplicationReceived, AidApplicationTaken, ApplicationForwarded, DeemedWithdrawn,
    DefenceNoticeReceived, DutyServiceRecorded, JurisdictionConfirmed,
};
use super::counsel::{
    AgencyAgreementSigned, CounselChangeRefused, CounselChangeRequested, CounselChanged, CounselNamed,
    CounselPreferenceRecorded, CounselRefusalRecorded, SigningDelayed, UnitAssigned,
};
use super::decision::{
    AidGranted, AidRefused, AidTerminated, DecisionServed, EmergencyAidGranted, EmergencyPapersSupplied,
};
use super::handling::{
    AidContinued, CompletionReported, ProgressReported, StepRecorded, TerminationGroundReported,
};
use super::means::{
    CommitmentChecked, CommitmentNoticeGiven, CommitmentSigned, HardshipExempted, HardshipVerified,
};
use super::objection::{
    AdminRemedyConcluded, AdminRemedyFiled, AgencyOrderedToCorrect, ObjectionFiled, ObjectionUpheld,
    TerminationRevoked,
};
use super::review::{
    InterRegionalCheckAnswered, InterRegionalCheckRequested, ReviewOpinionRecorded, StaffRecusalDecided,
    StaffRecusalRequested,
};
use super::settlement::{
    CaseFileAccepted, CaseFileReturned, CaseFileSubmitted, CostRecoveryOrdered, SubsidyApproved,
    SubsidyCalculated, SubsidyPaid,
};
use crate::event_set;
use crate::policy::Deadline;

event_set! {
    /// Something that happened in a case of legal aid.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Event {
        /// A1, where the agency is not (已代收申请).
        AidApplicationTaken(AidApplicationTaken) = 1,
        /// A1 (已收到申请).
        AidApplicationReceived(AidApplicationReceived) = 1,
        /// A2 (已转交).
        ApplicationForwarded(ApplicationForwarded) = 1,
        /// A3 (收到通知辩护).
        DefenceNoticeReceived(DefenceNoticeReceived) = 1,
        /// The help of a duty lawyer (已提供法律帮助).
        DutyServiceRecorded(DutyServiceRecorded) = 1,
        /// A4 (已确认管辖).
        JurisdictionConfirmed(JurisdictionConfirmed) = 1,
        /// A6 (视为撤回).
        DeemedWithdrawn(DeemedWithdrawn) = 1,
        /// A8 (已告知承诺事项).
        CommitmentNoticeGiven(CommitmentNoticeGiven) = 1,
        /// A8 (已签承诺书).
        CommitmentSigned(CommitmentSigned) = 1,
        /// A commitment was checked and holds (承诺属实).
        CommitmentVerified(CommitmentChecked) = 1,
        /// A commitment was checked and is false (承诺不实).
        CommitmentFoundFalse(CommitmentChecked) = 1,
        /// A9 (已核查).
        HardshipVerified(HardshipVerified) = 1,
        /// A10 (免予核查).
        HardshipExempted(HardshipExempted) = 1,
        /// A11 (已请求异地协作).
        InterRegionalCheckRequested(InterRegionalCheckRequested) = 1,
        /// A11 (异地协作已答复).
        InterRegionalCheckAnswered(InterRegionalCheckAnswered) = 1,
        /// A12 (先行提供).
        EmergencyAidGranted(EmergencyAidGranted) = 1,
        /// What A12 left open came in (已补交材料).
        EmergencyPapersSupplied(EmergencyPapersSupplied) = 1,
        /// A13 (审查意见).
        ReviewOpinionRecorded(ReviewOpinionRecorded) = 1,
        /// Somebody of the agency should leave (已申请回避).
        StaffRecusalRequested(StaffRecusalRequested) = 1,
        /// That was answered (已决定回避).
        StaffRecusalDecided(StaffRecusalDecided) = 1,
        /// A14, A29 (给予).
        AidGranted(AidGranted) = 1,
        /// A15 (不予).
        AidRefused(AidRefused) = 1,
        /// A16 (已送达).
        DecisionServed(DecisionServed) = 1,
        /// A17 (点援).
        CounselPreferenceRecorded(CounselPreferenceRecorded) = 1,
        /// A18 (已指派).
        UnitAssigned(UnitAssigned) = 1,
        /// A19 (已安排承办人).
        CounselNamed(CounselNamed) = 1,
        /// A20 (已签委托协议).
        AgencyAgreementSigned(AgencyAgreementSigned) = 1,
        /// A20 (签约延迟).
        SigningDelayed(SigningDelayed) = 1,
        /// A21 (承办记录).
        StepRecorded(StepRecorded) = 1,
        /// A22 (已通报).
        ProgressReported(ProgressReported) = 1,
        /// A23 (已申请更换).
        CounselChangeRequested(CounselChangeRequested) = 1,
        /// A23 (已更换).
        CounselChanged(CounselChanged) = 1,
        /// A23 (不予更换).
        CounselChangeRefused(CounselChangeRefused) = 1,
        /// A24 (承办人拒绝办理).
        CounselRefusalRecorded(CounselRefusalRecorded) = 1,
        /// A25 (已报告终止情形).
        TerminationGroundReported(TerminationGroundReported) = 1,
        /// The report of A25 came to nothing (继续援助).
        AidContinued(AidContinued) = 1,
        /// A26 (已终止).
        AidTerminated(AidTerminated) = 1,
        /// A27 (已提异议).
        ObjectionFiled(ObjectionFiled) = 1,
        /// A28 (维持).
        ObjectionUpheld(ObjectionUpheld) = 1,
        /// A28 (责令改正).
        AgencyOrderedToCorrect(AgencyOrderedToCorrect) = 1,
        /// A29 (撤销终止).
        TerminationRevoked(TerminationRevoked) = 1,
        /// A30 (已申请行政复议).
        ReconsiderationFiled(AdminRemedyFiled) = 1,
        /// A30 (已提起行政诉讼).
        AdministrativeSuitFiled(AdminRemedyFiled) = 1,
        /// A30 (复议诉讼结果).
        AdminRemedyConcluded(AdminRemedyConcluded) = 1,
        /// A31 (已报告办结).
        CompletionReported(CompletionReported) = 1,
        /// A32 (已交卷).
        CaseFileSubmitted(CaseFileSubmitted) = 1,
        /// A33 (审卷通过).
        CaseFileAccepted(CaseFileAccepted) = 1,
        /// A33 (审卷退回).
        CaseFileReturned(CaseFileReturned) = 1,
        /// A34 (补贴已核算).
        SubsidyCalculated(SubsidyCalculated) = 1,
        /// A34 (补贴已批准).
        SubsidyApproved(SubsidyApproved) = 1,
        /// A34 (补贴已发放).
        SubsidyPaid(SubsidyPaid) = 1,
        /// A36 (已责令支付费用).
        CostRecoveryOrdered(CostRecoveryOrdered) = 1,
    }
}

impl Event {
    /// The due dates that it sets.
    pub(super) fn deadlines(&self) -> Vec<&Deadline> {
        match self {
            Self::AidApplicationTaken(taken) => taken.hand_over_by.iter().collect(),
            Self::AidApplicationReceived(received) => vec![&received.decide_by],
            Self::DefenceNoticeReceived(received) => {
                [&received.assign_by].into_iter().chain(&received.organ_by).collect()
            }
            Self::InterRegionalCheckAnswered(answered) => vec![&answered.decide_by],
            Self::EmergencyAidGranted(granted) => {
                [&granted.assign_by].into_iter().chain(&granted.papers_by).collect()
            }
            Self::StaffRecusalRequested(requested) => requested.decide_by.iter().collect(),
            Self::AidGranted(granted) => vec![&granted.assign_by],
            Self::DecisionServed(served) => served.object_by.iter().chain(&served.remedies_by).collect(),
            Self::UnitAssigned(assigned) => vec![&assigned.sign_by],
            Self::StepRecorded(step) => step.meeting_by.iter().collect(),
            Self::CounselChangeRequested(requested) => requested.decide_by.iter().collect(),
            Self::CounselChanged(changed) => changed.sign_by.iter().collect(),
            Self::AidTerminated(terminated) => {
                [&terminated.notify_by].into_iter().chain(&terminated.file_by).collect()
            }
            Self::ObjectionFiled(filed) => vec![&filed.decide_by],
            Self::CompletionReported(reported) => reported.file_by.iter().collect(),
            Self::CaseFileAccepted(accepted) => accepted.pay_by.iter().collect(),
            Self::ApplicationForwarded(_)
            | Self::DutyServiceRecorded(_)
            | Self::JurisdictionConfirmed(_)
            | Self::DeemedWithdrawn(_)
            | Self::CommitmentNoticeGiven(_)
            | Self::CommitmentSigned(_)
            | Self::CommitmentVerified(_)
            | Self::CommitmentFoundFalse(_)
            | Self::HardshipVerified(_)
            | Self::HardshipExempted(_)
            | Self::InterRegionalCheckRequested(_)
            | Self::EmergencyPapersSupplied(_)
            | Self::ReviewOpinionRecorded(_)
            | Self::StaffRecusalDecided(_)
            | Self::AidRefused(_)
            | Self::CounselPreferenceRecorded(_)
            | Self::CounselNamed(_)
            | Self::AgencyAgreementSigned(_)
            | Self::SigningDelayed(_)
            | Self::ProgressReported(_)
            | Self::CounselChangeRefused(_)
            | Self::CounselRefusalRecorded(_)
            | Self::TerminationGroundReported(_)
            | Self::AidContinued(_)
            | Self::ObjectionUpheld(_)
            | Self::AgencyOrderedToCorrect(_)
            | Self::TerminationRevoked(_)
            | Self::ReconsiderationFiled(_)
            | Self::AdministrativeSuitFiled(_)
            | Self::AdminRemedyConcluded(_)
            | Self::CaseFileSubmitted(_)
            | Self::CaseFileReturned(_)
            | Self::SubsidyCalculated(_)
            | Self::SubsidyApproved(_)
            | Self::SubsidyPaid(_)
            | Self::CostRecoveryOrdered(_) => Vec::new(),
        }
    }
}
