//! The steps of a notary matter: its states by name, without their data.

use crate::case::code::Phase;

/// Where a notary matter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Nothing has happened.
    Unopened,
    /// Somebody has an appointment (已预约).
    Booked,
    /// Somebody has applied (已申请).
    Applied,
    /// It was taken on and registered (已受理).
    Accepted,
    /// A notary is assigned (已指派公证员).
    NotaryAssigned,
    /// It is being examined (审查).
    Examining,
    /// Another office verifies something (委托核实).
    DelegatedVerification,
    /// The draft of a big or complex matter waits for the discussion (待集体讨论).
    CollectiveDiscussion,
    /// The draft waits for approval (待审批).
    AwaitingApproval,
    /// The draft is approved (已审批).
    Approved,
    /// The certificate is issued (已出证).
    Issued,
    /// Somebody wants it examined anew (已申请复查).
    ReexaminationRequested,
    /// Another notary looks at it (复查).
    Reexamining,
    /// What was decided about it is being done (执行复查决定).
    CarryingOut,
    /// It was examined anew and stands (维持).
    Upheld,
    /// It was corrected (更正).
    Corrected,
    /// Another certificate supplements it (补正).
    Supplemented,
    /// A part of it is revoked (部分撤销).
    PartlyRevoked,
    /// It is revoked (撤销).
    Revoked,
    /// The matter was not taken on (不予受理).
    NotAccepted,
    /// It was not handled (不予办理).
    NotaryRefused,
    /// It was ended (终止).
    Terminated,
    /// It was taken back before it was taken on (撤回).
    Withdrawn,
}

impl Step {
    /// Every step, in the order of a case's life.
    pub const ALL: &'static [Self] = &[
        Self::Unopened,
        Self::Booked,
        Self::Applied,
        Self::Accepted,
        Self::NotaryAssigned,
        Self::Examining,
        Self::DelegatedVerification,
        Self::CollectiveDiscussion,
        Self::AwaitingApproval,
        Self::Approved,
        Self::Issued,
        Self::ReexaminationRequested,
        Self::Reexamining,
        Self::CarryingOut,
        Self::Upheld,
        Self::Corrected,
        Self::Supplemented,
        Self::PartlyRevoked,
        Self::Revoked,
        Self::NotAccepted,
        Self::NotaryRefused,
        Self::Terminated,
        Self::Withdrawn,
    ];

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unopened => "Unopened",
            Self::Booked => "Booked",
            Self::Applied => "Applied",
            Self::Accepted => "Accepted",
            Self::NotaryAssigned => "NotaryAssigned",
            Self::Examining => "Examining",
            Self::DelegatedVerification => "DelegatedVerification",
            Self::CollectiveDiscussion => "CollectiveDiscussion",
            Self::AwaitingApproval => "AwaitingApproval",
            Self::Approved => "Approved",
            Self::Issued => "Issued",
            Self::ReexaminationRequested => "ReexaminationRequested",
            Self::Reexamining => "Reexamining",
            Self::CarryingOut => "CarryingOut",
            Self::Upheld => "Upheld",
            Self::Corrected => "Corrected",
            Self::Supplemented => "Supplemented",
            Self::PartlyRevoked => "PartlyRevoked",
            Self::Revoked => "Revoked",
            Self::NotAccepted => "NotAccepted",
            Self::NotaryRefused => "NotaryRefused",
            Self::Terminated => "Terminated",
            Self::Withdrawn => "Withdrawn",
        }
    }

    /// The phase that it belongs to. A certificate that is examined anew is being handled.
    #[must_use]
    pub const fn phase(self) -> Phase {
        match self {
            Self::Unopened => Phase::Unopened,
            Self::Booked | Self::Applied => Phase::Received,
            Self::Accepted => Phase::UnderReview,
            Self::NotaryAssigned => Phase::Assigned,
            Self::Examining
            | Self::DelegatedVerification
            | Self::CollectiveDiscussion
            | Self::AwaitingApproval
            | Self::Approved
            | Self::ReexaminationRequested
            | Self::Reexamining
            | Self::CarryingOut => Phase::Handling,
            Self::Issued
            | Self::Upheld
            | Self::Corrected
            | Self::Supplemented
            | Self::PartlyRevoked
            | Self::Revoked
            | Self::NotAccepted
            | Self::NotaryRefused
            | Self::Terminated
            | Self::Withdrawn => Phase::Closed,
        }
    }
}
