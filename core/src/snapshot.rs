//! Loading a state from its snapshot and the events behind it, with the same result as from all its events.

use std::fmt;

use bytes::Bytes;
use futures_util::TryStreamExt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::decider::Decider;
use crate::event::{ChainHead, Codec};
use crate::id::{Revision, StreamId};
use crate::replay::{ReplayError, Replayed, apply, replay};
use crate::store::{EventStore, ReadStream, Snapshot, SnapshotError, SnapshotStore, StoreError};

/// Loads streams of one kind, beginning at their snapshots.
///
/// A snapshot is used only if it was made by the present version and its digest is that of the event at its revision:
/// the chain then says that every event before it is the same too. And nothing may have been recorded after it that
/// happened before something in it: such an event belongs between those that are folded already. Any other snapshot is
/// dropped together with its version, and the state is replayed from the first event.
///
/// Raise `version` with every change of the state's form **and** of how events are folded into it: a snapshot made by
/// other rules looks sound and is wrong.
pub struct SnapshotLoader<'a, D: Decider> {
    codec: &'a Codec<D::Event>,
    snapshots: &'a dyn SnapshotStore,
    version: u32,
}

/// A state and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded<S> {
    /// The state and its place in the history.
    pub replayed: Replayed<S>,
    /// The revision of the snapshot at which loading began; `None` for the first event.
    pub snapshot: Option<Revision>,
    /// Why a snapshot was not used, if there was one.
    pub dropped: Option<Dropped>,
}

impl<S> Loaded<S> {
    /// How many events were applied. When it is large, a new snapshot is worth its write.
    #[must_use]
    pub fn events_applied(&self) -> u64 {
        let number = |revision: Option<Revision>| revision.map_or(0, Revision::get);
        number(self.replayed.revision()).saturating_sub(number(self.snapshot))
    }
}

/// Why a snapshot was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropped {
    /// It was made by another version.
    OtherVersion,
    /// The stream has no event of its revision with its digest: it belongs to another history.
    OtherHistory,
    /// Something was recorded after it that happened before something in it.
    Overtaken,
    /// Its bytes are no state of this version, or were damaged.
    Unreadable,
}

/// What a snapshot holds: a state, and the latest moment in it.
#[derive(Serialize, Deserialize)]
struct Kept<S> {
    until: Option<Timestamp>,
    state: S,
}

/// A state could not be loaded or kept. The stream is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotLoaderError {
    /// The events could not be folded.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The snapshot could not be read, kept or dropped. [`replay`] loads without.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The state has no JSON form.
    #[error("the state of {stream} cannot be encoded")]
    Encode {
        /// The stream.
        stream: StreamId,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

impl<'a, D: Decider> SnapshotLoader<'a, D>
where
    D::State: Serialize + DeserializeOwned,
{
    /// A loader for states of this version.
    #[must_use]
    pub const fn new(codec: &'a Codec<D::Event>, snapshots: &'a dyn SnapshotStore, version: u32) -> Self {
        Self { codec, snapshots, version }
    }

    /// The present state of a stream.
    ///
    /// # Errors
    /// The store cannot be read, or an event does not fit; or the snapshot store failed other than by damage.
    ///
    /// # Cancel safety
    /// A snapshot that is no use may be dropped or not; nothing else is changed.
    pub async fn load(
        &self,
        store: &dyn EventStore,
        stream: &StreamId,
    ) -> Result<Loaded<D::State>, SnapshotLoaderError> {
        let dropped = match self.snapshots.load(stream).await {
            Ok(None) => None,
            Ok(Some(snapshot)) => match self.continue_from(store, &snapshot).await? {
                Ok(loaded) => return Ok(loaded),
                Err(reason) => {
                    self.snapshots.discard(&snapshot).await?;
                    Some(reason)
                }
            },
            // The next one takes its place, so damage here costs nothing but one replay.
            Err(SnapshotError::Store(StoreError::Corrupt { .. })) => Some(Dropped::Unreadable),
            Err(error) => return Err(error.into()),
        };
        let events = store.read_stream(ReadStream::all(stream.clone()));
        let replayed = replay::<D>(self.codec, events).await?;
        Ok(Loaded { replayed, snapshot: None, dropped })
    }

    /// Keeps a state that was loaded, for whoever loads it next; nothing for an empty stream.
    ///
    /// A state that is behind the snapshot kept meanwhile is left alone.
    ///
    /// # Errors
    /// The state has no JSON form or is too large, or the store failed.
    ///
    /// # Cancel safety
    /// The snapshot is kept or not.
    pub async fn save(
        &self,
        stream: &StreamId,
        replayed: &Replayed<D::State>,
    ) -> Result<(), SnapshotLoaderError> {
        let Some(head) = replayed.head else { return Ok(()) };
        let kept = Kept { until: replayed.until, state: &replayed.state };
        let state: Bytes = serde_json::to_vec(&kept)
            .map_err(|source| SnapshotLoaderError::Encode { stream: stream.clone(), source })?
            .into();
        let snapshot = Snapshot { stream: stream.clone(), head, version: self.version, state };
        match self.snapshots.save(snapshot).await {
            Ok(()) | Err(SnapshotError::Backwards { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The state from a snapshot on, or why the snapshot is no use.
    async fn continue_from(
        &self,
        store: &dyn EventStore,
        snapshot: &Snapshot,
    ) -> Result<Result<Loaded<D::State>, Dropped>, ReplayError> {
        let Snapshot { stream, head, version, state } = snapshot;
        if *version != self.version {
            return Ok(Err(Dropped::OtherVersion));
        }
        let Ok(Kept { until, state }) = serde_json::from_slice(state) else {
            return Ok(Err(Dropped::Unreadable));
        };
        // One read proves the snapshot by its first event and goes on with the rest.
        let mut events = store.read_stream(ReadStream::all(stream.clone()).from(head.revision));
        let first = events.try_next().await?;
        let found = first.map(|event| ChainHead { revision: event.revision, digest: event.digest });
        if found != Some(*head) {
            return Ok(Err(Dropped::OtherHistory));
        }
        let mut replayed = Replayed { state, head: Some(*head), until };
        while let Some(event) = events.try_next().await? {
            if replayed.is_past(event.occurred_at) {
                return Ok(Err(Dropped::Overtaken));
            }
            replayed = apply::<D>(self.codec, replayed, &event)?;
        }
        Ok(Ok(Loaded { replayed, snapshot: Some(head.revision), dropped: None }))
    }
}

impl<D: Decider> fmt::Debug for SnapshotLoader<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SnapshotLoader").field("version", &self.version).finish_non_exhaustive()
    }
}
