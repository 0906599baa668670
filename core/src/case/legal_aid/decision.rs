//! What the agency decides, and how the person hears of it.
//!
//! Source: Legal Aid Law (法律援助法, 2021) Art 43, 44, 48, 49.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::case::code::codes;
use crate::case::skeleton::{Remedy, ServiceMethod};
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::Deadline;

/// Why aid cannot wait for the review. Source: Legal Aid Law Art 44.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EmergencyGround {
    /// A limitation or another time limit ends, and one must sue, go to arbitration or ask for reconsideration.
    TimeLimit {
        /// The last day.
        ends: NaiveDate,
    },
    /// Property or evidence must be preserved at once (保全).
    Preservation,
    /// Advance execution is needed at once (先予执行).
    AdvanceExecution,
}

/// Grants aid before the review is done (先行提供).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantEmergencyAid {
    /// Why.
    pub ground: EmergencyGround,
    /// The decision.
    pub decision: DocumentId,
}

/// Aid was granted before the review was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyAidGranted {
    /// Why.
    pub ground: EmergencyGround,
    /// How many days were left, if a time limit ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i64>,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// Until when counsel is assigned.
    pub assign_by: Deadline,
    /// Until when the papers are handed in, where a rule says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub papers_by: Option<Deadline>,
}

/// What was missing when aid could not wait came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyPapersSupplied {
    /// The papers.
    pub papers: Vec<DocumentId>,
}

codes! {
    /// By what aid was granted.
    pub enum GrantedBy {
        /// By the decision on the application.
        Decision = "DECISION",
        /// By the correction that the bureau ordered.
        Correction = "CORRECTION",
    }
}

/// Grants aid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantAid {
    /// The decision (form 9).
    pub decision: DocumentId,
}

/// Aid was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidGranted {
    /// By what.
    pub by: GrantedBy,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// Until when counsel is assigned.
    pub assign_by: Deadline,
}

/// Refuses aid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefuseAid {
    /// On which grounds of those that the rules list.
    pub grounds: BTreeSet<Code>,
    /// The decision (form 10).
    pub decision: DocumentId,
    /// What the person is told about other ways.
    pub remedy: Remedy,
}

/// Aid was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidRefused {
    /// On which grounds.
    pub grounds: BTreeSet<Code>,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// What the person was told about other ways.
    pub remedy: Remedy,
}

/// Serves a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServeDecision {
    /// Which one.
    pub decision: DocumentId,
    /// With whom.
    pub to: PersonRef,
    /// In which way.
    pub method: ServiceMethod,
    /// The proof of it (form 22).
    pub proof: DocumentId,
}

/// A decision was served; what the person can do about it counts from here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionServed {
    /// Which one.
    pub decision: DocumentId,
    /// With whom.
    pub to: PersonRef,
    /// In which way.
    pub method: ServiceMethod,
    /// The proof of it.
    pub proof: DocumentId,
    /// Until when the person may object, where a rule says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_by: Option<Deadline>,
    /// Until when the person may go on against a decision on an objection.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies_by: Vec<Deadline>,
}

/// Ends aid before the matter has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminateAid {
    /// On which ground of those that the rules list.
    pub ground: Code,
    /// The decision (form 18).
    pub decision: DocumentId,
    /// The letter to the organ that handles the case (form 19).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organ_letter: Option<DocumentId>,
    /// What the person is told about other ways.
    pub remedy: Remedy,
}

/// Aid was ended before the matter had ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidTerminated {
    /// On which ground.
    pub ground: Code,
    /// The decision.
    pub decision: DocumentId,
    /// The letter to the organ that handles the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organ_letter: Option<DocumentId>,
    /// Who decided.
    pub decided_by: ActorId,
    /// What the person was told about other ways.
    pub remedy: Remedy,
    /// Until when the person is told.
    pub notify_by: Deadline,
    /// Until when the counsel hands the file in, where a rule says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_by: Option<Deadline>,
}
