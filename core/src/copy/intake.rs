//! The target: what it has already is compared, the rest is written, and everything is read back.

use futures_util::TryStreamExt;

use super::compare::compare_with;
use super::{CopyError, Group, Links};
use crate::event::RecordedEvent;
use crate::id::{HistoryId, Position};
use crate::store::{EventStore, EventStream, ReadAll, StoreError};
use crate::subscription::yield_once;

/// After so many groups the executor may run something else: a store in memory never makes anybody wait.
const GROUPS_IN_A_ROW: u32 = 64;

/// A store that becomes the copy of a history, which comes group by group.
pub(crate) struct Intake<'a> {
    store: &'a dyn EventStore,
    /// What the store held before, as far as it has not been compared; `None` behind its end.
    present: Option<EventStream>,
    written: u64,
    head: Position,
    groups_in_a_row: u32,
}

impl<'a> Intake<'a> {
    /// # Errors
    /// [`CopyError::SameHistory`]: the store says that it is the original.
    pub(crate) fn of(store: &'a dyn EventStore, source: HistoryId) -> Result<Self, CopyError> {
        let history = store.identity().history;
        if history == source {
            return Err(CopyError::SameHistory { history });
        }
        let present = Some(store.read_all(ReadAll::all()));
        Ok(Self { store, present, written: 0, head: Position::new(history, 0), groups_in_a_row: 0 })
    }

    /// Takes the next group of the source, whose chain has been checked.
    ///
    /// # Errors
    /// The store holds something else, or cannot be read or written.
    pub(crate) async fn take(&mut self, mut group: Group) -> Result<(), CopyError> {
        self.groups_in_a_row += 1;
        if self.groups_in_a_row >= GROUPS_IN_A_ROW {
            self.groups_in_a_row = 0;
            yield_once().await;
        }
        let mut known = 0;
        for event in &group.events {
            let Some(present) = self.next_present().await? else { break };
            if !is_same(&present, event) {
                return Err(occupied(present));
            }
            known += 1;
        }
        if known == group.events.len() {
            return Ok(());
        }
        if group.content.is_none() {
            // Events of one command that nobody knows as one append may have grown in number since they were copied.
            group.events.drain(..known);
        }
        // An append that is there in part is asked for again as a whole: a feed may lag behind what is stored, and then
        // the store knows the key.
        let count = group.events.len() as u64;
        let appended = self.store.append(group.into_append()).await.map_err(refused)?;
        self.written += if appended.repeated { 0 } else { count };
        self.head = appended.position;
        Ok(())
    }

    /// Proves that the store holds what has passed, and nothing else. Answers how many events were written, and where
    /// the last one is.
    ///
    /// # Errors
    /// The store holds more, or other streams than those that have passed, or cannot be read.
    pub(crate) async fn finish(mut self, links: &Links) -> Result<(u64, Position), CopyError> {
        if let Some(present) = self.next_present().await? {
            return Err(occupied(present));
        }
        let found = compare_with(links.wanted(), self.store).await.map_err(CopyError::Target)?;
        if found.is_equal() {
            Ok((self.written, self.head))
        } else {
            Err(CopyError::Unproven(found.differences))
        }
    }

    async fn next_present(&mut self) -> Result<Option<RecordedEvent>, CopyError> {
        let Some(events) = &mut self.present else { return Ok(None) };
        let event = events.try_next().await.map_err(CopyError::Target)?;
        match &event {
            Some(event) => self.head = event.position,
            None => self.present = None,
        }
        Ok(event)
    }
}

/// Whether two events are one, apart from their positions. Their digests are compared at the end.
fn is_same(one: &RecordedEvent, other: &RecordedEvent) -> bool {
    one.stream == other.stream && one.revision == other.revision && one.to_new() == other.to_new()
}

fn refused(error: StoreError) -> CopyError {
    match &error {
        StoreError::Conflict(conflict) => {
            let stranger = conflict.streams.iter().find_map(|stream| stream.appended.first()).cloned();
            stranger.map_or(CopyError::Target(error), occupied)
        }
        StoreError::KeyReused { .. }
        | StoreError::Invalid { .. }
        | StoreError::TooLarge { .. }
        | StoreError::Busy
        | StoreError::Unavailable(_)
        | StoreError::CommitUnknown(_)
        | StoreError::Corrupt { .. }
        | StoreError::ForeignPosition { .. }
        | StoreError::Closed(_) => CopyError::Target(error),
    }
}

fn occupied(event: RecordedEvent) -> CopyError {
    CopyError::Occupied { stream: event.stream, revision: event.revision }
}
