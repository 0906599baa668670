//! From pages to asynchronous streams: pages are read ahead, on a task of their own.
//!
//! Every page is a query of its own behind the last key, so no snapshot is held open while a reader thinks, and no
//! connection either.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

use anjuan::event::{EventType, RecordedEvent};
use anjuan::id::{EventId, HistoryId, Position, Revision, StreamId};
use anjuan::store::{EventStream, StoreError};
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use tokio::sync::mpsc;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::error::damaged;
use crate::log::{Go, Log};
use crate::tasks::Ahead;
use crate::value::{Moment, column, digest};

/// The first page of a read is small, for whoever loads one case or stops early. The next ones grow.
const FIRST_PAGE_EVENTS: usize = 256;
const GROWTH: usize = 4;
const PAGE_EVENTS: usize = 5_000;
/// No page holds much more than so many bytes of payload and metadata, however few its events.
const PAGE_BYTES: usize = 4 << 20;
/// Small values share slabs of this size, so this is also the most that one event can hold on to.
const SLAB: usize = 32 << 10;
/// A value of this size has memory of its own.
const GREAT: usize = 2 << 10;

/// A read that can be taken up again where it stopped.
pub(crate) trait Scan: Send + 'static {
    /// Reads on into the page until it is full. Answers whether there may be more.
    ///
    /// What was read before an error is delivered before it.
    fn fill(&mut self, log: &Log, page: &mut Page) -> impl Future<Output = Result<bool, StoreError>> + Send;
}

/// Events on their way from the server to the reader, and what they share: memory for their payloads, and names.
#[derive(Debug)]
pub(crate) struct Page {
    events: Vec<RecordedEvent>,
    bytes: usize,
    size: usize,
    slab: BytesMut,
    types: HashMap<Box<str>, EventType>,
    stream: Option<StreamId>,
}

impl Page {
    pub(crate) fn of(size: usize) -> Self {
        let (types, slab) = (HashMap::new(), BytesMut::new());
        Self { events: Vec::new(), bytes: 0, size, slab, types, stream: None }
    }

    /// How many rows to ask for.
    pub(crate) const fn size(&self) -> usize {
        self.size
    }

    pub(crate) fn push(&mut self, event: RecordedEvent) {
        self.bytes += event.data.len() + event.metadata.len();
        self.events.push(event);
    }

    pub(crate) fn last(&self) -> Option<&RecordedEvent> {
        self.events.last()
    }

    /// Whether it is full before its time, because its events are large.
    pub(crate) const fn is_full(&self) -> bool {
        self.bytes >= PAGE_BYTES
    }

    pub(crate) const fn go(&self) -> Go {
        if self.is_full() { Go::Home } else { Go::On }
    }

    /// How many rows the page behind this one asks for.
    fn next_size(&self) -> usize {
        let wanted = PAGE_EVENTS.min(self.size * GROWTH);
        // As many as will fit, if they are as large as these.
        let fitting = PAGE_BYTES * self.events.len().max(1) / self.bytes.max(1);
        wanted.min(fitting.max(16))
    }

    /// The event in a row.
    pub(crate) fn take(&mut self, row: &Row, history: HistoryId) -> Result<RecordedEvent, StoreError> {
        const SOMEWHERE: &str = "an event";
        let (stream, revision): (&str, i64) = (column(row, 1, SOMEWHERE)?, column(row, 2, SOMEWHERE)?);
        let place = || format!("{stream} revision {revision}");
        let wrong = |reason: &str| damaged(place(), reason);
        self.fields(row, history, stream, revision).map_err(|error| match error {
            Unread::Field(reason) => wrong(&reason),
            Unread::Column(error) => error,
        })
    }

    fn fields(
        &mut self,
        row: &Row,
        history: HistoryId,
        stream: &str,
        revision: i64,
    ) -> Result<RecordedEvent, Unread> {
        let position: i64 = read(row, 0)?;
        let position = u64::try_from(position).map_err(|_| "the position is negative")?;
        let revision =
            u64::try_from(revision).ok().and_then(Revision::new).ok_or("the revision is not positive")?;
        let schema_version: i64 = read(row, 5)?;
        let Moment(occurred_at) = read(row, 6)?;
        let Moment(recorded_at) = read(row, 7)?;
        let link = digest(read(row, 10)?, "the event").map_err(Unread::Column)?;
        Ok(RecordedEvent {
            position: Position::new(history, position),
            stream: self.stream(stream)?,
            revision,
            id: EventId::from_uuid(read::<Uuid>(row, 3)?),
            event_type: self.event_type(read(row, 4)?)?,
            schema_version: u32::try_from(schema_version)
                .map_err(|_| "the schema version is out of range")?,
            occurred_at,
            recorded_at,
            metadata: self.bytes(read(row, 8)?),
            data: self.bytes(read(row, 9)?),
            digest: link,
        })
    }

    /// A value in memory that many may share.
    fn bytes(&mut self, value: &[u8]) -> Bytes {
        if value.len() >= GREAT {
            return Bytes::copy_from_slice(value);
        }
        if self.slab.capacity() < value.len() {
            self.slab = BytesMut::with_capacity(SLAB);
        }
        self.slab.extend_from_slice(value);
        self.slab.split().freeze()
    }

    fn stream(&mut self, id: &str) -> Result<StreamId, Unread> {
        if let Some(last) = self.stream.as_ref().filter(|last| last.as_str() == id) {
            return Ok(last.clone());
        }
        let new = StreamId::new(id).map_err(|_| "the stream has no valid name")?;
        self.stream = Some(new.clone());
        Ok(new)
    }

    fn event_type(&mut self, name: &str) -> Result<EventType, Unread> {
        if let Some(known) = self.types.get(name) {
            return Ok(known.clone());
        }
        let new = EventType::new(name).map_err(|_| "the event type has no valid name")?;
        self.types.insert(name.into(), new.clone());
        Ok(new)
    }
}

/// Why a row is no event.
enum Unread {
    Field(String),
    Column(StoreError),
}

impl From<&str> for Unread {
    fn from(reason: &str) -> Self {
        Self::Field(reason.to_owned())
    }
}

fn read<'a, T: tokio_postgres::types::FromSql<'a>>(row: &'a Row, index: usize) -> Result<T, Unread> {
    row.try_get(index).map_err(|error| Unread::Field(error.to_string()))
}

/// The events of a scan as a stream that owns what it needs.
///
/// Whoever wants no more than the first page gets it without a task. Behind it one reads on, and has a page ready while it
/// waits for the next one: so neither the server nor the reader waits for the other from page to page.
pub(crate) fn stream(log: &Arc<Log>, scan: impl Scan) -> EventStream {
    let first = Fetch { log: Arc::clone(log), scan, size: FIRST_PAGE_EVENTS };
    let pages = stream::unfold(Next::Idle(first), |next| async move {
        let (page, rest, next) = match next {
            Next::Idle(fetch) => {
                let Fetched { page, rest } = fetch.run().await;
                match rest {
                    Ok(Some(fetch)) => (page, None, Next::Coming(Coming::begin(fetch))),
                    Ok(None) => (page, None, Next::Done),
                    Err(error) => (page, Some(error), Next::Done),
                }
            }
            Next::Coming(mut coming) => match coming.pages.recv().await {
                Some((page, None)) => (page, None, Next::Coming(coming)),
                Some((page, Some(error))) => (page, Some(error), Next::Done),
                None => match coming.task.end().await {
                    Ok(()) => return None,
                    Err(lost) => (Page::of(0), Some(StoreError::Unavailable(lost.into())), Next::Done),
                },
            },
            Next::Done => return None,
        };
        let events = page.events.into_iter().map(Ok);
        Some((stream::iter(events.chain(rest.map(Err))), next))
    });
    pages.flatten().boxed()
}

/// What it takes to read one page.
struct Fetch<S> {
    log: Arc<Log>,
    scan: S,
    size: usize,
}

struct Fetched<S> {
    page: Page,
    /// The rest of the scan, if there may be more; or the error that ended it.
    rest: Result<Option<Fetch<S>>, StoreError>,
}

enum Next<S> {
    Idle(Fetch<S>),
    Coming(Coming),
    Done,
}

/// The pages behind the first, each with the error that ended the scan there.
struct Coming {
    pages: mpsc::Receiver<(Page, Option<StoreError>)>,
    task: Ahead<()>,
}

impl Coming {
    fn begin<S: Scan>(mut fetch: Fetch<S>) -> Self {
        let (ready, pages) = mpsc::channel(1);
        let task = Ahead::begin(async move {
            loop {
                let Fetched { page, rest } = fetch.run().await;
                let (more, error) = match rest {
                    Ok(more) => (more, None),
                    Err(error) => (None, Some(error)),
                };
                // Nobody takes it when the reader is gone, and then this ends too.
                if ready.send((page, error)).await.is_err() {
                    return;
                }
                match more {
                    Some(next) => fetch = next,
                    None => return,
                }
            }
        });
        Self { pages, task }
    }
}

impl<S: Scan> Fetch<S> {
    async fn run(mut self) -> Fetched<S> {
        let mut page = Page::of(self.size);
        let more = self.scan.fill(&self.log, &mut page).await;
        self.size = page.next_size();
        let rest = more.map(|more| more.then_some(self));
        Fetched { page, rest }
    }
}
