//! Rule 3: a conflict names every stream that was not as expected, and what was appended meanwhile.

use super::probe::{conflict, history, put, stored};
use super::sample::{event, events, request, stream, write};
use super::violation::{ensure, ensure_eq};
use super::{Fixture, Outcome, Verdict, Violation};
use crate::id::Revision;
use crate::store::{EventStore, Expected, StoreError, StreamConflict};

/// Every expectation is held against streams of no, one, two and three events; conflicts in several streams are told
/// together, in the order of the append, with the events that the caller has not seen.
///
/// # Errors
/// An expectation is judged wrongly, or a conflict is not told or tells too little.
pub async fn rule_03_a_conflict_tells(fixture: &dyn Fixture) -> Verdict {
    let store = fixture.open().await;
    every_expectation_is_judged(&*store).await?;
    every_stream_is_named(&*store).await?;
    a_long_conflict_is_cut(&*store).await?;
    a_conflict_leaves_its_key_free(&*store).await?;
    Ok(Outcome::Kept)
}

async fn every_expectation_is_judged(store: &dyn EventStore) -> Result<(), Violation> {
    let exactly = (1..=4).chain([u64::MAX]).filter_map(Revision::new).map(Expected::Exactly);
    let all: Vec<_> =
        [Expected::Any, Expected::NoStream, Expected::Exists].into_iter().chain(exactly).collect();
    for count in 0..=3 {
        for (index, expected) in all.iter().enumerate() {
            let name = format!("judged {count} {index}");
            let stream = stream(&name);
            if count > 0 {
                put(store, &stream, &format!("{name} before"), count).await?;
            }
            let before = history(store, &stream).await?;
            let append = request(&name, [write(&stream, *expected, vec![event(&name)])]);
            let actual = before.last().map(|event| event.revision);
            if expected.admits(actual) {
                stored(store, append).await?;
                continue;
            }
            let why = format!("expecting {expected} of a stream with {count} events");
            let told = conflict(store, append, &why).await?;
            let from = StreamConflict::reports_from(*expected);
            let appended = before.into_iter().filter(|event| event.revision >= from).collect();
            ensure_eq!(
                told.streams,
                [StreamConflict { stream, expected: *expected, actual, appended }],
                "{why}"
            );
        }
    }
    Ok(())
}

async fn every_stream_is_named(store: &dyn EventStore) -> Result<(), Violation> {
    let [grown, there, missing, short, fine] =
        ["grown", "there", "missing", "short", "fine"].map(|key| stream(&format!("named {key}")));
    for (stream, count) in [(&grown, 3), (&there, 2), (&short, 1)] {
        put(store, stream, stream.key(), count).await?;
    }
    let (first, fifth) = (Revision::FIRST, Revision::new(5).unwrap_or(Revision::FIRST));
    let failing = [
        (&there, Expected::NoStream),
        (&missing, Expected::Exists),
        (&grown, Expected::Exactly(first)),
        (&short, Expected::Exactly(fifth)),
    ];
    let mut writes = vec![write(&fine, Expected::Any, events("named fine", 1))];
    for (stream, expected) in failing {
        // One of them is only looked at: a check is named like a write.
        let events = if stream == &missing { vec![] } else { events(&format!("{stream} new"), 1) };
        writes.push(write(stream, expected, events));
    }
    let append = request("named", writes);
    let error = match store.append(append.clone()).await {
        Err(error @ StoreError::Conflict(_)) => error.to_string(),
        other => {
            return Err(Violation::new(format!("four streams are not as expected, and told is {other:?}")));
        }
    };
    let told = conflict(store, append, "an append that fails in four streams").await?;
    ensure_eq!(told.streams.len(), failing.len(), "streams named");
    for (told, (stream, expected)) in told.streams.iter().zip(failing) {
        let found = history(store, stream).await?;
        let actual = found.last().map(|event| event.revision);
        let from = StreamConflict::reports_from(expected);
        let appended = found.into_iter().filter(|event| event.revision >= from).collect();
        let wanted = StreamConflict { stream: stream.clone(), expected, actual, appended };
        ensure_eq!(*told, wanted, "what is told of {stream}");
        ensure!(error.contains(stream.as_str()), "the message does not name {stream}: {error}");
    }
    Ok(())
}

async fn a_long_conflict_is_cut(store: &dyn EventStore) -> Result<(), Violation> {
    let stream = stream("long");
    put(store, &stream, "long", StreamConflict::MAX_EVENTS + 5).await?;
    let found = history(store, &stream).await?;
    for seen in [0, 1, 5, 6] {
        let expected = Expected::at(Revision::new(seen));
        let name = format!("long conflict {seen}");
        let append = request(&name, [write(&stream, expected, vec![event(&name)])]);
        let told = conflict(store, append, "an append behind many events").await?;
        let unseen = found.iter().filter(|event| event.revision.get() > seen);
        let wanted: Vec<_> = unseen.take(StreamConflict::MAX_EVENTS).cloned().collect();
        let appended: Vec<_> = told.streams.into_iter().flat_map(|stream| stream.appended).collect();
        ensure_eq!(appended, wanted, "the oldest events behind revision {seen}");
    }
    Ok(())
}

async fn a_conflict_leaves_its_key_free(store: &dyn EventStore) -> Result<(), Violation> {
    let stream = stream("again");
    put(store, &stream, "again before", 1).await?;
    let first = request("again", [write(&stream, Expected::NoStream, vec![event("again 1")])]);
    conflict(store, first, "an append to a stream that exists").await?;
    let second =
        request("again", [write(&stream, Expected::Exactly(Revision::FIRST), vec![event("again 2")])]);
    let answer = stored(store, second).await?;
    ensure!(!answer.repeated, "a new decision after a conflict is answered as if it was repeated");
    Ok(())
}
