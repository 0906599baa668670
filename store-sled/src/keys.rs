//! Keys in a sled database of their own, whose destruction leaves nothing in the files.
//!
//! ```text
//! directory/lock     held while the keys are open
//! directory/7/       the database, in its seventh generation
//! directory/next/    a generation in the making; means nothing
//!
//! body under a key id = u8(1) ‖ wrapped key | u8(2) ‖ i64(destroyed at)
//! ```
//!
//! sled never overwrites in place: what is replaced lies in the file until its segment is used again. So after keys
//! were destroyed, what is left is copied into a fresh database, which takes the place of the old one; the old
//! files are overwritten and removed. A mark in the database remembers that this is owed, in case the process ends
//! between the two.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anjuan::clock::Timestamp;
use anjuan::id::KeyId;
use anjuan::privacy::{KeyState, KeyStore, KeyStoreError, WrappedKey};
use async_trait::async_trait;
use bytes::Bytes;
use sled::IVec;

use crate::error::{Failure, OpenError};
use crate::open::open_database;
use crate::record::{Damage, seal, unseal};
use crate::sync::{Syncer, sync_directory, sync_new};

const LOCK: &str = "lock";
const NEXT: &str = "next";
/// Stands in the database while a rewrite is owed. No key id is of this length.
const OWED: &[u8] = b"rewrite owed";
const PRESENT: u8 = 1;
const DESTROYED: u8 = 2;
/// Keys are small and few.
const CACHE_BYTES: u64 = 8 << 20;

/// A key store in a directory of its own, for one process.
///
/// Keep the directory apart from that of the log, and out of its backups: an old backup of the keys undoes their
/// destruction. Every call that returns is safe against loss of power. Each change is a sync of its own, one after
/// the other; keys are made once per person, not once per event.
///
/// What remains of a destroyed key: nothing in the files. Their old contents are overwritten with zeros before they
/// are removed. A file system that copies on write, and a drive that spreads its writes, may keep the old blocks
/// until they use them again; whoever must exclude that encrypts the disk. The keys are wrapped under the master key
/// of the ring in any case.
///
/// A failed sync shuts the handle: every later call fails, and the keys are to be opened again.
#[derive(Debug, Clone)]
pub struct SledKeys(Arc<Mutex<Keys>>);

struct Keys {
    root: PathBuf,
    generation: u64,
    db: sled::Db,
    syncer: Syncer,
    failure: Option<Failure>,
    /// Held until everything above is dropped.
    _lock: File,
}

impl SledKeys {
    /// Opens the keys in this directory, or makes the directory.
    ///
    /// # Errors
    /// See [`OpenError`]: the keys are open elsewhere, the directory holds something else, or is damaged.
    pub async fn open(path: impl Into<PathBuf> + Send) -> Result<Self, OpenError> {
        let path = path.into();
        let opened = tokio::task::spawn_blocking(move || Keys::open(path)).await;
        let keys = opened.unwrap_or_else(|error| Err(OpenError::Database(error.into())))?;
        Ok(Self(Arc::new(Mutex::new(keys))))
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Keys) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, KeyStoreError> {
        let keys = Arc::clone(&self.0);
        let runtime = tokio::runtime::Handle::try_current().map_err(failed)?;
        let done = runtime.spawn_blocking(move || {
            let mut keys = keys.lock().unwrap_or_else(PoisonError::into_inner);
            keys.guarded(work)
        });
        done.await.map_err(failed)?.map_err(failed)
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> KeyStoreError {
    KeyStoreError(error.into())
}

#[async_trait]
impl KeyStore for SledKeys {
    async fn load(&self, key: KeyId) -> Result<KeyState, KeyStoreError> {
        self.run(move |keys| keys.load(key)).await
    }

    async fn create(&self, key: KeyId, wrapped: WrappedKey) -> Result<KeyState, KeyStoreError> {
        self.run(move |keys| keys.create(key, wrapped)).await
    }

    async fn destroy(&self, keys: &[KeyId], at: Timestamp) -> Result<(), KeyStoreError> {
        let destroyed = keys.to_vec();
        self.run(move |keys| keys.destroy(&destroyed, at)).await
    }
}

impl Keys {
    fn open(root: PathBuf) -> Result<Self, OpenError> {
        let lock = lock(&root)?;
        discard(&root.join(NEXT))?;
        let mut generations = generations(&root)?;
        let generation = match generations.pop() {
            Some(newest) => newest,
            None => {
                let next = root.join(NEXT);
                drop(open_database(&next, CACHE_BYTES)?);
                publish(&root, &next, 1)?;
                1
            }
        };
        // Left over from a rewrite that was interrupted after its last step but one.
        for old in generations {
            discard(&root.join(old.to_string()))?;
        }
        let directory = root.join(generation.to_string());
        let db = open_database(&directory, CACHE_BYTES)?;
        let syncer = Syncer::new(&directory)?;
        let mut keys = Self { root, generation, db, syncer, failure: None, _lock: lock };
        keys.pay().map_err(|failure| OpenError::Database(failure.into()))?;
        Ok(keys)
    }

    /// Runs what may fail; after a failed write nothing is tried again on this handle.
    fn guarded<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Failure>) -> Result<T, Failure> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        work(self).inspect_err(|failure| match failure {
            // A damaged value says nothing about the others.
            Failure::Damaged { .. } => {}
            Failure::Write(_) | Failure::Sync(_) | Failure::Open(_) | Failure::Silent | Failure::ReadOnly => {
                self.failure = Some(failure.clone());
            }
        })
    }

    fn load(&self, key: KeyId) -> Result<KeyState, Failure> {
        let Some(value) = self.db.get(key.as_uuid().as_bytes())? else { return Ok(KeyState::Unknown) };
        decode(key, value)
            .map_err(|damage| Failure::Damaged { place: format!("key {key}"), reason: damage.to_string() })
    }

    fn create(&mut self, key: KeyId, wrapped: WrappedKey) -> Result<KeyState, Failure> {
        match self.load(key)? {
            KeyState::Unknown => {
                let state = KeyState::Present(wrapped);
                self.db.insert(key.as_uuid().as_bytes(), encode(key, &state))?;
                self.sync()?;
                Ok(state)
            }
            taken @ (KeyState::Present(_) | KeyState::Destroyed(_)) => Ok(taken),
        }
    }

    fn destroy(&mut self, keys: &[KeyId], at: Timestamp) -> Result<(), Failure> {
        let mut batch = sled::Batch::default();
        let mut any = false;
        for key in keys {
            let known = match self.load(*key) {
                // What cannot be read any more is destroyed all the same.
                Err(Failure::Damaged { .. }) => KeyState::Unknown,
                other => other?,
            };
            if !matches!(known, KeyState::Destroyed(_)) {
                batch.insert(key.as_uuid().as_bytes(), encode(*key, &KeyState::Destroyed(at)));
                any = true;
            }
        }
        if any {
            batch.insert(OWED, &[]);
            self.db.apply_batch(batch)?;
            self.sync()?;
        }
        self.pay()
    }

    fn sync(&mut self) -> Result<(), Failure> {
        self.db.flush()?;
        Ok(self.syncer.sync()?)
    }

    /// Moves what is left into a fresh database, if that is owed, and erases the old one.
    fn pay(&mut self) -> Result<(), Failure> {
        if !self.db.contains_key(OWED)? {
            return Ok(());
        }
        let (next, generation) = (self.root.join(NEXT), self.generation + 1);
        discard(&next)?;
        let fresh = open_database(&next, CACHE_BYTES)?;
        for pair in self.db.iter() {
            let (key, value) = pair?;
            if key != OWED {
                fresh.insert(key, value)?;
            }
        }
        fresh.flush()?;
        // sled finds some of its files by path, so it is closed while the path changes.
        drop(fresh);
        publish(&self.root, &next, generation)?;
        let directory = self.root.join(generation.to_string());
        self.db = open_database(&directory, CACHE_BYTES)?;
        self.syncer = Syncer::new(&directory)?;
        let old = self.root.join(self.generation.to_string());
        self.generation = generation;
        Ok(discard(&old)?)
    }
}

fn encode(key: KeyId, state: &KeyState) -> Vec<u8> {
    let body = match state {
        KeyState::Unknown => Vec::new(),
        KeyState::Present(wrapped) => [&[PRESENT], wrapped.as_bytes().as_ref()].concat(),
        KeyState::Destroyed(at) => [&[DESTROYED], at.as_micros().to_be_bytes().as_slice()].concat(),
    };
    seal(key.as_uuid().as_bytes(), &body)
}

fn decode(key: KeyId, value: IVec) -> Result<KeyState, Damage> {
    // Copied, so that nothing of the database lives on in what callers keep.
    let mut fields = unseal(key.as_uuid().as_bytes(), Bytes::copy_from_slice(&value))?;
    match fields.u8()? {
        PRESENT => Ok(KeyState::Present(WrappedKey::from_bytes(fields.rest()))),
        DESTROYED => {
            let at = Timestamp::from_micros(fields.i64()?);
            let at = at.map_err(|_| Damage::Content("a moment is out of range"))?;
            fields.end().map(|()| KeyState::Destroyed(at))
        }
        _ => Err(Damage::Content("the state is unknown")),
    }
}

/// Takes the directory for this handle, if it is ours or can be.
fn lock(root: &Path) -> Result<File, OpenError> {
    let path = root.join(LOCK);
    if !path.is_file() {
        fs::create_dir_all(root)?;
        if fs::read_dir(root)?.next().is_some() {
            return Err(OpenError::Foreign { path: root.to_owned() });
        }
    }
    let lock = File::options().write(true).create(true).truncate(false).open(path)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked { path: root.to_owned() }),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// The generations that are there, oldest first.
fn generations(root: &Path) -> io::Result<Vec<u64>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root)? {
        found.extend(entry?.file_name().to_str().and_then(|name| name.parse::<u64>().ok()));
    }
    found.sort_unstable();
    Ok(found)
}

/// Gives a finished database its number. From here on it is the newest.
fn publish(root: &Path, finished: &Path, generation: u64) -> io::Result<()> {
    sync_new(finished)?;
    fs::rename(finished, root.join(generation.to_string()))?;
    sync_directory(root)
}

/// Overwrites and removes a database that is not open.
fn discard(directory: &Path) -> io::Result<()> {
    if !directory.exists() {
        return Ok(());
    }
    for part in [directory.join("blobs"), directory.to_owned()] {
        for entry in fs::read_dir(&part).into_iter().flatten() {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                overwrite(&entry.path())?;
            }
        }
    }
    fs::remove_dir_all(directory)?;
    directory.parent().map_or(Ok(()), sync_directory)
}

fn overwrite(path: &Path) -> io::Result<()> {
    static ZEROS: [u8; 64 << 10] = [0; 64 << 10];
    let mut file = File::options().write(true).open(path)?;
    let mut left = file.metadata()?.len();
    while left > 0 {
        let part = ZEROS.get(..usize::try_from(left).unwrap_or(ZEROS.len())).unwrap_or(&ZEROS);
        file.write_all(part)?;
        left -= part.len() as u64;
    }
    file.sync_all()
}

impl std::fmt::Debug for Keys {
    /// sled's own form would print the whole database.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { root, generation, failure, .. } = self;
        f.debug_struct("Keys")
            .field("root", root)
            .field("generation", generation)
            .field("failure", failure)
            .finish_non_exhaustive()
    }
}
