//! A box that only its key opens.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Cipher;
use crate::id::{KeyId, text_of};

/// Personal data or free text, sealed under the key of a person or a case.
///
/// Its text is `x1.<key id>.<nonce and ciphertext in base64url>`, where the first part names the cipher (`x1`
/// XChaCha20-Poly1305, `s1` SM4-GCM). The cipher and the key id are authenticated with the content. Only a
/// [`KeyRing`](super::KeyRing) seals, so a field of this type has no place for a sentence. A box that comes in as text is
/// opened by nobody on the way: whether it was sealed, and not just dressed up as a box, shows when it is opened.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Sealed {
    pub(super) cipher: Cipher,
    pub(super) key: KeyId,
    pub(super) bytes: Bytes,
}

/// A text that is not a sealed box.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a sealed box: cipher, key id and base64url content, joined by dots")]
pub struct InvalidSealed;

impl Sealed {
    /// The key that opens it.
    #[must_use]
    pub const fn key(&self) -> KeyId {
        self.key
    }

    /// The cipher that sealed it.
    #[must_use]
    pub const fn cipher(&self) -> Cipher {
        self.cipher
    }

    /// What is authenticated beside the content.
    pub(super) fn context(cipher: Cipher, key: KeyId) -> Vec<u8> {
        let mut context = cipher.tag().as_bytes().to_vec();
        context.extend_from_slice(key.as_uuid().as_bytes());
        context
    }
}

impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.cipher.tag(), self.key.as_uuid().simple(), BASE64.encode(&self.bytes))
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes under {})", self.bytes.len(), self.key)
    }
}

impl FromStr for Sealed {
    type Err = InvalidSealed;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '.');
        let mut next = || parts.next().ok_or(InvalidSealed);
        let cipher = Cipher::from_tag(next()?).ok_or(InvalidSealed)?;
        let key = next()?.parse().map_err(|_| InvalidSealed)?;
        let bytes = BASE64.decode(next()?).map_err(|_| InvalidSealed)?;
        if bytes.len() < cipher.bytes_min() {
            return Err(InvalidSealed);
        }
        Ok(Self { cipher, key, bytes: bytes.into() })
    }
}

impl Serialize for Sealed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sealed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text_of("Sealed", deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_box_is_refused() {
        let key = "00000000000000000000000000000001";
        let box_of = |tag: &str, bytes: usize| format!("{tag}.{key}.{}", BASE64.encode(vec![0; bytes]));
        assert!(box_of("x1", 40).parse::<Sealed>().is_ok() && box_of("s1", 28).parse::<Sealed>().is_ok());
        // Too short for nonce and tag: a clear word in base64, perhaps.
        let short = [box_of("x1", 39), box_of("s1", 27)];
        let malformed = ["", "x1", "x1..", "x9.0.AA", "张三"].map(str::to_owned);
        for text in short.iter().chain(&malformed) {
            assert_eq!(text.parse::<Sealed>(), Err(InvalidSealed), "{text}");
        }
    }
}
