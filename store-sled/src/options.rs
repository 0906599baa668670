//! What can be chosen when a store is opened.

use anjuan::event::HashAlgorithm;
use anjuan::store::Identity;

/// What an acknowledged append survives.
///
/// | | the process is killed | the kernel crashes | the power fails |
/// |---|---|---|---|
/// | [`PowerLoss`](Self::PowerLoss) | survives | survives | survives, if the drive keeps its word |
/// | [`ProcessCrash`](Self::ProcessCrash) | survives | may be lost | may be lost |
///
/// Lost means: the store opens with an earlier end of the log, or reports damage. sled's own flush is no sync on
/// Linux (it ends in `sync_file_range`, which asks neither the file system for its metadata nor the drive for its
/// cache), so this crate does the sync itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Every group of appends ends in a real sync of the database file, and of the files of great values.
    #[default]
    PowerLoss,
    /// Every group of appends is handed to the kernel; the kernel writes it when it likes.
    ///
    /// For imports that can be repeated and for tests.
    ProcessCrash,
}

/// How to open a store.
///
/// ```
/// use anjuan::event::HashAlgorithm;
/// use anjuan_store_sled::Options;
///
/// let options = Options::default().hash(HashAlgorithm::Sm3).cache_bytes(256 << 20);
/// # let _ = options;
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    pub(crate) hash: Option<HashAlgorithm>,
    pub(crate) identity: Option<Identity>,
    pub(crate) durability: Durability,
    pub(crate) cache_bytes: u64,
    pub(crate) queue: usize,
    pub(crate) read_only: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            hash: None,
            identity: None,
            durability: Durability::default(),
            cache_bytes: 64 << 20,
            queue: 256,
            read_only: false,
        }
    }
}

impl Options {
    /// The hash function of the chains, chosen when the store is created; SHA-256 if nothing is said.
    ///
    /// An existing store with another one is not opened.
    #[must_use]
    pub const fn hash(mut self, hash: HashAlgorithm) -> Self {
        self.hash = Some(hash);
        self
    }

    /// The identity of a store that is created now: for restoring a backup and for tests. A fresh one by default.
    ///
    /// An existing store keeps its own.
    #[must_use]
    pub const fn identity(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// What an acknowledged append survives; everything by default.
    #[must_use]
    pub const fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// How much memory sled's cache of pages may take; 64 MiB by default.
    #[must_use]
    pub const fn cache_bytes(mut self, bytes: u64) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// How many appends may wait for the writer, at least one; 256 by default. Further callers wait in turn.
    #[must_use]
    pub const fn queue(mut self, appends: usize) -> Self {
        self.queue = if appends == 0 { 1 } else { appends };
        self
    }

    /// Only for reading: nothing is appended, nothing is created, and the end of the log is not checked.
    ///
    /// The way to look at a damaged store, and to [`verify`](crate::SledStore::verify) it.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }
}
