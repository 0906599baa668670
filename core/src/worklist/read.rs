//! Making rows out of histories.

use futures_util::stream;

use super::row::{History, Row, row};
use crate::case::consultation::Consultation;
use crate::case::legal_aid::LegalAid;
use crate::case::mediation::Mediation;
use crate::case::notary::Notary;
use crate::case::{Case, Kind};
use crate::event::RecordedEvent;
use crate::id::{Position, StreamId};
use crate::policy::CaseKind;
use crate::projection::touched::{self, Histories, Touched};
use crate::replay::{AsOf, ReplayError, Timeline};
use crate::store::{EventStore, EventStoreExt, StoreError};

/// The kinds of cases that a list shows.
const KINDS: &[CaseKind] =
    &[CaseKind::Consultation, CaseKind::Mediation, CaseKind::LegalAid, CaseKind::Notary];

/// The cases that were touched after a position.
pub(super) async fn touched_after(store: &dyn EventStore, after: Position) -> Result<Touched, StoreError> {
    let categories: Vec<_> = KINDS.iter().map(CaseKind::to_string).collect();
    touched::touched_after(store, &categories, after).await
}

/// The row of every case that was open as of a moment.
pub(super) async fn every_row(store: &dyn EventStore, as_of: AsOf) -> Result<Vec<Row>, ReplayError> {
    let mut rows = Vec::new();
    for kind in KINDS {
        let mut histories = Histories::of(store, &kind.to_string());
        while let Some(history) = histories.next().await? {
            rows.extend(row_of_history(*kind, history, as_of).await?);
        }
    }
    Ok(rows)
}

/// The row of one case; `None` if it is not open, or is no case.
pub(super) async fn row_of(store: &dyn EventStore, stream: &StreamId) -> Result<Option<Row>, ReplayError> {
    match KINDS.iter().find(|kind| kind.to_string() == stream.category()) {
        None => Ok(None),
        Some(kind) => row_of_history(*kind, store.stream_events(stream).await?, AsOf::now()).await,
    }
}

async fn row_of_history(
    kind: CaseKind,
    events: Vec<RecordedEvent>,
    as_of: AsOf,
) -> Result<Option<Row>, ReplayError> {
    match kind {
        CaseKind::Consultation => row_of_kind::<Consultation>(events, as_of).await,
        CaseKind::Mediation => row_of_kind::<Mediation>(events, as_of).await,
        CaseKind::LegalAid => row_of_kind::<LegalAid>(events, as_of).await,
        CaseKind::Notary => row_of_kind::<Notary>(events, as_of).await,
    }
}

async fn row_of_kind<K: Kind>(events: Vec<RecordedEvent>, as_of: AsOf) -> Result<Option<Row>, ReplayError> {
    let Some(case) = events.first().and_then(|first| first.stream.key().parse().ok()) else {
        return Ok(None);
    };
    let timeline = Timeline::<Case<K>>::read(&K::codec(), stream::iter(events.into_iter().map(Ok))).await?;
    let seen = || timeline.as_of(as_of).map(|one| &one.recorded);
    let (Some(first), Some(last)) =
        (seen().min_by_key(|one| one.revision), seen().max_by_key(|one| one.revision))
    else {
        return Ok(None);
    };
    let came_in_at = first.decode_metadata()?.actor.office;
    let history = History { case, came_in_at, received_at: first.occurred_at, revision: last.revision };
    Ok(row(&timeline.state_as_of(as_of)?, history))
}
