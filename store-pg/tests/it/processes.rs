//! Many processes on one tenant: nothing is lost between them, and all of them see one history.

use std::sync::Arc;

use anjuan::store::{Append, EventStore, EventStoreExt, Expected, StoreError};
use anjuan_store_pg::{Feed, Options, PgStore};
use tokio::task::JoinSet;

use crate::cluster;
use crate::common::*;

/// Every desk registers at once, as with case numbers: the register is one stream for all.
async fn register(feed: Feed) {
    let Some(cluster) = cluster::shared() else { return };
    let world = World::on(cluster, feed).await;
    let mut desks = JoinSet::new();
    for desk in 0..6_u128 {
        let store = Arc::new(world.open_with(Options::default().connections(2)).await);
        for clerk in 0..4_u128 {
            let store = Arc::clone(&store);
            desks.spawn(async move {
                for number in 0..15_u128 {
                    let number = (desk * 10 + clerk) * 10_000 + number * 10 + 1;
                    let writes = vec![
                        write(&format!("case/{number}"), Expected::NoStream, vec![event(number)]),
                        write("register/2026", Expected::Any, vec![event(number + 1)]),
                    ];
                    store.append(Append::new(key(number), writes)).await.unwrap();
                }
            });
        }
    }
    desks.join_all().await;
    let store = world.open().await;
    let register = store.stream_events(&stream("register/2026")).await.unwrap();
    assert!(register.iter().map(|event| event.revision.get()).eq(1..=360));
    assert!(register.is_sorted_by_key(|event| event.position.ordinal()));
    let last = register.last().unwrap().position;
    settled(&store, last).await;
    let all = store.all_events().await.unwrap();
    assert_eq!(all.len(), 720);
    let found = store.verify().await;
    assert!(found.is_sound(), "{:?}", found.faults);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_register_for_many_desks_fenced() {
    register(Feed::Fenced).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_register_for_many_desks_counted() {
    register(Feed::Counter).await;
}

/// The same command reaches two processes at once: it is carried out once, and both are told the same.
#[tokio::test(flavor = "multi_thread")]
async fn one_key_in_two_processes_works_once() {
    let Some(world) = World::new().await else { return };
    let stores = [world.open().await, world.open().await];
    for round in 0..40_u128 {
        let request = |other: bool| {
            // The second has decided for other streams: the key alone tells that it is the same command.
            let id = if other { format!("case/{round}-b") } else { format!("case/{round}") };
            let append = Append::new(key(round + 1), vec![write(&id, Expected::Any, vec![event(round + 1)])]);
            Append { content: anjuan::event::Digest::of_parts([&round.to_be_bytes()[..]]), ..append }
        };
        let other = round % 2 == 1;
        let (one, two) = tokio::join!(stores[0].append(request(false)), stores[1].append(request(other)));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert!(one.repeated != two.repeated, "round {round}");
        assert_eq!((one.position, one.streams), (two.position, two.streams), "round {round}");
    }
    let found = stores[0].verify().await;
    assert!(found.is_sound() && found.events == 40, "{:?}", found.faults);
}

/// One conflict does not fail its neighbours in the same call.
#[tokio::test(flavor = "multi_thread")]
async fn neighbours_of_a_conflict_are_stored() {
    let Some(world) = World::new().await else { return };
    let store = Arc::new(world.open().await);
    store.append(append("case/1", Expected::NoStream, 1..2)).await.unwrap();
    let mut all = JoinSet::new();
    for number in 0..64_u128 {
        let store = Arc::clone(&store);
        all.spawn(async move {
            let (id, expected) = match number % 4 {
                0 => ("case/1".to_owned(), Expected::NoStream),
                1 => ("case/1".to_owned(), Expected::Exactly(revision(77))),
                _ => (format!("case/n{number}"), Expected::NoStream),
            };
            (number, store.append(append(&id, expected, number * 10 + 100..number * 10 + 102)).await)
        });
    }
    for (number, answer) in all.join_all().await {
        match answer {
            Ok(answer) => assert!(number % 4 > 1 && answer.streams[0].last == revision(2)),
            Err(StoreError::Conflict(conflict)) => {
                assert!(number % 4 < 2);
                assert_eq!(conflict.streams[0].actual, Some(revision(1)));
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(store.verify().await.is_sound());
}

/// What another process has appended is not known here, and nothing is decided on what is not known.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_knows_less_is_told_the_truth() {
    let Some(world) = World::new().await else { return };
    let (one, two) = (world.open().await, world.open().await);
    one.append(append("case/1", Expected::NoStream, 1..4)).await.unwrap();
    // Each of these is decided by a process that has last seen something else, or nothing.
    let error = two.append(append("case/1", Expected::NoStream, 10..11)).await.unwrap_err();
    let StoreError::Conflict(conflict) = error else { panic!("{error}") };
    assert_eq!((conflict.streams[0].actual, conflict.streams[0].appended.len()), (Some(revision(3)), 3));
    two.append(append("case/1", Expected::Exactly(revision(3)), 10..12)).await.unwrap();
    let error = one.append(append("case/1", Expected::Exactly(revision(3)), 20..21)).await.unwrap_err();
    let StoreError::Conflict(conflict) = error else { panic!("{error}") };
    assert_eq!((conflict.streams[0].actual, conflict.streams[0].appended.len()), (Some(revision(5)), 2));
    // A check alone is held against the truth as well, in both directions.
    let check = |expected| Append::new(key(1_000), vec![write("case/1", expected, Vec::new())]);
    one.append(check(Expected::Exactly(revision(5)))).await.unwrap();
    two.append(append("case/1", Expected::Exists, 30..31)).await.unwrap();
    one.append(check(Expected::Exactly(revision(5)))).await.unwrap_err();
    one.append(check(Expected::Exactly(revision(6)))).await.unwrap();
    let none = |id: &str| Append::new(key(2_000), vec![write(id, Expected::NoStream, Vec::new())]);
    one.append(none("case/2")).await.unwrap();
    two.append(append("case/2", Expected::NoStream, 40..42)).await.unwrap();
    one.append(none("case/2")).await.unwrap_err();
    assert!(one.verify().await.is_sound());
}

/// Two decisions that each look at the stream which the other writes: one of them must see the other.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_only_read_is_held_too() {
    let Some(world) = World::new().await else { return };
    let stores = [world.open().await, world.open().await];
    for round in 0..30_u128 {
        let (a, b) = (format!("case/{round}-a"), format!("case/{round}-b"));
        let decide = |reads: &str, writes: &str, number: u128| {
            let writes = vec![
                write(reads, Expected::NoStream, Vec::new()),
                write(writes, Expected::NoStream, vec![event(number)]),
            ];
            Append::new(key(number), writes)
        };
        let one = stores[0].append(decide(&a, &b, round * 2 + 1));
        let two = stores[1].append(decide(&b, &a, round * 2 + 2));
        let (one, two) = tokio::join!(one, two);
        assert!(one.is_ok() != two.is_ok(), "round {round}: {one:?} {two:?}");
    }
}

/// A handle that has not heard that the tenant began another history writes nothing into it.
#[tokio::test(flavor = "multi_thread")]
async fn another_history_closes_the_handles_of_the_one_before() {
    let Some(world) = World::new().await else { return };
    let store = world.open().await;
    let first = store.append(append("case/1", Expected::NoStream, 1..4)).await.unwrap();
    let identity = world.admin().await.begin_history(&tenant()).await.unwrap();
    assert_eq!(identity.store, store.identity().store);
    let error = store.append(append("case/1", Expected::Any, 4..5)).await.unwrap_err();
    assert!(matches!(error, StoreError::Closed(Some(_))), "{error}");
    let store = PgStore::open(&world.server(), tenant(), Options::default()).await.unwrap();
    assert_eq!(store.identity(), identity);
    let error = store.appended_after(first.position).await.unwrap_err();
    assert!(matches!(error, StoreError::ForeignPosition { .. }), "{error}");
    // The events, the keys and the chains are those of before.
    assert!(store.append(append("case/1", Expected::NoStream, 1..4)).await.unwrap().repeated);
    store.append(append("case/1", Expected::Exactly(revision(3)), 4..5)).await.unwrap();
    assert!(store.verify().await.is_sound());
}

/// Who waits is woken by the server, not only by looking from time to time.
#[tokio::test(flavor = "multi_thread")]
async fn a_word_from_the_server_wakes_another_process() {
    let Some(world) = World::new().await else { return };
    let never = std::time::Duration::from_secs(3_600);
    let (reader, writer) = (world.open_with(Options::default().poll(never)).await, world.open().await);
    for round in 0..5_u128 {
        let head = reader.head().await.unwrap();
        let appending = async {
            // The reader has fallen asleep by then, and in the first round its listener has come up.
            tokio::time::sleep(std::time::Duration::from_millis(if round == 0 { 1_500 } else { 50 })).await;
            writer.append(append("case/1", Expected::Any, round * 10 + 1..round * 10 + 3)).await.unwrap()
        };
        let waiting = tokio::time::timeout(std::time::Duration::from_secs(20), reader.appended_after(head));
        let (woken, _) = tokio::join!(waiting, appending);
        woken.expect("nobody woke the reader").unwrap();
    }
}
