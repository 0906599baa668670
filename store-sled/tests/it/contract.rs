//! The contract where it meets the disk: reopening, many callers, great events, dropped futures.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use anjuan::id::Position;
use anjuan::store::{
    Append, EventStore, EventStoreExt, Expected, Filter, Limit, ReadAll, ReadStream, ReadStreams, StoreError,
};
use anjuan_store_sled::SledStore;
use futures_util::{StreamExt, TryStreamExt, future};

use crate::common::*;

#[tokio::test(flavor = "multi_thread")]
async fn reopening_keeps_everything() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let first = store.append(append("mediation/1", Expected::NoStream, 1..4)).await.unwrap();
    store.append(append("mediation/2", Expected::Any, 4..5)).await.unwrap();
    let second = store.append(append("mediation/1", Expected::Exactly(revision(3)), 5..6)).await.unwrap();
    let before = store.all_events().await.unwrap();
    store.close().await;

    let store = open(dir.path()).await;
    assert_eq!(store.identity(), identity());
    assert_eq!(store.all_events().await.unwrap(), before);
    assert_eq!(store.head().await.unwrap(), second.position);
    let again = store.append(append("mediation/1", Expected::NoStream, 1..4)).await.unwrap();
    assert!(again.repeated);
    assert_eq!((again.position, &again.streams), (first.position, &first.streams));
    let reused = store.append(append("mediation/1", Expected::Any, 1..3)).await.unwrap_err();
    assert!(matches!(reused, StoreError::KeyReused { .. }), "{reused}");
    let third = store.append(append("mediation/1", Expected::Exactly(revision(4)), 6..7)).await.unwrap();
    assert_eq!(third.position.ordinal(), 6);
    assert!(store.verify().await.is_sound());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory_is_free_as_soon_as_the_handle_is_dropped() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..100 {
        let store = open(dir.path()).await;
        assert_eq!(store.head().await.unwrap().ordinal(), u64::try_from(round).unwrap());
        let number = u128::try_from(round).unwrap() + 1;
        store.append(append("case/1", Expected::Any, number..number + 1)).await.unwrap();
        let mut events = store.read_all(ReadAll::all());
        assert!(events.next().await.is_some());
        drop(events);
        drop(store);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_outlives_its_handle() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    store.append(append("case/1", Expected::Any, 1..900)).await.unwrap();
    let events = store.read_all(ReadAll::all());
    drop(store);
    assert_eq!(events.count().await, 899);
    open(dir.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_tells_what_came_meanwhile() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    store.append(append("case/1", Expected::NoStream, 1..6)).await.unwrap();
    let writes = vec![
        write("case/1", Expected::Exactly(revision(2)), vec![event(10)]),
        write("case/2", Expected::Exists, vec![event(11)]),
        write("case/3", Expected::NoStream, vec![event(12)]),
    ];
    let error = store.append(Append::new(key(9), writes)).await.unwrap_err();
    let StoreError::Conflict(conflict) = error else { panic!("{error}") };
    assert_eq!(conflict.streams.len(), 2);
    let meanwhile: Vec<_> = conflict.streams[0].appended.iter().map(|event| event.revision.get()).collect();
    assert_eq!((conflict.streams[0].actual, meanwhile), (Some(revision(5)), vec![3, 4, 5]));
    assert_eq!((conflict.streams[1].actual, conflict.streams[1].appended.len()), (None, 0));
    assert_eq!(store.head().await.unwrap().ordinal(), 5);
    assert!(store.find_append(key(9)).await.unwrap().is_none());
    assert!(store.stream_events(&stream("case/3")).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_over_many_streams_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let writes = (1..=100_u128)
        .map(|n| write(&format!("case/{n}"), Expected::NoStream, vec![event(n), event(n + 1_000)]))
        .collect();
    let appended = store.append(Append::new(key(1), writes)).await.unwrap();
    assert_eq!((appended.streams.len(), appended.position.ordinal()), (100, 200));
    store.close().await;
    let store = open(dir.path()).await;
    let found = store.find_append(key(1)).await.unwrap().unwrap();
    assert_eq!(found.streams, appended.streams);
    let events = store.all_events().await.unwrap();
    assert!(events.iter().map(|event| event.position.ordinal()).eq(1..=200));
    assert!(store.verify().await.is_sound());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_callers_on_many_streams() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let callers = (0..32_u128).map(|caller| {
        let store = &store;
        async move {
            for n in 0..20_u128 {
                let expected = n.checked_sub(1).map_or(Expected::NoStream, |last| {
                    Expected::Exactly(revision(u64::try_from(last + 1).unwrap()))
                });
                let number = caller * 1_000 + n + 1;
                store.append(append(&format!("case/{caller}"), expected, number..number + 1)).await.unwrap();
            }
        }
    });
    future::join_all(callers).await;
    let events = store.all_events().await.unwrap();
    assert!(events.iter().map(|event| event.position.ordinal()).eq(1..=640));
    let found = store.verify().await;
    assert!(found.is_sound() && found.streams == 32 && found.events == 640, "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_callers_on_one_stream_one_wins_each_revision() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    for round in 0..10_u128 {
        let expected = Expected::at(revision_of(round));
        let callers = (0..32_u128).map(|caller| {
            let number = round * 100 + caller + 1;
            store.append(append("case/1", expected, number..number + 1))
        });
        let answers = future::join_all(callers).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        for answer in answers {
            match answer {
                Ok(won) => assert_eq!(won.streams[0].last, revision_of(round + 1).unwrap()),
                Err(StoreError::Conflict(conflict)) => {
                    let conflict = &conflict.streams[0];
                    assert_eq!(conflict.actual, revision_of(round + 1));
                    assert_eq!(conflict.appended.len(), 1);
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
}

fn revision_of(number: u128) -> Option<anjuan::id::Revision> {
    anjuan::id::Revision::new(u64::try_from(number).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_command_from_many_callers_is_done_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let callers = (0..32).map(|_| store.append(append("case/1", Expected::NoStream, 1..3)));
    let answers: Vec<_> = future::try_join_all(callers).await.unwrap();
    assert_eq!(answers.iter().filter(|answer| !answer.repeated).count(), 1);
    assert!(answers.iter().all(|answer| answer.position == answers[0].position));
    assert_eq!(store.head().await.unwrap().ordinal(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mebibyte_comes_back_as_it_went_in() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let great: Vec<u8> = (0..1_u32 << 20).map(|n| n.to_le_bytes()[1]).collect();
    let events: Vec<_> = (1..=7).map(|n| event_of("Scanned", n, great.clone())).collect();
    store.append(Append::new(key(1), vec![write("case/1", Expected::Any, events)])).await.unwrap();
    store.append(append("case/1", Expected::Any, 20..22)).await.unwrap();
    store.close().await;
    let store = open(dir.path()).await;
    let events = store.stream_events(&stream("case/1")).await.unwrap();
    assert_eq!(events.len(), 9);
    assert!(events[..7].iter().all(|event| event.data == great));
    let back = store.read_stream(ReadStream::all(stream("case/1")).backward());
    let mut back: Vec<_> = back.try_collect().await.unwrap();
    back.reverse();
    assert_eq!(back, events);
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_refused_before_the_queue() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let too_great = event_of("Scanned", 1, vec![b'x'; Limit::DataBytes.max() + 1]);
    let append = Append::new(key(1), vec![write("case/1", Expected::Any, vec![too_great])]);
    let error = store.append(append).await.unwrap_err();
    assert!(matches!(error, StoreError::TooLarge { limit: Limit::DataBytes, .. }), "{error}");
    let greatest = event_of("Scanned", 1, vec![b'x'; Limit::DataBytes.max()]);
    let append = Append::new(key(1), vec![write("case/1", Expected::Any, vec![greatest])]);
    store.append(append).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_keep_their_bounds() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    // More than one chunk and more than one block, in writes of several sizes.
    for (first, last) in [(1, 700), (700, 701), (701, 1_300)] {
        store.append(append("case/1", Expected::Any, first..last)).await.unwrap();
        store.append(append("note/1", Expected::Any, first + 5_000..last + 5_000)).await.unwrap();
    }
    let id = stream("case/1");
    for (from, to, limit) in
        [(1, None, None), (700, Some(701), None), (650, None, Some(100)), (1_299, None, None)]
    {
        let mut read = ReadStream::all(id.clone()).from(revision(from));
        read.to = to.map(revision);
        read.limit = limit;
        let last = to.unwrap_or(1_299).min(limit.map_or(u64::MAX, |limit| from + limit as u64 - 1));
        let there: Vec<_> = revisions(&store, read.clone()).await;
        assert!(there.iter().copied().eq(from..=last), "{read:?}");
        let back = revisions(&store, read.clone().backward()).await;
        let first = to.unwrap_or(1_299).saturating_sub(limit.map_or(u64::MAX, |l| l as u64 - 1)).max(from);
        assert!(back.iter().copied().rev().eq(first..=to.unwrap_or(1_299)), "{read:?} backward {back:?}");
    }
    assert!(revisions(&store, ReadStream::all(id.clone()).from(revision(1_300))).await.is_empty());
    assert!(revisions(&store, ReadStream::all(id.clone()).from(revision(u64::MAX))).await.is_empty());
    assert!(
        revisions(&store, ReadStream::all(id.clone()).to(revision(u64::MAX)).backward()).await.len() == 1_299
    );
    assert!(
        revisions(&store, ReadStream::all(id.clone()).from(revision(9)).to(revision(3))).await.is_empty()
    );
    assert!(revisions(&store, ReadStream::all(id).limit(0)).await.is_empty());
    assert!(revisions(&store, ReadStream::all(stream("case/none")).backward()).await.is_empty());

    let notes = ReadAll::all().filter(Filter::default().categories(["note"]));
    assert_eq!(store.read_all(notes).count().await, 1_299);
    let position = |ordinal| Position::new(identity().history, ordinal);
    let part = ReadAll::all().after(position(100)).to(position(1_500)).limit(1_000);
    let part: Vec<_> = store.read_all(part).try_collect().await.unwrap();
    assert!(part.iter().map(|event| event.position.ordinal()).eq(101..=1_100));
    assert_eq!(store.read_all(ReadAll::all().after(position(9_999))).count().await, 0);
    let after = ReadStreams::all().after(stream("case/1"));
    assert_eq!(store.read_streams(after).count().await, 1_299);
    assert_eq!(store.read_streams(ReadStreams::all().category("case")).count().await, 1_299);
}

async fn revisions(store: &SledStore, read: ReadStream) -> Vec<u64> {
    store.read_stream(read).map(|event| event.unwrap().revision.get()).collect().await
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_ends_with_an_append_and_with_the_store() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(open(dir.path()).await);
    let start = store.head().await.unwrap();
    let (waited, appended) =
        future::join(store.appended_after(start), store.append(append("case/1", Expected::Any, 1..2))).await;
    waited.unwrap();
    assert_eq!(store.head().await.unwrap(), appended.unwrap().position);
    store.appended_after(start).await.unwrap();
}

/// Polls the future of an append a number of times and drops it, for every number until it is ready.
#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_append_is_all_or_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let mut present = 0;
    for polls in 0..40_u128 {
        let number = polls * 10 + 1;
        let request = || {
            let events = (number..number + 3).map(event).collect::<Vec<_>>();
            let other = vec![event(number + 5)];
            let writes = vec![write("case/1", Expected::Any, events), write("case/2", Expected::Any, other)];
            Append::new(key(number), writes)
        };
        {
            let mut future = pin!(store.append(request()));
            let mut context = Context::from_waker(Waker::noop());
            for _ in 0..polls {
                if let Poll::Ready(answer) = future.as_mut().poll(&mut context) {
                    answer.unwrap();
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        // Whoever dropped it repeats with the same key, and learns which of the two happened.
        present += u32::from(store.append(request()).await.unwrap().repeated);
        let one = store.stream_head(&stream("case/1")).await.unwrap();
        let two = store.stream_head(&stream("case/2")).await.unwrap();
        let rounds = u64::try_from(polls).unwrap() + 1;
        assert_eq!((one.unwrap().revision, two.unwrap().revision), (revision(rounds * 3), revision(rounds)));
    }
    assert!(present > 0, "no dropped append was ever written: the test asks nothing");
    assert!(store.verify().await.is_sound());
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_of_another_history_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let foreign = Position::new(anjuan::id::HistoryId::from_uuid(uuid::Uuid::from_u128(99)), 0);
    let error = store.read_all(ReadAll::all().after(foreign)).next().await.unwrap().unwrap_err();
    assert!(matches!(error, StoreError::ForeignPosition { .. }), "{error}");
    let error = store.appended_after(foreign).await.unwrap_err();
    assert!(matches!(error, StoreError::ForeignPosition { .. }), "{error}");
}
