//! Drafting a call: each append is checked against the heads that are taken for granted and against those before it, and
//! becomes part of one call. The database compares the heads with its own, and either writes all of it or nothing.

use std::collections::{BTreeMap, HashMap};

use anjuan::event::{ChainHead, Digest, HashAlgorithm};
use anjuan::id::{CommandKey, Position, StreamId};
use anjuan::store::{Append, Appended, AppendedTo, Expected, Mismatch, Plan, Planned, StoreError};

use crate::heads::Heads;

/// What the writer found out about an append.
#[derive(Debug)]
pub(crate) enum Verdict {
    Appended(Appended),
    /// Everything is as expected, and there was nothing to write.
    Checked(Digest),
    Conflict(Vec<Mismatch>),
}

/// Appends that travel in one call, and what will be said of each if the heads are as was taken for granted.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// One for each append.
    outcomes: Vec<Outcome>,
    /// Every stream that was looked at, in the order of the locks.
    pub(crate) streams: BTreeMap<StreamId, Seen>,
    /// The appends that write.
    pub(crate) commands: Vec<Command>,
    /// What they write, in the order of the positions.
    pub(crate) events: Vec<Planned>,
    /// The places of the commands.
    places: HashMap<CommandKey, usize>,
}

/// A stream before and after the call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) before: Option<ChainHead>,
    pub(crate) after: Option<ChainHead>,
}

/// An append that writes.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) key: CommandKey,
    pub(crate) content: Digest,
    pub(crate) streams: Vec<AppendedTo>,
    /// How many events there are up to its last one.
    pub(crate) last: usize,
}

#[derive(Debug)]
enum Outcome {
    /// The command at this place.
    Write(usize),
    /// The key is that of the command at this place, in the same call.
    Repeat(usize),
    Check,
    Conflict(Vec<Mismatch>),
}

impl Draft {
    /// Drafts a call for these appends.
    pub(crate) fn of<'a>(
        appends: impl Iterator<Item = &'a Append>,
        heads: &mut Heads,
        hash: HashAlgorithm,
    ) -> Self {
        let mut draft = Self::default();
        for append in appends {
            let outcome = draft.add(append, heads, hash);
            draft.outcomes.push(outcome);
        }
        draft
    }

    fn add(&mut self, append: &Append, heads: &mut Heads, hash: HashAlgorithm) -> Outcome {
        if let Some(place) = self.places.get(&append.key) {
            return Outcome::Repeat(*place);
        }
        for write in &append.writes {
            // Whoever writes nothing and expects anything does not mind what is there.
            if write.events.is_empty() && write.expected == Expected::Any {
                continue;
            }
            self.streams.entry(write.stream.clone()).or_insert_with(|| {
                let before = heads.of(&write.stream);
                Seen { before, after: before }
            });
        }
        let head = |stream: &StreamId| self.streams.get(stream)?.after;
        let mismatches = Plan::mismatches(append, head);
        if !mismatches.is_empty() {
            return Outcome::Conflict(mismatches);
        }
        if append.event_count() == 0 {
            return Outcome::Check;
        }
        // The append stays as it was: if the heads are others, it is drafted anew.
        let plan = Plan::of(append.clone(), hash, head);
        for (stream, after) in plan.heads {
            self.streams.entry(stream).and_modify(|seen| seen.after = Some(after));
        }
        self.events.extend(plan.events);
        let place = self.commands.len();
        self.places.insert(append.key, place);
        self.commands.push(Command {
            key: append.key,
            content: append.content,
            streams: plan.streams,
            last: self.events.len(),
        });
        Outcome::Write(place)
    }

    /// What is to be said of the append at this place, now that everything was as was taken for granted. The position is that
    /// of the last event of a command.
    pub(crate) fn verdict(
        &self,
        place: usize,
        append: &Append,
        position: impl Fn(usize) -> Option<Position>,
    ) -> Result<Verdict, StoreError> {
        let written = |command: usize| {
            let missing = || StoreError::Corrupt {
                place: format!("the answer to {}", append.key),
                reason: "the server gave no position".to_owned(),
            };
            let Command { content, streams, .. } = self.commands.get(command).ok_or_else(missing)?;
            let position = position(command).ok_or_else(missing)?;
            Ok(Appended { position, streams: streams.clone(), content: *content, repeated: false })
        };
        match self.outcomes.get(place) {
            Some(Outcome::Write(command)) => written(*command).map(Verdict::Appended),
            Some(Outcome::Repeat(command)) => written(*command)?.repeat(append).map(Verdict::Appended),
            Some(Outcome::Conflict(mismatches)) => Ok(Verdict::Conflict(mismatches.clone())),
            Some(Outcome::Check) | None => Ok(Verdict::Checked(append.content)),
        }
    }

    /// Whether the append at this place may have been written, when it is not known what became of the call.
    pub(crate) fn writes(&self, place: usize) -> bool {
        match self.outcomes.get(place) {
            Some(Outcome::Write(_) | Outcome::Repeat(_)) => true,
            Some(Outcome::Conflict(_) | Outcome::Check) | None => false,
        }
    }
}
