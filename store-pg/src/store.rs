//! The store: its handle, and the contract it keeps.

use std::sync::Arc;

use anjuan::id::{Code, CommandKey, Position};
use anjuan::store::{
    Append, Appended, Conflict, EventStore, EventStream, Identity, Mismatch, Plan, ReadAll, ReadStream,
    ReadStreams, StoreError, StreamConflict,
};
use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::append::Verdict;
use crate::error::OpenError;
use crate::feed::Settler;
use crate::listen;
use crate::log::Log;
use crate::open;
use crate::options::{Feed, Options};
use crate::pages;
use crate::read::{self, AllScan, StreamScan, StreamsScan};
use crate::server::Server;
use crate::tasks::Ahead;
use crate::writer::{Desk, Writer};

/// The event store of one tenant in a PostgreSQL database, for many processes at once.
///
/// The handle is meant to be shared (`Arc<PgStore>`), and lives in the runtime in which it was opened. Streams that were
/// read from it keep its connections until they are dropped.
#[derive(Debug)]
pub struct PgStore {
    pub(crate) writer: Writer,
    pub(crate) settler: Arc<Settler>,
    pub(crate) log: Arc<Log>,
    /// Stopped when the store is dropped.
    _background: Vec<Ahead<()>>,
}

impl PgStore {
    /// Opens the store of a tenant.
    ///
    /// On a server that follows another one (a streaming replica) it can be read; an append is refused as
    /// [`Unavailable`](StoreError::Unavailable).
    ///
    /// # Errors
    /// See [`OpenError`]: there is no such tenant for this role, the schema is newer or older than this program, or the
    /// server refuses or fails.
    pub async fn open(server: &Server, tenant: Code, options: Options) -> Result<Self, OpenError> {
        let log = Arc::new(open::open(server, &tenant, &options).await?);
        let settler = Arc::new(Settler::new(Arc::clone(&log), options.poll));
        let desk = Desk {
            log: Arc::clone(&log),
            pool: server.pool(1, options.patience)?,
            settler: Arc::clone(&settler),
        };
        let mut background = Vec::new();
        if log.feed == Feed::Fenced && !log.is_replica {
            background.push(settler.follow());
            if options.listen {
                background.push(listen::start(server.clone(), Arc::clone(&settler)));
            }
        }
        let writer = Writer::start(desk, options.queue);
        Ok(Self { writer, settler, log, _background: background })
    }

    /// Closes the store: finishes what waits.
    ///
    /// Dropping the handle leaves it open whether appends that wait without their callers are written.
    pub async fn close(self) {
        self.writer.close().await;
        // Readers elsewhere need not wait until somebody else moves the feed on behind the last appends.
        let _ = self.settler.head().await;
    }

    /// Gathers what was appended meanwhile, up to the revision at which the conflict was found.
    async fn conflict(&self, mismatches: Vec<Mismatch>) -> StoreError {
        let mut streams = Vec::with_capacity(mismatches.len());
        for Mismatch { stream, expected, actual } in mismatches {
            let appended = match actual {
                Some(actual) => {
                    let from = StreamConflict::reports_from(expected);
                    let read = ReadStream::all(stream.clone()).from(from).to(actual);
                    let read = read.limit(StreamConflict::MAX_EVENTS);
                    match self.read_stream(read).try_collect().await {
                        Ok(events) => events,
                        Err(error) => return error,
                    }
                }
                None => Vec::new(),
            };
            streams.push(StreamConflict { stream, expected, actual, appended });
        }
        StoreError::Conflict(Box::new(Conflict { streams }))
    }
}

#[async_trait]
impl EventStore for PgStore {
    fn identity(&self) -> Identity {
        self.log.identity
    }

    async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        Plan::check(&append)?;
        match self.writer.append(append).await? {
            Verdict::Appended(appended) => Ok(appended),
            Verdict::Checked(content) => {
                let position = self.head().await?;
                Ok(Appended { position, streams: Vec::new(), content, repeated: false })
            }
            Verdict::Conflict(mismatches) => Err(self.conflict(mismatches).await),
        }
    }

    async fn find_append(&self, key: CommandKey) -> Result<Option<Appended>, StoreError> {
        read::answer(&self.log, key).await
    }

    fn read_stream(&self, read: ReadStream) -> EventStream {
        pages::stream(&self.log, StreamScan::new(read))
    }

    fn read_all(&self, read: ReadAll) -> EventStream {
        let (after, to) = match read::bounds(&self.log, &read) {
            Ok(bounds) => bounds,
            Err(error) => return stream::iter([Err(error)]).boxed(),
        };
        let (log, settler) = (Arc::clone(&self.log), Arc::clone(&self.settler));
        let opened = async move {
            let settled = settler.head().await?.settled;
            let to = to.map_or(settled, |to| to.min(settled));
            Ok(pages::stream(&log, AllScan::new(after, to, read.limit, read.filter)))
        };
        stream::once(opened).try_flatten().boxed()
    }

    fn read_streams(&self, read: ReadStreams) -> EventStream {
        pages::stream(&self.log, StreamsScan::new(read))
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(self.log.position(self.settler.head().await?.settled))
    }

    async fn appended_after(&self, position: Position) -> Result<(), StoreError> {
        let after = self.log.identity.ordinal_of(position)?;
        self.settler.passes(after).await
    }
}
