//! Short forms of what a store does, for every store alike.

use async_trait::async_trait;
use futures_util::TryStreamExt;

use super::{EventStore, ReadAll, ReadStream, StoreError};
use crate::event::{ChainHead, RecordedEvent};
use crate::id::StreamId;

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
}

impl<S: EventStore + ?Sized> EventStoreExt for S {}
