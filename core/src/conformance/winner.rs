//! Rule 2: of several appends that expect the same revision exactly one wins.

use std::sync::Arc;

use super::probe::{attempt, history, revisions, together};
use super::sample::{event, request, stream, write};
use super::violation::ensure_eq;
use super::{Fixture, Outcome, Verdict, Violation};
use crate::id::Revision;
use crate::store::{EventStore, Expected, StoreError};

const ROUNDS: u64 = 20;
const WRITERS: usize = 8;

/// Eight writers expect the same revision of the same two streams, twenty times over. Half of them name the streams
/// in the other order, so that a store that locks as it goes would lock itself out.
///
/// # Errors
/// A round has no winner, or more than one; or a loser is told anything but a conflict.
pub async fn rule_02_one_winner(fixture: &dyn Fixture) -> Verdict {
    let store = fixture.open().await;
    for round in 1..=ROUNDS {
        let expected = Expected::at(Revision::new(round - 1));
        let writers = (0..WRITERS).map(|writer| compete(Arc::clone(&store), round, writer, expected));
        let won = together(writers).await?.into_iter().filter(|won| *won).count();
        ensure_eq!(won, 1, "winners among {WRITERS} appends that expect {expected}");
    }
    for stream in ["north", "south"].map(stream) {
        let found = revisions(&history(&*store, &stream).await?);
        ensure_eq!(found, (1..=ROUNDS).collect::<Vec<_>>(), "revisions of {stream} after as many rounds");
    }
    Ok(Outcome::Kept)
}

async fn compete(
    store: Arc<dyn EventStore>,
    round: u64,
    writer: usize,
    expected: Expected,
) -> Result<bool, Violation> {
    let name = format!("round {round} writer {writer}");
    let mut writes =
        ["north", "south"].map(|key| write(&stream(key), expected, vec![event(&format!("{name} {key}"))]));
    if writer % 2 == 1 {
        writes.reverse();
    }
    match attempt(&*store, request(&name, writes)).await {
        Ok(_) => Ok(true),
        Err(StoreError::Conflict(_)) => Ok(false),
        Err(error) => Err(Violation::caused("whoever loses must be told a conflict", error)),
    }
}
