//! Making a sound store of a damaged one, and saying what was lost.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anjuan::id::{CommandKey, Position, Revision, StreamId};
use anjuan::store::Identity;

use crate::error::OpenError;
use crate::open;
use crate::quarantine::Quarantine;
use crate::rebuild;
use crate::salvage;
use crate::store::SledStore;
use crate::swap::{self, REPAIRING, Workplace};

/// What a repair did, and what it could not do.
#[derive(Debug)]
#[non_exhaustive]
pub struct Repair {
    /// Where the damaged store lies now, byte for byte as it was found. It is never removed.
    pub original: PathBuf,
    /// The file of what was set aside, if anything was: JSON lines, one for each event or value.
    pub quarantine: Option<PathBuf>,
    /// What the repaired store is. It has a new history if positions changed, so that no checkpoint from before is
    /// taken for one of now.
    pub identity: Identity,
    /// Whether it has a new history.
    pub new_history: bool,
    /// How many streams the repaired store has.
    pub streams: u64,
    /// How many events the repaired store has.
    pub events: u64,
    /// How many values sled had given up and were found in the raw bytes of its files.
    pub carved: u64,
    /// How many events were entered in the index anew.
    pub reindexed: u64,
    /// What could not be restored; empty if everything is as it was.
    pub losses: Vec<Loss>,
}

impl Repair {
    /// Whether nothing was lost.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.losses.is_empty()
    }
}

/// Something that a repair could not restore.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Loss {
    /// The end of a stream: the repaired one ends before `from`.
    Stream {
        /// The stream.
        stream: StreamId,
        /// The first revision that was not restored.
        from: Revision,
        /// The last revision that the stream is known to have had.
        to: Revision,
        /// What is wrong with the first.
        kind: LossKind,
        /// How many of these events can be read, and lie in the quarantine.
        set_aside: u64,
        /// Whether those form one unbroken chain: then they are what was written, each behind the other, and only the
        /// link to the restored part is missing.
        chained: bool,
    },
    /// Positions at which something was written and nothing is left, not even of which stream it was.
    Positions {
        /// The first, in the history before the repair.
        from: Position,
        /// The last.
        to: Position,
    },
    /// A command of whose events nothing is left. Its key is forgotten: repeated, it is carried out again.
    Undone {
        /// The command.
        command: CommandKey,
    },
    /// A command of whose events a part is left. Its key is remembered: repeated, it is answered with what is left.
    Torn {
        /// The command.
        command: CommandKey,
    },
    /// A command whose answer is lost, although its events may be there: which they are is not known. Repeated, it is
    /// carried out again.
    Unanswered {
        /// The command.
        command: CommandKey,
    },
    /// A checkpoint or a snapshot that cannot be read, or a value that nobody knows; it lies in the quarantine. Whoever
    /// kept it begins anew.
    Kept {
        /// The key under which it lay: `C` and the name of a checkpoint, or `S` and the stream of a snapshot.
        key: String,
    },
}

/// What is wrong with the first event of a stream that could not be restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LossKind {
    /// It is not there.
    Missing,
    /// It is there and cannot be read.
    Unreadable,
    /// It can be read, and is not what was written: the chain disproves it.
    Altered,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream { stream, from, to, kind, set_aside, chained } => {
                write!(f, "{stream} revision {from} to {to}: the first is ")?;
                f.write_str(match kind {
                    LossKind::Missing => "missing",
                    LossKind::Unreadable => "unreadable",
                    LossKind::Altered => "not what was written",
                })?;
                let chain = if *chained { "in one chain" } else { "in no single chain" };
                if *set_aside > 0 { write!(f, "; {set_aside} set aside, {chain}") } else { Ok(()) }
            }
            Self::Positions { from, to } => {
                write!(f, "position {} to {}: nothing is left", from.ordinal(), to.ordinal())
            }
            Self::Undone { command } => write!(f, "command {command}: nothing of it is left"),
            Self::Torn { command } => write!(f, "command {command}: a part of it is left"),
            Self::Unanswered { command } => write!(f, "command {command}: its answer is lost"),
            Self::Kept { key } => write!(f, "key {key}: what was kept there cannot be read"),
        }
    }
}

impl SledStore {
    /// Makes a sound store of a damaged one that is not open. For when there is no backup.
    ///
    /// What sled cannot read is looked for in the raw bytes of its files, where each value has a checksum and each
    /// event its link in a chain. From what is found a new store is built beside the damaged one, index and answers
    /// included; it is verified as [`verify`](Self::verify) does, and takes the name. The damaged store is only
    /// read, and kept under a name of its own (`log.damaged-1` for `log`) until somebody removes it.
    ///
    /// A stream is restored **up to the last event that its chain proves**. What lies behind a missing, unreadable or
    /// altered event cannot be joined to it, so it is not left in the store, where the stream would seem whole: it is
    /// set aside in a file (`log.quarantine-1.jsonl`), and [`Loss::Stream`] names the revisions. New events take the
    /// same revisions again; decide for each such stream whether to go on, and from what is set aside what to enter
    /// anew.
    ///
    /// If only index, answers or what sled had cut was restored, the store is exactly what it was. If events are
    /// missing, positions close up over the gap and the history gets a new id, so that every checkpoint from before
    /// is refused. Snapshots and checkpoints are kept in the first case only; those that cannot be read are set aside.
    ///
    /// The answer to a command whose index entry was lost is made anew from its events. Its content is then what
    /// [`Append::new`](anjuan::store::Append::new) would take; a repeat with a content of its own is refused with
    /// [`KeyReused`](anjuan::store::StoreError::KeyReused), and
    /// [`find_append`](anjuan::store::EventStore::find_append) answers it.
    ///
    /// Needs about three times the space of the store beside it while it works.
    ///
    /// # Errors
    /// See [`OpenError`]; the store is as before. [`OpenError::Damaged`]: not even what store it is can be told.
    pub async fn repair(path: impl Into<PathBuf> + Send) -> Result<Repair, OpenError> {
        let path = path.into();
        let done = tokio::task::spawn_blocking(move || repair(&path)).await;
        done.unwrap_or_else(|error| Err(OpenError::Database(error.into())))
    }
}

fn repair(path: &Path) -> Result<Repair, OpenError> {
    let store = swap::resolve(path)?;
    // Held to the end, and over the exchange: it is a lock on the file, wherever that lies.
    let _lock = open::lock(&store)?;
    let place = Workplace::beside(&store, REPAIRING)?;
    let salvage = salvage::gather(&store, place.path())?;
    let mut aside = Quarantine::at(place.path().join("aside"));
    let fresh = place.path().join("fresh");
    let rebuilt = rebuild::rebuild(&salvage, &fresh, &mut aside)?;
    let (original, number) = swap::free_number(&store);
    let quarantine = match aside.finish()? {
        Some(file) => {
            let kept = swap::quarantine(&store, number);
            fs::rename(file, &kept)?;
            Some(kept)
        }
        None => None,
    };
    // The new store waits under the name that will be the old one's, so that nothing that is removed on sight ever
    // holds the original.
    fs::rename(fresh, &original)?;
    let _fresh_lock = open::lock(&original)?;
    swap::exchange(&store, &original)?;
    Ok(Repair {
        original,
        quarantine,
        identity: rebuilt.identity,
        new_history: rebuilt.identity.history != salvage.identity.history,
        streams: rebuilt.streams,
        events: rebuilt.events,
        carved: salvage.carved,
        reindexed: rebuilt.reindexed,
        losses: rebuilt.losses,
    })
}
