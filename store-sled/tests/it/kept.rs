//! Checkpoints and snapshots on disk: what the conformance suite cannot ask, because it knows no files.

use std::path::Path;
use std::sync::Arc;

use anjuan::event::RecordedEvent;
use anjuan::id::{Code, Position};
use anjuan::projection::{Comparison, Projection, Runner, compare};
use anjuan::store::{
    Cause, Checkpoint, CheckpointError, CheckpointStore, Claim, EventStore, EventStoreExt, Expected, Filter,
    SaveCheckpoint, Snapshot, SnapshotError, SnapshotStore, StoreError,
};
use anjuan_store_sled::{Loss, OpenError, SledStore};
use tokio::task::JoinSet;

use crate::common::*;

fn name() -> Code {
    Code::new("view").unwrap()
}

fn claim() -> Claim {
    Claim::new(name(), identity().history, 1)
}

fn checkpoint(ordinal: u64) -> Checkpoint {
    Checkpoint { position: Position::new(identity().history, ordinal), state: Some("状态".into()) }
}

async fn with_both(path: &Path) -> (SledStore, SaveCheckpoint, Snapshot) {
    let store = open(path).await;
    store.append(append("case/1", Expected::Any, 1..4)).await.unwrap();
    let fence = store.claim(claim()).await.unwrap().fence;
    let save = SaveCheckpoint { name: name(), fence, checkpoint: checkpoint(3) };
    CheckpointStore::save(&store, save.clone()).await.unwrap();
    let head = store.stream_head(&stream("case/1")).await.unwrap().unwrap();
    let snapshot = Snapshot { stream: stream("case/1"), head, version: 1, state: "状态".into() };
    SnapshotStore::save(&store, snapshot.clone()).await.unwrap();
    (store, save, snapshot)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_saved_is_there_after_reopening_and_the_log_is_untouched() {
    let dir = tempfile::tempdir().unwrap();
    let (store, save, snapshot) = with_both(dir.path()).await;
    let events = store.all_events().await.unwrap();
    store.close().await;
    let store = open(dir.path()).await;
    let record = CheckpointStore::load(&store, &name()).await.unwrap().unwrap();
    assert_eq!((record.fence, record.checkpoint), (save.fence, Some(save.checkpoint.clone())));
    assert_eq!(SnapshotStore::load(&store, &stream("case/1")).await.unwrap(), Some(snapshot.clone()));
    assert_eq!(store.all_events().await.unwrap(), events);
    assert!(store.verify().await.is_sound());
    // The runner from before the restart is not the newest once another has claimed.
    let next = store.claim(claim()).await.unwrap();
    assert!(next.fence > save.fence);
    let error = CheckpointStore::save(&store, save).await.unwrap_err();
    assert!(matches!(error, CheckpointError::TakenOver { .. }), "{error}");
    store.discard(&snapshot).await.unwrap();
    store.close().await;
    let store = open(dir.path()).await;
    assert_eq!(SnapshotStore::load(&store, &stream("case/1")).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn compaction_keeps_them() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let (store, save, snapshot) = with_both(&path).await;
    store.close().await;
    SledStore::compact(&path).await.unwrap();
    let store = open(&path).await;
    let record = CheckpointStore::load(&store, &name()).await.unwrap().unwrap();
    assert_eq!((record.fence, record.checkpoint), (save.fence, Some(save.checkpoint)));
    assert_eq!(SnapshotStore::load(&store, &stream("case/1")).await.unwrap(), Some(snapshot));
}

#[tokio::test(flavor = "multi_thread")]
async fn appends_and_checkpoints_share_groups() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(open(dir.path()).await);
    let fence = store.claim(claim()).await.unwrap().fence;
    let mut running = JoinSet::new();
    for number in 1..=100_u64 {
        let store = Arc::clone(&store);
        running.spawn(async move {
            let numbers = u128::from(number)..u128::from(number) + 1;
            store.append(append("case/1", Expected::Any, numbers)).await.unwrap();
        });
    }
    for ordinal in 1..=100 {
        let save = SaveCheckpoint { name: name(), fence, checkpoint: checkpoint(ordinal) };
        CheckpointStore::save(&*store, save).await.unwrap();
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
    assert_eq!(store.all_events().await.unwrap().len(), 100);
    let record = CheckpointStore::load(&*store, &name()).await.unwrap().unwrap();
    assert_eq!(record.checkpoint, Some(checkpoint(100)));
    assert!(store.verify().await.is_sound());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handle_for_reading_reads_them_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (store, save, snapshot) = with_both(dir.path()).await;
    store.close().await;
    let store = SledStore::open(dir.path(), options().read_only()).await.unwrap();
    assert!(CheckpointStore::load(&store, &name()).await.unwrap().is_some());
    assert!(SnapshotStore::load(&store, &stream("case/1")).await.unwrap().is_some());
    let claimed = store.claim(claim()).await.unwrap_err();
    let saved = CheckpointStore::save(&store, save).await.unwrap_err();
    for refused in [claimed, saved] {
        assert!(matches!(refused, CheckpointError::Store(StoreError::Closed(_))), "{refused}");
    }
    let refused = store.discard(&snapshot).await.unwrap_err();
    assert!(matches!(refused, SnapshotError::Store(StoreError::Closed(_))), "{refused}");
}

fn damage(path: &Path, key: &str) {
    let db = sled::open(path).unwrap();
    let mut value = db.get(key).unwrap().unwrap().to_vec();
    let last = value.len() - 1;
    value[last] ^= 1;
    db.insert(key, value).unwrap();
    db.flush().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_named_and_what_can_be_made_anew_is() {
    let dir = tempfile::tempdir().unwrap();
    let (store, save, snapshot) = with_both(dir.path()).await;
    store.close().await;
    damage(dir.path(), "Cview");
    damage(dir.path(), "Scase/1");
    let store = open(dir.path()).await;
    for found in [
        CheckpointStore::load(&store, &name()).await.map(drop).unwrap_err(),
        store.claim(claim()).await.map(drop).unwrap_err(),
        CheckpointStore::save(&store, save.clone()).await.unwrap_err(),
    ] {
        assert_eq!(found.to_string(), "the store is damaged at checkpoint view: the checksum does not fit");
    }
    let found = SnapshotStore::load(&store, &stream("case/1")).await.unwrap_err();
    assert_eq!(
        found.to_string(),
        "the store is damaged at the snapshot of case/1: the checksum does not fit"
    );
    SnapshotStore::save(&store, snapshot.clone()).await.unwrap();
    assert_eq!(SnapshotStore::load(&store, &stream("case/1")).await.unwrap(), Some(snapshot));
    let afresh = store.claim(claim().afresh()).await.unwrap();
    assert_eq!(afresh.checkpoint, None);
    // No runner from before the damage may be taken for the new one.
    let late = CheckpointStore::save(&store, save).await.unwrap_err();
    assert!(matches!(late, CheckpointError::TakenOver { .. }), "{late}");
    let save = SaveCheckpoint { name: name(), fence: afresh.fence, checkpoint: checkpoint(1) };
    CheckpointStore::save(&store, save).await.unwrap();
}

/// Counts the events of each case.
#[derive(Debug)]
struct Counts;

impl Projection for Counts {
    type State = std::collections::BTreeMap<String, u64>;

    fn name(&self) -> Code {
        name()
    }

    fn version(&self) -> u32 {
        1
    }

    fn filter(&self) -> Filter {
        Filter::default().categories(["case"])
    }

    fn initial(&self) -> Self::State {
        Self::State::new()
    }

    fn apply(&self, state: &mut Self::State, event: &RecordedEvent) -> Result<(), Cause> {
        *state.entry(event.stream.to_string()).or_default() += 1;
        Ok(())
    }
}

/// One store for the log and for what is made of it: written, followed, closed, and taken up again.
#[tokio::test(flavor = "multi_thread")]
async fn a_projection_lives_through_restarts_beside_its_log() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..4_u64 {
        let store = Arc::new(open(dir.path()).await);
        let log: Arc<dyn EventStore> = Arc::<SledStore>::clone(&store);
        let kept: Arc<dyn CheckpointStore> = store;
        let mut runner = Runner::claim(Arc::clone(&log), Arc::clone(&kept), Counts).await.unwrap();
        assert_eq!(runner.state().values().sum::<u64>(), round * 100, "where the last round stopped");
        let mut writers = JoinSet::new();
        for writer in 0..4_u64 {
            let log = Arc::clone(&log);
            writers.spawn(async move {
                for number in 0..25 {
                    let first = u128::from(1 + round * 1_000 + writer * 100 + number);
                    let id = format!("case/{writer}");
                    log.append(append(&id, Expected::Any, first..first + 1)).await.unwrap();
                }
            });
        }
        while runner.state().values().sum::<u64>() < (round + 1) * 100 {
            runner.advance().await.unwrap();
        }
        writers.join_all().await;
        assert!(runner.state().values().all(|count| *count == (round + 1) * 25), "{:?}", runner.state());
        let position = log.head().await.unwrap();
        let compared = compare(&*log, &*kept, &Counts).await.unwrap();
        assert_eq!(compared, Comparison::Same { position });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_one_is_named_and_a_repair_sets_it_aside() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let (store, _, snapshot) = with_both(&path).await;
    let events = store.all_events().await.unwrap();
    store.close().await;
    for key in [b"Cview".as_slice(), b"Scase/1"] {
        change(&path, key, |value| *value.last_mut().unwrap() ^= 1);
    }
    let store = open(&path).await;
    let found = store.verify().await;
    let named: Vec<_> = found.faults.iter().map(ToString::to_string).collect();
    assert_eq!(found.faults.len(), 2, "{named:?}");
    assert!(named[0].contains("checkpoint view") && named[1].contains("the snapshot of case/1"), "{named:?}");
    assert_eq!(found.faults[1].stream, Some(snapshot.stream));
    store.close().await;
    let refused = SledStore::compact(&path).await.unwrap_err();
    assert!(matches!(refused, OpenError::Damaged { .. }), "{refused}");
    let repair = SledStore::repair(&path).await.unwrap();
    let lost = |key: &str| Loss::Kept { key: key.to_owned() };
    assert_eq!((repair.losses, repair.new_history), (vec![lost("Cview"), lost("Scase/1")], false));
    let aside = std::fs::read_to_string(repair.quarantine.unwrap()).unwrap();
    assert_eq!(aside.lines().count(), 2, "{aside}");
    let store = open(&path).await;
    assert!(store.verify().await.is_sound());
    assert_eq!(store.all_events().await.unwrap(), events);
    assert_eq!(CheckpointStore::load(&store, &name()).await.unwrap(), None);
}
