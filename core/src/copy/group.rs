//! The appends of a history, found again from its events.

use std::collections::{HashMap, VecDeque};

use futures_util::TryStreamExt;
use serde::Deserialize;

use crate::event::{Digest, RecordedEvent};
use crate::id::{CommandKey, Position, Revision, StreamId};
use crate::store::{
    Append, Appended, AppendedTo, EventStore, EventStream, Expected, Limit, ReadAll, StoreError, StreamWrite,
};

/// Events that are written together.
#[derive(Debug)]
pub(crate) struct Group {
    /// The content under which the key of their command is remembered; `None` if the source does not know it.
    pub(crate) content: Option<Digest>,
    /// At least one event; those of one stream stand side by side.
    pub(crate) events: Vec<RecordedEvent>,
}

impl Group {
    /// The append that writes them.
    pub(crate) fn into_append(self) -> Append {
        let command = self.events.first().and_then(named_command);
        let derived = derived_key(&self.events);
        let writes = writes(&self.events);
        match (self.content, command) {
            (Some(content), Some(key)) => Append { key, content, writes },
            (Some(_) | None, _) => Append::new(derived, writes),
        }
    }
}

fn writes(events: &[RecordedEvent]) -> Vec<StreamWrite> {
    let write = |events: &[RecordedEvent]| {
        let first = events.first()?;
        let expected = Expected::at(Revision::new(first.revision.get() - 1));
        let events = events.iter().map(RecordedEvent::to_new).collect();
        Some(StreamWrite { stream: first.stream.clone(), expected, events })
    };
    events.chunk_by(|one, next| one.stream == next.stream).filter_map(write).collect()
}

/// A key that follows from the events, so that writing them again writes nothing.
fn derived_key(events: &[RecordedEvent]) -> CommandKey {
    let mut parts = vec![b"anjuan.copy".to_vec()];
    for event in events {
        parts.push(event.stream.as_str().into());
        parts.push(event.revision.get().to_be_bytes().into());
        parts.push(event.id.as_uuid().as_bytes().into());
    }
    let digest = Digest::of_parts(parts.iter().map(Vec::as_slice));
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest.as_bytes()).for_each(|(to, from)| *to = *from);
    CommandKey::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The command that an event names in its metadata, if these are JSON and name one.
pub(crate) fn named_command(event: &RecordedEvent) -> Option<CommandKey> {
    #[derive(Deserialize)]
    struct Named {
        cmd: CommandKey,
    }
    serde_json::from_slice::<Named>(&event.metadata).ok().map(|named| named.cmd)
}

/// The groups of a store in the order of their first events.
pub(crate) struct Groups<'a> {
    store: &'a dyn EventStore,
    events: EventStream,
    /// Events that were read in search of others.
    ahead: VecDeque<RecordedEvent>,
    through: Position,
}

impl<'a> Groups<'a> {
    /// The groups up to the head at the time of the call.
    ///
    /// # Errors
    /// The store cannot be read.
    pub(crate) async fn of(store: &'a dyn EventStore) -> Result<Self, StoreError> {
        let head = store.head().await?;
        let events = store.read_all(ReadAll::all().to(head));
        Ok(Self { store, events, ahead: VecDeque::new(), through: head })
    }

    /// The position up to which every event is in a group; final when there are no more groups.
    pub(crate) const fn through(&self) -> Position {
        self.through
    }

    /// The next group.
    ///
    /// # Errors
    /// The store cannot be read, or contradicts itself about an append.
    pub(crate) async fn next(&mut self) -> Result<Option<Group>, StoreError> {
        let Some(first) = self.pull().await? else { return Ok(None) };
        let Some(key) = named_command(&first) else {
            return Ok(Some(Group { content: None, events: vec![first] }));
        };
        match self.store.find_append(key).await? {
            Some(known) if holds(&known, &first) => self.gather(key, &known, first).await,
            known => self.neighbours(key, known.as_ref(), first).await.map(Some),
        }
    }

    async fn pull(&mut self) -> Result<Option<RecordedEvent>, StoreError> {
        match self.ahead.pop_front() {
            Some(event) => Ok(Some(event)),
            None => self.events.try_next().await,
        }
    }

    /// The events of an append that the store knows. Other events may stand between them.
    async fn gather(
        &mut self,
        key: CommandKey,
        known: &Appended,
        first: RecordedEvent,
    ) -> Result<Option<Group>, StoreError> {
        let wanted = known.streams.iter().fold(0_u64, |sum, written| {
            let behind_first = written.last.get().saturating_sub(written.first.get());
            sum.saturating_add(behind_first).saturating_add(1)
        });
        let (begin, mut between) = (first.position, VecDeque::new());
        let mut events = vec![first];
        while (events.len() as u64) < wanted {
            match self.pull().await? {
                Some(event) if holds(known, &event) => events.push(event),
                Some(event) if event.position <= known.position => between.push_back(event),
                None if known.position > self.through => {
                    // The head divides the append. It is whole for the next reader, not for this one.
                    let before = begin.ordinal().saturating_sub(1);
                    self.through = Position::new(begin.history(), before);
                    self.ahead.clear();
                    return Ok(None);
                }
                Some(_) | None => {
                    let place = format!("command key {key}");
                    let reason = "the log does not have the events that the key is remembered for".to_owned();
                    return Err(StoreError::Corrupt { place, reason });
                }
            }
        }
        between.append(&mut self.ahead);
        self.ahead = between;
        let place: HashMap<&StreamId, usize> =
            known.streams.iter().enumerate().map(|(place, written)| (&written.stream, place)).collect();
        events.sort_by_key(|event| (place.get(&event.stream).copied(), event.revision));
        Ok(Some(Group { content: Some(known.content), events }))
    }

    /// The events of one command that stand side by side. What was written together is among them, unless the append was
    /// as great as an append can be.
    async fn neighbours(
        &mut self,
        key: CommandKey,
        other: Option<&Appended>,
        first: RecordedEvent,
    ) -> Result<Group, StoreError> {
        let mut events = vec![first];
        let mut room = Room::for_one_append();
        events.iter().for_each(|event| room.take(event));
        while let Some(event) = self.pull().await? {
            let is_neighbour = named_command(&event) == Some(key)
                && other.is_none_or(|other| !holds(other, &event))
                && room.has(&event);
            if !is_neighbour {
                self.ahead.push_front(event);
                break;
            }
            room.take(&event);
            events.push(event);
        }
        Ok(Group { content: None, events })
    }
}

/// Whether an event was written by this append.
fn holds(append: &Appended, event: &RecordedEvent) -> bool {
    let holds = |written: &AppendedTo| {
        written.stream == event.stream && (written.first..=written.last).contains(&event.revision)
    };
    append.streams.iter().any(holds)
}

/// What one append can still take.
struct Room {
    streams: Vec<StreamId>,
    events: usize,
    bytes: usize,
}

impl Room {
    const fn for_one_append() -> Self {
        Self { streams: Vec::new(), events: Limit::EventsPerAppend.max(), bytes: Limit::BytesPerAppend.max() }
    }

    /// A stream comes once in an append, so it may not come back after another one.
    fn has(&self, event: &RecordedEvent) -> bool {
        let goes_on = self.streams.last() == Some(&event.stream);
        let begins =
            self.streams.len() < Limit::StreamsPerAppend.max() && !self.streams.contains(&event.stream);
        (goes_on || begins) && self.events > 0 && self.bytes >= bytes(event)
    }

    fn take(&mut self, event: &RecordedEvent) {
        if self.streams.last() != Some(&event.stream) {
            self.streams.push(event.stream.clone());
        }
        self.events = self.events.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes(event));
    }
}

fn bytes(event: &RecordedEvent) -> usize {
    event.metadata.len() + event.data.len()
}
