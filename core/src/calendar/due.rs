//! When a term ends: the last day, the moment by which a thing must be done, and how both came about.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::counting::{Counting, DayEnd, Roll};
use super::days::{Calendar, CalendarMissing, Day};
use super::pause::{Pause, Standstill, unite};
use super::term::{Term, Unit};
use super::why::Step;
use crate::clock::Timestamp;
use crate::id::Code;

const MICROS_PER_HOUR: i64 = 3_600_000_000;

/// The end of a term, with everything it was derived from.
///
/// It is stored in the event that starts the clock, so that the date can be explained, and checked, in thirty
/// years: by then rules, holidays and this library will have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Due {
    /// The moment of the triggering event.
    pub start: Timestamp,
    /// How long the rule allows.
    pub term: Term,
    /// How the term was counted.
    pub counting: Counting,
    /// When the clock stood still, united and in order.
    pub pauses: Vec<Standstill>,
    /// The version of the calendar ([`Calendar::version`]).
    pub calendar: Code,
    /// The day on which the term ends by counting alone, before it rolls over rest days.
    pub raw_end: NaiveDate,
    /// The last day on which the thing can be done in time.
    pub due: NaiveDate,
    /// The moment the term ends: 24:00 of the last day, which is 00:00 of the next, the close of business, or the
    /// exact moment of a term in hours.
    pub until: Timestamp,
    /// The steps from start to end, in order.
    pub why: Vec<Step>,
}

/// A term whose end cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DueError {
    /// Whether a day counts, or a term may end on it, depends on a year whose list was never supplied.
    ///
    /// Supply it with [`Calendar::extend`] and ask again.
    #[error("the end of the term depends on a year without calendar")]
    CalendarMissing(#[from] CalendarMissing),
    /// The term, or a pause, reaches beyond the year 9999.
    #[error("the term ends after the year 9999: {term} from {start}")]
    OutOfRange {
        /// The moment from which the term was to run.
        start: Timestamp,
        /// The term.
        term: Term,
    },
    /// A pause ends before the day on which it begins.
    #[error("a pause ends before it begins: from {from} until {until}")]
    PauseEndsBeforeItBegins {
        /// The day it begins.
        from: NaiveDate,
        /// The day it ends.
        until: NaiveDate,
    },
}

impl Due {
    /// Whether something done at this moment was done too late.
    ///
    /// While the clock stands still nothing is late. What happens exactly when the office closes, or when the last
    /// hour is over, is in time; 24:00 is already the next day.
    #[must_use]
    pub fn is_late(&self, at: Timestamp) -> bool {
        let exclusive = self.term.unit() != Unit::Hours && self.counting.end == DayEnd::Midnight;
        !self.is_paused() && (at > self.until || (exclusive && at == self.until))
    }

    /// Whether the clock stands still on an open pause.
    ///
    /// The end of the term is then not known yet: the dates are the earliest they can become, those of a clock
    /// that goes on at once. Compute anew when the pause ends. To see where the end lies *as of* some day, pass
    /// that day as the end of the pause.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.why.iter().any(|step| matches!(step, Step::StandsStill { .. }))
    }
}

/// Works out when a term ends that starts with an event at `start`.
///
/// Days, months and years count from the day after the event, inclusive days from its own day; months and years end on the day of the same number,
/// or on the last of a shorter month. Paused days are taken out, and a pause that begins on the day the term ends,
/// or later, changes nothing. If the last day is a rest day, the term ends on the first day after the rest days; a
/// make-up Saturday is none. A term in hours runs from the event to the second and never rolls; of its pauses whole
/// days are taken out.
///
/// The calendar is asked only for days that matter: counting calendar days needs no list of holidays, except for
/// the day on which the count ends.
///
/// Source: Civil Code (民法典) Art 200–204.
///
/// # Errors
/// The end depends on a year the calendar does not know, lies beyond the year 9999, or a pause ends before it
/// begins.
pub fn due(
    start: Timestamp,
    term: Term,
    pauses: &[Pause],
    calendar: &Calendar,
    counting: Counting,
) -> Result<Due, DueError> {
    let pauses = unite(pauses)?;
    let out_of_range = DueError::OutOfRange { start, term };
    let mut why = Vec::new();
    let (raw_end, due, until) = if term.unit() == Unit::Hours {
        let until = hours(start, term, &pauses, &mut why).ok_or(out_of_range)?;
        (until.china_date(), until.china_date(), until)
    } else {
        let day = start.china_date();
        why.push(match term.unit() {
            Unit::InclusiveDays => Step::StartCounted { day },
            Unit::Hours | Unit::CalendarDays | Unit::WorkingDays | Unit::Months | Unit::Years => {
                Step::StartNotCounted { day }
            }
        });
        let raw_end = if term.unit() == Unit::WorkingDays {
            working_days(day, term, &pauses, calendar, &mut why)?
        } else {
            whole_days(day, term, &pauses, &mut why).ok_or_else(|| out_of_range.clone())?
        };
        let due = roll(raw_end, term, calendar, counting, &mut why)?;
        let until = day_end(due, counting.end).ok_or(out_of_range)?;
        (raw_end, due, until)
    };
    why.push(Step::Ends { due, until });
    Ok(Due { start, term, counting, pauses, calendar: calendar.version().clone(), raw_end, due, until, why })
}

/// How many days are left on `from` until the last day `end`: nought on the last day itself, negative after it.
///
/// Legal aid begins before the decision when less than seven days are left of the time in which a right can be
/// claimed: with six days it does, with seven it does not.
///
/// Source: Legal Aid Law (法律援助法, 2021) Art 44.
#[must_use]
pub fn days_left(from: NaiveDate, end: NaiveDate) -> i64 {
    end.signed_duration_since(from).num_days()
}

/// The end of a term in hours.
fn hours(start: Timestamp, term: Term, pauses: &[Standstill], why: &mut Vec<Step>) -> Option<Timestamp> {
    let mut end = start.plus_micros(i64::from(term.count()).checked_mul(MICROS_PER_HOUR)?).ok()?;
    why.push(Step::RunsFrom { start, term, raw_end: end });
    for pause in pauses {
        if pause.until.is_some_and(|until| until <= start.china_date()) {
            continue;
        }
        // The day of the event is not taken out, as in a term in days: what is left of it cannot be split.
        let from = pause.from.max(start.china_date());
        let begin = Timestamp::start_of_china_day(from.succ_opt()?).ok()?;
        if begin >= end {
            why.push(Step::PauseTooLate { from: pause.from });
            continue;
        }
        let Some(until) = pause.until else {
            why.push(Step::StandsStill { since: pause.from, grounds: pause.grounds.clone() });
            break;
        };
        let days = days_left(from, until);
        end = end.plus_micros(days.checked_mul(24 * MICROS_PER_HOUR)?).ok()?;
        why.push(Step::DaysTakenOut { from: pause.from, until, days, grounds: pause.grounds.clone() });
    }
    Some(end)
}

/// The end of a term in calendar days, months or years, before it rolls.
fn whole_days(start: NaiveDate, term: Term, pauses: &[Standstill], why: &mut Vec<Step>) -> Option<NaiveDate> {
    let mut end = match term.unit() {
        Unit::Months => start.checked_add_months(Months::new(term.count()))?,
        Unit::Years => start.checked_add_months(Months::new(term.count().checked_mul(12)?))?,
        Unit::InclusiveDays => start.checked_add_days(Days::new(u64::from(term.count()) - 1))?,
        Unit::CalendarDays | Unit::WorkingDays | Unit::Hours => {
            start.checked_add_days(Days::new(term.count().into()))?
        }
    };
    why.push(Step::Counted { term, end });
    if matches!(term.unit(), Unit::Months | Unit::Years) && end.day() < start.day() {
        why.push(Step::MonthTooShort { wanted: start.day(), end });
    }
    for pause in pauses {
        // A pause that began before the term takes out only what lies inside it, and never its first day.
        let from = pause.from.max(start);
        if from >= end {
            why.push(Step::PauseTooLate { from: pause.from });
            continue;
        }
        let Some(until) = pause.until else {
            why.push(Step::StandsStill { since: pause.from, grounds: pause.grounds.clone() });
            break;
        };
        if let Ok(days @ 1..) = u64::try_from(days_left(from, until)) {
            end = end.checked_add_days(Days::new(days))?;
            let days = i64::try_from(days).ok()?;
            why.push(Step::DaysTakenOut { from: pause.from, until, days, grounds: pause.grounds.clone() });
        }
    }
    Some(end)
}

/// The end of a term in working days. Every day is looked up, so a long term stops at the first unknown year.
fn working_days(
    start: NaiveDate,
    term: Term,
    pauses: &[Standstill],
    calendar: &Calendar,
    why: &mut Vec<Step>,
) -> Result<NaiveDate, CalendarMissing> {
    let mut day = start;
    let mut counted = 0;
    let mut days_off = 0;
    let mut make_up_days = Vec::new();
    let mut taken_out = vec![0_i64; pauses.len()];
    while counted < term.count() {
        day = day.succ_opt().ok_or_else(|| calendar.missing(day.year()))?;
        let kind = calendar.day(day)?;
        let paused = pauses
            .iter()
            .zip(&mut taken_out)
            .find(|(pause, _)| pause.from < day && pause.until.is_some_and(|until| day <= until));
        match (paused, kind) {
            (Some((_, days)), Day::Working | Day::MakeUp) => *days += 1,
            (None, Day::Working) => counted += 1,
            (None, Day::MakeUp) => {
                counted += 1;
                make_up_days.push(day);
            }
            (None, Day::Holiday) => days_off += 1,
            (Some(_), Day::Holiday | Day::Weekend) | (None, Day::Weekend) => {}
        }
    }
    why.push(Step::Counted { term, end: day });
    if days_off > 0 || !make_up_days.is_empty() {
        why.push(Step::CalendarApplied { days_off, make_up_days });
    }
    for (pause, days) in pauses.iter().zip(taken_out) {
        let grounds = pause.grounds.clone();
        match pause.until {
            _ if pause.from >= day => why.push(Step::PauseTooLate { from: pause.from }),
            None => why.push(Step::StandsStill { since: pause.from, grounds }),
            Some(until) if days > 0 => {
                why.push(Step::WorkingDaysTakenOut { from: pause.from, until, days, grounds });
            }
            Some(_) => {}
        }
    }
    note_national_only(start, day, calendar, why);
    Ok(day)
}

/// Moves a last day that is a rest day. A term in working days ends on a working day already.
fn roll(
    raw_end: NaiveDate,
    term: Term,
    calendar: &Calendar,
    counting: Counting,
    why: &mut Vec<Step>,
) -> Result<NaiveDate, CalendarMissing> {
    if term.unit() == Unit::WorkingDays {
        return Ok(raw_end);
    }
    if counting.roll == Roll::None {
        why.push(Step::NeverRolls { end: raw_end });
        return Ok(raw_end);
    }
    let due = calendar.roll(raw_end, counting.rest_days)?;
    if due > raw_end {
        why.push(Step::RolledOver { from: raw_end, to: due });
    }
    if calendar.day(due)? == Day::MakeUp {
        why.push(Step::MakeUpDayStays { day: due });
    }
    note_national_only(raw_end, due, calendar, why);
    Ok(due)
}

fn note_national_only(from: NaiveDate, to: NaiveDate, calendar: &Calendar, why: &mut Vec<Step>) {
    let region = calendar.region();
    why.extend(
        calendar
            .years_without_regional_list(from, to)
            .into_iter()
            .map(|year| Step::NationalDaysOnly { region: region.clone(), year }),
    );
}

fn day_end(day: NaiveDate, end: DayEnd) -> Option<Timestamp> {
    match end {
        DayEnd::Midnight => Timestamp::start_of_china_day(day.succ_opt()?).ok(),
        DayEnd::Business(time) => Timestamp::from_china(day.and_time(time)).ok(),
    }
}
