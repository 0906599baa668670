//! Following the log stream by stream: which streams were touched, and the whole history of each.
//!
//! A view whose rows are functions of one history each reads what was touched once more, however much happened in it.

use std::collections::BTreeSet;

use futures_util::stream::Fuse;
use futures_util::{StreamExt, TryStreamExt};

use crate::event::RecordedEvent;
use crate::id::{Position, StreamId};
use crate::store::{EventStore, EventStream, Filter, ReadAll, ReadStreams, StoreError};

/// How many events are looked at before the streams that they touch are read.
const EVENTS_AT_ONCE: usize = 4_096;

/// The streams that were touched after a position.
pub(crate) struct Touched {
    pub(crate) streams: BTreeSet<StreamId>,
    /// How far the log was looked at; `None` if nothing was appended.
    pub(crate) until: Option<Position>,
}

/// The streams of some categories that were touched after a position.
pub(crate) async fn touched_after(
    store: &dyn EventStore,
    categories: &[String],
    after: Position,
) -> Result<Touched, StoreError> {
    let head = store.head().await?;
    if head == after {
        return Ok(Touched { streams: BTreeSet::new(), until: None });
    }
    let filter = Filter::default().categories(categories.iter().cloned());
    let read = ReadAll::all().after(after).to(head).filter(filter).limit(EVENTS_AT_ONCE);
    let (mut streams, mut count, mut last) = (BTreeSet::new(), 0, None);
    let mut events = store.read_all(read);
    while let Some(event) = events.try_next().await? {
        (count, last) = (count + 1, Some(event.position));
        streams.insert(event.stream);
    }
    let until = if count < EVENTS_AT_ONCE { Some(head) } else { last };
    Ok(Touched { streams, until })
}

/// The histories of all streams of a category, one after the other.
pub(crate) struct Histories {
    events: Fuse<EventStream>,
    /// The first event of the next stream.
    next: Option<RecordedEvent>,
}

impl Histories {
    pub(crate) fn of(store: &dyn EventStore, category: &str) -> Self {
        Self { events: store.read_streams(ReadStreams::all().category(category)).fuse(), next: None }
    }

    /// The next history; `None` after the last.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<RecordedEvent>>, StoreError> {
        let mut history: Vec<RecordedEvent> = self.next.take().into_iter().collect();
        while let Some(event) = self.events.try_next().await? {
            if history.last().is_some_and(|last| last.stream != event.stream) {
                self.next = Some(event);
                break;
            }
            history.push(event);
        }
        Ok(if history.is_empty() { None } else { Some(history) })
    }
}
