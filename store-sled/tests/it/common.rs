//! What the tests share: a directory, a fixed identity, and events that differ.

use std::path::Path;

use anjuan::event::{EventType, HashAlgorithm, NewEvent};
use anjuan::id::{CommandKey, EventId, HistoryId, Revision, StoreId, StreamId};
use anjuan::store::{Append, Expected, Identity, StreamWrite};
use anjuan_store_sled::{Options, SledStore};
use bytes::Bytes;
use uuid::Uuid;

pub(crate) fn identity() -> Identity {
    Identity {
        store: StoreId::from_uuid(Uuid::from_u128(1)),
        history: HistoryId::from_uuid(Uuid::from_u128(2)),
        hash: HashAlgorithm::Sha256,
    }
}

pub(crate) fn options() -> Options {
    Options::default().identity(identity())
}

pub(crate) async fn open(path: &Path) -> SledStore {
    SledStore::open(path, options()).await.unwrap()
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
    event_of("CaseNoted", number, format!("{{\"n\":{number},\"案\":\"卷\"}}"))
}

pub(crate) fn event_of(event_type: &str, number: u128, data: impl Into<Bytes>) -> NewEvent {
    NewEvent {
        id: EventId::from_uuid(Uuid::from_u128(number)),
        event_type: EventType::new(event_type).unwrap(),
        schema_version: 1,
        occurred_at: "2026-06-26T09:00:00+08:00".parse().unwrap(),
        recorded_at: "2026-06-26T09:00:01+08:00".parse().unwrap(),
        metadata: Bytes::from_static(b"{}"),
        data: data.into(),
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
