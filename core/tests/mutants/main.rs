//! The conformance suite can tell: a store with one fault fails the checks of the rules that the fault breaks, and no
//! other. A check that no fault turns red proves nothing, so every rule has a mutant here.
//!
//! A mutant is the store in memory with one method replaced by a wrong one, mostly one that somebody has shipped.

#![expect(clippy::wildcard_enum_match_arm, reason = "a mutant changes one error and leaves all others")]

mod appending;
mod keeping;
mod reading;

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anjuan::clock::{Clock, SystemClock};
use anjuan::conformance::{CHECKS, Fixture, Offered, Outcome, Reopened};
use anjuan::event::HashAlgorithm;
use anjuan::id::{CommandKey, Position, SystemEntropy};
use anjuan::store::{
    Append, Appended, CheckpointStore, EventStore, EventStream, Identity, MemoryCheckpoints, MemorySnapshots,
    MemoryStore, ReadAll, ReadStream, ReadStreams, SnapshotStore, StoreError,
};
use async_trait::async_trait;
use futures_util::FutureExt;

/// What a store does wrong: the methods it replaces. Those it leaves do what the store in memory does.
#[async_trait]
trait Fault: Default + std::fmt::Debug + Send + Sync + 'static {
    fn identity(&self, store: &MemoryStore) -> Identity {
        store.identity()
    }

    async fn append(&self, store: &MemoryStore, append: Append) -> Result<Appended, StoreError> {
        store.append(append).await
    }

    fn read_stream(&self, store: &MemoryStore, read: ReadStream) -> EventStream {
        store.read_stream(read)
    }

    fn read_all(&self, store: &MemoryStore, read: ReadAll) -> EventStream {
        store.read_all(read)
    }

    fn read_streams(&self, store: &MemoryStore, read: ReadStreams) -> EventStream {
        store.read_streams(read)
    }

    async fn head(&self, store: &MemoryStore) -> Result<Position, StoreError> {
        store.head().await
    }

    async fn appended_after(&self, store: &MemoryStore, position: Position) -> Result<(), StoreError> {
        store.appended_after(position).await
    }

    fn reopen(store: Arc<dyn EventStore>) -> Arc<dyn EventStore> {
        store
    }
}

#[derive(Debug)]
struct Mutant<F> {
    store: MemoryStore,
    fault: F,
}

impl<F: Fault> Mutant<F> {
    fn new() -> Self {
        let identity = Identity::new(SystemClock.now(), &SystemEntropy, HashAlgorithm::Sha256);
        Self { store: MemoryStore::new(identity), fault: F::default() }
    }
}

#[async_trait]
impl<F: Fault> EventStore for Mutant<F> {
    fn identity(&self) -> Identity {
        self.fault.identity(&self.store)
    }

    async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        self.fault.append(&self.store, append).await
    }

    async fn find_append(&self, key: CommandKey) -> Result<Option<Appended>, StoreError> {
        self.store.find_append(key).await
    }

    fn read_stream(&self, read: ReadStream) -> EventStream {
        self.fault.read_stream(&self.store, read)
    }

    fn read_all(&self, read: ReadAll) -> EventStream {
        self.fault.read_all(&self.store, read)
    }

    fn read_streams(&self, read: ReadStreams) -> EventStream {
        self.fault.read_streams(&self.store, read)
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.fault.head(&self.store).await
    }

    async fn appended_after(&self, position: Position) -> Result<(), StoreError> {
        self.fault.appended_after(&self.store, position).await
    }
}

struct Mutants<F>(PhantomData<fn() -> F>);

#[async_trait]
impl<F: Fault> Fixture for Mutants<F> {
    async fn open(&self) -> Arc<dyn EventStore> {
        Arc::new(Mutant::<F>::new())
    }

    async fn reopen(&self, store: Arc<dyn EventStore>) -> Reopened {
        Reopened::Store(F::reopen(store))
    }

    async fn checkpoints(&self) -> Offered<Arc<dyn CheckpointStore>> {
        Offered::Store(Arc::new(MemoryCheckpoints::new()))
    }

    async fn snapshots(&self) -> Offered<Arc<dyn SnapshotStore>> {
        Offered::Store(Arc::new(MemorySnapshots::new()))
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(5)
    }
}

/// Runs the whole suite and holds the rules that are broken against those that should be.
#[track_caller]
fn breaks<F: Fault>(rules: &[u8]) {
    let violations = broken(&Mutants::<F>(PhantomData));
    let broken: Vec<u8> = violations.iter().map(|(name, _)| number(name)).collect();
    assert_eq!(broken, rules, "{violations:#?}");
}

/// The checks that a backend fails, each with its violation.
fn broken(fixture: &dyn Fixture) -> Vec<(&'static str, String)> {
    let mut broken = Vec::new();
    for check in CHECKS {
        match check.verdict(fixture) {
            Ok(Outcome::Kept) => {}
            Ok(Outcome::Declined(reason)) => panic!("{} declined: {reason}", check.name),
            Err(violation) => broken.push((check.name, violation.to_string())),
        }
    }
    broken
}

fn number(name: &str) -> u8 {
    let digits = name.split('_').nth(1).and_then(|digits| digits.parse().ok());
    digits.expect("a check is named after its rule")
}

#[derive(Debug, Default)]
struct Sound;

impl Fault for Sound {}

#[test]
fn a_sound_store_breaks_nothing() {
    breaks::<Sound>(&[]);
}

/// Settles later: what was acknowledged comes into the global order only when somebody looks a second time, as in a
/// store that waits for older writers.
#[derive(Debug, Default)]
struct SettlesLater {
    settled: AtomicU64,
}

impl SettlesLater {
    /// What was there at the last look.
    fn look(&self, store: &MemoryStore) -> Position {
        let head = store.head().now_or_never().and_then(Result::ok).expect("memory does not wait");
        Position::new(head.history(), self.settled.fetch_max(head.ordinal(), Ordering::SeqCst))
    }
}

#[async_trait]
impl Fault for SettlesLater {
    fn read_all(&self, store: &MemoryStore, mut read: ReadAll) -> EventStream {
        let settled = self.look(store);
        if read.to.is_none_or(|to| to > settled) {
            read.to = Some(settled);
        }
        store.read_all(read)
    }

    async fn head(&self, store: &MemoryStore) -> Result<Position, StoreError> {
        Ok(self.look(store))
    }
}

/// The contract leaves room for it, so the checks must as well.
#[test]
fn a_store_that_settles_later_breaks_nothing() {
    breaks::<SettlesLater>(&[]);
}

#[test]
fn every_rule_has_a_check() {
    let mut numbers: Vec<u8> = CHECKS.iter().map(|check| number(check.name)).collect();
    // The rule of checkpoints and snapshots has one for each.
    numbers.dedup();
    assert_eq!(numbers, (1..=17).collect::<Vec<u8>>());
}
