//! What happened: an event before and after it is recorded, its metadata, its typed form and its hash chain.

mod chain;
mod codec;
mod metadata;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::clock::Timestamp;
use crate::id::{EventId, InvalidId, Position, Revision, StreamId};

pub use chain::{ChainHead, Digest, HashAlgorithm, InvalidDigest};
#[doc(hidden)]
pub use codec::expansion;
pub use codec::{Codec, DecodeError, DecodeReason, EncodeError, EventSet, UpcastError, Upcasted};
pub use metadata::{Actor, Metadata};

/// The name of what happened, in the past tense (`MediationAccepted`).
///
/// 1 to 64 bytes of ASCII letters, digits and `_`, a letter first. It lies in the envelope, so that a payload is
/// decoded straight into the right type and a reader that does not want a type never decodes it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventType(Arc<str>);

impl EventType {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 64;

    /// Checks a name.
    ///
    /// # Errors
    /// Empty, too long, no letter first, or a byte outside the set.
    pub fn new(text: &str) -> Result<Self, InvalidId> {
        let well_formed = text.len() <= Self::MAX_BYTES
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if well_formed {
            Ok(Self(text.into()))
        } else {
            Err(InvalidId::new("event type", "not 1 to 64 ASCII letters, digits and _ with a letter first"))
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl std::str::FromStr for EventType {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

/// An event that is about to be appended.
///
/// `data` and `metadata` are exact bytes, compact JSON by convention. No store re-encodes them, because the hash
/// chain covers them. An event carries two times, and both are the caller's: a store that stamped its own time
/// could not take over the history of another.
#[derive(Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The name of the event for ever; a copy in another store keeps it.
    pub id: EventId,
    /// What happened.
    pub event_type: EventType,
    /// The version of the payload's schema, at least 1.
    pub schema_version: u32,
    /// When it happened; deadlines run from here.
    pub occurred_at: Timestamp,
    /// When it was learnt; "as known on" asks for this.
    pub recorded_at: Timestamp,
    /// Who, how and why, without any personal data; see [`Metadata`].
    pub metadata: Bytes,
    /// The payload.
    pub data: Bytes,
}

/// An event as a store keeps it: a [`NewEvent`] with its place and its link in the hash chain.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// The place in the global order of this store.
    pub position: Position,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// The place in its stream: 1, 2, 3 … without a gap.
    pub revision: Revision,
    /// The name of the event for ever.
    pub id: EventId,
    /// What happened.
    pub event_type: EventType,
    /// The version of the payload's schema.
    pub schema_version: u32,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it was learnt.
    pub recorded_at: Timestamp,
    /// The metadata, byte for byte as appended.
    pub metadata: Bytes,
    /// The payload, byte for byte as appended.
    pub data: Bytes,
    /// The link in the chain of its stream: a hash over the link before it and every field but the position.
    pub digest: Digest,
}

impl RecordedEvent {
    /// Decodes the metadata.
    ///
    /// # Errors
    /// The bytes are not the JSON of a [`Metadata`]; the error names stream, revision and type.
    pub fn decode_metadata(&self) -> Result<Metadata, DecodeError> {
        serde_json::from_slice(&self.metadata)
            .map_err(|source| DecodeError::of(self, DecodeReason::Metadata(source)))
    }

    /// The same event without its place, as it would be appended to another store.
    #[must_use]
    pub fn to_new(&self) -> NewEvent {
        NewEvent {
            id: self.id,
            event_type: self.event_type.clone(),
            schema_version: self.schema_version,
            occurred_at: self.occurred_at,
            recorded_at: self.recorded_at,
            metadata: self.metadata.clone(),
            data: self.data.clone(),
        }
    }
}

/// Payloads are shown by their length: they may hold what is nobody's business in a log file.
impl fmt::Debug for NewEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewEvent")
            .field("id", &self.id)
            .field("event_type", &self.event_type)
            .field("schema_version", &self.schema_version)
            .field("occurred_at", &self.occurred_at)
            .field("recorded_at", &self.recorded_at)
            .field("metadata", &byte_count(&self.metadata))
            .field("data", &byte_count(&self.data))
            .finish()
    }
}

/// Payloads are shown by their length, as in [`NewEvent`].
impl fmt::Debug for RecordedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedEvent")
            .field("position", &self.position)
            .field("stream", &self.stream)
            .field("revision", &self.revision)
            .field("id", &self.id)
            .field("event_type", &self.event_type)
            .field("schema_version", &self.schema_version)
            .field("occurred_at", &self.occurred_at)
            .field("recorded_at", &self.recorded_at)
            .field("metadata", &byte_count(&self.metadata))
            .field("data", &byte_count(&self.data))
            .field("digest", &self.digest)
            .finish()
    }
}

fn byte_count(bytes: &Bytes) -> Cow<'static, str> {
    format!("{} bytes", bytes.len()).into()
}
