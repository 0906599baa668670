//! Rule 1: an append is stored entirely or not at all, over all its streams.

use super::probe::{as_new, conflict, everything, feed, history, refused, settled, stored};
use super::sample::{event, events, request, stream, write};
use super::violation::{ensure, ensure_eq};
use super::{Fixture, Outcome, Verdict, Violation};
use crate::id::Revision;
use crate::store::{AppendedTo, EventStore, Expected, ReadAll, StoreError};

/// Appends to three streams at once arrive whole and in order; one that fails in any of its streams leaves no trace
/// in the others; one without events is a check that writes nothing.
///
/// # Errors
/// Part of an append is missing, or something of a refused one is there.
pub async fn rule_01_all_or_nothing(fixture: &dyn Fixture) -> Verdict {
    let store = fixture.open().await;
    a_batch_arrives_whole(&*store).await?;
    a_failed_batch_leaves_nothing(&*store).await?;
    a_stream_twice_is_refused(&*store).await?;
    an_append_without_events_only_checks(&*store).await?;
    Ok(Outcome::Kept)
}

async fn a_batch_arrives_whole(store: &dyn EventStore) -> Result<(), Violation> {
    let start = store.head().await?;
    ensure_eq!(everything(store).await?, [], "a fresh store");
    // The order of the streams in the append is not the order of their names.
    let (b, c, a) = (stream("whole b"), stream("whole c"), stream("whole a"));
    let batch = [
        write(&b, Expected::NoStream, events("b", 3)),
        write(&c, Expected::Any, events("c", 1)),
        write(&a, Expected::NoStream, events("a", 2)),
    ];
    let wanted: Vec<_> = batch.iter().flat_map(|write| write.events.clone()).collect();
    let answer = stored(store, request("whole", batch.clone())).await?;
    for write in &batch {
        let found = history(store, &write.stream).await?;
        ensure_eq!(as_new(&found), write.events, "events of {} after an append", write.stream);
    }
    let streams = [(&b, 3), (&c, 1), (&a, 2)].map(|(stream, last)| AppendedTo {
        stream: stream.clone(),
        first: Revision::FIRST,
        last: Revision::new(last).unwrap_or(Revision::FIRST),
    });
    ensure_eq!(answer.streams, streams, "the answer's streams, in the order of the append");
    ensure!(!answer.repeated, "the answer to a first append says that it is a repeated one");

    settled(store, answer.position).await?;
    let read = feed(store, ReadAll::all().after(start).to(answer.position)).await?;
    ensure_eq!(as_new(&read), wanted, "all events up to the answer's position, in the order of the append");
    let last = read.last().map(|event| event.position);
    ensure_eq!(last, Some(answer.position), "the position of the last event and of the answer");
    Ok(())
}

async fn a_failed_batch_leaves_nothing(store: &dyn EventStore) -> Result<(), Violation> {
    let streams = ["failed a", "failed b", "failed c"].map(stream);
    for (failing, name) in ["first", "second", "third"].into_iter().enumerate() {
        let writes: Vec<_> = streams
            .iter()
            .enumerate()
            .map(|(index, stream)| {
                let expected = if index == failing { Expected::Exists } else { Expected::NoStream };
                write(stream, expected, events(&format!("failed {name} {index}"), 2))
            })
            .collect();
        conflict(store, request(&format!("failed {name}"), writes), "an append that fails in one stream")
            .await?;
    }
    // A stream that was only looked at counts like one that is written.
    let writes = [
        write(&streams[0], Expected::NoStream, events("seen", 1)),
        write(&streams[1], Expected::Exists, vec![]),
    ];
    conflict(store, request("seen", writes), "an append whose check of another stream fails").await?;
    Ok(())
}

async fn a_stream_twice_is_refused(store: &dyn EventStore) -> Result<(), Violation> {
    let (one, twice) = (stream("one"), stream("twice"));
    let writes = [
        write(&twice, Expected::Any, events("twice a", 1)),
        write(&one, Expected::Any, events("twice b", 1)),
        write(&twice, Expected::Any, events("twice c", 1)),
    ];
    match refused(store, request("twice", writes), "an append with one stream twice").await? {
        StoreError::Invalid { .. } => Ok(()),
        error => Err(Violation::caused("an append with one stream twice must be invalid", error)),
    }
}

async fn an_append_without_events_only_checks(store: &dyn EventStore) -> Result<(), Violation> {
    let (full, empty) = (stream("checked full"), stream("checked empty"));
    let last =
        stored(store, request("checked", [write(&full, Expected::NoStream, vec![event("checked")])])).await?;
    settled(store, last.position).await?;
    let before = everything(store).await?;

    let holds =
        [write(&full, Expected::Exactly(Revision::FIRST), vec![]), write(&empty, Expected::NoStream, vec![])];
    for append in [request("check", holds), request("check nothing", [])] {
        let key = append.key;
        let answer = stored(store, append).await?;
        ensure_eq!(answer.streams, [], "streams written by an append without events");
        ensure!(
            answer.position >= last.position,
            "an append without events is answered with less than the head"
        );
        ensure_eq!(store.find_append(key).await?, None, "what is known of an append without events");
    }
    ensure_eq!(everything(store).await?, before, "the streams after an append without events");

    let fails = [write(&full, Expected::NoStream, vec![]), write(&empty, Expected::Exists, vec![])];
    let conflict = conflict(store, request("check fails", fails), "a check that fails").await?;
    ensure_eq!(conflict.streams.len(), 2, "streams named by a check that fails in two");
    Ok(())
}
