//! A log of numbers.

use std::sync::Arc;

use anjuan::clock::{Clock, SystemClock, Timestamp};
use anjuan::event::{EventType, HashAlgorithm, NewEvent, RecordedEvent};
use anjuan::id::{CommandKey, EventId, StreamId, SystemEntropy};
use anjuan::store::{Append, EventStore, Expected, Identity, MemoryStore, StreamWrite};

pub(crate) fn store() -> Arc<dyn EventStore> {
    Arc::new(MemoryStore::new(Identity::new(SystemClock.now(), &SystemEntropy, HashAlgorithm::Sha256)))
}

pub(crate) fn stream(id: &str) -> StreamId {
    StreamId::new(id).unwrap()
}

pub(crate) fn event(event_type: &str, number: u64) -> NewEvent {
    NewEvent {
        id: EventId::new(SystemClock.now(), &SystemEntropy),
        event_type: EventType::new(event_type).unwrap(),
        schema_version: 1,
        occurred_at: SystemClock.now(),
        recorded_at: SystemClock.now(),
        metadata: "{}".into(),
        data: format!("{{\"amount\":{number}}}").into(),
    }
}

/// Appends numbers to one stream.
pub(crate) async fn put(store: &dyn EventStore, id: &str, numbers: impl IntoIterator<Item = u64>) {
    put_as(store, id, "Added", numbers).await;
}

pub(crate) async fn put_as(
    store: &dyn EventStore,
    id: &str,
    event_type: &str,
    numbers: impl IntoIterator<Item = u64>,
) {
    let events = numbers.into_iter().map(|number| event(event_type, number)).collect();
    let write = StreamWrite { stream: stream(id), expected: Expected::Any, events };
    let key = CommandKey::new(SystemClock.now(), &SystemEntropy);
    store.append(Append::new(key, vec![write])).await.unwrap();
}

/// Appends numbers that happened and were recorded at these moments, in microseconds.
pub(crate) async fn put_at(
    store: &dyn EventStore,
    id: &str,
    numbers: impl IntoIterator<Item = (i64, i64, u64)>,
) {
    let at = |micros| Timestamp::from_micros(micros).unwrap();
    let events = numbers.into_iter().map(|(occurred, recorded, number)| NewEvent {
        occurred_at: at(occurred),
        recorded_at: at(recorded),
        ..event("Added", number)
    });
    let write = StreamWrite { stream: stream(id), expected: Expected::Any, events: events.collect() };
    let key = CommandKey::new(SystemClock.now(), &SystemEntropy);
    store.append(Append::new(key, vec![write])).await.unwrap();
}

/// Many writers at once, each with a stream of its own and one that all share.
pub(crate) async fn write_together(store: &Arc<dyn EventStore>, writers: u64, rounds: u64) {
    let mut running = tokio::task::JoinSet::new();
    for writer in 0..writers {
        let store = Arc::clone(store);
        running.spawn(async move {
            for round in 0..rounds {
                put(&*store, &format!("own/{writer}"), [round]).await;
                put_as(&*store, "shared/all", "Seen", [writer]).await;
                tokio::task::yield_now().await;
            }
        });
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}

pub(crate) fn number(event: &RecordedEvent) -> u64 {
    serde_json::from_slice::<serde_json::Value>(&event.data).unwrap()["amount"].as_u64().unwrap()
}
