//! What can be asked of a case of legal aid, by whom, and at which step.
//!
//! Where a command says no more than what is to be recorded, it carries the very record.

use serde::{Deserialize, Serialize};

use super::application::{
    ApplicationForwarded, JurisdictionConfirmed, ReceiveAidApplication, ReceiveDefenceNotice,
    SubmitAidApplication, TakeAidApplication,
};
use super::counsel::{
    AgencyAgreementSigned, AssignUnit, ChangeCounsel, CounselPreferenceRecorded, CounselRefusalRecorded,
    NameCounsel, RefuseCounselChange, RequestCounselChange, SigningDelayed,
};
use super::decision::{
    EmergencyPapersSupplied, GrantAid, GrantEmergencyAid, RefuseAid, ServeDecision, TerminateAid,
};
use super::handling::{
    ContinueAid, ProgressReported, RecordStep, ReportCompletion, TerminationGroundReported,
};
use super::means::{
    CommitmentNoticeGiven, CommitmentSigned, ExemptHardship, VerifyCommitment, VerifyHardship,
};
use super::objection::{
    AdminRemedyConcluded, CorrectDecision, DecideObjection, FileObjection, RecordAdminRemedy,
};
use super::request::{AidRequest, DutyService};
use super::review::{
    AnswerInterRegionalCheck, AskOtherAgency, DecideStaffRecusal, RecordReview, RequestStaffRecusal,
};
use super::settlement::{
    ApproveSubsidy, CalculateSubsidy, CaseFileReturned, PaySubsidy, RecoverCost, SubmitCaseFile,
};
use super::step::Step;
use crate::case::CommandSpec;
use crate::case::code::Role;
use crate::case::skeleton::commands;
use crate::id::ActorId;

commands! {
    /// A command to a case of legal aid. The numbers are those of the table of transitions.
    pub enum Command {
        /// A1. Somebody applies to the agency (申请).
        SubmitAidApplication(SubmitAidApplication),
        /// A1. Somebody applies where the agency is not (代收申请).
        TakeAidApplication(TakeAidApplication),
        /// A2. The application of somebody who is held is handed over (转交).
        ForwardDetaineeApplication(ApplicationForwarded),
        /// A1. The agency has what was taken in elsewhere (收到申请).
        ReceiveAidApplication(ReceiveAidApplication),
        /// A3. An organ gives notice that somebody must have a defender (通知辩护).
        ReceiveDefenceNotice(ReceiveDefenceNotice),
        /// A duty lawyer helps somebody (法律帮助).
        RecordDutyService(DutyService),
        /// A4. It is found that the agency is competent; if it is not, the case is transferred (确认管辖).
        CheckJurisdiction(JurisdictionConfirmed),
        /// A8. Somebody is told what a commitment means (告知承诺事项).
        GiveCommitmentNotice(CommitmentNoticeGiven),
        /// A8. Somebody commits to what they say about their means (签承诺书).
        SignCommitment(CommitmentSigned),
        /// A commitment is checked (核查承诺).
        VerifyCommitment(VerifyCommitment),
        /// A9. Somebody's means are looked into (核查经济困难状况).
        VerifyHardship(VerifyHardship),
        /// A10. Somebody's means are not looked into, by law (免予核查).
        ExemptHardship(ExemptHardship),
        /// A11. The agency of another region is asked (异地协作).
        AskOtherAgency(AskOtherAgency),
        /// A11. It answers (异地协作答复).
        AnswerInterRegionalCheck(AnswerInterRegionalCheck),
        /// A12. Aid cannot wait for the review (先行提供).
        GrantEmergencyAid(GrantEmergencyAid),
        /// What A12 left open comes in (补交材料).
        SupplyEmergencyPapers(EmergencyPapersSupplied),
        /// A13. The reviewer gives an opinion (审查意见).
        RecordReview(RecordReview),
        /// Somebody of the agency should leave (申请回避).
        RequestStaffRecusal(RequestStaffRecusal),
        /// That is answered (决定回避).
        DecideStaffRecusal(DecideStaffRecusal),
        /// A14. Aid is granted (给予).
        GrantAid(GrantAid),
        /// A15. Aid is refused (不予).
        RefuseAid(RefuseAid),
        /// A16. A decision is served (送达).
        ServeDecision(ServeDecision),
        /// A17. The person chooses counsel (点援).
        RecordCounselPreference(CounselPreferenceRecorded),
        /// A18. A unit gets the matter (指派).
        AssignUnit(AssignUnit),
        /// A19. Counsel is named (安排承办人).
        NameCounsel(NameCounsel),
        /// A20. Client and unit sign (签委托协议).
        SignAgencyAgreement(AgencyAgreementSigned),
        /// A20. They have not signed yet, for a reason (签约延迟).
        DelaySigning(SigningDelayed),
        /// A21. Counsel does something (承办记录).
        RecordStep(RecordStep),
        /// A22. Counsel tells how far the matter is (通报).
        ReportProgress(ProgressReported),
        /// A23. Another counsel is asked for (申请更换).
        RequestCounselChange(RequestCounselChange),
        /// A23. Another counsel comes (更换).
        ChangeCounsel(ChangeCounsel),
        /// A23. The counsel stays (不予更换).
        RefuseCounselChange(RefuseCounselChange),
        /// A24. The counsel refuses to act (拒绝办理).
        RecordCounselRefusal(CounselRefusalRecorded),
        /// A25. The counsel finds that aid may have to end (报告终止情形).
        ReportTerminationGround(TerminationGroundReported),
        /// Aid goes on all the same (继续援助).
        ContinueAid(ContinueAid),
        /// A26. Aid ends early (终止).
        TerminateAid(TerminateAid),
        /// A27. The person objects (提出异议).
        FileObjection(FileObjection),
        /// A28. The bureau decides on it (异议处理).
        DecideObjection(DecideObjection),
        /// A29. The agency corrects its decision (改正).
        CorrectDecision(CorrectDecision),
        /// A30. The person goes on (复议、诉讼).
        RecordAdminRemedy(RecordAdminRemedy),
        /// A30. It is known what came of it (复议诉讼结果).
        RecordAdminResult(AdminRemedyConcluded),
        /// A31. The matter has ended (报告办结).
        ReportCompletion(ReportCompletion),
        /// A32. Counsel hands the file in (交卷).
        SubmitCaseFile(SubmitCaseFile),
        /// A33. The agency takes it (审卷通过).
        AcceptCaseFile,
        /// A33. The agency gives it back (审卷退回).
        ReturnCaseFile(CaseFileReturned),
        /// A34. The subsidy is calculated (核算补贴).
        CalculateSubsidy(CalculateSubsidy),
        /// A34. It is approved (批准补贴).
        ApproveSubsidy(ApproveSubsidy),
        /// A34. It is paid (发放补贴).
        PaySubsidy(PaySubsidy),
        /// A36. Somebody who got aid by fraud must pay (追缴).
        RecoverCost(RecoverCost),
    }
}

impl Command {
    /// What is asked for, in the commands with which a matter comes in.
    pub(super) const fn request(&self) -> Option<&AidRequest> {
        if let Self::SubmitAidApplication(SubmitAidApplication { request, .. })
        | Self::TakeAidApplication(TakeAidApplication { request, .. })
        | Self::ReceiveDefenceNotice(ReceiveDefenceNotice { request, .. }) = self
        {
            Some(request)
        } else {
            None
        }
    }

    /// Whom it puts to work on the case, if it is carried out.
    pub(super) fn engages(&self) -> Vec<ActorId> {
        match self {
            Self::NameCounsel(named) => vec![named.nomination.counsel],
            Self::ChangeCounsel(changed) => vec![changed.nomination.counsel],
            Self::SubmitAidApplication { .. }
            | Self::TakeAidApplication { .. }
            | Self::ForwardDetaineeApplication { .. }
            | Self::ReceiveAidApplication { .. }
            | Self::ReceiveDefenceNotice { .. }
            | Self::RecordDutyService { .. }
            | Self::CheckJurisdiction { .. }
            | Self::GiveCommitmentNotice { .. }
            | Self::SignCommitment { .. }
            | Self::VerifyCommitment { .. }
            | Self::VerifyHardship { .. }
            | Self::ExemptHardship { .. }
            | Self::AskOtherAgency { .. }
            | Self::AnswerInterRegionalCheck { .. }
            | Self::GrantEmergencyAid { .. }
            | Self::SupplyEmergencyPapers { .. }
            | Self::RecordReview { .. }
            | Self::RequestStaffRecusal { .. }
            | Self::DecideStaffRecusal { .. }
            | Self::GrantAid { .. }
            | Self::RefuseAid { .. }
            | Self::ServeDecision { .. }
            | Self::RecordCounselPreference { .. }
            | Self::AssignUnit { .. }
            | Self::SignAgencyAgreement { .. }
            | Self::DelaySigning { .. }
            | Self::RecordStep { .. }
            | Self::ReportProgress { .. }
            | Self::RequestCounselChange { .. }
            | Self::RefuseCounselChange { .. }
            | Self::RecordCounselRefusal { .. }
            | Self::ReportTerminationGround { .. }
            | Self::ContinueAid { .. }
            | Self::TerminateAid { .. }
            | Self::FileObjection { .. }
            | Self::DecideObjection { .. }
            | Self::CorrectDecision { .. }
            | Self::RecordAdminRemedy { .. }
            | Self::RecordAdminResult { .. }
            | Self::ReportCompletion { .. }
            | Self::SubmitCaseFile { .. }
            | Self::AcceptCaseFile { .. }
            | Self::ReturnCaseFile { .. }
            | Self::CalculateSubsidy { .. }
            | Self::ApproveSubsidy { .. }
            | Self::PaySubsidy { .. }
            | Self::RecoverCost { .. } => Vec::new(),
        }
    }
}

/// Whoever applies, and who writes down what they say.
const APPLICANTS: &[Role] = &[Role::Applicant, Role::Agent, Role::Guardian, Role::Clerk];
/// Whoever is helped, or acts for them.
const CLIENTS: &[Role] = &[Role::Applicant, Role::Agent, Role::Guardian];
/// Whoever may take an application in for the agency. Source: Legal Aid Law (法律援助法, 2021) Art 13, 39.
const TAKERS: &[Role] = &[
    Role::Applicant,
    Role::Agent,
    Role::Guardian,
    Role::Clerk,
    Role::Liaison,
    Role::DutyLawyer,
    Role::External,
];
const REVIEWER: &[Role] = &[Role::Reviewer];
const REVIEW_DESK: &[Role] = &[Role::Clerk, Role::Reviewer];
const APPROVER: &[Role] = &[Role::Approver];
const COUNSEL: &[Role] = &[Role::Counsel];
const UNIT: &[Role] = &[Role::Counsel, Role::LawFirm];
const DISPATCHERS: &[Role] = &[Role::Dispatcher, Role::Approver];
const CLERK: &[Role] = &[Role::Clerk];
const BUREAU: &[Role] = &[Role::Bureau];

/// While nothing is decided and the other region has nothing to answer.
const DECIDABLE: &[Step] = &[Step::EligibilityReview, Step::HardshipCheck];
const UNDECIDED: &[Step] =
    &[Step::ApplicationReceived, Step::EligibilityReview, Step::HardshipCheck, Step::InterRegionalCheck];
/// While somebody's means can be looked into: also after aid that could not wait.
const MEANS: &[Step] =
    &[Step::EligibilityReview, Step::HardshipCheck, Step::InterRegionalCheck, Step::EmergencyGranted];
const COMMITTED: &[Step] = &[
    Step::HardshipCheck,
    Step::EligibilityReview,
    Step::InterRegionalCheck,
    Step::EmergencyGranted,
    Step::Granted,
    Step::UnitAssigned,
    Step::LawyerNamed,
    Step::AgreementSigned,
    Step::Active,
    Step::ReplacementPending,
    Step::TerminationPending,
    Step::Reporting,
];
const TO_ASSIGN: &[Step] = &[Step::NoticeReceived, Step::EmergencyGranted, Step::Granted];
const BEFORE_COUNSEL: &[Step] =
    &[Step::NoticeReceived, Step::EmergencyGranted, Step::Granted, Step::UnitAssigned];
const WITH_COUNSEL: &[Step] = &[Step::LawyerNamed, Step::AgreementSigned, Step::Active];
const REPLACEABLE: &[Step] =
    &[Step::LawyerNamed, Step::AgreementSigned, Step::Active, Step::ReplacementPending];
const AT_WORK: &[Step] = &[
    Step::LawyerNamed,
    Step::AgreementSigned,
    Step::Active,
    Step::ReplacementPending,
    Step::TerminationPending,
];
const TO_REPORT: &[Step] = &[
    Step::LawyerNamed,
    Step::AgreementSigned,
    Step::Active,
    Step::ReplacementPending,
    Step::TerminationPending,
    Step::Reporting,
];
const SIGNABLE: &[Step] =
    &[Step::LawyerNamed, Step::Active, Step::ReplacementPending, Step::TerminationPending];
const DELAYABLE: &[Step] = &[
    Step::UnitAssigned,
    Step::LawyerNamed,
    Step::Active,
    Step::ReplacementPending,
    Step::TerminationPending,
];
const AFTER_EMERGENCY: &[Step] = &[
    Step::EmergencyGranted,
    Step::UnitAssigned,
    Step::LawyerNamed,
    Step::AgreementSigned,
    Step::Active,
    Step::ReplacementPending,
    Step::TerminationPending,
    Step::Reporting,
];
const AIDED: &[Step] = &[
    Step::NoticeReceived,
    Step::EmergencyGranted,
    Step::Granted,
    Step::UnitAssigned,
    Step::LawyerNamed,
    Step::AgreementSigned,
    Step::Active,
    Step::ReplacementPending,
    Step::TerminationPending,
];
const DECIDED: &[Step] = &[
    Step::EmergencyGranted,
    Step::Granted,
    Step::UnitAssigned,
    Step::LawyerNamed,
    Step::AgreementSigned,
    Step::Active,
    Step::ReplacementPending,
    Step::TerminationPending,
    Step::Reporting,
    Step::AidRefused,
    Step::Terminated,
];
const TURNED_DOWN: &[Step] = &[Step::AidRefused, Step::Terminated];
const FILING: &[Step] = &[Step::Reporting, Step::Terminated];
const SETTLING: &[Step] = &[Step::Terminated, Step::Completed];

const fn spec(
    number: &'static str,
    name: &'static str,
    roles: &'static [Role],
    from: &'static [Step],
) -> CommandSpec<Step> {
    CommandSpec { number, name, roles, from }
}

/// Who may do what, and at which step. `decide` is held against this table by a test.
pub(super) const COMMANDS: &[CommandSpec<Step>] = &[
    spec("A1", "SubmitAidApplication", APPLICANTS, &[Step::Unopened]),
    spec("A1", "TakeAidApplication", TAKERS, &[Step::Unopened]),
    spec(
        "A2",
        "ForwardDetaineeApplication",
        &[Role::External, Role::DutyLawyer, Role::Clerk],
        &[Step::ProxyReceived],
    ),
    spec("A1", "ReceiveAidApplication", REVIEW_DESK, &[Step::ProxyReceived]),
    spec("A3", "ReceiveDefenceNotice", CLERK, &[Step::Unopened]),
    spec("2.3.1", "RecordDutyService", &[Role::DutyLawyer], &[Step::Unopened, Step::DutyServed]),
    spec("A4", "CheckJurisdiction", REVIEW_DESK, &[Step::ApplicationReceived]),
    spec("A8", "GiveCommitmentNotice", REVIEW_DESK, MEANS),
    spec("A8", "SignCommitment", APPLICANTS, MEANS),
    spec("2.3.4", "VerifyCommitment", REVIEW_DESK, COMMITTED),
    spec("A9", "VerifyHardship", REVIEWER, MEANS),
    spec("A10", "ExemptHardship", REVIEWER, MEANS),
    spec("A11", "AskOtherAgency", REVIEWER, DECIDABLE),
    spec(
        "A11",
        "AnswerInterRegionalCheck",
        &[Role::Clerk, Role::Reviewer, Role::External],
        &[Step::InterRegionalCheck],
    ),
    spec("A12", "GrantEmergencyAid", APPROVER, UNDECIDED),
    spec("A12", "SupplyEmergencyPapers", APPLICANTS, AFTER_EMERGENCY),
    spec("A13", "RecordReview", REVIEWER, DECIDABLE),
    spec(
        "SOD-11",
        "RequestStaffRecusal",
        &[Role::Applicant, Role::Agent, Role::Guardian, Role::Party, Role::Reviewer, Role::Approver],
        UNDECIDED,
    ),
    spec("SOD-11", "DecideStaffRecusal", &[Role::Approver, Role::Bureau], UNDECIDED),
    spec("A14", "GrantAid", APPROVER, DECIDABLE),
    spec("A15", "RefuseAid", APPROVER, DECIDABLE),
    spec("A16", "ServeDecision", CLERK, DECIDED),
    spec("A17", "RecordCounselPreference", APPLICANTS, BEFORE_COUNSEL),
    spec("A18", "AssignUnit", DISPATCHERS, TO_ASSIGN),
    spec("A19", "NameCounsel", &[Role::LawFirm, Role::Dispatcher], &[Step::UnitAssigned]),
    spec("A20", "SignAgencyAgreement", UNIT, SIGNABLE),
    spec("A20", "DelaySigning", UNIT, DELAYABLE),
    spec("A21", "RecordStep", COUNSEL, AT_WORK),
    spec("A22", "ReportProgress", COUNSEL, TO_REPORT),
    spec(
        "A23",
        "RequestCounselChange",
        &[Role::Applicant, Role::Agent, Role::Guardian, Role::Dispatcher, Role::Approver],
        WITH_COUNSEL,
    ),
    spec("A23", "ChangeCounsel", DISPATCHERS, REPLACEABLE),
    spec("A23", "RefuseCounselChange", DISPATCHERS, &[Step::ReplacementPending]),
    spec("A24", "RecordCounselRefusal", DISPATCHERS, WITH_COUNSEL),
    spec("A25", "ReportTerminationGround", COUNSEL, WITH_COUNSEL),
    spec("A25", "ContinueAid", APPROVER, &[Step::TerminationPending]),
    spec("A26", "TerminateAid", APPROVER, AIDED),
    spec("A27", "FileObjection", CLIENTS, TURNED_DOWN),
    spec("A28", "DecideObjection", BUREAU, TURNED_DOWN),
    spec("A29", "CorrectDecision", APPROVER, TURNED_DOWN),
    spec("A30", "RecordAdminRemedy", CLERK, TURNED_DOWN),
    spec("A30", "RecordAdminResult", CLERK, TURNED_DOWN),
    spec("A31", "ReportCompletion", COUNSEL, &[Step::Active]),
    spec("A32", "SubmitCaseFile", COUNSEL, FILING),
    spec("A33", "AcceptCaseFile", &[Role::Reviewer, Role::Approver, Role::Archivist], FILING),
    spec("A33", "ReturnCaseFile", &[Role::Reviewer, Role::Approver, Role::Archivist], FILING),
    spec("A34", "CalculateSubsidy", REVIEW_DESK, SETTLING),
    spec("A34", "ApproveSubsidy", APPROVER, SETTLING),
    spec("A34", "PaySubsidy", &[Role::Finance], SETTLING),
    spec("A36", "RecoverCost", BUREAU, SETTLING),
];
