//! How far a reader of the log has come, and what it has made of it, kept for one runner at a time.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;

use super::StoreError;
use crate::id::{Code, HistoryId, Position};

/// Keeps, under a name, the position up to which the log was read and the state that came of it.
///
/// # Contract
///
/// What a store owes its callers; the whole is rule 13 of the contract of [`EventStore`](super::EventStore), and a
/// check of the conformance suite.
///
/// 1. **One runner.** A claim gets a fence above all earlier ones of its name. Only the newest fence saves; of two
///    runners with one name one wins, and the other is told.
/// 2. **Never backwards.** Under one name a position is followed by itself or a later one, until a claim drops it:
///    for a new version, or because the caller said so.
/// 3. **One history.** A checkpoint of another history is refused, and so is a position of another history.
/// 4. **Position and state together.** Both are saved in one write, or neither; bytes come back as they went in.
/// 5. **Saved is there**: what was acknowledged survives to the degree to which the store keeps its events.
/// 6. **Refused is untouched**: whatever is refused changes nothing.
///
/// # For implementers
///
/// There are no default methods. [`CheckpointRecord::claim`] and [`CheckpointRecord::save`] hold the whole logic: read
/// the record, apply one of them, write the record, with nobody in between.
#[async_trait]
pub trait CheckpointStore: Send + Sync + fmt::Debug {
    /// Takes a name for one runner, and answers what is kept under it.
    ///
    /// Every earlier runner of that name is told so when it saves.
    ///
    /// # Errors
    /// [`CheckpointError::ForeignHistory`]: what is kept is of another history. It stays as it is, and so does its
    /// runner.
    ///
    /// # Cancel safety
    /// The name is taken or not; claim again.
    async fn claim(&self, claim: Claim) -> Result<CheckpointRecord, CheckpointError>;

    /// Saves how far a runner has come, and its state.
    ///
    /// # Errors
    /// See [`CheckpointError`]; unless the cause is a [`StoreError::CommitUnknown`], nothing was saved.
    ///
    /// # Cancel safety
    /// The checkpoint is saved or not; the same or a later one may be saved after it.
    async fn save(&self, save: SaveCheckpoint) -> Result<(), CheckpointError>;

    /// What is kept under a name, without taking it; `None` if it was never claimed.
    ///
    /// # Errors
    /// The store cannot be read.
    async fn load(&self, name: &Code) -> Result<Option<CheckpointRecord>, CheckpointError>;
}

/// The number of a claim: of two claims of one name, the later has the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fence(u64);

impl Fence {
    /// For stores: the fence with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// For stores: the number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The fence of the claim that follows.
    ///
    /// # Panics
    /// After 2⁶⁴ − 1 claims of one name, for which no time suffices.
    #[must_use]
    const fn next(self) -> Self {
        Self(self.0.checked_add(1).expect("a name is claimed fewer than 2^64 times"))
    }
}

impl fmt::Display for Fence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What a runner says when it takes a name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// The name.
    pub name: Code,
    /// The history that the runner reads.
    pub history: HistoryId,
    /// The version of what it makes of it; what is kept under another version is dropped.
    pub version: u32,
    /// Whether to drop what is kept, of whatever version and history it is.
    pub afresh: bool,
}

impl Claim {
    /// A claim that goes on where the last runner of this version stopped.
    #[must_use]
    pub const fn new(name: Code, history: HistoryId, version: u32) -> Self {
        Self { name, history, version, afresh: false }
    }

    /// From nothing, whatever is kept.
    #[must_use]
    pub const fn afresh(mut self) -> Self {
        self.afresh = true;
        self
    }
}

/// What a runner says when it saves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaveCheckpoint {
    /// The name.
    pub name: Code,
    /// The fence that the claim got.
    pub fence: Fence,
    /// How far it has come.
    pub checkpoint: Checkpoint,
}

/// A position up to which everything was read, and what came of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The last position that is in the state.
    pub position: Position,
    /// The state; `None` for a reader that keeps it elsewhere. At most [`Checkpoint::STATE_BYTES_MAX`].
    pub state: Option<Bytes>,
}

impl Checkpoint {
    /// The largest state, in bytes: eight mebibytes. What is larger belongs into tables of the host.
    pub const STATE_BYTES_MAX: usize = 8 << 20;
}

/// The state is shown by its length: it may hold what is nobody's business in a log file.
impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkpoint")
            .field("position", &self.position)
            .field("state_bytes", &self.state.as_ref().map(Bytes::len))
            .finish()
    }
}

/// Everything that is kept under one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointRecord {
    /// The fence of the last claim.
    pub fence: Fence,
    /// The version for which it was claimed.
    pub version: u32,
    /// The history for which it was claimed.
    pub history: HistoryId,
    /// What was saved last; `None` before the first save.
    pub checkpoint: Option<Checkpoint>,
}

impl CheckpointRecord {
    /// For stores: the record after a claim of the name under which `before` was kept.
    ///
    /// # Errors
    /// [`CheckpointError::ForeignHistory`].
    pub fn claim(before: Option<Self>, claim: &Claim) -> Result<Self, CheckpointError> {
        let fence = before.as_ref().map_or(Fence::new(0), |before| before.fence).next();
        let kept = before.filter(|before| !claim.afresh && before.checkpoint.is_some());
        let checkpoint = match kept {
            Some(kept) if kept.history != claim.history => {
                let (found, expected) = (kept.history, claim.history);
                return Err(CheckpointError::ForeignHistory { name: claim.name.clone(), found, expected });
            }
            Some(kept) if kept.version == claim.version => kept.checkpoint,
            Some(_) | None => None,
        };
        Ok(Self { fence, version: claim.version, history: claim.history, checkpoint })
    }

    /// For stores: the record after a save under the name under which `before` was kept.
    ///
    /// # Errors
    /// The state is too large, the fence is not the newest, or the position lies elsewhere or further back.
    pub fn save(before: Option<Self>, save: SaveCheckpoint) -> Result<Self, CheckpointError> {
        let SaveCheckpoint { name, fence, checkpoint } = save;
        let actual = checkpoint.state.as_ref().map_or(0, Bytes::len);
        if actual > Checkpoint::STATE_BYTES_MAX {
            return Err(CheckpointError::TooLarge { name, actual });
        }
        let newest = before.as_ref().map(|before| before.fence);
        let Some(before) = before.filter(|before| before.fence == fence) else {
            return Err(CheckpointError::TakenOver { name, fence, newest });
        };
        let offered = checkpoint.position;
        if offered.history() != before.history {
            let (found, expected) = (offered.history(), before.history);
            return Err(CheckpointError::ForeignHistory { name, found, expected });
        }
        match before.checkpoint {
            Some(Checkpoint { position: saved, .. }) if offered < saved => {
                Err(CheckpointError::Backwards { name, saved, offered })
            }
            Some(_) | None => Ok(Self { checkpoint: Some(checkpoint), ..before }),
        }
    }
}

/// Why a checkpoint was not claimed or saved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// Another runner has claimed the name since, or nobody has. Nothing was saved: stop this runner.
    #[error("another runner took over {name}: fence {fence} is not its newest")]
    TakenOver {
        /// The name.
        name: Code,
        /// The fence of the runner that wanted to save.
        fence: Fence,
        /// The newest fence; `None` if the name was never claimed.
        newest: Option<Fence>,
    },
    /// The position lies before the one that is saved. Nothing was saved: a programming error.
    #[error("checkpoint {name} is at {saved} and does not go back to {offered}")]
    Backwards {
        /// The name.
        name: Code,
        /// The position that is saved.
        saved: Position,
        /// The one that was to be saved.
        offered: Position,
    },
    /// The checkpoint belongs to another history, of another store or from before a restore. Nothing was changed:
    /// build anew from this history.
    #[error("checkpoint {name} is of history {found}, and history {expected} is read")]
    ForeignHistory {
        /// The name.
        name: Code,
        /// The history that was found.
        found: HistoryId,
        /// The history that belongs there.
        expected: HistoryId,
    },
    /// The state is over the limit. Nothing was saved: keep it elsewhere, and only the position here.
    #[error(
        "the state of {name} has {actual} bytes, the limit is {}; nothing was saved",
        Checkpoint::STATE_BYTES_MAX
    )]
    TooLarge {
        /// The name.
        name: Code,
        /// How many bytes it has.
        actual: usize,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Checkpoints that live as long as the process. Clones share them.
#[derive(Clone, Default)]
pub struct MemoryCheckpoints(Arc<Mutex<BTreeMap<Code, CheckpointRecord>>>);

impl MemoryCheckpoints {
    /// Without any.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn records(&self) -> MutexGuard<'_, BTreeMap<Code, CheckpointRecord>> {
        // A panic elsewhere cannot leave a record half written: it is replaced whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl CheckpointStore for MemoryCheckpoints {
    async fn claim(&self, claim: Claim) -> Result<CheckpointRecord, CheckpointError> {
        let mut records = self.records();
        let record = CheckpointRecord::claim(records.get(&claim.name).cloned(), &claim)?;
        records.insert(claim.name, record.clone());
        Ok(record)
    }

    async fn save(&self, save: SaveCheckpoint) -> Result<(), CheckpointError> {
        let mut records = self.records();
        let name = save.name.clone();
        let record = CheckpointRecord::save(records.get(&name).cloned(), save)?;
        records.insert(name, record);
        Ok(())
    }

    async fn load(&self, name: &Code) -> Result<Option<CheckpointRecord>, CheckpointError> {
        Ok(self.records().get(name).cloned())
    }
}

impl fmt::Debug for MemoryCheckpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryCheckpoints").finish_non_exhaustive()
    }
}
