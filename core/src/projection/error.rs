//! Why a projection stops.

use crate::event::{EventType, RecordedEvent};
use crate::id::{Code, Position, Revision, StreamId};
use crate::store::{Cause, CheckpointError, StoreError};

use super::Projection;

/// Why a projection stopped. What is kept is as it was saved last, and true for its position.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectionError {
    /// An event cannot be taken in. The checkpoint stays before it, however often it is tried: mend the projection.
    #[error(transparent)]
    Poison(Box<Poison>),
    /// The checkpoint could not be claimed, read or saved.
    ///
    /// [`CheckpointError::TakenOver`] says that another runner goes on; [`CheckpointError::ForeignHistory`] that the
    /// projection is to be built [anew](super::Runner::rebuild).
    #[error("projection {name} has no checkpoint")]
    Checkpoint {
        /// The name of the projection.
        name: Code,
        /// What went wrong.
        #[source]
        source: CheckpointError,
    },
    /// The kept bytes are no state of this version. Build it [anew](super::Runner::rebuild), and raise the version
    /// when the state changes its form.
    #[error("the kept state of projection {name} version {version} cannot be decoded")]
    Undecodable {
        /// The name of the projection.
        name: Code,
        /// Its version.
        version: u32,
        /// What does not fit.
        #[source]
        source: serde_json::Error,
    },
    /// The state has no JSON form.
    #[error("the state of projection {name} cannot be encoded")]
    Encode {
        /// The name of the projection.
        name: Code,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The log could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The runner stopped at an earlier error. Claim again.
    #[error("the runner of projection {name} has stopped at an earlier error")]
    Stopped {
        /// The name of the projection.
        name: Code,
    },
}

/// An event at which a projection stopped.
#[derive(Debug, thiserror::Error)]
#[error(
    "projection {name} version {version} stops before {stream} revision {revision}: \
     {event_type} version {schema_version}"
)]
pub struct Poison {
    /// The name of the projection.
    pub name: Code,
    /// Its version.
    pub version: u32,
    /// The place of the event in the log.
    pub position: Position,
    /// Its stream.
    pub stream: StreamId,
    /// Its revision there.
    pub revision: Revision,
    /// Its type.
    pub event_type: EventType,
    /// The version of its schema.
    pub schema_version: u32,
    /// Why it cannot be taken in.
    #[source]
    pub source: Cause,
}

impl ProjectionError {
    pub(super) fn poison<P: Projection>(projection: &P, event: &RecordedEvent, source: Cause) -> Self {
        Self::Poison(Box::new(Poison {
            name: projection.name(),
            version: projection.version(),
            position: event.position,
            stream: event.stream.clone(),
            revision: event.revision,
            event_type: event.event_type.clone(),
            schema_version: event.schema_version,
            source,
        }))
    }

    pub(super) fn checkpoint<P: Projection>(projection: &P) -> impl FnOnce(CheckpointError) -> Self {
        let name = projection.name();
        move |source| Self::Checkpoint { name, source }
    }
}
