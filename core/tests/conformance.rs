//! The store in memory keeps the contract, with either hash function.

use std::sync::Arc;

use anjuan::clock::{Clock, SystemClock};
use anjuan::conformance::{Fixture, Offered, Reopened};
use anjuan::event::HashAlgorithm;
use anjuan::id::SystemEntropy;
use anjuan::store::{
    CheckpointStore, EventStore, Identity, MemoryCheckpoints, MemorySnapshots, MemoryStore, SnapshotStore,
};
use async_trait::async_trait;

struct Memory(HashAlgorithm);

#[async_trait]
impl Fixture for Memory {
    async fn open(&self) -> Arc<dyn EventStore> {
        Arc::new(MemoryStore::new(Identity::new(SystemClock.now(), &SystemEntropy, self.0)))
    }

    async fn reopen(&self, _: Arc<dyn EventStore>) -> Reopened {
        Reopened::Declined("nothing survives the process")
    }

    async fn checkpoints(&self) -> Offered<Arc<dyn CheckpointStore>> {
        Offered::Store(Arc::new(MemoryCheckpoints::new()))
    }

    async fn snapshots(&self) -> Offered<Arc<dyn SnapshotStore>> {
        Offered::Store(Arc::new(MemorySnapshots::new()))
    }
}

mod sha256 {
    use super::{HashAlgorithm, Memory};

    anjuan::conformance!(Memory(HashAlgorithm::Sha256));
}

mod sm3 {
    use super::{HashAlgorithm, Memory};

    anjuan::conformance!(Memory(HashAlgorithm::Sm3));
}
