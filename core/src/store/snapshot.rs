//! The state of a stream at one of its revisions, kept so that loading it need not begin at the first event.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;

use super::StoreError;
use crate::event::ChainHead;
use crate::id::{Revision, StreamId};

/// Keeps at most one snapshot of each stream.
///
/// A snapshot is never the truth: it can be dropped at any time, and the events give the same state. Whoever loads one
/// holds it against the event at its revision, as [`SnapshotLoader`](crate::snapshot::SnapshotLoader) does.
///
/// # Contract
///
/// What a store owes its callers; the whole is rule 13 of the contract of [`EventStore`](super::EventStore), and a
/// check of the conformance suite.
///
/// 1. **Never backwards.** A snapshot is followed by one of the same or of a later revision, until it is discarded.
/// 2. **Whole.** State, version and place in the chain are saved in one write and discarded in one write; bytes come
///    back as they went in.
/// 3. **Refused is untouched**: whatever is refused changes nothing.
///
/// # For implementers
///
/// There are no default methods. [`Snapshot::may_follow`] is the check before a write.
#[async_trait]
pub trait SnapshotStore: Send + Sync + fmt::Debug {
    /// Keeps a snapshot in place of the one before it. A damaged one is replaced too.
    ///
    /// # Errors
    /// [`SnapshotError::Backwards`]: a later one is kept, by somebody who was faster. Or the state is too large, or
    /// the store failed.
    ///
    /// # Cancel safety
    /// The snapshot is kept or not.
    async fn save(&self, snapshot: Snapshot) -> Result<(), SnapshotError>;

    /// The snapshot of a stream, if there is one.
    ///
    /// # Errors
    /// The store cannot be read, or the snapshot is damaged.
    async fn load(&self, stream: &StreamId) -> Result<Option<Snapshot>, SnapshotError>;

    /// Drops the snapshot of a stream, if it is this one: one that came meanwhile stays.
    ///
    /// # Errors
    /// The store failed.
    ///
    /// # Cancel safety
    /// The snapshot is dropped or not.
    async fn discard(&self, snapshot: &Snapshot) -> Result<(), SnapshotError>;
}

/// The state of a stream at one of its revisions.
#[derive(Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The stream.
    pub stream: StreamId,
    /// The last event that is in the state, by revision and digest.
    pub head: ChainHead,
    /// The version of the state's schema, and of the rules by which events were folded into it.
    pub version: u32,
    /// The state; at most [`Snapshot::STATE_BYTES_MAX`].
    pub state: Bytes,
}

impl Snapshot {
    /// The largest state, in bytes: one mebibyte. A state that large is slower to decode than its events.
    pub const STATE_BYTES_MAX: usize = 1 << 20;

    /// For stores: whether this snapshot may take the place of one at the revision `kept`.
    ///
    /// # Errors
    /// [`SnapshotError::TooLarge`] or [`SnapshotError::Backwards`].
    pub fn may_follow(&self, kept: Option<Revision>) -> Result<(), SnapshotError> {
        let actual = self.state.len();
        if actual > Self::STATE_BYTES_MAX {
            return Err(SnapshotError::TooLarge { stream: self.stream.clone(), actual });
        }
        match kept {
            Some(kept) if self.head.revision < kept => {
                let (stream, offered) = (self.stream.clone(), self.head.revision);
                Err(SnapshotError::Backwards { stream, kept, offered })
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// The state is shown by its length: it may hold what is nobody's business in a log file.
impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("stream", &self.stream)
            .field("head", &self.head)
            .field("version", &self.version)
            .field("state_bytes", &self.state.len())
            .finish()
    }
}

/// Why a snapshot was not kept, read or dropped. The events are not concerned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// A later snapshot is kept. Nothing was saved, and nothing is to be done.
    #[error("{stream} has a snapshot of revision {kept}, which does not go back to {offered}")]
    Backwards {
        /// The stream.
        stream: StreamId,
        /// The revision of the one that is kept.
        kept: Revision,
        /// The revision of the one that was to be kept.
        offered: Revision,
    },
    /// The state is over the limit. Nothing was saved.
    #[error(
        "the state of {stream} has {actual} bytes, the limit is {}; nothing was saved",
        Snapshot::STATE_BYTES_MAX
    )]
    TooLarge {
        /// The stream.
        stream: StreamId,
        /// How many bytes it has.
        actual: usize,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Snapshots that live as long as the process. Clones share them.
#[derive(Clone, Default)]
pub struct MemorySnapshots(Arc<Mutex<BTreeMap<StreamId, Snapshot>>>);

impl MemorySnapshots {
    /// Without any.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn snapshots(&self) -> MutexGuard<'_, BTreeMap<StreamId, Snapshot>> {
        // A panic elsewhere cannot leave a snapshot half written: it is replaced whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SnapshotStore for MemorySnapshots {
    async fn save(&self, snapshot: Snapshot) -> Result<(), SnapshotError> {
        let mut snapshots = self.snapshots();
        snapshot.may_follow(snapshots.get(&snapshot.stream).map(|kept| kept.head.revision))?;
        snapshots.insert(snapshot.stream.clone(), snapshot);
        Ok(())
    }

    async fn load(&self, stream: &StreamId) -> Result<Option<Snapshot>, SnapshotError> {
        Ok(self.snapshots().get(stream).cloned())
    }

    async fn discard(&self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        let mut snapshots = self.snapshots();
        if snapshots.get(&snapshot.stream) == Some(snapshot) {
            snapshots.remove(&snapshot.stream);
        }
        Ok(())
    }
}

impl fmt::Debug for MemorySnapshots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemorySnapshots").finish_non_exhaustive()
    }
}
