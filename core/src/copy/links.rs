//! The chains of all streams while their events pass in global order.

use std::collections::BTreeMap;

use crate::event::{ChainHead, Digest, HashAlgorithm, RecordedEvent};
use crate::id::{Revision, StreamId};
use crate::store::{Fault, FaultKind};

/// The last link of every stream that has passed, as it is in the source and as it must become in the target.
#[derive(Debug)]
pub(crate) struct Links {
    source: HashAlgorithm,
    target: HashAlgorithm,
    last: BTreeMap<StreamId, Link>,
    events: u64,
}

#[derive(Debug)]
struct Link {
    revision: Revision,
    source: Digest,
    target: Digest,
}

impl Link {
    const fn head(&self, digest: Digest) -> ChainHead {
        ChainHead { revision: self.revision, digest }
    }
}

impl Links {
    pub(crate) const fn new(source: HashAlgorithm, target: HashAlgorithm) -> Self {
        Self { source, target, last: BTreeMap::new(), events: 0 }
    }

    /// Lets an event pass, if it is the true successor of the one before it in its stream.
    ///
    /// # Errors
    /// Where the chain is broken, and how.
    pub(crate) fn admit(&mut self, event: &RecordedEvent) -> Result<(), Fault> {
        let before = self.last.get(&event.stream);
        let fault = |kind| Fault { stream: Some(event.stream.clone()), revision: Some(event.revision), kind };
        if event.revision != Revision::after(before.map(|link| link.revision)) {
            return Err(fault(FaultKind::Gap));
        }
        if !ChainHead::admits(before.map(|link| link.head(link.source)).as_ref(), self.source, event) {
            return Err(fault(FaultKind::Digest));
        }
        let target = if self.source == self.target {
            event.digest
        } else {
            let before = before.map(|link| link.head(link.target));
            ChainHead::extend(before.as_ref(), self.target, &event.stream, &event.to_new()).digest
        };
        let link = Link { revision: event.revision, source: event.digest, target };
        self.last.insert(event.stream.clone(), link);
        self.events += 1;
        Ok(())
    }

    /// How many streams have passed.
    pub(crate) fn streams(&self) -> u64 {
        self.last.len() as u64
    }

    /// How many events have passed.
    pub(crate) const fn events(&self) -> u64 {
        self.events
    }

    /// What the heads of the target must be, in the order of the streams.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = (&StreamId, ChainHead)> + Send {
        self.last.iter().map(|(stream, link)| (stream, link.head(link.target)))
    }
}
