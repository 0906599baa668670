//! The store: its handle, and the contract it keeps.

use std::path::PathBuf;
use std::sync::Arc;

use anjuan::id::{CommandKey, Position};
use anjuan::store::{
    Append, Appended, Conflict, EventStore, EventStream, Identity, Mismatch, Plan, ReadAll, ReadStream,
    ReadStreams, StoreError, StreamConflict,
};
use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::sync::watch;

use crate::append::Verdict;
use crate::chunks;
use crate::error::OpenError;
use crate::log::Log;
use crate::open;
use crate::options::Options;
use crate::read::{AllScan, StreamScan, StreamsScan};
use crate::swap;
use crate::sync::Syncer;
use crate::witness::Witness;
use crate::writer::{Desk, Writer};

/// An event store in a directory, for one process.
///
/// The handle is meant to be shared (`Arc<SledStore>`). Streams that were read from it keep the database open until
/// they are dropped. Methods need a tokio runtime, for the threads on which they read.
#[derive(Debug)]
pub struct SledStore {
    // Dropped first: the writer finishes what waits while the database is open.
    pub(crate) writer: Writer,
    settled: watch::Receiver<u64>,
    pub(crate) log: Arc<Log>,
}

impl SledStore {
    /// Opens the store in this directory, or creates it there.
    ///
    /// Waits up to a quarter of a second for a lock that is just being given back.
    ///
    /// # Errors
    /// See [`OpenError`]: the store is open elsewhere, is not ours, is newer than this program, or is damaged.
    ///
    /// # Cancel safety
    /// A dropped future leaves the store as it was, or newly created, and closed after a moment.
    pub async fn open(path: impl Into<PathBuf> + Send, options: Options) -> Result<Self, OpenError> {
        let path = path.into();
        let opened = tokio::task::spawn_blocking(move || Self::open_blocking(path, &options));
        opened.await.unwrap_or_else(|error| Err(OpenError::Database(error.into())))
    }

    fn open_blocking(path: PathBuf, options: &Options) -> Result<Self, OpenError> {
        let log = Arc::new(open::open(&path, options)?);
        let mut witness = Witness::open(&path, log.identity.history)?;
        let noted = witness.noted()?.unwrap_or(0);
        if options.read_only {
            // What the log lost at its end is missed by reads, not passed over.
            let (_, settled) = watch::channel(log.last_ordinal()?.max(noted));
            return Ok(Self { writer: Writer::none(), settled, log });
        }
        let last = open::check_end(&log, noted)?;
        swap::tidy(&path)?;
        let syncer = Syncer::new(&path)?;
        let (tell, settled) = watch::channel(last);
        let durability = options.durability;
        let desk = Desk { log: Arc::clone(&log), syncer, witness, durability, settled: tell };
        let writer = Writer::start(desk, options.queue)?;
        Ok(Self { writer, settled, log })
    }

    /// Closes the store: finishes what waits, and ends when its directory can be opened again.
    ///
    /// Dropping the handle does the same, but blocks the thread for it.
    pub async fn close(self) {
        // Only a runtime that shuts down can refuse, and then the handle is dropped all the same.
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
    }

    pub(crate) fn settled(&self) -> u64 {
        *self.settled.borrow()
    }

    fn position(&self, ordinal: u64) -> Position {
        Position::new(self.log.identity.history, ordinal)
    }

    fn bounds(&self, read: &ReadAll) -> Result<(u64, u64), StoreError> {
        let ordinal = |position| self.log.identity.ordinal_of(position);
        let after = read.after.map_or(Ok(0), ordinal)?;
        let to = read.to.map_or(Ok(u64::MAX), ordinal)?;
        Ok((after, to.min(self.settled())))
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
impl EventStore for SledStore {
    fn identity(&self) -> Identity {
        self.log.identity
    }

    async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        Plan::check(&append)?;
        match self.writer.append(append).await? {
            Verdict::Appended(appended) => Ok(appended),
            Verdict::Conflict(mismatches) => Err(self.conflict(mismatches).await),
        }
    }

    async fn find_append(&self, key: CommandKey) -> Result<Option<Appended>, StoreError> {
        let log = Arc::clone(&self.log);
        let settled = self.settled();
        let found = chunks::blocking(move || log.answer(key)).await?;
        let found = found.filter(|first| first.position.ordinal() <= settled);
        Ok(found.map(|first| Appended { repeated: true, ..first }))
    }

    fn read_stream(&self, read: ReadStream) -> EventStream {
        chunks::stream(&self.log, StreamScan::new(read, self.settled()))
    }

    fn read_all(&self, read: ReadAll) -> EventStream {
        match self.bounds(&read) {
            Ok((after, to)) => chunks::stream(&self.log, AllScan::new(after, to, read.limit, read.filter)),
            Err(error) => stream::iter([Err(error)]).boxed(),
        }
    }

    fn read_streams(&self, read: ReadStreams) -> EventStream {
        chunks::stream(&self.log, StreamsScan::new(&read, self.settled()))
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(self.position(self.settled()))
    }

    async fn appended_after(&self, position: Position) -> Result<(), StoreError> {
        let after = self.log.identity.ordinal_of(position)?;
        let mut settled = self.settled.clone();
        // The sender is the writer's, and goes with it.
        settled.wait_for(|settled| *settled > after).await.map(drop).map_err(|_| self.writer.closed())
    }
}
