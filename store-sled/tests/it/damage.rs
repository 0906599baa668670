//! Damage: what was changed behind the store's back is found and named, and never skipped or a panic.
//!
//! Values are changed through sled itself, as a faulty disk or a curious hand would leave them; files are changed
//! byte by byte.

use std::fs;
use std::path::Path;

use anjuan::store::{EventStore, EventStoreExt, Expected, FaultKind, ReadAll, ReadStreams, StoreError};
use anjuan_store_sled::{OpenError, Options, SledStore};
use futures_util::TryStreamExt;

use crate::common::*;

/// Three appends to one stream and one to another, closed.
async fn filled(path: &Path) {
    let store = open(path).await;
    store.append(append("mediation/1", Expected::NoStream, 1..3)).await.unwrap();
    store.append(append("mediation/1", Expected::Any, 3..4)).await.unwrap();
    store.append(append("mediation/1", Expected::Any, 4..5)).await.unwrap();
    store.append(append("mediation/2", Expected::Any, 5..6)).await.unwrap();
    store.close().await;
}

fn assert_corrupt(error: &StoreError, place: &str) {
    let StoreError::Corrupt { place: found, .. } = error else { panic!("{error}") };
    assert!(found.starts_with(place), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_byte_is_named_by_every_read() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    change(dir.path(), &block_key("mediation/1", 3), |value| *value.last_mut().unwrap() ^= 1);
    let store = open(dir.path()).await;
    let place = "mediation/1 revision 3";
    let mut before = 0;
    let mut events = store.read_stream(anjuan::store::ReadStream::all(stream("mediation/1")));
    let error = loop {
        match events.try_next().await {
            Ok(Some(_)) => before += 1,
            Ok(None) => panic!("skipped"),
            Err(error) => break error,
        }
    };
    assert_eq!(before, 2);
    assert_corrupt(&error, place);
    assert!(events.try_next().await.unwrap().is_none());
    let all = store.read_all(ReadAll::all()).try_collect::<Vec<_>>().await;
    assert_corrupt(&all.unwrap_err(), place);
    let streams = store.read_streams(ReadStreams::all()).try_collect::<Vec<_>>().await;
    assert_corrupt(&streams.unwrap_err(), place);
    // The other stream is read, and written, as before.
    assert_eq!(store.stream_events(&stream("mediation/2")).await.unwrap().len(), 1);
    let found = store.verify().await;
    assert_eq!((found.events, found.streams, found.faults.len()), (4, 2, 1), "{found:?}");
    assert_eq!(found.faults[0].stream, Some(stream("mediation/1")));
    assert_eq!(found.faults[0].revision, Some(revision(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chain_finds_what_the_checksum_does_not() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    let key = block_key("mediation/1", 1);
    change(dir.path(), &key, |value| {
        let at = value.windows(5).position(|window| window == b"\"n\":1").unwrap();
        value[at + 4] = b'7';
        reseal(&key, value);
    });
    let store = open(dir.path()).await;
    assert_eq!(store.stream_events(&stream("mediation/1")).await.unwrap().len(), 4);
    let found = store.verify().await;
    assert_eq!(found.faults.len(), 1, "{found:?}");
    assert!(matches!(found.faults[0].kind, FaultKind::Digest));
    assert_eq!(found.faults[0].revision, Some(revision(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_under_a_wrong_key_is_damage() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    let db = raw(dir.path());
    let value = db.get(block_key("mediation/1", 3)).unwrap().unwrap();
    db.insert(block_key("mediation/1", 4), value).unwrap();
    drop(db);
    let store = SledStore::open(dir.path(), Options::default().read_only()).await.unwrap();
    assert_corrupt(&store.stream_events(&stream("mediation/1")).await.unwrap_err(), "mediation/1 revision 4");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_block_is_missed() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    remove(dir.path(), &block_key("mediation/1", 3));
    let store = open(dir.path()).await;
    let place = "mediation/1 revision 3";
    let id = stream("mediation/1");
    for read in [
        anjuan::store::ReadStream::all(id.clone()),
        anjuan::store::ReadStream::all(id.clone()).from(revision(3)),
        anjuan::store::ReadStream::all(id.clone()).backward(),
        anjuan::store::ReadStream::all(id.clone()).to(revision(3)).backward(),
    ] {
        let error = store.read_stream(read.clone()).try_collect::<Vec<_>>().await.unwrap_err();
        assert_corrupt(&error, place);
    }
    assert_corrupt(&store.all_events().await.unwrap_err(), place);
    let faults = store.verify().await.faults;
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(matches!(faults[0].kind, FaultKind::Gap));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_does_not_agree_is_found_when_opening() {
    for (key, place) in [
        (block_key("mediation/2", 1), "mediation/2 revision 1"),
        (group_key(5), "the end of the log"),
        ([b"K".as_slice(), key(5).as_uuid().as_bytes()].concat(), "command "),
    ] {
        let dir = tempfile::tempdir().unwrap();
        filled(dir.path()).await;
        remove(dir.path(), &key);
        match SledStore::open(dir.path(), options()).await {
            Err(OpenError::Damaged { place: found, .. }) => assert!(found.starts_with(place), "{found}"),
            other => panic!("{place}: {other:?}"),
        }
        let store = SledStore::open(dir.path(), Options::default().read_only()).await.unwrap();
        assert!(!store.verify().await.is_sound(), "{place}");
        let error = store.append(append("mediation/2", Expected::Any, 9..10)).await.unwrap_err();
        assert!(matches!(error, StoreError::Closed(Some(_))), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_index_is_named() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    change(dir.path(), &group_key(3), |value| value[20] ^= 1);
    let store = open(dir.path()).await;
    let place = "the index at position 3";
    assert_corrupt(&store.all_events().await.unwrap_err(), place);
    assert_corrupt(&store.find_append(key(3)).await.unwrap_err(), place);
    let faults = store.verify().await.faults;
    let FaultKind::Unreadable(error) = &faults[0].kind else { panic!("{faults:?}") };
    assert_corrupt(error, place);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_the_index_does_not_know_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let (one, other) = (dir.path().join("one"), dir.path().join("other"));
    filled(&one).await;
    filled(&other).await;
    let store = open(&other).await;
    store.append(append("mediation/3", Expected::Any, 6..7)).await.unwrap();
    store.close().await;
    let key = block_key("mediation/3", 1);
    let mut value = raw(&other).get(&key).unwrap().unwrap().to_vec();
    value[9..17].copy_from_slice(&5_u64.to_be_bytes());
    reseal(&key, &mut value);
    let db = raw(&one);
    db.insert(key, value).unwrap();
    drop(db);
    assert_eq!(open(&one).await.verify().await.faults.len(), 1);
}

/// Flips bytes all over the database file. Whatever sled makes of it, nothing that is read differs from what was
/// written, and a history that came back shorter is not passed off as whole.
///
/// Once as the writing process left the file, where sled reads the whole log when it opens; once after it was opened
/// again, where sled trusts its summary and meets the damage later.
#[tokio::test(flavor = "multi_thread")]
async fn a_byte_flipped_on_disk_is_never_read_as_true() {
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole");
    let store = open(&whole).await;
    for n in 0..60_u128 {
        let id = format!("mediation/{}", n % 7);
        store.append(append(&id, Expected::Any, n * 10 + 1..n * 10 + 4)).await.unwrap();
    }
    let written = store.all_events().await.unwrap();
    store.close().await;
    let fresh = flip(dir.path(), &whole, &written).await;
    open(&whole).await.close().await;
    let reopened = flip(dir.path(), &whole, &written).await;
    println!(
        "flipped bytes (refused when opening, named by a read, without effect): {fresh:?}, {reopened:?}"
    );
    assert!(fresh.0 > 0 && reopened.0 + reopened.1 > 0, "no flipped byte was ever noticed");
}

/// How many of the flips were refused when opening, named by a read, and without effect.
async fn flip(dir: &Path, whole: &Path, written: &[anjuan::event::RecordedEvent]) -> (u32, u32, u32) {
    let whole_file = fs::read(whole.join("db")).unwrap();
    let used = whole_file.iter().rposition(|byte| *byte != 0).unwrap();
    let (mut refused, mut named, mut untouched) = (0, 0, 0);
    // The last round flips nothing: what is found must come from the flips.
    for round in 0..61 {
        let damaged = dir.join("damaged");
        fs::create_dir_all(damaged.join("blobs")).unwrap();
        for entry in fs::read_dir(whole).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                fs::copy(entry.path(), damaged.join(entry.file_name())).unwrap();
            }
        }
        let mut bytes = whole_file.clone();
        let at = used * (round * 2 + 1) / 122;
        bytes[at] ^= if round == 60 { 0 } else { 0x20 };
        fs::write(damaged.join("db"), &bytes).unwrap();
        match SledStore::open(&damaged, options()).await {
            Err(OpenError::Damaged { .. }) => refused += 1,
            Err(error) => panic!("byte {at}: {error:?}"),
            Ok(store) => {
                match store.all_events().await {
                    Ok(events) if events == written => untouched += 1,
                    Ok(_) => panic!("byte {at}: another history was passed off as the whole one"),
                    Err(StoreError::Corrupt { .. }) => named += 1,
                    Err(error) => panic!("byte {at}: {error:?}"),
                }
                store.close().await;
            }
        }
        fs::remove_dir_all(&damaged).unwrap();
    }
    assert!(untouched > 0, "an untouched copy is not whole either");
    (refused, named, untouched)
}
