//! Conflicts of interest across cases: which other cases of the same persons somebody, or their unit, has handled.
//!
//! A [`ConflictIndex`] knows of every case who takes part in it, by fingerprint and on which side, and who handles it or
//! has handled it. It follows the log like the [worklist](crate::worklist): an entry is a function of one history, so the
//! index can be built anew at any time and compared with the one that was kept. It holds closed cases too, for what
//! somebody did years ago may bar them today.
//!
//! The [`Bureau`](crate::bureau::Bureau) asks it when somebody [searches](crate::bureau::Bureau::search_conflicts), and once
//! more when somebody is assigned.
//!
//! # What bars somebody
//!
//! | here they are to | and in another case with the same persons they | unless |
//! |---|---|---|
//! | act for a party | act or acted for its adversary, or against one for whom they would act now | |
//! | act for a party | mediated | the adversary is known here, and was not in that mediation |
//! | mediate | acted for a party as counsel | |
//! | do anything | are a party on another side than such a person | |
//! | do anything | (in this very case) are a party | |
//!
//! To advise is to act for whoever asks; a notary acts for nobody. What somebody else of their unit did on the other side
//! is found as well and bars nobody by itself.

mod entry;
mod index;
mod read;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tokio::sync::Mutex;

use crate::case::CaseId;
use crate::case::skeleton::ConflictFound;
use crate::id::{ActorId, Position, Revision, StreamId};
use crate::policy::CaseKind;
use crate::replay::ReplayError;
use crate::staff::{Provider, Record};
use crate::store::{EventStore, EventStoreExt};
use index::Index;

pub use entry::{Involved, KnownProvider};

/// Who takes part in which case, and who handles it.
///
/// Cheap to clone; clones share the index.
#[derive(Clone)]
pub struct ConflictIndex {
    store: Arc<dyn EventStore>,
    /// Up to where the log is taken in. Held while catching up, so that two who do it at once do it once.
    position: Arc<Mutex<Position>>,
    index: Arc<RwLock<Index>>,
}

/// Without its entries: there are as many as cases.
impl fmt::Debug for ConflictIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConflictIndex").field("store", &self.store).finish_non_exhaustive()
    }
}

/// What a search found, and how far it looked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConflictSearch {
    /// What stands against those of whom was asked.
    pub found: BTreeSet<ConflictFound>,
    /// The open cases of the same persons, and up to which revision each was looked at. As long as they are as they were,
    /// so is the answer.
    pub looked_at: BTreeMap<StreamId, Revision>,
}

impl ConflictIndex {
    /// Reads every case and every record of a provider.
    ///
    /// # Errors
    /// A history cannot be read. There is no index without all of it: a case that is missing could be the one that bars.
    ///
    /// # Cancel safety
    /// Reading has no effect.
    pub async fn build(store: Arc<dyn EventStore>) -> Result<Self, ReplayError> {
        // What is appended while the streams are read is taken in once more after this position.
        let position = store.head().await?;
        let index = read::everything(&*store).await?;
        let built =
            Self { store, position: Arc::new(Mutex::new(position)), index: Arc::new(RwLock::new(index)) };
        built.catch_up().await?;
        Ok(built)
    }

    /// Takes in what was appended since the last time, and answers how far the index is now.
    ///
    /// # Errors
    /// A history cannot be read. The position stays, and the next call takes in the same streams again.
    ///
    /// # Cancel safety
    /// A dropped call has taken in something or nothing; the next one makes up for it.
    pub async fn catch_up(&self) -> Result<Position, ReplayError> {
        let mut position = self.position.lock().await;
        loop {
            let touched = read::touched_after(&*self.store, *position).await?;
            let Some(until) = touched.until else { return Ok(*position) };
            for stream in &touched.streams {
                self.take_in(stream).await?;
            }
            *position = until;
        }
    }

    /// Looks what stands against giving a case to somebody, by all that is in the store now.
    ///
    /// The index says which cases have persons in common; those that are open are looked at where they lie, so that a
    /// feed which lags behind hides nothing in them.
    ///
    /// # Errors
    /// A history cannot be read.
    ///
    /// # Cancel safety
    /// As [`catch_up`](Self::catch_up).
    pub async fn search(
        &self,
        kind: CaseKind,
        case: CaseId,
        providers: &[ActorId],
    ) -> Result<ConflictSearch, ReplayError> {
        self.catch_up().await?;
        self.take_in(&case.stream(kind)).await?;
        let here = self.read().case(case).cloned();
        match here {
            None => Ok(ConflictSearch::default()),
            Some(here) => self.search_for(&here, providers).await,
        }
    }

    /// The same for a case as it is described, which may be more than the store has of it.
    pub(crate) async fn search_for(
        &self,
        here: &Involved,
        providers: &[ActorId],
    ) -> Result<ConflictSearch, ReplayError> {
        self.catch_up().await?;
        for provider in providers {
            self.take_in(&Provider::stream(*provider)).await?;
        }
        let mut looked_at = BTreeMap::new();
        let open = self.read().open_beside(here);
        for (stream, revision) in open {
            let head = self.store.stream_head(&stream).await?.map_or(revision, |head| head.revision);
            if head != revision {
                self.take_in(&stream).await?;
            }
            looked_at.insert(stream, head.max(revision));
        }
        let index = self.read();
        let found = providers.iter().flat_map(|provider| index.against(here, *provider)).collect();
        Ok(ConflictSearch { found, looked_at })
    }

    /// Every case, in the order of their ids: for comparing two indexes.
    #[must_use]
    pub fn cases(&self) -> Vec<Involved> {
        self.read().cases().cloned().collect()
    }

    /// Everybody of whom there is a record, in the order of their ids: for comparing two indexes.
    #[must_use]
    pub fn providers(&self) -> Vec<KnownProvider> {
        self.read().providers().cloned().collect()
    }

    async fn take_in(&self, stream: &StreamId) -> Result<(), ReplayError> {
        let Some(entry) = read::entry_of(&*self.store, stream).await? else { return Ok(()) };
        self.write().put(entry);
        Ok(())
    }

    // Whoever panicked while he held the lock had no entry half in place that a later `put` would not mend.
    fn read(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }
}
