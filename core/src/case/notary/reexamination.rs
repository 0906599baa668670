//! What happens when a certificate is examined anew, and what follows from a certificate afterwards.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::certificate::{CertificateNumber, ReexaminationFinding};
use super::matter::{Report, Requester};
use crate::case::skeleton::Remedy;
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::Deadline;
use crate::privacy::Sealed;

/// Somebody wants the certificate examined anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReexaminationRequested {
    /// Who.
    pub by: Requester,
    /// What is wrong, and why.
    pub errors: Sealed,
    /// The written request.
    pub request: DocumentId,
    /// The evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<DocumentId>,
    /// The proof that they could not know earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excuse: Option<DocumentId>,
    /// Until when it is decided.
    pub decide_by: Deadline,
}

/// Another notary looks at the certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReexaminerAssigned {
    /// Who.
    pub reexaminer: ActorId,
    /// Who assigned them.
    pub decided_by: ActorId,
}

/// What a reexamination decided: the other notary reports, the head decides.
///
/// Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 62, 63.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// What was found.
    pub finding: ReexaminationFinding,
    /// The report of the other notary.
    pub report: Report,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// What the parties were told about other ways.
    pub remedy: Remedy,
}

/// The certificate stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateUpheld {
    /// The decision.
    pub ruling: Ruling,
    /// What was made good of the procedure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_good: Option<DocumentId>,
}

/// The certificate is recalled and corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateCorrected {
    /// The decision.
    pub ruling: Ruling,
    /// Until when it is carried out.
    pub carry_out_by: Deadline,
}

/// Another certificate supplements the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplementaryCertificateIssued {
    /// The decision.
    pub ruling: Ruling,
    /// The number of the other certificate.
    pub number: CertificateNumber,
    /// The other certificate.
    pub original: DocumentId,
    /// Until when it is carried out.
    pub carry_out_by: Deadline,
    /// Until when the association hears of it.
    pub file_by: Deadline,
}

/// A part of the certificate is revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificatePartlyRevoked {
    /// The decision.
    pub ruling: Ruling,
    /// Until when it is carried out.
    pub carry_out_by: Deadline,
    /// Until when the association hears of it.
    pub file_by: Deadline,
}

/// The certificate is revoked, and void from the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateRevoked {
    /// The decision.
    pub ruling: Ruling,
    /// Until when it is carried out.
    pub carry_out_by: Deadline,
    /// Until when the association hears of it.
    pub file_by: Deadline,
}

/// The certificate was recalled, and what takes its place or stands beside it was handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReexaminationCarriedOut {
    /// The record of the recall.
    pub recalled: DocumentId,
    /// What was handed out.
    pub handed_out: DocumentId,
    /// To whom.
    pub to: BTreeSet<PersonRef>,
    /// The receipt.
    pub receipt: DocumentId,
}

/// The certificate was recalled, and its revocation published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationPublished {
    /// The record of the recall.
    pub recalled: DocumentId,
    /// The public notice.
    pub publication: DocumentId,
    /// What the association was told.
    pub filing: DocumentId,
    /// The entry in the national system.
    pub national_entry: Code,
}

/// The association of notaries was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssociationNotified {
    /// The filing.
    pub filing: DocumentId,
    /// The entry in the national system.
    pub national_entry: Code,
}

/// Somebody complained to the association about a reexamination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssociationComplaintFiled {
    /// Who.
    pub by: PersonRef,
    /// The complaint.
    pub complaint: DocumentId,
}

/// Somebody was told that a dispute over the content goes to a court.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourtRouteTold {
    /// Who.
    pub person: PersonRef,
    /// The notice.
    pub notice: DocumentId,
}

/// What is to be enforced, for whom and against whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionClaim {
    /// The application.
    pub application: DocumentId,
    /// Who asks for it.
    pub creditor: PersonRef,
    /// Against whom.
    pub debtor: PersonRef,
    /// How much, in cents (分).
    pub amount_cents: u64,
}

/// An execution certificate was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionCertificateIssued {
    /// Its number.
    pub number: CertificateNumber,
    /// What it is about.
    pub claim: ExecutionClaim,
    /// The report of the notary.
    pub report: Report,
    /// The execution certificate.
    pub certificate: DocumentId,
    /// The record of asking the debtor.
    pub debtor_asked: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
}

/// No execution certificate was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionCertificateRefused {
    /// On which ground of the rules.
    pub ground: Code,
    /// What it is about.
    pub claim: ExecutionClaim,
    /// The report of the notary.
    pub report: Report,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// What the parties were told about other ways.
    pub remedy: Remedy,
}

/// A will's file is an ordinary one from the testator's death on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileUnsealed {
    /// The proof of death.
    pub proof: DocumentId,
    /// Who unsealed it.
    pub decided_by: ActorId,
}
