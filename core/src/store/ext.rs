//! Short forms of what a store does, for every store alike.

use async_trait::async_trait;
use futures_util::TryStreamExt;

use super::{EventStore, ReadAll, ReadStream, ReadStreams, StoreError};
use crate::event::{ChainHead, RecordedEvent};
use crate::id::{Position, StreamId};

/// At so many places a log is looked at for each part into which a read is split: enough that the greatest part is
/// rarely a quarter greater than the others.
const PROBES: u64 = 64;

/// Short forms over [`EventStore`]; implemented for every store, and by nobody else.
#[async_trait]
pub trait EventStoreExt: EventStore {
    /// Every event of a stream.
    ///
    /// # Errors
    /// The store cannot be read.
    async fn stream_events(&self, stream: &StreamId) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read_stream(ReadStream::all(stream.clone())).try_collect().await
    }

    /// Every event of the store, in global order. For small stores and tests: it is all in memory.
    ///
    /// # Errors
    /// The store cannot be read.
    async fn all_events(&self) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read_all(ReadAll::all()).try_collect().await
    }

    /// The last link of a stream; `None` for an empty one.
    ///
    /// # Errors
    /// The store cannot be read.
    async fn stream_head(&self, stream: &StreamId) -> Result<Option<ChainHead>, StoreError> {
        let last = self.read_stream(ReadStream::all(stream.clone()).backward().limit(1)).try_next().await?;
        Ok(last.map(|event| ChainHead { revision: event.revision, digest: event.digest }))
    }

    /// Splits a read of streams into parts with about as many events each, to be read at the same time.
    ///
    /// The parts follow each other, and together they read exactly what the one would. There are at most so many as
    /// asked for, and fewer if there is little to read. Where to split is found by looking at some events all over
    /// the log.
    ///
    /// ```
    /// # use anjuan::store::{EventStore, EventStoreExt, ReadStreams, StoreError};
    /// # async fn read(store: &dyn EventStore) -> Result<(), StoreError> {
    /// for part in store.split_streams(ReadStreams::all().category("mediation"), 4).await? {
    ///     let events = store.read_streams(part); // on a task of its own
    /// #   drop(events);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The store cannot be read.
    async fn split_streams(&self, read: ReadStreams, parts: usize) -> Result<Vec<ReadStreams>, StoreError> {
        let head = self.head().await?;
        let mut found = Vec::new();
        let probes = PROBES.saturating_mul(parts as u64).min(head.ordinal());
        for probe in 0..probes {
            // Never above the head, so it fits.
            let ordinal = u128::from(head.ordinal()) * u128::from(probe) / u128::from(probes);
            let after = Position::new(head.history(), u64::try_from(ordinal).unwrap_or(u64::MAX));
            let event = self.read_all(ReadAll::all().after(after).to(head).limit(1)).try_next().await?;
            found.extend(event.map(|event| event.stream).filter(|stream| read.wants(stream)));
        }
        found.sort_unstable();
        let mut split = vec![read];
        for part in 1..parts {
            let Some(cut) = found.get(found.len() * part / parts) else { break };
            if let Some(last) = split.last_mut()
                && last.after.as_ref() < Some(cut)
            {
                let rest = ReadStreams { after: Some(cut.clone()), ..last.clone() };
                last.to = Some(cut.clone());
                split.push(rest);
            }
        }
        Ok(split)
    }
}

impl<S: EventStore + ?Sized> EventStoreExt for S {}
