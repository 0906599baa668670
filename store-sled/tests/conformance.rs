//! The suite that every event store passes, run against sled in real directories with real syncs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use anjuan::conformance::{Fixture, Offered, Reopened};
use anjuan::event::HashAlgorithm;
use anjuan::id::StoreId;
use anjuan::store::{CheckpointStore, EventStore, SnapshotStore};
use anjuan_store_sled::{Options, SledStore};
use async_trait::async_trait;
use tempfile::TempDir;

/// A directory with one store per identity.
struct Directories {
    root: TempDir,
    hash: HashAlgorithm,
}

impl Directories {
    fn new(hash: HashAlgorithm) -> Self {
        Self { root: tempfile::tempdir().unwrap(), hash }
    }

    async fn at(&self, name: &str) -> SledStore {
        SledStore::open(self.root.path().join(name), Options::default().hash(self.hash)).await.unwrap()
    }

    /// A store lies under its own name, once it has one.
    fn settle(&self, store: StoreId) -> String {
        let name = store.to_string();
        std::fs::rename(self.root.path().join("new"), self.root.path().join(&name)).unwrap();
        name
    }

    async fn fresh(&self) -> SledStore {
        let store = self.at("new").await;
        let id = store.identity().store;
        store.close().await;
        self.at(&self.settle(id)).await
    }
}

#[async_trait]
impl Fixture for Directories {
    async fn open(&self) -> Arc<dyn EventStore> {
        Arc::new(self.fresh().await)
    }

    async fn reopen(&self, store: Arc<dyn EventStore>) -> Reopened {
        let id = store.identity().store;
        drop(store);
        Reopened::Store(Arc::new(self.at(&id.to_string()).await))
    }

    async fn checkpoints(&self) -> Offered<Arc<dyn CheckpointStore>> {
        Offered::Store(Arc::new(self.fresh().await))
    }

    async fn snapshots(&self) -> Offered<Arc<dyn SnapshotStore>> {
        Offered::Store(Arc::new(self.fresh().await))
    }
}

mod sha256 {
    use super::{Directories, HashAlgorithm};

    anjuan::conformance!(Directories::new(HashAlgorithm::Sha256));
}

mod sm3 {
    use super::{Directories, HashAlgorithm};

    anjuan::conformance!(Directories::new(HashAlgorithm::Sm3));
}
