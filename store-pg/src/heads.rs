//! The newest heads in memory, so that most appends need one round trip.

use std::collections::HashMap;

use anjuan::event::ChainHead;
use anjuan::id::StreamId;

/// How many heads each of the two generations holds: some 5 MiB together.
const GENERATION: usize = 16 << 10;

/// Heads of streams that were written or read lately.
///
/// Other processes append too, so what is here may be old, and is never believed without the database having compared
/// it. Two generations instead of a list by age: when the young one is full, it becomes the old one, and what was not
/// touched since the last change is forgotten.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    young: HashMap<StreamId, ChainHead>,
    old: HashMap<StreamId, ChainHead>,
}

impl Heads {
    /// The head of a stream, as far as is known.
    pub(crate) fn of(&mut self, stream: &StreamId) -> Option<ChainHead> {
        if let Some(head) = self.young.get(stream) {
            return Some(*head);
        }
        let head = self.old.remove(stream)?;
        self.put(stream.clone(), Some(head));
        Some(head)
    }

    /// Notes the head that a stream was seen to have.
    fn put(&mut self, stream: StreamId, head: Option<ChainHead>) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        match head {
            Some(head) => drop(self.young.insert(stream, head)),
            None => {
                self.old.remove(&stream);
                self.young.remove(&stream);
            }
        }
    }

    /// Notes heads that the database has just told.
    pub(crate) fn learn(&mut self, heads: impl IntoIterator<Item = (StreamId, Option<ChainHead>)>) {
        heads.into_iter().for_each(|(stream, head)| self.put(stream, head));
    }

    /// Notes a head that was read, unless a later one is known.
    pub(crate) fn advance(&mut self, stream: &StreamId, head: ChainHead) {
        if self.of(stream).is_none_or(|known| known.revision < head.revision) {
            self.put(stream.clone(), Some(head));
        }
    }
}
