//! Stores that write rightly, and show something else.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use anjuan::clock::{Clock, SystemClock};
use anjuan::event::{HashAlgorithm, NewEvent, RecordedEvent};
use anjuan::id::{CommandKey, EventId, Position, StreamId, SystemEntropy};
use anjuan::store::{
    Append, Appended, Direction, EventStore, EventStream, Expected, FaultKind, Identity, MemoryStore,
    ReadAll, ReadStream, ReadStreams, StoreError, StreamWrite, verify_store,
};
use async_trait::async_trait;
use futures_util::{FutureExt, StreamExt, stream};

use super::{Fault, Mutant, breaks};

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
        let head = store.head().now_or_never().and_then(Result::ok).expect("memory does not wait");
        let is_gap = self.running.load(Ordering::SeqCst) > 1;
        let late = head.ordinal().checked_sub(1).filter(|_| is_gap);
        let visible = move |event: &Result<RecordedEvent, StoreError>| {
            let is_late = event.as_ref().is_ok_and(|event| Some(event.position.ordinal()) == late);
            std::future::ready(!is_late)
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
        let mut events: Vec<_> =
            store.read_stream(read).collect().now_or_never().expect("memory does not wait");
        events.reverse();
        stream::iter(events).boxed()
    }
}

#[test]
fn a_limit_at_the_wrong_end_breaks_rules_6_and_15() {
    breaks::<LimitsTheWrongEnd>(&[6, 15]);
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
