//! Rule 10: dropping the future of an append, at any poll, leaves rule 1 intact.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use super::probe::{as_new, attempt, history, stored};
use super::sample::{events, request, stream, write};
use super::violation::{ensure, ensure_eq};
use super::{Fixture, Outcome, Verdict, Violation};
use crate::event::NewEvent;
use crate::id::StreamId;
use crate::store::{Append, EventStore, Expected, StoreError};

const POLLS_MAX: usize = 12;
const ROUNDS: usize = 4;

/// Appends to two streams are dropped after no, one, two … polls. What became of each is then settled in the two ways
/// a caller has: repeating it with the same key, or appending something else that excludes it.
///
/// # Errors
/// A part of a dropped append is there, it is there twice, or repeating it fails.
pub async fn rule_10_dropping_is_safe(fixture: &dyn Fixture) -> Verdict {
    let store = fixture.open().await;
    for polls in 0..=POLLS_MAX {
        for round in 0..ROUNDS {
            let dropped = Dropped::new(&format!("{polls} polls, round {round}"));
            poll_and_drop(store.append(dropped.append.clone()), polls).await;
            if round % 2 == 0 { dropped.repeat(&*store).await? } else { dropped.exclude(&*store).await? }
        }
    }
    Ok(Outcome::Kept)
}

/// An append that was dropped, and what it would have written.
struct Dropped {
    name: String,
    streams: [StreamId; 2],
    events: [Vec<NewEvent>; 2],
    append: Append,
}

impl Dropped {
    fn new(name: &str) -> Self {
        let streams = ["left", "right"].map(|side| stream(&format!("{name} {side}")));
        let events = streams.each_ref().map(|stream| events(stream.key(), 2));
        let writes: Vec<_> = streams
            .iter()
            .zip(&events)
            .map(|(stream, events)| write(stream, Expected::NoStream, events.clone()))
            .collect();
        Self { name: name.to_owned(), streams, events, append: request(name, writes) }
    }

    /// Whatever happened to it, repeating makes it happen once.
    async fn repeat(&self, store: &dyn EventStore) -> Result<(), Violation> {
        let answer = stored(store, self.append.clone()).await?;
        let again = stored(store, self.append.clone()).await?;
        ensure!(again.repeated, "{}: the second repeat of a dropped append wrote again", self.name);
        ensure_eq!(again.streams, answer.streams, "{}: streams of both repeats", self.name);
        ensure_eq!(again.position, answer.position, "{}: positions of both repeats", self.name);
        self.is_whole(store).await
    }

    /// Another append to the same fresh streams wins only if the dropped one is not there and never will be.
    async fn exclude(&self, store: &dyn EventStore) -> Result<(), Violation> {
        let name = format!("instead of {}", self.name);
        let other = self.streams.each_ref().map(|stream| {
            let events = events(&format!("{name} {}", stream.key()), 1);
            write(stream, Expected::NoStream, events)
        });
        match attempt(store, request(&name, other.clone())).await {
            Ok(_) => {
                for write in &other {
                    let found = as_new(&history(store, &write.stream).await?);
                    ensure_eq!(
                        found,
                        write.events,
                        "{}: the dropped append came after its streams were taken",
                        self.name
                    );
                }
                ensure_eq!(
                    store.find_append(self.append.key).await?,
                    None,
                    "{}: key of what is not there",
                    self.name
                );
                Ok(())
            }
            Err(StoreError::Conflict(conflict)) => {
                let named = conflict.streams.len();
                ensure_eq!(named, self.streams.len(), "{}: streams that the dropped append holds", self.name);
                self.is_whole(store).await
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn is_whole(&self, store: &dyn EventStore) -> Result<(), Violation> {
        for (stream, events) in self.streams.iter().zip(&self.events) {
            let found = as_new(&history(store, stream).await?);
            ensure_eq!(found, *events, "{}: events of {stream}", self.name);
        }
        let known = store.find_append(self.append.key).await?;
        ensure!(known.is_some(), "{}: it is there, and its key is unknown", self.name);
        Ok(())
    }
}

/// Polls a future so many times, each time when it has asked for it, and drops it.
async fn poll_and_drop<F: Future>(future: F, polls: usize) {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 || future.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        left -= 1;
        if left == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}
