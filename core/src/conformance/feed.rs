//! Rule 5: no event ever appears at or before a position that a reader has passed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::{BoxFuture, try_join};

use super::probe::{feed, last_position, settled, stored, together};
use super::sample::{events, request, stream, write};
use super::violation::{ensure, ensure_eq};
use super::{Fixture, Outcome, Verdict, Violation};
use crate::event::RecordedEvent;
use crate::id::Position;
use crate::store::{Appended, EventStore, Expected, ReadAll};

const WRITERS: usize = 8;
const APPENDS: usize = 25;
const STREAMS: usize = 5;

type Events = Result<Vec<RecordedEvent>, Violation>;

/// Eight writers append to shared streams while three readers follow: one keeps the position of the last event it
/// saw, one reads up to each head it is told, one takes two events at a time. In the end, what each saw is what
/// there is.
///
/// # Errors
/// An event appeared behind a reader, came twice or came in another order than it has now.
pub async fn rule_05_nothing_appears_behind_a_reader(fixture: &dyn Fixture) -> Verdict {
    let store = fixture.open().await;
    let start = store.head().await?;
    let written = Arc::new(AtomicBool::new(false));
    let readers: [BoxFuture<'static, Events>; 3] = [
        Box::pin(follow_events(Arc::clone(&store), None, Arc::clone(&written))),
        Box::pin(follow_heads(Arc::clone(&store), start, Arc::clone(&written))),
        Box::pin(follow_events(Arc::clone(&store), Some(2), Arc::clone(&written))),
    ];
    let writing = async {
        let answers = write_all(&store).await;
        // The readers end only behind this, also when a writer has failed.
        written.store(true, Ordering::Release);
        answers
    };
    let (_, followed) = try_join(writing, together(readers)).await?;

    let all = feed(&*store, ReadAll::all()).await?;
    ensure!(
        is_ascending(&all),
        "the global order is not ascending in position, or not in a stream's revisions"
    );
    ensure_eq!(all.len(), events_written(), "events in global order after all writers have ended");
    for seen in followed {
        let missed: Vec<_> = all.iter().filter(|event| !seen.contains(event)).collect();
        ensure!(
            missed.is_empty(),
            "{} events appeared behind a reader, first {:?}",
            missed.len(),
            missed.first()
        );
        ensure_eq!(seen, all, "what a reader saw while the writers wrote, and what there is");
    }
    Ok(Outcome::Kept)
}

async fn write_all(store: &Arc<dyn EventStore>) -> Result<Vec<Appended>, Violation> {
    let writers = (0..WRITERS).map(|writer| {
        let store = Arc::clone(store);
        async move {
            let mut answers = Vec::new();
            for number in 0..APPENDS {
                let name = format!("{writer} {number}");
                let streams = [(writer + number) % STREAMS, (writer + 2 * number + 1) % STREAMS + STREAMS];
                let writes = streams.map(|at| {
                    let stream = stream(&at.to_string());
                    write(&stream, Expected::Any, events(&format!("{name} to {at}"), size(number)))
                });
                answers.push(stored(&*store, request(&name, writes)).await?);
            }
            Ok(answers)
        }
    });
    let answers = together(writers).await?.concat();
    settled(&**store, last_position(&answers)?).await?;
    Ok(answers)
}

/// How many events an append of the writers puts into each of its two streams.
const fn size(number: usize) -> usize {
    1 + number % 3
}

fn events_written() -> usize {
    WRITERS * (0..APPENDS).map(|number| 2 * size(number)).sum::<usize>()
}

/// Reads on behind the last event it saw.
async fn follow_events(store: Arc<dyn EventStore>, limit: Option<usize>, written: Arc<AtomicBool>) -> Events {
    let mut seen: Vec<RecordedEvent> = Vec::new();
    loop {
        let last_round = written.load(Ordering::Acquire);
        let mut read = ReadAll::all();
        read.after = seen.last().map(|event| event.position);
        read.limit = limit;
        let new = feed(&*store, read).await?;
        if new.is_empty() && last_round {
            return Ok(seen);
        }
        seen.extend(new);
        ensure!(is_ascending(&seen), "a reader that reads on behind the last event is led back");
        tokio::task::yield_now().await;
    }
}

/// Reads from one head to the next.
async fn follow_heads(store: Arc<dyn EventStore>, start: Position, written: Arc<AtomicBool>) -> Events {
    let mut at = start;
    let mut seen: Vec<RecordedEvent> = Vec::new();
    loop {
        let last_round = written.load(Ordering::Acquire);
        let head = store.head().await?;
        ensure!(head >= at, "the head went back from {at} to {head}");
        let new = feed(&*store, ReadAll::all().after(at).to(head)).await?;
        let within = new.iter().all(|event| event.position > at && event.position <= head);
        ensure!(within, "a read after {at} up to {head} gave an event outside");
        seen.extend(new);
        at = head;
        if last_round {
            return Ok(seen);
        }
        tokio::task::yield_now().await;
    }
}

/// Whether positions ascend, and the revisions of each stream with them.
fn is_ascending(events: &[RecordedEvent]) -> bool {
    let mut last = std::collections::HashMap::new();
    let in_streams =
        events.iter().all(|event| last.insert(&event.stream, event.revision) < Some(event.revision));
    in_streams && events.is_sorted_by(|one, next| one.position < next.position)
}
