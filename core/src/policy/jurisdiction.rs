//! Where a rule holds: the whole country, or an administrative division.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::id::text_of;

/// `CN`, or a six-digit code of an administrative division (行政区划代码).
///
/// The first two digits are the province, the next two the prefecture, the last two the county: `330206` (Beilun)
/// lies in `330200` (Ningbo), that in `330000` (Zhejiang), and that in `CN`. Whether a code is assigned is not
/// checked, since divisions come and go.
///
/// Source: GB/T 2260, codes for the administrative divisions of China (中华人民共和国行政区划代码).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Jurisdiction(Option<Division>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Division {
    province: u8,
    prefecture: u8,
    county: u8,
}

/// A text that is neither `CN` nor a code of a division.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("neither CN nor a six-digit code of a province, prefecture or county: {0:?}")]
pub struct InvalidJurisdiction(String);

impl Jurisdiction {
    /// The whole country.
    pub const CN: Self = Self(None);

    /// Whether it is the whole country.
    #[must_use]
    pub const fn is_national(&self) -> bool {
        self.0.is_none()
    }

    /// The next wider jurisdiction; nothing is wider than the country.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let division = self.0?;
        Some(Self(if division.county > 0 {
            Some(Division { county: 0, ..division })
        } else if division.prefecture > 0 {
            Some(Division { prefecture: 0, ..division })
        } else {
            None
        }))
    }

    /// This jurisdiction and every wider one, narrowest first; the last is always `CN`.
    pub fn chain(&self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(*self), Self::parent)
    }
}

impl fmt::Display for Jurisdiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("CN"),
            Some(Division { province, prefecture, county }) => {
                write!(f, "{province:02}{prefecture:02}{county:02}")
            }
        }
    }
}

impl FromStr for Jurisdiction {
    type Err = InvalidJurisdiction;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "CN" {
            return Ok(Self::CN);
        }
        let pair = |range| text.get(range).and_then(|digits: &str| digits.parse::<u8>().ok());
        let six_digits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        match (pair(0..2), pair(2..4), pair(4..6)) {
            // A county lies in a prefecture; those directly under a province have a prefecture pair of their own (90).
            (Some(province @ 11..), Some(prefecture), Some(county))
                if six_digits && (county == 0 || prefecture > 0) =>
            {
                Ok(Self(Some(Division { province, prefecture, county })))
            }
            _ => Err(InvalidJurisdiction(text.to_owned())),
        }
    }
}

impl Serialize for Jurisdiction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Jurisdiction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text_of("Jurisdiction", deserializer)?.parse().map_err(de::Error::custom)
    }
}
