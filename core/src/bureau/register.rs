//! The registers of numbers: a stream for each office, year, kind and register, whose revisions are the numbers.

use serde::{Deserialize, Serialize};

use crate::case::{CaseId, CaseNumber, Register};
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
    /// In which register.
    #[serde(default = "of_cases", skip_serializing_if = "Register::is_of_cases")]
    pub register: Register,
    /// The number.
    pub number: CaseNumber,
    /// The case.
    pub case: CaseId,
}

/// The first register there was; its entries do not name it.
const fn of_cases() -> Register {
    Register::Cases
}
