//! What is known about the pieces of a damaged store before a new one is written.

use std::collections::{HashMap, HashSet};

use anjuan::event::RecordedEvent;
use anjuan::id::{Revision, StreamId};
use sled::{IVec, Tree};

use crate::error::OpenError;
use crate::group::Group;
use crate::layout;
use crate::log::{self, Log};
use crate::pool::Pool;

/// What the index names and the chains prove. Whatever grows with the store lies in trees.
pub(crate) struct Findings {
    pub(crate) log: Log,
    /// Under the key of a write's first block: the last revision of the write, and its group.
    pub(crate) named: Tree,
    /// Ordinal and key of the blocks that no group names.
    pub(crate) loose: Tree,
    /// Group and place of the commands whose group is lost.
    pub(crate) orphans: Tree,
    /// The groups that contradict those before them.
    pub(crate) rejected: HashSet<u64>,
    /// Where streams end that lost something.
    pub(crate) cuts: HashMap<StreamId, Option<Revision>>,
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
    pub(crate) fn last_named(
        &self,
        stream: &StreamId,
        to: Option<Revision>,
    ) -> Result<Option<Revision>, OpenError> {
        let found = self.named.range(layout::blocks_of(stream, Revision::FIRST, to)).next_back();
        let last = found.transpose()?.and_then(|(_, value)| value.first_chunk().copied());
        Ok(last.and_then(|last| Revision::new(u64::from_be_bytes(last))))
    }

    pub(crate) fn is_named(&self, stream: &StreamId, revision: Revision) -> Result<bool, OpenError> {
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
