//! From store to store.

use anjuan::copy::{CopyError, compare, copy};
use anjuan::event::{HashAlgorithm, RecordedEvent};
use anjuan::id::Position;
use anjuan::store::{
    Append, EventStore, EventStoreExt, Expected, FaultKind, Identity, MemoryStore, StoreError, StreamWrite,
    verify_store,
};

use crate::kit::*;
use crate::stores::{Failing, Last, Placed};

/// What an event is, apart from where it is.
fn without_place(event: RecordedEvent) -> RecordedEvent {
    RecordedEvent { position: "00000000-0000-0000-0000-000000000000:0".parse().unwrap(), ..event }
}

async fn in_order(store: &dyn EventStore) -> Vec<RecordedEvent> {
    store.all_events().await.unwrap().into_iter().map(without_place).collect()
}

#[tokio::test]
async fn a_copy_has_the_same_events_in_the_same_order_and_answers_the_same_keys() {
    let (from, to) = (memory(), memory());
    fill(&from).await;
    let copied = copy(&from, &to, &[]).await.unwrap();
    assert_eq!((copied.streams, copied.events, copied.written), (4, 9, 9));
    assert_eq!((copied.through, copied.head), (from.head().await.unwrap(), to.head().await.unwrap()));
    assert!(in_order(&from).await == in_order(&to).await);
    for number in [1, 2, 4, 5] {
        let (old, new) =
            (from.find_append(key(number)).await.unwrap(), to.find_append(key(number)).await.unwrap());
        let (old, new) = (old.unwrap(), new.unwrap());
        assert_eq!((&old.streams, old.content), (&new.streams, new.content));
    }
    let repeated = put(&to, 1, &[("case/甲", &[br#"{"b":1, "a":[]}"#]), ("register/2026", &[b"null"])]).await;
    assert!(repeated.repeated);
    // Its events do not name it, so nobody can know.
    assert!(to.find_append(key(3)).await.unwrap().is_none());
    assert!(compare(&from, &to).await.unwrap().is_equal());
}

#[tokio::test]
async fn an_empty_store_has_an_empty_copy() {
    let (from, to) = (memory(), memory());
    let copied = copy(&from, &to, &[]).await.unwrap();
    assert_eq!((copied.streams, copied.events, copied.written), (0, 0, 0));
    assert_eq!(copied.head, to.head().await.unwrap());
}

#[tokio::test]
async fn another_hash_function_has_other_digests_and_the_same_history() {
    let (from, to, back) = (memory(), memory_with(HashAlgorithm::Sm3), memory());
    fill(&from).await;
    copy(&from, &to, &[]).await.unwrap();
    assert_ne!(
        from.stream_head(&stream("case/甲")).await.unwrap(),
        to.stream_head(&stream("case/甲")).await.unwrap()
    );
    assert!(compare(&from, &to).await.unwrap().is_equal());
    assert!(compare(&to, &from).await.unwrap().is_equal());
    assert!(verify_store(&to).await.is_sound());
    copy(&to, &back, &[]).await.unwrap();
    assert!(in_order(&from).await == in_order(&back).await);
}

#[tokio::test]
async fn a_copy_that_fails_at_any_append_goes_on_without_doubling() {
    let from = memory();
    fill(&from).await;
    // The two events that name no command are appended one by one.
    for appends in 0..6 {
        for last in [Last::Lost, Last::Stored] {
            let to = memory();
            let error = copy(&from, &Failing::after(appends, &to, last), &[]).await.unwrap_err();
            assert!(matches!(error, CopyError::Target(StoreError::CommitUnknown(_))), "{error}");
            let before = in_order(&to).await;
            assert!(in_order(&from).await.starts_with(&before));
            let copied = copy(&from, &to, &[]).await.unwrap();
            assert_eq!((copied.events, copied.written), (9, 9 - before.len() as u64));
            assert!(in_order(&from).await == in_order(&to).await);
        }
    }
}

#[tokio::test]
async fn a_copy_goes_on_in_a_target_whose_feed_lags_behind() {
    let (from, to) = (memory(), memory());
    fill(&from).await;
    copy(&from, &to, &[]).await.unwrap();
    for shown in 0..9 {
        let copied = copy(&from, &Failing::showing(shown, &to), &[]).await.unwrap();
        assert_eq!((copied.events, copied.written), (9, 0));
        assert_eq!(copied.head, to.head().await.unwrap());
    }
}

#[tokio::test]
async fn a_second_copy_follows_a_source_that_has_grown() {
    let (from, to) = (memory(), memory());
    fill(&from).await;
    copy(&from, &to, &[]).await.unwrap();
    put(&from, 6, &[("case/甲", &[b"{}"]), ("case/new", &[b"{}"])]).await;
    let copied = copy(&from, &to, &[]).await.unwrap();
    assert_eq!((copied.events, copied.written), (11, 2));
    assert_eq!(copy(&from, &to, &[]).await.unwrap().written, 0);
}

#[tokio::test]
async fn a_target_that_holds_something_else_is_refused_and_named() {
    let from = memory();
    fill(&from).await;
    let refused = async |to: &MemoryStore, id: &str, number| {
        let before = in_order(to).await;
        let error = copy(&from, to, &[]).await.unwrap_err();
        let CopyError::Occupied { stream: found, revision: at } = &error else { panic!("{error}") };
        assert_eq!((found, *at), (&stream(id), revision(number)));
        assert!(in_order(to).await == before);
    };
    let stranger = memory();
    put(&stranger, 9, &[("case/z", &[b"{}"])]).await;
    refused(&stranger, "case/z", 1).await;
    let branched = memory();
    put(&branched, 1, &[("case/甲", &[br#"{"b":1, "a":[]}"#]), ("register/2026", &[b"null"])]).await;
    put(&branched, 8, &[("case/甲", &[b"{}"])]).await;
    refused(&branched, "case/甲", 2).await;
    let ahead = memory();
    fill(&ahead).await;
    put(&ahead, 6, &[("register/2026", &[b"{}"])]).await;
    refused(&ahead, "register/2026", 3).await;
    // Half of what the source wrote as one.
    let half = memory();
    let event = event(1, 1_001, &br#"{"b":1, "a":[]}"#[..]);
    half.append(Append::new(key(77), vec![write("case/甲", vec![event])])).await.unwrap();
    refused(&half, "case/甲", 1).await;
}

#[tokio::test]
async fn a_copy_has_a_history_of_its_own() {
    let from = memory();
    let twin = MemoryStore::new(from.identity());
    for to in [&from, &twin] {
        let error = copy(&from, to, &[]).await.unwrap_err();
        assert!(matches!(error, CopyError::SameHistory { history } if history == from.identity().history));
    }
}

#[tokio::test]
async fn a_damaged_source_stops_and_is_named() {
    let (store, to) = (memory(), memory());
    fill(&store).await;
    let from = Placed { store, places: (1..=9).collect(), head: 9, damaged: Some(4) };
    let error = copy(&from, &to, &[]).await.unwrap_err();
    let CopyError::Damaged(fault) = error else { panic!("{error}") };
    assert_eq!((fault.stream, fault.revision), (Some(stream("case/ᠮᠣᠩᠭᠣᠯ")), Some(revision(2))));
    assert!(matches!(fault.kind, FaultKind::Digest));
    assert_eq!(in_order(&to).await.len(), 2);
}

#[tokio::test]
async fn positions_are_translated() {
    let (from, to) = (memory(), memory());
    put(&to, 1, &[("case/甲", &[br#"{"b":1, "a":[]}"#]), ("register/2026", &[b"null"])]).await;
    fill(&from).await;
    let at = |ordinal| Position::new(from.identity().history, ordinal);
    let wanted: Vec<_> = (0..=10).map(at).collect();
    let copied = copy(&from, &to, &wanted).await.unwrap();
    for ordinal in 0..=9 {
        assert_eq!(copied.mapped(at(ordinal)), Some(Position::new(to.identity().history, ordinal)));
    }
    assert_eq!(copied.mapped(at(10)), None);
    let foreign = to.head().await.unwrap();
    let error = copy(&from, &to, &[foreign]).await.unwrap_err();
    assert!(matches!(error, CopyError::Source(StoreError::ForeignPosition { .. })), "{error}");
}

/// One append over two streams, and another that came in between.
async fn overlapping(head: u64) -> Placed {
    let store = memory();
    put(&store, 1, &[("case/a", &[b"{}"]), ("case/b", &[b"{}"])]).await;
    put(&store, 2, &[("case/c", &[b"{}"])]).await;
    Placed { store, places: vec![10, 30, 20], head, damaged: None }
}

#[tokio::test]
async fn what_was_written_together_stays_together_where_appends_overlap() {
    let (from, to) = (overlapping(30).await, memory());
    let at = |ordinal| Position::new(from.identity().history, ordinal);
    let copied = copy(&from, &to, &[5, 10, 20, 25, 30].map(at)).await.unwrap();
    let streams: Vec<_> = in_order(&to).await.into_iter().map(|event| event.stream).collect();
    assert_eq!(streams, ["case/a", "case/b", "case/c"].map(stream));
    assert_eq!(to.find_append(key(1)).await.unwrap().unwrap().streams.len(), 2);
    let ordinals = [5, 10, 20, 25, 30].map(|ordinal| copied.mapped(at(ordinal)).map(|found| found.ordinal()));
    assert_eq!(ordinals, [Some(0), Some(1), None, None, Some(3)]);
    assert_eq!(copy(&from, &to, &[]).await.unwrap().written, 0);
}

#[tokio::test]
async fn an_append_that_the_head_divides_is_left_for_the_next_copy() {
    let (from, to) = (overlapping(20).await, memory());
    let copied = copy(&from, &to, &[from.head().await.unwrap()]).await.unwrap();
    assert_eq!((copied.events, copied.through.ordinal()), (0, 9));
    assert_eq!(copied.mapped(from.head().await.unwrap()), None);
    let from = Placed { head: 30, ..from };
    assert_eq!(copy(&from, &to, &[]).await.unwrap().written, 3);
}

/// A store in which a stranger writes what a stranger can.
#[tokio::test]
async fn events_of_one_command_stay_together_even_if_nobody_knows_its_key() {
    let (from, to) = (memory(), memory());
    let writes = |events: [u128; 2]| {
        events.map(|n| StreamWrite {
            stream: stream(&format!("case/{n}")),
            expected: Expected::NoStream,
            events: vec![event(1, n, "{}")],
        })
    };
    from.append(Append::new(key(50), writes([1, 2]).into())).await.unwrap();
    copy(&from, &to, &[]).await.unwrap();
    // What the command wrote later may have been written separately; it is not mixed up with what is there.
    from.append(Append::new(key(51), writes([3, 4]).into())).await.unwrap();
    copy(&from, &to, &[]).await.unwrap();
    assert!(in_order(&from).await == in_order(&to).await);
    let (one, other) = (memory(), memory());
    assert!(copy(&from, &one, &[]).await.unwrap().written == 4);
    assert!(copy(&one, &other, &[]).await.unwrap().written == 4);
    assert!(in_order(&one).await == in_order(&other).await);
}

#[tokio::test]
async fn differences_are_named_by_stream() {
    let (one, other) = (memory(), memory());
    for (store, ids) in [(&one, ["case/a", "case/b", "case/d"]), (&other, ["case/b", "case/c", "case/d"])] {
        for (command, id) in (1..).zip(ids) {
            put(store, command, &[(id, &[b"{}"])]).await;
        }
    }
    // The same command, and so the same event, in both.
    let found = compare(&one, &other).await.unwrap();
    let names: Vec<_> = found.differences.iter().map(|difference| difference.stream.as_str()).collect();
    assert_eq!((found.streams, names), (4, vec!["case/a", "case/b", "case/c"]));
    assert!(found.differences[0].one.is_some() && found.differences[0].other.is_none());
    assert!(found.differences[1].one.is_some() && found.differences[1].other.is_some());
    assert!(found.differences[2].one.is_none() && found.differences[2].other.is_some());
    assert!(
        compare(&one, &MemoryStore::new(Identity { ..one.identity() })).await.unwrap().differences.len() == 3
    );
}
