//! What the tests share: a database with a tenant, a fixed identity, and events that differ.

use anjuan::event::{EventType, HashAlgorithm, NewEvent};
use anjuan::id::{Code, CommandKey, EventId, HistoryId, Position, Revision, StoreId, StreamId};
use anjuan::store::{Append, EventStore, Expected, Identity, StreamWrite};
use anjuan_store_pg::{Admin, Feed, NewTenant, Options, PgStore, Server};
use bytes::Bytes;
use uuid::Uuid;

use crate::cluster::{self, Cluster};

/// A fresh database with one tenant.
pub(crate) struct World {
    pub(crate) cluster: Cluster,
    pub(crate) database: String,
}

impl World {
    /// On the server that all tests share; nothing if there is none.
    pub(crate) async fn new() -> Option<Self> {
        Some(Self::on(cluster::shared()?, Feed::Fenced).await)
    }

    pub(crate) async fn on(cluster: &Cluster, feed: Feed) -> Self {
        Self::with(cluster, identity(), feed).await
    }

    /// With a tenant of this identity.
    pub(crate) async fn with(cluster: &Cluster, identity: Identity, feed: Feed) -> Self {
        let world = Self { cluster: cluster.clone(), database: cluster.database().await };
        let mut admin = world.admin().await;
        admin.migrate().await.unwrap();
        admin.create(NewTenant::new(tenant()).identity(identity).feed(feed)).await.unwrap();
        world
    }

    pub(crate) fn server(&self) -> Server {
        self.cluster.server(&self.database)
    }

    pub(crate) async fn admin(&self) -> Admin {
        Admin::connect(&self.server()).await.unwrap()
    }

    pub(crate) async fn open(&self) -> PgStore {
        self.open_with(Options::default()).await
    }

    pub(crate) async fn open_with(&self, options: Options) -> PgStore {
        PgStore::open(&self.server(), tenant(), options).await.unwrap()
    }

    /// A plain connection as the owner of everything.
    pub(crate) async fn plain(&self) -> tokio_postgres::Client {
        self.cluster.connect("postgres", &self.database).await
    }

    pub(crate) async fn sql(&self, sql: &str) {
        self.plain().await.batch_execute(sql).await.unwrap();
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        self.plain().await.query_one(sql, &[]).await.unwrap().get(0)
    }
}

pub(crate) fn tenant() -> Code {
    "haishu".parse().unwrap()
}

pub(crate) fn identity() -> Identity {
    Identity {
        store: StoreId::from_uuid(Uuid::from_u128(1)),
        history: HistoryId::from_uuid(Uuid::from_u128(2)),
        hash: HashAlgorithm::Sha256,
    }
}

pub(crate) fn stream(text: &str) -> StreamId {
    StreamId::new(text).unwrap()
}

pub(crate) fn key(number: u128) -> CommandKey {
    CommandKey::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn revision(number: u64) -> Revision {
    Revision::new(number).unwrap()
}

/// An event whose payload tells which one it is.
pub(crate) fn event(number: u128) -> NewEvent {
    NewEvent {
        id: EventId::from_uuid(Uuid::from_u128(number)),
        event_type: EventType::new("CaseNoted").unwrap(),
        schema_version: 1,
        occurred_at: "2026-06-26T09:00:00+08:00".parse().unwrap(),
        recorded_at: "2026-06-26T09:00:01+08:00".parse().unwrap(),
        metadata: Bytes::from_static(b"{}"),
        data: format!("{{\"n\":{number},\"案\":\"卷\"}}").into(),
    }
}

pub(crate) fn write(id: &str, expected: Expected, events: Vec<NewEvent>) -> StreamWrite {
    StreamWrite { stream: stream(id), expected, events }
}

/// An append of the events with these numbers, under the key of the first.
pub(crate) fn append(id: &str, expected: Expected, numbers: std::ops::Range<u128>) -> Append {
    let key = key(numbers.start);
    Append::new(key, vec![write(id, expected, numbers.map(event).collect())])
}

/// Waits until the feed has reached a position.
pub(crate) async fn settled(store: &dyn EventStore, position: Position) {
    loop {
        let head = store.head().await.unwrap();
        if head >= position {
            return;
        }
        store.appended_after(head).await.unwrap();
    }
}
