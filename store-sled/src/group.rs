//! A group: what one commit wrote, in the order of the positions. The groups are the global index.
//!
//! One value for a whole commit, because sled's cost lies in the number of keys. It names the types of the events,
//! so that a filtered read does not touch what it does not want.
//!
//! ```text
//! body   = u64(ordinal of the first event) ‖ u16(types) ‖ u8 L(type) … ‖ u16(appends) ‖ append …
//! append = command key ‖ content digest ‖ u16(writes) ‖ write …
//! write  = u8 L(stream) ‖ u64(first revision) ‖ u16(events) ‖ u16(index of the type) …
//! ```

use anjuan::event::{Digest, EventType};
use anjuan::id::{CommandKey, HistoryId, Position, Revision, StreamId};
use anjuan::store::{Appended, AppendedTo};

use crate::pool::Pool;
use crate::record::{Damage, Fields, put_text};

/// What one commit wrote.
#[derive(Debug)]
pub(crate) struct Group {
    /// The ordinal of its first event.
    pub(crate) first: u64,
    pub(crate) appends: Vec<GroupAppend>,
}

/// One append of a group.
#[derive(Debug)]
pub(crate) struct GroupAppend {
    pub(crate) key: CommandKey,
    pub(crate) content: Digest,
    pub(crate) writes: Vec<GroupWrite>,
}

/// The events of one append in one stream.
#[derive(Debug)]
pub(crate) struct GroupWrite {
    pub(crate) stream: StreamId,
    pub(crate) first: Revision,
    /// The types of the events, in order.
    pub(crate) types: Vec<EventType>,
}

impl Group {
    pub(crate) const fn new(first: u64) -> Self {
        Self { first, appends: Vec::new() }
    }

    /// The ordinal of its last event; one less than the first, if it has none.
    pub(crate) fn last(&self) -> u64 {
        (self.first + self.appends.iter().map(GroupAppend::len).sum::<u64>()).saturating_sub(1)
    }

    /// The answer to the append at this place.
    pub(crate) fn answer(&self, history: HistoryId, place: usize) -> Option<Appended> {
        let append = self.appends.get(place)?;
        let events: u64 = self.appends.iter().take(place + 1).map(GroupAppend::len).sum();
        Some(Appended {
            position: Position::new(history, (self.first + events).saturating_sub(1)),
            streams: append.writes.iter().map(GroupWrite::appended).collect(),
            content: append.content,
            repeated: false,
        })
    }

    /// Its writes, each with the ordinal of its first event.
    pub(crate) fn writes(&self) -> impl Iterator<Item = (u64, &GroupWrite)> {
        let mut next = self.first;
        self.appends.iter().flat_map(|append| &append.writes).map(move |write| {
            let first = next;
            next += write.len();
            (first, write)
        })
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut types: Vec<&EventType> = self.writes().flat_map(|(_, write)| &write.types).collect();
        types.sort_unstable();
        types.dedup();
        let mut body = Vec::with_capacity(256 * self.appends.len());
        body.extend_from_slice(&self.first.to_be_bytes());
        put_count(&mut body, types.len());
        types.iter().for_each(|name| put_text(&mut body, name.as_str()));
        put_count(&mut body, self.appends.len());
        for append in &self.appends {
            body.extend_from_slice(append.key.as_uuid().as_bytes());
            body.extend_from_slice(append.content.as_bytes());
            put_count(&mut body, append.writes.len());
            for write in &append.writes {
                put_text(&mut body, write.stream.as_str());
                body.extend_from_slice(&write.first.get().to_be_bytes());
                put_count(&mut body, write.types.len());
                for name in &write.types {
                    put_count(&mut body, types.binary_search(&name).unwrap_or_default());
                }
            }
        }
        body
    }

    /// Reads the body of the group whose last event has the ordinal `last`.
    pub(crate) fn decode(last: u64, fields: Fields, pool: &mut Pool) -> Result<Self, Damage> {
        let group = Self::parse(fields, pool)?;
        if group.last() == last {
            Ok(group)
        } else {
            Err(Damage::Content("its number of events does not fit its position"))
        }
    }

    /// Reads the body of a group that is known by nothing else.
    pub(crate) fn parse(mut fields: Fields, pool: &mut Pool) -> Result<Self, Damage> {
        let first = fields.u64()?;
        let types = many(&mut fields, |fields| fields.text(|name| pool.event_type(name)))?;
        let appends = many(&mut fields, |fields| {
            Ok(GroupAppend {
                key: CommandKey::from_uuid(uuid::Uuid::from_bytes(fields.array()?)),
                content: Digest::from_bytes(fields.array()?),
                writes: many(fields, |fields| GroupWrite::decode(&types, fields))?,
            })
        })?;
        fields.end()?;
        let group = Self { first, appends };
        let count: u64 = group.appends.iter().map(GroupAppend::len).sum();
        if first == 0 || count == 0 || first.checked_add(count).is_none() {
            return Err(Damage::Content("its number of events is out of range"));
        }
        Ok(group)
    }
}

impl GroupAppend {
    /// How many events it wrote.
    fn len(&self) -> u64 {
        self.writes.iter().map(GroupWrite::len).sum()
    }
}

impl GroupWrite {
    /// How many events it wrote.
    pub(crate) fn len(&self) -> u64 {
        self.types.len() as u64
    }

    /// The revision of its last event.
    pub(crate) fn last(&self) -> Revision {
        Revision::new(self.first.get().saturating_add(self.len()).saturating_sub(1)).unwrap_or(self.first)
    }

    fn appended(&self) -> AppendedTo {
        AppendedTo { stream: self.stream.clone(), first: self.first, last: self.last() }
    }

    fn decode(types: &[EventType], fields: &mut Fields) -> Result<Self, Damage> {
        let stream = fields.text(|text| StreamId::new(text).ok())?;
        let first = Revision::new(fields.u64()?).ok_or(Damage::Content("a revision is zero"))?;
        let types = many(fields, |fields| {
            let index = usize::from(fields.u16()?);
            types.get(index).cloned().ok_or(Damage::Content("a type is unknown"))
        })?;
        if types.is_empty() || first.get().checked_add(types.len() as u64).is_none() {
            return Err(Damage::Content("its revisions are out of range"));
        }
        Ok(Self { stream, first, types })
    }
}

fn put_count(body: &mut Vec<u8>, count: usize) {
    let count = u16::try_from(count).expect("the limits of appends and groups keep every count below 2^16");
    body.extend_from_slice(&count.to_be_bytes());
}

fn many<T>(
    fields: &mut Fields,
    mut one: impl FnMut(&mut Fields) -> Result<T, Damage>,
) -> Result<Vec<T>, Damage> {
    (0..fields.u16()?).map(|_| one(fields)).collect()
}
