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
    pub(crate) fn decode(last: u64, fields: Fields<&[u8]>, pool: &mut Pool) -> Result<Self, Damage> {
        let group = Self::parse(fields, pool)?;
        if group.last() == last { Ok(group) } else { Err(Damage::Content(MISCOUNTED)) }
    }

    /// Reads the body of a group that is known by nothing else.
    pub(crate) fn parse(fields: Fields<&[u8]>, pool: &mut Pool) -> Result<Self, Damage> {
        let mut rest = GroupReader::new(fields, pool)?;
        let mut group = Self::new(rest.next);
        while let Some((key, content)) = rest.append()? {
            let mut writes = Vec::new();
            while let Some(write) = rest.write()? {
                writes.push(write.to_owned());
            }
            group.appends.push(GroupAppend { key, content, writes });
        }
        rest.end(group.last())?;
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
}

const MISCOUNTED: &str = "its number of events does not fit its position";

/// A stored group on its way from the beginning to the end, for those who go through all of them.
///
/// Every write is checked when its turn comes, and that the group is whole at its [`end`](Self::end).
#[derive(Debug)]
pub(crate) struct GroupReader<'a> {
    rest: Fields<&'a [u8]>,
    /// The types of all its events, each of them once.
    types: Vec<EventType>,
    /// The ordinal of its first event, and that behind the last one that was read.
    pub(crate) first: u64,
    next: u64,
    /// How many appends come yet, and how many writes of the last one that was read.
    appends: u16,
    writes: u16,
}

/// A write of a group, as it lies in the value.
#[derive(Debug)]
pub(crate) struct StoredWrite<'a> {
    /// The ordinal of its first event.
    pub(crate) ordinal: u64,
    pub(crate) stream: StreamId,
    pub(crate) first: Revision,
    /// The place of the type of each event among those of the group.
    places: &'a [[u8; 2]],
    types: &'a [EventType],
}

impl<'a> GroupReader<'a> {
    pub(crate) fn new(mut rest: Fields<&'a [u8]>, pool: &mut Pool) -> Result<Self, Damage> {
        let first = rest.u64()?;
        if first == 0 {
            return Err(Damage::Content("its first event has no position"));
        }
        let count = rest.u16()?;
        let types = (0..count).map(|_| rest.text(|name| pool.event_type(name))).collect::<Result<_, _>>()?;
        Ok(Self { appends: rest.u16()?, writes: 0, rest, types, first, next: first })
    }

    /// The next append, once all writes of the one before are read: its command key, and the digest of its content.
    fn append(&mut self) -> Result<Option<(CommandKey, Digest)>, Damage> {
        let Some(left) = self.appends.checked_sub(1) else { return Ok(None) };
        self.appends = left;
        let key = CommandKey::from_uuid(uuid::Uuid::from_bytes(self.rest.array()?));
        let content = Digest::from_bytes(self.rest.array()?);
        self.writes = self.rest.u16()?;
        Ok(Some((key, content)))
    }

    /// The next write of this append.
    fn write(&mut self) -> Result<Option<StoredWrite<'_>>, Damage> {
        let Some(left) = self.writes.checked_sub(1) else { return Ok(None) };
        self.writes = left;
        let stream = self.rest.text(|text| StreamId::new(text).ok())?;
        let first = Revision::new(self.rest.u64()?).ok_or(Damage::Content("a revision is zero"))?;
        let count = self.rest.u16()?;
        let places = self.rest.arrays(usize::from(count))?;
        if places.iter().any(|place| usize::from(u16::from_be_bytes(*place)) >= self.types.len()) {
            return Err(Damage::Content("a type is unknown"));
        }
        let (ordinal, count) = (self.next, u64::from(count));
        let end = ordinal.checked_add(count).filter(|_| first.get().checked_add(count).is_some());
        self.next = end.filter(|_| count > 0).ok_or(Damage::Content("its numbers are out of range"))?;
        Ok(Some(StoredWrite { ordinal, stream, first, places, types: &self.types }))
    }

    /// The next write of whatever append.
    pub(crate) fn next_write(&mut self) -> Result<Option<StoredWrite<'_>>, Damage> {
        while self.writes == 0 {
            if self.append()?.is_none() {
                return Ok(None);
            }
        }
        self.write()
    }

    /// Ends the reading: everything was read, and the last event has this ordinal.
    pub(crate) fn end(self, last: u64) -> Result<(), Damage> {
        let is_whole = self.next > self.first && self.next - 1 == last;
        if is_whole { self.rest.end() } else { Err(Damage::Content(MISCOUNTED)) }
    }
}

impl StoredWrite<'_> {
    /// How many events it wrote.
    pub(crate) const fn len(&self) -> usize {
        self.places.len()
    }

    /// The type of the event at this place in the write.
    pub(crate) fn event_type(&self, index: usize) -> Option<&EventType> {
        self.types.get(usize::from(u16::from_be_bytes(*self.places.get(index)?)))
    }

    fn to_owned(&self) -> GroupWrite {
        let types = (0..self.len()).filter_map(|index| self.event_type(index)).cloned().collect();
        GroupWrite { stream: self.stream.clone(), first: self.first, types }
    }
}

fn put_count(body: &mut Vec<u8>, count: usize) {
    let count = u16::try_from(count).expect("the limits of appends and groups keep every count below 2^16");
    body.extend_from_slice(&count.to_be_bytes());
}
