//! From blocking scans to asynchronous streams: one chunk at a time on a blocking thread, one chunk ahead.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use anjuan::event::RecordedEvent;
use anjuan::store::{EventStream, StoreError};
use futures_core::Stream;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::log::Log;
use crate::pool::Pool;

/// The first chunk of a read is small, for whoever loads one case or stops early. The next ones grow, because to
/// wake the reader costs as much as to read dozens of events. Chunks that fit into the cache of a core were no quicker
/// where the machine had nothing else to do.
const FIRST_CHUNK_EVENTS: usize = 64;
/// Most cases have no more events than that, and room for more is better made when it is needed.
const USUAL_EVENTS: usize = 16;
const GROWTH: usize = 4;
const CHUNK_EVENTS: usize = 4_096;
/// No chunk holds much more than so many bytes of payload and metadata, however few its events.
const CHUNK_BYTES: usize = 1 << 20;

/// A read that can be taken up again where it stopped.
pub(crate) trait Scan: Send + 'static {
    /// Reads on into the chunk until it is full. Answers whether there may be more.
    ///
    /// What was read before an error is delivered before it.
    fn fill(&mut self, log: &Log, chunk: &mut Chunk) -> Result<bool, StoreError>;
}

/// Events on their way from the disk to the reader.
#[derive(Debug)]
pub(crate) struct Chunk {
    events: Vec<RecordedEvent>,
    bytes: usize,
    /// At how many events it is full.
    size: usize,
    pub(crate) pool: Pool,
}

impl Chunk {
    fn of(size: usize) -> Self {
        Self { events: Vec::with_capacity(size.min(USUAL_EVENTS)), bytes: 0, size, pool: Pool::default() }
    }

    pub(crate) fn push(&mut self, event: RecordedEvent) {
        self.bytes += event.data.len() + event.metadata.len();
        self.events.push(event);
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.events.len() >= self.size || self.bytes >= CHUNK_BYTES
    }
}

/// The events of a scan as a stream that owns what it needs.
pub(crate) fn stream(log: &Arc<Log>, scan: impl Scan) -> EventStream {
    let fetch = Fetch { log: Arc::clone(log), scan, size: FIRST_CHUNK_EVENTS };
    Box::pin(Chunks { ready: Vec::new().into_iter(), next: Next::Idle(fetch), error: None })
}

/// What one round on a blocking thread needs.
struct Fetch<S> {
    log: Arc<Log>,
    scan: S,
    size: usize,
}

struct Fetched<S> {
    chunk: Chunk,
    /// The rest of the scan, if there may be more; or the error that ended it.
    rest: Result<Option<Fetch<S>>, StoreError>,
}

struct Chunks<S> {
    ready: std::vec::IntoIter<RecordedEvent>,
    next: Next<S>,
    error: Option<StoreError>,
}

enum Next<S> {
    Idle(Fetch<S>),
    Running(JoinHandle<Fetched<S>>),
    Done,
}

impl<S: Scan> Fetch<S> {
    fn run(mut self) -> Fetched<S> {
        let mut chunk = Chunk::of(self.size);
        self.size = CHUNK_EVENTS.min(self.size * GROWTH);
        let rest = self.scan.fill(&self.log, &mut chunk).map(|more| more.then_some(self));
        Fetched { chunk, rest }
    }

    fn start(self) -> Result<Next<S>, StoreError> {
        let runtime = Handle::try_current().map_err(|error| StoreError::Unavailable(error.into()))?;
        Ok(Next::Running(runtime.spawn_blocking(move || self.run())))
    }
}

impl<S: Scan> Chunks<S> {
    /// Takes the chunk that is coming, and starts the one behind it so that it is read meanwhile.
    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Result<(), StoreError>> {
        loop {
            match std::mem::replace(&mut self.next, Next::Done) {
                Next::Idle(fetch) => self.next = fetch.start()?,
                Next::Running(mut running) => {
                    let Poll::Ready(fetched) = Pin::new(&mut running).poll(context) else {
                        self.next = Next::Running(running);
                        return Poll::Pending;
                    };
                    let fetched = fetched.map_err(lost)?;
                    self.ready = fetched.chunk.events.into_iter();
                    match fetched.rest {
                        Ok(Some(fetch)) => self.next = fetch.start()?,
                        Ok(None) => {}
                        Err(error) => self.error = Some(error),
                    }
                    return Poll::Ready(Ok(()));
                }
                Next::Done => return Poll::Ready(Ok(())),
            }
        }
    }
}

/// One answer from a blocking thread.
pub(crate) async fn blocking<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let runtime = Handle::try_current().map_err(|error| StoreError::Unavailable(error.into()))?;
    runtime.spawn_blocking(read).await.map_err(lost)?
}

/// A round that ended without an answer: sled panics on some kinds of damage.
fn lost(error: tokio::task::JoinError) -> StoreError {
    if error.is_panic() {
        let (place, reason) = ("the database file".to_owned(), "sled gave up reading it".to_owned());
        StoreError::Corrupt { place, reason }
    } else {
        StoreError::Unavailable(error.into())
    }
}

impl<S> Unpin for Chunks<S> {}

impl<S: Scan> Stream for Chunks<S> {
    type Item = Result<RecordedEvent, StoreError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(event) = self.ready.next() {
                return Poll::Ready(Some(Ok(event)));
            }
            if let Some(error) = self.error.take() {
                return Poll::Ready(Some(Err(error)));
            }
            if matches!(self.next, Next::Done) {
                return Poll::Ready(None);
            }
            if let Err(error) = ready!(self.poll_chunk(context)) {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}
