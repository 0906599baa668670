//! A state from a snapshot and the events behind it is the state from all events.

use std::sync::Arc;

use anjuan::clock::Timestamp;
use anjuan::decider::{Decider, Misplaced};
use anjuan::event::Codec;
use anjuan::replay::{Replayed, replay};
use anjuan::snapshot::{Dropped, SnapshotLoader};
use anjuan::store::{
    EventStore, MemorySnapshots, ReadStream, Snapshot, SnapshotError, SnapshotStore, StoreError,
};
use async_trait::async_trait;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::log::{put, put_at, store, stream};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Added {
    pub(crate) amount: u64,
}

anjuan::event_set! {
    /// What happens to a row of numbers.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) enum RowEvent {
        /// One was added.
        Added(Added) = 1,
    }
}

/// Folds so that order and repetition show.
pub(crate) struct Row;

impl Decider for Row {
    type State = Vec<u64>;
    type Command = ();
    type Event = RowEvent;
    type Context = ();
    type Refusal = String;

    fn initial() -> Vec<u64> {
        Vec::new()
    }

    fn decide(_: &Vec<u64>, (): &(), (): &()) -> Result<Vec<RowEvent>, String> {
        Ok(Vec::new())
    }

    fn evolve(mut state: Vec<u64>, event: &RowEvent, _: Timestamp) -> Result<Vec<u64>, Misplaced> {
        let RowEvent::Added(added) = event;
        state.push(added.amount + state.len() as u64);
        Ok(state)
    }
}

async fn from_all_events(store: &dyn EventStore, id: &str) -> Replayed<Vec<u64>> {
    replay::<Row>(&Codec::new(), store.read_stream(ReadStream::all(stream(id)))).await.unwrap()
}

#[derive(Debug, Clone)]
enum Step {
    Append(Vec<u64>),
    /// Append what happened at this moment, long ago.
    Late(i64, Vec<u64>),
    Load,
    Save,
    /// Save a state that is as old as this many events.
    SaveOld(u64),
    NewVersion,
    /// Another store takes over, with other events, and the snapshots stay.
    Restore(Vec<u64>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let numbers = || prop::collection::vec(0..100_u64, 1..8);
    let step = prop_oneof![
        4 => numbers().prop_map(Step::Append),
        1 => (0..5_i64, numbers()).prop_map(|(at, numbers)| Step::Late(at, numbers)),
        3 => Just(Step::Load),
        3 => Just(Step::Save),
        1 => (0..20_u64).prop_map(Step::SaveOld),
        1 => Just(Step::NewVersion),
        1 => numbers().prop_map(Step::Restore),
    ];
    prop::collection::vec(step, 1..40)
}

async fn run(steps: Vec<Step>) {
    let (mut store, snapshots, codec) = (store(), MemorySnapshots::new(), Codec::new());
    let (row, mut version) = (stream("row/1"), 1);
    for step in steps {
        let loader = SnapshotLoader::<Row>::new(&codec, &snapshots, version);
        match step {
            Step::Append(numbers) => put(&*store, "row/1", numbers).await,
            Step::Late(at, numbers) => {
                put_at(&*store, "row/1", numbers.into_iter().map(|number| (at, at, number))).await;
            }
            Step::NewVersion => version += 1,
            Step::Restore(numbers) => {
                store = crate::log::store();
                put(&*store, "row/1", numbers).await;
            }
            Step::Save => {
                let loaded = loader.load(&*store, &row).await.unwrap();
                loader.save(&row, &loaded.replayed).await.unwrap();
            }
            Step::SaveOld(events) => {
                let some = ReadStream::all(row.clone()).limit(usize::try_from(events).unwrap());
                let old = replay::<Row>(&codec, store.read_stream(some)).await.unwrap();
                loader.save(&row, &old).await.unwrap();
            }
            Step::Load => {
                let whole = from_all_events(&*store, "row/1").await;
                let loaded = loader.load(&*store, &row).await.unwrap();
                assert_eq!(loaded.replayed, whole);
                let number = |revision: Option<anjuan::id::Revision>| revision.map_or(0, |r| r.get());
                let behind = number(whole.revision()) - number(loaded.snapshot);
                assert_eq!(loaded.events_applied(), behind);
                if loaded.dropped.is_some() {
                    assert_eq!(snapshots.load(&row).await.unwrap(), None, "it is dropped whole");
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn loading_by_a_snapshot_is_replaying_everything(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(run(steps));
    }
}

/// A stream of ten numbers with a snapshot of version 1 in the middle.
async fn with_snapshot() -> (Arc<dyn EventStore>, MemorySnapshots) {
    let (store, snapshots, codec) = (store(), MemorySnapshots::new(), Codec::new());
    put(&*store, "row/1", 0..5).await;
    let loader = SnapshotLoader::<Row>::new(&codec, &snapshots, 1);
    let loaded = loader.load(&*store, &stream("row/1")).await.unwrap();
    assert_eq!((loaded.snapshot, loaded.dropped, loaded.events_applied()), (None, None, 5));
    loader.save(&stream("row/1"), &loaded.replayed).await.unwrap();
    put(&*store, "row/1", 5..10).await;
    (store, snapshots)
}

async fn check(
    store: &dyn EventStore,
    snapshots: &dyn SnapshotStore,
    version: u32,
    dropped: Option<Dropped>,
) {
    let codec = Codec::new();
    let loader = SnapshotLoader::<Row>::new(&codec, snapshots, version);
    let loaded = loader.load(store, &stream("row/1")).await.unwrap();
    assert_eq!(loaded.replayed, from_all_events(store, "row/1").await);
    assert_eq!(loaded.dropped, dropped);
    assert_eq!(loaded.snapshot.is_some(), dropped.is_none());
}

#[tokio::test]
async fn a_snapshot_spares_the_events_before_it() {
    let (store, snapshots) = with_snapshot().await;
    let codec = Codec::new();
    let loader = SnapshotLoader::<Row>::new(&codec, &snapshots, 1);
    let loaded = loader.load(&*store, &stream("row/1")).await.unwrap();
    assert_eq!((loaded.snapshot.unwrap().get(), loaded.events_applied()), (5, 5));
    let empty = loader.load(&*store, &stream("row/2")).await.unwrap();
    loader.save(&stream("row/2"), &empty.replayed).await.unwrap();
    assert_eq!(snapshots.load(&stream("row/2")).await.unwrap(), None, "nothing is no snapshot");
}

/// An event that happened before something in the snapshot belongs between what is folded already.
#[tokio::test]
async fn a_snapshot_is_dropped_once_something_late_was_recorded() {
    let (store, snapshots, codec) = (store(), MemorySnapshots::new(), Codec::new());
    let loader = SnapshotLoader::<Row>::new(&codec, &snapshots, 1);
    put_at(&*store, "row/1", [(10, 10, 7), (20, 20, 8)]).await;
    let loaded = loader.load(&*store, &stream("row/1")).await.unwrap();
    loader.save(&stream("row/1"), &loaded.replayed).await.unwrap();
    put_at(&*store, "row/1", [(20, 30, 1)]).await;
    let in_order = loader.load(&*store, &stream("row/1")).await.unwrap();
    assert_eq!((in_order.snapshot.unwrap().get(), in_order.dropped), (2, None));
    put_at(&*store, "row/1", [(15, 40, 2)]).await;
    let late = loader.load(&*store, &stream("row/1")).await.unwrap();
    assert_eq!((late.snapshot, late.dropped), (None, Some(Dropped::Overtaken)));
    assert_eq!(late.replayed.state, [7, 2 + 1, 8 + 2, 1 + 3]);
    loader.save(&stream("row/1"), &late.replayed).await.unwrap();
    let again = loader.load(&*store, &stream("row/1")).await.unwrap();
    assert_eq!((again.snapshot.unwrap().get(), again.replayed), (4, late.replayed));
}

#[tokio::test]
async fn a_snapshot_of_another_version_is_dropped() {
    let (store, snapshots) = with_snapshot().await;
    check(&*store, &snapshots, 2, Some(Dropped::OtherVersion)).await;
    assert_eq!(snapshots.load(&stream("row/1")).await.unwrap(), None);
}

#[tokio::test]
async fn a_snapshot_of_another_history_is_dropped() {
    let (_, snapshots) = with_snapshot().await;
    let (longer, shorter) = (store(), store());
    put(&*longer, "row/1", 0..10).await;
    put(&*shorter, "row/1", 0..3).await;
    for other in [longer, shorter] {
        let snapshot = snapshots.load(&stream("row/1")).await.unwrap().unwrap();
        check(&*other, &snapshots, 1, Some(Dropped::OtherHistory)).await;
        assert_eq!(snapshots.load(&stream("row/1")).await.unwrap(), None);
        snapshots.save(snapshot).await.unwrap();
    }
}

#[tokio::test]
async fn a_snapshot_whose_bytes_are_no_state_is_dropped() {
    let (store, snapshots) = with_snapshot().await;
    let snapshot = snapshots.load(&stream("row/1")).await.unwrap().unwrap();
    snapshots.save(Snapshot { state: "{".into(), ..snapshot }).await.unwrap();
    check(&*store, &snapshots, 1, Some(Dropped::Unreadable)).await;
    assert_eq!(snapshots.load(&stream("row/1")).await.unwrap(), None);
}

/// Fails whenever it is asked.
#[derive(Debug)]
struct Failing(fn() -> StoreError);

#[async_trait]
impl SnapshotStore for Failing {
    async fn save(&self, _: Snapshot) -> Result<(), SnapshotError> {
        Err(self.0().into())
    }

    async fn load(&self, _: &anjuan::id::StreamId) -> Result<Option<Snapshot>, SnapshotError> {
        Err(self.0().into())
    }

    async fn discard(&self, _: &Snapshot) -> Result<(), SnapshotError> {
        Err(self.0().into())
    }
}

#[tokio::test]
async fn damage_costs_a_replay_and_every_other_failure_is_told() {
    let (store, _) = with_snapshot().await;
    let damaged = Failing(|| StoreError::Corrupt { place: "here".into(), reason: "rust".into() });
    check(&*store, &damaged, 1, Some(Dropped::Unreadable)).await;
    let (codec, failing) = (Codec::new(), Failing(|| StoreError::Busy));
    let loader = SnapshotLoader::<Row>::new(&codec, &failing, 1);
    assert!(loader.load(&*store, &stream("row/1")).await.is_err());
}
