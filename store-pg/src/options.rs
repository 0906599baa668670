//! What can be chosen when a tenant is made and when a store is opened.

use std::time::Duration;

use anjuan::event::HashAlgorithm;
use anjuan::id::Code;
use anjuan::store::Identity;

/// How the global order of a tenant comes about. Chosen when the tenant is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Feed {
    /// Positions come from a sequence, and readers follow behind a fence of transaction ids. Many writers do not wait for
    /// each other; a transaction that runs for long, anywhere in the server, holds readers back.
    ///
    /// For PostgreSQL itself.
    #[default]
    Fenced,
    /// Positions come from a row that every append locks until its commit. Writers wait for each other, and nothing else
    /// holds readers back.
    ///
    /// For servers that speak PostgreSQL's protocol but have transaction ids of another kind, and for those on which
    /// long transactions cannot be avoided. The store proves when it is opened that the row is really locked.
    Counter,
}

/// A tenant to be made: a bureau with a history of its own.
#[derive(Debug, Clone)]
pub struct NewTenant {
    pub(crate) name: Code,
    pub(crate) hash: HashAlgorithm,
    pub(crate) feed: Feed,
    pub(crate) identity: Option<Identity>,
}

impl NewTenant {
    /// A tenant of this name, with SHA-256 and a fenced feed.
    #[must_use]
    pub const fn new(name: Code) -> Self {
        Self { name, hash: HashAlgorithm::Sha256, feed: Feed::Fenced, identity: None }
    }

    /// The hash function of the chains.
    #[must_use]
    pub const fn hash(mut self, hash: HashAlgorithm) -> Self {
        self.hash = hash;
        self
    }

    /// How the global order comes about.
    #[must_use]
    pub const fn feed(mut self, feed: Feed) -> Self {
        self.feed = feed;
        self
    }

    /// The identity, with its hash function: for restoring a backup and for tests. A fresh one by default.
    #[must_use]
    pub const fn identity(mut self, identity: Identity) -> Self {
        self.hash = identity.hash;
        self.identity = Some(identity);
        self
    }
}

/// How to open a store.
///
/// ```
/// use std::time::Duration;
///
/// use anjuan::event::HashAlgorithm;
/// use anjuan_store_pg::Options;
///
/// let options = Options::default().hash(HashAlgorithm::Sm3).connections(16).poll(Duration::from_millis(200));
/// # let _ = options;
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    pub(crate) hash: Option<HashAlgorithm>,
    pub(crate) connections: usize,
    pub(crate) queue: usize,
    pub(crate) patience: Duration,
    pub(crate) poll: Duration,
    pub(crate) listen: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            hash: None,
            connections: 8,
            queue: 256,
            patience: Duration::from_secs(30),
            poll: Duration::from_millis(500),
            listen: true,
        }
    }
}

impl Options {
    /// The hash function that the tenant is expected to have; whichever it has by default.
    #[must_use]
    pub const fn hash(mut self, hash: HashAlgorithm) -> Self {
        self.hash = Some(hash);
        self
    }

    /// How many connections reads may use at once, at least one; 8 by default. The writer has one more, and so has the
    /// listener.
    #[must_use]
    pub const fn connections(mut self, connections: usize) -> Self {
        self.connections = if connections == 0 { 1 } else { connections };
        self
    }

    /// How many appends may wait for the writer, at least one; 256 by default. Further callers wait in turn.
    #[must_use]
    pub const fn queue(mut self, appends: usize) -> Self {
        self.queue = if appends == 0 { 1 } else { appends };
        self
    }

    /// How long the server may take for one statement, and a caller may wait for a connection; 30 seconds by default.
    ///
    /// An append that takes longer ends in [`CommitUnknown`](anjuan::store::StoreError::CommitUnknown): it may still be
    /// carried out.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// How often a waiting reader looks for itself; every half a second by default.
    ///
    /// It is mostly woken before that. This is for notifications that were lost, and for servers that send none.
    #[must_use]
    pub const fn poll(mut self, every: Duration) -> Self {
        self.poll = every;
        self
    }

    /// Whether to keep a connection on which the server tells of appends by other processes; it does by default.
    #[must_use]
    pub const fn listen(mut self, listen: bool) -> Self {
        self.listen = listen;
        self
    }
}
