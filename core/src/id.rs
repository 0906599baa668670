//! Checked names of things, and the one home of randomness.
//!
//! An id that exists is valid: constructors check, fields are private. Ids that can reach the log in clear
//! (actors, roles, offices, documents) are random or drawn from a code table, never a name or a number of a person.

use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::clock::Timestamp;

/// A text that cannot be the id it was offered as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid {what}: {reason}")]
pub struct InvalidId {
    what: &'static str,
    reason: &'static str,
}

impl InvalidId {
    pub(crate) const fn new(what: &'static str, reason: &'static str) -> Self {
        Self { what, reason }
    }
}

/// Where random bytes come from.
pub trait Entropy: Send + Sync + fmt::Debug {
    /// Fills the buffer with bytes that nobody can foresee.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's source of randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// # Panics
    /// The operating system has no randomness to give: no key made after that would be a secret.
    #[expect(clippy::disallowed_methods, reason = "the one place that draws randomness")]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the operating system provides randomness");
    }
}

/// A UUID of version 7 (RFC 9562): the moment in milliseconds, then 74 random bits.
///
/// It sorts roughly by time, which keeps indexes small. It is no order of events: clocks differ and go back.
#[must_use]
pub fn uuid_v7(now: Timestamp, entropy: &dyn Entropy) -> Uuid {
    let mut random = [0_u8; 10];
    entropy.fill(&mut random);
    let millis = u64::try_from(now.as_micros().div_euclid(1000)).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Newtypes over a UUID, each a name for one kind of thing.
macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// A new id, made at this moment.
            #[must_use]
            pub fn new(now: $crate::clock::Timestamp, entropy: &dyn $crate::id::Entropy) -> Self {
                Self($crate::id::uuid_v7(now, entropy))
            }

            /// An id that was made elsewhere.
            #[must_use]
            pub const fn from_uuid(uuid: uuid::Uuid) -> Self {
                Self(uuid)
            }

            /// The id as a UUID.
            #[must_use]
            pub const fn as_uuid(&self) -> &uuid::Uuid {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::id::InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let invalid = |_| $crate::id::InvalidId::new(stringify!($name), "not a UUID");
                text.parse().map(Self).map_err(invalid)
            }
        }
    )*};
}
#[cfg(feature = "cases")]
pub(crate) use uuid_ids;

uuid_ids! {
    /// Names one event, everywhere and for ever.
    EventId;
    /// Names a store: stays the same through backup and restore.
    StoreId;
    /// Names one history of a store: changes when a backup is restored, so that positions from before are refused.
    HistoryId;
    /// Names one intention of a caller; repeating a command under its key never does it twice.
    ///
    /// A host makes the key when the user presses the button, keeps it through every repeat, and sends the same
    /// command with it.
    CommandKey;
    /// Names everything that belongs to one request of a citizen, across cases.
    CorrelationId;
    /// Names a member of staff, a party's agent or a device by pseudonym; who it is, the host knows.
    ActorId;
    /// Names a document that lies outside the log.
    DocumentId;
    /// Names a person by pseudonym; the particulars are sealed under the person's key.
    PersonRef;
    /// Names a key by which personal data are sealed.
    KeyId;
}

impl PersonRef {
    /// The key under which what is known of this person is sealed; destroying it erases the person.
    #[must_use]
    pub const fn key(&self) -> KeyId {
        KeyId(self.0)
    }
}

/// Reads the text form of a type that checks it, as a newtype of that name: whoever asks the code what it would read
/// learns more than "a text", and in JSON it is the text alone.
pub(crate) fn text_of<'de, D: Deserializer<'de>>(
    name: &'static str,
    deserializer: D,
) -> Result<Cow<'de, str>, D::Error> {
    struct Text;

    impl<'de> de::Visitor<'de> for Text {
        type Value = Cow<'de, str>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text")
        }

        fn visit_newtype_struct<D: Deserializer<'de>>(self, inside: D) -> Result<Self::Value, D::Error> {
            Cow::deserialize(inside)
        }
    }

    deserializer.deserialize_newtype_struct(name, Text)
}

macro_rules! text_serde {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(&text_of(stringify!($name), deserializer)?).map_err(de::Error::custom)
            }
        }
    };
}

/// Names a stream: a category and a key, joined by the first slash (`mediation/0197…`).
///
/// The category is 1 to 32 bytes of `a-z`, `0-9` and `_`, and starts with a letter. The key is any text without
/// control characters. Together they take at most [`StreamId::MAX_BYTES`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(Arc<str>);

impl StreamId {
    /// The longest id, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 200;
    const MAX_CATEGORY_BYTES: usize = 32;

    /// Checks an id that is already in its text form.
    ///
    /// # Errors
    /// No slash, an empty or malformed category, an empty key, a control character, or too long.
    pub fn new(text: &str) -> Result<Self, InvalidId> {
        let invalid = |reason| Err(InvalidId::new("stream id", reason));
        let Some((category, key)) = text.split_once('/') else {
            return invalid("no slash between category and key");
        };
        if text.len() > Self::MAX_BYTES {
            return invalid("longer than 200 bytes");
        }
        if !is_category(category) {
            return invalid("the category is not 1 to 32 of a-z, 0-9 and _ with a letter first");
        }
        if key.is_empty() || has_control(key) {
            return invalid("the key is empty or has control characters");
        }
        Ok(Self(text.into()))
    }

    /// Joins a category and a key.
    ///
    /// # Errors
    /// As [`StreamId::new`].
    pub fn of(category: &str, key: impl fmt::Display) -> Result<Self, InvalidId> {
        Self::new(&format!("{category}/{key}"))
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the first slash.
    #[must_use]
    pub fn category(&self) -> &str {
        self.0.split_once('/').map_or("", |(category, _)| category)
    }

    /// What stands after the first slash.
    #[must_use]
    pub fn key(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, key)| key)
    }
}

/// Whether there is a control character in a text. Most keys are ASCII, and a log is full of them, so that is looked at
/// without a way out in the middle: many bytes in one step.
fn has_control(text: &str) -> bool {
    if text.is_ascii() {
        text.bytes().fold(false, |found, byte| found | byte.is_ascii_control())
    } else {
        text.chars().any(char::is_control)
    }
}

fn is_category(text: &str) -> bool {
    text.len() <= StreamId::MAX_CATEGORY_BYTES
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

text_serde!(StreamId);

/// A word from a code table: a role, a channel, a device, an office.
///
/// 1 to 64 bytes of `A-Z`, `a-z`, `0-9`, `_`, `-`, `.` and `/`, with no run of seven or more digits. The log holds
/// codes in clear, so a code cannot hold a Chinese name, nor a telephone or identity number written in one piece.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(Arc<str>);

impl Code {
    const MAX_BYTES: usize = 64;
    const MAX_DIGITS_IN_A_ROW: usize = 6;

    /// Checks a code.
    ///
    /// # Errors
    /// Empty, too long, a byte outside the set, or seven digits in a row.
    pub fn new(text: &str) -> Result<Self, InvalidId> {
        let invalid = |reason| Err(InvalidId::new("code", reason));
        if text.is_empty() || text.len() > Self::MAX_BYTES {
            return invalid("not 1 to 64 bytes");
        }
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./".contains(&b)) {
            return invalid("a character outside A-Z, a-z, 0-9, _, -, . and /");
        }
        let longest = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
        if longest > Self::MAX_DIGITS_IN_A_ROW {
            return invalid("seven digits in a row may be the number of a person");
        }
        Ok(Self(text.into()))
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this path is the other one or lies under it: `CN/330200/haishu/1` lies under `CN/330200/haishu`, and not
    /// under `CN/330200/hai`.
    #[must_use]
    pub fn lies_under(&self, path: &Self) -> bool {
        let rest = self.0.strip_prefix(path.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

text_serde!(Code);

/// The place of an event in its stream: 1, 2, 3 … without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(NonZeroU64);

impl Revision {
    /// The revision of the first event of a stream.
    pub const FIRST: Self = Self(NonZeroU64::MIN);

    /// A revision, or nothing for zero.
    #[must_use]
    pub const fn new(number: u64) -> Option<Self> {
        match NonZeroU64::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number, at least 1.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0.get()
    }

    /// The revision that follows. The greatest, 2⁶⁴ − 1, follows itself: no disk holds so many events, but a caller can
    /// ask for it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The revision that follows `head`, the last one of a stream or nothing for an empty one.
    #[must_use]
    pub const fn after(head: Option<Self>) -> Self {
        match head {
            Some(head) => head.next(),
            None => Self::FIRST,
        }
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A place in the global order of one history of one store.
///
/// Positions of one history are ordered; two histories have nothing in common, so comparing across them gives no
/// answer, and a store refuses a position that is not its own. Positions are not promised to be dense: never add
/// one, keep the position and pass it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    history: HistoryId,
    ordinal: u64,
}

impl Position {
    /// For stores: the position with this ordinal. Ordinal 0 lies before every event.
    #[must_use]
    pub const fn new(history: HistoryId, ordinal: u64) -> Self {
        Self { history, ordinal }
    }

    /// The history in which it is a place.
    #[must_use]
    pub const fn history(&self) -> HistoryId {
        self.history
    }

    /// For stores: the number by which the position is ordered.
    #[must_use]
    pub const fn ordinal(&self) -> u64 {
        self.ordinal
    }
}

impl PartialOrd for Position {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        (self.history == other.history).then(|| self.ordinal.cmp(&other.ordinal))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.history, self.ordinal)
    }
}

impl FromStr for Position {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_once(':')
            .and_then(|(history, ordinal)| Some(Self::new(history.parse().ok()?, ordinal.parse().ok()?)))
            .ok_or(InvalidId::new("position", "not a history id, a colon and a number"))
    }
}

/// In its text form.
impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_id_keeps_category_and_key() {
        let id = StreamId::new("mediation/甲/乙").unwrap();
        assert_eq!((id.category(), id.key()), ("mediation", "甲/乙"));
    }

    #[test]
    fn malformed_stream_ids_are_refused() {
        let long = format!("a/{}", "x".repeat(StreamId::MAX_BYTES));
        for text in ["", "a", "/k", "a/", "A/k", "1a/k", "a/k\n", "a/\0", &long] {
            assert!(StreamId::new(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_code_cannot_hold_a_person() {
        for text in ["", "张三", "13800138000", "id-110101199003078515", "a b", "a@b"] {
            assert!(Code::new(text).is_err(), "{text:?}");
        }
        assert!(Code::new("CN/330200/haishu-03").is_ok());
    }

    #[test]
    fn the_greatest_revision_follows_itself() {
        let greatest = Revision::new(u64::MAX).unwrap();
        assert_eq!(greatest.next(), greatest);
        assert_eq!(Revision::FIRST.next(), Revision::new(2).unwrap());
    }

    #[test]
    fn positions_of_two_histories_are_not_comparable() {
        let [one, two] = [1, 2].map(|n| HistoryId::from_uuid(Uuid::from_u128(n)));
        assert!(Position::new(one, 1) < Position::new(one, 2));
        assert_eq!(Position::new(one, 1).partial_cmp(&Position::new(two, 2)), None);
        let position = Position::new(one, 7);
        assert_eq!(position.to_string().parse::<Position>().unwrap(), position);
    }

    #[test]
    fn version_seven_carries_the_moment() {
        let now: Timestamp = "2026-06-26T01:00:00Z".parse().unwrap();
        let uuid = uuid_v7(now, &SystemEntropy);
        assert_eq!(uuid.get_version_num(), 7);
        assert_ne!(uuid, uuid_v7(now, &SystemEntropy));
    }
}
