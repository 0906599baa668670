//! Stores, and a small history with everything that is hard to move.

use anjuan::backup::{self, Content};
use anjuan::clock::Timestamp;
use anjuan::event::{EventType, HashAlgorithm, NewEvent};
use anjuan::id::{CommandKey, EventId, Revision, StreamId, SystemEntropy};
use anjuan::store::{Append, Appended, EventStore, Expected, Identity, MemoryStore, StreamWrite};
use bytes::Bytes;
use uuid::Uuid;

pub(crate) fn memory() -> MemoryStore {
    memory_with(HashAlgorithm::Sha256)
}

pub(crate) fn memory_with(hash: HashAlgorithm) -> MemoryStore {
    MemoryStore::new(Identity::new(Timestamp::EPOCH, &SystemEntropy, hash))
}

pub(crate) fn stream(id: &str) -> StreamId {
    StreamId::new(id).unwrap()
}

pub(crate) fn revision(number: u64) -> Revision {
    Revision::new(number).unwrap()
}

pub(crate) fn key(number: u128) -> CommandKey {
    CommandKey::from_uuid(Uuid::from_u128(number))
}

/// An event that names its command.
pub(crate) fn event(command: u128, number: u128, data: impl Into<Bytes>) -> NewEvent {
    let metadata = format!(r#"{{"cmd":"{}"}}"#, key(command)).into();
    NewEvent { metadata, ..bare_event(number, data) }
}

/// An event that names no command.
pub(crate) fn bare_event(number: u128, data: impl Into<Bytes>) -> NewEvent {
    NewEvent {
        id: EventId::from_uuid(Uuid::from_u128(number)),
        event_type: EventType::new("Noted").unwrap(),
        schema_version: 3,
        occurred_at: "2026-06-26T09:00:00.000007+08:00".parse().unwrap(),
        recorded_at: "2026-06-26T09:00:01+08:00".parse().unwrap(),
        metadata: Bytes::from_static(b"{}"),
        data: data.into(),
    }
}

pub(crate) fn write(id: &str, events: Vec<NewEvent>) -> StreamWrite {
    StreamWrite { stream: stream(id), expected: Expected::Any, events }
}

/// Appends under a key, which the events name.
pub(crate) async fn put(store: &dyn EventStore, command: u128, writes: &[(&str, &[&[u8]])]) -> Appended {
    let mut number = command * 1_000;
    let mut event_of = |data: &&[u8]| {
        number += 1;
        event(command, number, data.to_vec())
    };
    let writes =
        writes.iter().map(|(id, data)| write(id, data.iter().map(&mut event_of).collect())).collect();
    store.append(Append::new(key(command), writes)).await.unwrap()
}

/// A number that no field of another kind could hold.
pub(crate) const GREAT: [u8; 9_000] = [b'7'; 9_000];

/// Five appends, nine events, four streams: two appends over several streams, one whose key its events do not name, and
/// payloads of many kinds.
pub(crate) async fn fill(store: &dyn EventStore) {
    put(store, 1, &[("case/甲", &[br#"{"b":1, "a":[]}"#]), ("register/2026", &[b"null"])]).await;
    put(store, 2, &[("case/ᠮᠣᠩᠭᠣᠯ", &["{\"名\":\"ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ 案卷\"}".as_bytes(), b""])]).await;
    let foreign = vec![bare_event(90, "no json"), bare_event(91, &b"\0\xff\n"[..])];
    store.append(Append::new(key(3), vec![write("other/1", foreign)])).await.unwrap();
    put(store, 4, &[("register/2026", &[b" 1 "]), ("case/甲", &[b"[\n]"])]).await;
    put(store, 5, &[("case/甲", &[&GREAT])]).await;
}

pub(crate) async fn file_of(store: &dyn EventStore) -> (Vec<u8>, Content) {
    let mut file = Vec::new();
    let content = backup::write(store, &mut file).await.unwrap();
    (file, content)
}
