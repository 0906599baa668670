//! Finding out what is proven: which writes the index names, and how far each stream is what was written.

use std::collections::{HashMap, HashSet};

use anjuan::id::Revision;
use sled::IVec;

use crate::error::OpenError;
use crate::findings::Findings;
use crate::group::Group;
use crate::layout;
use crate::log::{AnswerAt, Log};
use crate::pool::Pool;
use crate::quarantine::Quarantine;
use crate::repair::{Loss, LossKind};
use crate::salvage::{Salvage, stream_of};
use crate::walk::Walk;

/// The way over all pieces.
pub(crate) struct Proof<'a> {
    pub(crate) findings: Findings,
    pub(crate) losses: Vec<Loss>,
    /// How many events are proven.
    pub(crate) proven: u64,
    aside: &'a mut Quarantine,
}

impl<'a> Proof<'a> {
    /// Nothing is known yet.
    pub(crate) fn of(salvage: &Salvage, aside: &'a mut Quarantine) -> Result<Self, OpenError> {
        let pieces = &salvage.pieces;
        let findings = Findings {
            named: pieces.open_tree("named")?,
            loose: pieces.open_tree("loose")?,
            orphans: pieces.open_tree("orphans")?,
            rejected: HashSet::new(),
            cuts: HashMap::new(),
            log: Log { db: pieces.clone(), identity: salvage.identity },
        };
        Ok(Self { findings, losses: Vec::new(), proven: 0, aside })
    }

    /// Takes every group that does not contradict one before it, and notes which writes it names.
    pub(crate) fn index(&mut self) -> Result<(), OpenError> {
        let mut end = 0;
        for pair in self.findings.log.db.range(layout::groups_after(0)) {
            let (key, value) = pair?;
            match self.findings.group(&key, value.clone()) {
                Some((last, group)) if group.first > end => {
                    end = last;
                    self.name(last, &group)?;
                }
                Some((last, _)) => {
                    self.findings.rejected.insert(last);
                    self.aside.value(&key, &value, "the index contradicts itself")?;
                }
                None => self.aside.value(&key, &value, "this part of the index cannot be read")?,
            }
        }
        Ok(())
    }

    fn name(&mut self, last: u64, group: &Group) -> Result<(), OpenError> {
        for (_, write) in group.writes() {
            let (stream, end) = (&write.stream, write.last());
            let taken = self.findings.is_named(stream, write.first)?
                || self
                    .findings
                    .named
                    .range(layout::blocks_of(stream, write.first, Some(end)))
                    .next()
                    .is_some();
            if !taken {
                let value = [end.get().to_be_bytes(), last.to_be_bytes()].concat();
                self.findings.named.insert(layout::block(stream, write.first), value)?;
            }
        }
        Ok(())
    }

    /// Notes the commands whose group is lost.
    pub(crate) fn orphans(&mut self) -> Result<(), OpenError> {
        let Findings { log, orphans, .. } = &self.findings;
        for pair in log.db.range(layout::all_commands()) {
            let (key, value) = pair?;
            let (Some(command), Ok(at)) = (layout::parse_command(&key), AnswerAt::decode(&key, value)) else {
                continue;
            };
            let group = layout::group(at.group);
            let found = log.db.get(&group)?.and_then(|value| self.findings.group(&group, value));
            if found.is_none() {
                let place = [at.group.to_be_bytes().as_slice(), &at.place.to_be_bytes()].concat();
                orphans.insert(place, command.as_uuid().as_bytes())?;
            }
        }
        Ok(())
    }

    /// Proves every stream, as far as it can be proven.
    pub(crate) fn streams(&mut self) -> Result<(), OpenError> {
        let mut walk: Option<Walk> = None;
        for pair in self.findings.log.db.range(layout::all_blocks()) {
            let (key, value) = pair?;
            let Some((stream, first)) = stream_of(&key) else {
                self.aside.value(&key, &value, "nothing is stored under such a key")?;
                continue;
            };
            let mut current = match walk.take() {
                Some(walk) if walk.stream == stream => walk,
                other => {
                    self.end(other)?;
                    Walk::new(stream)
                }
            };
            self.block(&mut current, first, &key, value)?;
            walk = Some(current);
        }
        self.end(walk)?;
        self.vanished()
    }

    fn block(&mut self, walk: &mut Walk, first: Revision, key: &[u8], value: IVec) -> Result<(), OpenError> {
        let (log, mut pool) = (&self.findings.log, Pool::default());
        // A block that begins before the end of what is proven is a copy of it, and takes nothing away.
        let copy = walk.broken.is_none() && first < walk.next();
        let mut block = match log.block(key, value.clone(), Some(&walk.stream), &mut pool) {
            Ok(block) => block,
            Err(error) => {
                if !copy {
                    walk.unreadable(first);
                }
                return Ok(self.aside.value(key, &value, &error.to_string())?);
            }
        };
        let (mut proven, mut revision) = (None, first);
        loop {
            match block.next(&mut pool) {
                Ok(Some(event)) => {
                    revision = event.revision.next();
                    if !copy && walk.admits(&event, log.identity) {
                        proven = proven.or(Some(event.position.ordinal()));
                        self.proven += 1;
                    } else {
                        self.aside.event(&event)?;
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    if !copy {
                        walk.unreadable(revision);
                    }
                    self.aside.value(key, &value, &error.to_string())?;
                    break;
                }
            }
        }
        if let Some(ordinal) = proven
            && !self.findings.is_named(&walk.stream, first)?
        {
            self.findings.loose.insert([&ordinal.to_be_bytes(), key].concat(), &[])?;
        }
        Ok(())
    }

    /// Ends the walk through a stream: notes where it is cut, and what is lost.
    fn end(&mut self, walk: Option<Walk>) -> Result<(), OpenError> {
        let Some(walk) = walk else { return Ok(()) };
        let named = self.findings.last_named(&walk.stream, None)?;
        let (from, kept) = (walk.next(), walk.head.map(|head| head.revision));
        let broken = walk.broken.or_else(|| (named >= Some(from)).then_some(LossKind::Missing));
        if let Some(kind) = broken {
            let to = named.max(walk.seen).unwrap_or(from).max(from);
            self.findings.cuts.insert(walk.stream.clone(), kept);
            let Walk { stream, set_aside, chained, .. } = walk;
            self.losses.push(Loss::Stream { stream, from, to, kind, set_aside, chained });
        }
        Ok(())
    }

    /// Finds the streams that the index names and of which no block is left.
    fn vanished(&mut self) -> Result<(), OpenError> {
        let (mut low, high) = layout::all_blocks();
        while let Some(pair) = self.findings.named.range((low, high.clone())).next() {
            let (key, _) = pair?;
            let Some((stream, _)) = stream_of(&key) else { return Ok(()) };
            if self.findings.log.blocks(&stream, Revision::FIRST, None).next().is_none() {
                self.end(Some(Walk::new(stream.clone())))?;
            }
            low = layout::behind(&stream);
        }
        Ok(())
    }
}
