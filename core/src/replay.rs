//! Folding a history into a state.

use futures_core::Stream;
use futures_util::StreamExt;

use crate::decider::{Decider, Misplaced};
use crate::event::{ChainHead, Codec, DecodeError, EventSet, RecordedEvent};
use crate::id::{Revision, StreamId};
use crate::store::StoreError;

/// A state and the place in the history up to which it is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed<S> {
    /// What the events add up to.
    pub state: S,
    /// The last event that is in it; `None` for an empty stream.
    pub head: Option<ChainHead>,
}

impl<S> Replayed<S> {
    /// The revision of the last event that is in the state.
    #[must_use]
    pub fn revision(&self) -> Option<Revision> {
        self.head.map(|head| head.revision)
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

/// Applies one recorded event to a state.
///
/// # Errors
/// The event is not the next of its stream, cannot be decoded, or cannot follow the state.
pub fn apply<D: Decider>(
    codec: &Codec<D::Event>,
    replayed: Replayed<D::State>,
    event: &RecordedEvent,
) -> Result<Replayed<D::State>, ReplayError> {
    decode_and_apply::<D>(codec, replayed, event).map(|(_, replayed)| replayed)
}

/// As [`apply`], for callers that show the event too: it is decoded once.
pub(crate) fn decode_and_apply<D: Decider>(
    codec: &Codec<D::Event>,
    replayed: Replayed<D::State>,
    event: &RecordedEvent,
) -> Result<(D::Event, Replayed<D::State>), ReplayError> {
    let expected = Revision::after(replayed.revision());
    if event.revision != expected {
        return Err(ReplayError::Gap { stream: event.stream.clone(), expected, found: event.revision });
    }
    let decoded = codec.decode(event)?;
    let state = D::evolve(replayed.state, &decoded, event.occurred_at)
        .map_err(|source| ReplayError::misplaced(event.stream.clone(), event.revision, &decoded, source))?;
    let head = Some(ChainHead { revision: event.revision, digest: event.digest });
    Ok((decoded, Replayed { state, head }))
}

/// Folds the events of one stream, from the first on.
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
    let mut events = std::pin::pin!(events);
    let mut replayed = Replayed { state: D::initial(), head: None };
    while let Some(event) = events.next().await {
        replayed = apply::<D>(codec, replayed, &event?)?;
    }
    Ok(replayed)
}
