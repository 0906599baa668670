//! Time: a moment in microseconds, and the only reader of the wall clock.
//!
//! Nothing else in the library asks what time it is. A moment comes in as an argument, so that a history
//! replays to the same state today and in thirty years.

use std::fmt;
use std::str::FromStr;
use std::sync::Mutex;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeZone, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::id::text_of;

/// Seconds by which China Standard Time (中国标准时间) is ahead of UTC; one zone for the whole country, and no
/// summer time since 1992.
const CHINA_OFFSET_SECONDS: i32 = 8 * 3600;

/// The offset in which Chinese law counts days: +08:00.
#[must_use]
pub fn china_offset() -> FixedOffset {
    FixedOffset::east_opt(CHINA_OFFSET_SECONDS).expect("eight hours are a valid offset")
}

/// A moment: whole microseconds since 1970-01-01T00:00:00Z, from year 1 to year 9999.
///
/// Its text is RFC 3339 in UTC with exactly six decimals (`2026-06-26T01:00:00.000000Z`), so that equal moments
/// are equal bytes. Parsing takes any offset, and refuses a time without one: a bare local time moves by eight
/// hours between machines.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A moment outside the years 1 to 9999, or a text that is not RFC 3339 with an offset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a moment between the years 1 and 9999 in RFC 3339 with an offset: {0}")]
pub struct InvalidTimestamp(String);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);
    /// The first moment of year 1, UTC, in microseconds.
    const MIN_MICROS: i64 = -62_135_596_800_000_000;
    /// The last microsecond of year 9999, UTC.
    const MAX_MICROS: i64 = 253_402_300_799_999_999;

    /// The moment this many microseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// The moment lies outside the years 1 to 9999.
    pub fn from_micros(micros: i64) -> Result<Self, InvalidTimestamp> {
        if (Self::MIN_MICROS..=Self::MAX_MICROS).contains(&micros) {
            Ok(Self(micros))
        } else {
            Err(InvalidTimestamp(format!("{micros} microseconds")))
        }
    }

    /// The moment at which clocks in China show this date and time.
    ///
    /// # Errors
    /// The moment lies outside the years 1 to 9999.
    pub fn from_china(local: NaiveDateTime) -> Result<Self, InvalidTimestamp> {
        local
            .and_local_timezone(china_offset())
            .single()
            .ok_or_else(|| InvalidTimestamp(local.to_string()))
            .and_then(|moment| Self::from_micros(moment.timestamp_micros()))
    }

    /// Midnight at the start of this date in China.
    ///
    /// # Errors
    /// The date lies outside the years 1 to 9999.
    pub fn start_of_china_day(date: NaiveDate) -> Result<Self, InvalidTimestamp> {
        Self::from_china(date.and_time(NaiveTime::MIN))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The same moment as chrono has it, in UTC.
    #[must_use]
    pub fn to_utc(self) -> DateTime<Utc> {
        Utc.timestamp_micros(self.0).single().expect("a Timestamp is within chrono's range")
    }

    /// The same moment as clocks in China show it.
    #[must_use]
    pub fn to_china(self) -> DateTime<FixedOffset> {
        self.to_utc().with_timezone(&china_offset())
    }

    /// The date in China at this moment: the date on which the law counts.
    #[must_use]
    pub fn china_date(self) -> NaiveDate {
        self.to_china().date_naive()
    }

    /// This moment moved by a number of microseconds, which may be negative.
    ///
    /// # Errors
    /// The result lies outside the years 1 to 9999.
    pub fn plus_micros(self, micros: i64) -> Result<Self, InvalidTimestamp> {
        Self::from_micros(self.0.saturating_add(micros))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_utc().to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidTimestamp(text.to_owned());
        let moment = DateTime::parse_from_rfc3339(text).map_err(|_| invalid())?;
        Self::from_micros(moment.timestamp_micros()).map_err(|_| invalid())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text_of("Timestamp", deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Where the present moment comes from.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The present moment. It may stand still or go back, as wall clocks do; the library never orders events by it.
    fn now(&self) -> Timestamp;
}

/// The machine's wall clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Timestamp {
        let micros = Utc::now().timestamp_micros();
        Timestamp(micros.clamp(Timestamp::MIN_MICROS, Timestamp::MAX_MICROS))
    }
}

/// A clock that shows what it was last told: for tests, imports and re-enactments.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that shows `now` until it is set.
    #[must_use]
    pub const fn new(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Sets the clock, forwards or back.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = now;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_utc_with_six_decimals_and_reads_back() {
        let moment: Timestamp = "2026-06-26T09:00:00+08:00".parse().unwrap();
        assert_eq!(moment.to_string(), "2026-06-26T01:00:00.000000Z");
        assert_eq!(moment.to_string().parse::<Timestamp>().unwrap(), moment);
    }

    #[test]
    fn a_time_without_offset_is_refused() {
        assert!("2026-06-26T09:00:00".parse::<Timestamp>().is_err());
    }

    #[test]
    fn the_law_counts_days_in_china() {
        let late_evening_utc: Timestamp = "2026-06-26T16:30:00Z".parse().unwrap();
        assert_eq!(late_evening_utc.china_date(), NaiveDate::from_ymd_opt(2026, 6, 27).unwrap());
    }

    #[test]
    fn the_years_1_and_9999_are_the_ends() {
        for text in ["0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
        assert!(Timestamp::from_micros(Timestamp::MAX_MICROS + 1).is_err());
        assert!(Timestamp::from_micros(i64::MIN).is_err());
    }
}
