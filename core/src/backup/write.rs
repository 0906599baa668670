//! Writing a backup.

use tokio::io::{AsyncWrite, AsyncWriteExt, BufWriter};

use super::line::{AppendLine, EndLine, EventLine, Line};
use super::lines::{Sum, encode, encode_header};
use super::{BackupError, Content, Header};
use crate::copy::{Group, Groups, Links};
use crate::store::EventStore;

/// Writes a backup of everything that the store holds at the time of the call.
///
/// Every chain is recomputed on the way: what is written is sound. The store may be written to meanwhile. Memory holds
/// one append, and one link of the chain for each stream.
///
/// Ends when everything is handed over and flushed. A file is safe when the caller has synced it (`File::sync_all`), and
/// whole when it has its closing line: write it under another name, and rename it when it is.
///
/// # Errors
/// The store is damaged or cannot be read, or the writer fails.
///
/// # Cancel safety
/// What was written is no backup, because it has no closing line, and cannot be mistaken for one.
pub async fn write<W: AsyncWrite + Send + Unpin>(
    store: &dyn EventStore,
    to: W,
) -> Result<Content, BackupError> {
    let identity = store.identity();
    let mut groups = Groups::of(store).await.map_err(BackupError::Store)?;
    let mut links = Links::new(identity.hash, identity.hash);
    let mut file = Writer { to: BufWriter::new(to), sum: Sum::new(identity.hash) };
    let (line, header) = encode_header(&Header::of(identity, groups.through()));
    file.put(&line).await?;
    while let Some(group) = groups.next().await.map_err(BackupError::Store)? {
        for event in &group.events {
            links.admit(event).map_err(|fault| BackupError::DamagedStore(Box::new(fault)))?;
        }
        file.group(&group).await?;
    }
    let (streams, events, digest) = (links.streams(), links.events(), file.sum.so_far());
    file.put(&encode(&Line::End(EndLine { events, header, before: digest }))).await?;
    file.to.flush().await.map_err(BackupError::Write)?;
    Ok(Content { streams, events, digest })
}

struct Writer<W> {
    to: BufWriter<W>,
    sum: Sum,
}

impl<W: AsyncWrite + Send + Unpin> Writer<W> {
    async fn group(&mut self, group: &Group) -> Result<(), BackupError> {
        let before = self.sum.so_far();
        let append = AppendLine { events: group.events.len(), content: group.content, before };
        self.counted(&encode(&Line::Append(append))).await?;
        for event in &group.events {
            self.counted(&encode(&Line::Event(Box::new(EventLine::of(event))))).await?;
        }
        Ok(())
    }

    /// A line over which the digest goes.
    async fn counted(&mut self, line: &[u8]) -> Result<(), BackupError> {
        self.sum.add(line);
        self.put(line).await
    }

    async fn put(&mut self, line: &[u8]) -> Result<(), BackupError> {
        self.to.write_all(line).await.map_err(BackupError::Write)
    }
}
