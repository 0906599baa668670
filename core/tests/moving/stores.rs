//! Stores that behave as the store in memory, but for one thing.

use std::sync::atomic::{AtomicU64, Ordering};

use anjuan::event::RecordedEvent;
use anjuan::id::{CommandKey, Position};
use anjuan::store::{
    Append, Appended, EventStore, EventStream, Identity, MemoryStore, ReadAll, ReadStream, ReadStreams,
    StoreError,
};
use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};

/// What becomes of the append at which a store fails.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Last {
    /// It is lost.
    Lost,
    /// It is stored, but the answer is lost.
    Stored,
}

/// A store that takes so many appends and then fails, and whose feed may lag behind what it holds.
#[derive(Debug)]
pub(crate) struct Failing {
    pub(crate) store: MemoryStore,
    pub(crate) remaining: AtomicU64,
    pub(crate) last: Last,
    /// How many events the feed shows.
    pub(crate) shown: usize,
}

impl Failing {
    pub(crate) fn after(appends: u64, store: &MemoryStore, last: Last) -> Self {
        Self { store: store.clone(), remaining: AtomicU64::new(appends), last, shown: usize::MAX }
    }

    pub(crate) fn showing(events: usize, store: &MemoryStore) -> Self {
        Self { shown: events, ..Self::after(u64::MAX, store, Last::Lost) }
    }
}

/// A store that gives its events other places in the global order, as a store does in which two appends overlap, and
/// perhaps changes one of them.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) store: MemoryStore,
    /// The place of the first event in the store, that of the second, and so on.
    pub(crate) places: Vec<u64>,
    pub(crate) head: u64,
    /// The payload of the event at this place is another one than was written.
    pub(crate) damaged: Option<u64>,
}

impl Placed {
    fn place(&self, position: Position) -> Position {
        let place = self.places[usize::try_from(position.ordinal()).unwrap() - 1];
        Position::new(position.history(), place)
    }

    fn changed(&self, mut event: RecordedEvent) -> RecordedEvent {
        event.position = self.place(event.position);
        if Some(event.position.ordinal()) == self.damaged {
            event.data = "changed".into();
        }
        event
    }
}

#[async_trait]
impl EventStore for Failing {
    fn identity(&self) -> Identity {
        self.store.identity()
    }

    async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        if self.remaining.fetch_sub(1, Ordering::SeqCst) > 0 {
            return self.store.append(append).await;
        }
        self.remaining.store(0, Ordering::SeqCst);
        if matches!(self.last, Last::Stored) {
            self.store.append(append).await?;
        }
        Err(StoreError::CommitUnknown("the power is gone".into()))
    }

    async fn find_append(&self, key: CommandKey) -> Result<Option<Appended>, StoreError> {
        self.store.find_append(key).await
    }

    fn read_stream(&self, read: ReadStream) -> EventStream {
        self.store.read_stream(read)
    }

    fn read_all(&self, read: ReadAll) -> EventStream {
        self.store.read_all(read.limit(self.shown))
    }

    fn read_streams(&self, read: ReadStreams) -> EventStream {
        self.store.read_streams(read)
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.store.head().await
    }

    async fn appended_after(&self, position: Position) -> Result<(), StoreError> {
        self.store.appended_after(position).await
    }
}

/// Only what a source of a copy is asked for.
#[async_trait]
impl EventStore for Placed {
    fn identity(&self) -> Identity {
        self.store.identity()
    }

    async fn append(&self, _: Append) -> Result<Appended, StoreError> {
        Err(StoreError::Closed(None))
    }

    async fn find_append(&self, key: CommandKey) -> Result<Option<Appended>, StoreError> {
        let found = self.store.find_append(key).await?;
        Ok(found.map(|found| Appended { position: self.place(found.position), ..found }))
    }

    fn read_stream(&self, read: ReadStream) -> EventStream {
        self.store.read_stream(read)
    }

    fn read_all(&self, _: ReadAll) -> EventStream {
        let all = futures_util::FutureExt::now_or_never(self.store.read_all(ReadAll::all()).try_collect());
        let all: Vec<RecordedEvent> = all.unwrap().unwrap();
        let mut all: Vec<_> = all.into_iter().map(|event| self.changed(event)).collect();
        all.sort_by_key(|event| event.position.ordinal());
        all.retain(|event| event.position.ordinal() <= self.head);
        stream::iter(all).map(Ok).boxed()
    }

    fn read_streams(&self, read: ReadStreams) -> EventStream {
        self.store.read_streams(read)
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(Position::new(self.identity().history, self.head))
    }

    async fn appended_after(&self, position: Position) -> Result<(), StoreError> {
        self.store.appended_after(position).await
    }
}
