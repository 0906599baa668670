//! The steps of a mediation: its states by name, without their data.

use crate::case::code::Phase;

/// Where a mediation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Nothing has happened.
    Unopened,
    /// It came in, and nobody was asked yet (已接收).
    Received,
    /// The parties are being asked, the scope is being checked (审查).
    UnderReview,
    /// It was taken on and registered (已受理).
    Accepted,
    /// Mediators are assigned (已确定调解员).
    Assigned,
    /// Facts are being looked into (调查).
    Investigating,
    /// A session was held and left something to go on with (调解中).
    InSession,
    /// The session goes on another day (休会).
    Adjourned,
    /// The terms are on paper (协议已拟定).
    Drafted,
    /// The agreement binds (协议生效).
    Effective,
    /// The agreement is being performed (履行中).
    Performing,
    /// The parties change a binding agreement; until the new terms are sealed the old ones bind (协议变更中).
    Amending,
    /// It was not taken on; the closing report is missing (不予受理).
    Refused,
    /// It ended without result; the closing report is missing (终止).
    Terminated,
    /// It was taken back; the closing report is missing (撤回).
    Withdrawn,
    /// It is closed (结案).
    Closed,
}

impl Step {
    /// Every step, in the order of a case's life.
    pub const ALL: &'static [Self] = &[
        Self::Unopened,
        Self::Received,
        Self::UnderReview,
        Self::Accepted,
        Self::Assigned,
        Self::Investigating,
        Self::InSession,
        Self::Adjourned,
        Self::Drafted,
        Self::Effective,
        Self::Performing,
        Self::Amending,
        Self::Refused,
        Self::Terminated,
        Self::Withdrawn,
        Self::Closed,
    ];

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unopened => "Unopened",
            Self::Received => "Received",
            Self::UnderReview => "UnderReview",
            Self::Accepted => "Accepted",
            Self::Assigned => "Assigned",
            Self::Investigating => "Investigating",
            Self::InSession => "InSession",
            Self::Adjourned => "Adjourned",
            Self::Drafted => "Drafted",
            Self::Effective => "Effective",
            Self::Performing => "Performing",
            Self::Amending => "Amending",
            Self::Refused => "Refused",
            Self::Terminated => "Terminated",
            Self::Withdrawn => "Withdrawn",
            Self::Closed => "Closed",
        }
    }

    /// The phase that it belongs to.
    #[must_use]
    pub const fn phase(self) -> Phase {
        match self {
            Self::Unopened => Phase::Unopened,
            Self::Received => Phase::Received,
            Self::UnderReview | Self::Accepted => Phase::UnderReview,
            Self::Assigned => Phase::Assigned,
            Self::Investigating
            | Self::InSession
            | Self::Adjourned
            | Self::Drafted
            | Self::Effective
            | Self::Performing
            | Self::Amending => Phase::Handling,
            Self::Refused | Self::Terminated | Self::Withdrawn | Self::Closed => Phase::Closed,
        }
    }
}
