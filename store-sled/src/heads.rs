//! The newest heads in memory, so that most appends need no read.

use std::collections::HashMap;

use anjuan::event::ChainHead;
use anjuan::id::StreamId;
use anjuan::store::StoreError;

use crate::log::Log;

/// How many heads each of the two generations holds: some 5 MiB together.
const GENERATION: usize = 16 << 10;

/// Heads of streams that were written or looked at lately.
///
/// Two generations instead of a list by age: when the young one is full, it becomes the old one, and what was not
/// touched since the last change is forgotten. The writer alone appends, so what is here is never stale.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    young: HashMap<StreamId, Option<ChainHead>>,
    old: HashMap<StreamId, Option<ChainHead>>,
}

impl Heads {
    /// The head of a stream, from memory or from the log.
    pub(crate) fn of(&mut self, stream: &StreamId, log: &Log) -> Result<Option<ChainHead>, StoreError> {
        if let Some(head) = self.young.get(stream) {
            return Ok(*head);
        }
        let head = match self.old.remove(stream) {
            Some(head) => head,
            None => log.head(stream)?,
        };
        self.remember(stream.clone(), head);
        Ok(head)
    }

    /// Notes the head that a stream has now.
    pub(crate) fn remember(&mut self, stream: StreamId, head: Option<ChainHead>) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(stream, head);
    }
}
