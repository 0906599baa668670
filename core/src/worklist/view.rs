//! A worklist as it was.

use super::index::Index;
use super::query::{Cursor, Page, Query};
use super::read;
use super::row::Row;
use crate::replay::{AsOf, ReplayError};
use crate::store::EventStore;

/// A worklist as it was at a moment, as it was known at a moment, or both. It stands still.
///
/// What was overdue then is asked for as it is today, with the moment itself: `Query::due_before(moment)`.
#[derive(Debug)]
pub struct View {
    index: Index,
}

impl View {
    /// Reads every case of the store as of a moment.
    ///
    /// # Errors
    /// A history cannot be read, or what was known of a case at that moment was not yet a whole.
    ///
    /// # Cancel safety
    /// Reading has no effect.
    pub async fn read(store: &dyn EventStore, as_of: AsOf) -> Result<Self, ReplayError> {
        let mut index = Index::default();
        read::every_row(store, as_of).await?.into_iter().for_each(|row| index.put(row));
        Ok(Self { index })
    }

    /// The next rows of a query: those behind the cursor, or the first ones.
    #[must_use]
    pub fn page(&self, query: &Query, after: Option<&Cursor>, limit: usize) -> Page {
        self.index.page(query, after, limit)
    }

    /// How many rows a query has.
    #[must_use]
    pub fn count(&self, query: &Query) -> usize {
        self.index.count(query)
    }

    /// Every case that was open, in the order of the cases.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.index.rows()
    }
}
