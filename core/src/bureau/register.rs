//! The registers of numbers: a stream for each office, year, kind and register, whose revisions are the numbers.

use serde::{Deserialize, Serialize};

use crate::case::{CaseId, CaseNumber, Register};
use crate::event::NewEvent;
use crate::event_set;
use crate::id::{Revision, StreamId};
use crate::store::{EventStore, EventStoreExt, Expected, StoreError, StreamWrite};

event_set! {
    /// What happens in a register.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum RegisterEvent {
        /// A number was given to a case (编号).
        NumberDrawn(NumberDrawn) = 1,
    }
}

/// A number was given to a case. Its serial is the revision of this event, so numbers have no gap and no repeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberDrawn {
    /// In which register.
    #[serde(default = "of_cases", skip_serializing_if = "Register::is_of_cases")]
    pub register: Register,
    /// The number.
    pub number: CaseNumber,
    /// The case.
    pub case: CaseId,
}

/// The first register there was; its entries do not name it.
const fn of_cases() -> Register {
    Register::Cases
}

/// The numbers that one append draws, from whatever registers.
#[derive(Debug, Default)]
pub(super) struct Draws(Vec<Draw>);

/// A register from which numbers are drawn: as it stands in the store, and behind that what is drawn already.
#[derive(Debug)]
pub(super) struct Draw {
    stream: StreamId,
    head: Option<Revision>,
    events: Vec<NewEvent>,
}

impl Draws {
    /// The register that is this stream.
    pub(super) async fn from(
        &mut self,
        store: &dyn EventStore,
        stream: StreamId,
    ) -> Result<&mut Draw, StoreError> {
        let known = self.0.iter().position(|draw| draw.stream == stream);
        let place = known.unwrap_or(self.0.len());
        if known.is_none() {
            let head = store.stream_head(&stream).await?.map(|head| head.revision);
            self.0.push(Draw { stream, head, events: Vec::new() });
        }
        Ok(self.0.get_mut(place).expect("it was there, or was put there"))
    }

    /// What takes the numbers, as long as nobody else takes one of them first.
    pub(super) fn into_writes(self) -> impl Iterator<Item = StreamWrite> {
        self.0.into_iter().map(|Draw { stream, head, events }| {
            let expected = Expected::at(head);
            StreamWrite { stream, expected, events }
        })
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
