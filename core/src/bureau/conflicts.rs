//! The search for conflicts of interest, made where it is asked for and made again where somebody is assigned.

use std::sync::Arc;

use super::{Bureau, BureauError, Request};
use crate::case::skeleton::{CommonEvent, ConflictsSearched, SearchConflicts};
use crate::case::{Acting, CaseCommand, CaseEvent, CaseId, Kind};
use crate::conflict::{ConflictIndex, ConflictSearch, Involved};
use crate::id::{ActorId, CommandKey, Position};
use crate::replay::ReplayError;
use crate::store::{Expected, Limit, StoreError, StreamWrite};

/// How many cases of the same persons an append may hold to what they were. It leaves room for what the append writes; a
/// person who has more open cases than that is searched all the same, and only the last instant is not guarded.
const HELD_MAX: usize = Limit::StreamsPerAppend.max() / 2;

/// A search for conflicts of interest that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConflictReport {
    /// Of whom, about whom, by whom, and what was found.
    pub search: ConflictsSearched,
    /// Where it lies in the log. What was appended while it was made may lie before it and not have been seen; that is why
    /// an assignment looks again.
    pub position: Position,
    /// Whether it was made before, under the same key.
    pub repeated: bool,
}

impl Bureau {
    /// Looks through all cases of the store whether anything stands against giving a case to somebody, and records what was
    /// found, or that there was nothing.
    ///
    /// Persons are found by the fingerprint of their identity, so nothing personal is compared; those whose identity nobody
    /// knows cannot be found, and the record names them. An assignment looks once more, so that nobody slips in between;
    /// what the search was told by people stays said until the next search of the same provider.
    ///
    /// ```
    /// # use anjuan::bureau::Bureau;
    /// # use anjuan::case::{Acting, CaseId, legal_aid::LegalAid};
    /// # use anjuan::id::ActorId;
    /// use anjuan::case::skeleton::SearchConflicts;
    ///
    /// # async fn search(bureau: Bureau, case: CaseId, head: Acting, wang: ActorId) -> Result<(), Box<dyn std::error::Error>> {
    /// let key = bureau.new_command();
    /// let report = bureau.search_conflicts::<LegalAid>(key, case, head, SearchConflicts::of([wang])).await?;
    /// for ground in report.search.bars(wang) {
    ///     println!("barred: {ground}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Bureau::execute`].
    ///
    /// # Cancel safety
    /// A dropped future has recorded the search or not; repeat it with the same key.
    pub async fn search_conflicts<K: Kind>(
        &self,
        key: CommandKey,
        case: CaseId,
        by: Acting,
        search: SearchConflicts,
    ) -> Result<ConflictReport, BureauError> {
        let command = CaseCommand::Common(search.into());
        let receipt = self.execute(&Request::<K>::new(key, case, by, command)).await?;
        let search = receipt.events.into_iter().find_map(|event| match event {
            CaseEvent::Common(CommonEvent::ConflictsSearched(search)) => Some(search),
            CaseEvent::Common(_) | CaseEvent::Own(_) => None,
        });
        let search = search.ok_or_else(|| StoreError::Corrupt {
            place: format!("command key {key}"),
            reason: "it is remembered as a search, and what it wrote is none".to_owned(),
        })?;
        Ok(ConflictReport { search, position: receipt.position, repeated: receipt.repeated })
    }

    /// Who takes part in which case, and who handles it, true for now.
    ///
    /// The first call reads every case of the store; after that the index follows the log and all clones of the bureau share
    /// it. A host that calls this at its start spares the first search the wait.
    ///
    /// # Errors
    /// A history cannot be read.
    ///
    /// # Cancel safety
    /// Reading has no effect.
    pub async fn conflicts(&self) -> Result<ConflictIndex, ReplayError> {
        let built = self.conflicts.get_or_try_init(|| ConflictIndex::build(Arc::clone(&self.store)));
        let index = built.await?.clone();
        index.catch_up().await?;
        Ok(index)
    }

    /// What other cases say against people who are searched or assigned in a case like this; nothing if there are none.
    pub(super) async fn other_cases(
        &self,
        here: &Involved,
        providers: &[ActorId],
    ) -> Result<ConflictSearch, ReplayError> {
        if providers.is_empty() {
            return Ok(ConflictSearch::default());
        }
        let index = self.conflicts.get_or_try_init(|| ConflictIndex::build(Arc::clone(&self.store))).await?;
        index.search_for(here, providers).await
    }
}

/// Writes without events, which hold only as long as nobody does anything in the cases that were looked at: so of two
/// who are assigned at one moment to the two sides of a dispute, one is refused.
pub(super) fn unchanged(search: &ConflictSearch) -> impl Iterator<Item = StreamWrite> {
    search.looked_at.iter().take(HELD_MAX).map(|(stream, revision)| StreamWrite {
        stream: stream.clone(),
        expected: Expected::Exactly(*revision),
        events: Vec::new(),
    })
}
