//! The contract of an event store, the words it is spoken in, and a store in memory. Beside it what a store may keep
//! of its readers: checkpoints and snapshots.

mod append;
mod checkpoint;
mod error;
mod ext;
mod memory;
mod plan;
mod read;
mod snapshot;
mod verify;

use std::fmt;

use async_trait::async_trait;
use futures_core::stream::BoxStream;

use crate::clock::Timestamp;
use crate::event::{HashAlgorithm, RecordedEvent};
use crate::id::{CommandKey, Entropy, HistoryId, Position, StoreId};

pub use append::{Append, Appended, AppendedTo, Expected, Limit, StreamWrite};
pub use checkpoint::{
    Checkpoint, CheckpointError, CheckpointRecord, CheckpointStore, Claim, Fence, MemoryCheckpoints,
    SaveCheckpoint,
};
pub use error::{Cause, Conflict, StoreError, StreamConflict};
pub use ext::EventStoreExt;
pub use memory::MemoryStore;
pub use plan::{Mismatch, Plan, Planned};
pub use read::{Direction, Filter, ReadAll, ReadStream, ReadStreams};
pub use snapshot::{MemorySnapshots, Snapshot, SnapshotError, SnapshotStore};
pub use verify::{Fault, FaultKind, Verification, verify_store, verify_stream};

/// The events of a read, or the error that ends it.
pub type EventStream = BoxStream<'static, Result<RecordedEvent, StoreError>>;

/// Which store this is, which history it holds, and how its events are chained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The store; stays the same through backup and restore.
    pub store: StoreId,
    /// The history; changes when a backup is restored.
    pub history: HistoryId,
    /// The hash function of the chains.
    pub hash: HashAlgorithm,
}

impl Identity {
    /// A new store with a new history.
    #[must_use]
    pub fn new(now: Timestamp, entropy: &dyn Entropy, hash: HashAlgorithm) -> Self {
        Self { store: StoreId::new(now, entropy), history: HistoryId::new(now, entropy), hash }
    }

    /// For stores: the ordinal of a position of this history.
    ///
    /// # Errors
    /// [`StoreError::ForeignPosition`]: the position is of another history.
    pub fn ordinal_of(&self, position: Position) -> Result<u64, StoreError> {
        if position.history() == self.history {
            Ok(position.ordinal())
        } else {
            Err(StoreError::ForeignPosition { found: position.history(), expected: self.history })
        }
    }
}

#[doc = include_str!("docs/contract.md")]
#[async_trait]
pub trait EventStore: Send + Sync + fmt::Debug {
    /// Which store this is.
    fn identity(&self) -> Identity;

    /// Appends events to one or several streams, entirely or not at all (rules 1 to 4, 10, 11, 17).
    ///
    /// Returns when the events are as safe as the store promises. An append without events only checks its
    /// expectations; its key is not remembered.
    ///
    /// # Errors
    /// See [`StoreError`], whose variants say what became of the data.
    ///
    /// # Cancel safety
    /// Rule 10: all or nothing, and the caller does not know which; repeat with the same key.
    async fn append(&self, append: Append) -> Result<Appended, StoreError>;

    /// What an earlier append with this key did; `None` if there was none.
    ///
    /// This settles a [`StoreError::CommitUnknown`] without repeating, and tells a repeated command from a new one.
    ///
    /// # Errors
    /// The store cannot be read.
    async fn find_append(&self, key: CommandKey) -> Result<Option<Appended>, StoreError>;

    /// The events of one stream, in the order of their revisions or backwards (rules 6, 8).
    fn read_stream(&self, read: ReadStream) -> EventStream;

    /// The events of all streams in global order (rules 5, 6, 8, 16).
    ///
    /// The end is the head at the time of the call: what is appended later is for the next read.
    fn read_all(&self, read: ReadAll) -> EventStream;

    /// The events of all streams, stream after stream, each in the order of its revisions.
    ///
    /// The sequential way through whole histories: for replay, verification and copying. Streams come in the order
    /// of their ids. A stream that grows meanwhile is read up to some revision that it had after the call.
    fn read_streams(&self, read: ReadStreams) -> EventStream;

    /// The highest settled position: everything up to it is visible and nothing will appear there any more.
    ///
    /// # Errors
    /// The store cannot be read.
    async fn head(&self) -> Result<Position, StoreError>;

    /// Waits until something may have been appended after a position (rule 12).
    ///
    /// A hint: it may come early, it never misses. Read again after it.
    ///
    /// # Errors
    /// The position is of another history, or the store is closed.
    ///
    /// # Cancel safety
    /// Waiting has no effect.
    async fn appended_after(&self, position: Position) -> Result<(), StoreError>;
}
