//! What is asked of an append, and what it answers.

use super::StoreError;
use crate::event::{Digest, NewEvent};
use crate::id::{CommandKey, Position, Revision, StreamId};

/// Events for one or several streams, to be stored entirely or not at all.
#[derive(Debug, Clone)]
pub struct Append {
    /// The intention behind it; the same key never appends twice.
    pub key: CommandKey,
    /// What tells the same request from another one under the same key.
    ///
    /// [`Append::new`] takes the content of the writes, less the ids and recording times of the events, which differ
    /// when a decision is taken again. Whoever has the command itself uses a digest of that.
    pub content: Digest,
    /// The streams, each at most once.
    pub writes: Vec<StreamWrite>,
}

impl Append {
    /// An append whose content is that of its writes.
    #[must_use]
    pub fn new(key: CommandKey, writes: Vec<StreamWrite>) -> Self {
        Self { key, content: content_of(&writes), writes }
    }

    /// How many events it holds.
    #[must_use]
    pub fn event_count(&self) -> usize {
        self.writes.iter().map(|write| write.events.len()).sum()
    }
}

fn content_of(writes: &[StreamWrite]) -> Digest {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for write in writes {
        parts.push(write.stream.as_str().into());
        parts.push(write.events.len().to_be_bytes().into());
        for event in &write.events {
            parts.push(event.event_type.as_str().into());
            parts.push(event.schema_version.to_be_bytes().into());
            parts.push(event.occurred_at.as_micros().to_be_bytes().into());
            parts.push(event.metadata.to_vec());
            parts.push(event.data.to_vec());
        }
    }
    Digest::of_parts(parts.iter().map(Vec::as_slice))
}

/// Events for one stream, and what the stream is expected to be.
///
/// Without events it is a check: a stream that a decision looked at and did not write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamWrite {
    /// The stream.
    pub stream: StreamId,
    /// What it must be for the append to hold.
    pub expected: Expected,
    /// The events, in order.
    pub events: Vec<NewEvent>,
}

/// What a stream is expected to be when an append reaches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Anything.
    Any,
    /// Without events.
    NoStream,
    /// With at least one event.
    Exists,
    /// With exactly this last revision.
    Exactly(Revision),
}

impl Expected {
    /// The expectation that a stream is still as it was read: `None` is an empty one.
    #[must_use]
    pub const fn at(head: Option<Revision>) -> Self {
        match head {
            Some(revision) => Self::Exactly(revision),
            None => Self::NoStream,
        }
    }

    /// Whether a stream with this last revision is as expected.
    #[must_use]
    pub fn admits(self, actual: Option<Revision>) -> bool {
        match self {
            Self::Any => true,
            Self::NoStream => actual.is_none(),
            Self::Exists => actual.is_some(),
            Self::Exactly(revision) => actual == Some(revision),
        }
    }
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Any => f.write_str("anything"),
            Self::NoStream => f.write_str("no stream"),
            Self::Exists => f.write_str("a stream"),
            Self::Exactly(revision) => write!(f, "revision {revision}"),
        }
    }
}

/// What an append did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The position of its last event, or the head if it had none: reading up to here shows what was written.
    pub position: Position,
    /// The streams that got events, in the order of the append.
    pub streams: Vec<AppendedTo>,
    /// The content under which the key is remembered.
    pub content: Digest,
    /// Whether this is the answer to an earlier append with the same key, and nothing was written now.
    pub repeated: bool,
}

impl Appended {
    /// For stores: what to answer when the key of `append` is already known by this first answer (rule 11).
    ///
    /// # Errors
    /// [`StoreError::KeyReused`]: the content is another.
    pub fn repeat(&self, append: &Append) -> Result<Self, StoreError> {
        if self.content == append.content {
            Ok(Self { repeated: true, ..self.clone() })
        } else {
            Err(StoreError::KeyReused { key: append.key })
        }
    }
}

/// What an append did to one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendedTo {
    /// The stream.
    pub stream: StreamId,
    /// The revision of the first event that was appended.
    pub first: Revision,
    /// The revision of the last.
    pub last: Revision,
}

/// The limits that every store keeps (rule 17).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// At most 1,000 events in one append.
    EventsPerAppend,
    /// At most 100 streams in one append.
    StreamsPerAppend,
    /// At most one mebibyte of payload in one event.
    DataBytes,
    /// At most 64 kibibytes of metadata in one event.
    MetadataBytes,
    /// At most 8 mebibytes of payload and metadata in one append.
    BytesPerAppend,
}

impl Limit {
    /// The greatest value allowed.
    #[must_use]
    pub const fn max(self) -> usize {
        match self {
            Self::EventsPerAppend => 1_000,
            Self::StreamsPerAppend => 100,
            Self::DataBytes => 1 << 20,
            Self::MetadataBytes => 64 << 10,
            Self::BytesPerAppend => 8 << 20,
        }
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::EventsPerAppend => "events in one append",
            Self::StreamsPerAppend => "streams in one append",
            Self::DataBytes => "bytes of payload in one event",
            Self::MetadataBytes => "bytes of metadata in one event",
            Self::BytesPerAppend => "bytes in one append",
        })
    }
}
