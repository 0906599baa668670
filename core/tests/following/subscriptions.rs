//! One seam between what is there and what comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use anjuan::event::{EventType, RecordedEvent};
use anjuan::id::{CommandKey, HistoryId, Position};
use anjuan::store::{
    Append, Appended, EventStore, EventStoreExt, EventStream, Filter, Identity, ReadAll, ReadStream,
    ReadStreams, StoreError,
};
use anjuan::subscription::{Delivery, Subscribe, Subscription};
use async_trait::async_trait;
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::log::{put, put_as, store, write_together};

fn types(names: &[&str]) -> Filter {
    Filter::default().types(names.iter().map(|name| EventType::new(name).unwrap()))
}

async fn read_until(store: Arc<dyn EventStore>, subscribe: Subscribe, wanted: u64) -> Vec<RecordedEvent> {
    let mut events = Subscription::new(store, subscribe).events();
    let (mut all, mut seen) = (Vec::new(), 0);
    while seen < wanted {
        let event = events.try_next().await.unwrap().unwrap();
        seen += u64::from(event.event_type.as_str() == "Seen");
        all.push(event);
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_doubled_or_reordered_while_many_write() {
    const WRITERS: u64 = 8;
    const ROUNDS: u64 = 100;
    let store = store();
    put(&*store, "own/before", 0..1_000).await;
    let mut readers = JoinSet::new();
    for subscribe in [Subscribe::all(), Subscribe::all().filter(types(&["Seen"]))] {
        readers.spawn(read_until(Arc::clone(&store), subscribe, WRITERS * ROUNDS));
    }
    write_together(&store, WRITERS, ROUNDS).await;
    let mut seen = readers.join_all().await;
    seen.sort_by_key(Vec::len);
    let all = store.all_events().await.unwrap();
    let last = seen[1].last().unwrap().position;
    let up_to_last: Vec<_> = all.iter().filter(|event| event.position <= last).cloned().collect();
    assert_eq!(seen[1], up_to_last);
    let wanted: Vec<_> = all.into_iter().filter(|event| event.event_type.as_str() == "Seen").collect();
    assert_eq!(seen[0], wanted);
}

#[tokio::test]
async fn an_empty_store_is_caught_up_with_at_once() {
    let store = store();
    let mut subscription = Subscription::new(Arc::clone(&store), Subscribe::all());
    let start = store.head().await.unwrap();
    assert_eq!(subscription.try_next().await.unwrap(), Some(Delivery::CaughtUp(start)));
    assert!(subscription.next().now_or_never().is_none(), "and then it waits");
    put(&*store, "own/1", [7]).await;
    let Some(Delivery::Event(event)) = subscription.try_next().await.unwrap() else { panic!("an event") };
    let caught_up = Delivery::CaughtUp(event.position);
    assert_eq!(subscription.try_next().await.unwrap(), Some(caught_up.clone()));
    // Whoever begins at the end is told that it is the end.
    let mut late = Subscription::new(Arc::clone(&store), Subscribe::all().after(event.position));
    assert_eq!(late.try_next().await.unwrap(), Some(caught_up));
    assert!(late.next().now_or_never().is_none());
}

#[tokio::test]
async fn it_goes_on_after_any_position() {
    let store = store();
    put(&*store, "own/1", 0..50).await;
    let all = store.all_events().await.unwrap();
    for (index, event) in all.iter().enumerate() {
        let subscribe = Subscribe::all().after(event.position);
        let rest = Subscription::new(Arc::clone(&store), subscribe).events().take(all.len() - index - 1);
        assert_eq!(rest.try_collect::<Vec<_>>().await.unwrap(), all[index + 1..]);
    }
}

/// Counts how much of the log is read, and fails when it is told to.
#[derive(Debug)]
struct Watched {
    store: Arc<dyn EventStore>,
    read: AtomicU64,
    is_broken: AtomicBool,
}

impl Watched {
    fn new(store: Arc<dyn EventStore>) -> Arc<Self> {
        Arc::new(Self { store, read: AtomicU64::new(0), is_broken: AtomicBool::new(false) })
    }
}

#[async_trait]
impl EventStore for Watched {
    fn identity(&self) -> Identity {
        self.store.identity()
    }

    async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        self.store.append(append).await
    }

    async fn find_append(&self, key: CommandKey) -> Result<Option<Appended>, StoreError> {
        self.store.find_append(key).await
    }

    fn read_stream(&self, read: ReadStream) -> EventStream {
        self.store.read_stream(read)
    }

    fn read_all(&self, read: ReadAll) -> EventStream {
        let from = read.after.map_or(0, |after| after.ordinal());
        self.read.fetch_add(read.to.unwrap().ordinal() - from, Ordering::SeqCst);
        self.store.read_all(read)
    }

    fn read_streams(&self, read: ReadStreams) -> EventStream {
        self.store.read_streams(read)
    }

    async fn head(&self) -> Result<Position, StoreError> {
        if self.is_broken.load(Ordering::SeqCst) {
            return Err(StoreError::Busy);
        }
        self.store.head().await
    }

    async fn appended_after(&self, position: Position) -> Result<(), StoreError> {
        self.store.appended_after(position).await
    }
}

#[tokio::test]
async fn what_is_not_wanted_is_passed_once() {
    let watched = Watched::new(store());
    let shared: Arc<dyn EventStore> = Arc::<Watched>::clone(&watched);
    let subscribe = Subscribe::all().filter(types(&["Wanted"]).categories(["own"]));
    let mut subscription = Subscription::new(shared, subscribe);
    let mut written = 0;
    for round in 0..20 {
        put(&*watched, "own/1", 0..200).await;
        put_as(&*watched, "other/1", "Wanted", 0..50).await;
        written += 250;
        if round % 5 == 4 {
            put_as(&*watched, "own/1", "Wanted", [round]).await;
            written += 1;
            let delivery = subscription.try_next().await.unwrap().unwrap();
            assert!(matches!(delivery, Delivery::Event(_)), "{delivery:?}");
        }
        let head = watched.head().await.unwrap();
        assert_eq!(subscription.try_next().await.unwrap(), Some(Delivery::CaughtUp(head)));
        assert_eq!(watched.read.load(Ordering::SeqCst), written);
    }
}

#[tokio::test]
async fn an_error_passes_through_and_is_the_end() {
    let watched = Watched::new(store());
    put(&*watched, "own/1", 0..3).await;
    let shared: Arc<dyn EventStore> = Arc::<Watched>::clone(&watched);
    let mut events = Subscription::new(shared, Subscribe::all()).events();
    for _ in 0..3 {
        events.try_next().await.unwrap().unwrap();
    }
    watched.is_broken.store(true, Ordering::SeqCst);
    put(&*watched, "own/1", [3]).await;
    assert!(matches!(events.try_next().await, Err(StoreError::Busy)));
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn a_position_of_another_history_is_refused() {
    let store = store();
    put(&*store, "own/1", 0..3).await;
    for ordinal in [0, 1, 1_000] {
        let foreign = Position::new(HistoryId::from_uuid(Uuid::from_u128(9)), ordinal);
        let mut subscription = Subscription::new(Arc::clone(&store), Subscribe::all().after(foreign));
        let refused = subscription.try_next().await;
        assert!(matches!(refused, Err(StoreError::ForeignPosition { .. })), "{refused:?}");
        assert!(subscription.next().await.is_none());
    }
}

#[tokio::test]
async fn it_owns_its_data_and_may_be_dropped_at_any_moment() {
    fn is_independent<T: Send + 'static>(_: &T) {}
    let store = store();
    put(&*store, "own/1", 0..300).await;
    for polls in 0..5 {
        let mut subscription = Subscription::new(Arc::clone(&store), Subscribe::all());
        is_independent(&subscription);
        for _ in 0..polls {
            drop(subscription.next().now_or_never());
        }
    }
    assert_eq!(Arc::strong_count(&store), 1, "a subscription that was dropped holds nothing");
    let mut subscription = Subscription::new(store, Subscribe::all());
    // A call that is given up loses nothing either.
    let mut seen = 0;
    while seen < 300 {
        let next = subscription.try_next().now_or_never();
        seen += usize::from(matches!(next, Some(Ok(Some(Delivery::Event(_))))));
    }
}

#[tokio::test]
async fn a_store_in_memory_lets_others_run() {
    let store = store();
    put(&*store, "own/1", 0..1_000).await;
    let mut subscription = Subscription::new(store, Subscribe::all());
    let mut in_a_row = 0;
    while subscription.next().now_or_never().is_some() {
        in_a_row += 1;
    }
    assert!(in_a_row < 500, "{in_a_row} events without a pause");
}
