//! The generic half in use: a small machine of its own (a counter that must not pass ten) over the memory store.
//!
//! It knows no law, and neither does what it tests: typed events and their old schemas, replay, and carrying out
//! commands against a store in which somebody else is always faster.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::sync::atomic::{AtomicUsize, Ordering};

use anjuan::clock::Timestamp;
use anjuan::decider::{Decider, Misplaced};
use anjuan::event::{
    Actor, Codec, DecodeReason, Digest, EventType, HashAlgorithm, Metadata, NewEvent, RecordedEvent, Upcasted,
};
use anjuan::execute::{ATTEMPTS, ExecuteError, Executed, Loader, OneStream, Stamp, execute};
use anjuan::id::{ActorId, Code, CommandKey, CorrelationId, EventId, Position, StreamId, SystemEntropy};
use anjuan::replay::{ReplayError, replay};
use anjuan::store::{
    Append, Appended, EventStore, EventStoreExt, EventStream, Expected, Identity, MemoryStore, ReadAll,
    ReadStream, ReadStreams, StoreError, StreamWrite, verify_store,
};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Added {
    amount: u32,
}

anjuan::event_set! {
    /// What happens to a counter. `Added` counted in dozens once, and was called `Raised` before that.
    #[derive(Debug, Clone, PartialEq)]
    enum CounterEvent {
        /// Something was added.
        Added(Added) = 3,
    }
}

fn codec() -> Codec<CounterEvent> {
    Codec::new()
        .upcast("Raised", 1, |data| Ok(Upcasted { event_type: "Added".into(), schema_version: 2, data }))
        .upcast("Added", 2, |data| {
            let dozens = data["dozens"].as_u64().ok_or(anjuan::event::UpcastError("no dozens".into()))?;
            let data = json!({ "amount": dozens * 12 });
            Ok(Upcasted { event_type: "Added".into(), schema_version: 3, data })
        })
        .upcast("Turning", 1, |data| Ok(Upcasted { event_type: "Round".into(), schema_version: 1, data }))
        .upcast("Round", 1, |data| Ok(Upcasted { event_type: "Turning".into(), schema_version: 1, data }))
}

struct Counter;

impl Decider for Counter {
    type State = u32;
    type Command = u32;
    type Event = CounterEvent;
    type Context = ();
    type Refusal = String;

    fn initial() -> u32 {
        0
    }

    fn decide(state: &u32, command: &u32, (): &()) -> Result<Vec<CounterEvent>, String> {
        if state + command > 10 {
            return Err(format!("{state} + {command} is over ten"));
        }
        Ok(vec![CounterEvent::Added(Added { amount: *command })])
    }

    fn evolve(state: u32, event: &CounterEvent, _: Timestamp) -> Result<u32, Misplaced> {
        let CounterEvent::Added(added) = event;
        state.checked_add(added.amount).ok_or(Misplaced { event: "Added", state: "full" })
    }
}

fn now() -> Timestamp {
    "2026-06-26T09:00:00+08:00".parse().unwrap()
}

fn stream() -> StreamId {
    StreamId::new("counter/1").unwrap()
}

fn memory() -> MemoryStore {
    MemoryStore::new(Identity::new(now(), &SystemEntropy, HashAlgorithm::Sha256))
}

fn key(number: u128) -> CommandKey {
    CommandKey::from_uuid(Uuid::from_u128(number))
}

fn metadata(key: CommandKey) -> Metadata {
    Metadata {
        command: key,
        correlation: CorrelationId::from_uuid(Uuid::nil()),
        causation: None,
        actor: Actor {
            id: ActorId::from_uuid(Uuid::nil()),
            role: Code::new("CLERK").unwrap(),
            office: Code::new("CN").unwrap(),
        },
        on_behalf_of: None,
        channel: None,
        device: None,
        rules: None,
        late: None,
    }
}

fn event(event_type: &str, schema_version: u32, data: &str) -> NewEvent {
    NewEvent {
        id: EventId::new(now(), &SystemEntropy),
        event_type: EventType::new(event_type).unwrap(),
        schema_version,
        occurred_at: now(),
        recorded_at: now(),
        metadata: metadata(key(0)).encode(),
        data: data.to_owned().into(),
    }
}

async fn append(store: &dyn EventStore, number: u128, events: Vec<NewEvent>) -> Appended {
    let write = StreamWrite { stream: stream(), expected: Expected::Any, events };
    store.append(Append::new(key(number), vec![write])).await.unwrap()
}

async fn recorded(event: NewEvent) -> RecordedEvent {
    let store = memory();
    append(&store, 1, vec![event]).await;
    store.stream_events(&stream()).await.unwrap().remove(0)
}

type Outcome = Result<Executed<anjuan::replay::Replayed<u32>>, ExecuteError<String>>;

async fn add(store: &dyn EventStore, number: u128, amount: u32) -> Outcome {
    let (codec, metadata) = (codec(), metadata(key(number)));
    let stamp = Stamp {
        occurred_at: now(),
        recorded_at: now(),
        metadata: metadata.encode(),
        entropy: &SystemEntropy,
    };
    let content = Digest::of_parts([amount.to_be_bytes().as_slice()]);
    let attempt =
        OneStream::<Counter> { loader: Loader::new(stream(), &codec), command: &amount, context: &(), stamp };
    execute(store, key(number), content, attempt).await
}

async fn total(store: &dyn EventStore) -> u32 {
    replay::<Counter>(&codec(), store.read_stream(ReadStream::all(stream()))).await.unwrap().state
}

// Typed events.

#[tokio::test]
async fn old_schemas_are_read_as_the_present_one() {
    for (name, version, data) in
        [("Added", 3, r#"{"amount":24}"#), ("Added", 2, r#"{"dozens":2}"#), ("Raised", 1, r#"{"dozens":2}"#)]
    {
        let decoded = codec().decode(&recorded(event(name, version, data)).await).unwrap();
        assert_eq!(decoded, CounterEvent::Added(Added { amount: 24 }), "{name} {version}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_named_and_never_skipped() {
    type Check = fn(&DecodeReason) -> bool;
    let cases: [(&str, u32, &str, Check); 6] = [
        ("Opened", 1, "{}", |reason| matches!(reason, DecodeReason::UnknownType)),
        ("Added", 4, "{}", |reason| matches!(reason, DecodeReason::NewerVersion { known: 3 })),
        ("Added", 1, "{}", |reason| matches!(reason, DecodeReason::NoUpcast { from: 1 })),
        ("Added", 2, "{}", |reason| matches!(reason, DecodeReason::Upcast { from: 2, .. })),
        ("Added", 3, "not json", |reason| matches!(reason, DecodeReason::Payload(_))),
        // A circle of renamings ends in an error, not in a loop.
        ("Turning", 1, "{}", |reason| matches!(reason, DecodeReason::NoUpcast { .. })),
    ];
    for (name, version, data, expected) in cases {
        let error = codec().decode(&recorded(event(name, version, data)).await).unwrap_err();
        assert!(expected(&error.reason), "{name} {version}: {error:?}");
        assert_eq!(
            error.to_string(),
            format!("cannot decode counter/1 revision 1: {name} version {version}")
        );
    }
}

#[tokio::test]
async fn metadata_that_do_not_fit_are_an_error_too() {
    let spoilt = NewEvent { metadata: "{}".into(), ..event("Added", 3, r#"{"amount":1}"#) };
    let error = recorded(spoilt).await.decode_metadata().unwrap_err();
    assert!(matches!(error.reason, DecodeReason::Metadata(_)));
    let fitting = recorded(event("Added", 3, "{}")).await;
    assert_eq!(fitting.decode_metadata().unwrap(), metadata(key(0)));
}

// Replay.

#[tokio::test]
async fn replay_stops_at_the_event_that_does_not_fit_and_names_it() {
    let store = memory();
    let full = format!(r#"{{"amount":{}}}"#, u32::MAX);
    append(&store, 1, vec![event("Added", 3, &full), event("Added", 3, r#"{"amount":1}"#)]).await;
    let error = replay::<Counter>(&codec(), store.read_stream(ReadStream::all(stream()))).await.unwrap_err();
    assert!(matches!(error, ReplayError::Misplaced { revision, .. } if revision.get() == 2));
    assert_eq!(error.to_string(), "cannot apply counter/1 revision 2: Added");
}

#[tokio::test]
async fn replay_notices_a_gap() {
    let store = memory();
    append(&store, 1, vec![event("Added", 3, r#"{"amount":1}"#); 3]).await;
    let backwards = store.read_stream(ReadStream::all(stream()).backward());
    let error = replay::<Counter>(&codec(), backwards).await.unwrap_err();
    assert_eq!(error.to_string(), "counter/1 has revision 3 where 1 belongs");
}

// Carrying out.

#[tokio::test]
async fn a_command_is_carried_out_once_for_its_key() {
    let store = memory();
    assert!(matches!(add(&store, 1, 6).await, Ok(Executed::Now(..))));
    // Decided anew it would be refused: six and six are twelve. It was carried out already, and says so.
    assert!(matches!(add(&store, 1, 6).await, Ok(Executed::Before(_))));
    assert!(matches!(add(&store, 1, 7).await, Err(ExecuteError::Store(StoreError::KeyReused { .. }))));
    assert!(matches!(add(&store, 2, 6).await, Err(ExecuteError::Refused(_))));
    assert_eq!(total(&store).await, 6);
    assert!(verify_store(&store).await.is_sound());
}

#[tokio::test]
async fn a_command_that_loses_is_decided_anew_against_what_the_winner_did() {
    let store = Rival::new(2);
    let carried_out = add(&store, 1, 5).await.unwrap();
    let Executed::Now(_, decided_on) = carried_out else { panic!("{carried_out:?}") };
    assert_eq!((decided_on.state, total(&store.inner).await), (2, 7));
    assert_eq!(store.stream_reads.load(Ordering::Relaxed), 1, "the conflicts carried what was missing");
}

#[tokio::test]
async fn a_command_that_loses_may_be_refused_by_what_the_winner_did() {
    let store = Rival::new(3);
    assert!(matches!(add(&store, 1, 8).await, Err(ExecuteError::Refused(_))));
    assert_eq!(total(&store.inner).await, 3);
}

#[tokio::test]
async fn a_command_that_always_loses_gives_up_with_the_conflict() {
    let store = Rival { amount: 0, ..Rival::new(usize::MAX) };
    let error = add(&store, 1, 1).await.unwrap_err();
    assert!(matches!(error, ExecuteError::Store(StoreError::Conflict(_))), "{error}");
    assert_eq!(store.appends.load(Ordering::Relaxed), ATTEMPTS);
}

/// Only the law of a decider can say whether a late entry is let in.
#[tokio::test]
async fn what_happened_before_is_not_carried_out_on_one_stream() {
    let store = memory();
    let later =
        NewEvent { occurred_at: now().plus_micros(1).unwrap(), ..event("Added", 3, r#"{"amount":1}"#) };
    append(&store, 1, vec![later]).await;
    let error = add(&store, 2, 1).await.unwrap_err();
    assert!(matches!(error, ExecuteError::Late { occurred_at } if occurred_at == now()), "{error}");
    assert_eq!(total(&store).await, 1);
}

/// A store in which somebody adds to the counter just before each of the first appends arrives.
#[derive(Debug)]
struct Rival {
    inner: MemoryStore,
    rounds: usize,
    amount: u32,
    appends: AtomicUsize,
    stream_reads: AtomicUsize,
}

impl Rival {
    fn new(rounds: usize) -> Self {
        let (appends, stream_reads) = Default::default();
        Self { inner: memory(), rounds, amount: 1, appends, stream_reads }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl EventStore for Rival {
    fn identity(&self) -> Identity {
        self.inner.identity()
    }

    async fn append(&self, request: Append) -> Result<Appended, StoreError> {
        let round = self.appends.fetch_add(1, Ordering::Relaxed);
        if round < self.rounds {
            let data = format!(r#"{{"amount":{}}}"#, self.amount);
            append(&self.inner, 1_000_000 + round as u128, vec![event("Added", 3, &data)]).await;
        }
        self.inner.append(request).await
    }

    async fn find_append(&self, key: CommandKey) -> Result<Option<Appended>, StoreError> {
        self.inner.find_append(key).await
    }

    fn read_stream(&self, read: ReadStream) -> EventStream {
        self.stream_reads.fetch_add(1, Ordering::Relaxed);
        self.inner.read_stream(read)
    }

    fn read_all(&self, read: ReadAll) -> EventStream {
        self.inner.read_all(read)
    }

    fn read_streams(&self, read: ReadStreams) -> EventStream {
        self.inner.read_streams(read)
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.inner.head().await
    }

    async fn appended_after(&self, position: Position) -> Result<(), StoreError> {
        self.inner.appended_after(position).await
    }
}
