//! A database in the making, which will take the place of a store.

use std::path::{Path, PathBuf};

use anjuan::store::Identity;

use crate::error::OpenError;
use crate::layout;
use crate::log::Log;
use crate::open::{encode, open_database};
use crate::sync::sync_new;
use crate::verify;
use crate::witness::Witness;

/// So many bytes are written as one batch.
const BATCH_BYTES: usize = 1 << 20;
/// The making reads what it wrote once, in sequence.
pub(crate) const CACHE_BYTES: u64 = 16 << 20;

/// Written in sequence, with little in memory, and synced once at the end.
pub(crate) struct Fresh {
    path: PathBuf,
    db: sled::Db,
    batch: sled::Batch,
    bytes: usize,
}

impl Fresh {
    /// An empty database in this directory.
    pub(crate) fn create(path: &Path) -> Result<Self, OpenError> {
        let db = open_database(path, CACHE_BYTES)?;
        Ok(Self { path: path.to_owned(), db, batch: sled::Batch::default(), bytes: 0 })
    }

    pub(crate) const fn db(&self) -> &sled::Db {
        &self.db
    }

    /// Writes a value to the one tree of a store.
    pub(crate) fn put(&mut self, key: &[u8], value: impl Into<sled::IVec>) -> Result<(), OpenError> {
        let value = value.into();
        self.bytes += key.len() + value.len();
        self.batch.insert(key, value);
        if self.bytes >= BATCH_BYTES { self.write() } else { Ok(()) }
    }

    /// Writes what is waiting, so that it can be read.
    pub(crate) fn write(&mut self) -> Result<(), OpenError> {
        self.bytes = 0;
        Ok(self.db.apply_batch(std::mem::take(&mut self.batch))?)
    }

    /// Says what the store is, proves that it is sound, and makes it safe. Answers how many streams and events it has.
    ///
    /// # Errors
    /// What was written does not prove itself.
    pub(crate) fn finish(mut self, identity: Identity, last: u64) -> Result<(u64, u64), OpenError> {
        self.put(layout::META, encode(identity))?;
        self.write()?;
        let log = Log { db: self.db, identity };
        let found = verify::check(&log, last);
        if let Some(fault) = found.faults.first() {
            return Err(OpenError::damaged("the copy", fault.to_string()));
        }
        log.db.flush()?;
        drop(log);
        Witness::open(&self.path, identity.history)?.note(last)?;
        sync_new(&self.path)?;
        Ok((found.streams, found.events))
    }
}
