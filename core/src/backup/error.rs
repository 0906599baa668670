//! What can be wrong with a backup.

use std::io;

use crate::copy::CopyError;
use crate::store::{Fault, StoreError};

/// Why a backup could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The store could not be read. What was written is not a backup: it has no end.
    #[error("the store cannot be read for a backup")]
    Store(#[source] StoreError),
    /// The chain of the store is broken at this place. What was written is not a backup: it has no end.
    #[error("the store is damaged: {0}")]
    DamagedStore(Box<Fault>),
    /// The file could not be written.
    #[error("the backup cannot be written")]
    Write(#[source] io::Error),
    /// The file could not be read.
    #[error("the backup cannot be read at line {line}")]
    Read {
        /// The line at which reading failed, counted from 1.
        line: u64,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The first line is not that of a backup.
    #[error("not a backup of an event log")]
    NotABackup,
    /// The file is of a later format: use a later version of this program.
    #[error("the backup is of format {found}, the newest known is {known}")]
    NewerFormat {
        /// The format of the file.
        found: u32,
        /// The newest that this program reads.
        known: u32,
    },
    /// The header is that of another backup.
    #[error("the header is that of another backup")]
    ForeignHeader,
    /// The file ends before its last line, or within it.
    #[error("the backup is cut off at line {line}")]
    Cut {
        /// The line that is missing or not whole.
        line: u64,
    },
    /// A line is not what a backup has at its place.
    #[error("the backup is damaged at line {line}")]
    Malformed {
        /// The line.
        line: u64,
        /// What is wrong with it.
        #[source]
        source: LineFault,
    },
    /// An event is not the one that was written, or not at its place.
    #[error("the backup is damaged at line {line}: {fault}")]
    Damaged {
        /// The line of the event.
        line: u64,
        /// The stream and the revision, and what is wrong there.
        fault: Box<Fault>,
    },
    /// The lines are not those that were written, or not in that order, although each could be.
    #[error("the backup is damaged between lines {first} and {last}")]
    Altered {
        /// The first line that may be wrong.
        first: u64,
        /// The last line that may be wrong.
        last: u64,
    },
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LineFault {
    /// It is not JSON of the format.
    #[error("not a line of the format")]
    Json(#[source] serde_json::Error),
    /// Metadata or data are there twice, or not at all, or not in base64.
    #[error("no single {0}")]
    Bytes(&'static str),
    /// It is longer than an event can be.
    #[error("longer than any line of the format")]
    TooLong,
    /// It is of another kind than the lines before it announce.
    #[error("not the kind of line that comes here")]
    Kind,
    /// It announces no events, or more than one append can hold.
    #[error("a number of events that no append has")]
    Count,
    /// It says that its command is known, but its first event names none.
    #[error("no command in the first event of an append that has one")]
    Command,
    /// It closes the backup with a number of events that is not the one before it.
    #[error("the closing line counts {stated} events, there are {found}")]
    Total {
        /// The number in the line.
        stated: u64,
        /// The number of events before it.
        found: u64,
    },
    /// Something follows the closing line.
    #[error("something follows the end")]
    Trailing,
}

/// Why a backup was not restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// The backup is damaged or cannot be read. What stands before the place is in the target, and is sound; it is not
    /// the whole.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The target does not take it.
    #[error("the backup cannot be restored into this store")]
    Target(#[from] CopyError),
}
