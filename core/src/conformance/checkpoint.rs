//! Rule 13, first half: checkpoints never go backwards, and are saved by the newest runner alone.

use std::sync::Arc;

use bytes::Bytes;

use super::fixture::Offered;
use super::probe::together;
use super::sample::named_history;
use super::violation::{ensure, ensure_eq};
use super::{Fixture, Outcome, Verdict, Violation};
use crate::id::{Code, HistoryId, Position};
use crate::store::{
    Checkpoint, CheckpointError, CheckpointRecord, CheckpointStore, Claim, Fence, SaveCheckpoint,
};

const VERSION: u32 = 3;
const RUNNERS: u64 = 8;
const ROUNDS: u64 = 10;

/// Names are claimed and saved under, in order and in disorder: by one runner and by several, for several versions and
/// histories, one after the other and at the same time.
///
/// # Errors
/// A position goes back; a runner saves that another has taken over from; a checkpoint of another version or history is
/// gone on from; or what was refused has changed something.
pub async fn rule_13_checkpoints_never_go_backwards(fixture: &dyn Fixture) -> Verdict {
    let store = match fixture.checkpoints().await {
        Offered::Store(store) => store,
        Offered::Declined(reason) => return Ok(Outcome::Declined(reason)),
    };
    what_is_saved_comes_back(&*store).await?;
    positions_only_rise(&*store).await?;
    the_newest_runner_saves(&*store).await?;
    a_version_is_not_another(&*store).await?;
    a_history_is_not_another(&*store).await?;
    a_state_has_a_limit(&*store).await?;
    runners_race_for_a_name(&store).await?;
    one_runner_saves_in_parallel(&store).await?;
    Ok(Outcome::Kept)
}

fn name(text: &str) -> Code {
    Code::new(text).expect("the names of the suite are codes")
}

fn history() -> HistoryId {
    named_history("read")
}

fn at(ordinal: u64) -> Position {
    Position::new(history(), ordinal)
}

fn claim(text: &str) -> Claim {
    Claim::new(name(text), history(), VERSION)
}

fn save(text: &str, fence: Fence, position: Position, state: Option<&[u8]>) -> SaveCheckpoint {
    let checkpoint = Checkpoint { position, state: state.map(Bytes::copy_from_slice) };
    SaveCheckpoint { name: name(text), fence, checkpoint }
}

async fn kept(store: &dyn CheckpointStore, text: &str) -> Result<Option<CheckpointRecord>, Violation> {
    Ok(store.load(&name(text)).await?)
}

/// Saves what must be refused, and looks that nothing was changed by it.
async fn refused(
    store: &dyn CheckpointStore,
    save: SaveCheckpoint,
    why: &str,
) -> Result<CheckpointError, Violation> {
    let before = store.load(&save.name).await?;
    let name = save.name.clone();
    let error = match store.save(save).await {
        Ok(()) => return Err(Violation::new(format!("{why} was saved"))),
        Err(error) => error,
    };
    ensure_eq!(store.load(&name).await?, before, "{why} was refused, yet the checkpoint changed");
    Ok(error)
}

async fn what_is_saved_comes_back(store: &dyn CheckpointStore) -> Result<(), Violation> {
    ensure_eq!(kept(store, "fresh").await?, None, "what is kept under a name that nobody claimed");
    let unclaimed = save("fresh", Fence::new(1), at(1), None);
    let error = refused(store, unclaimed, "a checkpoint under a name that nobody claimed").await?;
    ensure!(matches!(error, CheckpointError::TakenOver { newest: None, .. }), "it was refused as {error}");
    let states: [Option<&[u8]>; 5] = [
        None,
        Some(b""),
        Some("{\"b\":1,\"a\":\"案卷\"}".as_bytes()),
        Some(&[0, 255, 0]),
        Some(&[7; 200_000]),
    ];
    let record = store.claim(claim("fresh")).await?;
    ensure_eq!(record.checkpoint, None, "the checkpoint of a first claim");
    ensure_eq!((record.version, record.history), (VERSION, history()), "for what it was claimed");
    ensure_eq!(kept(store, "fresh").await?, Some(record.clone()), "what is kept after a claim");
    for (ordinal, state) in (0..).zip(states) {
        let saved = save("fresh", record.fence, at(ordinal), state);
        store.save(saved.clone()).await?;
        let wanted = CheckpointRecord { checkpoint: Some(saved.checkpoint), ..record.clone() };
        ensure_eq!(kept(store, "fresh").await?, Some(wanted.clone()), "what is kept after a save");
        let other = store.claim(claim(&format!("fresh-{ordinal}"))).await?;
        ensure_eq!(other.checkpoint, None, "the checkpoint of another name");
        ensure_eq!(kept(store, "fresh").await?, Some(wanted), "what is kept after another name was claimed");
    }
    Ok(())
}

async fn positions_only_rise(store: &dyn CheckpointStore) -> Result<(), Violation> {
    let fence = store.claim(claim("rising")).await?.fence;
    store.save(save("rising", fence, at(10), Some(b"ten"))).await?;
    for ordinal in [9, 0] {
        let back = save("rising", fence, at(ordinal), Some(b"back"));
        match refused(store, back, "a checkpoint that goes back").await? {
            CheckpointError::Backwards { saved, offered, .. } => {
                ensure_eq!((saved, offered), (at(10), at(ordinal)), "positions told of a refused checkpoint");
            }
            error => return Err(Violation::caused("a checkpoint that goes back must be told so", error)),
        }
    }
    // A save whose answer was lost is repeated.
    store.save(save("rising", fence, at(10), Some(b"ten again"))).await?;
    store.save(save("rising", fence, at(u64::MAX), Some(b"last"))).await?;
    let again = store.claim(claim("rising")).await?;
    let position = again.checkpoint.map(|checkpoint| checkpoint.position);
    ensure_eq!(position, Some(at(u64::MAX)), "where the next runner goes on");
    let back = save("rising", again.fence, at(10), None);
    let error = refused(store, back, "a checkpoint of the next runner that goes back").await?;
    ensure!(matches!(error, CheckpointError::Backwards { .. }), "it was refused as {error}");
    Ok(())
}

async fn the_newest_runner_saves(store: &dyn CheckpointStore) -> Result<(), Violation> {
    let old = store.claim(claim("fenced")).await?;
    store.save(save("fenced", old.fence, at(5), Some(b"old"))).await?;
    let new = store.claim(claim("fenced")).await?;
    ensure!(new.fence > old.fence, "the fence {} of a claim follows {}", new.fence, old.fence);
    let state = Some(Checkpoint { position: at(5), state: Some(Bytes::from_static(b"old")) });
    ensure_eq!(new.checkpoint, state, "what the new runner goes on from");
    for ordinal in [5, 6, 100] {
        let late = save("fenced", old.fence, at(ordinal), Some(b"late"));
        match refused(store, late, "a checkpoint of a runner that was replaced").await? {
            CheckpointError::TakenOver { fence, newest, .. } => {
                ensure_eq!((fence, newest), (old.fence, Some(new.fence)), "fences told to the old runner");
            }
            error => return Err(Violation::caused("a runner that was replaced must be told so", error)),
        }
    }
    let unheard_of = save("fenced", Fence::new(u64::MAX), at(6), None);
    let error = refused(store, unheard_of, "a checkpoint under a fence that nobody got").await?;
    ensure!(matches!(error, CheckpointError::TakenOver { .. }), "it was refused as {error}");
    store.save(save("fenced", new.fence, at(6), Some(b"new"))).await?;
    Ok(())
}

async fn a_version_is_not_another(store: &dyn CheckpointStore) -> Result<(), Violation> {
    let old = store.claim(claim("versioned")).await?;
    store.save(save("versioned", old.fence, at(9), Some(b"old"))).await?;
    for version in [VERSION + 1, VERSION] {
        let new = store.claim(Claim::new(name("versioned"), history(), version)).await?;
        ensure_eq!(new.version, version, "the version of a claim");
        ensure_eq!(new.checkpoint, None, "what version {version} gets of a checkpoint of another");
        let record = kept(store, "versioned").await?;
        ensure_eq!(record, Some(new.clone()), "what is kept of a version that was dropped");
        store.save(save("versioned", new.fence, at(1), None)).await?;
    }
    let afresh = store.claim(claim("versioned").afresh()).await?;
    ensure_eq!(afresh.checkpoint, None, "the checkpoint of a claim that begins afresh");
    ensure!(afresh.fence > old.fence, "beginning afresh has the fence {}", afresh.fence);
    store
        .save(save("versioned", afresh.fence, at(0), None))
        .await
        .map_err(|error| Violation::caused("who begins afresh begins at the beginning", error))
}

async fn a_history_is_not_another(store: &dyn CheckpointStore) -> Result<(), Violation> {
    let foreign = named_history("restored");
    let own = store.claim(claim("bound")).await?;
    let elsewhere = save("bound", own.fence, Position::new(foreign, 1), None);
    let error = refused(store, elsewhere, "a first checkpoint in another history").await?;
    tells_histories(&error, foreign, history())?;
    store.save(save("bound", own.fence, at(5), Some(b"own"))).await?;
    let elsewhere = save("bound", own.fence, Position::new(foreign, 6), None);
    let error = refused(store, elsewhere, "a checkpoint in another history").await?;
    tells_histories(&error, foreign, history())?;
    let before = kept(store, "bound").await?;
    for version in [VERSION, VERSION + 1] {
        match store.claim(Claim::new(name("bound"), foreign, version)).await {
            Ok(_) => return Err(Violation::new("a checkpoint of another history was given to a runner")),
            Err(error) => tells_histories(&error, history(), foreign)?,
        }
        ensure_eq!(kept(store, "bound").await?, before, "the checkpoint after a claim that was refused");
    }
    // Whoever was refused has taken nothing over.
    store.save(save("bound", own.fence, at(6), Some(b"own"))).await?;
    let afresh = store.claim(Claim::new(name("bound"), foreign, VERSION).afresh()).await?;
    ensure_eq!((afresh.history, afresh.checkpoint), (foreign, None), "a claim afresh of another history");
    store.save(save("bound", afresh.fence, Position::new(foreign, 1), None)).await?;
    let late = save("bound", own.fence, at(7), None);
    let error = refused(store, late, "a checkpoint of a runner of the old history").await?;
    ensure!(matches!(error, CheckpointError::TakenOver { .. }), "it was refused as {error}");
    Ok(())
}

fn tells_histories(
    error: &CheckpointError,
    wanted_found: HistoryId,
    wanted: HistoryId,
) -> Result<(), Violation> {
    match error {
        CheckpointError::ForeignHistory { found, expected, .. } => {
            ensure_eq!((*found, *expected), (wanted_found, wanted), "histories that are told");
            Ok(())
        }
        error => Err(Violation::new(format!("another history must be told, and this is: {error}"))),
    }
}

async fn a_state_has_a_limit(store: &dyn CheckpointStore) -> Result<(), Violation> {
    let fence = store.claim(claim("large")).await?.fence;
    let largest = vec![b'x'; Checkpoint::STATE_BYTES_MAX];
    store.save(save("large", fence, at(1), Some(&largest))).await?;
    let state = kept(store, "large").await?.and_then(|record| record.checkpoint?.state);
    ensure!(state.as_deref() == Some(&*largest), "the largest state does not come back as it went in");
    let larger = vec![b'x'; Checkpoint::STATE_BYTES_MAX + 1];
    match refused(store, save("large", fence, at(2), Some(&larger)), "a state over the limit").await? {
        CheckpointError::TooLarge { actual, .. } => {
            ensure_eq!(actual, larger.len(), "bytes told of a state over the limit");
            Ok(())
        }
        error => Err(Violation::caused("a state over the limit must be told so", error)),
    }
}

async fn runners_race_for_a_name(store: &Arc<dyn CheckpointStore>) -> Result<(), Violation> {
    for round in 1..=ROUNDS {
        let claims = (0..RUNNERS).map(|_| {
            let store = Arc::clone(store);
            async move { Ok(store.claim(claim("raced")).await?.fence) }
        });
        let mut fences = together(claims).await?;
        let saves = fences.clone().into_iter().map(|fence| {
            let store = Arc::clone(store);
            async move {
                match store.save(save("raced", fence, at(round), Some(&fence.get().to_be_bytes()))).await {
                    Ok(()) => Ok(Some(fence)),
                    Err(CheckpointError::TakenOver { .. }) => Ok(None),
                    Err(error) => Err(error.into()),
                }
            }
        });
        let winners: Vec<_> = together(saves).await?.into_iter().flatten().collect();
        fences.sort_unstable();
        fences.dedup();
        ensure_eq!(fences.len() as u64, RUNNERS, "different fences of as many claims");
        ensure_eq!(winners, fences.split_off(fences.len() - 1), "who may save of those who claimed one name");
    }
    Ok(())
}

async fn one_runner_saves_in_parallel(store: &Arc<dyn CheckpointStore>) -> Result<(), Violation> {
    let fence = store.claim(claim("parallel")).await?.fence;
    for round in 0..ROUNDS {
        let saves = (1..=RUNNERS).map(|number| {
            let store = Arc::clone(store);
            async move {
                let position = at(round * RUNNERS + number);
                match store.save(save("parallel", fence, position, None)).await {
                    Ok(()) | Err(CheckpointError::Backwards { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
                // What was acknowledged, or was too late, is behind what is kept.
                let found = kept(&*store, "parallel").await?.and_then(|record| record.checkpoint);
                ensure!(
                    found.as_ref().is_some_and(|found| found.position >= position),
                    "after a save at {position}, {found:?} is kept"
                );
                Ok(())
            }
        });
        together(saves).await?;
        // The last can be refused by nobody, and nobody can come after it.
        let last = kept(&**store, "parallel").await?.and_then(|record| record.checkpoint);
        let position = last.map(|last| last.position);
        ensure_eq!(position, Some(at((round + 1) * RUNNERS)), "the position that is kept after a race");
    }
    Ok(())
}
