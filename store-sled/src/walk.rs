//! The way through one stream that finds out where its chain ends.

use anjuan::event::{ChainHead, RecordedEvent};
use anjuan::id::{Revision, StreamId};
use anjuan::store::Identity;

use crate::repair::LossKind;

/// The way through one stream, event after event.
pub(crate) struct Walk {
    /// The stream.
    pub(crate) stream: StreamId,
    /// The last event that the chain proves.
    pub(crate) head: Option<ChainHead>,
    /// What is wrong with the one behind it.
    pub(crate) broken: Option<LossKind>,
    /// The last event that was set aside, if it can be read.
    link: Option<ChainHead>,
    /// The highest revision that was met.
    pub(crate) seen: Option<Revision>,
    /// How many events were set aside, and whether they form one chain.
    pub(crate) set_aside: u64,
    pub(crate) chained: bool,
}

impl Walk {
    /// At the beginning of a stream.
    pub(crate) const fn new(stream: StreamId) -> Self {
        Self { stream, head: None, broken: None, link: None, seen: None, set_aside: 0, chained: true }
    }

    /// The revision behind what is proven.
    pub(crate) fn next(&self) -> Revision {
        Revision::after(self.head.map(|head| head.revision))
    }

    /// Whether the event is the proven next one. If not, it is to be set aside.
    pub(crate) fn admits(&mut self, event: &RecordedEvent, identity: Identity) -> bool {
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

    /// Takes note of an event that cannot be read.
    pub(crate) fn unreadable(&mut self, revision: Revision) {
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
