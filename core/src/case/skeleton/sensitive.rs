//! What must be reported at once, and what must not be shown to everybody.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Common;
use super::decide::{Desk, Events};
use super::event::CommonEvent;
use crate::case::code::codes;
use crate::case::{Kind, ReasonCode};
use crate::clock::Timestamp;
use crate::id::DocumentId;
use crate::policy::Deadline;

codes! {
    /// What makes a matter sensitive (敏感事项).
    pub enum SensitiveFeature {
        /// Many people claim together (群体性维权).
        Group = "GROUP",
        /// It touches a petition (涉访).
        Petition = "PETITION",
        /// It touches public order or the press (涉敏感).
        Sensitive = "SENSITIVE",
        /// Somebody may be hurt (涉险).
        Danger = "DANGER",
    }
}

codes! {
    /// To whom a sensitive matter is reported.
    pub enum ReportRecipient {
        /// The local government (当地政府).
        Government = "GOVERNMENT",
        /// The county's legal service centre (县中心).
        CountyCentre = "COUNTY_CENTRE",
        /// The judicial bureau (司法局).
        Bureau = "BUREAU",
        /// The petition office (信访部门).
        PetitionOffice = "PETITION_OFFICE",
        /// The police (公安机关).
        Police = "POLICE",
    }
}

codes! {
    /// Why a case is not shown to everybody who could see others.
    pub enum ConfidentialGround {
        /// A secret of the state (国家秘密).
        StateSecret = "STATE_SECRET",
        /// A secret of a business (商业秘密).
        TradeSecret = "TRADE_SECRET",
        /// Private life (个人隐私).
        Privacy = "PRIVACY",
        /// A minor is concerned (未成年人).
        Minor = "MINOR",
        /// A will (遗嘱). Source: Rules on Notarising Wills (遗嘱公证细则) Art 21.
        Will = "WILL",
    }
}

/// Notes that a matter is sensitive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagSensitive {
    /// What makes it so.
    pub features: BTreeSet<SensitiveFeature>,
}

/// A matter is sensitive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SensitiveMatterFlagged {
    /// What makes it so.
    pub features: BTreeSet<SensitiveFeature>,
    /// Until when it must be reported.
    pub report_by: Deadline,
}

/// A sensitive matter was reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SensitiveMatterReported {
    /// To whom.
    pub to: BTreeSet<ReportRecipient>,
    /// The report.
    pub report: DocumentId,
}

/// The case is shown only to those who need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfidentialityMarked {
    /// Why.
    pub ground: ConfidentialGround,
}

/// A sensitive matter, and whether it was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SensitiveMatter {
    /// What makes it so.
    pub features: BTreeSet<SensitiveFeature>,
    /// Until when what was flagged last must be reported.
    pub report_by: Deadline,
    /// When it was reported; nothing while a feature is unreported.
    pub reported_at: Option<Timestamp>,
}

impl Common {
    pub(super) fn sensitive_flagged(&mut self, flagged: &SensitiveMatterFlagged) {
        let mut features = flagged.features.clone();
        if let Some(before) = self.sensitive.take() {
            features.extend(before.features);
        }
        self.sensitive =
            Some(SensitiveMatter { features, report_by: flagged.report_by.clone(), reported_at: None });
    }

    pub(super) fn sensitive_reported(&mut self, at: Timestamp) -> Option<()> {
        self.sensitive.as_mut()?.reported_at = Some(at);
        Some(())
    }
}

impl<K: Kind> Desk<'_, K> {
    /// What is known already is not flagged again; what is new must be reported in its turn.
    pub(super) fn flag_sensitive(&mut self, command: &FlagSensitive) -> Events {
        self.check.must(!command.features.is_empty(), ReasonCode::NobodyNamed);
        let known = self.case.common.sensitive.as_ref().map(|matter| &matter.features);
        let nothing_new =
            !command.features.is_empty() && known.is_some_and(|known| command.features.is_subset(known));
        self.check.must(!nothing_new, ReasonCode::AlreadyFlagged);
        let report_by = self.deadline("CON-D08")?;
        let features = command.features.clone();
        Some(vec![CommonEvent::SensitiveMatterFlagged(SensitiveMatterFlagged { features, report_by })])
    }

    pub(super) fn report_sensitive(&mut self, reported: &SensitiveMatterReported) -> Events {
        let unreported = self.case.common.sensitive.as_ref().is_some_and(|one| one.reported_at.is_none());
        self.check.must(unreported, ReasonCode::NothingToReport);
        self.check.must(!reported.to.is_empty(), ReasonCode::NobodyNamed);
        Some(vec![CommonEvent::SensitiveMatterReported(reported.clone())])
    }

    pub(super) fn mark_confidential(&mut self, marked: &ConfidentialityMarked) -> Events {
        let known = self.case.common.confidential.contains(&marked.ground);
        self.check.must(!known, ReasonCode::AlreadyFlagged);
        Some(vec![CommonEvent::ConfidentialityMarked(marked.clone())])
    }
}
