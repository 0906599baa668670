//! How a term is counted, beyond its length: what a rule says about its last day.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use chrono::NaiveTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::days::RestDays;

/// What becomes of a term whose last day is a rest day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    /// The first day after the rest days is the last day.
    ///
    /// Source: Civil Code (民法典) Art 203; Civil Procedure Law (民事诉讼法, 2023) Art 85.
    #[default]
    Forward,
    /// The term ends where it ends: a person is not held longer because it is a holiday.
    ///
    /// Source: Criminal Procedure Law (刑事诉讼法) Art 105.
    None,
}

/// When the last day is over. Its text is `midnight` or a time of day (`17:30:00`).
///
/// Source: Civil Code (民法典) Art 203.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DayEnd {
    /// At 24:00 in China.
    #[default]
    Midnight,
    /// When the office closes, because the act needs the office.
    Business(NaiveTime),
}

/// How a term is counted, beyond its length.
///
/// The default is what the Civil Code says: roll over every day that is not a working day, until midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Counting {
    /// What becomes of a last day that is a rest day.
    pub roll: Roll,
    /// When the last day is over.
    pub end: DayEnd,
    /// Which days are rest days.
    pub rest_days: RestDays,
}

impl fmt::Display for DayEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Midnight => f.write_str("midnight"),
            Self::Business(time) => fmt::Display::fmt(time, f),
        }
    }
}

impl FromStr for DayEnd {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "midnight" {
            return Ok(Self::Midnight);
        }
        NaiveTime::parse_from_str(text, "%H:%M").or_else(|_| text.parse()).map(Self::Business)
    }
}

impl Serialize for DayEnd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DayEnd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?
            .parse()
            .map_err(|_| de::Error::custom("neither `midnight` nor a time of day like `17:30`"))
    }
}
