//! Reading a backup: to check it, or into a store.

use std::fmt;

use tokio::io::AsyncRead;

use super::line::{AnyHeaderLine, AppendLine, HeaderLine, Line};
use super::lines::{Lines, Sum, encode_header};
use super::{BackupError, Content, Header, LineFault, RestoreError};
use crate::copy::{Group, Intake, Links, named_command};
use crate::event::{Digest, RecordedEvent};
use crate::id::Position;
use crate::store::{EventStore, Limit};
use crate::subscription::yield_once;

/// After so many groups the executor may run something else: bytes in memory never make anybody wait.
const GROUPS_IN_A_ROW: u64 = 64;

/// A backup whose first line has been read.
pub struct Backup<R> {
    header: Header,
    /// The digest in the header.
    header_digest: Digest,
    lines: Lines<R>,
    /// Over all lines that were read but the header.
    sum: Sum,
    /// How many events were read.
    events: u64,
    next: Next,
}

/// What follows the lines that have been read.
enum Next {
    /// The events of this append, whose line has this number.
    Append(u64, AppendLine),
    End,
}

/// What a restore did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Restored {
    /// What is in the backup, and now in the store: every stream was read back, and its head is that of the backup.
    pub content: Content,
    /// How many events were written by this run. The others were there before.
    pub written: u64,
    /// The position of the last event in the store.
    pub head: Position,
}

impl<R: AsyncRead + Send + Unpin> Backup<R> {
    /// Reads the first line.
    ///
    /// # Errors
    /// See [`BackupError`]: this is no backup, or one of a later format, or its header is damaged.
    pub async fn open(from: R) -> Result<Self, BackupError> {
        let mut lines = Lines::of(from);
        let (header, header_digest) = read_header(&mut lines).await?;
        let mut backup =
            Self { header, header_digest, lines, sum: Sum::new(header.hash), events: 0, next: Next::End };
        backup.next = backup.read_next(2).await?;
        Ok(backup)
    }

    /// Where the backup comes from.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Reads the whole backup and proves that it is what was written.
    ///
    /// # Errors
    /// See [`BackupError`], which names the line, and stream and revision where they could be read.
    pub async fn check(mut self) -> Result<Content, BackupError> {
        let mut links = Links::new(self.header.hash, self.header.hash);
        let mut groups = 0_u64;
        while self.next_group(&mut links).await?.is_some() {
            groups += 1;
            if groups.is_multiple_of(GROUPS_IN_A_ROW) {
                yield_once().await;
            }
        }
        Ok(self.content(&links))
    }

    /// Writes the backup into a store that is empty or holds the beginning of it, and proves that it is there.
    ///
    /// Nothing is written before the lines up to the next append have proven it: chains, digests, order. A damaged or
    /// cut file is restored up to the damage, and the error says so; [`check`](Self::check) it before, and nothing is
    /// written at all. An interrupted restore is finished by the same call. It is otherwise as
    /// [`copy`](crate::copy::copy).
    ///
    /// The store has a history of its own ([`Header::restored`] gives one). Positions from before are refused by it with
    /// [`StoreError::ForeignPosition`](crate::store::StoreError::ForeignPosition), and checkpoints with
    /// [`CheckpointError::ForeignHistory`](crate::store::CheckpointError::ForeignHistory): readers start anew.
    ///
    /// # Errors
    /// See [`RestoreError`].
    ///
    /// # Cancel safety
    /// The store holds the beginning of the backup. Open the backup anew and restore again.
    pub async fn restore(mut self, store: &dyn EventStore) -> Result<Restored, RestoreError> {
        let mut intake = Intake::of(store, self.header.history)?;
        let mut links = Links::new(self.header.hash, store.identity().hash);
        while let Some(group) = self.next_group(&mut links).await? {
            intake.take(group).await?;
        }
        let (written, head) = intake.finish(&links).await?;
        Ok(Restored { content: self.content(&links), written, head })
    }

    fn content(&self, links: &Links) -> Content {
        Content { streams: links.streams(), events: links.events(), digest: self.sum.so_far() }
    }

    /// The events of the next append, proven by their chains and by the digest in the line behind them.
    async fn next_group(&mut self, links: &mut Links) -> Result<Option<Group>, BackupError> {
        let (first, append) = match std::mem::replace(&mut self.next, Next::End) {
            Next::Append(first, append) => (first, append),
            Next::End => return self.expect_nothing().await.map(|()| None),
        };
        let mut events = Vec::with_capacity(append.events);
        let mut bytes = 0;
        for _ in 0..append.events {
            let event = self.read_event().await?;
            let line = self.lines.number;
            links.admit(&event).map_err(|fault| BackupError::Damaged { line, fault: Box::new(fault) })?;
            bytes += event.metadata.len() + event.data.len();
            if bytes > Limit::BytesPerAppend.max() {
                return Err(self.lines.malformed(LineFault::Count));
            }
            events.push(event);
        }
        if append.content.is_some() && events.first().and_then(named_command).is_none() {
            return Err(BackupError::Malformed { line: first, source: LineFault::Command });
        }
        self.next = self.read_next(first).await?;
        Ok(Some(Group { content: append.content, events }))
    }

    /// The line behind the events of an append, which proves everything before it. `first` is the line of that append.
    async fn read_next(&mut self, first: u64) -> Result<Next, BackupError> {
        let before = self.sum.so_far();
        self.lines.advance().await?;
        let number = self.lines.number;
        let (stated, next) = match self.lines.parse()? {
            Line::Append(append) => {
                if !(1..=Limit::EventsPerAppend.max()).contains(&append.events) {
                    return Err(self.lines.malformed(LineFault::Count));
                }
                (append.before, Next::Append(number, append))
            }
            Line::End(end) if end.events != self.events => {
                let (stated, found) = (end.events, self.events);
                return Err(self.lines.malformed(LineFault::Total { stated, found }));
            }
            Line::End(end) if end.header != self.header_digest => return Err(BackupError::ForeignHeader),
            Line::End(end) => (end.before, Next::End),
            Line::Event(_) => return Err(self.lines.malformed(LineFault::Kind)),
        };
        if stated != before {
            return Err(BackupError::Altered { first, last: number });
        }
        if matches!(next, Next::Append(..)) {
            self.sum.add(self.lines.bytes());
        }
        Ok(next)
    }

    async fn read_event(&mut self) -> Result<RecordedEvent, BackupError> {
        self.lines.advance().await?;
        let Line::Event(event) = self.lines.parse()? else {
            return Err(self.lines.malformed(LineFault::Kind));
        };
        let position = Position::new(self.header.history, self.events + 1);
        let event = event.into_event(position).map_err(|fault| self.lines.malformed(fault))?;
        self.sum.add(self.lines.bytes());
        self.events += 1;
        Ok(event)
    }

    async fn expect_nothing(&mut self) -> Result<(), BackupError> {
        match self.lines.advance().await {
            Err(BackupError::Cut { .. }) if self.lines.bytes().is_empty() => Ok(()),
            Err(error @ BackupError::Read { .. }) => Err(error),
            Ok(()) | Err(_) => Err(self.lines.malformed(LineFault::Trailing)),
        }
    }
}

async fn read_header<R: AsyncRead + Send + Unpin>(
    lines: &mut Lines<R>,
) -> Result<(Header, Digest), BackupError> {
    match lines.advance().await {
        // What has not even one line is something else.
        Err(BackupError::Cut { .. } | BackupError::Malformed { .. }) => return Err(BackupError::NotABackup),
        read => read?,
    }
    let any: AnyHeaderLine = lines.parse().map_err(|_| BackupError::NotABackup)?;
    let (found, known) = (any.backup.format, Header::FORMAT);
    if found > known {
        return Err(BackupError::NewerFormat { found, known });
    }
    let header = lines.parse::<HeaderLine>()?.backup.into_header();
    let (line, digest) = encode_header(&header);
    if line == lines.bytes() { Ok((header, digest)) } else { Err(BackupError::Altered { first: 1, last: 1 }) }
}

impl<R> fmt::Debug for Backup<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backup")
            .field("header", &self.header)
            .field("line", &self.lines.number)
            .finish_non_exhaustive()
    }
}
