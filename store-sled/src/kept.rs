//! What is kept beside the log and replaced in place: checkpoints and snapshots.
//!
//! They go through the writer with the appends, are made safe by the same sync, and like them may follow each other
//! within one group: so the writer sees the values of the group before those of the database.

use std::collections::HashMap;

use anjuan::store::StoreError;
use bytes::Bytes;

use crate::checkpoint;
use crate::error::{Failure, read_failed};
use crate::layout;
use crate::log::{Log, unknown_key};
use crate::record::seal;
use crate::snapshot;

/// The values that a group replaces.
#[derive(Debug, Default)]
pub(crate) struct Kept(HashMap<Vec<u8>, Option<Bytes>>);

/// A change of kept values, which the writer makes as part of a group.
pub(crate) type Change = Box<dyn FnOnce(&mut Kept, &Log) -> Answer + Send>;

/// Tells what came of a change, once its group is safe or could not be made so.
pub(crate) type Answer = Box<dyn FnOnce(&Result<(), Failure>) + Send>;

impl Kept {
    /// The value under a key, sealed as it is stored.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(crate) fn get(&self, key: &[u8], place: &str, log: &Log) -> Result<Option<Bytes>, StoreError> {
        match self.0.get(key) {
            Some(value) => Ok(value.clone()),
            None => stored(key, place, log),
        }
    }

    /// Puts a value in the place of the one before.
    pub(crate) fn put(&mut self, key: Vec<u8>, body: &[u8]) {
        let value = Bytes::from(seal(&key, body));
        self.0.insert(key, Some(value));
    }

    /// Removes the value.
    pub(crate) fn remove(&mut self, key: Vec<u8>) {
        self.0.insert(key, None);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds everything to the batch of the group.
    pub(crate) fn write_to(self, batch: &mut sled::Batch) {
        for (key, value) in self.0 {
            match value {
                Some(value) => batch.insert(key, &*value),
                None => batch.remove(key),
            }
        }
    }
}

/// The value under a key in the database. It may not be safe yet, and after a loss of power an older one takes its
/// place: no harm is done, because the reader of a checkpoint or a snapshot has the log for what follows.
pub(crate) fn stored(key: &[u8], place: &str, log: &Log) -> Result<Option<Bytes>, StoreError> {
    let value = log.db.get(key).map_err(|error| read_failed(place, error))?;
    Ok(value.map(Bytes::from_owner))
}

/// Whether what is stored beside the log can be read.
///
/// What it says is not compared with the log: whoever loads it does that, and it may belong to a log elsewhere.
///
/// # Errors
/// It is damaged, or nothing is stored under such a key.
pub(crate) fn check(key: &[u8], value: Bytes) -> Result<(), StoreError> {
    if let Some(name) = layout::parse_checkpoint(key) {
        checkpoint::decode(&name, key, Some(value)).map(drop)
    } else if let Some(stream) = layout::parse_snapshot(key) {
        snapshot::decode(&stream, key, Some(value)).map(drop)
    } else {
        Err(unknown_key(key))
    }
}
