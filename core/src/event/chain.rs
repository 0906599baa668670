//! The hash chain of a stream: each event's digest covers the digest before it.
//!
//! ```text
//! digest(n) = H( "anjuan.1" ‖ digest(n-1) ‖ L(stream) ‖ u64(revision) ‖ id ‖ L(type) ‖ u32(schema version)
//!                ‖ i64(occurred at) ‖ i64(recorded at) ‖ L(metadata) ‖ L(data) )
//! L(x)      = u64(length of x in bytes) ‖ x
//! digest(0) = 32 zero bytes
//! ```
//!
//! Numbers are big-endian, times are microseconds since 1970 in UTC, ids are the 16 bytes of a UUID. Every field is
//! of fixed width or carries its length, so no two records have the same input. The position is left out: the same
//! history has the same digests in every store.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};
use sm3::Sm3;

use super::{NewEvent, RecordedEvent};
use crate::id::{Revision, StreamId, text_of};

const DOMAIN: &[u8] = b"anjuan.1";

/// The hash function of a chain, chosen when a store is created and never changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HashAlgorithm {
    /// SHA-256 (FIPS 180-4).
    #[default]
    Sha256,
    /// SM3 (GB/T 32905-2016), for systems that are assessed for Chinese commercial cryptography (商用密码).
    Sm3,
}

impl fmt::Display for HashAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sha256 => "sha256",
            Self::Sm3 => "sm3",
        })
    }
}

/// A hash of 32 bytes; its text is 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// A text that is not 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a digest is 64 hexadecimal digits")]
pub struct InvalidDigest;

impl Digest {
    /// What the first event of a stream has before it.
    pub const ZERO: Self = Self([0; 32]);

    /// The digest with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// SHA-256 over length-prefixed parts: tells whether two requests are the same.
    #[must_use]
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(length(part));
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// The digest of an event that follows `previous` in its stream.
    #[must_use]
    pub fn link(
        algorithm: HashAlgorithm,
        previous: &Self,
        stream: &StreamId,
        revision: Revision,
        event: &NewEvent,
    ) -> Self {
        match algorithm {
            HashAlgorithm::Sha256 => link(Sha256::new(), previous, stream, revision, event),
            HashAlgorithm::Sm3 => link(Sm3::new(), previous, stream, revision, event),
        }
    }
}

fn link<H: sha2::Digest>(
    mut hash: H,
    previous: &Digest,
    stream: &StreamId,
    revision: Revision,
    event: &NewEvent,
) -> Digest
where
    sha2::digest::Output<H>: Into<[u8; 32]>,
{
    hash.update(DOMAIN);
    hash.update(previous.0);
    hash.update(length(stream.as_str().as_bytes()));
    hash.update(stream.as_str());
    hash.update(revision.get().to_be_bytes());
    hash.update(event.id.as_uuid().as_bytes());
    hash.update(length(event.event_type.as_str().as_bytes()));
    hash.update(event.event_type.as_str());
    hash.update(event.schema_version.to_be_bytes());
    hash.update(event.occurred_at.as_micros().to_be_bytes());
    hash.update(event.recorded_at.as_micros().to_be_bytes());
    hash.update(length(&event.metadata));
    hash.update(&event.metadata);
    hash.update(length(&event.data));
    hash.update(&event.data);
    Digest(hash.finalize().into())
}

fn length(bytes: &[u8]) -> [u8; 8] {
    (bytes.len() as u64).to_be_bytes()
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 64 || !text.is_ascii() {
            return Err(InvalidDigest);
        }
        let mut bytes = [0; 32];
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| InvalidDigest)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| InvalidDigest)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text_of("Digest", deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// The last link of a stream: what the next event is chained to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainHead {
    /// The revision of the last event.
    pub revision: Revision,
    /// Its digest.
    pub digest: Digest,
}

impl ChainHead {
    /// The head after `event` is added to a stream with the head `before`.
    #[must_use]
    pub fn extend(
        before: Option<&Self>,
        algorithm: HashAlgorithm,
        stream: &StreamId,
        event: &NewEvent,
    ) -> Self {
        let revision = Revision::after(before.map(|head| head.revision));
        let previous = before.map_or(Digest::ZERO, |head| head.digest);
        Self { revision, digest: Digest::link(algorithm, &previous, stream, revision, event) }
    }

    /// Whether `event` is the true successor of `before`: its revision follows and its digest is right.
    #[must_use]
    pub fn admits(before: Option<&Self>, algorithm: HashAlgorithm, event: &RecordedEvent) -> bool {
        let expected = Self::extend(before, algorithm, &event.stream, &event.to_new());
        expected == Self { revision: event.revision, digest: event.digest }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use uuid::Uuid;

    use super::*;
    use crate::event::EventType;
    use crate::id::EventId;

    fn event() -> NewEvent {
        NewEvent {
            id: EventId::from_uuid(Uuid::from_u128(7)),
            event_type: EventType::new("MediationApplied").unwrap(),
            schema_version: 1,
            occurred_at: "2026-06-26T09:00:00+08:00".parse().unwrap(),
            recorded_at: "2026-06-26T09:00:01+08:00".parse().unwrap(),
            metadata: Bytes::from_static(b"{}"),
            data: Bytes::from("{\"n\":\"案卷\"}"),
        }
    }

    /// The two digests were computed from the formula above by an independent program (Python's hashlib).
    #[test]
    fn the_chain_is_the_documented_one() {
        let stream = StreamId::new("mediation/1").unwrap();
        let head = |algorithm| ChainHead::extend(None, algorithm, &stream, &event()).digest.to_string();
        assert_eq!(head(HashAlgorithm::Sha256), SHA256);
        assert_eq!(head(HashAlgorithm::Sm3), SM3);
    }

    const SHA256: &str = "fec85c2a78dface464620a07209c7eb90aebfde2868014efe1524ed47935af0b";
    const SM3: &str = "cf8ab3e0718cd095036446ae3af0db6243346cab8875d48926165796e2bb25aa";

    #[test]
    fn every_field_counts() {
        let stream = StreamId::new("mediation/1").unwrap();
        let other_stream = StreamId::new("mediation/2").unwrap();
        let digest = |stream: &StreamId, event: &NewEvent| {
            ChainHead::extend(None, HashAlgorithm::Sha256, stream, event).digest
        };
        let later = event().occurred_at.plus_micros(1).unwrap();
        let changed = [
            NewEvent { id: EventId::from_uuid(Uuid::from_u128(8)), ..event() },
            NewEvent { event_type: EventType::new("MediationApplieD").unwrap(), ..event() },
            NewEvent { schema_version: 2, ..event() },
            NewEvent { occurred_at: later, ..event() },
            NewEvent { recorded_at: later, ..event() },
            NewEvent { metadata: Bytes::from_static(b"{ }"), ..event() },
            NewEvent { data: Bytes::new(), ..event() },
        ];
        for event in &changed {
            assert_ne!(digest(&stream, event), digest(&stream, &self::event()), "{event:?}");
        }
        assert_ne!(digest(&other_stream, &event()), digest(&stream, &event()));
    }

    #[test]
    fn a_digest_reads_back() {
        let digest = Digest::of_parts([b"x".as_slice()]);
        assert_eq!(digest.to_string().parse::<Digest>(), Ok(digest));
        assert_eq!("zz".repeat(32).parse::<Digest>(), Err(InvalidDigest));
        assert_eq!("é".repeat(32).parse::<Digest>(), Err(InvalidDigest));
    }
}
