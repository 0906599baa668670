//! Proving that the whole store is what was written: events, index, answers, and what is kept beside them.

use std::sync::Arc;

use anjuan::event::{ChainHead, RecordedEvent};
use anjuan::id::{CommandKey, Revision, StreamId};
use anjuan::store::{Fault, FaultKind, StoreError, Verification};
use bytes::Bytes;

use crate::chunks;
use crate::group::{Group, GroupWrite};
use crate::kept;
use crate::layout;
use crate::log::{AnswerAt, Log, index_at, unknown_key};
use crate::pool::Pool;
use crate::record::Damage;
use crate::store::SledStore;

impl SledStore {
    /// Checks the whole store: every record, every revision, every digest recomputed from the bytes, the index
    /// against the events, the remembered answers against the index, and that each checkpoint and snapshot can be read.
    ///
    /// Unlike [`verify_store`](anjuan::store::verify_store) it goes on behind a damaged record, and so names all the
    /// damage at once. What is appended meanwhile is not looked at. A damaged store can be opened for it with
    /// [`Options::read_only`](crate::Options::read_only).
    ///
    /// Never fails: what cannot be read is a fault too.
    pub async fn verify(&self) -> Verification {
        let (log, settled) = (Arc::clone(&self.log), self.settled());
        let checked = chunks::blocking(move || Ok(check(&log, settled)));
        checked.await.unwrap_or_else(|error| Verification {
            faults: vec![Fault { stream: None, revision: None, kind: FaultKind::Unreadable(error) }],
            ..Verification::default()
        })
    }
}

/// Checks everything up to the event with the ordinal `settled`. Blocks.
pub(crate) fn check(log: &Log, settled: u64) -> Verification {
    let mut check = Check { log, settled, found: Verification::default() };
    check.events();
    check.index();
    check.beside();
    check.found
}

struct Check<'a> {
    log: &'a Log,
    settled: u64,
    found: Verification,
}

/// Where a walk through the events is.
struct At {
    stream: StreamId,
    /// The link before; unknown behind a damaged record.
    before: Before,
}

#[derive(Clone, Copy)]
enum Before {
    Nothing,
    Link(ChainHead),
    Unknown,
}

impl Check<'_> {
    fn events(&mut self) {
        let log = self.log;
        let mut at: Option<At> = None;
        for pair in log.range(layout::all_blocks(), "the events") {
            let (key, value) = match pair {
                Ok(pair) => pair,
                // sled would give the same answer for ever.
                Err(error) => return self.fault(None, None, error),
            };
            let place = layout::parse_block(&key).and_then(|(id, first)| Some((id.parse().ok()?, first)));
            let Some((stream, first)) = place else {
                self.fault(None, None, unknown_key(&key));
                continue;
            };
            let mut before =
                at.take().filter(|at| at.stream == stream).map_or(Before::Nothing, |at| at.before);
            let mut pool = Pool::default();
            match log.block(&key, value, Some(&stream), &mut pool).and_then(|block| block.rest(&mut pool)) {
                Ok(events) => {
                    for event in events {
                        if event.position.ordinal() <= self.settled {
                            before = self.event(before, &event);
                        }
                    }
                }
                Err(error) => {
                    self.fault(Some(stream.clone()), Some(first), error);
                    before = Before::Unknown;
                }
            }
            at = Some(At { stream, before });
        }
    }

    fn event(&mut self, before: Before, event: &RecordedEvent) -> Before {
        self.found.events += 1;
        let known = match before {
            Before::Nothing => Some(None),
            Before::Link(head) => Some(Some(head)),
            Before::Unknown => None,
        };
        self.found.streams += u64::from(matches!(before, Before::Nothing));
        if let Some(before) = known {
            let kind = if event.revision != Revision::after(before.map(|head| head.revision)) {
                Some(FaultKind::Gap)
            } else if !ChainHead::admits(before.as_ref(), self.log.identity.hash, event) {
                Some(FaultKind::Digest)
            } else {
                None
            };
            if let Some(kind) = kind {
                let (stream, revision) = (Some(event.stream.clone()), Some(event.revision));
                self.found.faults.push(Fault { stream, revision, kind });
            }
        }
        Before::Link(ChainHead { revision: event.revision, digest: event.digest })
    }

    fn index(&mut self) {
        let sound_so_far = self.found.is_sound();
        let (mut end, mut appends, mut events) = (0, 0, 0);
        for pair in self.log.range(layout::groups_after(0), "the index") {
            let (key, value) = match pair {
                Ok(pair) => pair,
                Err(error) => return self.fault(None, None, error),
            };
            let Some(last) = layout::parse_group(&key) else {
                self.fault(None, None, unknown_key(&key));
                continue;
            };
            if last > self.settled {
                break;
            }
            match crate::log::group(last, &key, value) {
                Ok(group) => {
                    if group.first != end + 1 {
                        self.fault(None, None, Damage::Missing.at(index_at(end + 1)));
                    }
                    appends += group.appends.len() as u64;
                    events += last - group.first + 1;
                    self.group(last, &group);
                }
                Err(error) => self.fault(None, None, error),
            }
            end = last;
        }
        if end != self.settled {
            self.fault(None, None, Damage::Missing.at(index_at(self.settled)));
        }
        let answers = self.answers();
        // The counts say something only where nothing else is wrong.
        if sound_so_far && self.found.is_sound() && (events, appends) != (self.found.events, answers) {
            let known = format_args!("the index with {events} events of {appends} appends").to_string();
            self.fault(None, None, Damage::Content("there are more events or answers than that").at(known));
        }
    }

    fn group(&mut self, last: u64, group: &Group) {
        for (first, write) in group.writes() {
            self.write(first, write);
        }
        for (place, append) in (0_u16..).zip(&group.appends) {
            let key = layout::command(append.key);
            // What cannot be read is reported with the answers.
            match self.log.db.get(&key).map(|value| value.map(|value| AnswerAt::decode(&key, value))) {
                Ok(None) => self.answer_fault(append.key, Damage::Missing),
                Ok(Some(Ok(found))) if found != (AnswerAt { group: last, place }) => {
                    self.answer_fault(append.key, Damage::Content("it leads elsewhere"));
                }
                Ok(Some(_)) | Err(_) => {}
            }
        }
    }

    /// Compares a write of the index with the events.
    fn write(&mut self, first: u64, write: &GroupWrite) {
        let mut expected = (first..).zip(&write.types).zip(write.first.get()..);
        let mut pool = Pool::default();
        for pair in self.log.blocks(&write.stream, write.first, Some(write.last())) {
            let block =
                pair.and_then(|(key, value)| self.log.block(&key, value, Some(&write.stream), &mut pool));
            // What cannot be read was reported with the events.
            let Ok(events) = block.and_then(|block| block.rest(&mut pool)) else { return };
            for event in events {
                let found = ((event.position.ordinal(), &event.event_type), event.revision.get());
                if expected.next() != Some(found) {
                    let damage = Damage::Content("the index says otherwise");
                    return self.place_fault(&write.stream, event.revision, damage);
                }
            }
        }
        if let Some((_, revision)) = expected.next()
            && let Some(revision) = Revision::new(revision)
        {
            self.place_fault(&write.stream, revision, Damage::Missing);
        }
    }

    /// Reads all answers, and counts them.
    fn answers(&mut self) -> u64 {
        let mut count = 0;
        for pair in self.log.range(layout::all_commands(), "the answers") {
            let (key, value) = match pair {
                Ok(pair) => pair,
                Err(error) => {
                    self.fault(None, None, error);
                    return count;
                }
            };
            match (layout::parse_command(&key), AnswerAt::decode(&key, value)) {
                (None, _) => self.fault(None, None, unknown_key(&key)),
                (Some(_), Ok(at)) => count += u64::from(at.group <= self.settled),
                (Some(command), Err(damage)) => self.answer_fault(command, damage),
            }
        }
        count
    }

    /// Reads the checkpoints and the snapshots, and finds what nobody knows.
    fn beside(&mut self) {
        for pair in layout::all_beside_log().into_iter().flat_map(|range| self.log.range(range, "the store"))
        {
            let (key, value) = match pair {
                Ok(pair) => pair,
                Err(error) => return self.fault(None, None, error),
            };
            // What the store is was read when it was opened.
            if *key != *layout::META
                && let Err(error) = kept::check(&key, Bytes::from_owner(value))
            {
                self.fault(layout::parse_snapshot(&key), None, error);
            }
        }
    }

    fn answer_fault(&mut self, command: CommandKey, damage: Damage) {
        self.fault(None, None, damage.at(format_args!("command {command}")));
    }

    fn place_fault(&mut self, stream: &StreamId, revision: Revision, damage: Damage) {
        let error = damage.at(format_args!("{stream} revision {revision}"));
        self.fault(Some(stream.clone()), Some(revision), error);
    }

    fn fault(&mut self, stream: Option<StreamId>, revision: Option<Revision>, error: StoreError) {
        self.found.faults.push(Fault { stream, revision, kind: FaultKind::Unreadable(error) });
    }
}
