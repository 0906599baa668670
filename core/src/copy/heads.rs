//! The heads of all streams of a store, recomputed from the bytes.

use futures_util::{StreamExt, stream::Peekable};

use crate::event::{ChainHead, HashAlgorithm};
use crate::id::StreamId;
use crate::store::{EventStore, EventStream, ReadStreams, StoreError};

/// Reads a whole store, stream after stream, and believes no digest that it has not computed itself.
pub(super) struct Heads {
    own: HashAlgorithm,
    wanted: HashAlgorithm,
    events: Peekable<EventStream>,
}

/// A stream, and its last link.
pub(super) type Head = (StreamId, ChainHead);

impl Heads {
    /// The heads of a store as they are under the hash function `wanted`.
    pub(super) fn of(store: &dyn EventStore, wanted: HashAlgorithm) -> Self {
        let events = store.read_streams(ReadStreams::all()).peekable();
        Self { own: store.identity().hash, wanted, events }
    }

    /// The head of the next stream, in the order of their ids.
    ///
    /// # Errors
    /// The store cannot be read, or its own chain is broken.
    pub(super) async fn next(&mut self) -> Result<Option<Head>, StoreError> {
        let mut at: Option<(StreamId, ChainHead, ChainHead)> = None;
        while let Some(event) = self.events.next().await {
            let event = event?;
            let before = at.as_ref().map(|(_, own, wanted)| (own, wanted));
            if !ChainHead::admits(before.map(|(own, _)| own), self.own, &event) {
                let place = format!("{} revision {}", event.stream, event.revision);
                let reason = "the digest does not fit the event and the one before it".to_owned();
                return Err(StoreError::Corrupt { place, reason });
            }
            let own = ChainHead { revision: event.revision, digest: event.digest };
            let wanted = if self.own == self.wanted {
                own
            } else {
                let before = before.map(|(_, wanted)| wanted);
                ChainHead::extend(before, self.wanted, &event.stream, &event.to_new())
            };
            let next = std::pin::Pin::new(&mut self.events).peek().await;
            let ends = !matches!(next, Some(Ok(next)) if next.stream == event.stream);
            if ends {
                return Ok(Some((event.stream, wanted)));
            }
            at = Some((event.stream, own, wanted));
        }
        Ok(None)
    }
}
