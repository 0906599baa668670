//! What happens in a notary matter.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::certificate::{
    ApprovalCheck, CertificateCondition, CertificateForm, CertificateNumber, CertificatePart,
};
use super::matter::{
    AcceptanceCondition, Application, Competence, ExaminationItem, Information, MatterTrait, Report,
    VerificationMethod,
};
use super::reexamination::{
    AssociationComplaintFiled, AssociationNotified, CertificateCorrected, CertificatePartlyRevoked,
    CertificateRevoked, CertificateUpheld, CourtRouteTold, ExecutionCertificateIssued,
    ExecutionCertificateRefused, FileUnsealed, ReexaminationCarriedOut, ReexaminationRequested,
    ReexaminerAssigned, RevocationPublished, SupplementaryCertificateIssued,
};
use crate::case::CaseNumber;
use crate::case::code::ServiceMode;
use crate::case::skeleton::Remedy;
use crate::clock::Timestamp;
use crate::event_set;
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::{Deadline, Jurisdiction};
use crate::privacy::Sealed;

event_set! {
    /// Something that happened in a notary matter.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Event {
        /// 2.4.1 (已预约).
        NotaryBooked(NotaryBooked) = 1,
        /// N1 (已申请公证).
        NotaryApplied(NotaryApplied) = 1,
        /// N3 (已受理).
        NotaryAccepted(NotaryAccepted) = 1,
        /// N3 (不予受理).
        NotAccepted(NotAccepted) = 1,
        /// N4 (已指派公证员).
        NotaryAssigned(NotaryAssigned) = 1,
        /// N5 (收费已确定).
        FeeSet(FeeSet) = 1,
        /// N5 (收费已减免).
        FeeReduced(FeeReduced) = 1,
        /// N6 (已审查).
        ExaminationRecorded(ExaminationRecorded) = 1,
        /// N8 (已核实).
        VerificationRecorded(VerificationRecorded) = 1,
        /// N9 (已委托核实).
        VerificationDelegated(VerificationDelegated) = 1,
        /// N9 (委托核实已答复).
        DelegatedVerificationAnswered(DelegatedVerificationAnswered) = 1,
        /// N9 (委托核实无法办理).
        DelegatedVerificationImpossible(DelegatedVerificationImpossible) = 1,
        /// 2.4.5 (已现场宣读公证词).
        TestimonyGiven(TestimonyGiven) = 1,
        /// N10 (已拟证).
        CertificateDrafted(CertificateDrafted) = 1,
        /// N11 (已集体讨论).
        CollectiveDiscussionRecorded(CollectiveDiscussionRecorded) = 1,
        /// N12 (已审批).
        CertificateApproved(CertificateApproved) = 1,
        /// N12 (审批退回).
        ApprovalReturned(ApprovalReturned) = 1,
        /// N13 (已出证).
        CertificateIssued(CertificateIssued) = 1,
        /// N13 (已送达).
        CertificateDelivered(CertificateDelivered) = 1,
        /// N14 (不予办理).
        NotaryRefused(NotaryRefused) = 1,
        /// N15 (终止公证).
        NotaryTerminated(NotaryTerminated) = 1,
        /// N16 (已申请复查).
        ReexaminationRequested(ReexaminationRequested) = 1,
        /// N17 (已指派复查公证员).
        ReexaminerAssigned(ReexaminerAssigned) = 1,
        /// N18 (维持公证书).
        CertificateUpheld(CertificateUpheld) = 1,
        /// N18 (更正公证书).
        CertificateCorrected(CertificateCorrected) = 1,
        /// N18 (出具补充公证书).
        SupplementaryCertificateIssued(SupplementaryCertificateIssued) = 1,
        /// N18 (部分撤销公证书).
        CertificatePartlyRevoked(CertificatePartlyRevoked) = 1,
        /// N18 (撤销公证书).
        CertificateRevoked(CertificateRevoked) = 1,
        /// N18 (复查决定已执行).
        ReexaminationCarriedOut(ReexaminationCarriedOut) = 1,
        /// N19 (撤销已公告).
        RevocationPublished(RevocationPublished) = 1,
        /// N19 (已报协会备案).
        AssociationNotified(AssociationNotified) = 1,
        /// N20 (已向协会投诉).
        AssociationComplaintFiled(AssociationComplaintFiled) = 1,
        /// N21 (已告知诉讼途径).
        CourtRouteTold(CourtRouteTold) = 1,
        /// N22 (已出具执行证书).
        ExecutionCertificateIssued(ExecutionCertificateIssued) = 1,
        /// N22 (不予出具执行证书).
        ExecutionCertificateRefused(ExecutionCertificateRefused) = 1,
        /// 2.4.6 (案卷已解密).
        FileUnsealed(FileUnsealed) = 1,
    }
}

impl Event {
    /// The due dates that it sets.
    pub(super) fn deadlines(&self) -> Vec<&Deadline> {
        match self {
            Self::NotaryAccepted(event) => vec![&event.term],
            Self::VerificationDelegated(event) => vec![&event.answer_by],
            Self::CertificateIssued(event) => vec![&event.archive_by],
            Self::NotaryRefused(event) => vec![&event.archive_by],
            Self::NotaryTerminated(event) => vec![&event.archive_by],
            Self::CertificateDelivered(event) => event.reexamine_by.iter().collect(),
            Self::ReexaminationRequested(event) => vec![&event.decide_by],
            Self::CertificateCorrected(event) => vec![&event.carry_out_by],
            Self::SupplementaryCertificateIssued(event) => vec![&event.carry_out_by, &event.file_by],
            Self::CertificatePartlyRevoked(event) => vec![&event.carry_out_by, &event.file_by],
            Self::CertificateRevoked(event) => vec![&event.carry_out_by, &event.file_by],
            Self::NotaryBooked(_)
            | Self::NotaryApplied(_)
            | Self::NotAccepted(_)
            | Self::NotaryAssigned(_)
            | Self::FeeSet(_)
            | Self::FeeReduced(_)
            | Self::ExaminationRecorded(_)
            | Self::VerificationRecorded(_)
            | Self::DelegatedVerificationAnswered(_)
            | Self::DelegatedVerificationImpossible(_)
            | Self::TestimonyGiven(_)
            | Self::CertificateDrafted(_)
            | Self::CollectiveDiscussionRecorded(_)
            | Self::CertificateApproved(_)
            | Self::ApprovalReturned(_)
            | Self::ReexaminerAssigned(_)
            | Self::CertificateUpheld(_)
            | Self::ReexaminationCarriedOut(_)
            | Self::RevocationPublished(_)
            | Self::AssociationNotified(_)
            | Self::AssociationComplaintFiled(_)
            | Self::CourtRouteTold(_)
            | Self::ExecutionCertificateIssued(_)
            | Self::ExecutionCertificateRefused(_)
            | Self::FileUnsealed(_) => Vec::new(),
        }
    }
}

/// Somebody made an appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotaryBooked {
    /// Where it belongs.
    pub jurisdiction: Jurisdiction,
    /// Who.
    pub person: PersonRef,
    /// Name, telephone; sealed under the key of the person.
    pub particulars: Sealed,
    /// What is to be certified, by its code in the rules.
    pub matter: Code,
    /// When they come.
    pub appointment: Timestamp,
}

/// Somebody applied for a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotaryApplied {
    /// What was asked for.
    pub application: Application,
    /// What the law attached to the matter then.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub traits: BTreeSet<MatterTrait>,
}

/// The matter was taken on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotaryAccepted {
    /// The number.
    pub number: CaseNumber,
    /// What makes the office competent.
    pub competence: Competence,
    /// What was found to hold.
    pub confirmed: BTreeSet<AcceptanceCondition>,
    /// The record of the search for another office that took it on first.
    pub search: DocumentId,
    /// What the applicants were told.
    pub information: Information,
    /// Whether the matter is simple, its facts clear and its evidence sufficient.
    pub simple: bool,
    /// The acceptance notice.
    pub notice: DocumentId,
    /// Its entry in the national system.
    pub national_entry: Code,
    /// Who took it on.
    pub accepted_by: ActorId,
    /// Until when the certificate is issued.
    pub term: Deadline,
}

/// The matter was not taken on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotAccepted {
    /// On which ground of the rules.
    pub ground: Code,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// What the applicants were told about other ways.
    pub remedy: Remedy,
}

/// Notaries were assigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotaryAssigned {
    /// Who, the leading one first.
    pub notaries: Vec<ActorId>,
    /// The notice in which the parties were told that they may ask for another one.
    pub recusal_told: DocumentId,
    /// Who assigned them.
    pub decided_by: ActorId,
}

/// The fee was set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeSet {
    /// How much, in cents (分).
    pub cents: u64,
    /// Whether a party meets the conditions of legal aid, so that it must be reduced or waived.
    pub aid_eligible: bool,
    /// The fee sheet.
    pub sheet: DocumentId,
}

/// The fee was reduced or waived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeReduced {
    /// On which ground of the rules.
    pub ground: Code,
    /// By how much, in cents (分).
    pub amount_cents: u64,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
}

/// The notary examined the matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExaminationRecorded {
    /// In what form.
    pub mode: ServiceMode,
    /// What is in order.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub passed: BTreeSet<ExaminationItem>,
    /// What is not clear yet.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub doubtful: BTreeSet<ExaminationItem>,
    /// The interview record.
    pub record: DocumentId,
}

/// Something was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationRecorded {
    /// How.
    pub method: VerificationMethod,
    /// Whether somebody went out for it.
    pub outside: bool,
    /// Who did it.
    pub by: BTreeSet<ActorId>,
    /// Why fewer went out than usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone_because: Option<Sealed>,
    /// The doubts that it settles.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub settled: BTreeSet<ExaminationItem>,
    /// What was found.
    pub finding: Sealed,
    /// The record.
    pub record: DocumentId,
}

/// Another office was asked to verify something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationDelegated {
    /// Which office.
    pub to: Code,
    /// The letter.
    pub letter: DocumentId,
    /// The questions in it.
    pub questions: Vec<Sealed>,
    /// Until when it answers, counted from now.
    pub answer_by: Deadline,
}

/// The other office answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegatedVerificationAnswered {
    /// Its answer.
    pub letter: DocumentId,
}

/// The other office could not verify it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegatedVerificationImpossible {
    /// Its letter, with the reasons.
    pub letter: DocumentId,
}

/// The notary gave testimony on the spot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestimonyGiven {
    /// The record of it.
    pub record: DocumentId,
}

/// The certificate was drafted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateDrafted {
    /// The draft.
    pub draft: DocumentId,
    /// What the certificate does.
    pub form: CertificateForm,
    /// What was found to hold.
    pub conditions: BTreeSet<CertificateCondition>,
    /// Whether the matter is big or complex, so that the office discusses it.
    pub major: bool,
}

/// The office discussed the matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectiveDiscussionRecorded {
    /// Who took part.
    pub participants: BTreeSet<ActorId>,
    /// The record, which goes into the sub-file.
    pub record: DocumentId,
}

/// The draft was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateApproved {
    /// What was looked at.
    pub checks: BTreeSet<ApprovalCheck>,
    /// The approval sheet.
    pub sheet: DocumentId,
    /// Who approved it.
    pub approved_by: ActorId,
}

/// The draft was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalReturned {
    /// Why.
    pub reasons: Sealed,
    /// The approval sheet.
    pub sheet: DocumentId,
    /// Who gave it back.
    pub decided_by: ActorId,
}

/// The certificate was issued, and is in effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateIssued {
    /// Its number.
    pub number: CertificateNumber,
    /// The original.
    pub original: DocumentId,
    /// What stands on it.
    pub parts: BTreeSet<CertificatePart>,
    /// The document in another language, with the same force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_language: Option<DocumentId>,
    /// Who issued it.
    pub issued_by: ActorId,
    /// Until when the file goes to the archive.
    pub archive_by: Deadline,
}

/// The certificate was handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateDelivered {
    /// To whom.
    pub to: BTreeSet<PersonRef>,
    /// The receipt.
    pub receipt: DocumentId,
    /// Until when they may ask for a reexamination, if the calendar of that year is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reexamine_by: Option<Deadline>,
}

/// The matter was not handled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotaryRefused {
    /// On which ground of the rules.
    pub ground: Code,
    /// The report of the notary.
    pub report: Report,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// What the parties were told about other ways.
    pub remedy: Remedy,
    /// How much of the fee they get back, in cents (分).
    pub refund_cents: u64,
    /// Until when the file goes to the archive.
    pub archive_by: Deadline,
}

/// The matter was ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotaryTerminated {
    /// On which ground of the rules.
    pub ground: Code,
    /// The report of the notary.
    pub report: Report,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// What the parties were told about other ways.
    pub remedy: Remedy,
    /// How much of the fee they get back, in cents (分).
    pub refund_cents: u64,
    /// Until when the file goes to the archive.
    pub archive_by: Deadline,
}
