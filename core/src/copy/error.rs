//! Why a copy stopped.

use crate::id::{HistoryId, Revision, StreamId};
use crate::store::{Fault, StoreError};

use super::Difference;

/// Why a copy stopped. What was copied until then stays in the target, and is sound.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    /// The source could not be read.
    #[error("the source of the copy cannot be read")]
    Source(#[source] StoreError),
    /// The chain of the source is broken at this place; nothing from there on was copied. Repair or restore the source.
    #[error("the source of the copy is damaged: {0}")]
    Damaged(Box<Fault>),
    /// The target could not be read or appended to. The same call goes on when it can.
    #[error("the target of the copy cannot be read or written")]
    Target(#[source] StoreError),
    /// The target holds an event that is not the one which the source has at this place of the order: it was no copy, or
    /// somebody else writes to it. Copy into an empty store.
    #[error("the target holds something else, from {stream} revision {revision} on")]
    Occupied {
        /// The stream of the first event that is another.
        stream: StreamId,
        /// Its revision.
        revision: Revision,
    },
    /// Both stores name one history. A copy has positions of its own, so it needs a history of its own: else a reader
    /// could go on in it at a wrong place.
    #[error("the target has the history of the source, {history}")]
    SameHistory {
        /// The history.
        history: HistoryId,
    },
    /// What was read back from the target is not what was copied. Do not use the target.
    #[error("the target is not what was copied: {} streams differ, the first is {}", .0.len(), first(.0))]
    Unproven(Vec<Difference>),
}

fn first(differences: &[Difference]) -> &str {
    differences.first().map_or("none", |difference| difference.stream.as_str())
}
