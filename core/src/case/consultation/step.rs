//! The steps of a consultation: its states by name, without their data.

use crate::case::code::Phase;

/// Where a consultation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Nothing has happened.
    Unopened,
    /// It was registered (已登记).
    Registered,
    /// The caller waits in the hall or on the line (排队).
    Queued,
    /// The caller comes at an appointed time (待预约).
    AwaitingBooking,
    /// It is known what sort of question it is (已分类).
    Classified,
    /// It has to be found out who asks (待核实身份).
    IdentityPending,
    /// Somebody on duty will answer (值班律师).
    DutyLawyer,
    /// A registered expert will answer (专家).
    Expert,
    /// Another unit will answer (转办单位).
    ReferredUnit,
    /// It is being answered (解答中).
    Answering,
    /// The caller has to bring something first (待补材料).
    AwaitingMaterial,
    /// A unit has a work order (工单办理中).
    WorkOrderOpen,
    /// The caller was dissatisfied, and it is done anew (重办).
    Reworking,
    /// Closed: answered (已解答).
    Answered,
    /// Closed: another body has taken it on (已转介).
    Referred,
    /// Closed: a case came out of it (已转为案件).
    ConvertedToCase,
    /// Closed: the caller is out of reach (已终结).
    Abandoned,
    /// Closed: not answered (不予解答).
    Declined,
    /// Closed: taken back (撤回).
    Withdrawn,
}

impl Step {
    /// Every step, in the order of a case's life.
    pub const ALL: &'static [Self] = &[
        Self::Unopened,
        Self::Registered,
        Self::Queued,
        Self::AwaitingBooking,
        Self::Classified,
        Self::IdentityPending,
        Self::DutyLawyer,
        Self::Expert,
        Self::ReferredUnit,
        Self::Answering,
        Self::AwaitingMaterial,
        Self::WorkOrderOpen,
        Self::Reworking,
        Self::Answered,
        Self::Referred,
        Self::ConvertedToCase,
        Self::Abandoned,
        Self::Declined,
        Self::Withdrawn,
    ];

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unopened => "Unopened",
            Self::Registered => "Registered",
            Self::Queued => "Queued",
            Self::AwaitingBooking => "AwaitingBooking",
            Self::Classified => "Classified",
            Self::IdentityPending => "IdentityPending",
            Self::DutyLawyer => "DutyLawyer",
            Self::Expert => "Expert",
            Self::ReferredUnit => "ReferredUnit",
            Self::Answering => "Answering",
            Self::AwaitingMaterial => "AwaitingMaterial",
            Self::WorkOrderOpen => "WorkOrderOpen",
            Self::Reworking => "Reworking",
            Self::Answered => "Answered",
            Self::Referred => "Referred",
            Self::ConvertedToCase => "ConvertedToCase",
            Self::Abandoned => "Abandoned",
            Self::Declined => "Declined",
            Self::Withdrawn => "Withdrawn",
        }
    }

    /// The phase that it belongs to.
    #[must_use]
    pub const fn phase(self) -> Phase {
        match self {
            Self::Unopened => Phase::Unopened,
            Self::Registered | Self::Queued | Self::AwaitingBooking => Phase::Received,
            Self::Classified | Self::IdentityPending => Phase::UnderReview,
            Self::DutyLawyer | Self::Expert | Self::ReferredUnit => Phase::Assigned,
            Self::Answering | Self::AwaitingMaterial | Self::WorkOrderOpen | Self::Reworking => {
                Phase::Handling
            }
            Self::Answered
            | Self::Referred
            | Self::ConvertedToCase
            | Self::Abandoned
            | Self::Declined
            | Self::Withdrawn => Phase::Closed,
        }
    }
}
