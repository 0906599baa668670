//! The three ways through the log. Each is bounded by what was settled when it was asked for, so that no reader
//! sees what could still be lost.

use std::ops::Bound;

use anjuan::event::RecordedEvent;
use anjuan::id::{Revision, StreamId};
use anjuan::store::{Direction, Filter, ReadStream, ReadStreams, StoreError};

use crate::chunks::{Chunk, Scan};
use crate::group::StoredWrite;
use crate::layout::{self, KeyRange};
use crate::log::{Log, index_at};
use crate::record::Damage;

/// How many groups one round of a filtered read looks at: there may be nothing for it in any of them.
const GROUPS_PER_ROUND: usize = 4_096;

/// One stream, from old to new or back.
pub(crate) struct StreamScan {
    stream: StreamId,
    /// The revisions still wanted, both inclusive.
    from: Revision,
    to: Option<Revision>,
    left: usize,
    direction: Direction,
    settled: u64,
}

impl StreamScan {
    pub(crate) fn new(read: ReadStream, settled: u64) -> Self {
        let ReadStream { stream, from, to, limit, direction, .. } = read;
        Self { stream, from, to, left: limit.unwrap_or(usize::MAX), direction, settled }
    }

    fn is_over(&self) -> bool {
        self.left == 0 || self.to.is_some_and(|to| to < self.from)
    }

    fn forward(&mut self, log: &Log, chunk: &mut Chunk) -> Result<bool, StoreError> {
        let start = log.block_around(&self.stream, self.from)?;
        for pair in log.blocks(&self.stream, start, self.to) {
            let (key, value) = pair?;
            let mut block = log.block(&key, value, Some(&self.stream), &mut chunk.pool)?;
            while let Some(event) = block.next(&mut chunk.pool)? {
                if event.revision < self.from {
                    continue;
                }
                if self.is_over() || event.position.ordinal() > self.settled {
                    return Ok(false);
                }
                if event.revision != self.from {
                    return Err(self.missing(self.from));
                }
                self.from = event.revision.next();
                self.left -= 1;
                chunk.push(event);
            }
            if chunk.is_full() {
                return Ok(!self.is_over());
            }
        }
        Ok(false)
    }

    fn backward(&mut self, log: &Log, chunk: &mut Chunk) -> Result<bool, StoreError> {
        self.settle_end(log)?;
        let Some(mut next) = self.to else { return Ok(false) };
        for pair in log.blocks(&self.stream, Revision::FIRST, self.to).rev() {
            let (key, value) = pair?;
            let block = log.block(&key, value, Some(&self.stream), &mut chunk.pool)?;
            for event in block.rest(&mut chunk.pool)?.into_iter().rev() {
                if event.revision > next {
                    continue;
                }
                if self.is_over() {
                    return Ok(false);
                }
                if event.revision != next {
                    return Err(self.missing(next));
                }
                self.left -= 1;
                chunk.push(event);
                let Some(before) = Revision::new(next.get() - 1) else { return Ok(false) };
                (next, self.to) = (before, Some(before));
            }
            if chunk.is_full() {
                return Ok(!self.is_over());
            }
        }
        if self.is_over() { Ok(false) } else { Err(self.missing(next)) }
    }

    /// Brings `to` down to the last settled revision; to nothing, if there is none.
    fn settle_end(&mut self, log: &Log) -> Result<(), StoreError> {
        if let Some(to) = self.to
            && let Some(events) = log.last_block(&self.stream, Some(to))?
            && events.iter().any(|event| event.revision == to && self.is_settled(event))
        {
            return Ok(());
        }
        // What is not settled yet lies at the very end, so this looks at few blocks.
        let mut before = None;
        let last = loop {
            let Some(events) = log.last_block(&self.stream, before)? else { break None };
            if let Some(last) = events.iter().rfind(|event| self.is_settled(event)) {
                break Some(last.revision);
            }
            before = events.first().and_then(|first| Revision::new(first.revision.get() - 1));
            if before.is_none() {
                break None;
            }
        };
        match (self.to, last) {
            (Some(to), Some(last)) if to < last => Err(self.missing(to)),
            (_, last) => {
                self.to = last;
                Ok(())
            }
        }
    }

    fn is_settled(&self, event: &RecordedEvent) -> bool {
        event.position.ordinal() <= self.settled
    }

    fn missing(&self, revision: Revision) -> StoreError {
        missing(&self.stream, revision)
    }
}

impl Scan for StreamScan {
    fn fill(&mut self, log: &Log, chunk: &mut Chunk) -> Result<bool, StoreError> {
        match self.direction {
            _ if self.is_over() => Ok(false),
            Direction::Forward => self.forward(log, chunk),
            Direction::Backward => self.backward(log, chunk),
        }
    }
}

fn missing(stream: &StreamId, revision: Revision) -> StoreError {
    Damage::Missing.at(format_args!("{stream} revision {revision}"))
}

/// All streams, one after the other.
pub(crate) struct StreamsScan {
    range: KeyRange,
    /// The stream that is being read, and its next revision.
    at: Option<(StreamId, Revision)>,
    settled: u64,
}

impl StreamsScan {
    pub(crate) fn new(read: &ReadStreams, settled: u64) -> Self {
        let range = layout::blocks_between(read.category.as_deref(), read.after.as_ref(), read.to.as_ref());
        Self { range, at: None, settled }
    }
}

impl Scan for StreamsScan {
    fn fill(&mut self, log: &Log, chunk: &mut Chunk) -> Result<bool, StoreError> {
        for pair in log.range(self.range.clone(), "the events") {
            let (key, value) = pair?;
            let last = self.at.as_ref().map(|(stream, _)| stream);
            let mut block = log.block(&key, value, last, &mut chunk.pool)?;
            let mut next = match self.at.take() {
                Some((stream, next)) if stream == block.stream => next,
                Some(_) | None => Revision::FIRST,
            };
            while let Some(event) = block.next(&mut chunk.pool)? {
                if event.position.ordinal() > self.settled {
                    break;
                }
                if event.revision != next {
                    return Err(missing(&block.stream, next));
                }
                next = next.next();
                chunk.push(event);
            }
            self.at = Some((block.stream, next));
            if chunk.is_full() {
                self.range.0 = Bound::Excluded(key.to_vec());
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// All events in the order of their positions.
pub(crate) struct AllScan {
    /// The ordinals still wanted: behind the first, up to the second.
    after: u64,
    to: u64,
    left: usize,
    filter: Filter,
    /// Room for the key of a block: there are as many look-ups as blocks.
    key: Vec<u8>,
}

impl AllScan {
    pub(crate) fn new(after: u64, to: u64, limit: Option<usize>, filter: Filter) -> Self {
        Self { after, to, left: limit.unwrap_or(usize::MAX), filter, key: Vec::new() }
    }

    /// Reads what is wanted of one write, and moves behind it.
    fn write(&mut self, log: &Log, write: &StoredWrite<'_>, chunk: &mut Chunk) -> Result<(), StoreError> {
        let wanted = |index: usize| {
            let ordinal = write.ordinal + index as u64;
            ordinal > self.after
                && ordinal <= self.to
                && write.event_type(index).is_some_and(|name| self.filter.wants(&write.stream, name))
        };
        let mut index = if (0..write.len()).any(wanted) { 0 } else { write.len() };
        while index < write.len() {
            let revision = Revision::new(write.first.get() + index as u64).unwrap_or(write.first);
            let block = log.block_at(&mut self.key, &write.stream, revision, &mut chunk.pool)?;
            let mut block = block.ok_or_else(|| missing(&write.stream, revision))?;
            let mut agrees = block.first_ordinal == write.ordinal + index as u64;
            while let Some(event) = block.next(&mut chunk.pool)? {
                agrees &= Some(&event.event_type) == write.event_type(index);
                if !agrees {
                    let reason = Damage::Content("the index says otherwise");
                    return Err(reason.at(format_args!("{} revision {}", event.stream, event.revision)));
                }
                if wanted(index) && self.left > 0 {
                    self.left -= 1;
                    chunk.push(event);
                }
                index += 1;
            }
        }
        self.after = self.after.max(write.ordinal + write.len() as u64 - 1).min(self.to);
        Ok(())
    }
}

impl Scan for AllScan {
    fn fill(&mut self, log: &Log, chunk: &mut Chunk) -> Result<bool, StoreError> {
        let mut groups = log.stored_groups(self.after);
        for _ in 0..GROUPS_PER_ROUND {
            if self.left == 0 || self.after >= self.to {
                return Ok(false);
            }
            let missing = || Damage::Missing.at(index_at(self.after + 1));
            let stored = groups.next().ok_or_else(missing)??;
            let mut group = stored.read(&mut chunk.pool)?;
            if group.first > self.after + 1 {
                return Err(missing());
            }
            while let Some(write) = group.next_write().map_err(|damage| stored.damaged(damage))? {
                self.write(log, &write, chunk)?;
                if chunk.is_full() {
                    return Ok(true);
                }
            }
            group.end(stored.last).map_err(|damage| stored.damaged(damage))?;
            self.after = self.after.max(stored.last).min(self.to);
        }
        Ok(true)
    }
}
