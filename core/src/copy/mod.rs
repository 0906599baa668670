//! From one store to another, of whatever kind: the same events in the same order, and a proof that they are.
//!
//! ```
//! # use anjuan::clock::{Clock, SystemClock};
//! # use anjuan::event::HashAlgorithm;
//! # use anjuan::id::SystemEntropy;
//! # use anjuan::store::{EventStore, Identity, MemoryStore};
//! use anjuan::copy::{compare, copy};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let store = || MemoryStore::new(Identity::new(SystemClock.now(), &SystemEntropy, HashAlgorithm::Sm3));
//! let (old, new) = (store(), store());
//! // A reader has come as far as this in the old store.
//! let read = old.head().await?;
//! let copied = copy(&old, &new, &[read]).await?;
//! // And this is where it goes on in the new one.
//! assert_eq!(copied.mapped(read), Some(new.head().await?));
//! assert!(compare(&old, &new).await?.is_equal());
//! # Ok(())
//! # }
//! ```
//!
//! # What a copy keeps
//!
//! - Every event with its id, its times, its metadata and its payload, byte for byte, and its revision. So every stream
//!   has the same digests, if both stores use one hash function; else the chain is recomputed in the other, and proven
//!   in that one.
//! - The global order, and what one append wrote together stays together: a reader of the copy never sees half of it.
//!   Events of one append that do not stand side by side, because a store let another append in between, do so in the
//!   copy.
//! - The answers to command keys: a command that is sent again after the move is answered by what it did before.
//!
//! The last two are read from the metadata, where an event names its command (`cmd`, see
//! [`Metadata`](crate::event::Metadata)), and from what the source answers to that key. An append whose key is not in
//! the metadata of its events cannot be found through the contract of a store. Its events are copied in order, but one
//! by one, or with those of the same command beside them; and the copy does not know its key.
//!
//! Positions are the target's own; [`Copied::mapped`] translates those that were asked for. Checkpoints, snapshots and
//! keys are no part of the log, and are not copied.

mod compare;
mod error;
mod group;
mod heads;
mod intake;
mod links;
mod marks;

use crate::id::Position;
use crate::store::EventStore;

pub use compare::{Comparison, Difference, compare};
pub use error::CopyError;
pub(crate) use group::{Group, Groups, named_command};
pub(crate) use intake::Intake;
pub(crate) use links::Links;

use marks::Marks;

/// What a copy did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Copied {
    /// How many streams the target holds now; the head of each was read back and is that of the source.
    pub streams: u64,
    /// How many events the target holds now.
    pub events: u64,
    /// How many of them were written by this run. The others had been copied before.
    pub written: u64,
    /// The position in the source up to which everything is copied.
    pub through: Position,
    /// The position of the last event in the target.
    pub head: Position,
    mapped: Vec<(Position, Option<Position>)>,
}

impl Copied {
    /// The place in the target of a position of the source that [`copy`] was asked for: whoever had read up to the one has
    /// read up to the other.
    ///
    /// `None` if it was not asked for, lies behind [`through`](Self::through), or has no counterpart: where the source
    /// let two appends overlap, a position between their events divides the source as no position divides the target.
    /// A reader that stands there starts anew.
    #[must_use]
    pub fn mapped(&self, position: Position) -> Option<Position> {
        self.mapped.iter().find(|(asked, _)| *asked == position).and_then(|(_, found)| *found)
    }
}

/// Copies everything that the source holds at the time of the call, and proves it.
///
/// The target is empty, or holds the beginning of the source: then the copy goes on where it ended, so an interrupted
/// copy is finished by the same call, and a second call follows a source that has grown. What is in the target already
/// is compared event by event before anything is written. At the end every stream of the target is read back, its chain
/// is recomputed, and its head compared with that of the source.
///
/// `positions` are places in the source whose counterparts are wanted, as those of checkpoints; see [`Copied::mapped`].
///
/// The appends follow one another, because their order is kept, and the target makes each of them safe. Where a store
/// offers to be less careful with what can be repeated, that is the way to fill it. Memory holds one append, and one link
/// of the chain for each stream.
///
/// # Errors
/// See [`CopyError`]. What was copied until then stays, and is sound.
///
/// # Cancel safety
/// The target holds the beginning of the source, however far the copy came. Call again.
pub async fn copy(
    from: &dyn EventStore,
    to: &dyn EventStore,
    positions: &[Position],
) -> Result<Copied, CopyError> {
    let mut marks = Marks::at(from.identity(), positions).map_err(CopyError::Source)?;
    let mut intake = Intake::of(to, from.identity().history)?;
    let mut links = Links::new(from.identity().hash, to.identity().hash);
    let mut groups = Groups::of(from).await.map_err(CopyError::Source)?;
    while let Some(group) = groups.next().await.map_err(CopyError::Source)? {
        for event in &group.events {
            links.admit(event).map_err(|fault| CopyError::Damaged(Box::new(fault)))?;
            marks.pass(event);
        }
        intake.take(group).await?;
    }
    let through = groups.through();
    let (written, head) = intake.finish(&links).await?;
    let mapped = marks.resolve(through, to).await.map_err(CopyError::Target)?;
    Ok(Copied { streams: links.streams(), events: links.events(), written, through, head, mapped })
}
