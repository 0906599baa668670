//! Keys: made once, destroyed for ever, and gone from the files.

use std::fs;
use std::path::Path;

use anjuan::id::KeyId;
use anjuan::privacy::{KeyState, KeyStore, WrappedKey};
use anjuan_store_sled::{OpenError, SledKeys};
use bytes::Bytes;
use futures_util::future;
use uuid::Uuid;

fn id(number: u128) -> KeyId {
    KeyId::from_uuid(Uuid::from_u128(number))
}

fn wrapped(number: u128) -> WrappedKey {
    WrappedKey::from_bytes(Bytes::from(format!("the wrapped key of person {number:08}")))
}

fn at(text: &str) -> anjuan::clock::Timestamp {
    text.parse().unwrap()
}

/// Whether these bytes are anywhere below a directory.
fn lies_below(directory: &Path, bytes: &[u8]) -> bool {
    fs::read_dir(directory).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            lies_below(&path, bytes)
        } else {
            fs::read(path).unwrap().windows(bytes.len()).any(|window| window == bytes)
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_made_once_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let keys = SledKeys::open(dir.path()).await.unwrap();
    assert_eq!(keys.load(id(1)).await.unwrap(), KeyState::Unknown);
    let made = future::try_join_all((0..8).map(|n| keys.create(id(1), wrapped(n)))).await.unwrap();
    assert!(made.iter().all(|state| state == &made[0]));
    drop(keys);
    let keys = SledKeys::open(dir.path()).await.unwrap();
    assert_eq!(keys.load(id(1)).await.unwrap(), made[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroyed_key_is_gone_from_the_files() {
    let dir = tempfile::tempdir().unwrap();
    let keys = SledKeys::open(dir.path()).await.unwrap();
    for number in 1..=50 {
        keys.create(id(number), wrapped(number)).await.unwrap();
    }
    let secret = b"the wrapped key of person 00000007";
    assert!(lies_below(dir.path(), secret));
    let first = at("2026-06-26T09:00:00+08:00");
    keys.destroy(&[id(7), id(99)], first).await.unwrap();
    assert!(!lies_below(dir.path(), secret));
    assert!(lies_below(dir.path(), b"the wrapped key of person 00000008"));
    keys.destroy(&[id(7)], at("2027-01-01T00:00:00Z")).await.unwrap();
    drop(keys);
    let keys = SledKeys::open(dir.path()).await.unwrap();
    for destroyed in [7, 99] {
        assert_eq!(keys.load(id(destroyed)).await.unwrap(), KeyState::Destroyed(first));
        let again = keys.create(id(destroyed), wrapped(7)).await.unwrap();
        assert_eq!(again, KeyState::Destroyed(first));
    }
    for number in (1..=50).filter(|number| *number != 7) {
        assert_eq!(keys.load(id(number)).await.unwrap(), KeyState::Present(wrapped(number)));
    }
}

/// The process ends after the keys were marked as destroyed and before the files were rewritten.
#[tokio::test(flavor = "multi_thread")]
async fn a_rewrite_that_is_owed_is_done_when_opening() {
    let dir = tempfile::tempdir().unwrap();
    let keys = SledKeys::open(dir.path()).await.unwrap();
    keys.create(id(1), wrapped(1)).await.unwrap();
    keys.create(id(2), wrapped(2)).await.unwrap();
    drop(keys);
    let generation = dir.path().join("1");
    {
        let db = sled::open(&generation).unwrap();
        db.remove(id(1).as_uuid().as_bytes()).unwrap();
        db.insert("rewrite owed", b"").unwrap();
    }
    fs::create_dir(dir.path().join("next")).unwrap();
    let secret = b"the wrapped key of person 00000001";
    assert!(lies_below(dir.path(), secret));
    let keys = SledKeys::open(dir.path()).await.unwrap();
    assert!(!generation.exists() && !lies_below(dir.path(), secret));
    assert_eq!(keys.load(id(2)).await.unwrap(), KeyState::Present(wrapped(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_handle_and_only_in_a_directory_of_ours() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("keys");
    let keys = SledKeys::open(&path).await.unwrap();
    let error = SledKeys::open(&path).await.unwrap_err();
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
    drop(keys);
    SledKeys::open(&path).await.unwrap();
    let error = SledKeys::open(dir.path()).await.unwrap_err();
    assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_byte_is_told_and_harms_no_other_key() {
    let dir = tempfile::tempdir().unwrap();
    let keys = SledKeys::open(dir.path()).await.unwrap();
    keys.create(id(1), wrapped(1)).await.unwrap();
    keys.create(id(2), wrapped(2)).await.unwrap();
    drop(keys);
    {
        let db = sled::open(dir.path().join("1")).unwrap();
        let mut value = db.get(id(1).as_uuid().as_bytes()).unwrap().unwrap().to_vec();
        *value.last_mut().unwrap() ^= 1;
        db.insert(id(1).as_uuid().as_bytes(), value).unwrap();
    }
    let keys = SledKeys::open(dir.path()).await.unwrap();
    assert!(keys.load(id(1)).await.is_err());
    assert_eq!(keys.load(id(2)).await.unwrap(), KeyState::Present(wrapped(2)));
    let now = at("2026-06-26T09:00:00+08:00");
    keys.destroy(&[id(1)], now).await.unwrap();
    assert_eq!(keys.load(id(1)).await.unwrap(), KeyState::Destroyed(now));
}
