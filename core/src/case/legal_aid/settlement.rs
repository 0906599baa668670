//! What is left when a matter has ended: the counsel's file, the subsidy, and costs to be recovered.
//!
//! Source: Legal Aid Law (法律援助法, 2021) Art 50, 52, 64.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::case::code::codes;
use crate::case::skeleton::Remedy;
use crate::id::{ActorId, Code, DocumentId};
use crate::policy::Deadline;
use crate::privacy::Sealed;

/// Hands the counsel's file in to the agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmitCaseFile {
    /// The items of the checklist that are in it.
    pub items: BTreeSet<u32>,
}

/// The counsel's file was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFileSubmitted {
    /// The items of the checklist that are in it.
    pub items: BTreeSet<u32>,
    /// Who handed it in.
    pub by: ActorId,
}

/// The agency took the counsel's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFileAccepted {
    /// Who looked at it.
    pub by: ActorId,
    /// Until when the subsidy is paid, where a rule says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_by: Option<Deadline>,
}

/// The agency gave the counsel's file back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFileReturned {
    /// What is wrong with it.
    pub defects: Sealed,
}

codes! {
    /// What a subsidy is for. Source: Legal Aid Law Art 52.
    pub enum SubsidyFor {
        /// The handling of the matter (办案补贴).
        Handling = "HANDLING",
        /// Travel (差旅费).
        Travel = "TRAVEL",
        /// Post, copies, files (邮电、印刷、调查取证费).
        Expenses = "EXPENSES",
        /// An interpreter (翻译费).
        Interpreter = "INTERPRETER",
    }
}

/// A part of a subsidy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubsidyItem {
    /// What for.
    pub item: SubsidyFor,
    /// How much, in cents (分).
    pub cents: u64,
}

/// Calculates the subsidy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalculateSubsidy {
    /// Its parts.
    pub items: Vec<SubsidyItem>,
    /// The standard by which they are paid.
    pub standard: Code,
}

/// The subsidy was calculated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubsidyCalculated {
    /// Its parts.
    pub items: Vec<SubsidyItem>,
    /// Their sum, in cents (分).
    pub total_cents: u64,
    /// The standard by which they are paid.
    pub standard: Code,
    /// Who calculated.
    pub by: ActorId,
}

codes! {
    /// Why less is paid than was calculated.
    pub enum Reduction {
        /// The quality review found the handling unqualified (质量不合格).
        FailingGrade = "FAILING_GRADE",
        /// The file has defects that were not repaired.
        Defects = "DEFECTS",
        /// Aid ended early, and only a part was done.
        PartOnly = "PART_ONLY",
    }
}

/// Approves the subsidy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApproveSubsidy {
    /// How much, in cents (分).
    pub cents: u64,
    /// Why it is less than was calculated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reduction: Option<Reduction>,
    /// The approval.
    pub approval: DocumentId,
}

/// The subsidy was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubsidyApproved {
    /// How much, in cents (分).
    pub cents: u64,
    /// Why it is less than was calculated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reduction: Option<Reduction>,
    /// The approval.
    pub approval: DocumentId,
    /// Who approved.
    pub approved_by: ActorId,
}

/// Pays a subsidy, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaySubsidy {
    /// To whom.
    pub payee: ActorId,
    /// How much, in cents (分).
    pub cents: u64,
    /// The voucher.
    pub voucher: DocumentId,
}

/// A subsidy, or a part of it, was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubsidyPaid {
    /// To whom.
    pub payee: ActorId,
    /// How much, in cents (分).
    pub cents: u64,
    /// The voucher.
    pub voucher: DocumentId,
    /// Who paid.
    pub paid_by: ActorId,
}

/// Orders somebody who got aid by fraud to pay for it (追缴).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoverCost {
    /// The costs of the aid, in cents (分).
    pub cost_cents: u64,
    /// The fine, in cents (分).
    pub fine_cents: u64,
    /// The decision.
    pub decision: DocumentId,
    /// What the person is told about other ways.
    pub remedy: Remedy,
}

/// Somebody who got aid by fraud must pay for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostRecoveryOrdered {
    /// The costs of the aid, in cents (分).
    pub cost_cents: u64,
    /// The fine, in cents (分).
    pub fine_cents: u64,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// What the person was told about other ways.
    pub remedy: Remedy,
}

/// Where the counsel's file is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CounselFile {
    /// With the counsel.
    #[default]
    NotSubmitted,
    /// With the agency, which has not looked at it.
    Submitted,
    /// Taken by the agency.
    Accepted {
        /// Who looked at it.
        by: ActorId,
        /// Until when the subsidy is paid, where a rule says so.
        pay_by: Option<Deadline>,
    },
}

/// How far the subsidy is; amounts in cents (分).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subsidy {
    /// Nobody has calculated it.
    #[default]
    None,
    /// It is calculated.
    Calculated {
        /// The sum.
        cents: u64,
    },
    /// It is approved, and paid in part or whole.
    Approved {
        /// Who approved.
        by: ActorId,
        /// How much.
        cents: u64,
        /// How much of it is paid.
        paid_cents: u64,
    },
}

impl Subsidy {
    /// Who approved it.
    #[must_use]
    pub const fn approver(&self) -> Option<ActorId> {
        match self {
            Self::None | Self::Calculated { .. } => None,
            Self::Approved { by, .. } => Some(*by),
        }
    }

    /// Whether everything that was approved is paid.
    #[must_use]
    pub const fn is_paid(&self) -> bool {
        matches!(self, Self::Approved { cents, paid_cents, .. } if *paid_cents >= *cents)
    }
}
