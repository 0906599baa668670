//! Finding the same person in two cases without showing who it is.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use sm3::Sm3;
use zeroize::Zeroizing;

use super::cipher::Key;
use crate::event::{Digest, HashAlgorithm};
use crate::id::InvalidId;

/// A keyed hash of an identity number: HMAC (RFC 2104) under a key that never leaves the ring.
///
/// An identity number has so few values that a plain hash of it is as good as the number; without the key this tells
/// only whether two are equal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fingerprint(Digest);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({})", self.0)
    }
}

/// The number of an identity document, checked and in one form. Wiped from memory when dropped, and never shown.
#[derive(Clone)]
pub struct IdentityDocument {
    kind: &'static str,
    number: Zeroizing<String>,
}

impl IdentityDocument {
    /// A resident identity number (公民身份号码): 17 digits and a check character.
    ///
    /// Spaces are dropped and a small `x` is made a capital one. Source: GB 11643-1999, section 4.
    ///
    /// # Errors
    /// Not 18 characters, a character other than a digit before the last, or a wrong check character.
    pub fn resident(number: &str) -> Result<Self, InvalidId> {
        let number = compact(number);
        let valid = number.len() == 18 && check_character(&number) == number.chars().last();
        if valid {
            Ok(Self { kind: "resident", number })
        } else {
            Err(InvalidId::new("identity number", "not 17 digits and the check character of GB 11643"))
        }
    }

    /// A passport or any other document whose number has no check of its own; letters and digits count.
    ///
    /// # Errors
    /// No letter or digit in it.
    pub fn other(number: &str) -> Result<Self, InvalidId> {
        let number = compact(number);
        if number.is_empty() {
            Err(InvalidId::new("document number", "no letter or digit in it"))
        } else {
            Ok(Self { kind: "other", number })
        }
    }
}

impl fmt::Debug for IdentityDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityDocument(..)")
    }
}

fn compact(number: &str) -> Zeroizing<String> {
    Zeroizing::new(number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect())
}

/// ISO 7064 MOD 11-2 over the first 17 digits; `None` if they are not digits.
fn check_character(number: &str) -> Option<char> {
    let mut product = 0;
    for character in number.chars().take(17) {
        product = (product + character.to_digit(10)?) * 2 % 11;
    }
    match (12 - product) % 11 {
        10 => Some('X'),
        digit => char::from_digit(digit, 10),
    }
}

pub(super) fn keyed_hash(algorithm: HashAlgorithm, key: &Key, document: &IdentityDocument) -> Fingerprint {
    let parts = [document.kind.as_bytes(), b":", document.number.as_bytes()];
    let bytes: [u8; 32] = match algorithm {
        HashAlgorithm::Sha256 => hmac_of::<Hmac<Sha256>>(key, parts),
        HashAlgorithm::Sm3 => hmac_of::<Hmac<Sm3>>(key, parts),
    };
    Fingerprint(Digest::from_bytes(bytes))
}

fn hmac_of<M: Mac + KeyInit>(key: &Key, parts: [&[u8]; 3]) -> [u8; 32]
where
    hmac::digest::Output<M>: Into<[u8; 32]>,
{
    let mut mac = <M as KeyInit>::new_from_slice(key.as_slice()).expect("HMAC takes a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_is_valid_and_its_neighbours_are_not() {
        assert!(IdentityDocument::resident("11010519491231002X").is_ok());
        for wrong in ["110105194912310021", "11010519491231002", "1101051949123100XX", "张三", ""] {
            assert!(IdentityDocument::resident(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_document_is_never_shown() {
        let document = IdentityDocument::other("G 1234 5678").unwrap();
        assert_eq!(format!("{document:?}"), "IdentityDocument(..)");
    }
}
