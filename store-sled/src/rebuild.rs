//! Building a sound store from what was gathered: what the index names, what the chains prove, and then the writing.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anjuan::clock::{Clock, SystemClock};
use anjuan::event::{ChainHead, RecordedEvent};
use anjuan::id::{HistoryId, Revision, StreamId, SystemEntropy};
use anjuan::store::Identity;
use sled::{IVec, Tree};

use crate::error::OpenError;
use crate::fresh::Fresh;
use crate::group::Group;
use crate::layout;
use crate::log::{self, AnswerAt, Log};
use crate::pool::Pool;
use crate::quarantine::Quarantine;
use crate::regroup::Regroup;
use crate::repair::{Loss, LossKind};
use crate::salvage::{Salvage, stream_of};

/// A store as it was built anew.
pub(crate) struct Rebuilt {
    pub(crate) identity: Identity,
    pub(crate) streams: u64,
    pub(crate) events: u64,
    pub(crate) reindexed: u64,
    pub(crate) losses: Vec<Loss>,
}

/// Builds a store in the directory `path`.
pub(crate) fn rebuild(salvage: &Salvage, path: &Path, aside: &mut Quarantine) -> Result<Rebuilt, OpenError> {
    let mut proof = Proof::of(salvage, aside)?;
    proof.index()?;
    proof.orphans()?;
    proof.streams()?;
    let Proof { findings, losses, proven, .. } = proof;
    let mut fresh = Fresh::create(path)?;
    let mut regroup = Regroup::new(&findings, &mut fresh, losses);
    regroup.run(salvage.noted)?;
    let (last, moved, reindexed) = (regroup.last(), regroup.moved, regroup.reindexed);
    let losses = regroup.finish()?;
    if last != proven {
        let reason = format!("{proven} events are proven, {last} were written");
        return Err(OpenError::damaged("the copy", reason));
    }
    let shorter = |loss: &Loss| matches!(loss, Loss::Stream { .. } | Loss::Positions { .. });
    let mut identity = salvage.identity;
    if moved || losses.iter().any(shorter) {
        identity.history = HistoryId::new(SystemClock.now(), &SystemEntropy);
    } else {
        for pair in salvage.pieces.iter() {
            let (key, value) = pair?;
            if layout::is_beside_log(&key) {
                fresh.put(&key, value)?;
            }
        }
    }
    let (streams, events) = fresh.finish(identity, last)?;
    Ok(Rebuilt { identity, streams, events, reindexed, losses })
}

/// What is known about the pieces before anything is written. Whatever grows with the store lies in trees.
pub(crate) struct Findings {
    pub(crate) log: Log,
    /// Under the key of a write's first block: the last revision of the write, and its group.
    named: Tree,
    /// Ordinal and key of the blocks that no group names.
    pub(crate) loose: Tree,
    /// Group and place of the commands whose group is lost.
    pub(crate) orphans: Tree,
    /// The groups that contradict those before them.
    rejected: HashSet<u64>,
    /// Where streams end that lost something.
    cuts: HashMap<StreamId, Option<Revision>>,
}

impl Findings {
    /// The group stored under this key, if it is part of the index.
    pub(crate) fn group(&self, key: &[u8], value: IVec) -> Option<(u64, Group)> {
        let last = layout::parse_group(key).filter(|last| !self.rejected.contains(last))?;
        Some((last, log::group(last, key, value).ok()?))
    }

    /// Whether this group is the one that names the write that begins here.
    pub(crate) fn names(&self, group: u64, stream: &StreamId, first: Revision) -> Result<bool, OpenError> {
        let found = self.named.get(layout::block(stream, first))?;
        Ok(found.is_some_and(|value| value.ends_with(&group.to_be_bytes())))
    }

    /// The last revision that a write which begins in this range has.
    fn last_named(&self, stream: &StreamId, to: Option<Revision>) -> Result<Option<Revision>, OpenError> {
        let found = self.named.range(layout::blocks_of(stream, Revision::FIRST, to)).next_back();
        let last = found.transpose()?.and_then(|(_, value)| value.first_chunk().copied());
        Ok(last.and_then(|last| Revision::new(u64::from_be_bytes(last))))
    }

    fn is_named(&self, stream: &StreamId, revision: Revision) -> Result<bool, OpenError> {
        Ok(self.last_named(stream, Some(revision))?.is_some_and(|last| last >= revision))
    }

    /// The proven events of a stream within these revisions.
    pub(crate) fn events(
        &self,
        stream: &StreamId,
        first: Revision,
        last: Revision,
    ) -> Result<Vec<RecordedEvent>, OpenError> {
        let last = match self.cuts.get(stream) {
            None => last,
            Some(Some(cut)) => last.min(*cut),
            Some(None) => return Ok(Vec::new()),
        };
        let (mut events, mut next, mut pool) = (Vec::new(), first, Pool::default());
        if last < first {
            return Ok(events);
        }
        for pair in self.log.blocks(stream, first, Some(last)) {
            let (key, value) = pair?;
            let Ok(mut block) = self.log.block(&key, value, Some(stream), &mut pool) else { continue };
            // A block that breaks off has given what was proven of it.
            while let Ok(Some(event)) = block.next(&mut pool) {
                if event.revision == next && next <= last {
                    next = next.next();
                    events.push(event);
                }
            }
        }
        Ok(events)
    }
}

/// The walk over all pieces that finds out what is proven.
struct Proof<'a> {
    findings: Findings,
    losses: Vec<Loss>,
    /// How many events are proven.
    proven: u64,
    aside: &'a mut Quarantine,
}

impl<'a> Proof<'a> {
    fn of(salvage: &Salvage, aside: &'a mut Quarantine) -> Result<Self, OpenError> {
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
    fn index(&mut self) -> Result<(), OpenError> {
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
    fn orphans(&mut self) -> Result<(), OpenError> {
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
    fn streams(&mut self) -> Result<(), OpenError> {
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

/// The way through one stream.
struct Walk {
    stream: StreamId,
    /// The last event that the chain proves.
    head: Option<ChainHead>,
    /// What is wrong with the one behind it.
    broken: Option<LossKind>,
    /// The last event that was set aside, if it can be read.
    link: Option<ChainHead>,
    /// The highest revision that was met.
    seen: Option<Revision>,
    set_aside: u64,
    chained: bool,
}

impl Walk {
    const fn new(stream: StreamId) -> Self {
        Self { stream, head: None, broken: None, link: None, seen: None, set_aside: 0, chained: true }
    }

    fn next(&self) -> Revision {
        Revision::after(self.head.map(|head| head.revision))
    }

    /// Whether the event is the proven next one. If not, it is to be set aside.
    fn admits(&mut self, event: &RecordedEvent, identity: Identity) -> bool {
        let (next, head) = (self.next(), ChainHead { revision: event.revision, digest: event.digest });
        if self.broken.is_none() {
            if ChainHead::admits(self.head.as_ref(), identity.hash, event) {
                self.head = Some(head);
                return true;
            }
            let kind = if event.revision == next { LossKind::Altered } else { LossKind::Missing };
            self.broken = Some(kind);
        }
        self.chained &= self.set_aside == 0
            || self.link.is_some_and(|link| ChainHead::admits(Some(&link), identity.hash, event));
        self.link = Some(head);
        self.set_aside += 1;
        self.seen = self.seen.max(Some(event.revision));
        false
    }

    fn unreadable(&mut self, revision: Revision) {
        let next = self.next();
        if self.broken.is_none() {
            let kind = if revision == next { LossKind::Unreadable } else { LossKind::Missing };
            self.broken = Some(kind);
        }
        // What follows begins a chain of its own.
        self.chained &= self.set_aside == 0;
        self.link = None;
        self.seen = self.seen.max(Some(revision));
    }
}
