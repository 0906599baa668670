//! What can go wrong beneath the contract.

use std::path::PathBuf;
use std::sync::Arc;

use anjuan::event::HashAlgorithm;
use anjuan::store::{Cause, StoreError};

/// Why a store cannot be opened, compacted or repaired. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another process, or another handle in this one, has the store open. sled admits one at a time.
    #[error("another process has this store open: {}", path.display())]
    Locked {
        /// The directory.
        path: PathBuf,
    },
    /// There is something at this path, and it was not made by this crate.
    #[error("this is not an event store of anjuan: {}", path.display())]
    Foreign {
        /// The directory.
        path: PathBuf,
    },
    /// There is no store at this path, and [`read_only`](crate::Options::read_only) creates none.
    #[error("there is no store here: {}", path.display())]
    Missing {
        /// The directory.
        path: PathBuf,
    },
    /// The store was written by a newer version of this crate: update the program.
    #[error("the store is of format {found}, the newest known is {known}")]
    NewerFormat {
        /// The format of the store.
        found: u8,
        /// The newest format that this program reads.
        known: u8,
    },
    /// The store exists and chains its events with another hash function.
    #[error("the store chains its events with {found}, not with {asked}")]
    OtherHash {
        /// The hash function of the store.
        found: HashAlgorithm,
        /// The one that was asked for.
        asked: HashAlgorithm,
    },
    /// What is stored is not what was written. Restore a backup, or [`repair`](crate::SledStore::repair); to look at
    /// it first, open with [`read_only`](crate::Options::read_only) and [`verify`](crate::SledStore::verify).
    #[error("the store is damaged at {place}: {reason}")]
    Damaged {
        /// Where.
        place: String,
        /// What is wrong there.
        reason: String,
    },
    /// The files cannot be read or written.
    #[error("the files of the store cannot be used")]
    Io(#[source] std::io::Error),
    /// sled refuses for a reason of its own.
    #[error("the database cannot be opened")]
    Database(#[source] Cause),
}

impl OpenError {
    pub(crate) fn damaged(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Damaged { place: place.into(), reason: reason.into() }
    }
}

impl From<std::io::Error> for OpenError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<sled::Error> for OpenError {
    fn from(error: sled::Error) -> Self {
        match error {
            sled::Error::Io(error) => Self::Io(error),
            sled::Error::Corruption { .. } => Self::damaged("the database file", DAMAGED_PAGE),
            sled::Error::CollectionNotFound(_)
            | sled::Error::Unsupported(_)
            | sled::Error::ReportableBug(_) => Self::Database(error.into()),
        }
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        if let StoreError::Corrupt { place, reason } = error {
            Self::Damaged { place, reason }
        } else {
            Self::Database(error.into())
        }
    }
}

const DAMAGED_PAGE: &str = "sled finds a page whose checksum does not fit";

/// A failed read, said in the words of the contract.
pub(crate) fn read_failed(place: impl std::fmt::Display, error: sled::Error) -> StoreError {
    match error {
        sled::Error::Corruption { .. } => {
            StoreError::Corrupt { place: place.to_string(), reason: DAMAGED_PAGE.to_owned() }
        }
        sled::Error::Io(_)
        | sled::Error::CollectionNotFound(_)
        | sled::Error::Unsupported(_)
        | sled::Error::ReportableBug(_) => StoreError::Unavailable(error.into()),
    }
}

/// Why a handle takes nothing any more. Shared by all who hear of it.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the database cannot be written")]
    Write(#[source] Arc<sled::Error>),
    #[error("the database cannot be made safe on disk")]
    Sync(#[source] Arc<std::io::Error>),
    #[error("the writer ended without a word")]
    Silent,
    #[error("the store was opened for reading only")]
    ReadOnly,
    #[error("the database cannot be opened anew")]
    Open(#[source] Arc<OpenError>),
    #[error("damage at {place}: {reason}")]
    Damaged { place: String, reason: String },
}

impl From<sled::Error> for Failure {
    fn from(error: sled::Error) -> Self {
        Self::Write(Arc::new(error))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Sync(Arc::new(error))
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::Open(Arc::new(error))
    }
}
