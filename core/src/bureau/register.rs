//! The register of case numbers: a stream for each office, year and kind, whose revisions are the numbers.

use serde::{Deserialize, Serialize};

use crate::case::{CaseId, CaseNumber};
use crate::event_set;

event_set! {
    /// What happens in a register.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum RegisterEvent {
        /// A number was given to a case (编号).
        NumberDrawn(NumberDrawn) = 1,
    }
}

/// A number was given to a case. Its serial is the revision of this event, so numbers have no gap and no repeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberDrawn {
    /// The number.
    pub number: CaseNumber,
    /// The case.
    pub case: CaseId,
}
