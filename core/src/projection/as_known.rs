//! A view as it would have been at a moment.

use futures_util::TryStreamExt;

use super::{Projection, ProjectionError};
use crate::clock::Timestamp;
use crate::store::{EventStore, ReadAll};

/// Builds a projection from what was recorded at or before a moment: the report of last month as it was printed, though
/// late entries have come since.
///
/// Whoever asks again gets the same answer, on every store that holds the history, as long as nothing is recorded under
/// a moment that is past. The report of a period takes from the events what happened in it; what happened in it and was
/// learnt after the cut-off is in the report as known later.
///
/// # Errors
/// An event cannot be taken in, or the store cannot be read.
///
/// # Cancel safety
/// Reading has no effect.
pub async fn as_known<P: Projection>(
    store: &dyn EventStore,
    projection: &P,
    known_by: Timestamp,
) -> Result<P::State, ProjectionError> {
    let mut state = projection.initial();
    let mut events = store.read_all(ReadAll::all().filter(projection.filter()));
    while let Some(event) = events.try_next().await? {
        if event.recorded_at <= known_by {
            projection
                .apply(&mut state, &event)
                .map_err(|cause| ProjectionError::poison(projection, &event, cause))?;
        }
    }
    Ok(state)
}
