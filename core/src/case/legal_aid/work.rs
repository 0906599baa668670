//! The work on a matter, as long as there is some and after it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::counsel::Unit;
use crate::id::{ActorId, Code};
use crate::policy::Deadline;

/// What is known of the work on a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The unit.
    pub unit: Unit,
    /// The counsel.
    pub counsel: ActorId,
    /// Those who were counsel before.
    pub former: BTreeSet<ActorId>,
    /// Whether client and unit have signed.
    pub signed: bool,
    /// Whether it was noted why they have not yet.
    pub delay_noted: bool,
    /// How many steps were taken.
    pub steps: u32,
    /// Whether counsel has met the client.
    pub client_met: bool,
    /// Whether an organ has the case, which must be told if aid ends.
    pub at_organ: bool,
    /// Until when the counsel's file is handed in, where a rule says so.
    pub file_by: Option<Deadline>,
}

/// How the work goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Course {
    /// It goes on.
    Going,
    /// Another counsel was asked for.
    Replacing {
        /// Until when that is decided, where a rule says so.
        decide_by: Option<Deadline>,
    },
    /// The end of aid was proposed.
    Ending {
        /// On which ground.
        ground: Code,
        /// By whom.
        by: ActorId,
    },
    /// The matter has ended.
    Reported,
}

impl Work {
    /// Counsel was named.
    #[must_use]
    pub const fn begun(unit: Unit, counsel: ActorId) -> Self {
        Self {
            unit,
            counsel,
            former: BTreeSet::new(),
            signed: false,
            delay_noted: false,
            steps: 0,
            client_met: false,
            at_organ: false,
            file_by: None,
        }
    }

    /// The counsel, and those who were before.
    pub fn everyone(&self) -> impl Iterator<Item = ActorId> + '_ {
        self.former.iter().copied().chain([self.counsel])
    }
}
