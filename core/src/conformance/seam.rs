//! Rule 12: catching up hands over to waiting without gap or repeat.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, try_join, try_join_all};

use super::probe::{feed, last_position, put, settled, together, woken};
use super::sample::stream;
use super::violation::{ensure, ensure_eq};
use super::{Fixture, Outcome, Verdict, Violation};
use crate::event::RecordedEvent;
use crate::id::Position;
use crate::store::{EventStore, ReadAll};

const WRITERS: usize = 4;
const FOLLOWERS: usize = 3;
const APPENDS: usize = 40;

/// Waiters are woken by what comes, and do not wait for what is there; readers that read and wait in turn, while
/// others write, see every event once.
///
/// # Errors
/// A waiter is forgotten, or a reader misses an event or sees it twice.
pub async fn rule_12_one_seam(fixture: &dyn Fixture) -> Verdict {
    let patience = fixture.patience();
    what_is_there_wakes_at_once(&*fixture.open().await, patience).await?;
    an_append_wakes_every_waiter(&fixture.open().await, patience).await?;
    reading_and_waiting_in_turn_misses_nothing(&fixture.open().await, patience).await?;
    Ok(Outcome::Kept)
}

async fn what_is_there_wakes_at_once(store: &dyn EventStore, patience: Duration) -> Result<(), Violation> {
    let start = store.head().await?;
    let last = put(store, &stream("there"), "there", 3).await?.position;
    settled(store, last).await?;
    woken(store, start, patience).await?;
    for event in feed(store, ReadAll::all()).await?.iter().rev().skip(1) {
        woken(store, event.position, patience).await?;
    }
    Ok(())
}

async fn an_append_wakes_every_waiter(
    store: &Arc<dyn EventStore>,
    patience: Duration,
) -> Result<(), Violation> {
    for round in 0..20 {
        let head = store.head().await?;
        // Giving up is no business of the others.
        drop(store.appended_after(head).now_or_never());
        let waiters = (0..FOLLOWERS).map(|_| {
            let store = Arc::clone(store);
            async move { woken(&*store, head, patience).await }.boxed()
        });
        let writer: BoxFuture<'static, Result<(), Violation>> = {
            let store = Arc::clone(store);
            async move {
                // In every other round, the waiters have time to fall asleep before the append.
                for _ in 0..round % 2 * 50 {
                    tokio::task::yield_now().await;
                }
                let last = put(&*store, &stream("waking"), &format!("waking {round}"), 1).await?.position;
                settled(&*store, last).await
            }
            .boxed()
        };
        together(waiters.chain([writer])).await?;
    }
    Ok(())
}

async fn reading_and_waiting_in_turn_misses_nothing(
    store: &Arc<dyn EventStore>,
    patience: Duration,
) -> Result<(), Violation> {
    let start = store.head().await?;
    let followers = (0..FOLLOWERS).map(|_| follow(Arc::clone(store), start, patience));
    let writers = (0..WRITERS).map(|writer| {
        let store = Arc::clone(store);
        async move {
            let mut answers = Vec::new();
            for number in 0..APPENDS {
                let name = format!("{writer} {number}");
                answers.push(put(&*store, &stream(&writer.to_string()), &name, 1).await?);
                tokio::task::yield_now().await;
            }
            last_position(&answers)
        }
    });
    let following = together(followers);
    let writing = together(writers);
    let (followed, written) = try_join(following, writing).await?;
    try_join_all(written.into_iter().map(|position| settled(&**store, position))).await?;
    let all = feed(&**store, ReadAll::all()).await?;
    for seen in followed {
        ensure_eq!(seen, all, "what a reader saw that read and waited in turn, and what there is");
    }
    Ok(())
}

/// Reads and waits in turn until it has seen as many events as are written.
async fn follow(
    store: Arc<dyn EventStore>,
    start: Position,
    patience: Duration,
) -> Result<Vec<RecordedEvent>, Violation> {
    let mut seen: Vec<RecordedEvent> = Vec::new();
    while seen.len() < WRITERS * APPENDS {
        let at = seen.last().map_or(start, |event| event.position);
        let new = feed(&*store, ReadAll::all().after(at)).await?;
        ensure!(new.iter().all(|event| event.position > at), "a reader that reads on after {at} is led back");
        if new.is_empty() {
            woken(&*store, at, patience).await?;
        }
        seen.extend(new);
    }
    Ok(seen)
}
