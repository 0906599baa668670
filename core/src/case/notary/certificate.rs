//! The certificate: its conditions, its number, and what becomes of it after it is issued.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::case::CaseNumber;
use crate::case::code::codes;
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::Deadline;

/// The number of a certificate (公证书编号): without gap or repeat within an office and a year.
///
/// It is drawn in the same append in which the certificate is issued, so no number is lost and none is given twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CertificateNumber {
    /// The office that issued it.
    pub office: Code,
    /// The year, in China, in which it was issued.
    pub year: i32,
    /// 1, 2, 3 …
    pub serial: u64,
}

/// A number drawn from a register of certificates.
impl From<CaseNumber> for CertificateNumber {
    fn from(drawn: CaseNumber) -> Self {
        let CaseNumber { office, year, serial, kind: _ } = drawn;
        Self { office, year, serial }
    }
}

/// A neutral form for logs and exports.
impl fmt::Display for CertificateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{:04}", self.year, self.office, self.serial)
    }
}

codes! {
    /// What a certificate does; each form has conditions of its own.
    ///
    /// Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 36-39.
    pub enum CertificateForm {
        /// It certifies a legal act (民事法律行为). Art 36.
        Act = "ACT",
        /// It certifies a fact or a document of legal meaning (有法律意义的事实或者文书). Art 37.
        Fact = "FACT",
        /// It certifies a signature, a seal, a date, or that a copy is one (文书上的签名、印鉴、日期，副本). Art 38.
        Conformity = "CONFORMITY",
        /// It makes a debt enforceable without a suit (赋予强制执行效力). Art 39.
        Enforcement = "ENFORCEMENT",
    }
}

codes! {
    /// What must hold for a certificate.
    pub enum CertificateCondition {
        /// The parties have the capacity to act.
        Capacity = "CAPACITY",
        /// They mean what they say.
        TrueIntent = "TRUE_INTENT",
        /// Content and form are lawful and not against public morals.
        Lawful = "LAWFUL",
        /// The party has an interest in the fact or the document.
        Interest = "INTEREST",
        /// The fact or the document is true.
        True = "TRUE",
        /// Signature, seal and date are accurate; the copy agrees with the original.
        Conforms = "CONFORMS",
        /// The debt is one of money, goods or securities.
        Payment = "PAYMENT",
        /// The debt is clear and undisputed.
        ClearDebt = "CLEAR_DEBT",
        /// The debtor promises in the document to accept enforcement.
        Promise = "PROMISE",
    }
}

impl CertificateForm {
    /// The conditions, all of which must hold.
    #[must_use]
    pub const fn conditions(self) -> &'static [CertificateCondition] {
        match self {
            Self::Act => &[
                CertificateCondition::Capacity,
                CertificateCondition::TrueIntent,
                CertificateCondition::Lawful,
            ],
            Self::Fact => {
                &[CertificateCondition::Interest, CertificateCondition::True, CertificateCondition::Lawful]
            }
            Self::Conformity => &[CertificateCondition::Lawful, CertificateCondition::Conforms],
            Self::Enforcement => &[
                CertificateCondition::Payment,
                CertificateCondition::ClearDebt,
                CertificateCondition::Promise,
            ],
        }
    }
}

codes! {
    /// What whoever approves has looked at.
    pub enum ApprovalCheck {
        /// The facts.
        Facts = "FACTS",
        /// The evidence.
        Evidence = "EVIDENCE",
        /// The procedure.
        Procedure = "PROCEDURE",
        /// The wording.
        Wording = "WORDING",
        /// The fee.
        Fee = "FEE",
    }
}

codes! {
    /// What stands on a certificate beside its number and its date.
    ///
    /// Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 42.
    pub enum CertificatePart {
        /// The parties and their agents.
        Parties = "PARTIES",
        /// The testimony (公证证词).
        Testimony = "TESTIMONY",
        /// The signature of the notary, by hand or as a stamp.
        Signature = "SIGNATURE",
        /// The seal of the office.
        Seal = "SEAL",
    }
}

/// A certificate that was issued (公证书).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Its number.
    pub number: CertificateNumber,
    /// What it does.
    pub form: CertificateForm,
    /// The original.
    pub original: DocumentId,
    /// When it was issued; it is in effect from then.
    ///
    /// Source: Notary Law (公证法, 2017) Art 32.
    pub issued_at: Timestamp,
    /// Who has received it, and when.
    pub received: BTreeMap<PersonRef, Timestamp>,
    /// What was decided about it last, if it was examined anew.
    pub standing: Option<ReexaminationOutcome>,
    /// The certificates that supplement it.
    pub supplements: Vec<CertificateNumber>,
    /// The execution certificates that were issued on it.
    pub executions: Vec<CertificateNumber>,
}

impl Certificate {
    /// The day on which it was issued.
    #[must_use]
    pub fn issued_on(&self) -> NaiveDate {
        self.issued_at.china_date()
    }
}

codes! {
    /// What a reexamination found. Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 63.
    pub enum ReexaminationFinding {
        /// Content, form and procedure are right.
        AllRight = "ALL_RIGHT",
        /// The content is right; wording or form is wrong.
        Wording = "WORDING",
        /// The content is unlawful, or does not agree with the facts.
        ContentWrong = "CONTENT_WRONG",
        /// A part of the content is.
        PartWrong = "PART_WRONG",
        /// The content is right; the procedure was not kept.
        Procedure = "PROCEDURE",
    }
}

codes! {
    /// What a reexamination came to.
    pub enum ReexaminationOutcome {
        /// The certificate stands (维持).
        Upheld = "UPHELD",
        /// It is recalled and corrected (收回更正).
        Corrected = "CORRECTED",
        /// Another certificate supplements it (补正).
        Supplemented = "SUPPLEMENTED",
        /// A part of it is revoked (部分撤销).
        PartlyRevoked = "PARTLY_REVOKED",
        /// It is revoked (撤销).
        Revoked = "REVOKED",
    }
}

impl ReexaminationFinding {
    /// What may follow from it.
    #[must_use]
    pub const fn allows(self) -> &'static [ReexaminationOutcome] {
        match self {
            Self::AllRight => &[ReexaminationOutcome::Upheld],
            Self::Wording => &[ReexaminationOutcome::Corrected, ReexaminationOutcome::Supplemented],
            Self::ContentWrong => &[ReexaminationOutcome::Revoked],
            Self::PartWrong => &[ReexaminationOutcome::Supplemented, ReexaminationOutcome::PartlyRevoked],
            Self::Procedure => &[ReexaminationOutcome::Upheld, ReexaminationOutcome::Revoked],
        }
    }
}

impl ReexaminationOutcome {
    /// What is still to be done when it is decided.
    ///
    /// Source: Notary Law (公证法, 2017) Art 39; Rules of Notarial Procedure (公证程序规则, 2020) Art 63.
    #[must_use]
    pub fn duties(self) -> BTreeSet<Duty> {
        let duties: &[Duty] = match self {
            Self::Upheld => &[],
            Self::Corrected => &[Duty::Replace],
            Self::Supplemented => &[Duty::Replace, Duty::File],
            Self::PartlyRevoked | Self::Revoked => &[Duty::Publish, Duty::File],
        };
        duties.iter().copied().collect()
    }
}

codes! {
    /// Something that a reexamination leaves to be done.
    pub enum Duty {
        /// The certificate is recalled, and what takes its place or is put beside it handed out (收回、发给).
        Replace = "REPLACE",
        /// The certificate is recalled, and the revocation published (收回、公告).
        Publish = "PUBLISH",
        /// The association hears of it, and the national system has it (备案).
        File = "FILE",
    }
}

/// What a reexamination decides, with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// The certificate stands.
    Uphold {
        /// What was made good, if the procedure was not kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made_good: Option<DocumentId>,
    },
    /// It is recalled and corrected.
    Correct,
    /// Another certificate, which is issued herewith, supplements it.
    Supplement {
        /// The other certificate.
        original: DocumentId,
    },
    /// The part that the decision names is revoked.
    RevokePart,
    /// It is revoked, and void from the start.
    Revoke,
}

impl Verdict {
    /// What it comes to.
    #[must_use]
    pub const fn outcome(&self) -> ReexaminationOutcome {
        match self {
            Self::Uphold { .. } => ReexaminationOutcome::Upheld,
            Self::Correct => ReexaminationOutcome::Corrected,
            Self::Supplement { .. } => ReexaminationOutcome::Supplemented,
            Self::RevokePart => ReexaminationOutcome::PartlyRevoked,
            Self::Revoke => ReexaminationOutcome::Revoked,
        }
    }
}

/// A certificate that somebody wants examined anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reexamination {
    /// Who asked for it.
    pub by: PersonRef,
    /// How far it is.
    pub progress: Progress,
}

/// How far a reexamination is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "one to a case")]
pub enum Progress {
    /// It was asked for.
    Requested,
    /// Another notary looks at it.
    Examining {
        /// Who.
        reexaminer: ActorId,
    },
    /// It is decided, and what was decided is being done.
    CarryingOut {
        /// Who looked at it.
        reexaminer: ActorId,
        /// What was decided.
        outcome: ReexaminationOutcome,
        /// Until when it must be done.
        carry_out_by: Deadline,
        /// Until when the association must hear of it, where it must.
        file_by: Option<Deadline>,
        /// What is still to be done; at least one thing.
        duties: BTreeSet<Duty>,
    },
}
