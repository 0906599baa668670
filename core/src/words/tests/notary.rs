//! Every key of notary matters that must have a word, as the code has it.

use std::collections::{BTreeMap, BTreeSet};

use super::keys::{Fields, Keys, commands, fields_of, struct_fields, variants};
use crate::case::Kind;
use crate::case::notary::{self, Event, Notary, Step};
use crate::policy::Policy;

/// The codes.
pub(super) fn labels(keys: &mut Keys) {
    keys.group("state", Step::ALL.iter().map(|step| step.name()));
    keys.group("command", Notary::COMMANDS.iter().map(|spec| spec.name));
    keys.group("event", Event::TYPES.iter().map(|(name, _)| name));
    keys.group("statistics", notary::StatisticalGroup::ALL);
    keys.group("competent_place", notary::Competence::ALL);
    keys.group("acceptance", notary::AcceptanceCondition::ALL);
    keys.group("telling", notary::Telling::ALL);
    keys.group("examination", notary::ExaminationItem::ALL);
    keys.group("verification", notary::VerificationMethod::ALL);
    keys.group("certificate", notary::CertificateForm::ALL);
    keys.group("condition", notary::CertificateCondition::ALL);
    keys.group("approval", notary::ApprovalCheck::ALL);
    keys.group("part", notary::CertificatePart::ALL);
    keys.group("reexamination_finding", notary::ReexaminationFinding::ALL);
    keys.group("reexamination", notary::ReexaminationOutcome::ALL);
    keys.group("duty", notary::Duty::ALL);
    keys.group("comes", variants::<notary::Comes>());
    keys.group("requester", variants::<notary::Requester>());
    keys.group("verdict", variants::<notary::Verdict>());
    keys.group("acceptance_answer", variants::<notary::AcceptanceAnswer>());
    keys.group("delegated_answer", variants::<notary::DelegatedAnswer>());
    keys.group("execution_answer", variants::<notary::ExecutionAnswer>());
    let policy = Policy::embedded();
    let matters = policy.profiles().flat_map(|profile| &profile.matters);
    keys.group("matter", matters.map(|matter| &matter.code));
}

/// The fields, by the type that has them.
pub(super) fn fields() -> Fields {
    let payloads = fields_of!(notary {
        NotaryBooked,
        NotaryApplied,
        NotaryAccepted,
        NotAccepted,
        NotaryAssigned,
        FeeSet,
        FeeReduced,
        ExaminationRecorded,
        VerificationRecorded,
        VerificationDelegated,
        DelegatedVerificationAnswered,
        DelegatedVerificationImpossible,
        TestimonyGiven,
        CertificateDrafted,
        CollectiveDiscussionRecorded,
        CertificateApproved,
        ApprovalReturned,
        CertificateIssued,
        CertificateDelivered,
        NotaryRefused,
        NotaryTerminated,
        ReexaminationRequested,
        ReexaminerAssigned,
        CertificateUpheld,
        CertificateCorrected,
        SupplementaryCertificateIssued,
        CertificatePartlyRevoked,
        CertificateRevoked,
        ReexaminationCarriedOut,
        RevocationPublished,
        AssociationNotified,
        AssociationComplaintFiled,
        CourtRouteTold,
        ExecutionCertificateIssued,
        ExecutionCertificateRefused,
        FileUnsealed,
    });
    let names: BTreeSet<_> = Event::TYPES.iter().map(|(name, _)| *name).collect();
    assert_eq!(payloads.keys().copied().collect::<BTreeSet<_>>(), names);
    let nested = fields_of!(notary {
        Application,
        Applicant,
        Information,
        Report,
        Ruling,
        ExecutionClaim,
        CertificateNumber,
    });
    payloads.into_iter().chain(nested).chain(commands::<notary::Command>()).collect()
}
