//! Looking at a case: as it is, as it was, and as it was known.

use std::sync::Arc;

use super::difference::{Difference, View};
use super::{Bureau, Entry};
use crate::case::{Case, CaseId, Kind};
use crate::replay::{AsOf, ReplayError, Replayed, Timeline, replay};
use crate::store::ReadStream;
use crate::worklist::{View as WorklistView, Worklist};

impl Bureau {
    /// The case as it is now. One that nobody has opened is `Unopened` and has no head.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn case<K: Kind>(&self, case: CaseId) -> Result<Replayed<Case<K>>, ReplayError> {
        let events = self.store.read_stream(ReadStream::all(case.stream(K::KIND)));
        replay::<Case<K>>(&K::codec(), events).await
    }

    /// The case as it was at a moment, as it was known at a moment, or both.
    ///
    /// ```
    /// # use anjuan::bureau::Bureau;
    /// # use anjuan::case::CaseId;
    /// # use anjuan::case::mediation::Mediation;
    /// # use anjuan::clock::Timestamp;
    /// use anjuan::replay::AsOf;
    ///
    /// # async fn look(bureau: Bureau, case: CaseId) -> Result<(), Box<dyn std::error::Error>> {
    /// let friday: Timestamp = "2026-08-07T18:00:00+08:00".parse()?;
    /// let monday: Timestamp = "2026-08-10T09:00:00+08:00".parse()?;
    /// // How the case stood on Friday, by all that is known today.
    /// let was = bureau.case_as_of::<Mediation>(case, AsOf::now().happened_by(friday)).await?;
    /// // What a handler could see on Monday.
    /// let seen = bureau.case_as_of::<Mediation>(case, AsOf::now().known_by(monday)).await?;
    /// // What happened until Friday and came to light only after Monday.
    /// let (then, today) = (AsOf::now().happened_by(friday).known_by(monday), AsOf::now().happened_by(friday));
    /// let difference = bureau.difference::<Mediation>(case, then, today).await?;
    /// for entry in &difference.came {
    ///     println!("{} of {}: {:?}", entry.revision, entry.occurred_at, entry.metadata.late);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn case_as_of<K: Kind>(&self, case: CaseId, as_of: AsOf) -> Result<Case<K>, ReplayError> {
        self.timeline::<K>(case).await?.state_as_of(as_of)
    }

    /// Everything that happened in a case, in the order in which it was recorded; nothing if nobody has opened it.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn history<K: Kind>(&self, case: CaseId) -> Result<Vec<Entry<K>>, ReplayError> {
        self.history_as_of(case, AsOf::now()).await
    }

    /// What had happened in a case and was known, in the order in which it was recorded.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn history_as_of<K: Kind>(
        &self,
        case: CaseId,
        as_of: AsOf,
    ) -> Result<Vec<Entry<K>>, ReplayError> {
        Ok(View::of(&self.timeline(case).await?, as_of)?.entries)
    }

    /// What lies between two looks at a case: which events came, and what they changed.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn difference<K: Kind>(
        &self,
        case: CaseId,
        before: AsOf,
        after: AsOf,
    ) -> Result<Difference<K>, ReplayError> {
        let timeline = self.timeline(case).await?;
        Ok(Difference::between(View::of(&timeline, before)?, View::of(&timeline, after)?))
    }

    /// What waits for whom: a list of all open cases, true for now; [`Worklist::catch_up`] keeps it so.
    ///
    /// # Errors
    /// A history cannot be read.
    pub async fn worklist(&self) -> Result<Worklist, ReplayError> {
        Worklist::build(Arc::clone(&self.store)).await
    }

    /// The worklist as it was at a moment, as it was known at a moment, or both: what was overdue on Friday, by all that
    /// is known today.
    ///
    /// # Errors
    /// A history cannot be read, or what was known of a case at that moment was not yet a whole.
    pub async fn worklist_as_of(&self, as_of: AsOf) -> Result<WorklistView, ReplayError> {
        WorklistView::read(&*self.store, as_of).await
    }

    pub(super) async fn timeline<K: Kind>(&self, case: CaseId) -> Result<Timeline<Case<K>>, ReplayError> {
        let events = self.store.read_stream(ReadStream::all(case.stream(K::KIND)));
        Timeline::read(&K::codec(), events).await
    }
}
