//! The suite that every event store passes, run against PostgreSQL with either way of ordering.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cluster;

use std::sync::Arc;

use anjuan::clock::{Clock, SystemClock};
use anjuan::conformance::{Fixture, Offered, Reopened};
use anjuan::event::HashAlgorithm;
use anjuan::id::{Code, StoreId, SystemEntropy};
use anjuan::store::{CheckpointStore, EventStore, Identity, SnapshotStore};
use anjuan_store_pg::{Admin, Feed, NewTenant, Options, PgStore, Server};
use async_trait::async_trait;
use tokio::sync::OnceCell;

use cluster::Cluster;

/// A database with one tenant for each store.
struct Database {
    cluster: &'static Cluster,
    hash: HashAlgorithm,
    feed: Feed,
    made: OnceCell<Server>,
}

impl Database {
    fn new(cluster: &'static Cluster, hash: HashAlgorithm, feed: Feed) -> Self {
        Self { cluster, hash, feed, made: OnceCell::new() }
    }

    async fn server(&self) -> &Server {
        let made = self.made.get_or_init(|| async {
            let server = self.cluster.server(&self.cluster.database().await);
            Admin::connect(&server).await.unwrap().migrate().await.unwrap();
            server
        });
        made.await
    }

    /// A tenant that has the name of its store.
    async fn fresh(&self) -> PgStore {
        let identity = Identity::new(SystemClock.now(), &SystemEntropy, self.hash);
        let tenant = NewTenant::new(name_of(identity.store)).identity(identity).feed(self.feed);
        Admin::connect(self.server().await).await.unwrap().create(tenant).await.unwrap();
        self.at(identity.store).await
    }

    async fn at(&self, store: StoreId) -> PgStore {
        let options = Options::default().hash(self.hash);
        PgStore::open(self.server().await, name_of(store), options).await.unwrap()
    }
}

/// No code has as many digits in a row as an id may have.
fn name_of(store: StoreId) -> Code {
    let hex: Vec<String> = store.as_uuid().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    hex.join("-").parse().unwrap()
}

#[async_trait]
impl Fixture for Database {
    async fn open(&self) -> Arc<dyn EventStore> {
        Arc::new(self.fresh().await)
    }

    async fn reopen(&self, store: Arc<dyn EventStore>) -> Reopened {
        let id = store.identity().store;
        drop(store);
        Reopened::Store(Arc::new(self.at(id).await))
    }

    async fn checkpoints(&self) -> Offered<Arc<dyn CheckpointStore>> {
        Offered::Store(Arc::new(self.fresh().await))
    }

    async fn snapshots(&self) -> Offered<Arc<dyn SnapshotStore>> {
        Offered::Store(Arc::new(self.fresh().await))
    }
}

/// Every check, or none if there is no server.
macro_rules! conformance {
    ($hash:ident, $feed:ident) => {
        anjuan::conformance!(match crate::cluster::shared() {
            Some(cluster) => {
                crate::Database::new(
                    cluster,
                    anjuan::event::HashAlgorithm::$hash,
                    anjuan_store_pg::Feed::$feed,
                )
            }
            None => return,
        });
    };
}

mod fenced_sha256 {
    conformance!(Sha256, Fenced);
}

mod fenced_sm3 {
    conformance!(Sm3, Fenced);
}

mod counter_sha256 {
    conformance!(Sha256, Counter);
}
