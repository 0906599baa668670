//! What counsel does, and how the matter ends for them.
//!
//! Source: Legal Aid Law (法律援助法, 2021) Art 46, 48, 50; MoJ Order 148 (办理法律援助案件程序规定, 2023).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::case::code::{ServiceMode, codes};
use crate::id::{ActorId, Code, DocumentId};
use crate::policy::Deadline;
use crate::privacy::Sealed;

codes! {
    /// What counsel does.
    pub enum HandlingStep {
        /// Asks a detention centre for a meeting (申请会见).
        MeetingRequest = "MEETING_REQUEST",
        /// Meets the client (会见、约见).
        ClientMeeting = "CLIENT_MEETING",
        /// Reads the files of the organ (阅卷).
        FileReview = "FILE_REVIEW",
        /// Collects evidence (调查取证).
        Evidence = "EVIDENCE",
        /// Sues, or asks for arbitration or reconsideration (起诉、申请).
        Filing = "FILING",
        /// Asks for preservation or advance execution (保全、先予执行).
        Preservation = "PRESERVATION",
        /// Gives a written opinion (提交意见).
        Opinion = "OPINION",
        /// Negotiates or mediates (协商、调解).
        Negotiation = "NEGOTIATION",
        /// Attends a hearing (出庭).
        Hearing = "HEARING",
        /// Asks for enforcement (申请执行).
        Enforcement = "ENFORCEMENT",
    }
}

impl HandlingStep {
    /// Whether an organ has the case from then on, which must be told if aid ends.
    #[must_use]
    pub const fn reaches_an_organ(self) -> bool {
        match self {
            Self::Filing | Self::Preservation | Self::Hearing | Self::Enforcement => true,
            Self::MeetingRequest
            | Self::ClientMeeting
            | Self::FileReview
            | Self::Evidence
            | Self::Opinion
            | Self::Negotiation => false,
        }
    }
}

/// Does something for the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordStep {
    /// What.
    pub step: HandlingStep,
    /// In what form.
    pub mode: ServiceMode,
    /// Whether the client was told what may go wrong.
    #[serde(default)]
    pub risks_told: bool,
    /// The record of it.
    pub record: DocumentId,
}

/// Something was done for the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRecorded {
    /// What.
    pub step: HandlingStep,
    /// In what form.
    pub mode: ServiceMode,
    /// Whether the client was told what may go wrong.
    #[serde(default)]
    pub risks_told: bool,
    /// The record of it.
    pub record: DocumentId,
    /// Who did it.
    pub by: ActorId,
    /// Until when the detention centre arranges the meeting: its own clock, for information.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting_by: Option<Deadline>,
}

codes! {
    /// Who is told how far the matter is.
    pub enum ProgressTo {
        /// The client.
        Client = "CLIENT",
        /// The agency.
        Agency = "AGENCY",
    }
}

/// Counsel told how far the matter is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressReported {
    /// Whom.
    pub to: BTreeSet<ProgressTo>,
    /// Whether the matter is major or hard (重大、疑难、复杂), so that the agency must know.
    pub major: bool,
    /// The report (form 14).
    pub report: DocumentId,
}

/// Counsel found that aid may have to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminationGroundReported {
    /// On which ground of those that the rules list.
    pub ground: Code,
    /// What shows it.
    pub facts: Sealed,
    /// The report.
    pub report: DocumentId,
}

/// Lets aid go on although its end was proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContinueAid {
    /// The decision.
    pub decision: DocumentId,
}

/// Aid goes on although its end was proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidContinued {
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
}

codes! {
    /// What makes a day the day on which the matter ended (结案日).
    pub enum ClosingBasis {
        /// An opinion whether to prosecute came (起诉意见书).
        ProsecutionOpinion = "PROSECUTION_OPINION",
        /// An indictment, or a decision not to prosecute (起诉书、不起诉决定书).
        Indictment = "INDICTMENT",
        /// A judgment or ruling came (判决书、裁定书).
        Judgment = "JUDGMENT",
        /// An award came (仲裁裁决书).
        Award = "AWARD",
        /// A paper on a mediation came (调解书).
        MediationPaper = "MEDIATION_PAPER",
        /// Another decision of an authority came (行政决定).
        Decision = "DECISION",
        /// There is no paper, and the other side began to perform (义务开始履行).
        PerformanceBegun = "PERFORMANCE_BEGUN",
    }
}

/// Reports that the matter has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportCompletion {
    /// What makes the day the day.
    pub closing_basis: ClosingBasis,
    /// The day on which counsel got the paper, or performance began.
    pub ended_on: NaiveDate,
    /// The paper that ends the matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<DocumentId>,
    /// The closing report (form 21).
    pub report: DocumentId,
}

/// The matter has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletionReported {
    /// What makes the day the day.
    pub closing_basis: ClosingBasis,
    /// The day on which counsel got the paper, or performance began.
    pub ended_on: NaiveDate,
    /// The paper that ends the matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<DocumentId>,
    /// The closing report.
    pub report: DocumentId,
    /// Who reported.
    pub by: ActorId,
    /// Until when the file is handed in, where a rule says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_by: Option<Deadline>,
}
