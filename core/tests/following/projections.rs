//! Projections: kept up to date, killed, replaced, poisoned, built anew and compared.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anjuan::clock::{Clock, SystemClock, Timestamp};
use anjuan::event::{EventType, HashAlgorithm, RecordedEvent};
use anjuan::id::{Code, SystemEntropy};
use anjuan::projection::{Comparison, Projection, ProjectionError, Runner, as_known, compare};
use anjuan::store::{
    Cause, Checkpoint, CheckpointError, CheckpointRecord, CheckpointStore, Claim, EventStore, EventStoreExt,
    Filter, Identity, MemoryCheckpoints, MemoryStore, SaveCheckpoint,
};
use async_trait::async_trait;
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::log::{number, put, put_as, put_at, store, write_together};

/// What was added to each stream.
#[derive(Debug, Clone)]
struct Sums {
    version: u32,
    /// The number at which it stops.
    poison: Option<u64>,
    /// How often an event was taken in.
    applied: Arc<AtomicU64>,
}

impl Sums {
    fn new() -> Self {
        Self { version: 1, poison: None, applied: Arc::default() }
    }

    fn applied(&self) -> u64 {
        self.applied.swap(0, Ordering::SeqCst)
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Totals {
    events: u64,
    sums: BTreeMap<String, u64>,
}

impl Projection for Sums {
    type State = Totals;

    fn name(&self) -> Code {
        Code::new("sums").unwrap()
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn filter(&self) -> Filter {
        Filter::default().types([EventType::new("Added").unwrap()])
    }

    fn initial(&self) -> Totals {
        Totals::default()
    }

    fn apply(&self, state: &mut Totals, event: &RecordedEvent) -> Result<(), Cause> {
        self.applied.fetch_add(1, Ordering::SeqCst);
        state.events += 1;
        let number = number(event);
        if self.poison == Some(number) {
            return Err(format!("{number} is not a number that one adds").into());
        }
        *state.sums.entry(event.stream.to_string()).or_default() += number;
        Ok(())
    }
}

async fn runner(store: &Arc<dyn EventStore>, kept: &Arc<dyn CheckpointStore>, sums: &Sums) -> Runner<Sums> {
    Runner::claim(Arc::clone(store), Arc::clone(kept), sums.clone()).await.unwrap()
}

fn checkpoints() -> Arc<dyn CheckpointStore> {
    Arc::new(MemoryCheckpoints::new())
}

fn every(events: u64) -> NonZeroU64 {
    NonZeroU64::new(events).unwrap()
}

async fn kept(checkpoints: &Arc<dyn CheckpointStore>) -> Option<(CheckpointRecord, Option<Totals>)> {
    let record = checkpoints.load(&Sums::new().name()).await.unwrap()?;
    let state = record.checkpoint.as_ref().and_then(|checkpoint| checkpoint.state.clone());
    Some((record, state.map(|state| serde_json::from_slice(&state).unwrap())))
}

/// What the log says, counted without any of what is tested.
async fn truth(store: &Arc<dyn EventStore>) -> Totals {
    let mut totals = Totals::default();
    for event in store.all_events().await.unwrap() {
        if event.event_type.as_str() == "Added" {
            totals.events += 1;
            *totals.sums.entry(event.stream.to_string()).or_default() += number(&event);
        }
    }
    totals
}

async fn is_same(store: &Arc<dyn EventStore>, kept: &Arc<dyn CheckpointStore>) -> bool {
    matches!(compare(&**store, &**kept, &Sums::new()).await.unwrap(), Comparison::Same { .. })
}

/// A report is the same however often it is asked for, whatever has come late since.
#[tokio::test]
async fn a_report_as_it_was_known_does_not_change() {
    let store = store();
    put_at(&*store, "row/1", [(10, 10, 1), (20, 20, 2)]).await;
    let report = async || as_known(&*store, &Sums::new(), Timestamp::from_micros(25).unwrap()).await.unwrap();
    let printed = report().await;
    assert_eq!(printed, truth(&store).await);
    put_at(&*store, "row/1", [(15, 30, 4)]).await;
    put_at(&*store, "row/2", [(5, 26, 8)]).await;
    assert_eq!(report().await, printed);
    let later = as_known(&*store, &Sums::new(), Timestamp::from_micros(30).unwrap()).await.unwrap();
    assert_eq!(later, truth(&store).await);
}

#[tokio::test]
async fn an_empty_log_is_a_projection_too() {
    let (store, kept_in) = (store(), checkpoints());
    assert_eq!(compare(&*store, &*kept_in, &Sums::new()).await.unwrap(), Comparison::NothingKept);
    let mut runner = runner(&store, &kept_in, &Sums::new()).await;
    assert_eq!(runner.position(), None);
    assert_eq!(compare(&*store, &*kept_in, &Sums::new()).await.unwrap(), Comparison::NothingKept);
    assert_eq!(runner.advance().await.unwrap(), store.head().await.unwrap());
    assert_eq!(*runner.state(), Totals::default());
    assert!(is_same(&store, &kept_in).await);
    assert!(runner.advance().now_or_never().is_none(), "there is nothing to do");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_follows_many_writers_and_stops_when_it_is_told() {
    let (store, kept_in) = (store(), checkpoints());
    put(&*store, "own/before", 0..1_000).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let mut running = JoinSet::new();
    let mut live = runner(&store, &kept_in, &Sums::new()).await.save_every(every(7));
    running.spawn(async move {
        live.run(stopped.map(drop)).await.unwrap();
        live
    });
    write_together(&store, 8, 100).await;
    let wanted = truth(&store).await;
    while kept(&kept_in).await.and_then(|(_, state)| state) != Some(wanted.clone()) {
        tokio::task::yield_now().await;
    }
    stop.send(()).unwrap();
    let live = running.join_next().await.unwrap().unwrap();
    assert_eq!(*live.state(), wanted);
    assert!(is_same(&store, &kept_in).await);
}

#[tokio::test]
async fn a_runner_that_was_killed_is_followed_by_one_that_goes_on_behind_its_last_save() {
    let (store, kept_in, sums) = (store(), checkpoints(), Sums::new());
    put(&*store, "own/1", 1..=1_000).await;
    for polls in [1, 3, 10, 0, 20] {
        let mut runner = runner(&store, &kept_in, &sums).await.save_every(every(50));
        let mut advancing = Box::pin(runner.advance());
        for _ in 0..polls {
            // Killed in the middle: the future is dropped, and nobody saves.
            assert!(advancing.as_mut().now_or_never().is_none_or(|done| done.is_ok()));
            if sums.applied.load(Ordering::SeqCst) >= 1_000 {
                break;
            }
        }
    }
    let before = sums.applied();
    assert!(before >= 1_000, "{before}");
    let mut last = runner(&store, &kept_in, &sums).await;
    last.advance().await.unwrap();
    assert!(sums.applied() <= 50, "at most what was not saved is taken in again");
    assert_eq!(*last.state(), truth(&store).await);
    assert!(is_same(&store, &kept_in).await);
}

#[tokio::test]
async fn stopping_saves_what_was_taken_in() {
    let (store, kept_in, sums) = (store(), checkpoints(), Sums::new());
    put(&*store, "own/1", 1..=600).await;
    let mut first = runner(&store, &kept_in, &sums).await;
    let mut looks = 0;
    // Stops at the hundredth event, far from any rest.
    let stop = std::future::poll_fn(|_| {
        looks += 1;
        if looks > 100 { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    });
    first.run(stop).await.unwrap();
    assert_eq!(first.state().events, 100);
    assert_eq!(kept(&kept_in).await.unwrap().1, Some(first.state().clone()));
    // And the same runner may go on.
    first.advance().await.unwrap();
    assert_eq!(sums.applied(), 600);
    assert_eq!(*first.state(), truth(&store).await);
}

#[tokio::test]
async fn of_two_runners_with_one_name_one_wins_and_the_other_is_told() {
    let (store, kept_in) = (store(), checkpoints());
    let mut old = runner(&store, &kept_in, &Sums::new()).await;
    put(&*store, "own/1", [1, 2]).await;
    old.advance().await.unwrap();
    let mut new = runner(&store, &kept_in, &Sums::new()).await;
    assert!(new.fence() > old.fence());
    put(&*store, "own/1", [3]).await;
    new.advance().await.unwrap();
    put(&*store, "own/1", [4]).await;
    let told = old.advance().await.unwrap_err();
    let ProjectionError::Checkpoint { source: CheckpointError::TakenOver { fence, newest, .. }, .. } = &told
    else {
        panic!("{told}");
    };
    assert_eq!((*fence, *newest), (old.fence(), Some(new.fence())));
    assert!(matches!(old.advance().await, Err(ProjectionError::Stopped { .. })));
    assert!(matches!(old.save().await, Err(ProjectionError::Stopped { .. })));
    new.advance().await.unwrap();
    assert_eq!(new.state().sums["own/1"], 10);
    assert!(is_same(&store, &kept_in).await);
}

#[tokio::test]
async fn a_poison_event_stops_it_and_the_checkpoint_stays_before() {
    let (store, kept_in) = (store(), checkpoints());
    put(&*store, "own/1", 1..=20).await;
    let poisoned = Sums { poison: Some(13), ..Sums::new() };
    for _ in 0..3 {
        let mut runner = runner(&store, &kept_in, &poisoned).await.save_every(every(5));
        let error = runner.advance().await.unwrap_err();
        let ProjectionError::Poison(poison) = &error else { panic!("{error}") };
        let named = (poison.stream.to_string(), poison.revision.get(), poison.event_type.as_str());
        assert_eq!(named, ("own/1".to_owned(), 13, "Added"));
        assert_eq!((poison.version, poison.schema_version), (1, 1));
        assert_eq!(
            error.to_string(),
            "projection sums version 1 stops before own/1 revision 13: Added version 1"
        );
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(cause, "13 is not a number that one adds");
        // Nobody can go on behind it, and nothing half is kept.
        assert!(matches!(runner.save().await, Err(ProjectionError::Stopped { .. })));
        assert!(matches!(runner.advance().await, Err(ProjectionError::Stopped { .. })));
        let (record, state) = kept(&kept_in).await.unwrap();
        assert!(record.checkpoint.unwrap().position < poison.position);
        assert_eq!(state.unwrap(), Totals { events: 10, sums: [("own/1".to_owned(), 55)].into() });
    }
    // A projection that was mended without a new form of its state goes on from there.
    let mended = Sums::new();
    let mut runner = runner(&store, &kept_in, &mended).await;
    runner.advance().await.unwrap();
    assert_eq!(mended.applied(), 10);
    assert_eq!(*runner.state(), truth(&store).await);
}

#[tokio::test]
async fn another_version_begins_from_nothing() {
    let (store, kept_in) = (store(), checkpoints());
    put(&*store, "own/1", 1..=10).await;
    runner(&store, &kept_in, &Sums::new()).await.advance().await.unwrap();
    let second = Sums { version: 2, ..Sums::new() };
    let compared = compare(&*store, &*kept_in, &second).await.unwrap();
    assert_eq!(compared, Comparison::OtherVersion { kept: 1 });
    let mut runner = runner(&store, &kept_in, &second).await;
    assert_eq!(*runner.state(), Totals::default());
    runner.advance().await.unwrap();
    assert_eq!(second.applied(), 10);
    assert_eq!(*runner.state(), truth(&store).await);
    assert_eq!(kept(&kept_in).await.unwrap().0.version, 2);
}

#[tokio::test]
async fn a_kept_state_that_is_not_what_the_events_give_is_found_and_built_anew() {
    let (store, kept_in, sums) = (store(), checkpoints(), Sums::new());
    put(&*store, "own/1", 1..=10).await;
    put(&*store, "own/2", 1..=4).await;
    let mut honest = runner(&store, &kept_in, &sums).await;
    let position = honest.advance().await.unwrap();
    let mut wrong = honest.state().clone();
    wrong.sums.insert("own/2".to_owned(), 11);
    wrong.sums.remove("own/1");
    let state = Some(serde_json::to_vec(&wrong).unwrap().into());
    let checkpoint = Checkpoint { position, state };
    kept_in.save(SaveCheckpoint { name: sums.name(), fence: honest.fence(), checkpoint }).await.unwrap();
    put(&*store, "own/2", [5]).await;
    let found = compare(&*store, &*kept_in, &sums).await.unwrap();
    let Comparison::Different { position: at, differences } = found else { panic!("{found:?}") };
    assert_eq!(at, position, "what came later is no difference");
    let found: Vec<_> = differences
        .iter()
        .map(|found| (found.pointer.as_str(), found.kept.clone(), found.rebuilt.clone()))
        .collect();
    assert_eq!(
        found,
        [("/sums/own~12", Some(11.into()), Some(10.into())), ("/sums/own~11", None, Some(55.into()))]
    );
    sums.applied();
    let mut anew = Runner::rebuild(Arc::clone(&store), Arc::clone(&kept_in), sums.clone()).await.unwrap();
    anew.advance().await.unwrap();
    assert_eq!((sums.applied(), anew.state().clone()), (15, truth(&store).await));
    assert!(is_same(&store, &kept_in).await);
}

#[tokio::test]
async fn a_state_that_cannot_be_decoded_is_told_and_built_anew() {
    let (store, kept_in, sums) = (store(), checkpoints(), Sums::new());
    put(&*store, "own/1", 1..=10).await;
    let mut first = runner(&store, &kept_in, &sums).await;
    let position = first.advance().await.unwrap();
    let checkpoint = Checkpoint { position, state: Some("[]".into()) };
    kept_in.save(SaveCheckpoint { name: sums.name(), fence: first.fence(), checkpoint }).await.unwrap();
    let error = Runner::claim(Arc::clone(&store), Arc::clone(&kept_in), sums.clone()).await.unwrap_err();
    assert!(matches!(error, ProjectionError::Undecodable { .. }), "{error}");
    let mut anew = Runner::rebuild(Arc::clone(&store), Arc::clone(&kept_in), sums).await.unwrap();
    anew.advance().await.unwrap();
    assert!(is_same(&store, &kept_in).await);
}

#[tokio::test]
async fn a_checkpoint_of_another_history_is_refused_until_it_is_built_anew() {
    let (before, kept_in, sums) = (store(), checkpoints(), Sums::new());
    put(&*before, "own/1", 1..=10).await;
    runner(&before, &kept_in, &sums).await.advance().await.unwrap();
    // A backup was restored: the same store, with fewer events and a history of its own.
    let identity = Identity {
        store: before.identity().store,
        ..Identity::new(SystemClock.now(), &SystemEntropy, HashAlgorithm::Sha256)
    };
    let restored: Arc<dyn EventStore> = Arc::new(MemoryStore::new(identity));
    put(&*restored, "own/1", 1..=4).await;
    let (claimed, compared) = (
        Runner::claim(Arc::clone(&restored), Arc::clone(&kept_in), sums.clone()).await.map(drop),
        compare(&*restored, &*kept_in, &sums).await.map(drop),
    );
    for refused in [claimed, compared] {
        let ProjectionError::Checkpoint { source, .. } = refused.unwrap_err() else { panic!("not refused") };
        let CheckpointError::ForeignHistory { found, expected, .. } = source else { panic!("{source}") };
        assert_eq!((found, expected), (before.identity().history, identity.history));
    }
    let mut anew = Runner::rebuild(Arc::clone(&restored), Arc::clone(&kept_in), sums).await.unwrap();
    anew.advance().await.unwrap();
    assert_eq!(*anew.state(), truth(&restored).await);
    assert!(is_same(&restored, &kept_in).await);
}

/// Counts the saves.
#[derive(Debug, Default)]
struct Counted {
    checkpoints: MemoryCheckpoints,
    saves: AtomicU64,
}

#[async_trait]
impl CheckpointStore for Counted {
    async fn claim(&self, claim: Claim) -> Result<CheckpointRecord, CheckpointError> {
        self.checkpoints.claim(claim).await
    }

    async fn save(&self, save: SaveCheckpoint) -> Result<(), CheckpointError> {
        self.saves.fetch_add(1, Ordering::SeqCst);
        self.checkpoints.save(save).await
    }

    async fn load(&self, name: &Code) -> Result<Option<CheckpointRecord>, CheckpointError> {
        self.checkpoints.load(name).await
    }
}

#[tokio::test]
async fn a_flood_of_what_is_not_wanted_costs_few_saves_and_is_passed_for_good() {
    let (store, counted, sums) = (store(), Arc::new(Counted::default()), Sums::new());
    let kept_in: Arc<dyn CheckpointStore> = Arc::<Counted>::clone(&counted);
    put(&*store, "own/1", [1]).await;
    let mut live = runner(&store, &kept_in, &sums).await.save_every(every(100));
    live.advance().await.unwrap();
    for _ in 0..450 {
        put_as(&*store, "own/1", "Unwanted", [0]).await;
        live.advance().await.unwrap();
    }
    assert_eq!(counted.saves.load(Ordering::SeqCst), 5);
    let saved = kept(&kept_in).await.unwrap().0.checkpoint.unwrap().position;
    let behind = store.head().await.unwrap().ordinal() - saved.ordinal();
    assert!(behind <= 100, "{behind} events would be looked at again");
    live.run(std::future::ready(())).await.unwrap();
    let saved = kept(&kept_in).await.unwrap().0.checkpoint.unwrap().position;
    assert_eq!(saved, store.head().await.unwrap());
    assert_eq!(sums.applied(), 1);
}

#[tokio::test]
async fn nothing_new_saves_nothing() {
    let (store, counted, sums) = (store(), Arc::new(Counted::default()), Sums::new());
    let kept_in: Arc<dyn CheckpointStore> = Arc::<Counted>::clone(&counted);
    put(&*store, "own/1", 1..=10).await;
    for _ in 0..3 {
        let mut runner = runner(&store, &kept_in, &sums).await;
        runner.advance().await.unwrap();
        runner.save().await.unwrap();
    }
    assert_eq!(counted.saves.load(Ordering::SeqCst), 1);
}

#[test]
fn a_runner_and_its_futures_can_be_sent() {
    fn is_send<T: Send>(_: &T) {}
    let (store, kept_in, sums) = (store(), checkpoints(), Sums::new());
    let claiming = Runner::claim(Arc::clone(&store), Arc::clone(&kept_in), sums.clone());
    is_send(&claiming);
    is_send(&compare(&*store, &*kept_in, &sums));
    let mut runner = claiming.now_or_never().unwrap().unwrap();
    is_send(&runner);
    is_send(&runner.advance());
    is_send(&runner.run(std::future::pending()));
}
