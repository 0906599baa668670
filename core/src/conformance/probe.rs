//! What the checks do with a store, each with the claims that hold whenever it is done.

use std::future::Future;
use std::time::Duration;

use futures_util::TryStreamExt;
use tokio::task::JoinSet;

use super::violation::{brief, ensure, ensure_eq};
use super::{Violation, sample};
use crate::event::{NewEvent, RecordedEvent};
use crate::id::{Position, StreamId};
use crate::store::{
    Append, Appended, Conflict, EventStore, EventStoreExt, Expected, ReadAll, ReadStreams, StoreError,
};

/// Appends what must be accepted. A store under load may be busy: the suite repeats, as a host would.
pub(super) async fn stored(store: &dyn EventStore, append: Append) -> Result<Appended, Violation> {
    attempt(store, append.clone()).await.map_err(|error| {
        let streams: Vec<_> = append.writes.iter().map(|write| &write.stream).collect();
        Violation::caused(format!("an append to {} was refused", brief(&streams)), error)
    })
}

/// Appends, and repeats with the same key while the store says that repeating may help.
pub(super) async fn attempt(store: &dyn EventStore, append: Append) -> Result<Appended, StoreError> {
    const REPEATS_MAX: usize = 1_000;
    for _ in 0..REPEATS_MAX {
        match store.append(append.clone()).await {
            Err(error) if error.is_retryable() => tokio::task::yield_now().await,
            answer => return answer,
        }
    }
    store.append(append).await
}

/// Appends named events to one stream: the plainest way to have some.
pub(super) async fn put(
    store: &dyn EventStore,
    stream: &StreamId,
    name: &str,
    count: usize,
) -> Result<Appended, Violation> {
    let write = sample::write(stream, Expected::Any, sample::events(name, count));
    stored(store, sample::request(name, [write])).await
}

/// Appends what must be refused, and looks that nothing was written by it.
pub(super) async fn refused(
    store: &dyn EventStore,
    append: Append,
    why: &str,
) -> Result<StoreError, Violation> {
    let before = everything(store).await?;
    let known = store.find_append(append.key).await?;
    let key = append.key;
    let error = match attempt(store, append).await {
        Ok(_) => return Err(Violation::new(format!("{why} was accepted"))),
        Err(error) => error,
    };
    ensure!(error.nothing_written(), "{why}: the error does not say that nothing was written: {error}");
    ensure_eq!(everything(store).await?, before, "{why} was refused, yet the streams changed");
    ensure_eq!(store.find_append(key).await?, known, "{why} was refused, yet its key is remembered");
    Ok(error)
}

/// The conflict that an append must end in.
pub(super) async fn conflict(
    store: &dyn EventStore,
    append: Append,
    why: &str,
) -> Result<Conflict, Violation> {
    match refused(store, append, why).await? {
        StoreError::Conflict(conflict) => Ok(*conflict),
        error => Err(Violation::caused(format!("{why} must be a conflict"), error)),
    }
}

/// Every event, stream after stream; what was acknowledged is seen at once.
pub(super) async fn everything(store: &dyn EventStore) -> Result<Vec<RecordedEvent>, Violation> {
    Ok(store.read_streams(ReadStreams::all()).try_collect().await?)
}

/// Every event of one stream.
pub(super) async fn history(
    store: &dyn EventStore,
    stream: &StreamId,
) -> Result<Vec<RecordedEvent>, Violation> {
    Ok(store.stream_events(stream).await?)
}

/// The events of a read of all streams.
pub(super) async fn feed(store: &dyn EventStore, read: ReadAll) -> Result<Vec<RecordedEvent>, Violation> {
    Ok(store.read_all(read).try_collect().await?)
}

/// Waits until the head has reached an acknowledged position; in some stores it lags behind the answer.
pub(super) async fn settled(store: &dyn EventStore, position: Position) -> Result<(), Violation> {
    loop {
        let head = store.head().await?;
        if head >= position {
            return Ok(());
        }
        store.appended_after(head).await?;
        tokio::task::yield_now().await;
    }
}

/// Waits as a reader does that has seen everything up to `position`; being forgotten is a violation.
pub(super) async fn woken(
    store: &dyn EventStore,
    position: Position,
    patience: Duration,
) -> Result<(), Violation> {
    match tokio::time::timeout(patience, store.appended_after(position)).await {
        Ok(woken) => Ok(woken?),
        Err(_) => Err(Violation::new(format!("whoever waits for what follows {position} was never woken"))),
    }
}

/// Runs tasks in parallel and waits for all; what they found comes in no particular order.
pub(super) async fn together<T, F>(tasks: impl IntoIterator<Item = F>) -> Result<Vec<T>, Violation>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Violation>> + Send + 'static,
{
    let mut running: JoinSet<_> = tasks.into_iter().collect();
    let mut found = Vec::new();
    while let Some(ended) = running.join_next().await {
        found.push(ended.map_err(|error| Violation::caused("a task of the check did not end", error))??);
    }
    Ok(found)
}

/// The events as they were before they were recorded.
pub(super) fn as_new(events: &[RecordedEvent]) -> Vec<NewEvent> {
    events.iter().map(RecordedEvent::to_new).collect()
}

/// The numbers of the revisions.
pub(super) fn revisions(events: &[RecordedEvent]) -> Vec<u64> {
    events.iter().map(|event| event.revision.get()).collect()
}

/// The highest position among answers.
pub(super) fn last_position<'a>(
    answers: impl IntoIterator<Item = &'a Appended>,
) -> Result<Position, Violation> {
    let positions = answers.into_iter().map(|answer| answer.position);
    positions
        .reduce(|one, other| if other > one { other } else { one })
        .ok_or_else(|| Violation::new("no append was answered"))
}
