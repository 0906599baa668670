//! What can go wrong with a store, told by what became of the data.

use std::fmt;

use super::{Expected, Limit};
use crate::event::RecordedEvent;
use crate::id::{CommandKey, HistoryId, Revision, StreamId};

/// Why a store did not do what it was asked, and what became of the data.
///
/// | variant | the data | what to do |
/// |---|---|---|
/// | `Conflict` | nothing written | look at what was appended meanwhile, decide again |
/// | `KeyReused` | nothing written | a programming error: one key, two intentions |
/// | `Invalid`, `TooLarge` | nothing written | a programming error: change the request |
/// | `Busy` | nothing written | repeat later |
/// | `Unavailable` | nothing written | repeat when the store is back |
/// | `CommitUnknown` | written or not | repeat with the same key, or ask [`find_append`](super::EventStore::find_append) |
/// | `Corrupt` | damaged at the place named | stop; verify, restore |
/// | `ForeignPosition` | nothing read | start the reader anew on this history |
/// | `Closed` | nothing written | open the store again |
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A stream is not what was expected. Nothing was written.
    #[error("{0}")]
    Conflict(Box<Conflict>),
    /// The key was used before for another request. Nothing was written.
    #[error("command key {key} was used before for another request; nothing was written")]
    KeyReused {
        /// The key.
        key: CommandKey,
    },
    /// The request contradicts itself. Nothing was written.
    #[error("invalid request, nothing was written: {reason}")]
    Invalid {
        /// What is wrong with it.
        reason: String,
    },
    /// The request is over a limit. Nothing was written.
    #[error("{actual} {limit}, the limit is {}; nothing was written", limit.max())]
    TooLarge {
        /// The limit.
        limit: Limit,
        /// What was asked.
        actual: usize,
    },
    /// Too much is waiting already. Nothing was written.
    #[error("the store is busy; nothing was written")]
    Busy,
    /// The store cannot be reached or read. Nothing was written.
    #[error("the store is unavailable; nothing was written")]
    Unavailable(#[source] Cause),
    /// The connection or the disk failed while the append was being made safe: it may be stored or not.
    #[error("unknown whether the append is stored; repeat it with the same key")]
    CommitUnknown(#[source] Cause),
    /// What is stored is not what was written.
    #[error("the store is damaged at {place}: {reason}")]
    Corrupt {
        /// Where: a stream and revision, a key, a file.
        place: String,
        /// What is wrong there.
        reason: String,
    },
    /// The position belongs to another history, of another store or from before a restore.
    #[error("the position is of history {found}, this store holds history {expected}")]
    ForeignPosition {
        /// The history of the position.
        found: HistoryId,
        /// The history of the store.
        expected: HistoryId,
    },
    /// The handle was closed, or shut itself after a failed write. Nothing was written.
    #[error("the store is closed; nothing was written")]
    Closed(#[source] Option<Cause>),
}

/// The failure beneath an error, of whatever type the backend has.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

impl StoreError {
    /// Whether the same request may succeed when it is repeated as it is, with the same key.
    ///
    /// A conflict is not retryable as it is: decide again first.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Busy | Self::Unavailable(_) | Self::CommitUnknown(_) => true,
            Self::Conflict(_)
            | Self::KeyReused { .. }
            | Self::Invalid { .. }
            | Self::TooLarge { .. }
            | Self::Corrupt { .. }
            | Self::ForeignPosition { .. }
            | Self::Closed(_) => false,
        }
    }

    /// Whether it is certain that nothing was written.
    #[must_use]
    pub const fn nothing_written(&self) -> bool {
        !matches!(self, Self::CommitUnknown(_))
    }
}

/// The streams that were not as expected. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Every stream whose expectation failed, in the order of the append.
    pub streams: Vec<StreamConflict>,
}

/// A stream that was not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamConflict {
    /// The stream.
    pub stream: StreamId,
    /// What was expected.
    pub expected: Expected,
    /// The last revision it has; `None` for an empty stream.
    pub actual: Option<Revision>,
    /// What follows the expected revision, oldest first; at most [`StreamConflict::MAX_EVENTS`].
    ///
    /// Empty if the stream is shorter than expected.
    pub appended: Vec<RecordedEvent>,
}

impl StreamConflict {
    /// The most events a conflict carries along; whoever wants the rest reads the stream.
    pub const MAX_EVENTS: usize = 100;

    /// From which revision on a conflict reports what was appended meanwhile.
    #[must_use]
    pub fn reports_from(expected: Expected) -> Revision {
        match expected {
            Expected::Exactly(revision) => revision.next(),
            Expected::Any | Expected::NoStream | Expected::Exists => Revision::FIRST,
        }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("conflict, nothing was written:")?;
        for (index, conflict) in self.streams.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma} {} expected {}, has ", conflict.stream, conflict.expected)?;
            match conflict.actual {
                Some(revision) => write!(f, "revision {revision}")?,
                None => f.write_str("no events")?,
            }
        }
        Ok(())
    }
}
