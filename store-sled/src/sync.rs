//! Making what sled wrote safe on disk.
//!
//! On Linux, sled's flush ends in `sync_file_range`. That starts the write and waits for it, but neither tells the
//! file system to keep the file's new length and extents nor the drive to empty its cache. And a page of more than
//! 128 KiB goes to a file of its own under `blobs/`, which sled never syncs at all; after a power failure it would
//! skip the page without a word. So after each flush the database file is synced through a second handle, and each
//! new blob file before it.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Syncs the files of one database.
#[derive(Debug)]
pub(crate) struct Syncer {
    /// The file of the log. A handle of its own sees a failed write-back even if sled's handle saw it first.
    database: File,
    blobs: PathBuf,
    /// The blob files that are known to be safe.
    safe: HashSet<OsString>,
}

impl Syncer {
    /// For the database in this directory, which is open.
    pub(crate) fn new(directory: &Path) -> io::Result<Self> {
        let database = File::options().write(true).open(directory.join("db"))?;
        Ok(Self { database, blobs: directory.join("blobs"), safe: HashSet::new() })
    }

    /// A syncer whose disk fails: the kernel cannot sync what is no file.
    #[cfg(all(test, target_os = "linux"))]
    pub(crate) fn failing(directory: &Path) -> io::Result<Self> {
        let database = File::options().write(true).open("/dev/null")?;
        Ok(Self { database, ..Self::new(directory)? })
    }

    /// Makes everything safe that was flushed before.
    ///
    /// # Errors
    /// A sync failed. The kernel may have dropped what it could not write, so a later sync that succeeds proves
    /// nothing: the caller must not go on.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.sync_blobs()?;
        self.database.sync_data()
    }

    fn sync_blobs(&mut self) -> io::Result<()> {
        let mut present = HashSet::new();
        let mut any_new = false;
        for entry in fs::read_dir(&self.blobs)? {
            let entry = entry?;
            let name = entry.file_name();
            if !self.safe.contains(&name) {
                match File::options().write(true).open(entry.path()).and_then(|blob| blob.sync_all()) {
                    Ok(()) => any_new = true,
                    // sled removes a blob as soon as a newer page makes it superfluous.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(error),
                }
            }
            present.insert(name);
        }
        self.safe = present;
        if any_new { sync_directory(&self.blobs) } else { Ok(()) }
    }
}

/// Makes safe which files a directory holds.
pub(crate) fn sync_directory(directory: &Path) -> io::Result<()> {
    // Only Unix opens directories as files; elsewhere a synced file brings its entry along.
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

/// Makes a new database safe: all its files, their directories, and the entry of its directory.
pub(crate) fn sync_new(directory: &Path) -> io::Result<()> {
    for part in [directory.join("blobs"), directory.to_owned()] {
        for entry in fs::read_dir(&part)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                File::options().write(true).open(entry.path())?.sync_all()?;
            }
        }
        sync_directory(&part)?;
    }
    match directory.canonicalize()?.parent() {
        Some(parent) => sync_directory(parent),
        None => Ok(()),
    }
}
