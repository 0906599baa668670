//! The lines of a backup, and the events in them.

use std::fmt::Display;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;

use super::LineFault;
use crate::clock::Timestamp;
use crate::event::{Digest, EventType, HashAlgorithm, RecordedEvent};
use crate::id::{Entropy, EventId, HistoryId, Position, Revision, StoreId, StreamId};
use crate::store::Identity;

/// The first line of a backup: where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The number of the format.
    pub format: u32,
    /// The store that was written.
    pub store: StoreId,
    /// The history that it held.
    pub history: HistoryId,
    /// The hash function of its chains, and of the digests of the file.
    pub hash: HashAlgorithm,
    /// Its head when the backup was begun.
    pub head: Position,
}

impl Header {
    /// The newest format, and the only one so far.
    pub const FORMAT: u32 = 1;

    pub(super) const fn of(identity: Identity, head: Position) -> Self {
        let Identity { store, history, hash } = identity;
        Self { format: Self::FORMAT, store, history, hash, head }
    }

    /// The identity for a store into which this backup is restored: the same store with the same hash function, and a new
    /// history. Positions and checkpoints of the old one are refused there.
    #[must_use]
    pub fn restored(&self, now: Timestamp, entropy: &dyn Entropy) -> Identity {
        Identity { store: self.store, history: HistoryId::new(now, entropy), hash: self.hash }
    }
}

/// The header line. The digest is absent while it is computed.
#[derive(Serialize, Deserialize)]
pub(super) struct HeaderLine {
    pub(super) backup: SignedHeader,
}

#[derive(Serialize, Deserialize)]
pub(super) struct SignedHeader {
    pub(super) format: u32,
    pub(super) store: StoreId,
    pub(super) history: HistoryId,
    pub(super) hash: HashAlgorithm,
    pub(super) head: Position,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) digest: Option<Digest>,
}

impl SignedHeader {
    pub(super) const fn of(header: &Header, digest: Option<Digest>) -> Self {
        let Header { format, store, history, hash, head } = *header;
        Self { format, store, history, hash, head, digest }
    }

    pub(super) const fn into_header(self) -> Header {
        let Self { format, store, history, hash, head, digest: _ } = self;
        Header { format, store, history, hash, head }
    }
}

/// What every format says of itself.
#[derive(Deserialize)]
pub(super) struct AnyHeaderLine {
    pub(super) backup: AnyHeader,
}

#[derive(Deserialize)]
pub(super) struct AnyHeader {
    pub(super) format: u32,
}

/// Every other line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Line<'a> {
    Append(AppendLine),
    #[serde(borrow)]
    Event(Box<EventLine<'a>>),
    End(EndLine),
}

/// The events that follow were written together.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AppendLine {
    pub(super) events: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) content: Option<Digest>,
    pub(super) before: Digest,
}

/// Nothing follows.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndLine {
    pub(super) events: u64,
    pub(super) header: Digest,
    pub(super) before: Digest,
}

/// An event.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventLine<'a> {
    stream: StreamId,
    revision: Revision,
    id: EventId,
    #[serde(rename = "type", serialize_with = "to_text", deserialize_with = "from_text")]
    event_type: EventType,
    schema_version: u32,
    occurred_at: Timestamp,
    recorded_at: Timestamp,
    #[serde(borrow, default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a RawValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metadata_base64: Option<String>,
    #[serde(borrow, default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data_base64: Option<String>,
    digest: Digest,
}

impl<'a> EventLine<'a> {
    pub(super) fn of(event: &'a RecordedEvent) -> Self {
        let (metadata, metadata_base64) = split(&event.metadata);
        let (data, data_base64) = split(&event.data);
        Self {
            stream: event.stream.clone(),
            revision: event.revision,
            id: event.id,
            event_type: event.event_type.clone(),
            schema_version: event.schema_version,
            occurred_at: event.occurred_at,
            recorded_at: event.recorded_at,
            metadata,
            metadata_base64,
            data,
            data_base64,
            digest: event.digest,
        }
    }

    /// The event, at this place of the order.
    ///
    /// # Errors
    /// Its bytes are missing, twice there, or not in base64.
    pub(super) fn into_event(self, position: Position) -> Result<RecordedEvent, LineFault> {
        let metadata = join(self.metadata, self.metadata_base64).ok_or(LineFault::Bytes("metadata"))?;
        let data = join(self.data, self.data_base64).ok_or(LineFault::Bytes("data"))?;
        Ok(RecordedEvent {
            position,
            stream: self.stream,
            revision: self.revision,
            id: self.id,
            event_type: self.event_type,
            schema_version: self.schema_version,
            occurred_at: self.occurred_at,
            recorded_at: self.recorded_at,
            metadata,
            data,
            digest: self.digest,
        })
    }
}

/// Bytes as they are, if they can stand in a line as JSON and come back unchanged; else in base64.
fn split(bytes: &Bytes) -> (Option<&RawValue>, Option<String>) {
    let is_one_line = !bytes.iter().any(|byte| matches!(byte, b'\n' | b'\r'));
    let raw = serde_json::from_slice::<&RawValue>(bytes).ok();
    // White space around a value is no part of it.
    match raw.filter(|raw| is_one_line && raw.get().len() == bytes.len()) {
        Some(raw) => (Some(raw), None),
        None => (None, Some(STANDARD.encode(bytes))),
    }
}

fn join(raw: Option<&RawValue>, base64: Option<String>) -> Option<Bytes> {
    match (raw, base64) {
        (Some(raw), None) => Some(Bytes::copy_from_slice(raw.get().as_bytes())),
        (None, Some(text)) => STANDARD.decode(text).ok().map(Bytes::from),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

/// A field that is there, even if it is `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

fn to_text<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn from_text<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
}
