//! Every key of legal aid that must have a word, as the code has it.

use std::collections::{BTreeMap, BTreeSet};

use super::keys::{Fields, Keys, fields_of, struct_fields, variants};
use crate::case::Kind;
use crate::case::legal_aid::{self, Event, LegalAid, Step};

/// The codes.
pub(super) fn labels(keys: &mut Keys) {
    keys.group("state", Step::ALL.iter().map(|step| step.name()));
    keys.group("command", LegalAid::COMMANDS.iter().map(|spec| spec.name));
    keys.group("event", Event::TYPES.iter().map(|(name, _)| name));
    keys.group("sub_kind", legal_aid::SubKind::ALL);
    keys.group("procedure", legal_aid::ProcedureStage::ALL);
    keys.group("custody", legal_aid::Custody::ALL);
    keys.group("aid_feature", legal_aid::Feature::ALL);
    keys.group("applying", legal_aid::Applying::ALL);
    keys.group("form", legal_aid::ApplicationForm::ALL);
    keys.group("organ", legal_aid::Organ::ALL);
    keys.group("duty_help", legal_aid::DutyHelp::ALL);
    keys.group("notice_topic", legal_aid::NoticeTopic::ALL);
    keys.group("credit", legal_aid::Credit::ALL);
    keys.group("means", legal_aid::MeansSource::ALL);
    keys.group("means", legal_aid::CommitmentCheck::ALL);
    keys.group("unit", legal_aid::UnitKind::ALL);
    keys.group("profession", legal_aid::Profession::ALL);
    keys.group("standing", legal_aid::Standing::ALL);
    keys.group("other_choice", legal_aid::OtherChoice::ALL);
    keys.group("delay", legal_aid::DelayCause::ALL);
    keys.group("change", legal_aid::ChangeGround::ALL);
    keys.group("change_by", variants::<legal_aid::ChangeAskedBy>());
    keys.group("aid_competence", legal_aid::Competence::ALL);
    keys.group("emergency", variants::<legal_aid::EmergencyGround>());
    keys.group("aid_opinion", variants::<legal_aid::Opinion>());
    keys.group("granted_by", legal_aid::GrantedBy::ALL);
    keys.group("interest", legal_aid::Interest::ALL);
    keys.group("objection", legal_aid::ObjectionResult::ALL);
    keys.group("admin_remedy", legal_aid::AdminRemedy::ALL);
    keys.group("admin_result", legal_aid::AdminResult::ALL);
    keys.group("aid_step", legal_aid::HandlingStep::ALL);
    keys.group("progress", legal_aid::ProgressTo::ALL);
    keys.group("closing_basis", legal_aid::ClosingBasis::ALL);
    keys.group("subsidy", legal_aid::SubsidyFor::ALL);
    keys.group("reduction", legal_aid::Reduction::ALL);
}

/// The fields, by the type that has them.
pub(super) fn fields() -> Fields {
    let payloads = fields_of!(legal_aid {
        AidApplicationTaken,
        AidApplicationReceived,
        ApplicationForwarded,
        DefenceNoticeReceived,
        DutyServiceRecorded,
        JurisdictionConfirmed,
        DeemedWithdrawn,
        CommitmentNoticeGiven,
        CommitmentSigned,
        HardshipVerified,
        HardshipExempted,
        InterRegionalCheckRequested,
        InterRegionalCheckAnswered,
        EmergencyAidGranted,
        EmergencyPapersSupplied,
        ReviewOpinionRecorded,
        StaffRecusalRequested,
        StaffRecusalDecided,
        AidGranted,
        AidRefused,
        DecisionServed,
        CounselPreferenceRecorded,
        UnitAssigned,
        CounselNamed,
        AgencyAgreementSigned,
        SigningDelayed,
        StepRecorded,
        ProgressReported,
        CounselChangeRequested,
        CounselChanged,
        CounselChangeRefused,
        CounselRefusalRecorded,
        TerminationGroundReported,
        AidContinued,
        AidTerminated,
        ObjectionFiled,
        ObjectionUpheld,
        AgencyOrderedToCorrect,
        TerminationRevoked,
        AdminRemedyConcluded,
        CompletionReported,
        CaseFileSubmitted,
        CaseFileAccepted,
        CaseFileReturned,
        SubsidyCalculated,
        SubsidyApproved,
        SubsidyPaid,
        CostRecoveryOrdered,
    });
    // Two events of one payload each, which share their names.
    let twins = BTreeMap::from([
        ("CommitmentVerified", struct_fields::<legal_aid::CommitmentChecked>()),
        ("CommitmentFoundFalse", struct_fields::<legal_aid::CommitmentChecked>()),
        ("ReconsiderationFiled", struct_fields::<legal_aid::AdminRemedyFiled>()),
        ("AdministrativeSuitFiled", struct_fields::<legal_aid::AdminRemedyFiled>()),
    ]);
    let events: Fields = payloads.into_iter().chain(twins).collect();
    let names: BTreeSet<_> = Event::TYPES.iter().map(|(name, _)| *name).collect();
    assert_eq!(events.keys().copied().collect::<BTreeSet<_>>(), names);
    let nested =
        fields_of!(legal_aid { AidRequest, DutyService, InfoShareQueried, Nomination, Unit, SubsidyItem });
    let commands = fields_of!(legal_aid {
        SubmitAidApplication,
        TakeAidApplication,
        ReceiveAidApplication,
        ReceiveDefenceNotice,
        VerifyCommitment,
        VerifyHardship,
        ExemptHardship,
        AskOtherAgency,
        AnswerInterRegionalCheck,
        GrantEmergencyAid,
        RecordReview,
        DecideStaffRecusal,
        GrantAid,
        RefuseAid,
        ServeDecision,
        AssignUnit,
        NameCounsel,
        RecordStep,
        RequestCounselChange,
        ChangeCounsel,
        RefuseCounselChange,
        ContinueAid,
        TerminateAid,
        FileObjection,
        DecideObjection,
        CorrectDecision,
        RecordAdminRemedy,
        ReportCompletion,
        SubmitCaseFile,
        CalculateSubsidy,
        ApproveSubsidy,
        PaySubsidy,
        RecoverCost,
    });
    events.into_iter().chain(nested).chain(commands).collect()
}
