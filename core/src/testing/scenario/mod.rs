//! Scenarios: the life of a case as a TOML file, played against any store.
//!
//! A file says who is in the case, what is done when and by whom, what must follow from it, which due dates it sets
//! and what must be refused. The format is described in `tests/scenarios/README.md` of the repository.
//!
//! Playing a scenario twice writes the same bytes: time comes from the file, randomness from its name. So two stores
//! that play the same scenario must end with the same digests.

mod cast;
mod facts;
mod file;
mod mismatch;
mod play;
mod read;

pub use cast::{Cast, CastError};
pub use facts::{Ending, Fact, Told};
pub use file::{Actor, Day, End, ExpectedDue, Given, Outcome, Person, Scenario, Step};
pub use mismatch::{Mismatch, Place, PlayError};
pub use play::{Played, Stage};
pub use read::ScenarioFileError;
