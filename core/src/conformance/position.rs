//! Rule 16: a position of another history is an error, not a place.

use futures_util::StreamExt;

use super::probe::{feed, put, settled};
use super::sample::stream;
use super::violation::{ensure, ensure_eq};
use super::{Fixture, Outcome, Verdict, Violation};
use crate::id::Position;
use crate::store::{Identity, ReadAll, StoreError};

/// Two stores of one backend hold the same events. Each refuses the positions of the other in everything that takes a
/// position, and accepts its own after they were text.
///
/// # Errors
/// A foreign position is read as a place, or an own one is refused.
pub async fn rule_16_foreign_positions_are_refused(fixture: &dyn Fixture) -> Verdict {
    let (store, other) = (fixture.open().await, fixture.open().await);
    ensure!(store.identity().history != other.identity().history, "two stores hold the same history");
    ensure!(store.identity().store != other.identity().store, "two stores have the same id");
    let own = put(&*store, &stream("places"), "places", 3).await?.position;
    let foreign = put(&*other, &stream("places"), "places", 3).await?.position;
    settled(&*store, own).await?;
    settled(&*other, foreign).await?;
    // A restored backup has the same ordinals in another history.
    let restored = Position::new(other.identity().history, own.ordinal());
    let nowhere = Position::new(other.identity().history, 0);
    for position in [foreign, restored, nowhere] {
        for read in [
            ReadAll::all().after(position),
            ReadAll::all().to(position),
            ReadAll::all().after(own).to(position),
            ReadAll::all().after(position).to(own),
            ReadAll::all().after(position).limit(0),
        ] {
            let mut reading = store.read_all(read);
            let first = reading.next().await;
            refuses(first.map(|event| event.map(drop)), position, store.identity(), "read_all")?;
            ensure!(reading.next().await.is_none(), "a read goes on after it has refused {position}");
        }
        let waiting = tokio::time::timeout(fixture.patience(), store.appended_after(position)).await;
        refuses(waiting.ok(), position, store.identity(), "appended_after")?;
    }
    let parsed: Position = own
        .to_string()
        .parse()
        .map_err(|error| Violation::caused("a position is not its own text", error))?;
    ensure_eq!(feed(&*store, ReadAll::all().to(parsed)).await?.len(), 3, "events up to an own position");
    ensure_eq!(
        feed(&*store, ReadAll::all().after(parsed)).await?,
        Vec::new(),
        "events after an own position"
    );
    Ok(Outcome::Kept)
}

fn refuses(
    answer: Option<Result<(), StoreError>>,
    position: Position,
    identity: Identity,
    by: &str,
) -> Result<(), Violation> {
    match answer {
        Some(Err(StoreError::ForeignPosition { found, expected })) => {
            ensure_eq!((found, expected), (position.history(), identity.history), "histories told by {by}");
            Ok(())
        }
        other => Err(Violation::new(format!("{by} took {position}, of another history, and gave {other:?}"))),
    }
}
