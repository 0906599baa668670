//! What each day is: the arrangement of a year as data, with the days a region adds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::list::{self, CalendarError, CalendarFault, Kind, Line};
use crate::id::Code;

/// The holidays that fall on the same date every year; whoever lists a year lists these.
const FIXED_HOLIDAYS: [(u32, u32); 3] = [(1, 1), (5, 1), (10, 1)];

static CHINA: LazyLock<Calendar> = LazyLock::new(|| {
    let mut calendar = Calendar::empty();
    calendar
        .extend(include_str!("../../data/cn-calendar.csv"), "cn-calendar.csv")
        .expect("the embedded calendar is well formed");
    calendar
});

/// The working days of one region, by year.
///
/// A day is a working day if it is Monday to Friday and not listed as off, or listed as a make-up working day
/// (调休上班). The lists are the yearly arrangements of the State Council, which exist only for the coming year:
/// a year is *known* once its list was supplied, that is once 1 January, 1 May and 1 October of that year, the
/// three holidays with a fixed date, are listed as off. An arrangement often reaches a few days into the year
/// before (31 December); such a stray day is kept, and does not make its year known.
///
/// Source: Regulation on Public Holidays (全国年节及纪念日放假办法, 2024-11-10) Art 2, 4.
#[derive(Clone)]
pub struct Calendar {
    region: Code,
    national: Days,
    known: BTreeSet<i32>,
    regional: Days,
    regional_years: BTreeSet<i32>,
    version: Code,
}

type Days = BTreeMap<NaiveDate, Listed>;

#[derive(Debug, Clone)]
struct Listed {
    kind: Kind,
    occasion: Box<str>,
}

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Day {
    /// A Monday to Friday like any other.
    Working,
    /// A Saturday or Sunday on which everybody works, in return for a longer holiday (调休上班).
    MakeUp,
    /// A Saturday or Sunday like any other.
    Weekend,
    /// A day off by the year's arrangement, weekends inside a holiday included.
    Holiday,
}

impl Day {
    /// Whether offices work on it.
    #[must_use]
    pub const fn is_working(self) -> bool {
        match self {
            Self::Working | Self::MakeUp => true,
            Self::Weekend | Self::Holiday => false,
        }
    }
}

/// On which days a term may not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestDays {
    /// Every day that is not a working day: what terms set by law go by.
    #[default]
    NotWorking,
    /// Only days off by the year's arrangement; an ordinary weekend stays.
    ///
    /// Some bureaus move their own recurring dates, such as a monthly day of publicity, by this rule
    /// (法定节假日顺延).
    StatutoryOnly,
}

/// A year whose list of days off was never supplied, so that nobody can say which of its days are working days.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no list of working days of {year} for {region}")]
#[non_exhaustive]
pub struct CalendarMissing {
    /// The year that was asked for.
    pub year: i32,
    /// The region of the calendar, `CN` for the national one.
    pub region: Code,
}

impl Calendar {
    /// The national calendar as far as it is built in: the years 2010 to 2026.
    ///
    /// Add later years with [`Calendar::extend`] when the State Council publishes them, usually in November.
    #[must_use]
    pub fn china() -> Self {
        CHINA.clone()
    }

    fn empty() -> Self {
        let region = Code::new("CN").expect("CN is a code");
        Self {
            version: region.clone(),
            region,
            national: Days::new(),
            known: BTreeSet::new(),
            regional: Days::new(),
            regional_years: BTreeSet::new(),
        }
    }

    /// Adds a year, or corrects one, from a text with the columns `date,kind,occasion`.
    ///
    /// `kind` is `off` or `working`; only days that differ from an ordinary week need a line, and the last column
    /// may hold any text. A day that is known already is overwritten, and `working` on a Monday to Friday takes
    /// back a day off. `origin` names the text in errors. After an error the calendar is as it was.
    ///
    /// # Errors
    /// A malformed line, a day listed twice, `working` on a weekday that was not off, or a year of which a holiday
    /// with a fixed date is missing: half a year's list would make the other half look like ordinary weeks. Days
    /// around the turn of the year (22 December to 10 January) may stand without the rest of their year.
    pub fn extend(&mut self, csv: &str, origin: &str) -> Result<(), CalendarError> {
        let lines = list::parse(csv, origin)?;
        let mut national = self.national.clone();
        for line in &lines {
            enter(&mut national, line).map_err(|fault| line.refused(origin, fault))?;
        }
        for line in lines.iter().filter(|line| !at_turn_of_year(line.date)) {
            if let Some(missing) = missing_holiday(&national, line.date.year()) {
                return Err(line.refused(origin, CalendarFault::Incomplete { missing }));
            }
        }
        let years: BTreeSet<i32> = national.keys().map(Datelike::year).collect();
        self.known = years.into_iter().filter(|&year| missing_holiday(&national, year).is_none()).collect();
        self.national = national;
        self.set_version();
        Ok(())
    }

    /// The calendar of an autonomous area: this one, and the days the area adds for its own festivals.
    ///
    /// The text is as in [`Calendar::extend`]. A region lists only its own days, so no line can tell that a year's
    /// list is whole: a year counts as covered once the region has listed a day of it. In a known year that the
    /// region has not covered, the national calendar alone applies, and every [`Due`](super::Due) that used such a
    /// year says so in its reasons. Called again, it adds to what is there, under the newer name.
    ///
    /// Source: Regulation on Public Holidays (全国年节及纪念日放假办法, 2024-11-10) Art 4.
    ///
    /// # Errors
    /// A malformed line, a day listed twice, `working` on a weekday or on a national day off.
    pub fn with_regional(&self, region: Code, csv: &str, origin: &str) -> Result<Self, CalendarError> {
        let mut calendar = self.clone();
        for line in list::parse(csv, origin)? {
            let nationally_off = self.national.get(&line.date).is_some_and(|day| day.kind == Kind::Off);
            if line.kind == Kind::Working && nationally_off {
                return Err(line.refused(origin, CalendarFault::TakesNationalHoliday));
            }
            enter(&mut calendar.regional, &line).map_err(|fault| line.refused(origin, fault))?;
            calendar.regional_years.insert(line.date.year());
        }
        calendar.region = region;
        calendar.set_version();
        Ok(calendar)
    }

    /// What a day is.
    ///
    /// # Errors
    /// The year of the day is not known.
    pub fn day(&self, date: NaiveDate) -> Result<Day, CalendarMissing> {
        if !self.known.contains(&date.year()) {
            return Err(self.missing(date.year()));
        }
        Ok(match self.listed(date).map(|day| day.kind) {
            Some(Kind::Off) => Day::Holiday,
            Some(Kind::Working) => Day::MakeUp,
            None if is_weekend(date) => Day::Weekend,
            None => Day::Working,
        })
    }

    /// Whether offices work on a day.
    ///
    /// # Errors
    /// The year of the day is not known.
    pub fn is_working_day(&self, date: NaiveDate) -> Result<bool, CalendarMissing> {
        self.day(date).map(Day::is_working)
    }

    /// The first day from `date` on that is no rest day; `date` itself if it is none.
    ///
    /// # Errors
    /// The year of a day that had to be looked at is not known.
    pub fn roll(&self, date: NaiveDate, rest_days: RestDays) -> Result<NaiveDate, CalendarMissing> {
        let mut day = date;
        loop {
            let rests = match (self.day(day)?, rest_days) {
                (Day::Holiday, RestDays::NotWorking | RestDays::StatutoryOnly) => true,
                (Day::Weekend, RestDays::NotWorking) => true,
                (Day::Weekend, RestDays::StatutoryOnly) => false,
                (Day::Working | Day::MakeUp, RestDays::NotWorking | RestDays::StatutoryOnly) => false,
            };
            if !rests {
                return Ok(day);
            }
            day = day.succ_opt().ok_or_else(|| self.missing(day.year()))?;
        }
    }

    /// For which occasion a day is listed, in the words of the list.
    #[must_use]
    pub fn occasion(&self, date: NaiveDate) -> Option<&str> {
        self.listed(date).map(|day| &*day.occasion)
    }

    /// The region, `CN` for the national calendar.
    #[must_use]
    pub const fn region(&self) -> &Code {
        &self.region
    }

    /// The years whose lists were supplied, in order.
    pub fn years(&self) -> impl Iterator<Item = i32> + '_ {
        self.known.iter().copied()
    }

    /// A short text that names exactly this data, to be stored beside every date computed with it.
    ///
    /// The region, the last known year and twelve digits of a SHA-256 over all entries (`cn-2026-41f0-9be2-07ac`).
    /// The same data has the same version on every machine; any change gives another one.
    #[must_use]
    pub const fn version(&self) -> &Code {
        &self.version
    }

    /// The years among these for which the region itself has listed nothing; none for the national calendar.
    pub(super) fn years_without_regional_list(&self, from: NaiveDate, to: NaiveDate) -> Vec<i32> {
        if self.regional_years.is_empty() {
            return Vec::new();
        }
        (from.year()..=to.year()).filter(|year| !self.regional_years.contains(year)).collect()
    }

    pub(super) fn missing(&self, year: i32) -> CalendarMissing {
        CalendarMissing { year, region: self.region.clone() }
    }

    fn listed(&self, date: NaiveDate) -> Option<&Listed> {
        self.regional.get(&date).or_else(|| self.national.get(&date))
    }

    fn set_version(&mut self) {
        let mut text = self.region.to_string();
        for (scope, days) in [("national", &self.national), ("regional", &self.regional)] {
            for (date, day) in days {
                text.push_str(&format!("\n{scope},{date},{},{}", day.kind.as_str(), day.occasion));
            }
        }
        let region: String = self.region.as_str().chars().take(40).collect::<String>().to_ascii_lowercase();
        let year = self.known.last().copied().unwrap_or_default();
        self.version = Code::new(&format!("{region}-{year:04}-{}", short_digest(text.as_bytes())))
            .expect("a region of at most 40 bytes, a year of four digits and groups of four make a code");
    }
}

/// The version stands for the days, of which there are hundreds.
impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Calendar").field(&self.version).finish()
    }
}

/// Twelve hexadecimal digits of a SHA-256, in groups of four, since a code refuses seven digits in a row.
pub(crate) fn short_digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let groups: Vec<String> = digest
        .chunks_exact(2)
        .take(3)
        .map(|pair| pair.iter().map(|byte| format!("{byte:02x}")).collect())
        .collect();
    groups.join("-")
}

/// Enters a line over what is known of the day.
fn enter(days: &mut Days, line: &Line) -> Result<(), CalendarFault> {
    if line.kind == Kind::Working && !is_weekend(line.date) {
        return match days.remove(&line.date) {
            Some(_) => Ok(()),
            None => Err(CalendarFault::WorksAnyway),
        };
    }
    days.insert(line.date, Listed { kind: line.kind, occasion: line.occasion.clone() });
    Ok(())
}

/// The first holiday with a fixed date that the year's list lacks.
fn missing_holiday(days: &Days, year: i32) -> Option<NaiveDate> {
    FIXED_HOLIDAYS
        .into_iter()
        .filter_map(|(month, day)| NaiveDate::from_ymd_opt(year, month, day))
        .find(|date| days.get(date).is_none_or(|day| day.kind != Kind::Off))
}

fn at_turn_of_year(date: NaiveDate) -> bool {
    (date.month() == 12 && date.day() >= 22) || (date.month() == 1 && date.day() <= 10)
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}
