//! The embedded event store of anjuan: case histories in a directory, for one process, on
//! [sled](https://docs.rs/sled/0.34).
//!
//! ```
//! use anjuan::store::{EventStore, EventStoreExt};
//! use anjuan_store_sled::{Options, SledStore};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = tempfile::tempdir()?;
//! # let path = directory.path().join("log");
//! let store = SledStore::open(path, Options::default()).await?;
//! assert!(store.all_events().await?.is_empty());
//! assert!(store.verify().await.is_sound());
//! store.close().await;
//! # Ok(())
//! # }
//! ```
//!
//! # How it works
//!
//! One thread writes. It takes all appends that wait, checks each against the log and against those before it,
//! writes them as one batch, makes the batch safe with one sync, and answers all. So positions have no gaps, and
//! thirty-two callers wait hardly longer than one. Reads run in chunks on blocking threads, one chunk ahead of the
//! reader, and see nothing that is not safe yet.
//!
//! Checkpoints and snapshots go the same way: [`SledStore`] is their store too, and an acknowledged one is as safe as
//! an acknowledged append.
//!
//! # What is safe
//!
//! With [`Durability::PowerLoss`], the default, an append is answered after `fdatasync` of the database file, and of
//! each new file of great values: sled's own flush is no sync on Linux. A failed sync is never tried again, because
//! the kernel may have dropped what it could not write; the handle closes itself, and the append is answered with
//! [`CommitUnknown`](anjuan::store::StoreError::CommitUnknown).
//!
//! Every record carries its format, its length and a checksum over itself and its key, and every read checks them.
//! The hash chains find what a checksum cannot; [`SledStore::verify`] recomputes them all, and reads every checkpoint
//! and every snapshot too.
//!
//! # What sled cannot do
//!
//! - **One process.** A second one is refused when it opens the store. Several processes need another store.
//! - **Space.** The files take some three times the space of what they hold, and do not shrink.
//!   [`SledStore::compact`] rewrites them while the store is closed, and leaves a tenth more than what they hold.
//! - **Damage at the end.** When it opens, sled cuts its log at the first damaged record, overwrites what lies behind
//!   it, and says nothing. This crate keeps a second memory of the end (the file `acknowledged`) and then refuses to
//!   open. [`SledStore::repair`] finds what was cut in the raw bytes, as long as nothing has been written over it:
//!   so repair, or copy the directory, before anything else opens it. A backup is better than a repair.
//! - **A repeat after a repair.** An answer tells by its content whether a request comes again or is another one. Where a
//!   part of the index is lost, the events tell which command was answered, but not that content. A host that repeats
//!   such a command through `execute` is told [`KeyReused`](anjuan::store::StoreError::KeyReused), and nothing is
//!   written: it asks [`find_append`](anjuan::store::EventStore::find_append), which has the answer.
//! - **A full disk.** The append is answered with `CommitUnknown`, and the handle takes nothing any more. If sled failed
//!   within a great value it can never be closed: the handle can be dropped, but the lock goes with the process only.
//!   Make room, start the program again, and ask [`find_append`](anjuan::store::EventStore::find_append).
//! - **Moving what is old.** sled moves old records to reclaim space, and may reuse the old place before the new one
//!   was synced. After a loss of power on a drive that reorders writes, that can cost records which were safe
//!   before. The chains and the index would show it.
//! - **Great values.** A page of more than 128 KiB becomes a file of its own. Payloads are cut into blocks that avoid
//!   it; events of many kibibytes each bring it about, and cost a sync more.
//! - **Care.** Version 0.34 is in maintenance: it gets no new features and few repairs.

mod append;
mod block;
mod carve;
mod checkpoint;
mod chunks;
mod compact;
mod dense;
mod error;
mod findings;
mod fresh;
mod group;
mod heads;
mod kept;
mod keys;
mod layout;
mod log;
mod open;
mod options;
mod pool;
mod proof;
mod quarantine;
mod read;
mod rebuild;
mod record;
mod regroup;
mod repair;
mod salvage;
mod snapshot;
mod store;
mod swap;
mod sync;
mod verify;
mod walk;
mod witness;
mod writer;

pub use compact::Compaction;
pub use error::OpenError;
pub use keys::SledKeys;
pub use options::{Durability, Options};
pub use repair::{Loss, LossKind, Repair};
pub use store::SledStore;
