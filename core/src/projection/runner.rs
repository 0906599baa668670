//! Keeping a projection up to date.

use std::fmt;
use std::future::Future;
use std::num::NonZeroU64;
use std::pin::pin;
use std::sync::Arc;

use futures_util::TryStreamExt;
use futures_util::future::{Either, select};

use super::{Projection, ProjectionError};
use crate::event::RecordedEvent;
use crate::id::Position;
use crate::store::{Checkpoint, CheckpointStore, Claim, EventStore, Fence, SaveCheckpoint};
use crate::subscription::{Delivery, Subscribe, Subscription};

/// How many events are taken in at most before the state is saved, if nothing else is said.
const SAVE_EVERY: NonZeroU64 = NonZeroU64::new(1_000).expect("a thousand is not zero");

/// The one runner of a projection: catches up, goes on live, and saves state and position together.
///
/// Nothing runs by itself. The host drives the runner in a task of its own, with [`run`](Self::run) until it says
/// stop, or with [`advance`](Self::advance) from one rest to the next, and looks at the state between.
///
/// State and position are saved in one write: every [`save_every`](Self::save_every) events, and whenever the runner
/// has caught up. A runner that was killed therefore goes on from its last save, and no event is in the state twice.
///
/// Every error ends the runner: it takes in nothing more, and what is kept stays as it was saved last. Claim again to
/// go on from there.
pub struct Runner<P: Projection> {
    checkpoints: Arc<dyn CheckpointStore>,
    projection: P,
    fence: Fence,
    subscription: Option<Subscription>,
    state: P::State,
    /// Everything up to here is in the state; `None` before the first look at the log.
    position: Option<Position>,
    saved: Option<Position>,
    /// Events taken in, and rests reached, since the last save.
    unsaved_events: u64,
    unsaved_rests: u64,
    save_every: NonZeroU64,
}

impl<P: Projection> Runner<P> {
    /// Takes over the projection: goes on from what is kept, or begins anew if that was made by another version.
    ///
    /// An earlier runner of the same projection is told so at its next save, and ends.
    ///
    /// # Errors
    /// What is kept is of another history or cannot be decoded, or the store failed.
    ///
    /// # Cancel safety
    /// The earlier runner is cut off or not; nothing kept is lost.
    pub async fn claim(
        store: Arc<dyn EventStore>,
        checkpoints: Arc<dyn CheckpointStore>,
        projection: P,
    ) -> Result<Self, ProjectionError> {
        let claim = Claim::new(projection.name(), store.identity().history, projection.version());
        Self::start(store, checkpoints, projection, claim).await
    }

    /// Takes over the projection and builds it anew from the first event, whatever is kept.
    ///
    /// For a history that was restored, a state that cannot be decoded, and whoever does not trust what is kept.
    ///
    /// # Errors
    /// The store failed.
    ///
    /// # Cancel safety
    /// What was kept is dropped or not.
    pub async fn rebuild(
        store: Arc<dyn EventStore>,
        checkpoints: Arc<dyn CheckpointStore>,
        projection: P,
    ) -> Result<Self, ProjectionError> {
        let claim = Claim::new(projection.name(), store.identity().history, projection.version());
        Self::start(store, checkpoints, projection, claim.afresh()).await
    }

    async fn start(
        store: Arc<dyn EventStore>,
        checkpoints: Arc<dyn CheckpointStore>,
        projection: P,
        claim: Claim,
    ) -> Result<Self, ProjectionError> {
        let record = checkpoints.claim(claim).await.map_err(ProjectionError::checkpoint(&projection))?;
        let saved = record.checkpoint.as_ref().map(|kept| kept.position);
        let state = match record.checkpoint.and_then(|kept| kept.state) {
            Some(bytes) => decode(&projection, &bytes)?,
            None => projection.initial(),
        };
        let mut subscribe = Subscribe::all().filter(projection.filter());
        subscribe.after = saved;
        Ok(Self {
            checkpoints,
            projection,
            fence: record.fence,
            subscription: Some(Subscription::new(store, subscribe)),
            state,
            position: saved,
            saved,
            unsaved_events: 0,
            unsaved_rests: 0,
            save_every: SAVE_EVERY,
        })
    }

    /// Saves after so many events at the latest; 1,000 by default.
    ///
    /// So many events at most are taken in again after the runner was killed.
    #[must_use]
    pub const fn save_every(mut self, events: NonZeroU64) -> Self {
        self.save_every = events;
        self
    }

    /// What the events up to [`position`](Self::position) add up to.
    ///
    /// After an error the state may hold half an event: ask what is kept.
    #[must_use]
    pub const fn state(&self) -> &P::State {
        &self.state
    }

    /// The position up to which everything wanted is in the state; `None` before the log was looked at.
    #[must_use]
    pub const fn position(&self) -> Option<Position> {
        self.position
    }

    /// The number of this runner's claim.
    #[must_use]
    pub const fn fence(&self) -> Fence {
        self.fence
    }

    /// Goes on to the next rest: waits if there is nothing to do, takes in what comes until there is no more, saves,
    /// and answers how far it has come.
    ///
    /// The first call after a claim answers as soon as the runner has caught up, also with an empty log.
    ///
    /// # Errors
    /// An event cannot be taken in, another runner took over, or a store failed; the runner has ended.
    ///
    /// # Cancel safety
    /// Whatever was taken in stays in the state, and the next call goes on behind it.
    pub async fn advance(&mut self) -> Result<Position, ProjectionError> {
        loop {
            if let Some(position) = self.step().await? {
                return Ok(position);
            }
        }
    }

    /// Keeps the projection up to date until `stop` is ready, then saves and ends.
    ///
    /// The stop is heard at every event and while waiting. A future that never ends runs until an error; dropping the
    /// future of `run` stops it as well, without the last save.
    ///
    /// # Errors
    /// As [`advance`](Self::advance).
    ///
    /// # Cancel safety
    /// As [`advance`](Self::advance): `run` may be called again.
    pub async fn run(&mut self, stop: impl Future<Output = ()> + Send) -> Result<(), ProjectionError> {
        let mut stop = pin!(stop);
        loop {
            let step = pin!(self.step());
            match select(stop.as_mut(), step).await {
                Either::Left(((), _)) => break,
                Either::Right((stepped, _)) => stepped.map(drop)?,
            }
        }
        self.save().await
    }

    /// Saves state and position now, if they have moved since the last save.
    ///
    /// # Errors
    /// Another runner took over, the state is too large, or the store failed; the runner has ended.
    ///
    /// # Cancel safety
    /// Saved or not; the next save makes up for it.
    pub async fn save(&mut self) -> Result<(), ProjectionError> {
        if self.subscription.is_none() {
            return Err(ProjectionError::Stopped { name: self.projection.name() });
        }
        let saved = self.write().await;
        if saved.is_err() {
            self.subscription = None;
        }
        saved
    }

    /// Takes in one event, or comes to a rest and answers where.
    async fn step(&mut self) -> Result<Option<Position>, ProjectionError> {
        let stepped = self.try_step().await;
        if stepped.is_err() {
            // Nothing may save what an event that failed has left of the state, nor pass over that event.
            self.subscription = None;
        }
        stepped
    }

    async fn try_step(&mut self) -> Result<Option<Position>, ProjectionError> {
        if self.unsaved_events >= self.save_every.get() {
            self.write().await?;
        }
        match self.next_delivery().await? {
            Delivery::Event(event) => {
                self.take_in(&event)?;
                Ok(None)
            }
            Delivery::CaughtUp(position) => {
                self.position = Some(position);
                self.unsaved_rests += 1;
                if self.is_worth_saving() {
                    self.write().await?;
                }
                Ok(Some(position))
            }
        }
    }

    async fn next_delivery(&mut self) -> Result<Delivery, ProjectionError> {
        let stopped = || ProjectionError::Stopped { name: self.projection.name() };
        let subscription = self.subscription.as_mut().ok_or_else(stopped)?;
        subscription.try_next().await?.ok_or_else(stopped)
    }

    fn take_in(&mut self, event: &RecordedEvent) -> Result<(), ProjectionError> {
        self.projection
            .apply(&mut self.state, event)
            .map_err(|cause| ProjectionError::poison(&self.projection, event, cause))?;
        self.position = Some(event.position);
        self.unsaved_events += 1;
        Ok(())
    }

    /// Whether a rest is worth a save: a log full of events that are not wanted should not cost one for each of them,
    /// nor be read again from its beginning after every start.
    fn is_worth_saving(&self) -> bool {
        self.unsaved_events > 0 || self.saved.is_none() || self.unsaved_rests >= self.save_every.get()
    }

    async fn write(&mut self) -> Result<(), ProjectionError> {
        let Some(position) = self.position.filter(|position| Some(*position) != self.saved) else {
            return Ok(());
        };
        let name = self.projection.name();
        let state = serde_json::to_vec(&self.state)
            .map_err(|source| ProjectionError::Encode { name: name.clone(), source })?;
        let checkpoint = Checkpoint { position, state: Some(state.into()) };
        let save = SaveCheckpoint { name, fence: self.fence, checkpoint };
        self.checkpoints.save(save).await.map_err(ProjectionError::checkpoint(&self.projection))?;
        self.saved = Some(position);
        (self.unsaved_events, self.unsaved_rests) = (0, 0);
        Ok(())
    }
}

/// The state that is kept as these bytes.
pub(super) fn decode<P: Projection>(projection: &P, bytes: &[u8]) -> Result<P::State, ProjectionError> {
    serde_json::from_slice(bytes).map_err(|source| {
        let (name, version) = (projection.name(), projection.version());
        ProjectionError::Undecodable { name, version, source }
    })
}

impl<P: Projection> fmt::Debug for Runner<P> {
    /// The state is left out: it may be large, and nobody's business in a log file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner")
            .field("projection", &self.projection)
            .field("fence", &self.fence)
            .field("position", &self.position)
            .field("saved", &self.saved)
            .finish_non_exhaustive()
    }
}
