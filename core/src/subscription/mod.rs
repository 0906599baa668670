//! Following the log: everything from a position on, and then whatever comes, as one stream.
//!
//! ```
//! # use std::sync::Arc;
//! # use anjuan::clock::{Clock, SystemClock};
//! # use anjuan::event::HashAlgorithm;
//! # use anjuan::id::SystemEntropy;
//! # use anjuan::store::{EventStore, Identity, MemoryStore};
//! use anjuan::subscription::{Delivery, Subscribe, Subscription};
//! use futures_util::TryStreamExt;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let identity = Identity::new(SystemClock.now(), &SystemEntropy, HashAlgorithm::Sm3);
//! let store: Arc<dyn EventStore> = Arc::new(MemoryStore::new(identity));
//! let mut subscription = Subscription::new(Arc::clone(&store), Subscribe::all());
//! // An empty store has nothing to catch up with.
//! let first = subscription.try_next().await?;
//! assert_eq!(first, Some(Delivery::CaughtUp(store.head().await?)));
//! # Ok(())
//! # }
//! ```

mod feed;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_core::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};

use crate::event::RecordedEvent;
use crate::id::Position;
use crate::store::{EventStore, EventStream, Filter, StoreError};
use feed::Feed;
pub(crate) use feed::yield_once;

/// What a subscription delivers, and from where on.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Subscribe {
    /// Start after this position, exclusive; `None` for the beginning.
    pub after: Option<Position>,
    /// Which events are wanted.
    pub filter: Filter,
}

impl Subscribe {
    /// Everything, from the beginning.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// After this position, exclusive.
    #[must_use]
    pub const fn after(mut self, position: Position) -> Self {
        self.after = Some(position);
        self
    }

    /// Only what the filter wants.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }
}

/// One thing that a subscription delivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// An event that is wanted.
    Event(RecordedEvent),
    /// Everything wanted up to this position has been delivered, and it was the head of the log a moment ago.
    ///
    /// Comes whenever the end is reached, also when nothing on the way was wanted: a reader that resumes after it
    /// does not read again what it did not want.
    CaughtUp(Position),
}

/// The events of all streams in global order, those that are there and those to come.
///
/// It never ends by itself. The first error of the store is delivered and ends it; to go on, subscribe anew after the
/// last position that was delivered.
///
/// - Every wanted event is delivered once, in the order of the positions. Where catching up ends and waiting begins
///   there is neither gap nor repeat.
/// - Nothing is read ahead of what is polled, but for what the store reads ahead: a slow reader holds up nobody.
/// - It owns its data and keeps the store open. Dropping it, at any moment, has no effect on anything else.
///
/// A position of another history ends it at once, with [`StoreError::ForeignPosition`].
pub struct Subscription(BoxStream<'static, Result<Delivery, StoreError>>);

impl Subscription {
    /// Subscribes. Nothing is read before it is polled.
    #[must_use]
    pub fn new(store: Arc<dyn EventStore>, subscribe: Subscribe) -> Self {
        Self(Feed::new(store, subscribe).into_stream().boxed())
    }

    /// Only the events, without the moments between them.
    #[must_use]
    pub fn events(self) -> EventStream {
        let event = |delivery| async move {
            match delivery {
                Delivery::Event(event) => Ok(Some(event)),
                Delivery::CaughtUp(_) => Ok(None),
            }
        };
        self.0.try_filter_map(event).boxed()
    }
}

impl Stream for Subscription {
    type Item = Result<Delivery, StoreError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}
