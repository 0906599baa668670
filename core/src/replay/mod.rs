//! Folding a history into a state, in the order in which things happened.
//!
//! A stream keeps its events in the order in which they were learnt. Most of the time that is the order in which they
//! happened; a terminal without a network sends later what happened before. A state is what happened, so events are
//! folded by the moment at which they happened, and those of one moment as they were recorded. [`Timeline`] holds a
//! stream in that order and reads it [as of](AsOf) any moment of either time.

mod as_of;
mod timeline;

use futures_core::Stream;

use crate::clock::Timestamp;
use crate::decider::{Decider, Misplaced};
use crate::event::{ChainHead, Codec, DecodeError, EventSet, RecordedEvent};
use crate::id::{Revision, StreamId};
use crate::store::StoreError;

pub use as_of::AsOf;
pub use timeline::{Happened, Timeline};

/// A state and the place in the history up to which it is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed<S> {
    /// What the events add up to.
    pub state: S,
    /// The last event recorded that is in it; `None` for an empty stream.
    pub head: Option<ChainHead>,
    /// The latest moment at which something in it happened; `None` for an empty stream.
    pub until: Option<Timestamp>,
}

impl<S> Replayed<S> {
    /// The revision of the last event that is in the state.
    #[must_use]
    pub fn revision(&self) -> Option<Revision> {
        self.head.map(|head| head.revision)
    }

    /// Whether something that happened at this moment came before something in the state.
    #[must_use]
    pub fn is_past(&self, moment: Timestamp) -> bool {
        self.until.is_some_and(|until| moment < until)
    }
}

/// A history cannot be folded. Nothing was changed; the stream is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// An event cannot be decoded; the error names it.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// An event cannot follow the one before it.
    #[error("cannot apply {stream} revision {revision}: {event_type}")]
    Misplaced {
        /// The stream.
        stream: StreamId,
        /// The revision of the event.
        revision: Revision,
        /// Its type.
        event_type: &'static str,
        /// What does not fit.
        #[source]
        source: Misplaced,
    },
    /// A revision is missing or comes twice.
    #[error("{stream} has revision {found} where {expected} belongs")]
    Gap {
        /// The stream.
        stream: StreamId,
        /// The revision that belongs there.
        expected: Revision,
        /// The revision that is there.
        found: Revision,
    },
    /// An event happened before what the state already holds, so it cannot be applied on top: fold the whole stream.
    #[error("{stream} revision {revision} happened at {occurred_at}, before {until}")]
    Late {
        /// The stream.
        stream: StreamId,
        /// The revision of the event.
        revision: Revision,
        /// When it happened.
        occurred_at: Timestamp,
        /// The latest moment in the state.
        until: Timestamp,
    },
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReplayError {
    /// An event of a set that cannot follow the one before it.
    pub(crate) fn misplaced<E: EventSet>(
        stream: StreamId,
        revision: Revision,
        event: &E,
        source: Misplaced,
    ) -> Self {
        Self::Misplaced { stream, revision, event_type: event.event_type(), source }
    }
}

/// Applies one recorded event to a state that holds everything recorded before it.
///
/// # Errors
/// The event is not the next of its stream, cannot be decoded, or cannot follow the state; or it happened before
/// something in the state ([`ReplayError::Late`]), and the stream is to be folded anew.
pub fn apply<D: Decider>(
    codec: &Codec<D::Event>,
    replayed: Replayed<D::State>,
    event: &RecordedEvent,
) -> Result<Replayed<D::State>, ReplayError> {
    is_next(replayed.head, event)?;
    if let Some(until) = replayed.until.filter(|until| event.occurred_at < *until) {
        let (stream, revision, occurred_at) = (event.stream.clone(), event.revision, event.occurred_at);
        return Err(ReplayError::Late { stream, revision, occurred_at, until });
    }
    let decoded = codec.decode(event)?;
    let state = evolve::<D>(replayed.state, event, &decoded)?;
    let head = Some(ChainHead { revision: event.revision, digest: event.digest });
    Ok(Replayed { state, head, until: Some(event.occurred_at) })
}

/// Folds the events of one stream, from the first on. They are held until the last has come: it may be the first that
/// happened.
///
/// # Errors
/// The store cannot be read, or an event does not fit; the error names stream and revision.
///
/// # Cancel safety
/// Reading has no effect; a dropped future leaves nothing behind.
pub async fn replay<D: Decider>(
    codec: &Codec<D::Event>,
    events: impl Stream<Item = Result<RecordedEvent, StoreError>> + Send,
) -> Result<Replayed<D::State>, ReplayError> {
    Timeline::<D>::read(codec, events).await.map(Timeline::into_replayed)
}

/// A stream has its revisions without a gap.
fn is_next(head: Option<ChainHead>, event: &RecordedEvent) -> Result<(), ReplayError> {
    let expected = Revision::after(head.map(|head| head.revision));
    if event.revision == expected {
        return Ok(());
    }
    Err(ReplayError::Gap { stream: event.stream.clone(), expected, found: event.revision })
}

fn evolve<D: Decider>(
    state: D::State,
    recorded: &RecordedEvent,
    event: &D::Event,
) -> Result<D::State, ReplayError> {
    D::evolve(state, event, recorded.occurred_at)
        .map_err(|source| ReplayError::misplaced(recorded.stream.clone(), recorded.revision, event, source))
}
