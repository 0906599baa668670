//! Repair, one case at a time: what is restored, what is named as lost, and what is set aside.

use std::fs;
use std::path::Path;

use anjuan::store::{Append, EventStore, EventStoreExt, Expected, StoreError};
use anjuan_store_sled::{Loss, LossKind, Options, Repair, SledStore};

use crate::common::*;

/// Four appends of two events to one stream, with one to another between, and one to both at the end.
async fn filled(path: &Path) {
    let store = open(path).await;
    for n in 0..4 {
        store.append(append("mediation/1", Expected::Any, n * 10 + 1..n * 10 + 3)).await.unwrap();
        let other = append("mediation/2", Expected::Any, n * 10 + 5..n * 10 + 6);
        store.append(other).await.unwrap();
    }
    let both = vec![
        write("mediation/1", Expected::Any, vec![event(41)]),
        write("mediation/2", Expected::Any, vec![event(42)]),
    ];
    store.append(Append::new(key(41), both)).await.unwrap();
    store.close().await;
}

/// Repairs the store, which must then be sound.
async fn repaired(path: &Path) -> (Repair, SledStore) {
    let report = SledStore::repair(path).await.unwrap();
    let store = SledStore::open(path, Options::default()).await.unwrap();
    let found = store.verify().await;
    assert!(found.is_sound(), "{:?}", found.faults);
    assert_eq!((found.streams, found.events), (report.streams, report.events));
    assert_eq!(store.identity(), report.identity);
    assert!(report.original.join("db").is_file());
    (report, store)
}

#[tokio::test(flavor = "multi_thread")]
async fn index_and_answers_are_made_anew_from_the_events() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    filled(&path).await;
    let whole = open(&path).await;
    let before = whole.all_events().await.unwrap();
    whole.close().await;
    forget(&path, |key| key.starts_with(b"G"));
    let (report, store) = repaired(&path).await;
    assert!(report.is_complete(), "{:?}", report.losses);
    assert_eq!((report.reindexed, report.carved, report.new_history), (14, 0, false));
    assert_eq!(report.quarantine, None);
    assert!(store.all_events().await.unwrap() == before);
    for n in [1, 11, 21, 31] {
        assert!(store.append(append("mediation/1", Expected::Any, n..n + 2)).await.unwrap().repeated);
    }
    let first = store.find_append(key(41)).await.unwrap().unwrap();
    assert_eq!((first.position.ordinal(), first.streams.len()), (14, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_restored_up_to_the_last_event_that_its_chain_proves() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    filled(&path).await;
    let key_of_block = block_key("mediation/1", 5);
    change(&path, &key_of_block, |value| {
        let at = value.windows(6).position(|window| window == b"\"n\":21").unwrap();
        value[at + 4] = b'7';
        reseal(&key_of_block, value);
    });
    let before = copy_of(&path);
    let (report, store) = repaired(&path).await;
    let lost = Loss::Stream {
        stream: stream("mediation/1"),
        from: revision(5),
        to: revision(9),
        kind: LossKind::Altered,
        set_aside: 5,
        chained: true,
    };
    let undone = |n| Loss::Undone { command: key(n) };
    assert_eq!(report.losses, [lost, undone(21), undone(31), Loss::Torn { command: key(41) }]);
    assert_eq!((store.head().await.unwrap().ordinal(), report.new_history), (9, true));
    assert_eq!(store.stream_events(&stream("mediation/1")).await.unwrap().len(), 4);
    assert_eq!(store.stream_events(&stream("mediation/2")).await.unwrap().len(), 5);
    // A position from before the repair is refused, not misread.
    let old = anjuan::id::Position::new(identity().history, 3);
    let error = store.appended_after(old).await.unwrap_err();
    assert!(matches!(error, StoreError::ForeignPosition { .. }), "{error}");
    // A command that is lost is carried out again, one that is not is answered.
    assert!(!store.append(append("mediation/1", Expected::Any, 21..23)).await.unwrap().repeated);
    assert!(store.append(append("mediation/1", Expected::Any, 11..13)).await.unwrap().repeated);
    // What was set aside can be read, and the original is what it was.
    let lines = fs::read_to_string(report.quarantine.unwrap()).unwrap();
    assert_eq!(lines.lines().count(), 5);
    assert!(lines.contains(r#""data":"{\"n\":22,\"案\":\"卷\"}""#), "{lines}");
    assert_eq!(copy_of(&report.original), before);
}

fn copy_of(path: &Path) -> Vec<u8> {
    fs::read(path.join("db")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_sled_cut_off_is_found_in_the_raw_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    filled(&path).await;
    let whole = dir.path().join("whole");
    copy_directory(&path, &whole);
    let store = open(&whole).await;
    let before = store.all_events().await.unwrap();
    store.close().await;
    // A byte near the beginning: everything behind it is given up by sled.
    let mut bytes = copy_of(&path);
    let at = bytes.windows(11).position(|window| window == b"mediation/1").unwrap();
    bytes[at - 20] ^= 0x40;
    fs::write(path.join("db"), bytes).unwrap();
    let (report, store) = repaired(&path).await;
    assert!(report.is_complete() && report.carved > 0 && !report.new_history, "{report:?}");
    assert!(store.all_events().await.unwrap() == before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_repair_keeps_the_first_original() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    filled(&path).await;
    for number in 1..=2 {
        let (report, store) = repaired(&path).await;
        assert!(report.is_complete());
        assert_eq!(
            report.original,
            path.canonicalize().unwrap().with_file_name(format!("log.damaged-{number}"))
        );
        store.close().await;
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3);
}
