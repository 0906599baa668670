//! The steps from the start of a term to its end, and how they read in English and Chinese.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::due::Due;
use super::term::Term;
use crate::clock::Timestamp;
use crate::id::Code;

/// A language in which reasons are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    English,
    /// Chinese, in simplified characters (简体中文).
    Chinese,
}

/// One step of a derivation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// The day of the event does not count.
    ///
    /// Source: Civil Code (民法典) Art 201.
    StartNotCounted {
        /// The day of the event.
        day: NaiveDate,
    },
    /// The day of the event is the first of the term (当日).
    StartCounted {
        /// The day of the event.
        day: NaiveDate,
    },
    /// A term in hours runs from the stated moment.
    ///
    /// Source: Civil Code (民法典) Art 201.
    RunsFrom {
        /// The moment of the event.
        start: Timestamp,
        /// The term.
        term: Term,
        /// The moment at which it ends without pauses.
        raw_end: Timestamp,
    },
    /// The term was counted; calendar days, months and years still without their pauses.
    Counted {
        /// The term.
        term: Term,
        /// The day on which the count ends.
        end: NaiveDate,
    },
    /// Holidays were passed over and make-up working days counted.
    CalendarApplied {
        /// How many days of the year's arrangement were passed over.
        days_off: u32,
        /// The Saturdays and Sundays that counted.
        make_up_days: Vec<NaiveDate>,
    },
    /// The last month has no day of that number, so the term ends on its last day.
    ///
    /// Source: Civil Code (民法典) Art 202.
    MonthTooShort {
        /// The number of the day on which the event happened.
        wanted: u32,
        /// The last day of the month.
        end: NaiveDate,
    },
    /// Calendar days were taken out, and the end moved on by as many.
    DaysTakenOut {
        /// The day of the pausing event.
        from: NaiveDate,
        /// The day of the resuming event.
        until: NaiveDate,
        /// How many days of the pause lie inside the term.
        days: i64,
        /// Why the clock stood still.
        grounds: BTreeSet<Code>,
    },
    /// Working days were taken out while counting.
    WorkingDaysTakenOut {
        /// The day of the pausing event.
        from: NaiveDate,
        /// The day of the resuming event.
        until: NaiveDate,
        /// How many working days of the pause lie inside the term.
        days: i64,
        /// Why the clock stood still.
        grounds: BTreeSet<Code>,
    },
    /// A pause began on the last day or later, and cures nothing.
    PauseTooLate {
        /// The day of the pausing event.
        from: NaiveDate,
    },
    /// The clock stands still, so the end is the earliest it can become.
    StandsStill {
        /// The day of the pausing event.
        since: NaiveDate,
        /// Why the clock stands still.
        grounds: BTreeSet<Code>,
    },
    /// The count ended on a rest day, and the end moved to the first day after the rest days.
    ///
    /// Source: Civil Code (民法典) Art 203.
    RolledOver {
        /// The rest day on which the count ended.
        from: NaiveDate,
        /// The first day after the rest days.
        to: NaiveDate,
    },
    /// The last day is a Saturday or Sunday on which everybody works, so it is no rest day.
    MakeUpDayStays {
        /// The day.
        day: NaiveDate,
    },
    /// This kind of term ends on a rest day as on any other.
    NeverRolls {
        /// The day on which the count ended.
        end: NaiveDate,
    },
    /// The region has listed no days of its own for a year that mattered, so only national holidays were used.
    NationalDaysOnly {
        /// The region.
        region: Code,
        /// The year.
        year: i32,
    },
    /// The end.
    Ends {
        /// The last day.
        due: NaiveDate,
        /// The moment at which it is over.
        until: Timestamp,
    },
}

impl Due {
    /// The reasons as sentences, one a step.
    #[must_use]
    pub fn explain(&self, language: Language) -> Vec<String> {
        self.why.iter().map(|step| step.in_words(language)).collect()
    }
}

impl Step {
    /// The step as a sentence.
    #[must_use]
    pub fn in_words(&self, language: Language) -> String {
        match language {
            Language::English => self.in_english(),
            Language::Chinese => self.in_chinese(),
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::StartNotCounted { day } => format!("The day of the event, {day}, does not count."),
            Self::StartCounted { day } => format!("The day of the event, {day}, is the first that counts."),
            Self::RunsFrom { start, term, raw_end } => {
                format!("Counting {term} from {} leads to {}.", minute(*start), minute(*raw_end))
            }
            Self::Counted { term, end } => format!("Counting {term} leads to {end}."),
            Self::CalendarApplied { days_off, make_up_days } if make_up_days.is_empty() => {
                format!("Days off passed over: {days_off}.")
            }
            Self::CalendarApplied { days_off, make_up_days } => format!(
                "Days off passed over: {days_off}; make-up working days counted: {}.",
                list(make_up_days, ", ")
            ),
            Self::MonthTooShort { wanted, end } => {
                format!("The month has no day {wanted}, so its last day, {end}, is taken.")
            }
            Self::DaysTakenOut { from, until, days, grounds } => format!(
                "The clock stood still after {from} until {until} ({}); days taken out: {days}.",
                list(grounds, ", ")
            ),
            Self::WorkingDaysTakenOut { from, until, days, grounds } => format!(
                "The clock stood still after {from} until {until} ({}); working days taken out: {days}.",
                list(grounds, ", ")
            ),
            Self::PauseTooLate { from } => {
                format!("The pause of {from} began when the term was at its end, and changes nothing.")
            }
            Self::StandsStill { since, grounds } => format!(
                "The clock has stood still since {since} ({}): the end moves on until it goes on.",
                list(grounds, ", ")
            ),
            Self::RolledOver { from, to } => {
                format!("{from} is a rest day; the first day after the rest days is {to}.")
            }
            Self::MakeUpDayStays { day } => {
                format!("{day} is a make-up working day, so the term ends on it.")
            }
            Self::NeverRolls { end } => format!("This term ends on {end} even if that is a rest day."),
            Self::NationalDaysOnly { region, year } => {
                format!(
                    "{region} has listed no days of its own for {year}; only national holidays were used."
                )
            }
            Self::Ends { due, until } if last_minute(*due, *until).is_none() => {
                format!("It is in time until the end of {due}, 24:00.")
            }
            Self::Ends { until, .. } => format!("It is in time until {}.", minute(*until)),
        }
    }

    fn in_chinese(&self) -> String {
        match self {
            Self::StartNotCounted { day } => format!("事件发生之日{day}不计入，自次日起计算。"),
            Self::StartCounted { day } => format!("事件发生之日{day}计入，为第一日。"),
            Self::RunsFrom { start, term, raw_end } => format!(
                "{}自{}起算，至{}届满。",
                term.in_words(Language::Chinese),
                minute(*start),
                minute(*raw_end)
            ),
            Self::Counted { term, end } => {
                format!("{}的最后一日为{end}。", term.in_words(Language::Chinese))
            }
            Self::CalendarApplied { days_off, make_up_days } if make_up_days.is_empty() => {
                format!("其间放假{days_off}日不计入。")
            }
            Self::CalendarApplied { days_off, make_up_days } => {
                format!("其间放假{days_off}日不计入，调休上班日{}计入。", list(make_up_days, "、"))
            }
            Self::MonthTooShort { wanted, end } => format!("当月没有{wanted}日，以月末日{end}为最后一日。"),
            Self::DaysTakenOut { from, until, days, grounds } => {
                format!("{from}后至{until}期间中止（{}），{days}日不计入。", list(grounds, "、"))
            }
            Self::WorkingDaysTakenOut { from, until, days, grounds } => {
                format!("{from}后至{until}期间中止（{}），{days}个工作日不计入。", list(grounds, "、"))
            }
            Self::PauseTooLate { from } => format!("{from}的中止始于期间届满之时，不影响期间。"),
            Self::StandsStill { since, grounds } => {
                format!("自{since}起中止（{}），恢复前届满日顺延。", list(grounds, "、"))
            }
            Self::RolledOver { from, to } => format!("{from}为休息日，顺延至休息日后的第一日{to}。"),
            Self::MakeUpDayStays { day } => format!("{day}为调休上班日，不顺延。"),
            Self::NeverRolls { end } => format!("本期间于{end}届满，遇休息日不顺延。"),
            Self::NationalDaysOnly { region, year } => {
                format!("{region}未提供{year}年的地方假日，仅按全国假日计算。")
            }
            Self::Ends { due, until } if last_minute(*due, *until).is_none() => {
                format!("截止时间为{due}二十四时。")
            }
            Self::Ends { until, .. } => format!("截止时间为{}。", minute(*until)),
        }
    }
}

/// The moment on the last day at which a term ends, or nothing if the whole day is left.
fn last_minute(due: NaiveDate, until: Timestamp) -> Option<Timestamp> {
    (until.china_date() == due).then_some(until)
}

fn minute(moment: Timestamp) -> String {
    moment.to_china().format("%Y-%m-%d %H:%M").to_string()
}

fn list<T: ToString>(items: impl IntoIterator<Item = T>, separator: &str) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(separator)
}
