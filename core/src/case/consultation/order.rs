//! A work order (工单): a question that is sent to the unit that can answer it, and followed until it comes back.
//!
//! ```text
//!             issue              accept               answer                 feedback
//!  Accepted ────────► Dispatched ──────► Tracked ─────────────► answered ─────────────► FedBack
//!                        │ return                 ▲                                       │ sampled
//!                        ▼                        └────────────── rework ─────────────────┤
//!                     returned                                                            ▼
//!                                    Supervised: at any time                           Sampled ──► Closed
//! ```
//!
//! Source: the closed loop of Guangdong (统一受理、分类转办、及时跟踪、统一反馈、实时监管、抽查回访).

use std::collections::{BTreeMap, BTreeSet};

use crate::case::code::codes;
use crate::case::skeleton::CaseClock;
use crate::clock::Timestamp;
use crate::id::{Code, DocumentId};

codes! {
    /// What sort of order it is.
    pub enum OrderKind {
        /// The unit is competent, and the matter becomes its own (转办).
        Transfer = "TRANSFER",
        /// The unit is given a task, and the matter stays here (交办).
        Task = "TASK",
    }
}

codes! {
    /// A stage of the closed loop.
    pub enum LoopStage {
        /// The platform took the question on (统一受理).
        Accepted = "ACCEPTED",
        /// It was sent to a unit (分类转办).
        Dispatched = "DISPATCHED",
        /// The unit took it on, or was reminded (及时跟踪).
        Tracked = "TRACKED",
        /// The caller was told the result (统一反馈).
        FedBack = "FED_BACK",
        /// The bureau looked at it (实时监管). At any time.
        Supervised = "SUPERVISED",
        /// A visitor asked the caller about it (抽查回访).
        Sampled = "SAMPLED",
        /// The consultation was closed.
        Closed = "CLOSED",
    }
}

codes! {
    /// Why an order takes longer.
    pub enum ExtensionGround {
        /// The matter is complex (复杂事项).
        Complex = "COMPLEX",
        /// Several units have a part in it (多部门).
        SeveralUnits = "SEVERAL_UNITS",
    }
}

/// Where an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// With a unit that has not said whether it takes it on.
    Sent,
    /// With a unit that has taken it on.
    TakenOn,
    /// The unit has answered, and the caller does not know yet.
    Answered,
    /// The caller was told.
    FedBack,
    /// The unit is not competent and gave it back.
    Returned,
}

/// A work order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkOrder {
    /// The order itself, by which it is named.
    pub id: DocumentId,
    /// What sort it is.
    pub kind: OrderKind,
    /// The unit, by its office.
    pub unit: Code,
    /// When it was sent.
    pub issued_at: Timestamp,
    /// Where it is.
    pub progress: Progress,
    /// Which stages of the loop it has passed, and when for the last time.
    pub stages: BTreeMap<LoopStage, Timestamp>,
    /// The shares of its time, in per cent, at which the unit was reminded.
    pub reminded: BTreeSet<u32>,
}

/// A reminder that is due (催办).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminder {
    /// Of which order.
    pub order: DocumentId,
    /// At which share of the time, in per cent.
    pub percent: u32,
}

impl WorkOrder {
    /// Whether the unit still has to do something.
    #[must_use]
    pub const fn is_with_unit(&self) -> bool {
        match self.progress {
            Progress::Sent | Progress::TakenOn => true,
            Progress::Answered | Progress::FedBack | Progress::Returned => false,
        }
    }

    /// Whether the caller still waits for its result.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        match self.progress {
            Progress::Sent | Progress::TakenOn | Progress::Answered => true,
            Progress::FedBack | Progress::Returned => false,
        }
    }

    /// The furthest stage of the loop that it has come to. Supervision comes at any time and is no stage on the way.
    #[must_use]
    pub fn stage(&self) -> LoopStage {
        let on_the_way = self.stages.keys().rev().find(|stage| **stage != LoopStage::Supervised);
        on_the_way.copied().unwrap_or(LoopStage::Accepted)
    }

    /// The moment at which a share of its time has passed; none while the clock stands still.
    ///
    /// The time runs from the sending to the end of the term, so an extension or a pause moves every moment after it.
    #[must_use]
    pub fn moment_of(&self, percent: u32, clock: &CaseClock) -> Option<Timestamp> {
        let end = clock.ends_at()?;
        let span = i128::from(end.as_micros()) - i128::from(self.issued_at.as_micros());
        let passed = i64::try_from(span.max(0) * i128::from(percent) / 100).ok()?;
        self.issued_at.plus_micros(passed).ok()
    }

    /// The shares of its time, of those given, of which the unit has to be reminded at this moment and was not.
    #[must_use]
    pub fn reminders_due(&self, percents: &[u32], clock: &CaseClock, at: Timestamp) -> Vec<Reminder> {
        let due = |percent: &u32| {
            !self.reminded.contains(percent)
                && self.moment_of(*percent, clock).is_some_and(|moment| moment <= at)
        };
        let order = self.id;
        match self.is_with_unit() {
            true => percents.iter().copied().filter(due).map(|percent| Reminder { order, percent }).collect(),
            false => Vec::new(),
        }
    }

    pub(super) fn pass(&mut self, stage: LoopStage, at: Timestamp) {
        self.stages.insert(stage, at);
    }
}
