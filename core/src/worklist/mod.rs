//! Worklists: which open cases wait for whom, the green channel first, then by due date.
//!
//! A [`Worklist`] is an index of the open cases of a store, kept in memory. Every [`Row`] in it is a function of one
//! case's history, so the index can be built anew from the log at any time and compared with the one that was kept.
//! A page comes back without looking at the rows before or behind it, however many cases are open.
//!
//! ```
//! # use std::sync::Arc;
//! # use anjuan::bureau::Bureau;
//! # use anjuan::clock::{Clock, SystemClock};
//! # use anjuan::event::HashAlgorithm;
//! # use anjuan::id::SystemEntropy;
//! # use anjuan::privacy::KeyRing;
//! # use anjuan::store::{Identity, MemoryStore};
//! use anjuan::case::code::Role;
//! use anjuan::id::Code;
//! use anjuan::worklist::Query;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let identity = Identity::new(SystemClock.now(), &SystemEntropy, HashAlgorithm::Sm3);
//! # let bureau = Bureau::new(Arc::new(MemoryStore::new(identity)), KeyRing::in_memory());
//! let list = bureau.worklist().await?;
//! // Whoever shows the list catches up first, or keeps a task that does so whenever something was appended.
//! list.catch_up().await?;
//! let overdue = Query::of_role(Code::new("CN/330200")?, Role::Mediator).due_before(SystemClock.now());
//! for row in list.page(&overdue, None, 50).rows {
//!     println!("{} {}: {:?}", row.case, row.state, row.waits_for.get(&Role::Mediator));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Nothing is kept between two starts: building reads every case once, stream after stream, at the speed of a replay.
//! A host for whom that is too long keeps [`Worklist::keep`] and goes on with [`Worklist::resume`].

mod index;
mod query;
mod read;
mod row;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::id::{Position, StreamId};
use crate::replay::ReplayError;
use crate::store::EventStore;

use index::Index;
pub use query::{Cursor, Order, Page, Query, Whose};
pub use row::{Row, RowDue};

/// The open cases of a store and whom they wait for.
///
/// Cheap to clone; clones share the index. Reading never waits for the store: only [`catch_up`](Self::catch_up) reads
/// it, and holds the index for no longer than it takes to put the rows in.
#[derive(Debug, Clone)]
pub struct Worklist {
    store: Arc<dyn EventStore>,
    /// Up to where the log is taken in. Held while catching up, so that two who do it at once do it once.
    position: Arc<Mutex<Position>>,
    index: Arc<RwLock<Index>>,
}

/// What of a worklist a host can keep between two starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The form of the rows; rows of another form are dropped and the list is built anew.
    version: u32,
    position: Position,
    rows: Vec<Row>,
}

impl Kept {
    /// The form of the rows that this version of the library keeps; raised with every change of [`Row`] or of what
    /// goes into it.
    const VERSION: u32 = 2;
}

impl Worklist {
    /// Reads every case of the store.
    ///
    /// # Errors
    /// A history cannot be read. There is no list without all of it: a case that is missing in it would be forgotten.
    ///
    /// # Cancel safety
    /// Reading has no effect.
    pub async fn build(store: Arc<dyn EventStore>) -> Result<Self, ReplayError> {
        // What is appended while the streams are read is taken in once more after this position.
        let position = store.head().await?;
        let rows = read::every_row(&*store).await?;
        let list = Self::of(store, position, rows);
        list.catch_up().await?;
        Ok(list)
    }

    /// Goes on with what was kept; builds anew if it is of another version.
    ///
    /// # Errors
    /// What was kept is of another history ([`StoreError::ForeignPosition`](crate::store::StoreError): build anew), or a history cannot be
    /// read.
    ///
    /// # Cancel safety
    /// Reading has no effect.
    pub async fn resume(store: Arc<dyn EventStore>, kept: Kept) -> Result<Self, ReplayError> {
        if kept.version != Kept::VERSION {
            return Self::build(store).await;
        }
        store.identity().ordinal_of(kept.position)?;
        let list = Self::of(store, kept.position, kept.rows);
        list.catch_up().await?;
        Ok(list)
    }

    fn of(store: Arc<dyn EventStore>, position: Position, rows: Vec<Row>) -> Self {
        let mut index = Index::default();
        rows.into_iter().for_each(|row| index.put(row));
        Self { store, position: Arc::new(Mutex::new(position)), index: Arc::new(RwLock::new(index)) }
    }

    /// Takes in what was appended since the last time, and answers how far the list is now.
    ///
    /// A case that was touched is read once, however much happened in it. To do so whenever there is something, wait
    /// for [`EventStore::appended_after`] the answer.
    ///
    /// # Errors
    /// A history cannot be read. The list stays as it was, and the next call tries again from there.
    ///
    /// # Cancel safety
    /// A dropped call has taken in something or nothing; the next one makes up for it.
    pub async fn catch_up(&self) -> Result<Position, ReplayError> {
        let mut position = self.position.lock().await;
        loop {
            let touched = read::touched_after(&*self.store, *position).await?;
            let Some(until) = touched.until else { return Ok(*position) };
            self.take_in(&touched.streams).await?;
            *position = until;
        }
    }

    async fn take_in(&self, streams: &BTreeSet<StreamId>) -> Result<(), ReplayError> {
        for stream in streams {
            let row = read::row_of(&*self.store, stream).await?;
            let mut index = self.write();
            match row {
                Some(row) => index.put(row),
                None => index.remove(stream),
            }
        }
        Ok(())
    }

    /// The next rows of a query: those behind the cursor, or the first ones.
    #[must_use]
    pub fn page(&self, query: &Query, after: Option<&Cursor>, limit: usize) -> Page {
        self.read().page(query, after, limit)
    }

    /// How many rows a query has.
    #[must_use]
    pub fn count(&self, query: &Query) -> usize {
        self.read().count(query)
    }

    /// Every open case, in the order of the streams: for comparing two lists.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        self.read().rows().cloned().collect()
    }

    /// What is worth keeping for the next start.
    ///
    /// # Cancel safety
    /// Changes nothing.
    pub async fn keep(&self) -> Kept {
        let position = self.position.lock().await;
        Kept { version: Kept::VERSION, position: *position, rows: self.rows() }
    }

    // Whoever panicked while he held the lock had no row half in place that a later `put` would not mend.
    fn read(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }
}
