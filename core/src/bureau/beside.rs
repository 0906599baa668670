//! What an append writes and checks beside the cases: registers and records.

use std::collections::BTreeMap;

use crate::event::NewEvent;
use crate::id::{Revision, StreamId};
use crate::store::{EventStore, EventStoreExt, Expected, StoreError, StreamWrite};

/// The numbers that one append draws, and the records that must not have changed. Several cases in one append share them.
#[derive(Debug, Default)]
pub(super) struct Beside {
    draws: Vec<Draw>,
    checks: BTreeMap<StreamId, StreamWrite>,
}

/// A register from which numbers are drawn: as it stands in the store, and behind that what is drawn already.
#[derive(Debug)]
pub(super) struct Draw {
    stream: StreamId,
    head: Option<Revision>,
    events: Vec<NewEvent>,
}

impl Beside {
    /// The register that is this stream.
    pub(super) async fn register(
        &mut self,
        store: &dyn EventStore,
        stream: StreamId,
    ) -> Result<&mut Draw, StoreError> {
        let known = self.draws.iter().position(|draw| draw.stream == stream);
        let place = known.unwrap_or(self.draws.len());
        if known.is_none() {
            let head = store.stream_head(&stream).await?.map(|head| head.revision);
            self.draws.push(Draw { stream, head, events: Vec::new() });
        }
        Ok(self.draws.get_mut(place).expect("it was there, or was put there"))
    }

    /// A stream that must still be as it was when it was first looked at.
    pub(super) fn check(&mut self, check: StreamWrite) {
        self.checks.entry(check.stream.clone()).or_insert(check);
    }

    /// The writes to the cases; with what takes the numbers, as long as nobody else takes one of them first; and with the
    /// checks, but those of streams that are written anyhow.
    pub(super) fn with(mut self, mut writes: Vec<StreamWrite>) -> Vec<StreamWrite> {
        for write in &writes {
            self.checks.remove(&write.stream);
        }
        let draws = self.draws.into_iter().map(|Draw { stream, head, events }| {
            let expected = Expected::at(head);
            StreamWrite { stream, expected, events }
        });
        writes.extend(draws.chain(self.checks.into_values()));
        writes
    }
}

impl Draw {
    /// The next number that is free.
    pub(super) fn serial(&self) -> u64 {
        self.head.map_or(0, Revision::get) + self.events.len() as u64 + 1
    }

    pub(super) fn take(&mut self, drawn: NewEvent) {
        self.events.push(drawn);
    }
}
