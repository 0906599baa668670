//! Whether somebody can afford a lawyer (经济困难), and how that is found out.
//!
//! Two ways lead there. Papers, registers and visits show it; or the applicant commits to what they say (告知承诺制), is
//! told beforehand what that means, and bears the consequences if it is false.
//!
//! Source: Legal Aid Law (法律援助法, 2021) Art 41, 42, 64; Shanxi rule on notice and commitment (2023-07-01).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::case::code::codes;
use crate::event::Digest;
use crate::id::{ActorId, Code, DocumentId, PersonRef};

codes! {
    /// What somebody is told before they sign a commitment.
    pub enum NoticeTopic {
        /// What is to be proved (事项名称).
        Item = "ITEM",
        /// By which rule (设定依据).
        Basis = "BASIS",
        /// What the proof says (证明内容).
        Content = "CONTENT",
        /// How to commit (承诺方式).
        Form = "FORM",
        /// What follows from a false commitment (法律责任).
        Liability = "LIABILITY",
        /// How it will be checked (核查权力).
        Check = "CHECK",
        /// What is made public, and to whom (公开范围).
        Publicity = "PUBLICITY",
    }
}

codes! {
    /// What the credit registers say of somebody who wants to commit.
    pub enum Credit {
        /// Nothing bad.
        Clean = "CLEAN",
        /// Bad, and not repaired.
        Bad = "BAD",
        /// Bad once, and repaired.
        Repaired = "REPAIRED",
    }
}

codes! {
    /// How somebody's means were looked into.
    pub enum MeansSource {
        /// In the registers of other authorities (信息共享).
        InfoShare = "INFO_SHARE",
        /// By the person's own commitment (个人诚信承诺).
        Commitment = "COMMITMENT",
        /// By papers (证明材料).
        Papers = "PAPERS",
        /// By letter (函询).
        Letter = "LETTER",
        /// By a visit (走访).
        Visit = "VISIT",
    }
}

codes! {
    /// How a commitment is checked.
    pub enum CommitmentCheck {
        /// By letter (函询).
        Letter = "LETTER",
        /// In the registers of other authorities (信息共享).
        InfoShare = "INFO_SHARE",
        /// By a visit (走访).
        Visit = "VISIT",
    }
}

/// A question to another authority's register; the answer stays outside, its digest is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InfoShareQueried {
    /// Which register.
    pub source: Code,
    /// The digest of the answer.
    pub result_hash: Digest,
}

/// How far the question of means is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Means {
    /// The law does not ask in this matter. Source: Legal Aid Law Art 25, 28, 32.
    NotAsked,
    /// Nobody has looked yet.
    Open,
    /// The law exempts this person. Source: Legal Aid Law Art 42.
    Exempt {
        /// On which ground.
        ground: Code,
    },
    /// It was looked into.
    Verified {
        /// Whether the person is in hardship.
        met: bool,
    },
}

impl Means {
    /// Whether aid can be granted as far as the means go.
    #[must_use]
    pub const fn allow(&self) -> bool {
        match self {
            Self::NotAsked | Self::Exempt { .. } | Self::Verified { met: true } => true,
            Self::Open | Self::Verified { met: false } => false,
        }
    }
}

/// How far a commitment is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Commitment {
    /// There is none.
    #[default]
    None,
    /// The person was told what it would mean.
    Told,
    /// It is signed, and nobody has checked it.
    Signed,
    /// It was checked and holds.
    Holds,
    /// It is false.
    False,
}

impl Commitment {
    /// Whether somebody has committed, and nothing speaks against it.
    #[must_use]
    pub const fn stands(&self) -> bool {
        matches!(self, Self::Signed | Self::Holds)
    }
}

/// Tells somebody what a commitment means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitmentNoticeGiven {
    /// To whom.
    pub to: PersonRef,
    /// What was told.
    pub told: BTreeSet<NoticeTopic>,
    /// The notice.
    pub notice: DocumentId,
}

/// Somebody committed to what they say about their means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitmentSigned {
    /// Who.
    pub by: PersonRef,
    /// What the credit registers say of them.
    pub credit: Credit,
    /// The commitment (告知承诺书).
    pub commitment: DocumentId,
    /// The statement of means (经济困难状况说明表).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<DocumentId>,
    /// The authorisation to check (核查授权书).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorisation: Option<DocumentId>,
}

/// Looks into somebody's means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyHardship {
    /// How.
    pub source: MeansSource,
    /// Whether the person is in hardship.
    pub met: bool,
    /// What was asked of a register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<InfoShareQueried>,
    /// The record of it.
    pub record: DocumentId,
}

/// Somebody's means were looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HardshipVerified {
    /// How.
    pub source: MeansSource,
    /// Whether the person is in hardship.
    pub met: bool,
    /// What was asked of a register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<InfoShareQueried>,
    /// The record of it.
    pub record: DocumentId,
    /// Who looked.
    pub reviewer: ActorId,
}

/// Does not look into somebody's means, because the law exempts them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExemptHardship {
    /// On which ground of those that the rules list.
    pub ground: Code,
    /// What shows it.
    pub proof: DocumentId,
}

/// The law exempts somebody from a look into their means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HardshipExempted {
    /// On which ground.
    pub ground: Code,
    /// What shows it.
    pub proof: DocumentId,
    /// Who found it.
    pub reviewer: ActorId,
}

/// Checks a commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyCommitment {
    /// How.
    pub means: CommitmentCheck,
    /// Whether it holds.
    pub holds: bool,
    /// The record of it.
    pub record: DocumentId,
}

/// A commitment was checked; which event it is says what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitmentChecked {
    /// How.
    pub means: CommitmentCheck,
    /// The record of it.
    pub record: DocumentId,
    /// Who checked.
    pub reviewer: ActorId,
}
