//! Carrying out a command: load, decide, append; again after a conflict; once only for each key.

use std::fmt;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::decider::Decider;
use crate::event::{Codec, Digest, EncodeError, EventSet, EventType, Metadata, NewEvent};
use crate::id::{CommandKey, Entropy, EventId, StreamId};
use crate::replay::{ReplayError, Replayed, apply, replay};
use crate::store::{
    Append, Appended, Conflict, EventStore, Expected, ReadStream, StoreError, StreamConflict, StreamWrite,
};

/// How often a command is decided anew after conflicts before it gives up.
///
/// Every conflict means that another command went through, so this bounds how often one caller may lose, not how
/// long it waits. With as many callers on one stream the last of them loses that often at most.
pub const ATTEMPTS: usize = 100;

/// What all events of one command have in common.
#[derive(Debug)]
pub struct Stamp<'a> {
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it was learnt.
    pub recorded_at: Timestamp,
    /// Who, how and why.
    pub metadata: &'a Metadata,
    /// Where the ids of the events come from.
    pub entropy: &'a dyn Entropy,
}

impl Stamp<'_> {
    /// Puts an event into its envelope.
    ///
    /// # Errors
    /// The payload has no JSON form.
    ///
    /// # Panics
    /// The name of an event in the set is not an event type: a broken invariant of the set, not of any data.
    pub fn seal<E: EventSet>(&self, event: &E) -> Result<NewEvent, EncodeError> {
        let name = event.event_type();
        let event_type = EventType::new(name).expect("the names of an event set are event types");
        let schema_version = E::current_version(name).expect("an event of the set has a version in the set");
        Ok(NewEvent {
            id: EventId::new(self.recorded_at, self.entropy),
            event_type,
            schema_version,
            occurred_at: self.occurred_at,
            recorded_at: self.recorded_at,
            metadata: self.metadata.encode(),
            data: event.encode()?,
        })
    }
}

/// A command that is not carried out. Unless the cause is a [`StoreError::CommitUnknown`], nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecuteError<R: fmt::Debug> {
    /// The command is refused, with every reason.
    #[error("the command is refused: {0:?}")]
    Refused(R),
    /// The state could not be built from the history.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// A decided event has no stored form.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The store did not append.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One way to come from the present history to the writes of a command.
///
/// It is run anew after every conflict, so it must look at the store (or at the conflict) each time.
#[async_trait]
pub trait Attempt: Send {
    /// What the caller wants to know beside what was appended.
    type Output: Send;
    /// Why the command is refused.
    type Refusal: fmt::Debug + Send;

    /// Loads what the decision needs, decides, and answers with the writes.
    ///
    /// `conflict` is why the attempt before this one was in vain, with what was appended meanwhile.
    ///
    /// # Errors
    /// The command is refused, or the history cannot be read.
    async fn attempt(
        &mut self,
        store: &dyn EventStore,
        conflict: Option<Conflict>,
    ) -> Result<(Vec<StreamWrite>, Self::Output), ExecuteError<Self::Refusal>>;
}

/// What became of a command that was carried out.
#[derive(Debug)]
pub enum Executed<T> {
    /// It was carried out now.
    Now(Appended, T),
    /// It had been carried out before under the same key; nothing was written now.
    Before(Appended),
}

/// Carries out a command under its key, deciding anew as long as others are faster.
///
/// `content` tells this command from another one under the same key. A command that was carried out before answers
/// with what it did then, even if it would be refused now.
///
/// # Errors
/// The command is refused, the history cannot be read, or the store did not append; after [`ATTEMPTS`] conflicts
/// the last one.
///
/// # Cancel safety
/// A dropped future has carried out the command or not; repeat it with the same key.
pub async fn execute<A: Attempt>(
    store: &dyn EventStore,
    key: CommandKey,
    content: Digest,
    mut attempt: A,
) -> Result<Executed<A::Output>, ExecuteError<A::Refusal>> {
    let mut conflict = None;
    for remaining in (0..ATTEMPTS).rev() {
        let (writes, output) = match attempt.attempt(store, conflict.take()).await {
            Ok(decided) => decided,
            Err(refused @ ExecuteError::Refused(_)) => {
                return earlier(store, key, content).await?.map(Executed::Before).ok_or(refused);
            }
            Err(error) => return Err(error),
        };
        match store.append(Append { key, content, writes }).await {
            Ok(appended) if appended.repeated => return Ok(Executed::Before(appended)),
            Ok(appended) => return Ok(Executed::Now(appended, output)),
            Err(StoreError::Conflict(found)) if remaining > 0 => conflict = Some(*found),
            Err(error) => return Err(error.into()),
        }
    }
    unreachable!("the last attempt returns")
}

/// What this very command did earlier, if it did.
async fn earlier(
    store: &dyn EventStore,
    key: CommandKey,
    content: Digest,
) -> Result<Option<Appended>, StoreError> {
    match store.find_append(key).await? {
        Some(found) if found.content == content => Ok(Some(found)),
        Some(_) => Err(StoreError::KeyReused { key }),
        None => Ok(None),
    }
}

/// The commonest attempt: one decider, one stream.
pub struct OneStream<'a, D: Decider> {
    /// The stream that the decider writes.
    pub stream: StreamId,
    /// What is wanted.
    pub command: &'a D::Command,
    /// What the decision may look at.
    pub context: &'a D::Context,
    /// How the stream is read.
    pub codec: &'a Codec<D::Event>,
    /// What the events have in common.
    pub stamp: Stamp<'a>,
    /// The state as it was last loaded.
    loaded: Option<Replayed<D::State>>,
}

impl<'a, D: Decider> OneStream<'a, D> {
    /// An attempt on this stream.
    #[must_use]
    pub const fn new(
        stream: StreamId,
        command: &'a D::Command,
        context: &'a D::Context,
        codec: &'a Codec<D::Event>,
        stamp: Stamp<'a>,
    ) -> Self {
        Self { stream, command, context, codec, stamp, loaded: None }
    }

    async fn load(
        &mut self,
        store: &dyn EventStore,
        conflict: Option<Conflict>,
    ) -> Result<Replayed<D::State>, ReplayError> {
        let missed = conflict.and_then(|conflict| whole_gap(&self.stream, conflict));
        if let (Some(loaded), Some(missed)) = (self.loaded.take(), missed) {
            return missed.iter().try_fold(loaded, |at, event| apply::<D>(self.codec, at, event));
        }
        replay::<D>(self.codec, store.read_stream(ReadStream::all(self.stream.clone()))).await
    }
}

/// What the stream got meanwhile, if the conflict carries all of it.
fn whole_gap(stream: &StreamId, conflict: Conflict) -> Option<Vec<crate::event::RecordedEvent>> {
    let StreamConflict { actual, appended, .. } =
        conflict.streams.into_iter().find(|conflict| conflict.stream == *stream)?;
    (appended.last()?.revision == actual?).then_some(appended)
}

#[async_trait]
impl<D: Decider> Attempt for OneStream<'_, D>
where
    D::Event: Sync,
{
    type Output = Replayed<D::State>;
    type Refusal = D::Refusal;

    async fn attempt(
        &mut self,
        store: &dyn EventStore,
        conflict: Option<Conflict>,
    ) -> Result<(Vec<StreamWrite>, Self::Output), ExecuteError<Self::Refusal>> {
        let loaded = self.load(store, conflict).await?;
        let events = D::decide(&loaded.state, self.command, self.context).map_err(ExecuteError::Refused)?;
        let expected = Expected::at(loaded.revision());
        let events = events.iter().map(|event| self.stamp.seal(event)).collect::<Result<_, _>>()?;
        self.loaded = Some(loaded.clone());
        Ok((vec![StreamWrite { stream: self.stream.clone(), expected, events }], loaded))
    }
}

impl<D: Decider> fmt::Debug for OneStream<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneStream").field("stream", &self.stream).finish_non_exhaustive()
    }
}
