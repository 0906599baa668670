//! What a person does about a decision, and what comes of it (异议、复议、诉讼).
//!
//! Source: Legal Aid Law (法律援助法, 2021) Art 49.

use serde::{Deserialize, Serialize};

use crate::case::code::codes;
use crate::case::skeleton::Remedy;
use crate::id::{ActorId, DocumentId, PersonRef};
use crate::policy::Deadline;
use crate::privacy::Sealed;

/// A decision against the person, and what the person does about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contest {
    /// The decision.
    pub decision: DocumentId,
    /// Until when the person may object, once it is served and where a rule says so.
    pub object_by: Option<Deadline>,
    /// How far an objection is.
    pub objection: Objection,
}

impl Contest {
    /// A decision that nobody has contested yet.
    #[must_use]
    pub const fn of(decision: DocumentId) -> Self {
        Self { decision, object_by: None, objection: Objection::None }
    }
}

/// How far an objection is (异议).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Objection {
    /// Nobody has objected.
    None,
    /// The bureau has it.
    UnderBureauReview {
        /// Until when the bureau decides.
        decide_by: Deadline,
    },
    /// The agency's decision stands.
    Upheld,
    /// The authority above has it.
    Reconsideration,
    /// A court has it.
    Litigation,
    /// The agency's decision stands for good.
    Final,
    /// The agency must correct its decision.
    Overturned,
}

impl Objection {
    /// The name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::None => "None",
            Self::UnderBureauReview { .. } => "UnderBureauReview",
            Self::Upheld => "Upheld",
            Self::Reconsideration => "Reconsideration",
            Self::Litigation => "Litigation",
            Self::Final => "Final",
            Self::Overturned => "Overturned",
        }
    }
}

/// The person objects to a decision of the agency, to the bureau that set it up (异议).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileObjection {
    /// Who objects.
    pub by: PersonRef,
    /// What is wrong with the decision.
    pub text: Sealed,
    /// The objection.
    pub objection: DocumentId,
}

/// The person objected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectionFiled {
    /// Who objected.
    pub by: PersonRef,
    /// What is wrong with the decision.
    pub text: Sealed,
    /// The objection.
    pub objection: DocumentId,
    /// Until when the bureau decides.
    pub decide_by: Deadline,
}

codes! {
    /// What the bureau says to an objection. Source: Legal Aid Law Art 49.
    pub enum ObjectionResult {
        /// The agency's decision stands (维持).
        Uphold = "UPHOLD",
        /// The agency must correct it (责令改正).
        OrderCorrection = "ORDER_CORRECTION",
    }
}

/// Decides on an objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideObjection {
    /// How.
    pub result: ObjectionResult,
    /// The decision (form 20).
    pub decision: DocumentId,
    /// What the person is told about other ways, if the agency's decision stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
}

/// The agency's decision stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectionUpheld {
    /// The decision on the objection.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// What the person was told about other ways.
    pub remedy: Remedy,
}

/// The agency must correct its decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencyOrderedToCorrect {
    /// The decision on the objection.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
}

/// Corrects what the agency decided, as it was ordered to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectDecision {
    /// The new decision.
    pub decision: DocumentId,
}

/// The end of aid was taken back, and aid goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminationRevoked {
    /// The new decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
}

codes! {
    /// Where a person goes against a decision on an objection. Source: Legal Aid Law Art 49(3).
    pub enum AdminRemedy {
        /// To the authority above (行政复议).
        Reconsideration = "RECONSIDERATION",
        /// To a court (行政诉讼).
        Suit = "SUIT",
    }
}

/// Notes that the person went on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordAdminRemedy {
    /// Who.
    pub by: PersonRef,
    /// Where to.
    pub remedy: AdminRemedy,
    /// The paper that says so.
    pub paper: DocumentId,
}

/// The person asked for reconsideration, or sued; which event it is says which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminRemedyFiled {
    /// Who.
    pub by: PersonRef,
    /// The paper that says so.
    pub paper: DocumentId,
}

codes! {
    /// What came of it.
    pub enum AdminResult {
        /// Everything stays as it was decided.
        Kept = "KEPT",
        /// The agency's decision falls, and it must decide anew.
        Revoked = "REVOKED",
        /// The person took it back.
        Withdrawn = "WITHDRAWN",
    }
}

/// It is known what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminRemedyConcluded {
    /// What.
    pub result: AdminResult,
    /// The paper that says so.
    pub paper: DocumentId,
}
