//! What the checks append. Everything has a name and follows from it alone, so that two stores can be given the
//! same.

use bytes::Bytes;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::event::{Digest, EventType, NewEvent};
use crate::id::{CommandKey, EventId, HistoryId, StreamId};
use crate::store::{Append, Expected, StreamWrite};

/// 2026-01-01T00:00:00Z.
const NEW_YEAR_MILLIS: u64 = 1_767_225_600_000;

pub(super) fn stream(key: &str) -> StreamId {
    stream_in("conformance", key)
}

pub(super) fn stream_in(category: &str, key: &str) -> StreamId {
    StreamId::of(category, key).expect("the stream ids of the suite are well formed")
}

pub(super) fn event_type(name: &str) -> EventType {
    EventType::new(name).expect("the event types of the suite are well formed")
}

pub(super) fn key(name: &str) -> CommandKey {
    CommandKey::from_uuid(uuid("key", name))
}

pub(super) fn named_history(name: &str) -> HistoryId {
    HistoryId::from_uuid(uuid("history", name))
}

pub(super) fn digest(name: &str) -> Digest {
    Digest::of_parts([b"digest", name.as_bytes()])
}

pub(super) fn event(name: &str) -> NewEvent {
    NewEvent {
        id: EventId::from_uuid(uuid("event", name)),
        event_type: event_type("Happened"),
        schema_version: 1,
        occurred_at: moment(0),
        recorded_at: moment(1),
        metadata: Bytes::from_static(b"{}"),
        data: Bytes::from(format!(r#"{{"name":"{name}"}}"#)),
    }
}

/// The events `name 1`, `name 2` …
pub(super) fn events(name: &str, count: usize) -> Vec<NewEvent> {
    (1..=count).map(|number| event(&format!("{name} {number}"))).collect()
}

/// An event with this payload.
pub(super) fn event_with(name: &str, data: impl Into<Bytes>) -> NewEvent {
    NewEvent { data: data.into(), ..event(name) }
}

/// The moment so many microseconds into the year 2026.
pub(super) fn moment(micros: i64) -> Timestamp {
    let new_year = i64::try_from(NEW_YEAR_MILLIS).unwrap_or_default() * 1_000;
    Timestamp::from_micros(new_year + micros).expect("the moments of the suite lie near the year 2026")
}

pub(super) fn write(stream: &StreamId, expected: Expected, events: Vec<NewEvent>) -> StreamWrite {
    StreamWrite { stream: stream.clone(), expected, events }
}

/// An append under the key of this name.
pub(super) fn request(name: &str, writes: impl Into<Vec<StreamWrite>>) -> Append {
    Append::new(key(name), writes.into())
}

fn uuid(kind: &str, name: &str) -> Uuid {
    let digest = Digest::of_parts([kind.as_bytes(), name.as_bytes()]);
    let mut random = [0; 10];
    random.iter_mut().zip(digest.as_bytes()).for_each(|(to, from)| *to = *from);
    uuid::Builder::from_unix_timestamp_millis(NEW_YEAR_MILLIS, &random).into_uuid()
}
