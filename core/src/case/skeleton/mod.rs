//! What cases of every kind have in common: overlays, the clock, ratings, the way into the archive.

mod clock;
mod command;
mod decide;
mod event;
mod evolve;
mod recall;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::id::{ActorId, PersonRef};
use crate::policy::Jurisdiction;

pub use clock::CaseClock;
pub use command::{CommonCommand, Level, PriorityGround, PriorityStage, Proof, RatingMethod, VisitResult};
pub(super) use decide::decide;
pub use event::{
    ArchiveAccepted, ArchiveReturned, ArchiveSubmitted, ClientContacted, ClockRecomputed, ClockResumed,
    ClockSuspended, CommonEvent, PriorityGranted, ReturnVisitRecorded, SatisfactionRated, SpecialGroupTagged,
};
pub(super) use evolve::evolve;
pub(super) use recall::recall;

/// What every case has, whatever its kind and beside its own state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Common {
    /// Where the case belongs; set by its first event.
    pub jurisdiction: Option<Jurisdiction>,
    /// The latest moment at which something in it happened.
    pub last_occurred_at: Option<Timestamp>,
    /// Who belongs to which special group (特殊群体).
    pub groups: Vec<SpecialGroupTagged>,
    /// The stages at which the case goes first (绿色通道).
    pub priority: BTreeSet<PriorityStage>,
    /// The statutory clock of the case, once it runs.
    pub clock: Option<CaseClock>,
    /// Every rating, the last one of each person counts.
    pub ratings: Vec<SatisfactionRated>,
    /// Every return visit.
    pub visits: Vec<ReturnVisitRecorded>,
    /// Where the file is.
    pub archive: Archive,
}

impl Common {
    /// The rating that counts for a person: the last one given.
    #[must_use]
    pub fn rating_of(&self, person: PersonRef) -> Option<&SatisfactionRated> {
        self.ratings.iter().rev().find(|rating| rating.by == person)
    }
}

/// Where the file of a case is (卷宗).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Archive {
    /// With the handler.
    #[default]
    NotSubmitted,
    /// Handed in, and not yet looked at.
    Submitted {
        /// Who handed it in.
        by: ActorId,
    },
    /// In the archive; nothing is added any more.
    Accepted {
        /// Since when.
        at: Timestamp,
    },
}
