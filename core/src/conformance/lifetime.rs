//! Rules 8 and 9: what outlives the handle of a store.

use std::sync::Arc;

use futures_util::TryStreamExt;

use super::fixture::Reopened;
use super::probe::{everything, feed, history, put, settled, stored};
use super::sample::{events, request, stream, write};
use super::violation::{ensure, ensure_eq};
use super::{Fixture, Outcome, Verdict, Violation};
use crate::id::Revision;
use crate::store::{
    Append, Appended, EventStore, EventStream, Expected, ReadAll, ReadStream, ReadStreams, verify_store,
};

/// Streams of events are taken, some read a little and some not at all; then the last handle of the store is dropped,
/// and they are read to their end.
///
/// # Errors
/// A stream ends early, or with an error.
pub async fn rule_08_a_stream_owns_its_data(fixture: &dyn Fixture) -> Verdict {
    const EVENTS: usize = 900;
    let store = fixture.open().await;
    let mut last = store.head().await?;
    for name in ["one", "two", "three"] {
        last = put(&*store, &stream("owned"), name, EVENTS / 3).await?.position;
    }
    settled(&*store, last).await?;
    let mut streams: Vec<(&str, EventStream)> = Vec::new();
    for polled in [false, true] {
        for (by, mut reading) in [
            ("read_stream", store.read_stream(ReadStream::all(stream("owned")))),
            ("read_stream backward", store.read_stream(ReadStream::all(stream("owned")).backward())),
            ("read_all", store.read_all(ReadAll::all())),
            ("read_streams", store.read_streams(ReadStreams::all())),
        ] {
            if polled {
                ensure!(reading.try_next().await?.is_some(), "{by} gave no event");
            }
            streams.push((by, reading));
        }
    }
    drop(store);
    for (index, (by, reading)) in streams.into_iter().enumerate() {
        let taken = usize::from(index >= 4);
        let rest: Vec<_> = reading
            .try_collect()
            .await
            .map_err(|error| Violation::caused(format!("{by} failed after its store was dropped"), error))?;
        ensure_eq!(rest.len() + taken, EVENTS, "events of {by} after its store was dropped");
    }
    Ok(Outcome::Kept)
}

/// Appends are acknowledged, the store is closed and opened again, twice: everything is there, and the history goes
/// on where it was.
///
/// # Errors
/// Something that was acknowledged is lost, changed or repeated.
pub async fn rule_09_acknowledged_is_there(fixture: &dyn Fixture) -> Verdict {
    let mut store = fixture.open().await;
    for round in 0..2 {
        let (appends, answers) = append_some(&*store, round).await?;
        let before = (store.identity(), everything(&*store).await?, feed(&*store, ReadAll::all()).await?);
        let head = store.head().await?;
        store = match fixture.reopen(store).await {
            Reopened::Store(store) => store,
            Reopened::Declined(reason) => return Ok(Outcome::Declined(reason)),
        };
        let identity = store.identity();
        ensure_eq!(identity, before.0, "the identity after reopening");
        ensure_eq!(everything(&*store).await?, before.1, "all streams after reopening");
        settled(&*store, head).await?;
        ensure_eq!(feed(&*store, ReadAll::all()).await?, before.2, "the global order after reopening");
        for (append, answer) in appends.into_iter().zip(answers) {
            let known = Appended { repeated: true, ..answer };
            ensure_eq!(store.find_append(append.key).await?, Some(known.clone()), "a key after reopening");
            ensure_eq!(stored(&*store, append).await?, known, "an append repeated after reopening");
        }
        ensure_eq!(everything(&*store).await?, before.1, "all streams after repeating what was acknowledged");
        goes_on(&store, round).await?;
    }
    Ok(Outcome::Kept)
}

async fn append_some(
    store: &dyn EventStore,
    round: usize,
) -> Result<(Vec<Append>, Vec<Appended>), Violation> {
    let mut appends = Vec::new();
    let mut answers = Vec::new();
    for number in 0..20 {
        let name = format!("kept {round} {number}");
        let own = stream(&name);
        let writes = [
            write(&own, Expected::NoStream, events(&format!("{name} own"), 1 + number % 4)),
            write(&stream("kept shared"), Expected::Any, events(&format!("{name} shared"), number % 3)),
        ];
        let append = request(&name, writes);
        answers.push(stored(store, append.clone()).await?);
        appends.push(append);
    }
    let last = answers.last().map(|answer| answer.position);
    match last {
        Some(last) => settled(store, last).await?,
        None => return Err(Violation::new("no append was answered")),
    }
    Ok((appends, answers))
}

async fn goes_on(store: &Arc<dyn EventStore>, round: usize) -> Result<(), Violation> {
    let shared = stream("kept shared");
    let last = history(&**store, &shared).await?.last().map(|event| event.revision);
    let head = store.head().await?;
    let name = format!("going on {round}");
    let append = request(&name, [write(&shared, Expected::at(last), events(&name, 1))]);
    let answer = stored(&**store, append).await?;
    ensure!(answer.position > head, "an append after reopening lies at {}, behind {head}", answer.position);
    let revision = answer.streams.first().map(|to| to.first);
    ensure_eq!(revision, Some(Revision::after(last)), "the next revision after reopening");
    let verified = verify_store(&**store).await;
    ensure!(verified.is_sound(), "after reopening: {:?}", verified.faults);
    Ok(())
}
