//! Opening a store: what is at the path, whether it is ours, and whether its end is whole.
//!
//! ```text
//! body under `M` = "anjuan" ‖ store id ‖ history id ‖ u8(hash: 1 SHA-256, 2 SM3)
//! ```

use std::fs::{self, File, TryLockError};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread;
use std::time::Duration;

use anjuan::clock::{Clock, SystemClock};
use anjuan::event::HashAlgorithm;
use anjuan::id::{HistoryId, StoreId, SystemEntropy};
use anjuan::store::Identity;
use bytes::Bytes;
use sled::IVec;
use uuid::Uuid;

use crate::error::OpenError;
use crate::layout;
use crate::log::{Log, index_at};
use crate::options::Options;
use crate::record::{Damage, FORMAT, seal, unseal};
use crate::swap;
use crate::sync::sync_new;
use crate::witness::Witness;

const MARK: &[u8] = b"anjuan";

/// sled gives its lock back from a thread of its own, a moment after the last handle is dropped. A lock that is
/// held for so many rounds is held by somebody else.
const LOCK_ROUNDS: u32 = 50;
const LOCK_ROUND: Duration = Duration::from_millis(5);

/// Opens or creates the database in this directory. Blocks.
pub(crate) fn open(path: &Path, options: &Options) -> Result<Log, OpenError> {
    swap::undo(path)?;
    admit(path, options)?;
    let db = open_database(path, options.cache_bytes)?;
    let identity = match db.get(layout::META)? {
        Some(value) => decode(value)?,
        None if Witness::is_in(path) => return Err(emptied()),
        None if options.read_only || !is_blank(&db) => {
            return Err(OpenError::Foreign { path: path.to_owned() });
        }
        None => create(path, &db, options)?,
    };
    of_one_history(path, identity)?;
    match options.hash {
        Some(asked) if asked != identity.hash => Err(OpenError::OtherHash { found: identity.hash, asked }),
        Some(_) | None => Ok(Log { db, identity }),
    }
}

/// Whether the files in a directory belong to each other.
pub(crate) fn of_one_history(path: &Path, identity: Identity) -> Result<(), OpenError> {
    if Witness::is_of_another(path, identity.history)? {
        return Err(OpenError::damaged(
            "the database file",
            "it and the file `acknowledged` are of two stores",
        ));
    }
    Ok(())
}

/// There is a witness, so there was a store: it is not to be taken for a new one.
fn emptied() -> OpenError {
    OpenError::damaged("the database file", "it is missing or empty, and the store was not")
}

/// Whether this directory may hold a store, or become one. sled itself would put its files anywhere.
fn admit(path: &Path, options: &Options) -> Result<(), OpenError> {
    let mut entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let path = path.to_owned();
            return if options.read_only { Err(OpenError::Missing { path }) } else { Ok(()) };
        }
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(OpenError::Foreign { path: path.to_owned() });
        }
        Err(error) => return Err(error.into()),
    };
    match entries.next() {
        // sled would make a new file, and with it a new store, before anything else could be asked.
        _ if Witness::is_in(path) && is_gone(&path.join("db")) => Err(emptied()),
        _ if path.join("db").is_file() => Ok(()),
        // A creation that was interrupted before sled made its file leaves these two.
        _ if path.join("blobs").is_dir() => Ok(()),
        Some(_) => Err(OpenError::Foreign { path: path.to_owned() }),
        None if options.read_only => Err(OpenError::Missing { path: path.to_owned() }),
        None => Ok(()),
    }
}

fn is_gone(file: &Path) -> bool {
    !file.metadata().is_ok_and(|file| file.is_file() && file.len() > 0)
}

/// Takes the lock that sled takes, so that no process can open the database; `None` if it has no file.
pub(crate) fn lock(path: &Path) -> Result<Option<File>, OpenError> {
    let file = match File::options().read(true).write(true).open(path.join("db")) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    for _ in 0..LOCK_ROUNDS {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) => thread::park_timeout(LOCK_ROUND),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
    Err(OpenError::Locked { path: path.to_owned() })
}

/// Opens sled, which panics on some kinds of damage where it could return an error.
pub(crate) fn open_database(path: &Path, cache_bytes: u64) -> Result<sled::Db, OpenError> {
    drop(lock(path)?);
    let config = sled::Config::new().path(path).cache_capacity(cache_bytes);
    match catch_unwind(AssertUnwindSafe(|| config.open())) {
        Ok(opened) => Ok(opened?),
        Err(_) => Err(OpenError::damaged("the database file", "sled gave up reading it")),
    }
}

/// Whether nobody has written anything yet: a creation that was interrupted looks like this too.
fn is_blank(db: &sled::Db) -> bool {
    db.is_empty() && db.tree_names().len() == 1
}

fn create(path: &Path, db: &sled::Db, options: &Options) -> Result<Identity, OpenError> {
    let hash = options.hash.unwrap_or_default();
    let fresh = || Identity::new(SystemClock.now(), &SystemEntropy, hash);
    let identity = options.identity.unwrap_or_else(fresh);
    db.insert(layout::META, encode(identity))?;
    db.flush()?;
    sync_new(path)?;
    Ok(identity)
}

/// The value under `M`.
pub(crate) fn encode(identity: Identity) -> Vec<u8> {
    let hash = match identity.hash {
        HashAlgorithm::Sha256 => 1,
        HashAlgorithm::Sm3 => 2,
    };
    let (store, history) = (identity.store.as_uuid().as_bytes(), identity.history.as_uuid().as_bytes());
    seal(layout::META, &[MARK, store, history, &[hash]].concat())
}

/// The identity that is stored as this value.
pub(crate) fn decode(value: IVec) -> Result<Identity, OpenError> {
    let decoded = unseal(layout::META, Bytes::from_owner(value)).and_then(|mut fields| {
        if fields.array()? != *b"anjuan" {
            return Err(Damage::Content("the mark is missing"));
        }
        let identity = Identity {
            store: StoreId::from_uuid(Uuid::from_bytes(fields.array()?)),
            history: HistoryId::from_uuid(Uuid::from_bytes(fields.array()?)),
            hash: match fields.u8()? {
                1 => HashAlgorithm::Sha256,
                2 => HashAlgorithm::Sm3,
                _ => return Err(Damage::Content("the hash function is unknown")),
            },
        };
        fields.end().map(|()| identity)
    });
    decoded.map_err(|damage| match damage {
        Damage::Format(found) => OpenError::NewerFormat { found, known: FORMAT },
        Damage::Missing | Damage::Length | Damage::Checksum | Damage::Content(_) => {
            OpenError::damaged("the identity of the store", damage.to_string())
        }
    })
}

/// Compares the end of the index with the log and with what was acknowledged, and answers the last ordinal.
pub(crate) fn check_end(log: &Log, acknowledged: u64) -> Result<u64, OpenError> {
    let last = log.last_ordinal()?;
    if last < acknowledged {
        let reason = format!("acknowledged up to position {acknowledged}, found up to {last}");
        return Err(OpenError::damaged("the end of the log", reason));
    }
    if last == 0 {
        return match log.range(layout::all_blocks(), "the events").next().transpose()? {
            Some(_) => Err(OpenError::damaged("the index", "there are events and no index")),
            None => Ok(0),
        };
    }
    let group = log.group(last)?;
    for (first, write) in group.writes() {
        let end = log.last_block(&write.stream, None)?.and_then(|events| events.into_iter().next_back());
        let sound = end.is_some_and(|end| {
            // A later write of the same group may have gone on with the stream.
            end.revision >= write.last()
                && end.position.ordinal() >= first + write.len() - 1
                && end.position.ordinal() <= last
        });
        if !sound {
            let place = format!("{} revision {}", write.stream, write.last());
            return Err(OpenError::damaged(place, format!("it does not agree with {}", index_at(last))));
        }
    }
    for append in &group.appends {
        if log.answer(append.key)?.is_none() {
            return Err(OpenError::damaged(format!("command {}", append.key), Damage::Missing.to_string()));
        }
    }
    Ok(last)
}
