//! A block: consecutive events of one stream out of one append, stored as one value.
//!
//! sled's cost lies in the number of keys, so events travel together. The first revision and the stream are in the
//! key, the positions follow from the first.
//!
//! ```text
//! body  = u64(ordinal of the first event) ‖ u32(number of events) ‖ event …
//! event = id ‖ digest ‖ u8 L(type) ‖ u32(schema version) ‖ i64(occurred at) ‖ i64(recorded at)
//!         ‖ u32 L(metadata) ‖ u32 L(data)
//! ```

use anjuan::clock::Timestamp;
use anjuan::event::{Digest, RecordedEvent};
use anjuan::id::{EventId, HistoryId, Position, Revision, StreamId};
use anjuan::store::{Planned, StoreError};

use crate::pool::Pool;
use crate::record::{Damage, Fields, count_u32, put_text};

/// How many bytes of payload and metadata go into one block; one greater event is a block of its own.
///
/// sled keeps up to 16 values in a page, and writes a page of more than 128 KiB to a file of its own, which costs a
/// file and a sync. Blocks of this size stay below that.
const BLOCK_BYTES: usize = 6 << 10;

/// Events that lie side by side, read one after the other.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) stream: StreamId,
    /// The revision of its first event.
    pub(crate) first: Revision,
    history: HistoryId,
    /// The ordinal of its first event; those of the others follow.
    pub(crate) first_ordinal: u64,
    /// How many events it has, and how many of them were read.
    count: u64,
    read: u64,
    fields: Fields,
}

/// Cuts the events of an append where a new block begins.
pub(crate) fn cut(events: &[Planned]) -> impl Iterator<Item = &[Planned]> {
    let mut bytes = 0;
    events.chunk_by(move |last, next| {
        bytes += weight(last);
        let together = last.stream == next.stream && bytes + weight(next) <= BLOCK_BYTES;
        if !together {
            bytes = 0;
        }
        together
    })
}

fn weight(planned: &Planned) -> usize {
    planned.event.data.len() + planned.event.metadata.len()
}

/// The body of a block whose first event has this ordinal.
pub(crate) fn encode(first_ordinal: u64, events: &[Planned]) -> Vec<u8> {
    let mut body = Vec::with_capacity(12 + events.iter().map(|event| 160 + weight(event)).sum::<usize>());
    body.extend_from_slice(&first_ordinal.to_be_bytes());
    body.extend_from_slice(&count_u32(events.len()).to_be_bytes());
    for Planned { head, event, .. } in events {
        body.extend_from_slice(event.id.as_uuid().as_bytes());
        body.extend_from_slice(head.digest.as_bytes());
        put_text(&mut body, event.event_type.as_str());
        body.extend_from_slice(&event.schema_version.to_be_bytes());
        body.extend_from_slice(&event.occurred_at.as_micros().to_be_bytes());
        body.extend_from_slice(&event.recorded_at.as_micros().to_be_bytes());
        for bytes in [&event.metadata, &event.data] {
            body.extend_from_slice(&count_u32(bytes.len()).to_be_bytes());
            body.extend_from_slice(bytes);
        }
    }
    body
}

impl Block {
    /// The block with this body, whose first event has the revision `first`.
    pub(crate) fn new(
        history: HistoryId,
        stream: StreamId,
        first: Revision,
        mut fields: Fields,
    ) -> Result<Self, Damage> {
        let first_ordinal = fields.u64()?;
        let count = u64::from(fields.u32()?);
        if count == 0 {
            return Err(Damage::Content("it is without events"));
        }
        // Neither may run past the end of the numbers, so that adding to them is safe from here on.
        if first_ordinal.checked_add(count).is_none() || first.get().checked_add(count).is_none() {
            return Err(Damage::Content("its numbers are out of range"));
        }
        Ok(Self { stream, first, history, first_ordinal, count, read: 0, fields })
    }

    /// The next event; `None` at the end.
    pub(crate) fn next(&mut self, pool: &mut Pool) -> Result<Option<RecordedEvent>, StoreError> {
        if self.read == self.count {
            return Ok(None);
        }
        let revision = Revision::new(self.first.get() + self.read).unwrap_or(self.first);
        let decoded = self.decode(revision, pool);
        self.read += 1;
        decoded.map(Some).map_err(|damage| damage.at(format_args!("{} revision {revision}", self.stream)))
    }

    /// The events that were not read yet.
    pub(crate) fn rest(mut self, pool: &mut Pool) -> Result<Vec<RecordedEvent>, StoreError> {
        let mut events = Vec::new();
        while let Some(event) = self.next(pool)? {
            events.push(event);
        }
        Ok(events)
    }

    fn decode(&mut self, revision: Revision, pool: &mut Pool) -> Result<RecordedEvent, Damage> {
        let fields = &mut self.fields;
        let event = RecordedEvent {
            position: Position::new(self.history, self.first_ordinal + self.read),
            stream: self.stream.clone(),
            revision,
            id: EventId::from_uuid(uuid::Uuid::from_bytes(fields.array()?)),
            digest: Digest::from_bytes(fields.array()?),
            event_type: fields.text(|name| pool.event_type(name))?,
            schema_version: fields.u32()?,
            occurred_at: decode_time(fields)?,
            recorded_at: decode_time(fields)?,
            metadata: fields.long_bytes()?,
            data: fields.long_bytes()?,
        };
        let is_last = self.read + 1 == self.count;
        if is_last && !fields.is_empty() { Err(Damage::Length) } else { Ok(event) }
    }
}

fn decode_time(fields: &mut Fields) -> Result<Timestamp, Damage> {
    Timestamp::from_micros(fields.i64()?).map_err(|_| Damage::Content("a moment is out of range"))
}
