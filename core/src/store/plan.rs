//! What is the same in every store: limits, expectations, revisions and the hash chain of an append.

use std::collections::HashSet;

use super::{Append, AppendedTo, Expected, Limit, StoreError};
use crate::event::{ChainHead, HashAlgorithm, NewEvent, RecordedEvent};
use crate::id::{Position, Revision, StreamId};

/// The events of an append with their revisions and digests, ready to be stored. For implementers of stores.
#[derive(Debug)]
pub struct Plan {
    /// The events in order; positions are given to them in this order.
    pub events: Vec<Planned>,
    /// The streams that get events, with the head each will have.
    pub heads: Vec<(StreamId, ChainHead)>,
    /// What the append will answer about its streams.
    pub streams: Vec<AppendedTo>,
}

/// One event of a plan.
#[derive(Debug)]
pub struct Planned {
    /// The stream.
    pub stream: StreamId,
    /// Its revision and digest.
    pub head: ChainHead,
    /// The event.
    pub event: NewEvent,
}

impl Planned {
    /// The event as it is recorded at a position.
    #[must_use]
    pub fn record(self, position: Position) -> RecordedEvent {
        let Self { stream, head, event } = self;
        RecordedEvent {
            position,
            stream,
            revision: head.revision,
            id: event.id,
            event_type: event.event_type,
            schema_version: event.schema_version,
            occurred_at: event.occurred_at,
            recorded_at: event.recorded_at,
            metadata: event.metadata,
            data: event.data,
            digest: head.digest,
        }
    }
}

/// A stream that is not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The stream.
    pub stream: StreamId,
    /// What was expected.
    pub expected: Expected,
    /// Its last revision.
    pub actual: Option<Revision>,
}

impl Plan {
    /// Checks what can be checked without looking at the store: limits, and that no stream comes twice.
    ///
    /// Stores call it before they queue an append.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] or [`StoreError::Invalid`].
    pub fn check(append: &Append) -> Result<(), StoreError> {
        at_most(Limit::StreamsPerAppend, append.writes.len())?;
        at_most(Limit::EventsPerAppend, append.event_count())?;
        let mut bytes = 0;
        for event in append.writes.iter().flat_map(|write| &write.events) {
            at_most(Limit::DataBytes, event.data.len())?;
            at_most(Limit::MetadataBytes, event.metadata.len())?;
            bytes += event.data.len() + event.metadata.len();
        }
        at_most(Limit::BytesPerAppend, bytes)?;
        let mut seen = HashSet::new();
        match append.writes.iter().find(|write| !seen.insert(&write.stream)) {
            Some(twice) => {
                Err(StoreError::Invalid { reason: format!("stream {} comes twice", twice.stream) })
            }
            None => Ok(()),
        }
    }

    /// Every expectation that the heads of the streams do not meet.
    pub fn mismatches(
        append: &Append,
        mut head: impl FnMut(&StreamId) -> Option<ChainHead>,
    ) -> Vec<Mismatch> {
        append
            .writes
            .iter()
            .filter_map(|write| {
                let actual = head(&write.stream).map(|head| head.revision);
                let (stream, expected) = (write.stream.clone(), write.expected);
                (!expected.admits(actual)).then_some(Mismatch { stream, expected, actual })
            })
            .collect()
    }

    /// Gives every event its revision and digest. The expectations have been checked against the same heads.
    pub fn of(
        append: Append,
        algorithm: HashAlgorithm,
        mut head: impl FnMut(&StreamId) -> Option<ChainHead>,
    ) -> Self {
        let mut plan = Self { events: Vec::new(), heads: Vec::new(), streams: Vec::new() };
        for write in append.writes {
            let before = head(&write.stream);
            let mut last = before;
            for event in write.events {
                let next = ChainHead::extend(last.as_ref(), algorithm, &write.stream, &event);
                last = Some(next);
                plan.events.push(Planned { stream: write.stream.clone(), head: next, event });
            }
            if let Some(last) = last.filter(|_| last != before) {
                let first = Revision::after(before.map(|head| head.revision));
                plan.streams.push(AppendedTo { stream: write.stream.clone(), first, last: last.revision });
                plan.heads.push((write.stream, last));
            }
        }
        plan
    }
}

fn at_most(limit: Limit, actual: usize) -> Result<(), StoreError> {
    if actual <= limit.max() { Ok(()) } else { Err(StoreError::TooLarge { limit, actual }) }
}
