//! The text form of a year's arrangement: one line a day, `date,kind,occasion`.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use chrono::NaiveDate;

const HEADER: &str = "date,kind,occasion";

/// A list of days off and make-up working days that cannot be used.
///
/// Nothing of a refused list is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{origin}, line {line}: {fault}")]
#[non_exhaustive]
pub struct CalendarError {
    /// Where the list came from, as the caller named it.
    pub origin: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: CalendarFault,
}

/// What is wrong with a line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CalendarFault {
    /// The first line is not `date,kind,occasion`.
    Header,
    /// The line has fewer than three columns.
    Columns,
    /// The first column is not a date that exists, written `YYYY-MM-DD`.
    BadDate(String),
    /// The second column is neither `off` nor `working`.
    UnknownKind(String),
    /// The day stands in the list twice, saying the same.
    Repeats {
        /// The line that has the day already.
        line: usize,
    },
    /// The day stands in the list twice, once as off and once as working.
    Contradicts {
        /// The line that says the opposite.
        line: usize,
    },
    /// A Monday to Friday is listed as working, although nothing took it off: most likely a slip in the date.
    WorksAnyway,
    /// The year lacks one of the three holidays with a fixed date, so this is not a whole year's list.
    Incomplete {
        /// The holiday that is not in the list as a day off.
        missing: NaiveDate,
    },
    /// A regional list makes a working day of a day that is off in the whole country.
    TakesNationalHoliday,
}

impl fmt::Display for CalendarFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => write!(f, "the first line is not `{HEADER}`"),
            Self::Columns => f.write_str("not three columns"),
            Self::BadDate(text) => write!(f, "not a date in the form YYYY-MM-DD: {text:?}"),
            Self::UnknownKind(text) => write!(f, "the kind is neither `off` nor `working`: {text:?}"),
            Self::Repeats { line } => write!(f, "the same day as in line {line}"),
            Self::Contradicts { line } => write!(f, "contradicts line {line}"),
            Self::WorksAnyway => f.write_str("`working` on a Monday to Friday that nothing took off"),
            Self::Incomplete { missing } => write!(f, "the list of the year lacks the holiday {missing}"),
            Self::TakesNationalHoliday => f.write_str("a region cannot take away a national day off"),
        }
    }
}

/// What a list says about a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Off,
    Working,
}

impl Kind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Working => "working",
        }
    }
}

/// One line of a list.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) date: NaiveDate,
    pub(super) kind: Kind,
    pub(super) occasion: Box<str>,
}

impl Line {
    pub(super) fn refused(&self, origin: &str, fault: CalendarFault) -> CalendarError {
        CalendarError { origin: origin.to_owned(), line: self.number, fault }
    }
}

/// Reads a list and checks what can be checked without knowing the rest of the calendar.
pub(super) fn parse(csv: &str, origin: &str) -> Result<Vec<Line>, CalendarError> {
    let refused = |line, fault| CalendarError { origin: origin.to_owned(), line, fault };
    // Spreadsheets write a byte order mark and carriage returns; neither says anything about a day.
    let mut texts = csv.trim_start_matches('\u{feff}').lines().map(str::trim_end).zip(1..);
    if texts.next().is_none_or(|(header, _)| header != HEADER) {
        return Err(refused(1, CalendarFault::Header));
    }
    let mut seen = BTreeMap::new();
    let mut lines = Vec::new();
    for (text, number) in texts.filter(|(text, _)| !text.is_empty()) {
        let line = parse_line(text, number).map_err(|fault| refused(number, fault))?;
        match seen.entry(line.date) {
            Entry::Vacant(free) => free.insert((line.kind, number)),
            Entry::Occupied(taken) => {
                let (kind, first) = *taken.get();
                let same = kind == line.kind;
                let fault = if same {
                    CalendarFault::Repeats { line: first }
                } else {
                    CalendarFault::Contradicts { line: first }
                };
                return Err(refused(number, fault));
            }
        };
        lines.push(line);
    }
    Ok(lines)
}

fn parse_line(text: &str, number: usize) -> Result<Line, CalendarFault> {
    let mut columns = text.splitn(3, ',');
    let (Some(date), Some(kind), Some(occasion)) = (columns.next(), columns.next(), columns.next()) else {
        return Err(CalendarFault::Columns);
    };
    let kind = match kind {
        "off" => Kind::Off,
        "working" => Kind::Working,
        other => return Err(CalendarFault::UnknownKind(other.to_owned())),
    };
    let date = parse_date(date).ok_or_else(|| CalendarFault::BadDate(date.to_owned()))?;
    Ok(Line { number, date, kind, occasion: occasion.into() })
}

/// Reads `YYYY-MM-DD` and nothing else: chrono alone would also take `2026-1-4` and the year 262142.
fn parse_date(text: &str) -> Option<NaiveDate> {
    let digits_and_dashes =
        text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if digits_and_dashes { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() } else { None }
}
