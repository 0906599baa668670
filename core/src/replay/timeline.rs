//! A stream in the order in which things happened.

use std::collections::BTreeSet;
use std::fmt;

use futures_core::Stream;
use futures_util::StreamExt;

use super::{AsOf, ReplayError, Replayed, evolve, is_next};
use crate::clock::Timestamp;
use crate::decider::Decider;
use crate::event::{ChainHead, Codec, EventSet, RecordedEvent};
use crate::id::Revision;
use crate::store::StoreError;

/// One event of a timeline: as it is recorded, and as it is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened<E> {
    /// The event with its times, its metadata and its place in the stream.
    pub recorded: RecordedEvent,
    /// What it says.
    pub event: E,
}

/// All events of one stream in the order in which they happened, with the state that they add up to.
///
/// What happened at one moment stands in the order in which it was recorded. Whoever asks for the present state only
/// takes [`replay`](super::replay) instead.
pub struct Timeline<D: Decider> {
    /// By the moment at which they happened, then by revision.
    events: Vec<Happened<D::Event>>,
    present: Replayed<D::State>,
}

impl<D: Decider> Timeline<D> {
    /// Reads the events of one stream, from the first on.
    ///
    /// # Errors
    /// The store cannot be read, or an event does not fit; the error names stream and revision.
    ///
    /// # Cancel safety
    /// Reading has no effect; a dropped future leaves nothing behind.
    pub async fn read(
        codec: &Codec<D::Event>,
        events: impl Stream<Item = Result<RecordedEvent, StoreError>> + Send,
    ) -> Result<Self, ReplayError> {
        let mut events = std::pin::pin!(events);
        let (mut happened, mut head) = (Vec::new(), None);
        while let Some(recorded) = events.next().await {
            happened.push(next(codec, &mut head, recorded?)?);
        }
        Self::of(happened, head)
    }

    /// The timeline with what was recorded after it.
    ///
    /// # Errors
    /// An event does not fit; the error names stream and revision.
    pub fn extend(
        mut self,
        codec: &Codec<D::Event>,
        recorded: &[RecordedEvent],
    ) -> Result<Self, ReplayError> {
        let (known, mut head) = (self.events.len(), self.present.head);
        for recorded in recorded {
            self.events.push(next(codec, &mut head, recorded.clone())?);
        }
        let until = self.present.until;
        let new = self.events.get(known..).unwrap_or_default();
        // Only what happened after everything before it can be put on top.
        if new.iter().map(at).is_sorted() && !new.first().is_some_and(|first| self.present.is_past(at(first)))
        {
            let state = fold::<D>(self.present.state, new)?;
            self.present = Replayed { state, head, until: new.last().map(at).or(until) };
            return Ok(self);
        }
        Self::of(self.events, head)
    }

    /// The events in the order in which they happened.
    #[must_use]
    pub fn events(&self) -> &[Happened<D::Event>] {
        &self.events
    }

    /// The state that all of them add up to.
    #[must_use]
    pub const fn present(&self) -> &Replayed<D::State> {
        &self.present
    }

    /// The state that all of them add up to.
    #[must_use]
    pub fn into_replayed(self) -> Replayed<D::State> {
        self.present
    }

    /// What happened at this moment, in the order in which it was recorded.
    #[must_use]
    pub fn at(&self, moment: Timestamp) -> &[Happened<D::Event>] {
        let first = self.events.partition_point(|one| at(one) < moment);
        let (until, _) = self.events.split_at(self.events.partition_point(|one| at(one) <= moment));
        until.get(first..).unwrap_or_default()
    }

    /// What happened after this moment, in the order in which it happened.
    #[must_use]
    pub fn after(&self, moment: Timestamp) -> &[Happened<D::Event>] {
        self.events.split_at(self.events.partition_point(|one| at(one) <= moment)).1
    }

    /// The events that had happened and were known, in the order in which they happened.
    pub fn as_of(&self, as_of: AsOf) -> impl Iterator<Item = &Happened<D::Event>> {
        let unknown = self.first_unknown(as_of.known);
        let happened = move |one: &&Happened<_>| as_of.happened.is_none_or(|moment| at(one) <= moment);
        let known = move |one: &&Happened<_>| unknown.is_none_or(|first| one.recorded.revision < first);
        self.events.iter().take_while(happened).filter(known)
    }

    /// The state as it was, as it was known, or both.
    ///
    /// # Errors
    /// An event cannot follow the one before it: what was known at that moment was not yet a whole.
    pub fn state_as_of(&self, as_of: AsOf) -> Result<D::State, ReplayError> {
        let is_present = as_of.known.is_none() && !as_of.happened.is_some_and(|by| self.present.is_past(by));
        if is_present {
            return Ok(self.present.state.clone());
        }
        self.trace(as_of, |_, _| {})
    }

    /// As [`state_as_of`](Self::state_as_of), and shows each event with the state that it led to.
    ///
    /// # Errors
    /// As [`state_as_of`](Self::state_as_of).
    pub fn trace<'a>(
        &'a self,
        as_of: AsOf,
        mut show: impl FnMut(&'a Happened<D::Event>, &D::State),
    ) -> Result<D::State, ReplayError> {
        self.as_of(as_of).try_fold(D::initial(), |state, one| {
            let state = evolve::<D>(state, &one.recorded, &one.event)?;
            show(one, &state);
            Ok(state)
        })
    }

    /// The revisions of the events that came late: something that happened after them was recorded before them.
    #[must_use]
    pub fn late(&self) -> BTreeSet<Revision> {
        let mut earliest_after = None;
        let mut late = BTreeSet::new();
        for revision in self.events.iter().rev().map(|one| one.recorded.revision) {
            if earliest_after.is_some_and(|earliest| earliest < revision) {
                late.insert(revision);
            } else {
                earliest_after = Some(revision);
            }
        }
        late
    }

    /// The first revision that was not known yet. Everything recorded after it was not known either.
    fn first_unknown(&self, known: Option<Timestamp>) -> Option<Revision> {
        let known = known?;
        let unknown = self.events.iter().filter(|one| one.recorded.recorded_at > known);
        unknown.map(|one| one.recorded.revision).min()
    }

    fn of(mut events: Vec<Happened<D::Event>>, head: Option<ChainHead>) -> Result<Self, ReplayError> {
        if !events.iter().map(at).is_sorted() {
            events.sort_by_key(|one| (at(one), one.recorded.revision));
        }
        let state = fold::<D>(D::initial(), &events)?;
        let until = events.last().map(at);
        Ok(Self { events, present: Replayed { state, head, until } })
    }
}

fn at<E>(one: &Happened<E>) -> Timestamp {
    one.recorded.occurred_at
}

/// Decodes the next event of a stream and moves its head on.
fn next<E: EventSet>(
    codec: &Codec<E>,
    head: &mut Option<ChainHead>,
    recorded: RecordedEvent,
) -> Result<Happened<E>, ReplayError> {
    is_next(*head, &recorded)?;
    let event = codec.decode(&recorded)?;
    *head = Some(ChainHead { revision: recorded.revision, digest: recorded.digest });
    Ok(Happened { recorded, event })
}

fn fold<'a, D: Decider>(
    from: D::State,
    events: impl IntoIterator<Item = &'a Happened<D::Event>>,
) -> Result<D::State, ReplayError> {
    events.into_iter().try_fold(from, |state, one| evolve::<D>(state, &one.recorded, &one.event))
}

impl<D: Decider> fmt::Debug for Timeline<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeline").field("events", &self.events.len()).finish_non_exhaustive()
    }
}
