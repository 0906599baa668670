//! Giving space back: sled's files do not shrink, so what they hold is copied to new ones.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::dense;
use crate::error::OpenError;
use crate::fresh::Fresh;
use crate::open;
use crate::options::Options;
use crate::store::SledStore;
use crate::swap::{self, Workplace};
use crate::witness::Witness;

/// What a compaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Compaction {
    /// How many bytes the files took.
    pub bytes_before: u64,
    /// How many they take now.
    pub bytes_after: u64,
    /// How many streams were copied.
    pub streams: u64,
    /// How many events were copied.
    pub events: u64,
}

impl SledStore {
    /// Rewrites a store that is not open, so that its files take no more space than they need.
    ///
    /// The store keeps its identity, every position and every digest. All values are copied to a directory beside it
    /// (`log.compacting` for `log`), read again, compared with the originals and verified, chains included; then the
    /// two directories exchange their names, and the old one is removed. Needs the space of the copy; memory does
    /// not grow with the store.
    ///
    /// Interrupted at any moment, the store under the name is the old one or the new one, and whole; what is left
    /// of the other is removed when the store is opened next.
    ///
    /// # Errors
    /// See [`OpenError`]; the store is as before. A damaged store is not compacted: [`repair`](Self::repair) it.
    pub async fn compact(path: impl Into<PathBuf> + Send) -> Result<Compaction, OpenError> {
        let path = path.into();
        let done = tokio::task::spawn_blocking(move || compact(&path)).await;
        done.unwrap_or_else(|error| Err(OpenError::Database(error.into())))
    }
}

fn compact(path: &Path) -> Result<Compaction, OpenError> {
    let store = swap::resolve(path)?;
    let log = open::open(&store, &Options::default().read_only())?;
    let mut witness = Witness::open(&store, log.identity.history)?;
    let noted = witness.noted()?;
    let last = open::check_end(&log, noted.unwrap_or(0))?;
    let bytes_before = size(&store)?;
    let place = Workplace::beside(&store, swap::COMPACTING)?;
    let fresh = Fresh::create(place.path())?;
    // There is nothing in a store that depends on where it lies.
    dense::copy(&log.db, fresh.db())?;
    compare(&log.db, fresh.db())?;
    let (streams, events) = fresh.finish(log.identity, last)?;
    drop(log);
    // From here on nobody can open either of the two, until both names are settled.
    let _locks = (open::lock(&store)?, open::lock(place.path())?);
    if witness.noted()? != noted {
        // Somebody was quicker than the lock, and appended.
        return Err(OpenError::Locked { path: store });
    }
    swap::exchange(&store, place.path())?;
    Ok(Compaction { bytes_before, bytes_after: size(&store)?, streams, events })
}

fn compare(one: &sled::Db, other: &sled::Db) -> Result<(), OpenError> {
    let (mut one, mut other) = (one.iter(), other.iter());
    loop {
        match (one.next().transpose()?, other.next().transpose()?) {
            (None, None) => return Ok(()),
            (one, other) if one == other => {}
            _ => return Err(OpenError::damaged("the copy", "it is not what was copied")),
        }
    }
}

/// How many bytes the files of a store take.
fn size(directory: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for part in [directory.to_owned(), directory.join("blobs")] {
        for entry in fs::read_dir(part)? {
            let metadata = entry?.metadata()?;
            bytes += if metadata.is_file() { metadata.len() } else { 0 };
        }
    }
    Ok(bytes)
}
