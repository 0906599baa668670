//! The statutory clock: which days are working days, and when a term ends.
//!
//! A [`Calendar`] says what each day is, a [`Term`] how long something may take, a [`Pause`] when the clock stood
//! still, and [`due`] works out the last day and why it is that day. Everything here is arithmetic over data that
//! was handed in: nothing asks what time it is, and a year whose list of holidays was never supplied is an error,
//! never a guess.
//!
//! ```
//! use anjuan::calendar::{Calendar, Counting, Language, Term, Unit, due};
//!
//! // An application for legal aid arrives on Monday, 28 September 2026; the decision is due in seven days.
//! let received = "2026-09-28T10:00:00+08:00".parse()?;
//! let term = Term::new(7, Unit::CalendarDays)?;
//! let due = due(received, term, &[], &Calendar::china(), Counting::default())?;
//!
//! // The seventh day lies in the National Day holidays, so the first working day after them is the last day.
//! assert_eq!(due.raw_end.to_string(), "2026-10-05");
//! assert_eq!(due.due.to_string(), "2026-10-08");
//! assert_eq!(due.until.to_string(), "2026-10-08T16:00:00.000000Z");
//! assert!(due.explain(Language::English).iter().any(|line| line.contains("rest day")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Source: Civil Code (民法典) Art 200–204; Civil Procedure Law (民事诉讼法, 2023) Art 85; Criminal Procedure Law
//! (刑事诉讼法) Art 105; Regulation on Public Holidays (全国年节及纪念日放假办法, 2024-11-10).

mod counting;
mod days;
mod due;
mod list;
mod pause;
mod term;
mod why;

#[cfg(test)]
mod tests;

pub use counting::{Counting, DayEnd, Roll};
pub(crate) use days::short_digest;
pub use days::{Calendar, CalendarMissing, Day, RestDays};
pub use due::{Due, DueError, days_left, due};
pub use list::{CalendarError, CalendarFault};
pub use pause::{Pause, Standstill};
pub use term::{InvalidTerm, Term, Unit};
pub use why::{Language, Step};
