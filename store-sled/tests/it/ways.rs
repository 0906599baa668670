//! Ways in which a store can be damaged, one line each: what the store says when it is opened, and what a repair can
//! restore.
//!
//! For every way: nothing panics; opening gives a typed error, or a store whose reads give everything or name a
//! damaged place; `verify` finds what the reads find; and the repaired store is sound, holds the beginning of every
//! stream and loses nothing that its report does not name.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anjuan::event::RecordedEvent;
use anjuan::id::StreamId;
use anjuan::store::{Append, EventStore, EventStoreExt, Expected, StoreError};
use anjuan_store_sled::{Loss, OpenError, Options, SledStore};

use crate::common::*;
use crate::harm::*;

/// What is left after a repair.
#[derive(Debug, PartialEq)]
enum Left {
    /// Every event at its position, and every answer.
    All,
    /// All but so many events.
    AllBut(usize),
    /// Whatever the report says: which pages a byte belongs to is sled's affair.
    Reported,
    /// Nothing to repair: a typed error.
    Nothing,
}
use Left::{All, AllBut, Nothing, Reported};

type Way = (&'static str, fn(&Path), Left);

const WAYS: &[Way] = &[
    ("untouched", |_| {}, All),
    ("a byte flipped in the header of the first segment", |path| flip(path, 3), All),
    ("a byte flipped in the first events", |path| flip(path, 700), All),
    ("a byte flipped at a quarter", |path| flip(path, used(path) / 4), Reported),
    ("a byte flipped in the middle", |path| flip(path, used(path) / 2), Reported),
    ("a byte flipped at three quarters", |path| flip(path, used(path) * 3 / 4), Reported),
    ("a byte flipped near the end", |path| flip(path, used(path) - 40), Reported),
    ("zeros over a block of the disk", |path| fill(path, used(path) / 2, 4_096, 0), Reported),
    ("noise over a block of the disk", |path| fill(path, used(path) / 3, 4_096, 0xA7), Reported),
    ("noise over the first block of the disk", |path| fill(path, 0, 4_096, 0x5C), Reported),
    ("the tail cut by a byte", |path| cut(&path.join("db"), used(path)), Reported),
    ("the tail cut in the middle", |path| cut(&path.join("db"), used(path) / 2), Reported),
    ("truncated to a few bytes", |path| cut(&path.join("db"), 10), Nothing),
    ("truncated to zero", |path| cut(&path.join("db"), 0), Nothing),
    ("the file of the log missing", |path| fs::remove_file(path.join("db")).unwrap(), Nothing),
    ("a directory instead of the file", |path| directory_instead(&path.join("db")), Nothing),
    ("garbage behind the end", |path| append_garbage(&path.join("db")), All),
    ("the settings of sled missing", |path| fs::remove_file(path.join("conf")).unwrap(), All),
    ("the settings of sled altered", |path| fs::write(path.join("conf"), "案卷").unwrap(), All),
    ("the summary of sled altered", |path| with_summary(path, |at| flip_in(at, 9)), All),
    ("the summary of sled empty", |path| with_summary(path, |at| cut(at, 0)), All),
    ("the files of great values missing", |path| blobs(path, |at| fs::remove_file(at).unwrap()), AllBut(1)),
    ("the files of great values altered", |path| blobs(path, |at| flip_in(at, 500_000)), AllBut(1)),
    ("the files of great values truncated", |path| blobs(path, |at| cut(at, 500_000)), AllBut(1)),
    ("the files of great values empty", |path| blobs(path, |at| cut(at, 0)), AllBut(1)),
    ("the files of great values altered where no value is", |path| blobs(path, |at| flip_in(at, 2)), All),
    (
        "the directory of great values missing",
        |path| fs::remove_dir_all(path.join("blobs")).unwrap(),
        AllBut(1),
    ),
    ("the memory of the end altered", |path| flip_in(&path.join("acknowledged"), 3), All),
    ("the memory of the end missing", |path| fs::remove_file(path.join("acknowledged")).unwrap(), All),
    ("the memory of the end empty", |path| cut(&path.join("acknowledged"), 0), All),
    ("the file of another store", |path| swap(path, "db"), Nothing),
    ("the settings of another store", |path| swap(path, "conf"), All),
    ("a newer format", |path| change(path, b"M", |value| value[0] = 9), Nothing),
    ("the identity altered", |path| change(path, b"M", |value| value[20] ^= 1), All),
    ("the identity missing", |path| remove(path, b"M"), All),
    ("the identity nowhere", |path| forget(path, |key| key == b"M"), Nothing),
    ("an index entry altered", |path| change(path, &group_key(3), |value| value[20] ^= 1), All),
    ("an index entry missing", |path| remove(path, &group_key(3)), All),
    ("an index entry nowhere", |path| forget(path, |key| key == group_key(3)), All),
    ("the last index entry nowhere", |path| forget(path, |key| key == group_key(LAST)), All),
    ("the whole index nowhere", |path| forget(path, |key| key[0] == b'G'), All),
    ("index and answers nowhere", |path| forget(path, |key| key[0] == b'G' || key[0] == b'K'), All),
    ("an answer missing", |path| remove(path, &command(101)), All),
    ("an answer nowhere", |path| forget(path, |key| key == command(101)), All),
    ("an answer that leads elsewhere", answer_elsewhere, All),
    ("all answers nowhere", |path| forget(path, |key| key[0] == b'K'), All),
    ("a block missing", |path| remove(path, &block_key("mediation/1", 4)), All),
    ("a block nowhere", |path| forget(path, |key| key == block_key("mediation/1", 4)), AllBut(6)),
    ("the last block of a stream nowhere", |path| forget(path, last_block), AllBut(3)),
    ("a whole stream nowhere", |path| forget(path, |key| key.starts_with(b"Emediation/1\0")), AllBut(9)),
    ("a block with its index nowhere", |path| forget(path, block_and_group), AllBut(6)),
    ("a block altered", |path| change(path, &block_key("mediation/1", 4), |value| value[60] ^= 1), All),
    ("a block altered with its checksum", altered_with_checksum, AllBut(4)),
    ("a block moved to another position", moved, All),
    ("a block under a second key", second_key, All),
    ("a block under a second key, with its checksum", second_key_with_checksum, All),
    ("a stream under a second name", second_name, AllBut(0)),
    ("a value under a key of no kind", |path| insert(path, b"Enothing", b"x".to_vec()), All),
    ("nothing but a foreign database", foreign_database, Nothing),
    ("nothing but a foreign file", foreign_file, Nothing),
];

const STREAMS: u128 = 7;
const LAST: u64 = 63;

/// Three appends of three events to each of six streams and a great one to the seventh, and one to several at the end.
async fn filled(path: &Path, options: Options) {
    let store = SledStore::open(path, options).await.unwrap();
    for n in 0..18 {
        let id = format!("mediation/{}", n % (STREAMS - 1));
        store.append(append(&id, Expected::Any, n * 100 + 1..n * 100 + 4)).await.unwrap();
    }
    let great = event_of("Scanned", 9_001, vec![b'x'; 1 << 20]);
    store.append(Append::new(key(9_001), vec![write("scan/1", Expected::Any, vec![great])])).await.unwrap();
    for n in 0..4 {
        let writes =
            (0..2).map(|m| write(&format!("review/{m}"), Expected::Any, vec![event(8_000 + n * 2 + m)]));
        store.append(Append::new(key(8_000 + n), writes.collect())).await.unwrap();
    }
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_of_damage_is_met_with_a_word_and_repaired_as_far_as_it_can_be() {
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole");
    filled(&whole, options()).await;
    filled(&dir.path().join("other"), Options::default()).await;
    let written = {
        let store = open(&dir.path().join("whole")).await;
        let written = store.all_events().await.unwrap();
        store.close().await;
        written
    };
    assert_eq!(written.len() as u64, LAST);
    for (index, (name, harm, left)) in WAYS.iter().enumerate() {
        let harmed = dir.path().join(format!("harmed-{index}"));
        copy_directory(&whole, &harmed);
        harm(&harmed);
        let opened = dir.path().join(format!("opened-{index}"));
        copy_directory(&harmed, &opened);
        let said = said_when_opened(&opened, &written, name).await;
        let (kept, losses) = repaired(&harmed, &written, name).await;
        println!("{name}: {said}; {kept:?} {}", losses.join(", "));
        match left {
            Reported => assert_ne!(kept, Nothing, "{name}"),
            All | AllBut(_) | Nothing => assert_eq!(kept, *left, "{name}"),
        }
    }
}

/// Opens the store and reads it. Answers in a few words what it said; panics if it said nothing and should have.
async fn said_when_opened(path: &Path, written: &[RecordedEvent], name: &str) -> &'static str {
    let store = match SledStore::open(path, Options::default()).await {
        Ok(store) => store,
        Err(error) => {
            assert!(!matches!(error, OpenError::Locked { .. }), "{name}: {error}");
            return refused(path, written, name).await;
        }
    };
    let answer = match store.all_events().await {
        // Who writes the checksum anew is found by the chain, and that is what `verify` is for.
        Ok(events) if !store.verify().await.is_sound() => {
            assert_eq!(events.len(), written.len(), "{name}");
            "opened, verify names the place"
        }
        Ok(events) => {
            assert!(events == written, "{name}: {} events were passed off as the whole", events.len());
            "opened whole"
        }
        Err(StoreError::Corrupt { place, .. }) => {
            let faults = store.verify().await.faults;
            assert!(!faults.is_empty(), "{name}: verify does not find {place}");
            "opened, a read names the place"
        }
        Err(error) => panic!("{name}: {error}"),
    };
    store.close().await;
    answer
}

/// What was refused can be looked at, or is refused again; it is never passed off as whole.
async fn refused(path: &Path, written: &[RecordedEvent], name: &str) -> &'static str {
    let Ok(store) = SledStore::open(path, Options::default().read_only()).await else { return "refused" };
    let whole = store.all_events().await.is_ok_and(|events| events == written);
    assert!(whole || !store.verify().await.is_sound(), "{name}: verify finds nothing");
    store.close().await;
    "refused, opened for reading"
}

/// Repairs the store and checks that it holds what the report says. Answers what was left.
async fn repaired(path: &Path, written: &[RecordedEvent], name: &str) -> (Left, Vec<String>) {
    let report = match SledStore::repair(path).await {
        Ok(report) => report,
        Err(error) => {
            assert!(!matches!(error, OpenError::Locked { .. } | OpenError::Database(_)), "{name}: {error}");
            return (Nothing, vec![error.to_string()]);
        }
    };
    let store = SledStore::open(path, Options::default()).await.unwrap();
    let found = store.verify().await;
    assert!(found.is_sound(), "{name}: {:?}", found.faults);
    let events = store.all_events().await.unwrap();
    let mut before: BTreeMap<&StreamId, Vec<&RecordedEvent>> = BTreeMap::new();
    written.iter().for_each(|event| before.entry(&event.stream).or_default().push(event));
    for (stream, before) in before {
        let now = store.stream_events(stream).await.unwrap();
        let kept = report.losses.iter().find_map(|loss| {
            let Loss::Stream { stream: lost, from, .. } = loss else { return None };
            (lost == stream).then_some(from.get() as usize - 1)
        });
        // A stream of which nothing is left, not even a name, lies at positions that the report names.
        let unnamed = report.losses.iter().any(|loss| matches!(loss, Loss::Positions { .. }));
        assert!(now.len() == kept.unwrap_or(before.len()) || unnamed, "{name}: {stream}");
        assert!(now.iter().zip(before).all(|(now, before)| now.digest == before.digest), "{name}: {stream}");
    }
    if report.is_complete() {
        assert!(events == written && !report.new_history, "{name}");
        for n in 0..18 {
            let first = store.find_append(key(n * 100 + 1)).await.unwrap().unwrap();
            assert_eq!(first.position.ordinal() as u128, n * 3 + 3, "{name}");
        }
    }
    store.close().await;
    let left = if report.is_complete() { All } else { AllBut(written.len() - events.len()) };
    (left, report.losses.iter().map(ToString::to_string).collect())
}
