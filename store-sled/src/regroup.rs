//! Writing what was proven, in the order of the positions: the blocks, the groups, and the answers.

use std::collections::HashSet;

use anjuan::event::{ChainHead, Digest, RecordedEvent};
use anjuan::id::{CommandKey, Position, StreamId};
use anjuan::store::{Append, Expected, Planned, StreamWrite};
use uuid::Uuid;

use crate::block;
use crate::error::OpenError;
use crate::findings::Findings;
use crate::fresh::Fresh;
use crate::group::{Group, GroupAppend, GroupWrite};
use crate::layout;
use crate::log::AnswerAt;
use crate::record::seal;
use crate::repair::Loss;
use crate::salvage::stream_of;

/// Events of one stream that were appended together.
type Run = (StreamId, Vec<RecordedEvent>);

/// A block that no group names.
struct Loose {
    events: Vec<RecordedEvent>,
    /// The command that all its events name as their own.
    command: Option<CommandKey>,
}

/// The writing of a store from what was found.
pub(crate) struct Regroup<'a> {
    findings: &'a Findings,
    fresh: &'a mut Fresh,
    losses: Vec<Loss>,
    /// The next ordinal of the new store, and of the old one.
    next: u64,
    next_before: u64,
    /// The ordinal before which all blocks without a group are written.
    loose_from: u64,
    /// The keys that were given to appends whose index was lost.
    given: HashSet<CommandKey>,
    /// Whether an event has another position than before.
    pub(crate) moved: bool,
    /// How many events are indexed anew.
    pub(crate) reindexed: u64,
}

impl<'a> Regroup<'a> {
    pub(crate) fn new(findings: &'a Findings, fresh: &'a mut Fresh, losses: Vec<Loss>) -> Self {
        let given = HashSet::new();
        Self {
            findings,
            fresh,
            losses,
            next: 1,
            next_before: 1,
            loose_from: 0,
            given,
            moved: false,
            reindexed: 0,
        }
    }

    /// The ordinal of the last event that was written.
    pub(crate) const fn last(&self) -> u64 {
        self.next - 1
    }

    /// Writes everything. The old store had acknowledged up to `noted`.
    pub(crate) fn run(&mut self, noted: u64) -> Result<(), OpenError> {
        for pair in self.findings.log.db.range(layout::groups_after(0)) {
            let (key, value) = pair?;
            let Some((last, group)) = self.findings.group(&key, value) else { continue };
            self.loose(group.first)?;
            self.pass(group.first, last);
            self.group(last, &group)?;
        }
        self.loose(u64::MAX)?;
        self.pass(noted + 1, noted);
        self.fresh.write()
    }

    /// Every loss, those of the answers included.
    pub(crate) fn finish(mut self) -> Result<Vec<Loss>, OpenError> {
        for pair in self.findings.log.db.range(layout::all_commands()) {
            let (key, _) = pair?;
            let Some(command) = layout::parse_command(&key) else { continue };
            let is_lost = !self.fresh.db().contains_key(&key)?;
            if is_lost && !self.losses.contains(&Loss::Undone { command }) {
                self.losses.push(Loss::Unanswered { command });
            }
        }
        Ok(self.losses)
    }

    /// Goes on in the old order to the events `first` to `last`; what lies between is lost.
    fn pass(&mut self, first: u64, last: u64) {
        if first > self.next_before {
            let at = |ordinal| Position::new(self.findings.log.identity.history, ordinal);
            self.losses.push(Loss::Positions { from: at(self.next_before), to: at(first - 1) });
        }
        self.next_before = self.next_before.max(last.saturating_add(1));
    }

    /// Writes what is left of a group.
    fn group(&mut self, last: u64, group: &Group) -> Result<(), OpenError> {
        let mut appends = Vec::with_capacity(group.appends.len());
        self.moved |= self.next != group.first;
        for append in &group.appends {
            let (mut runs, mut count, mut whole) = (Vec::new(), 0, 0);
            for write in &append.writes {
                whole += write.types.len();
                if self.findings.names(last, &write.stream, write.first)? {
                    let events = self.findings.events(&write.stream, write.first, write.last())?;
                    count += events.len();
                    runs.push((write.stream.clone(), events));
                }
            }
            let command = append.key;
            match count {
                0 => self.losses.push(Loss::Undone { command }),
                _ if count < whole => self.losses.push(Loss::Torn { command }),
                _ => {}
            }
            appends.push((command, append.content, runs));
        }
        self.write(appends)
    }

    /// Writes one group: blocks, index and answers.
    fn write(&mut self, appends: Vec<(CommandKey, Digest, Vec<Run>)>) -> Result<(), OpenError> {
        let mut group = Group::new(self.next);
        for (key, content, runs) in appends {
            let mut writes = Vec::with_capacity(runs.len());
            for (stream, events) in runs {
                let Some(first) = events.first().map(|event| event.revision) else { continue };
                let types = events.iter().map(|event| event.event_type.clone()).collect();
                self.blocks(events)?;
                writes.push(GroupWrite { stream, first, types });
            }
            if !writes.is_empty() {
                group.appends.push(GroupAppend { key, content, writes });
            }
        }
        if group.appends.is_empty() {
            return Ok(());
        }
        let last = group.last();
        let key = layout::group(last);
        self.fresh.put(&key, seal(&key, &group.encode()))?;
        for (place, append) in (0_u16..).zip(&group.appends) {
            let key = layout::command(append.key);
            self.fresh.put(&key, seal(&key, &AnswerAt { group: last, place }.encode()))?;
        }
        Ok(())
    }

    fn blocks(&mut self, events: Vec<RecordedEvent>) -> Result<(), OpenError> {
        let planned: Vec<_> = events.into_iter().map(planned).collect();
        for events in block::cut(&planned) {
            let Some(first) = events.first() else { continue };
            let key = layout::block(&first.stream, first.head.revision);
            self.fresh.put(&key, seal(&key, &block::encode(self.next, events)))?;
            self.next += events.len() as u64;
        }
        Ok(())
    }

    /// Writes the blocks without a group that lie before this ordinal, and were not written yet.
    fn loose(&mut self, before: u64) -> Result<(), OpenError> {
        let range = std::mem::replace(&mut self.loose_from, before).to_be_bytes()..before.to_be_bytes();
        let mut waiting: Vec<Loose> = Vec::new();
        let mut orphaned = None;
        for pair in self.findings.loose.range(range) {
            let (key, _) = pair?;
            let Some((ordinal, key)) = key.split_first_chunk() else { continue };
            let ordinal = u64::from_be_bytes(*ordinal);
            let Some(block) = self.read(key)? else { continue };
            let count = block.events.len() as u64;
            let group = self.orphaned(ordinal, before)?;
            // Within a lost group all wait for each other; without one, only what names the same command.
            let together = match (group, waiting.last()) {
                (Some(_), _) => group == orphaned,
                (None, Some(last)) => {
                    orphaned.is_none() && last.command.is_some() && last.command == block.command
                }
                (None, None) => true,
            };
            if !together {
                self.settle(std::mem::take(&mut waiting), orphaned)?;
            }
            orphaned = group;
            self.pass(ordinal, ordinal + count - 1);
            waiting.push(block);
        }
        self.settle(waiting, orphaned)
    }

    fn read(&self, key: &[u8]) -> Result<Option<Loose>, OpenError> {
        let Some((stream, first)) = stream_of(key) else { return Ok(None) };
        let Some(last) = self
            .findings
            .log
            .last_block(&stream, Some(first))?
            .and_then(|events| Some(events.last()?.revision))
        else {
            return Ok(None);
        };
        let events = self.findings.events(&stream, first, last)?;
        let mut commands = events.iter().map(|event| event.decode_metadata().ok().map(|data| data.command));
        let one = commands.next().flatten();
        let command = one.filter(|one| commands.all(|other| other == Some(*one)));
        Ok((!events.is_empty()).then_some(Loose { events, command }))
    }

    /// The lost group that an ordinal was in, told by the commands that point to it.
    fn orphaned(&self, ordinal: u64, before: u64) -> Result<Option<u64>, OpenError> {
        let next =
            self.findings.orphans.range(ordinal.to_be_bytes()..before.to_be_bytes()).next().transpose()?;
        Ok(next.and_then(|(place, _)| place.first_chunk().copied()).map(u64::from_be_bytes))
    }

    /// Makes a group of blocks that were in one, or in none that is known.
    fn settle(&mut self, blocks: Vec<Loose>, group: Option<u64>) -> Result<(), OpenError> {
        if blocks.is_empty() {
            return Ok(());
        }
        let mut keys = Vec::new();
        if let Some(group) = group {
            for pair in self.findings.orphans.scan_prefix(group.to_be_bytes()) {
                let (_, key) = pair?;
                keys.extend(Uuid::from_slice(&key).ok().map(CommandKey::from_uuid));
            }
        }
        let mut appends = Vec::new();
        for (key, blocks) in self.assign(blocks, &keys)? {
            let mut runs: Vec<Run> = Vec::new();
            for event in blocks.into_iter().flat_map(|block| block.events) {
                self.moved |= event.position.ordinal() != self.next + appended(&appends) + length(&runs);
                self.reindexed += 1;
                match runs.last_mut() {
                    Some((stream, events)) if *stream == event.stream => events.push(event),
                    _ => runs.push((event.stream.clone(), vec![event])),
                }
            }
            let content = Append::new(key, runs.iter().map(as_written).collect()).content;
            appends.push((key, content, runs));
        }
        self.write(appends)
    }

    /// Tells which blocks belong to which command: by what the events say of themselves, or by counting. Blocks of
    /// which it cannot be told are appends of their own, under the id of their first event.
    fn assign(
        &mut self,
        blocks: Vec<Loose>,
        keys: &[CommandKey],
    ) -> Result<Vec<(CommandKey, Vec<Loose>)>, OpenError> {
        let named = blocks.chunk_by(|one, next| one.command.is_some() && one.command == next.command);
        let named: Option<Vec<CommandKey>> = named.map(|blocks| blocks.first()?.command).collect();
        let by_name = match &named {
            Some(named) if keys.is_empty() => self.are_free(named)?,
            Some(named) => named == keys,
            None => false,
        };
        let alone = blocks.len() == keys.len();
        let mut appends: Vec<(CommandKey, Vec<Loose>)> = Vec::new();
        for (index, block) in blocks.into_iter().enumerate() {
            let own = block.events.first().map(|event| CommandKey::from_uuid(*event.id.as_uuid()));
            let key = match (keys, block.command) {
                (_, Some(command)) if by_name => Some(command),
                ([key], _) => Some(*key),
                (keys, _) if alone => keys.get(index).copied(),
                _ => own,
            };
            let Some(key) = key else { continue };
            match appends.last_mut() {
                Some((last, blocks)) if *last == key => blocks.push(block),
                _ => appends.push((key, vec![block])),
            }
        }
        self.given.extend(appends.iter().map(|(key, _)| *key));
        Ok(appends)
    }

    /// Whether none of these keys belongs to another append.
    fn are_free(&self, keys: &[CommandKey]) -> Result<bool, OpenError> {
        for key in keys {
            if self.given.contains(key) || self.findings.log.db.contains_key(layout::command(*key))? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn length(runs: &[Run]) -> u64 {
    runs.iter().map(|(_, events)| events.len() as u64).sum()
}

fn appended(appends: &[(CommandKey, Digest, Vec<Run>)]) -> u64 {
    appends.iter().map(|(_, _, runs)| length(runs)).sum()
}

fn as_written((stream, events): &Run) -> StreamWrite {
    let events = events.iter().map(RecordedEvent::to_new).collect();
    StreamWrite { stream: stream.clone(), expected: Expected::Any, events }
}

fn planned(event: RecordedEvent) -> Planned {
    let head = ChainHead { revision: event.revision, digest: event.digest };
    Planned { event: event.to_new(), stream: event.stream, head }
}
