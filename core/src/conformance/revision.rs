//! Rule 4: the events of a stream are numbered 1, 2, 3 … without a gap.

use std::sync::Arc;

use super::probe::{conflict, history, put, revisions, stored, together};
use super::sample::{event, events, request, stream, write};
use super::violation::ensure_eq;
use super::{Fixture, Outcome, Verdict, Violation};
use crate::id::StreamId;
use crate::store::{AppendedTo, EventStore, Expected};

const WRITERS: u64 = 8;
const APPENDS: u64 = 10;

/// Batches of many sizes over interleaved streams, refused appends between them, then many writers on one stream.
///
/// # Errors
/// A revision is missing or comes twice, or an answer names other revisions than its events have.
pub async fn rule_04_dense_revisions(fixture: &dyn Fixture) -> Verdict {
    let store = fixture.open().await;
    batches_follow_each_other(&*store).await?;
    writers_share_a_stream(&store).await?;
    Ok(Outcome::Kept)
}

async fn batches_follow_each_other(store: &dyn EventStore) -> Result<(), Violation> {
    let streams = ["x", "y", "z"].map(stream);
    let mut lengths = [0; 3];
    for (round, sizes) in [[1, 2, 3], [2, 0, 1], [7, 1, 0], [1, 1, 1], [0, 40, 2]].into_iter().enumerate() {
        let mut writes = Vec::new();
        let mut wanted = Vec::new();
        for ((stream, length), size) in streams.iter().zip(&mut lengths).zip(sizes) {
            writes.push(write(stream, Expected::Any, events(&format!("{stream} {round}"), size)));
            wanted.extend((size > 0).then(|| (stream.clone(), *length + 1, *length + size as u64)));
            *length += size as u64;
        }
        let answer = stored(store, request(&format!("round {round}"), writes)).await?;
        let told: Vec<_> = answer.streams.into_iter().map(numbers).collect();
        ensure_eq!(told, wanted, "first and last revisions in an answer");
        let refused = request(
            &format!("refused {round}"),
            streams.each_ref().map(|stream| write(stream, Expected::NoStream, vec![event("refused")])),
        );
        conflict(store, refused, "an append to streams that exist").await?;
    }
    for (stream, length) in streams.iter().zip(lengths) {
        let found = revisions(&history(store, stream).await?);
        ensure_eq!(found, (1..=length).collect::<Vec<_>>(), "revisions of {stream}");
    }
    Ok(())
}

fn numbers(to: AppendedTo) -> (StreamId, u64, u64) {
    (to.stream, to.first.get(), to.last.get())
}

async fn writers_share_a_stream(store: &Arc<dyn EventStore>) -> Result<(), Violation> {
    let shared = stream("shared");
    let writers = (0..WRITERS).map(|writer| {
        let (store, shared) = (Arc::clone(store), shared.clone());
        async move {
            let mut told = Vec::new();
            for number in 0..APPENDS {
                let answer = put(&*store, &shared, &format!("shared {writer} {number}"), 1).await?;
                told.extend(answer.streams.into_iter().map(|to| to.last.get()));
            }
            Ok(told)
        }
    });
    let mut told = together(writers).await?.concat();
    told.sort_unstable();
    let wanted: Vec<_> = (1..=WRITERS * APPENDS).collect();
    ensure_eq!(told, wanted, "revisions told to all writers of one stream");
    ensure_eq!(revisions(&history(&**store, &shared).await?), wanted, "revisions of the stream they share");
    Ok(())
}
