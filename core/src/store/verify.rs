//! Proving that a history is whole and unchanged.

use std::fmt;

use futures_util::StreamExt;

use super::{EventStore, EventStream, ReadStream, ReadStreams, StoreError};
use crate::event::{ChainHead, HashAlgorithm, RecordedEvent};
use crate::id::{Revision, StreamId};

/// What was proven about a history, and where the proof failed.
#[derive(Debug, Default)]
pub struct Verification {
    /// How many streams were read.
    pub streams: u64,
    /// How many events were read.
    pub events: u64,
    /// What is wrong; empty for a sound history.
    pub faults: Vec<Fault>,
}

impl Verification {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
}

/// A place where a history is not what was written.
#[derive(Debug)]
pub struct Fault {
    /// The stream, if it could be told.
    pub stream: Option<StreamId>,
    /// The revision, if it could be told.
    pub revision: Option<Revision>,
    /// What is wrong there.
    pub kind: FaultKind,
}

/// What is wrong with a history.
#[derive(Debug)]
#[non_exhaustive]
pub enum FaultKind {
    /// The revision before this one is missing, or this one comes twice.
    Gap,
    /// The digest is not the hash of the event and the digest before it: a byte was changed, here or before.
    Digest,
    /// The store cannot give the event back.
    Unreadable(StoreError),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.stream {
            Some(stream) => write!(f, "{stream}")?,
            None => f.write_str("the store")?,
        }
        if let Some(revision) = self.revision {
            write!(f, " revision {revision}")?;
        }
        match &self.kind {
            FaultKind::Gap => f.write_str(": a revision is missing or comes twice"),
            FaultKind::Digest => f.write_str(": the digest does not fit the event and the one before it"),
            FaultKind::Unreadable(error) => write!(f, ": {error}"),
        }
    }
}

/// Checks one stream: dense revisions, and every digest recomputed from the bytes.
///
/// A chain proves what stands before each of its links, not that no link followed: a stream that lost its last events
/// is sound in itself. Whoever must prove the end keeps the last digest elsewhere, and compares.
///
/// Never fails: what cannot be read is a fault too.
pub async fn verify_stream(store: &dyn EventStore, stream: &StreamId) -> Verification {
    let events = store.read_stream(ReadStream::all(stream.clone()));
    verify(store.identity().hash, events).await
}

/// Checks every stream of a store as [`verify_stream`] does.
///
/// Reads the whole store once, in sequence, and keeps one head in memory. A read that ends in an error ends the
/// check there, with the error among the faults; stores that can go on behind a damaged record have a check of
/// their own.
pub async fn verify_store(store: &dyn EventStore) -> Verification {
    verify(store.identity().hash, store.read_streams(ReadStreams::all())).await
}

async fn verify(hash: HashAlgorithm, mut events: EventStream) -> Verification {
    let mut found = Verification::default();
    let mut at: Option<(StreamId, ChainHead)> = None;
    while let Some(event) = events.next().await {
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                let (stream, revision) = next_place(at);
                found.faults.push(Fault { stream, revision, kind: FaultKind::Unreadable(error) });
                break;
            }
        };
        let before = at.as_ref().filter(|(stream, _)| *stream == event.stream).map(|(_, head)| head);
        found.streams += u64::from(before.is_none());
        found.events += 1;
        if let Some(kind) = fault_in(hash, before, &event) {
            let (stream, revision) = (Some(event.stream.clone()), Some(event.revision));
            found.faults.push(Fault { stream, revision, kind });
        }
        at = Some((event.stream, ChainHead { revision: event.revision, digest: event.digest }));
    }
    found
}

fn fault_in(hash: HashAlgorithm, before: Option<&ChainHead>, event: &RecordedEvent) -> Option<FaultKind> {
    if event.revision != Revision::after(before.map(|head| head.revision)) {
        return Some(FaultKind::Gap);
    }
    (!ChainHead::admits(before, hash, event)).then_some(FaultKind::Digest)
}

/// Where the event lies that could not be read: behind the last one that could.
fn next_place(at: Option<(StreamId, ChainHead)>) -> (Option<StreamId>, Option<Revision>) {
    at.map_or((None, None), |(stream, head)| (Some(stream), Some(head.revision.next())))
}
