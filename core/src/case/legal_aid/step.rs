//! The steps of a case of legal aid: its states by name, without their data.

use serde::{Deserialize, Serialize};

use crate::case::code::Phase;

/// Where a case of legal aid stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Step {
    /// Nothing has happened.
    Unopened,
    /// An application was taken in where the agency is not (已代收).
    ProxyReceived,
    /// The agency has the application (已收到申请).
    ApplicationReceived,
    /// An organ gave notice; counsel is to be assigned (收到通知).
    NoticeReceived,
    /// Person and scope are looked at (资格审查).
    EligibilityReview,
    /// Somebody has committed, or was told what that means, and nobody has looked into the means (经济状况核查).
    HardshipCheck,
    /// The agency of another region has to answer (异地协作).
    InterRegionalCheck,
    /// Aid could not wait; counsel is to be assigned (先行提供).
    EmergencyGranted,
    /// Aid was granted; counsel is to be assigned (已给予).
    Granted,
    /// A unit has the matter (已指派).
    UnitAssigned,
    /// Counsel was named (已安排承办人).
    LawyerNamed,
    /// Client and unit have signed (已签委托协议).
    AgreementSigned,
    /// Counsel is at work (办理中).
    Active,
    /// Another counsel was asked for (待更换承办人).
    ReplacementPending,
    /// The end of aid was proposed (待终止).
    TerminationPending,
    /// The matter has ended, and the counsel's file is not accepted yet (待审卷).
    Reporting,
    /// Aid was refused (不予援助).
    AidRefused,
    /// Aid was ended early (终止).
    Terminated,
    /// It was taken back (撤回).
    Withdrawn,
    /// It counts as taken back (视为撤回).
    DeemedWithdrawn,
    /// It was brought to its end (办结).
    Completed,
    /// A duty lawyer has helped (已提供法律帮助).
    DutyServed,
}

impl Step {
    /// Every step, in the order of a case's life.
    pub const ALL: &'static [Self] = &[
        Self::Unopened,
        Self::ProxyReceived,
        Self::ApplicationReceived,
        Self::NoticeReceived,
        Self::EligibilityReview,
        Self::HardshipCheck,
        Self::InterRegionalCheck,
        Self::EmergencyGranted,
        Self::Granted,
        Self::UnitAssigned,
        Self::LawyerNamed,
        Self::AgreementSigned,
        Self::Active,
        Self::ReplacementPending,
        Self::TerminationPending,
        Self::Reporting,
        Self::AidRefused,
        Self::Terminated,
        Self::Withdrawn,
        Self::DeemedWithdrawn,
        Self::Completed,
        Self::DutyServed,
    ];

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unopened => "Unopened",
            Self::ProxyReceived => "ProxyReceived",
            Self::ApplicationReceived => "ApplicationReceived",
            Self::NoticeReceived => "NoticeReceived",
            Self::EligibilityReview => "EligibilityReview",
            Self::HardshipCheck => "HardshipCheck",
            Self::InterRegionalCheck => "InterRegionalCheck",
            Self::EmergencyGranted => "EmergencyGranted",
            Self::Granted => "Granted",
            Self::UnitAssigned => "UnitAssigned",
            Self::LawyerNamed => "LawyerNamed",
            Self::AgreementSigned => "AgreementSigned",
            Self::Active => "Active",
            Self::ReplacementPending => "ReplacementPending",
            Self::TerminationPending => "TerminationPending",
            Self::Reporting => "Reporting",
            Self::AidRefused => "AidRefused",
            Self::Terminated => "Terminated",
            Self::Withdrawn => "Withdrawn",
            Self::DeemedWithdrawn => "DeemedWithdrawn",
            Self::Completed => "Completed",
            Self::DutyServed => "DutyServed",
        }
    }

    /// The phase that it belongs to.
    #[must_use]
    pub const fn phase(self) -> Phase {
        match self {
            Self::Unopened => Phase::Unopened,
            Self::ProxyReceived | Self::ApplicationReceived | Self::NoticeReceived => Phase::Received,
            Self::EligibilityReview
            | Self::HardshipCheck
            | Self::InterRegionalCheck
            | Self::EmergencyGranted
            | Self::Granted => Phase::UnderReview,
            Self::UnitAssigned | Self::LawyerNamed | Self::AgreementSigned => Phase::Assigned,
            Self::Active | Self::ReplacementPending | Self::TerminationPending | Self::Reporting => {
                Phase::Handling
            }
            Self::AidRefused
            | Self::Terminated
            | Self::Withdrawn
            | Self::DeemedWithdrawn
            | Self::Completed
            | Self::DutyServed => Phase::Closed,
        }
    }
}
