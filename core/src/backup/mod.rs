#![doc = include_str!("format.md")]

mod error;
mod line;
mod lines;
mod read;
mod write;

pub use error::{BackupError, LineFault, RestoreError};
pub use line::Header;
pub use read::{Backup, Restored};
pub use write::write;

use crate::event::Digest;

/// What is in a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Content {
    /// How many streams.
    pub streams: u64,
    /// How many events.
    pub events: u64,
    /// The digest of all lines but the first and the last, as it stands in the last. Every backup of this history has
    /// the same, whatever store it was written from.
    pub digest: Digest,
}
