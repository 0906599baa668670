//! What the tests share: a directory, a fixed identity, and events that differ.

use std::fs;
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

/// Opens the database without the store.
pub(crate) fn raw(path: &Path) -> sled::Db {
    loop {
        match sled::open(path) {
            Ok(db) => return db,
            Err(_) => std::thread::yield_now(),
        }
    }
}

pub(crate) fn change(path: &Path, key: &[u8], change: impl FnOnce(&mut Vec<u8>)) {
    let db = raw(path);
    let mut value = db.get(key).unwrap().unwrap().to_vec();
    change(&mut value);
    db.insert(key, value).unwrap();
    db.flush().unwrap();
}

pub(crate) fn remove(path: &Path, key: &[u8]) {
    let db = raw(path);
    db.remove(key).unwrap().unwrap();
    db.flush().unwrap();
}

pub(crate) fn block_key(id: &str, first: u64) -> Vec<u8> {
    [b"E", id.as_bytes(), &[0], &first.to_be_bytes()].concat()
}

pub(crate) fn group_key(last: u64) -> Vec<u8> {
    [b"G".as_slice(), &last.to_be_bytes()].concat()
}

/// Writes the checksum anew, as somebody would who knows the format and wants not to be found.
pub(crate) fn reseal(key: &[u8], value: &mut [u8]) {
    let mut crc = crc32fast::Hasher::new();
    crc.update(key);
    crc.update(&value[..1]);
    crc.update(&value[9..]);
    value[5..9].copy_from_slice(&crc.finalize().to_be_bytes());
}

/// A copy of a closed store, with everything that lies in it.
pub(crate) fn copy_directory(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_directory(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Removes values so that the raw bytes do not hold them either.
pub(crate) fn forget(path: &Path, unwanted: impl Fn(&[u8]) -> bool) {
    let other = path.with_extension("other");
    let (from, to) = (raw(path), sled::open(&other).unwrap());
    for pair in from.iter() {
        let (key, value) = pair.unwrap();
        if !unwanted(&key) {
            to.insert(key, value).unwrap();
        }
    }
    to.flush().unwrap();
    drop((from, to));
    drop((raw(path), raw(&other)));
    fs::remove_file(path.join("db")).unwrap();
    fs::remove_dir_all(path.join("blobs")).unwrap();
    for part in ["db", "blobs"] {
        fs::rename(other.join(part), path.join(part)).unwrap();
    }
    for entry in fs::read_dir(path).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().starts_with("snap.") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    fs::remove_dir_all(other).unwrap();
}
