//! Putting a finished database in the place of a store: names beside it, and the exchange.
//!
//! ```text
//! log             the store
//! log.compacting  a store in the making, or behind the exchange the one before; means nothing, is removed
//! log.repairing   what a repair works with; means nothing, is removed
//! log.damaged-1   a store as a repair found it; never removed
//! log.before      the store during an exchange in steps; goes back to its name if that was interrupted
//! ```
//!
//! Linux exchanges two directories in one step, so that at every moment there is a whole store under the name. Where
//! the file system or the system cannot, it takes three renames, and whoever opens the store next undoes what was
//! interrupted between the first and the second.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::OpenError;
use crate::sync::sync_directory;
use crate::witness;

/// Ending of a store in the making.
pub(crate) const COMPACTING: &str = "compacting";
/// Ending of the directory that a repair works in.
pub(crate) const REPAIRING: &str = "repairing";
const BEFORE: &str = "before";

/// The path of a store, with no link in it: its name is what will be exchanged.
pub(crate) fn resolve(path: &Path) -> Result<PathBuf, OpenError> {
    undo(path)?;
    match path.canonicalize() {
        Ok(path) if path.is_dir() => Ok(path),
        Ok(path) => Err(OpenError::Foreign { path }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(OpenError::Missing { path: path.to_owned() })
        }
        Err(error) => Err(error.into()),
    }
}

/// The path beside `store` with this ending.
pub(crate) fn beside(store: &Path, ending: &str) -> PathBuf {
    let mut name = store.file_name().map(OsString::from).unwrap_or_default();
    name.push(".");
    name.push(ending);
    store.with_file_name(name)
}

/// The first path beside `store` under which a damaged store can be kept, and its number.
pub(crate) fn free_number(store: &Path) -> (PathBuf, u64) {
    let mut number = 1;
    loop {
        let path = beside(store, &format!("damaged-{number}"));
        let taken = path.symlink_metadata().is_ok() || quarantine(store, number).exists();
        if !taken {
            return (path, number);
        }
        number += 1;
    }
}

/// The file of what a repair set aside.
pub(crate) fn quarantine(store: &Path, number: u64) -> PathBuf {
    beside(store, &format!("quarantine-{number}.jsonl"))
}

/// Exchanges the names of two directories and makes it safe.
pub(crate) fn exchange(store: &Path, other: &Path) -> io::Result<()> {
    match exchange_at_once(store, other) {
        Err(error) if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput) => {
            exchange_in_steps(store, other)?;
        }
        done => done?,
    }
    store.parent().map_or(Ok(()), sync_directory)
}

#[cfg(target_os = "linux")]
fn exchange_at_once(store: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, store, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn exchange_at_once(_store: &Path, _other: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn exchange_in_steps(store: &Path, other: &Path) -> io::Result<()> {
    let before = beside(store, BEFORE);
    if before.exists() {
        // An earlier exchange ended before its last step. What it left may be a damaged original.
        fs::rename(&before, free_number(store).0)?;
    }
    fs::rename(store, &before)?;
    if let Err(error) = fs::rename(other, store) {
        fs::rename(&before, store)?;
        return Err(error);
    }
    fs::rename(&before, other)
}

/// Undoes an exchange in steps that was interrupted while no store had the name.
pub(crate) fn undo(store: &Path) -> io::Result<()> {
    let before = beside(store, BEFORE);
    if store.symlink_metadata().is_err() && before.join("db").is_file() {
        fs::rename(before, store)?;
        store.parent().filter(|parent| !parent.as_os_str().is_empty()).map_or(Ok(()), sync_directory)?;
    }
    Ok(())
}

/// Removes what an interrupted compaction or repair left. The caller has the store open, so none is at work.
pub(crate) fn tidy(store: &Path) -> io::Result<()> {
    let Ok(store) = store.canonicalize() else { return Ok(()) };
    for ending in [COMPACTING, REPAIRING] {
        let left = beside(&store, ending);
        if left.is_dir() && is_ours(&left)? {
            fs::remove_dir_all(left)?;
        }
    }
    Ok(())
}

/// Whether nothing is in a directory but what this crate and sled put into it.
fn is_ours(directory: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(directory)? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        let known = [witness::NAME, "db", "conf", "blobs", "original", "pieces", "fresh", "aside"];
        if !known.contains(&name.as_ref()) && !name.starts_with("snap.") {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A directory that is removed when the work in it ends, however it ends.
#[derive(Debug)]
pub(crate) struct Workplace(PathBuf);

impl Workplace {
    /// An empty directory beside the store; what an earlier attempt left is removed.
    pub(crate) fn beside(store: &Path, ending: &str) -> Result<Self, OpenError> {
        let path = beside(store, ending);
        if path.symlink_metadata().is_ok() {
            if !path.is_dir() || !is_ours(&path)? {
                return Err(OpenError::Foreign { path });
            }
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir(&path)?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        // What cannot be removed now is removed when the store is opened next.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(path: &Path, content: &str) {
        fs::create_dir(path).unwrap();
        fs::write(path.join("db"), content).unwrap();
    }

    fn content(path: &Path) -> String {
        fs::read_to_string(path.join("db")).unwrap()
    }

    #[test]
    fn both_ways_of_exchanging_end_alike() {
        for exchange in [exchange, exchange_in_steps] {
            let dir = tempfile::tempdir().unwrap();
            let (store, other) = (dir.path().join("log"), dir.path().join("log.compacting"));
            database(&store, "old");
            database(&other, "new");
            exchange(&store, &other).unwrap();
            assert_eq!((content(&store).as_str(), content(&other).as_str()), ("new", "old"));
            assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
        }
    }

    #[test]
    fn an_exchange_that_was_interrupted_is_undone() {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("log");
        database(&dir.path().join("log.before"), "old");
        undo(&store).unwrap();
        assert_eq!(content(&store), "old");
        // Behind the second step there is nothing to undo.
        database(&dir.path().join("log.before"), "older");
        undo(&store).unwrap();
        assert_eq!(content(&store), "old");
        // And what lies there is kept when the name is needed.
        database(&dir.path().join("log.compacting"), "new");
        exchange_in_steps(&store, &dir.path().join("log.compacting")).unwrap();
        assert_eq!(content(&dir.path().join("log.damaged-1")), "older");
    }

    #[test]
    fn what_is_not_ours_is_not_removed() {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("log");
        database(&store, "store");
        let foreign = dir.path().join("log.compacting");
        fs::create_dir(&foreign).unwrap();
        fs::write(foreign.join("letter.txt"), "案卷").unwrap();
        tidy(&store).unwrap();
        assert!(foreign.join("letter.txt").exists());
        assert!(matches!(Workplace::beside(&store, COMPACTING), Err(OpenError::Foreign { .. })));
        fs::remove_file(foreign.join("letter.txt")).unwrap();
        tidy(&store).unwrap();
        assert!(!foreign.exists());
    }
}
