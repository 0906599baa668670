//! What a backend brings to the suite.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::store::{CheckpointStore, EventStore, SnapshotStore};

/// How the suite comes by stores of one backend.
///
/// A fixture keeps no handle of the stores that it opens, or rule 8 proves nothing. What it cannot do, it says; it
/// panics if the machine does not let it do what it can (no disk, no server).
#[async_trait]
pub trait Fixture: Send + Sync {
    /// A fresh and empty store with an identity of its own.
    async fn open(&self) -> Arc<dyn EventStore>;

    /// Closes a store that [`open`](Self::open) gave, and opens the same one again.
    ///
    /// The suite hands over its last handle. [`EventStore::identity`] tells which store it is.
    async fn reopen(&self, store: Arc<dyn EventStore>) -> Reopened;

    /// A fresh store of checkpoints. A backend that has none leaves this as it is, and rule 13 is declined.
    async fn checkpoints(&self) -> Offered<Arc<dyn CheckpointStore>> {
        Offered::Declined("the backend keeps no checkpoints")
    }

    /// A fresh store of snapshots. A backend that has none leaves this as it is, and rule 13 is declined.
    async fn snapshots(&self) -> Offered<Arc<dyn SnapshotStore>> {
        Offered::Declined("the backend keeps no snapshots")
    }

    /// How long a waiter may sleep after the append that should wake it, before it counts as forgotten.
    fn patience(&self) -> Duration {
        Duration::from_secs(10)
    }
}

/// A store opened again, or the word that there is nothing to open.
#[derive(Debug)]
pub enum Reopened {
    /// The same store.
    Store(Arc<dyn EventStore>),
    /// The backend promises no durability, for this reason.
    Declined(&'static str),
}

/// What a backend may have beside its event store, or the word that it has not.
#[derive(Debug)]
pub enum Offered<T> {
    /// It has.
    Store(T),
    /// It has not, for this reason.
    Declined(&'static str),
}
