//! How long something may take: a count and its unit.

use std::fmt;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::why::Language;

/// A length of time as a rule states it: `7 calendar days`, `15 working days`, `1 month`.
///
/// In TOML and JSON it is `{ count = 1, unit = "months" }`. The count is at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    count: NonZeroU32,
    unit: Unit,
}

/// What a term is counted in.
///
/// Source: Civil Code (民法典) Art 200; working days by the special rules that name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Hours from the stated moment (小时); they run through nights and holidays.
    Hours,
    /// Days of the calendar, holidays included (日).
    CalendarDays,
    /// Days of the calendar of which the first is the day of the event itself; one of them is the same day (当日).
    InclusiveDays,
    /// Days on which offices work, make-up days included (工作日).
    WorkingDays,
    /// Months, ending on the day of the same number (月).
    Months,
    /// Years, ending on the day of the same number (年).
    Years,
}

/// A term of no length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a term has a count of at least 1")]
pub struct InvalidTerm;

impl Term {
    /// A term of `count` units.
    ///
    /// # Errors
    /// The count is zero.
    pub const fn new(count: u32, unit: Unit) -> Result<Self, InvalidTerm> {
        match NonZeroU32::new(count) {
            Some(count) => Ok(Self { count, unit }),
            None => Err(InvalidTerm),
        }
    }

    /// How many units, at least 1.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.count.get()
    }

    /// What is counted.
    #[must_use]
    pub const fn unit(self) -> Unit {
        self.unit
    }

    /// The term in words: `15 working days`, 15个工作日.
    #[must_use]
    pub fn in_words(self, language: Language) -> String {
        match language {
            Language::English => self.to_string(),
            Language::Chinese => {
                let unit = match self.unit {
                    Unit::Hours => "小时",
                    Unit::CalendarDays => "日",
                    Unit::InclusiveDays => "日（含当日）",
                    Unit::WorkingDays => "个工作日",
                    Unit::Months => "个月",
                    Unit::Years => "年",
                };
                format!("{}{unit}", self.count)
            }
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Hours => "hour",
            Unit::CalendarDays => "calendar day",
            Unit::InclusiveDays => "inclusive day",
            Unit::WorkingDays => "working day",
            Unit::Months => "month",
            Unit::Years => "year",
        };
        let plural = if self.count.get() == 1 { "" } else { "s" };
        write!(f, "{} {unit}{plural}", self.count)
    }
}
