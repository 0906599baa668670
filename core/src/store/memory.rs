//! A store in memory: the contract in its plainest form.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use tokio::sync::watch;

use super::{
    Append, Appended, Conflict, Direction, EventStore, EventStream, Identity, Mismatch, Plan, ReadAll,
    ReadStream, ReadStreams, StoreError, StreamConflict,
};
use crate::event::{ChainHead, RecordedEvent};
use crate::id::{CommandKey, Position, Revision, StreamId};

/// How many events a read takes under the lock at a time.
const CHUNK: usize = 256;

/// A store that lives as long as the process: for tests, demonstrations and small tools.
///
/// It keeps the whole contract but durability: nothing survives the process. Clones share one history.
#[derive(Clone)]
pub struct MemoryStore {
    identity: Identity,
    log: Arc<Mutex<Log>>,
    head: Arc<watch::Sender<u64>>,
}

#[derive(Default)]
struct Log {
    streams: BTreeMap<StreamId, Vec<RecordedEvent>>,
    /// Where the event with ordinal `n + 1` lies.
    order: Vec<(StreamId, Revision)>,
    keys: HashMap<CommandKey, Appended>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new(identity: Identity) -> Self {
        Self { identity, log: Arc::default(), head: Arc::new(watch::Sender::new(0)) }
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        // A panic elsewhere cannot leave the log half written: an append changes it only after its last check.
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn position(&self, ordinal: u64) -> Position {
        Position::new(self.identity.history, ordinal)
    }

    fn ordinal(&self, position: Position) -> Result<u64, StoreError> {
        self.identity.ordinal_of(position)
    }
}

#[async_trait]
impl EventStore for MemoryStore {
    fn identity(&self) -> Identity {
        self.identity
    }

    async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        Plan::check(&append)?;
        let mut log = self.log();
        if let Some(first) = log.keys.get(&append.key) {
            return first.repeat(&append);
        }
        let mismatches = Plan::mismatches(&append, |stream| log.head(stream));
        if !mismatches.is_empty() {
            let streams = mismatches.into_iter().map(|mismatch| log.conflict(mismatch)).collect();
            return Err(StoreError::Conflict(Box::new(Conflict { streams })));
        }
        let (key, content) = (append.key, append.content);
        let plan = Plan::of(append, self.identity.hash, |stream| log.head(stream));
        for planned in plan.events {
            let position = self.position(log.order.len() as u64 + 1);
            log.order.push((planned.stream.clone(), planned.head.revision));
            let event = planned.record(position);
            log.streams.entry(event.stream.clone()).or_default().push(event);
        }
        let ordinal = log.order.len() as u64;
        let answer =
            Appended { position: self.position(ordinal), streams: plan.streams, content, repeated: false };
        if !answer.streams.is_empty() {
            log.keys.insert(key, answer.clone());
        }
        drop(log);
        // Another append may have told a higher one meanwhile; whoever waits for that must not be put back to sleep.
        self.head.send_if_modified(|head| {
            let is_higher = *head < ordinal;
            *head = ordinal.max(*head);
            is_higher
        });
        Ok(answer)
    }

    async fn find_append(&self, key: CommandKey) -> Result<Option<Appended>, StoreError> {
        Ok(self.log().keys.get(&key).map(|first| Appended { repeated: true, ..first.clone() }))
    }

    fn read_stream(&self, read: ReadStream) -> EventStream {
        let found = {
            let log = self.log();
            let events = log.streams.get(&read.stream).map_or(&[][..], Vec::as_slice);
            let wanted = events
                .iter()
                .filter(|event| event.revision >= read.from && read.to.is_none_or(|to| event.revision <= to));
            let limit = read.limit.unwrap_or(usize::MAX);
            match read.direction {
                Direction::Forward => wanted.take(limit).cloned().collect::<Vec<_>>(),
                Direction::Backward => wanted.rev().take(limit).cloned().collect(),
            }
        };
        stream::iter(found).map(Ok).boxed()
    }

    fn read_all(&self, read: ReadAll) -> EventStream {
        let bounds = || -> Result<(u64, u64), StoreError> {
            let head = self.log().order.len() as u64;
            let after = read.after.map_or(Ok(0), |position| self.ordinal(position))?;
            let to = read.to.map_or(Ok(head), |position| self.ordinal(position))?;
            Ok((after, to.min(head)))
        };
        let (after, to) = match bounds() {
            Ok(bounds) => bounds,
            Err(error) => return stream::iter([Err(error)]).boxed(),
        };
        let (store, filter) = (self.clone(), read.filter);
        let chunks = stream::unfold(after, move |after| {
            let chunk = (after < to).then(|| store.log().range(after, to.min(after + CHUNK as u64)));
            std::future::ready(chunk.map(|chunk| (stream::iter(chunk), after + CHUNK as u64)))
        });
        chunks
            .flatten()
            .filter(move |event| std::future::ready(filter.wants(&event.stream, &event.event_type)))
            .take(read.limit.unwrap_or(usize::MAX))
            .map(Ok)
            .boxed()
    }

    fn read_streams(&self, read: ReadStreams) -> EventStream {
        let store = self.clone();
        let streams = stream::unfold(read.after.clone(), move |after| {
            let next = store.log().stream_after(after.as_ref(), &read);
            std::future::ready(next.map(|(stream, events)| (stream::iter(events), Some(stream))))
        });
        streams.flatten().map(Ok).boxed()
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(self.position(self.log().order.len() as u64))
    }

    async fn appended_after(&self, position: Position) -> Result<(), StoreError> {
        let after = self.ordinal(position)?;
        let mut head = self.head.subscribe();
        // The sender lives in `self`, so waiting ends only with an append.
        head.wait_for(|head| *head > after).await.map(drop).map_err(|_| StoreError::Closed(None))
    }
}

impl Log {
    fn head(&self, stream: &StreamId) -> Option<ChainHead> {
        let last = self.streams.get(stream)?.last()?;
        Some(ChainHead { revision: last.revision, digest: last.digest })
    }

    fn conflict(&self, mismatch: Mismatch) -> StreamConflict {
        let from = StreamConflict::reports_from(mismatch.expected);
        let events = self.streams.get(&mismatch.stream).map_or(&[][..], Vec::as_slice);
        let appended = events
            .iter()
            .filter(|event| event.revision >= from)
            .take(StreamConflict::MAX_EVENTS)
            .cloned()
            .collect();
        let Mismatch { stream, expected, actual } = mismatch;
        StreamConflict { stream, expected, actual, appended }
    }

    /// The events with ordinals above `after`, up to `to`.
    fn range(&self, after: u64, to: u64) -> Vec<RecordedEvent> {
        let (skip, take) = (as_index(after), as_index(to - after));
        self.order
            .iter()
            .skip(skip)
            .take(take)
            .filter_map(|(stream, revision)| self.streams.get(stream)?.get(as_index(revision.get() - 1)))
            .cloned()
            .collect()
    }

    /// The first stream behind `after` that the read wants, whole.
    fn stream_after(
        &self,
        after: Option<&StreamId>,
        read: &ReadStreams,
    ) -> Option<(StreamId, Vec<RecordedEvent>)> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.streams
            .range::<StreamId, _>((from, Bound::Unbounded))
            .find(|(stream, _)| read.wants(stream))
            .map(|(stream, events)| (stream.clone(), events.clone()))
    }
}

fn as_index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl std::fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryStore").field("identity", &self.identity).finish_non_exhaustive()
    }
}
