//! Carrying out a command: load, decide, append; again after a conflict; once only for each key.

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;

use crate::clock::Timestamp;
use crate::decider::Decider;
use crate::event::{Codec, Digest, EncodeError, EventSet, EventType, NewEvent, RecordedEvent};
use crate::id::{CommandKey, Entropy, EventId, StreamId};
use crate::replay::{ReplayError, Replayed, Timeline};
use crate::store::{Append, Appended, Conflict, EventStore, Expected, ReadStream, StoreError, StreamWrite};

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
    /// Who, how and why: an encoded [`Metadata`](crate::event::Metadata), the same bytes for every event.
    pub metadata: Bytes,
    /// Where the ids of the events come from.
    pub entropy: &'a dyn Entropy,
}

impl Stamp<'_> {
    /// The same for an event that happens at another moment.
    #[must_use]
    pub fn at(&self, occurred_at: Timestamp) -> Self {
        Self { occurred_at, metadata: self.metadata.clone(), ..*self }
    }

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
            metadata: self.metadata.clone(),
            data: event.encode()?,
        })
    }
}

/// A command that is not carried out. Unless the cause is a [`StoreError::CommitUnknown`], nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecuteError<R: fmt::Display> {
    /// The command is refused, with every reason.
    #[error("{0}")]
    Refused(R),
    /// It happened before something already recorded, and this way of carrying out knows no late entries.
    #[error("it happened at {occurred_at}, before something already recorded")]
    Late {
        /// When it happened.
        occurred_at: Timestamp,
    },
    /// The state could not be built from the history.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The command, or an event that it decided, has no JSON form.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The store did not append.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl<R: fmt::Display> ExecuteError<R> {
    /// The same error with another view of the refusal.
    pub fn map_refused<S: fmt::Display>(self, view: impl FnOnce(R) -> S) -> ExecuteError<S> {
        match self {
            Self::Refused(refused) => ExecuteError::Refused(view(refused)),
            Self::Late { occurred_at } => ExecuteError::Late { occurred_at },
            Self::Replay(error) => ExecuteError::Replay(error),
            Self::Encode(error) => ExecuteError::Encode(error),
            Self::Store(error) => ExecuteError::Store(error),
        }
    }
}

/// One way to come from the present history to the writes of a command.
///
/// It is run anew after every conflict, so it must look at the store (or at the conflict) each time.
#[async_trait]
pub trait Attempt: Send {
    /// What the caller wants to know beside what was appended.
    type Output: Send;
    /// Why the command is refused.
    type Refusal: fmt::Debug + fmt::Display + Send;

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

/// Loads the timeline of one stream, and after a conflict only what was appended meanwhile.
pub struct Loader<'a, D: Decider> {
    stream: StreamId,
    codec: &'a Codec<D::Event>,
    last: Option<Timeline<D>>,
}

impl<'a, D: Decider> Loader<'a, D> {
    /// A loader of this stream.
    #[must_use]
    pub const fn new(stream: StreamId, codec: &'a Codec<D::Event>) -> Self {
        Self { stream, codec, last: None }
    }

    /// The stream.
    #[must_use]
    pub const fn stream(&self) -> &StreamId {
        &self.stream
    }

    /// The present timeline: what was loaded last and what the conflict carries, or else the whole stream.
    ///
    /// # Errors
    /// The stream cannot be read, or an event in it does not fit.
    pub async fn load(
        &mut self,
        store: &dyn EventStore,
        conflict: Option<&Conflict>,
    ) -> Result<&Timeline<D>, ReplayError> {
        let missed = conflict.and_then(|conflict| self.whole_gap(conflict));
        let loaded = match self.last.take().zip(missed) {
            Some((last, missed)) => last.extend(self.codec, missed)?,
            None => {
                Timeline::read(self.codec, store.read_stream(ReadStream::all(self.stream.clone()))).await?
            }
        };
        Ok(self.last.insert(loaded))
    }

    /// What the stream got meanwhile, if the conflict carries all of it.
    fn whole_gap<'c>(&self, conflict: &'c Conflict) -> Option<&'c [RecordedEvent]> {
        let found = conflict.streams.iter().find(|conflict| conflict.stream == self.stream)?;
        (found.appended.last()?.revision == found.actual?).then_some(&found.appended)
    }
}

impl<D: Decider> fmt::Debug for Loader<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader").field("stream", &self.stream).finish_non_exhaustive()
    }
}

/// The commonest attempt: one decider, one stream, and what happens after everything that has happened.
///
/// Something that happened before what the stream already holds is not carried out ([`ExecuteError::Late`]): whether a
/// late entry is let in, and what becomes of what was decided without it, only the decider's own law can say.
pub struct OneStream<'a, D: Decider> {
    /// Loads the stream.
    pub loader: Loader<'a, D>,
    /// What is wanted.
    pub command: &'a D::Command,
    /// What the decision may look at.
    pub context: &'a D::Context,
    /// What the events have in common.
    pub stamp: Stamp<'a>,
}

#[async_trait]
impl<D: Decider> Attempt for OneStream<'_, D> {
    type Output = Replayed<D::State>;
    type Refusal = D::Refusal;

    async fn attempt(
        &mut self,
        store: &dyn EventStore,
        conflict: Option<Conflict>,
    ) -> Result<(Vec<StreamWrite>, Self::Output), ExecuteError<Self::Refusal>> {
        let loaded = self.loader.load(store, conflict.as_ref()).await?.present().clone();
        let occurred_at = self.stamp.occurred_at;
        if loaded.is_past(occurred_at) {
            return Err(ExecuteError::Late { occurred_at });
        }
        let events = D::decide(&loaded.state, self.command, self.context).map_err(ExecuteError::Refused)?;
        let events = events.iter().map(|event| self.stamp.seal(event)).collect::<Result<_, _>>()?;
        let (stream, expected) = (self.loader.stream().clone(), Expected::at(loaded.revision()));
        Ok((vec![StreamWrite { stream, expected, events }], loaded))
    }
}

impl<D: Decider> fmt::Debug for OneStream<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneStream").field("loader", &self.loader).finish_non_exhaustive()
    }
}
