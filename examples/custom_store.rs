//! A store of one's own, and the proof that it keeps the contract. Run with `cargo run --example custom_store`.
//!
//! This one writes every append as one line of JSON into a file, syncs it, and keeps the events in memory. It is slow
//! to open and holds everything twice, but it is a store: the suite at the end says so, rule by rule.
//!
//! What it owes nobody tells it twice: limits, expectations, revisions and digests are the library's
//! (`anjuan::store::Plan`, here through `MemoryStore`), and the checks are those of the feature `conformance`.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use anjuan::clock::{Clock, SystemClock, Timestamp};
use anjuan::conformance::{CHECKS, Fixture, Outcome, Reopened};
use anjuan::event::{Digest, EventType, HashAlgorithm, NewEvent};
use anjuan::id::{CommandKey, EventId, Position, StreamId, SystemEntropy};
use anjuan::store::{
    Append, Appended, EventStore, EventStream, Expected, Identity, MemoryStore, ReadAll, ReadStream,
    ReadStreams, StoreError, StreamWrite,
};
use anyhow::{Context, Result, ensure};
use async_trait::async_trait;
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};

fn main() -> Result<()> {
    let fixture = Journals { folder: tempfile::tempdir()? };
    let mut broken = 0;
    for check in CHECKS {
        match check.verdict(&fixture) {
            Ok(Outcome::Kept) => println!("kept      {}", check.name),
            Ok(Outcome::Declined(reason)) => println!("declined  {}: {reason}", check.name),
            Err(violation) => {
                broken += 1;
                println!("BROKEN    {}: {violation:?}", check.name);
            }
        }
    }
    ensure!(broken == 0, "{broken} rules are broken");
    Ok(())
}

/// An append as it stands in the file: all of it, or no whole line.
#[derive(Serialize, Deserialize)]
struct Line {
    key: CommandKey,
    content: Digest,
    writes: Vec<(StreamId, Vec<Event>)>,
}

/// An event in the file. Payloads are bytes, whatever they say, and stay the bytes they are.
#[derive(Serialize, Deserialize)]
struct Event {
    id: EventId,
    event_type: String,
    schema_version: u32,
    occurred_at: Timestamp,
    recorded_at: Timestamp,
    metadata: Vec<u8>,
    data: Vec<u8>,
}

impl From<&Append> for Line {
    fn from(append: &Append) -> Self {
        let event = |event: &NewEvent| Event {
            id: event.id,
            event_type: event.event_type.to_string(),
            schema_version: event.schema_version,
            occurred_at: event.occurred_at,
            recorded_at: event.recorded_at,
            metadata: event.metadata.to_vec(),
            data: event.data.to_vec(),
        };
        let writes = append.writes.iter().map(|write| (write.stream.clone(), &write.events));
        let writes = writes.map(|(stream, events)| (stream, events.iter().map(event).collect()));
        Self { key: append.key, content: append.content, writes: writes.collect() }
    }
}

impl Line {
    /// The append again. What it expected was true when it was written, so nothing is expected now.
    fn into_append(self) -> Result<Append> {
        let event = |event: Event| {
            Ok(NewEvent {
                id: event.id,
                event_type: EventType::new(&event.event_type)?,
                schema_version: event.schema_version,
                occurred_at: event.occurred_at,
                recorded_at: event.recorded_at,
                metadata: event.metadata.into(),
                data: event.data.into(),
            })
        };
        let write = |(stream, events): (StreamId, Vec<Event>)| {
            let events = events.into_iter().map(event).collect::<Result<_>>()?;
            Ok(StreamWrite { stream, expected: Expected::Any, events })
        };
        let writes = self.writes.into_iter().map(write).collect::<Result<_>>()?;
        Ok(Append { key: self.key, content: self.content, writes })
    }
}

/// A file of lines, and the events in memory.
#[derive(Debug)]
struct JournalStore {
    events: MemoryStore,
    /// Held while an append is checked, written and synced, so that the file has the order of the memory. `None` after
    /// a failed write: whether the line is on the disk is not known, so nothing may follow it.
    file: Mutex<Option<File>>,
}

impl JournalStore {
    /// Opens a journal, or begins one. A real store would keep its identity in the file.
    async fn open(path: &Path, identity: Identity) -> Result<Self> {
        let events = MemoryStore::new(identity);
        let file = OpenOptions::new().create(true).append(true).read(true).open(path)?;
        for line in BufReader::new(&file).lines() {
            let line: Line = serde_json::from_str(&line?).context("the journal is damaged")?;
            events.append(line.into_append()?).await?;
        }
        Ok(Self { events, file: Mutex::new(Some(file)) })
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl EventStore for JournalStore {
    fn identity(&self) -> Identity {
        self.events.identity()
    }

    /// The whole append happens in one poll: a caller that drops the future drops it before or after, never between.
    /// It blocks the thread meanwhile, which a real store would not.
    async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        let Ok(mut line) = serde_json::to_vec(&Line::from(&append)) else {
            return Err(StoreError::Invalid { reason: "the append has no JSON form".to_owned() });
        };
        line.push(b'\n');
        let mut file = self.file.lock().map_err(|_| StoreError::Closed(None))?;
        let Some(open) = file.as_mut() else { return Err(StoreError::Closed(None)) };
        // The memory store never waits, so its future is ready at once. Its answer decides: a conflict, a repeated key
        // and a broken limit write nothing.
        let answer = self.events.append(append).now_or_never().ok_or(StoreError::Busy)??;
        let wrote = !answer.repeated && !answer.streams.is_empty();
        if wrote && let Err(error) = open.write_all(&line).and_then(|()| open.sync_data()) {
            *file = None;
            return Err(StoreError::CommitUnknown(error.into()));
        }
        Ok(answer)
    }

    async fn find_append(&self, key: CommandKey) -> Result<Option<Appended>, StoreError> {
        self.events.find_append(key).await
    }

    fn read_stream(&self, read: ReadStream) -> EventStream {
        self.events.read_stream(read)
    }

    fn read_all(&self, read: ReadAll) -> EventStream {
        self.events.read_all(read)
    }

    fn read_streams(&self, read: ReadStreams) -> EventStream {
        self.events.read_streams(read)
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.events.head().await
    }

    async fn appended_after(&self, position: Position) -> Result<(), StoreError> {
        self.events.appended_after(position).await
    }
}

/// Makes stores for the suite: each in a file of its own, found again by the history that it holds.
struct Journals {
    folder: tempfile::TempDir,
}

impl Journals {
    async fn journal(&self, identity: Identity) -> Arc<dyn EventStore> {
        let path = self.folder.path().join(identity.history.to_string());
        Arc::new(JournalStore::open(&path, identity).await.expect("a file of ours can be opened"))
    }
}

#[async_trait]
impl Fixture for Journals {
    async fn open(&self) -> Arc<dyn EventStore> {
        self.journal(Identity::new(SystemClock.now(), &SystemEntropy, HashAlgorithm::Sha256)).await
    }

    async fn reopen(&self, store: Arc<dyn EventStore>) -> Reopened {
        let identity = store.identity();
        drop(store);
        Reopened::Store(self.journal(identity).await)
    }
}
