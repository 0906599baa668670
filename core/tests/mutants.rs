//! The conformance suite can tell: a store with one fault fails the checks of the rules that the fault breaks, and no
//! other. A check that no fault turns red proves nothing, so every rule has a mutant here.
//!
//! A mutant is the store in memory with one method replaced by a wrong one, mostly one that somebody has shipped.

use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use anjuan::clock::{Clock, SystemClock};
use anjuan::conformance::{CHECKS, Fixture, Outcome, Reopened};
use anjuan::event::{HashAlgorithm, NewEvent, RecordedEvent};
use anjuan::id::{CommandKey, EventId, Position, StreamId, SystemEntropy};
use anjuan::store::{
    Append, Appended, Direction, EventStore, EventStream, Expected, FaultKind, Identity, Limit, MemoryStore,
    ReadAll, ReadStream, ReadStreams, StoreError, StreamWrite, verify_store,
};
use async_trait::async_trait;
use futures_util::{FutureExt, StreamExt, stream};

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
        self.store.head().await
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

    fn patience(&self) -> Duration {
        Duration::from_secs(3)
    }
}

/// Runs the whole suite and holds the rules that are broken against those that should be.
#[track_caller]
fn breaks<F: Fault>(rules: &[u8]) {
    let fixture = Mutants::<F>(PhantomData);
    let mut broken = Vec::new();
    let mut violations = Vec::new();
    for check in CHECKS {
        match check.verdict(&fixture) {
            Ok(Outcome::Kept) => {}
            Ok(Outcome::Declined(reason)) => panic!("{} declined: {reason}", check.name),
            Err(violation) => {
                broken.push(check.name["rule_".len()..][..2].parse::<u8>().unwrap());
                violations.push(format!("{}: {violation}", check.name));
            }
        }
    }
    assert_eq!(broken, rules, "{violations:#?}");
}

#[derive(Debug, Default)]
struct Sound;

impl Fault for Sound {}

#[test]
fn a_sound_store_breaks_nothing() {
    breaks::<Sound>(&[]);
}

#[test]
fn every_rule_but_that_of_snapshots_has_a_check() {
    let numbers: Vec<_> = CHECKS.iter().map(|check| check.name["rule_".len()..][..2].to_owned()).collect();
    let rules: Vec<_> = (1..=17).filter(|rule| *rule != 13).map(|rule| format!("{rule:02}")).collect();
    assert_eq!(numbers, rules);
}

/// Forgets the streams that were only looked at.
#[derive(Debug, Default)]
struct IgnoresChecks;

#[async_trait]
impl Fault for IgnoresChecks {
    async fn append(&self, store: &MemoryStore, mut append: Append) -> Result<Appended, StoreError> {
        append.writes.retain(|write| !write.events.is_empty());
        store.append(append).await
    }
}

#[test]
fn ignoring_checks_breaks_rules_1_and_3() {
    breaks::<IgnoresChecks>(&[1, 3]);
}

/// Looks first and writes later.
#[derive(Debug, Default)]
struct ChecksThenActs;

#[async_trait]
impl Fault for ChecksThenActs {
    async fn append(&self, store: &MemoryStore, mut append: Append) -> Result<Appended, StoreError> {
        if store.find_append(append.key).await?.is_none() {
            let looks = append.writes.iter().map(|write| StreamWrite { events: vec![], ..write.clone() });
            store.append(Append { writes: looks.collect(), ..append.clone() }).await?;
            tokio::task::yield_now().await;
            append.writes.iter_mut().for_each(|write| write.expected = Expected::Any);
        }
        store.append(append).await
    }
}

#[test]
fn checking_before_writing_breaks_rule_2() {
    breaks::<ChecksThenActs>(&[2]);
}

/// Says that there was a conflict, and not what it was about.
#[derive(Debug, Default)]
struct HidesConflict;

#[async_trait]
impl Fault for HidesConflict {
    async fn append(&self, store: &MemoryStore, append: Append) -> Result<Appended, StoreError> {
        store.append(append).await.map_err(|error| match error {
            StoreError::Conflict(mut conflict) => {
                conflict.streams.iter_mut().for_each(|stream| stream.appended.clear());
                StoreError::Conflict(conflict)
            }
            other => other,
        })
    }
}

#[test]
fn a_conflict_without_events_breaks_rule_3() {
    breaks::<HidesConflict>(&[3]);
}

/// Loses the last event of each batch and does not know it.
#[derive(Debug, Default)]
struct LosesTheLast;

#[async_trait]
impl Fault for LosesTheLast {
    async fn append(&self, store: &MemoryStore, mut append: Append) -> Result<Appended, StoreError> {
        if append.event_count() > 1
            && let Some(last) = append.writes.iter_mut().rfind(|write| !write.events.is_empty())
        {
            last.events.pop();
        }
        store.append(append).await
    }
}

#[test]
fn losing_events_breaks_most_rules() {
    breaks::<LosesTheLast>(&[1, 2, 4, 5, 6, 7, 8, 10, 11, 15, 16, 17]);
}

/// Answers with the last revision where the first is asked.
#[derive(Debug, Default)]
struct MiscountsRevisions;

#[async_trait]
impl Fault for MiscountsRevisions {
    async fn append(&self, store: &MemoryStore, append: Append) -> Result<Appended, StoreError> {
        let mut answer = store.append(append).await?;
        answer.streams.iter_mut().for_each(|stream| stream.first = stream.last);
        Ok(answer)
    }
}

#[test]
fn wrong_revisions_in_the_answer_break_every_rule_that_compares_answers() {
    breaks::<MiscountsRevisions>(&[1, 4, 9, 11]);
}

/// Numbers events before they are visible, as a database sequence does: while several appends run, the event before
/// the last one is not there yet.
#[derive(Debug, Default)]
struct FillsGapsLater {
    running: AtomicUsize,
}

#[async_trait]
impl Fault for FillsGapsLater {
    async fn append(&self, store: &MemoryStore, append: Append) -> Result<Appended, StoreError> {
        self.running.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        let answer = store.append(append).await;
        tokio::task::yield_now().await;
        self.running.fetch_sub(1, Ordering::SeqCst);
        answer
    }

    fn read_all(&self, store: &MemoryStore, read: ReadAll) -> EventStream {
        let head = store.head().now_or_never().map(Result::unwrap).unwrap();
        let late = (self.running.load(Ordering::SeqCst) > 1).then(|| head.ordinal() - 1);
        let visible = move |event: &Result<RecordedEvent, StoreError>| {
            std::future::ready(
                event.as_ref().ok().map(|event| event.position.ordinal()) != late || late.is_none(),
            )
        };
        store.read_all(read).filter(visible).boxed()
    }
}

#[test]
fn gaps_that_fill_later_break_rules_5_and_12() {
    breaks::<FillsGapsLater>(&[5, 12]);
}

/// Reads from a position on, and not after it.
#[derive(Debug, Default)]
struct AfterIsInclusive;

impl Fault for AfterIsInclusive {
    fn read_all(&self, store: &MemoryStore, mut read: ReadAll) -> EventStream {
        read.after =
            read.after.map(|after| Position::new(after.history(), after.ordinal().saturating_sub(1)));
        store.read_all(read)
    }
}

#[test]
fn reading_from_instead_of_after_breaks_every_reader() {
    breaks::<AfterIsInclusive>(&[5, 6, 7, 12, 16]);
}

/// Takes the first events and turns them round, where the last are asked.
#[derive(Debug, Default)]
struct LimitsTheWrongEnd;

impl Fault for LimitsTheWrongEnd {
    fn read_stream(&self, store: &MemoryStore, mut read: ReadStream) -> EventStream {
        if read.direction == Direction::Forward {
            return store.read_stream(read);
        }
        read.direction = Direction::Forward;
        let mut events: Vec<_> = store.read_stream(read).collect().now_or_never().unwrap();
        events.reverse();
        stream::iter(events).boxed()
    }
}

#[test]
fn a_limit_at_the_wrong_end_breaks_rules_6_and_15() {
    breaks::<LimitsTheWrongEnd>(&[6, 15]);
}

/// Keeps payloads as JSON values, as a column of type `jsonb` does.
#[derive(Debug, Default)]
struct ReencodesJson;

#[async_trait]
impl Fault for ReencodesJson {
    async fn append(&self, store: &MemoryStore, mut append: Append) -> Result<Appended, StoreError> {
        for event in append.writes.iter_mut().flat_map(|write| &mut write.events) {
            if let Ok(value) = serde_json::from_slice::<serde_json::Value>(&event.data) {
                event.data = value.to_string().into();
            }
        }
        store.append(append).await
    }
}

#[test]
fn encoding_anew_breaks_rules_7_and_15() {
    breaks::<ReencodesJson>(&[7, 15]);
}

/// Ends its streams when the handle goes.
#[derive(Debug, Default)]
struct LendsItsData {
    handle: Arc<()>,
}

impl Fault for LendsItsData {
    fn read_streams(&self, store: &MemoryStore, read: ReadStreams) -> EventStream {
        let handle: Weak<()> = Arc::downgrade(&self.handle);
        store.read_streams(read).take_while(move |_| std::future::ready(handle.strong_count() > 0)).boxed()
    }
}

#[test]
fn streams_that_die_with_the_handle_break_rule_8() {
    breaks::<LendsItsData>(&[8]);
}

/// Is empty when it is opened again.
#[derive(Debug, Default)]
struct ForgetsEverything;

impl Fault for ForgetsEverything {
    fn reopen(store: Arc<dyn EventStore>) -> Arc<dyn EventStore> {
        let fault = Self;
        Arc::new(Mutant { store: MemoryStore::new(store.identity()), fault })
    }
}

#[test]
fn forgetting_breaks_rule_9() {
    breaks::<ForgetsEverything>(&[9]);
}

/// Leaves the first stream of a batch behind when the caller goes away in the middle of it.
#[derive(Debug, Default)]
struct WritesByHalves;

struct Half {
    store: MemoryStore,
    append: Option<Append>,
}

impl Drop for Half {
    fn drop(&mut self) {
        if let Some(mut half) = self.append.take() {
            half.key = other_key(half.key);
            half.writes.truncate(1);
            self.store.append(half).now_or_never();
        }
    }
}

#[async_trait]
impl Fault for WritesByHalves {
    async fn append(&self, store: &MemoryStore, append: Append) -> Result<Appended, StoreError> {
        let mut half = Half { store: store.clone(), append: Some(append.clone()) };
        tokio::task::yield_now().await;
        half.append = None;
        store.append(append).await
    }
}

#[test]
fn half_an_append_breaks_rule_10() {
    breaks::<WritesByHalves>(&[10]);
}

/// Takes each append for a new one.
#[derive(Debug, Default)]
struct ForgetsKeys {
    appends: AtomicUsize,
}

#[async_trait]
impl Fault for ForgetsKeys {
    async fn append(&self, store: &MemoryStore, mut append: Append) -> Result<Appended, StoreError> {
        for _ in 0..=self.appends.fetch_add(1, Ordering::SeqCst) % 7 {
            append.key = other_key(append.key);
        }
        store.append(append).await
    }
}

fn other_key(key: CommandKey) -> CommandKey {
    CommandKey::from_uuid(uuid::Uuid::from_u128(key.as_uuid().as_u128().wrapping_mul(3).wrapping_add(1)))
}

#[test]
fn forgetting_keys_breaks_the_rules_that_lean_on_them() {
    breaks::<ForgetsKeys>(&[9, 10, 11, 14]);
}

/// Wakes whoever waits when the next append comes, however much there is already.
#[derive(Debug, Default)]
struct MissesWakeUps;

#[async_trait]
impl Fault for MissesWakeUps {
    async fn appended_after(&self, store: &MemoryStore, position: Position) -> Result<(), StoreError> {
        store.identity().ordinal_of(position)?;
        store.appended_after(store.head().await?).await
    }
}

#[test]
fn a_missed_wake_up_breaks_rule_12() {
    breaks::<MissesWakeUps>(&[12]);
}

/// Tells a key that was used before as a passing disturbance.
#[derive(Debug, Default)]
struct CallsEverythingBusy;

#[async_trait]
impl Fault for CallsEverythingBusy {
    async fn append(&self, store: &MemoryStore, append: Append) -> Result<Appended, StoreError> {
        store.append(append).await.map_err(|error| match error {
            StoreError::KeyReused { .. } => StoreError::Busy,
            other => other,
        })
    }
}

#[test]
fn an_error_of_the_wrong_kind_breaks_its_rule_and_rule_14() {
    breaks::<CallsEverythingBusy>(&[11, 14]);
}

/// Chains with another hash function than it says.
#[derive(Debug, Default)]
struct NamesAnotherHash;

impl Fault for NamesAnotherHash {
    fn identity(&self, store: &MemoryStore) -> Identity {
        Identity { hash: HashAlgorithm::Sm3, ..store.identity() }
    }
}

#[test]
fn a_chain_of_another_hash_breaks_rules_9_and_15() {
    breaks::<NamesAnotherHash>(&[9, 15]);
}

/// Reads the position of another store as a place in its own history.
#[derive(Debug, Default)]
struct TrustsPositions;

impl Fault for TrustsPositions {
    fn read_all(&self, store: &MemoryStore, mut read: ReadAll) -> EventStream {
        let own = |position: Position| Position::new(store.identity().history, position.ordinal());
        (read.after, read.to) = (read.after.map(own), read.to.map(own));
        store.read_all(read)
    }
}

#[test]
fn trusting_positions_breaks_rules_14_and_16() {
    breaks::<TrustsPositions>(&[14, 16]);
}

/// Refuses what is exactly at a limit.
#[derive(Debug, Default)]
struct StopsShort;

#[async_trait]
impl Fault for StopsShort {
    async fn append(&self, store: &MemoryStore, append: Append) -> Result<Appended, StoreError> {
        let (limit, actual) = (Limit::EventsPerAppend, append.event_count());
        if actual == limit.max() {
            return Err(StoreError::TooLarge { limit, actual });
        }
        store.append(append).await
    }
}

#[test]
fn stopping_short_of_a_limit_breaks_rule_17() {
    breaks::<StopsShort>(&[17]);
}

/// Gives back one payload with one bit turned.
#[derive(Debug, Default)]
struct TurnsABit;

impl Fault for TurnsABit {
    fn read_streams(&self, store: &MemoryStore, read: ReadStreams) -> EventStream {
        let turned = store.read_streams(read).map(|event| {
            let mut event = event?;
            if event.revision.get() == 3 {
                let mut data = event.data.to_vec();
                data.iter_mut().take(1).for_each(|byte| *byte ^= 1);
                event.data = data.into();
            }
            Ok(event)
        });
        turned.boxed()
    }
}

/// The second half of rule 15, which no sound store can show: a changed byte is found and named.
#[tokio::test]
async fn a_turned_bit_is_found_and_named() {
    let store = Mutant::<TurnsABit>::new();
    let stream = StreamId::new("mediation/1").unwrap();
    let events = (0..5).map(|number| NewEvent {
        id: EventId::new(SystemClock.now(), &SystemEntropy),
        event_type: "Happened".parse().unwrap(),
        schema_version: 1,
        occurred_at: SystemClock.now(),
        recorded_at: SystemClock.now(),
        metadata: "{}".into(),
        data: format!("{{\"number\":{number}}}").into(),
    });
    let write =
        StreamWrite { stream: stream.clone(), expected: Expected::NoStream, events: events.collect() };
    let key = CommandKey::new(SystemClock.now(), &SystemEntropy);
    store.append(Append::new(key, vec![write])).await.unwrap();

    let found = verify_store(&store).await;
    let named: BTreeSet<_> =
        found.faults.iter().map(|fault| (fault.stream.clone(), fault.revision.map(|r| r.get()))).collect();
    assert_eq!(named, BTreeSet::from([(Some(stream), Some(3))]), "{:?}", found.faults);
    assert!(found.faults.iter().all(|fault| matches!(fault.kind, FaultKind::Digest)));
}
