//! Views of the log: states that are folded from events of many streams, kept with the position they are true for,
//! and built anew whenever somebody doubts them.
//!
//! A [`Projection`] says how. A [`Runner`] keeps one up to date, one runner to a name; [`compare`] proves that what is
//! kept is what the events give; [`as_known`] builds one from what was known at a moment.
//!
//! ```
//! # use std::sync::Arc;
//! # use anjuan::clock::{Clock, SystemClock};
//! # use anjuan::event::{HashAlgorithm, RecordedEvent};
//! # use anjuan::id::{Code, SystemEntropy};
//! # use anjuan::store::{Cause, CheckpointStore, EventStore, Filter, Identity, MemoryCheckpoints, MemoryStore};
//! use anjuan::projection::{Comparison, Projection, Runner, compare};
//!
//! /// How many events there are.
//! #[derive(Debug)]
//! struct Count;
//!
//! impl Projection for Count {
//!     type State = u64;
//!
//!     fn name(&self) -> Code {
//!         "count".parse().expect("a code")
//!     }
//!
//!     fn version(&self) -> u32 {
//!         1
//!     }
//!
//!     fn filter(&self) -> Filter {
//!         Filter::default()
//!     }
//!
//!     fn initial(&self) -> u64 {
//!         0
//!     }
//!
//!     fn apply(&self, state: &mut u64, _: &RecordedEvent) -> Result<(), Cause> {
//!         *state += 1;
//!         Ok(())
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let identity = Identity::new(SystemClock.now(), &SystemEntropy, HashAlgorithm::Sm3);
//! let store: Arc<dyn EventStore> = Arc::new(MemoryStore::new(identity));
//! let checkpoints: Arc<dyn CheckpointStore> = Arc::new(MemoryCheckpoints::new());
//! let mut runner = Runner::claim(Arc::clone(&store), Arc::clone(&checkpoints), Count).await?;
//! let position = runner.advance().await?;
//! assert_eq!(*runner.state(), 0);
//! assert_eq!(compare(&*store, &*checkpoints, &Count).await?, Comparison::Same { position });
//! # Ok(())
//! # }
//! ```

mod as_known;
mod compare;
mod error;
mod runner;
#[cfg(feature = "cases")]
pub(crate) mod touched;

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::event::RecordedEvent;
use crate::id::Code;
use crate::store::{Cause, Filter};

pub use as_known::as_known;
pub use compare::{Comparison, Difference, compare};
pub use error::{Poison, ProjectionError};
pub use runner::Runner;

/// A pure fold of the log into a state.
///
/// Whoever implements it owes that [`apply`](Self::apply) is a function of its arguments alone: no clock, no look
/// elsewhere. Then the same events give the same state on every machine, and building anew proves something.
pub trait Projection: fmt::Debug + Send + Sync {
    /// What the events add up to. Kept as JSON, so its maps and sets should be ordered ones, and its keys texts.
    type State: Serialize + DeserializeOwned + Send + Sync;

    /// The name under which it is kept; no two projections of a store have the same.
    fn name(&self) -> Code;

    /// The version of the fold, of the state's form and of the filter. When one of them changes, so does this, and
    /// the projection is built anew.
    fn version(&self) -> u32;

    /// Which events it wants.
    fn filter(&self) -> Filter;

    /// The state before the first event.
    fn initial(&self) -> Self::State;

    /// Takes one event into the state.
    ///
    /// # Errors
    /// The event cannot be understood. The projection stops there: to pass over an event is to show a wrong view.
    fn apply(&self, state: &mut Self::State, event: &RecordedEvent) -> Result<(), Cause>;
}
