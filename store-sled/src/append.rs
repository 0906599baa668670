//! Building a group: each append is checked against the log and against those before it, and becomes part of one
//! batch.

use std::collections::HashMap;

use anjuan::event::ChainHead;
use anjuan::id::{CommandKey, Position, StreamId};
use anjuan::store::{Append, Appended, Mismatch, Plan, Planned, StoreError};

use crate::block;
use crate::group::{Group, GroupAppend, GroupWrite};
use crate::heads::Heads;
use crate::kept::{Answer, Change, Kept};
use crate::layout;
use crate::log::{AnswerAt, Log};
use crate::record::seal;

/// What the writer found out about an append. It holds only once the group is safe: a conflict may be with an
/// append of the same group.
#[derive(Debug)]
pub(crate) enum Verdict {
    Appended(Appended),
    Conflict(Vec<Mismatch>),
}

/// Appends that will be committed together.
pub(crate) struct Staged {
    group: Group,
    /// The places of the commands in the group.
    places: HashMap<CommandKey, usize>,
    kept: Kept,
    batch: sled::Batch,
}

impl Staged {
    /// An empty group behind the event with the ordinal `head`.
    pub(crate) fn behind(head: u64) -> Self {
        Self {
            group: Group::new(head + 1),
            places: HashMap::new(),
            kept: Kept::default(),
            batch: sled::Batch::default(),
        }
    }

    /// The ordinal of the last event.
    pub(crate) fn last(&self) -> u64 {
        self.group.last()
    }

    /// Takes in one append, if its key is new and its expectations hold.
    ///
    /// # Errors
    /// The key was used for another request, or the log cannot be read. The group is as before.
    pub(crate) fn add(
        &mut self,
        append: Append,
        log: &Log,
        heads: &mut Heads,
    ) -> Result<Verdict, StoreError> {
        if let Some(first) = self.known(append.key, log)? {
            return first.repeat(&append).map(Verdict::Appended);
        }
        let mut before = HashMap::with_capacity(append.writes.len());
        for write in &append.writes {
            before.insert(write.stream.clone(), heads.of(&write.stream, log)?);
        }
        let head = |stream: &StreamId| before.get(stream).copied().flatten();
        let mismatches = Plan::mismatches(&append, head);
        if !mismatches.is_empty() {
            return Ok(Verdict::Conflict(mismatches));
        }
        if append.event_count() == 0 {
            let position = Position::new(log.identity.history, self.last());
            let content = append.content;
            let checked = Appended { position, streams: Vec::new(), content, repeated: false };
            return Ok(Verdict::Appended(checked));
        }
        Ok(Verdict::Appended(self.write(append, log, heads, head)))
    }

    fn known(&self, key: CommandKey, log: &Log) -> Result<Option<Appended>, StoreError> {
        match self.places.get(&key) {
            Some(place) => Ok(self.group.answer(log.identity.history, *place)),
            None => log.answer(key),
        }
    }

    fn write(
        &mut self,
        append: Append,
        log: &Log,
        heads: &mut Heads,
        head: impl Fn(&StreamId) -> Option<ChainHead>,
    ) -> Appended {
        let (key, content) = (append.key, append.content);
        let plan = Plan::of(append, log.identity.hash, head);
        let mut ordinal = self.last() + 1;
        for events in block::cut(&plan.events) {
            let Some(first) = events.first() else { continue };
            let key = layout::block(&first.stream, first.head.revision);
            let value = seal(&key, &block::encode(ordinal, events));
            self.batch.insert(key, value);
            ordinal += events.len() as u64;
        }
        for (stream, head) in plan.heads {
            heads.remember(stream, Some(head));
        }
        self.places.insert(key, self.group.appends.len());
        self.group.appends.push(GroupAppend { key, content, writes: writes(&plan.events) });
        Appended {
            position: Position::new(log.identity.history, self.last()),
            streams: plan.streams,
            content,
            repeated: false,
        }
    }

    /// Takes in one change of what is kept beside the log.
    pub(crate) fn keep(&mut self, change: Change, log: &Log) -> Answer {
        change(&mut self.kept, log)
    }

    /// Everything to be written, and the ordinal of the last event; `None` if there is nothing to write.
    pub(crate) fn finish(mut self) -> Option<(sled::Batch, u64)> {
        let last = self.last();
        if self.group.appends.is_empty() && self.kept.is_empty() {
            return None;
        }
        self.kept.write_to(&mut self.batch);
        if self.group.appends.is_empty() {
            return Some((self.batch, last));
        }
        let key = layout::group(last);
        let value = seal(&key, &self.group.encode());
        self.batch.insert(key, value);
        for (place, append) in (0_u16..).zip(&self.group.appends) {
            let key = layout::command(append.key);
            let value = seal(&key, &AnswerAt { group: last, place }.encode());
            self.batch.insert(key, value);
        }
        Some((self.batch, last))
    }
}

fn writes(events: &[Planned]) -> Vec<GroupWrite> {
    events
        .chunk_by(|one, next| one.stream == next.stream)
        .filter_map(|events| {
            let first = events.first()?;
            Some(GroupWrite {
                stream: first.stream.clone(),
                first: first.head.revision,
                types: events.iter().map(|planned| planned.event.event_type.clone()).collect(),
            })
        })
        .collect()
}
