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
use anjuan::event::{ChainHead, Digest, EventType, RecordedEvent};
use anjuan::id::{EventId, HistoryId, Position, Revision, StreamId};
use anjuan::store::Planned;

use crate::record::{Damage, Fields, count_u32, put_text};

/// How many bytes of payload and metadata go into one block; one greater event is a block of its own.
///
/// sled keeps up to 16 values in a page, and writes a page of more than 128 KiB to a file of its own, which costs a
/// file and a sync. Blocks of this size stay below that.
const BLOCK_BYTES: usize = 6 << 10;

/// Events that lie side by side, as they are read back.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) first: Revision,
    pub(crate) events: Vec<RecordedEvent>,
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
    /// Reads the body of the block that begins with `first`.
    pub(crate) fn decode(
        history: HistoryId,
        stream: &StreamId,
        first: Revision,
        mut fields: Fields,
    ) -> Result<Self, Damage> {
        let first_ordinal = fields.u64()?;
        let count = u64::from(fields.u32()?);
        // Neither count may run past the end of the numbers: then `+ index` below cannot overflow.
        if first_ordinal.checked_add(count).is_none() || first.get().checked_add(count).is_none() {
            return Err(Damage::Content("its numbers are out of range"));
        }
        if count == 0 {
            return Err(Damage::Content("a block without events"));
        }
        let mut events = Vec::new();
        for index in 0..count {
            let position = Position::new(history, first_ordinal + index);
            let revision = Revision::new(first.get() + index).unwrap_or(first);
            events.push(decode_event(position, stream.clone(), revision, &mut fields)?);
        }
        fields.end()?;
        Ok(Self { first, events })
    }

    /// The head of the stream, if this is its last block.
    pub(crate) fn head(&self) -> Option<ChainHead> {
        self.events.last().map(|event| ChainHead { revision: event.revision, digest: event.digest })
    }
}

fn decode_event(
    position: Position,
    stream: StreamId,
    revision: Revision,
    fields: &mut Fields,
) -> Result<RecordedEvent, Damage> {
    Ok(RecordedEvent {
        position,
        stream,
        revision,
        id: EventId::from_uuid(uuid::Uuid::from_bytes(fields.array()?)),
        digest: Digest::from_bytes(fields.array()?),
        event_type: fields.text(|text| EventType::new(text).ok())?,
        schema_version: fields.u32()?,
        occurred_at: decode_time(fields)?,
        recorded_at: decode_time(fields)?,
        metadata: fields.long_bytes()?,
        data: fields.long_bytes()?,
    })
}

fn decode_time(fields: &mut Fields) -> Result<Timestamp, Damage> {
    Timestamp::from_micros(fields.i64()?).map_err(|_| Damage::Content("a moment is out of range"))
}
