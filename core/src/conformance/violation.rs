//! How a check says that a rule is broken.

use std::error::Error;
use std::fmt;

use crate::store::{Cause, CheckpointError, SnapshotError, StoreError};

/// What a store did that its contract forbids.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Violation {
    what: String,
    #[source]
    cause: Option<Cause>,
}

impl Violation {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), cause: None }
    }

    pub(super) fn caused(what: impl Into<String>, cause: impl Into<Cause>) -> Self {
        Self { what: what.into(), cause: Some(cause.into()) }
    }

    /// The violation and its causes on one line, for the message of a failed test.
    pub(super) fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut next = self.source();
        while let Some(cause) = next {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            next = cause.source();
        }
        text
    }
}

/// A check that does not expect an error has no other word for it.
impl From<StoreError> for Violation {
    fn from(error: StoreError) -> Self {
        Self::caused("the store failed where it has no reason to", error)
    }
}

impl From<CheckpointError> for Violation {
    fn from(error: CheckpointError) -> Self {
        Self::caused("the store of checkpoints failed where it has no reason to", error)
    }
}

impl From<SnapshotError> for Violation {
    fn from(error: SnapshotError) -> Self {
        Self::caused("the store of snapshots failed where it has no reason to", error)
    }
}

/// A value for a message: whole if it is short, its beginning if it is a thousand events.
pub(super) fn brief(value: &dyn fmt::Debug) -> String {
    const CHARS_MAX: usize = 500;
    let text = format!("{value:?}");
    match text.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => format!("{} …", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// Ends a check with a violation unless the condition holds.
macro_rules! ensure {
    ($holds:expr, $($message:tt)+) => {{
        let holds: bool = $holds;
        if !holds {
            return Err($crate::conformance::Violation::new(format!($($message)+)));
        }
    }};
}

/// Ends a check with a violation unless both values are equal: what was found, what the contract wants.
macro_rules! ensure_eq {
    ($found:expr, $wanted:expr, $($message:tt)+) => {
        match (&$found, &$wanted) {
            (found, wanted) => $crate::conformance::violation::ensure!(
                *found == *wanted,
                "{}: found {}, wanted {}",
                format_args!($($message)+),
                $crate::conformance::violation::brief(found),
                $crate::conformance::violation::brief(wanted)
            ),
        }
    };
}

pub(super) use {ensure, ensure_eq};
