//! Rule 13, second half: snapshots never go backwards, and are dropped whole.

use std::sync::Arc;

use bytes::Bytes;

use super::fixture::Offered;
use super::probe::together;
use super::sample::{digest, stream};
use super::violation::{ensure, ensure_eq};
use super::{Fixture, Outcome, Verdict, Violation};
use crate::event::ChainHead;
use crate::id::{Revision, StreamId};
use crate::store::{Snapshot, SnapshotError, SnapshotStore};

const WRITERS: u64 = 8;
const ROUNDS: u64 = 10;

/// Snapshots are kept, replaced and dropped, in order and in disorder, one after the other and at the same time.
///
/// # Errors
/// A snapshot goes back, comes back changed, or outlives its being dropped; one that came meanwhile is dropped instead;
/// or what was refused has changed something.
pub async fn rule_13_snapshots_never_go_backwards(fixture: &dyn Fixture) -> Verdict {
    let store = match fixture.snapshots().await {
        Offered::Store(store) => store,
        Offered::Declined(reason) => return Ok(Outcome::Declined(reason)),
    };
    what_is_kept_comes_back(&*store).await?;
    revisions_only_rise(&*store).await?;
    only_the_one_seen_is_dropped(&*store).await?;
    a_state_has_a_limit(&*store).await?;
    writers_race(&store).await?;
    Ok(Outcome::Kept)
}

fn snapshot(stream: &StreamId, revision: u64, version: u32, state: impl Into<Bytes>) -> Snapshot {
    let revision = Revision::new(revision).unwrap_or(Revision::FIRST);
    let head = ChainHead { revision, digest: digest(&format!("{stream} {revision}")) };
    Snapshot { stream: stream.clone(), head, version, state: state.into() }
}

async fn refused(
    store: &dyn SnapshotStore,
    snapshot: Snapshot,
    why: &str,
) -> Result<SnapshotError, Violation> {
    let before = store.load(&snapshot.stream).await?;
    let stream = snapshot.stream.clone();
    let error = match store.save(snapshot).await {
        Ok(()) => return Err(Violation::new(format!("{why} was kept"))),
        Err(error) => error,
    };
    ensure_eq!(store.load(&stream).await?, before, "{why} was refused, yet the snapshot changed");
    Ok(error)
}

async fn what_is_kept_comes_back(store: &dyn SnapshotStore) -> Result<(), Violation> {
    // The id of one stream begins with that of the other.
    let streams = [stream("kept"), stream("kept 2"), stream("案卷")];
    for stream in &streams {
        ensure_eq!(store.load(stream).await?, None, "the snapshot of a stream that has none");
    }
    let states = [
        Bytes::new(),
        Bytes::from_static(&[0, 255, 0]),
        Bytes::from("{\"b\":1,\"a\":\"卷\"}"),
        vec![7; 200_000].into(),
    ];
    for (revision, state) in (1..).zip(states) {
        for stream in &streams {
            let kept = snapshot(stream, revision, 1, state.clone());
            store.save(kept.clone()).await?;
            ensure_eq!(store.load(stream).await?, Some(kept), "a snapshot that was just kept");
        }
    }
    Ok(())
}

async fn revisions_only_rise(store: &dyn SnapshotStore) -> Result<(), Violation> {
    let stream = stream("rising");
    store.save(snapshot(&stream, 10, 1, "ten")).await?;
    for (revision, version) in [(9, 1), (1, 1), (9, 2)] {
        let back = snapshot(&stream, revision, version, "back");
        match refused(store, back.clone(), "a snapshot that goes back").await? {
            SnapshotError::Backwards { kept, offered, .. } => {
                ensure_eq!((kept.get(), offered.get()), (10, revision), "revisions that are told");
            }
            error => return Err(Violation::caused("a snapshot that goes back must be told so", error)),
        }
    }
    for (revision, version) in [(10, 2), (11, 1), (u64::MAX, 1)] {
        let next = snapshot(&stream, revision, version, "next");
        store.save(next.clone()).await?;
        ensure_eq!(store.load(&stream).await?, Some(next), "a snapshot that follows");
    }
    Ok(())
}

async fn only_the_one_seen_is_dropped(store: &dyn SnapshotStore) -> Result<(), Violation> {
    let stream = stream("dropped");
    let (old, new) = (snapshot(&stream, 5, 1, "old"), snapshot(&stream, 6, 2, "new"));
    store.discard(&old).await?;
    store.save(old.clone()).await?;
    store.save(new.clone()).await?;
    store.discard(&old).await?;
    ensure_eq!(store.load(&stream).await?, Some(new.clone()), "a snapshot after an older one was dropped");
    store.discard(&Snapshot { version: 1, ..new.clone() }).await?;
    ensure_eq!(store.load(&stream).await?, Some(new.clone()), "a snapshot after another version was dropped");
    store.discard(&new).await?;
    ensure_eq!(store.load(&stream).await?, None, "a snapshot that was dropped");
    store.save(old.clone()).await?;
    ensure_eq!(store.load(&stream).await?, Some(old), "the snapshot that follows one that was dropped");
    Ok(())
}

async fn a_state_has_a_limit(store: &dyn SnapshotStore) -> Result<(), Violation> {
    let stream = stream("large");
    let largest = snapshot(&stream, 1, 1, vec![b'x'; Snapshot::STATE_BYTES_MAX]);
    store.save(largest.clone()).await?;
    ensure!(
        store.load(&stream).await? == Some(largest),
        "the largest state does not come back as it went in"
    );
    let larger = snapshot(&stream, 2, 1, vec![b'x'; Snapshot::STATE_BYTES_MAX + 1]);
    match refused(store, larger, "a state over the limit").await? {
        SnapshotError::TooLarge { actual, .. } => {
            ensure_eq!(actual, Snapshot::STATE_BYTES_MAX + 1, "bytes told of a state over the limit");
            Ok(())
        }
        error => Err(Violation::caused("a state over the limit must be told so", error)),
    }
}

async fn writers_race(store: &Arc<dyn SnapshotStore>) -> Result<(), Violation> {
    let stream = stream("raced");
    for round in 0..ROUNDS {
        let saves = (1..=WRITERS).map(|number| {
            let (store, stream) = (Arc::clone(store), stream.clone());
            async move {
                let own = snapshot(&stream, round * WRITERS + number, 1, "raced");
                let revision = own.head.revision;
                match store.save(own).await {
                    Ok(()) | Err(SnapshotError::Backwards { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
                let kept = store.load(&stream).await?;
                ensure!(
                    kept.as_ref().is_some_and(|kept| kept.head.revision >= revision),
                    "after revision {revision}, {kept:?} is kept"
                );
                Ok(())
            }
        });
        together(saves).await?;
        // The latest can be refused by nobody, and nobody can come after it.
        let kept = store.load(&stream).await?.map(|kept| kept.head.revision.get());
        ensure_eq!(kept, Some((round + 1) * WRITERS), "the revision that is kept after a race");
    }
    Ok(())
}
