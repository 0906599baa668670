//! Where a scenario went another way than written, and how.

use std::fmt;

use super::cast::CastError;
use crate::bureau::BureauError;
use crate::calendar::CalendarError;
use crate::clock::Timestamp;
use crate::policy::CaseKind;
use crate::replay::ReplayError;

/// A scenario that did not come out as written.
#[derive(Debug, thiserror::Error)]
#[error("{scenario}, {place}")]
pub struct PlayError {
    /// The scenario.
    pub scenario: String,
    /// Where in it.
    pub place: Place,
    /// What went wrong.
    #[source]
    pub mismatch: Mismatch,
}

/// A place in a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Before the first step.
    Start,
    /// At a step.
    Step {
        /// Counted from 1, those of the scenario given before included.
        index: usize,
        /// Its number in the source.
        nr: String,
        /// What is done.
        command: String,
        /// By whom.
        by: String,
        /// When it happens.
        at: Timestamp,
    },
    /// After the last step.
    End,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("before the first step"),
            Self::Step { index, nr, command, by, at } => {
                let nr = if nr.is_empty() { String::new() } else { format!(" (nr {nr})") };
                let at = at.to_china().format("%Y-%m-%d %H:%M");
                write!(f, "step {index}{nr}, {command} by {by} at {at}")
            }
            Self::End => f.write_str("at the end"),
        }
    }
}

/// How a step came out otherwise than written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// A reference leads nowhere.
    #[error(transparent)]
    Cast(#[from] CastError),
    /// The holidays in the file are wrong.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The command does not fit.
    #[error("the command does not fit")]
    Command(#[source] serde_json::Error),
    /// The command has no such field.
    #[error("{command} has nothing named {field}")]
    UnknownField {
        /// The command.
        command: &'static str,
        /// The field.
        field: String,
    },
    /// The command was not carried out, and should have been.
    #[error("it was not carried out")]
    NotDone(#[source] BureauError),
    /// The case cannot be read back.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// There is no fact of this name.
    #[error("there is no fact named {name}; there are {}", known.join(", "))]
    UnknownFact {
        /// The name.
        name: String,
        /// The names that there are.
        known: Vec<&'static str>,
    },
    /// Something came out otherwise.
    #[error("{what}: expected {expected}, found {found}")]
    Differs {
        /// What.
        what: String,
        /// As written.
        expected: String,
        /// As it came out.
        found: String,
    },
    /// The scenario is of another kind.
    #[error("the scenario is of kind {0}")]
    OtherKind(CaseKind),
}
