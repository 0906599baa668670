//! Stores of checkpoints and snapshots that forget whom and what they keep them for.

#![expect(clippy::unwrap_used, reason = "no test here leaves a lock poisoned")]

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};

use anjuan::conformance::{Fixture, Offered, Reopened};
use anjuan::id::{Code, Position, StreamId};
use anjuan::store::{
    CheckpointError, CheckpointRecord, CheckpointStore, Claim, EventStore, MemoryCheckpoints,
    MemorySnapshots, SaveCheckpoint, Snapshot, SnapshotError, SnapshotStore,
};
use async_trait::async_trait;

use super::{Mutants, Sound, broken};

type Before = Option<CheckpointRecord>;

/// What a store of checkpoints does wrong: the steps it replaces.
trait CheckpointFault: std::fmt::Debug + Send + Sync + 'static {
    /// Whether something else may come between reading and writing a record.
    const LETS_GO: bool = false;

    fn claim(before: Before, claim: &Claim) -> Result<CheckpointRecord, CheckpointError> {
        CheckpointRecord::claim(before, claim)
    }

    fn save(before: Before, save: SaveCheckpoint) -> Result<CheckpointRecord, CheckpointError> {
        CheckpointRecord::save(before, save)
    }
}

#[derive(Debug)]
struct WrongCheckpoints<F> {
    records: Mutex<BTreeMap<Code, CheckpointRecord>>,
    fault: PhantomData<F>,
}

impl<F: CheckpointFault> WrongCheckpoints<F> {
    async fn change(
        &self,
        name: Code,
        change: impl FnOnce(Before) -> Result<CheckpointRecord, CheckpointError> + Send,
    ) -> Result<CheckpointRecord, CheckpointError> {
        if F::LETS_GO {
            let before = self.records.lock().unwrap().get(&name).cloned();
            for _ in 0..50 {
                tokio::task::yield_now().await;
            }
            let record = change(before)?;
            self.records.lock().unwrap().insert(name, record.clone());
            return Ok(record);
        }
        let mut records = self.records.lock().unwrap();
        let record = change(records.get(&name).cloned())?;
        records.insert(name, record.clone());
        Ok(record)
    }
}

#[async_trait]
impl<F: CheckpointFault> CheckpointStore for WrongCheckpoints<F> {
    async fn claim(&self, claim: Claim) -> Result<CheckpointRecord, CheckpointError> {
        self.change(claim.name.clone(), |before| F::claim(before, &claim)).await
    }

    async fn save(&self, save: SaveCheckpoint) -> Result<(), CheckpointError> {
        self.change(save.name.clone(), |before| F::save(before, save)).await.map(drop)
    }

    async fn load(&self, name: &Code) -> Result<Option<CheckpointRecord>, CheckpointError> {
        Ok(self.records.lock().unwrap().get(name).cloned())
    }
}

/// A sound event store beside wrong checkpoints or snapshots.
struct Beside<C, S> {
    checkpoints: fn() -> C,
    snapshots: fn() -> S,
}

#[async_trait]
impl<C: CheckpointStore + 'static, S: SnapshotStore + 'static> Fixture for Beside<C, S> {
    async fn open(&self) -> Arc<dyn EventStore> {
        Mutants::<Sound>(PhantomData).open().await
    }

    async fn reopen(&self, store: Arc<dyn EventStore>) -> Reopened {
        Reopened::Store(store)
    }

    async fn checkpoints(&self) -> Offered<Arc<dyn CheckpointStore>> {
        Offered::Store(Arc::new((self.checkpoints)()))
    }

    async fn snapshots(&self) -> Offered<Arc<dyn SnapshotStore>> {
        Offered::Store(Arc::new((self.snapshots)()))
    }
}

/// The checkpoints break their check of rule 13, and nothing else is touched by them.
#[track_caller]
fn breaks_checkpoints<F: CheckpointFault>(message: &str) {
    let checkpoints = || WrongCheckpoints::<F> { records: Mutex::default(), fault: PhantomData };
    let fixture = Beside { checkpoints, snapshots: MemorySnapshots::new };
    only(&broken(&fixture), "rule_13_checkpoints_never_go_backwards", message);
}

#[track_caller]
fn breaks_snapshots<S: SnapshotStore + Default + 'static>(message: &str) {
    let fixture = Beside { checkpoints: MemoryCheckpoints::new, snapshots: S::default };
    only(&broken(&fixture), "rule_13_snapshots_never_go_backwards", message);
}

/// The violation is the one that the fault must lead to, not another on the way there.
#[track_caller]
fn only(broken: &[(&'static str, String)], rule: &str, message: &str) {
    let [(name, violation)] = broken else { panic!("{broken:#?}") };
    assert!(*name == rule && violation.contains(message), "{broken:#?}");
}

/// Takes whatever position comes.
#[derive(Debug)]
struct GoesBack;

impl CheckpointFault for GoesBack {
    fn save(before: Before, save: SaveCheckpoint) -> Result<CheckpointRecord, CheckpointError> {
        let before = before.map(|before| CheckpointRecord { checkpoint: None, ..before });
        CheckpointRecord::save(before, save)
    }
}

#[test]
fn a_checkpoint_that_goes_back_is_seen() {
    breaks_checkpoints::<GoesBack>("a checkpoint that goes back was saved");
}

/// Lets everybody save who once had the name.
#[derive(Debug)]
struct IgnoresFences;

impl CheckpointFault for IgnoresFences {
    fn save(before: Before, mut save: SaveCheckpoint) -> Result<CheckpointRecord, CheckpointError> {
        save.fence = before.as_ref().map_or(save.fence, |before| before.fence);
        CheckpointRecord::save(before, save)
    }
}

#[test]
fn a_runner_that_was_replaced_and_saves_is_seen() {
    breaks_checkpoints::<IgnoresFences>("a checkpoint of a runner that was replaced was saved");
}

/// Gives every runner the same fence.
#[derive(Debug)]
struct CountsNoClaims;

impl CheckpointFault for CountsNoClaims {
    fn claim(before: Before, claim: &Claim) -> Result<CheckpointRecord, CheckpointError> {
        let fence = before.as_ref().map(|before| before.fence);
        let record = CheckpointRecord::claim(before, claim)?;
        Ok(CheckpointRecord { fence: fence.unwrap_or(record.fence), ..record })
    }
}

#[test]
fn claims_with_one_fence_are_seen() {
    breaks_checkpoints::<CountsNoClaims>("the fence 1 of a claim follows 1");
}

/// Reads the position of another history as a place in the one that is read.
#[derive(Debug)]
struct TrustsHistories;

impl CheckpointFault for TrustsHistories {
    fn claim(before: Before, claim: &Claim) -> Result<CheckpointRecord, CheckpointError> {
        let before = before.map(|mut before| {
            before.history = claim.history;
            if let Some(checkpoint) = &mut before.checkpoint {
                checkpoint.position = Position::new(claim.history, checkpoint.position.ordinal());
            }
            before
        });
        CheckpointRecord::claim(before, claim)
    }
}

#[test]
fn a_checkpoint_of_another_history_is_seen() {
    breaks_checkpoints::<TrustsHistories>("a checkpoint of another history was given to a runner");
}

/// Takes positions of any history.
#[derive(Debug)]
struct TrustsPositions;

impl CheckpointFault for TrustsPositions {
    fn save(before: Before, save: SaveCheckpoint) -> Result<CheckpointRecord, CheckpointError> {
        let history = save.checkpoint.position.history();
        CheckpointRecord::save(before.map(|before| CheckpointRecord { history, ..before }), save)
    }
}

#[test]
fn a_position_of_another_history_is_seen() {
    breaks_checkpoints::<TrustsPositions>("a first checkpoint in another history was saved");
}

/// Goes on with the state of another version.
#[derive(Debug)]
struct IgnoresVersions;

impl CheckpointFault for IgnoresVersions {
    fn claim(before: Before, claim: &Claim) -> Result<CheckpointRecord, CheckpointError> {
        CheckpointRecord::claim(
            before.map(|before| CheckpointRecord { version: claim.version, ..before }),
            claim,
        )
    }
}

#[test]
fn a_state_of_another_version_is_seen() {
    breaks_checkpoints::<IgnoresVersions>("gets of a checkpoint of another");
}

/// Loses the state, and keeps the position.
#[derive(Debug)]
struct KeepsPositionsOnly;

impl CheckpointFault for KeepsPositionsOnly {
    fn save(before: Before, mut save: SaveCheckpoint) -> Result<CheckpointRecord, CheckpointError> {
        save.checkpoint.state = None;
        CheckpointRecord::save(before, save)
    }
}

#[test]
fn a_position_without_its_state_is_seen() {
    breaks_checkpoints::<KeepsPositionsOnly>("what is kept after a save");
}

/// Looks first and writes later.
#[derive(Debug)]
struct ChecksThenActs;

impl CheckpointFault for ChecksThenActs {
    const LETS_GO: bool = true;
}

#[test]
fn claims_that_overtake_each_other_are_seen() {
    breaks_checkpoints::<ChecksThenActs>("different fences");
}

/// Keeps whatever snapshot comes last.
#[derive(Debug, Default)]
struct LastWins(Mutex<BTreeMap<StreamId, Snapshot>>);

#[async_trait]
impl SnapshotStore for LastWins {
    async fn save(&self, snapshot: Snapshot) -> Result<(), SnapshotError> {
        snapshot.may_follow(None)?;
        self.0.lock().unwrap().insert(snapshot.stream.clone(), snapshot);
        Ok(())
    }

    async fn load(&self, stream: &StreamId) -> Result<Option<Snapshot>, SnapshotError> {
        Ok(self.0.lock().unwrap().get(stream).cloned())
    }

    async fn discard(&self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        self.0.lock().unwrap().retain(|_, kept| kept != snapshot);
        Ok(())
    }
}

#[test]
fn a_snapshot_that_goes_back_is_seen() {
    breaks_snapshots::<LastWins>("a snapshot that goes back was kept");
}

/// Drops whatever there is, where one snapshot was meant.
#[derive(Debug, Default)]
struct DropsBlindly(MemorySnapshots);

#[async_trait]
impl SnapshotStore for DropsBlindly {
    async fn save(&self, snapshot: Snapshot) -> Result<(), SnapshotError> {
        self.0.save(snapshot).await
    }

    async fn load(&self, stream: &StreamId) -> Result<Option<Snapshot>, SnapshotError> {
        self.0.load(stream).await
    }

    async fn discard(&self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        match self.0.load(&snapshot.stream).await? {
            Some(kept) => self.0.discard(&kept).await,
            None => Ok(()),
        }
    }
}

#[test]
fn dropping_a_snapshot_that_nobody_saw_is_seen() {
    breaks_snapshots::<DropsBlindly>("a snapshot after an older one was dropped");
}

/// Checks the revision against one that may be replaced meanwhile.
#[derive(Debug, Default)]
struct SavesLater(LastWins);

#[async_trait]
impl SnapshotStore for SavesLater {
    async fn save(&self, snapshot: Snapshot) -> Result<(), SnapshotError> {
        let kept = self.0.load(&snapshot.stream).await?;
        snapshot.may_follow(kept.map(|kept| kept.head.revision))?;
        for _ in 0..snapshot.head.revision.get() % 5 * 10 {
            tokio::task::yield_now().await;
        }
        self.0.save(snapshot).await
    }

    async fn load(&self, stream: &StreamId) -> Result<Option<Snapshot>, SnapshotError> {
        self.0.load(stream).await
    }

    async fn discard(&self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        self.0.discard(snapshot).await
    }
}

#[test]
fn snapshots_that_overtake_each_other_are_seen() {
    breaks_snapshots::<SavesLater>("kept");
}
