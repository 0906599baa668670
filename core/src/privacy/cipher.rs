//! The authenticated ciphers in which boxes are sealed.

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::XChaCha20Poly1305;
use sm4::Sm4;
use zeroize::Zeroizing;

use crate::id::Entropy;

type Sm4Gcm = AesGcm<Sm4, U12>;

/// An authenticated cipher; every box names its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Cipher {
    /// XChaCha20-Poly1305: a 256-bit key and a nonce of 192 bits, so large that it may be drawn at random.
    #[default]
    XChaCha20Poly1305,
    /// SM4-GCM (GB/T 32907-2016, RFC 8998), for systems that are assessed for Chinese commercial cryptography.
    ///
    /// Its key is 128 bits, the first half of the 256 in the ring, and its nonce 96: up to 2³² boxes under one key,
    /// which no person or case will see.
    Sm4Gcm,
}

/// A key of 256 bits, wiped when it is dropped.
pub(super) type Key = Zeroizing<[u8; 32]>;

/// A box does not open: other key, other context, or changed bytes.
#[derive(Debug)]
pub(super) struct DoesNotOpen;

impl Cipher {
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::XChaCha20Poly1305 => "x1",
            Self::Sm4Gcm => "s1",
        }
    }

    pub(super) fn from_tag(tag: &str) -> Option<Self> {
        [Self::XChaCha20Poly1305, Self::Sm4Gcm].into_iter().find(|cipher| cipher.tag() == tag)
    }

    const fn nonce_bytes(self) -> usize {
        match self {
            Self::XChaCha20Poly1305 => 24,
            Self::Sm4Gcm => 12,
        }
    }

    /// The fewest bytes that a box has: nonce and tag around an empty text.
    pub(super) const fn bytes_min(self) -> usize {
        const TAG_BYTES: usize = 16;
        self.nonce_bytes() + TAG_BYTES
    }

    /// Nonce and ciphertext, one behind the other. `context` is not stored and must be the same when opening.
    pub(super) fn seal(self, key: &Key, context: &[u8], plain: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        let mut sealed = vec![0; self.nonce_bytes()];
        entropy.fill(&mut sealed);
        let payload = Payload { msg: plain, aad: context };
        let ciphertext = match self {
            Self::XChaCha20Poly1305 => encrypt(&chacha(key), &sealed, payload),
            Self::Sm4Gcm => encrypt(&sm4_gcm(key), &sealed, payload),
        };
        sealed.extend_from_slice(&ciphertext);
        sealed
    }

    pub(super) fn open(
        self,
        key: &Key,
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
        let (nonce, ciphertext) = sealed.split_at_checked(self.nonce_bytes()).ok_or(DoesNotOpen)?;
        let payload = Payload { msg: ciphertext, aad: context };
        match self {
            Self::XChaCha20Poly1305 => decrypt(&chacha(key), nonce, payload),
            Self::Sm4Gcm => decrypt(&sm4_gcm(key), nonce, payload),
        }
    }
}

fn chacha(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new_from_slice(key.as_slice()).expect("XChaCha20-Poly1305 takes a key of 32 bytes")
}

fn sm4_gcm(key: &Key) -> Sm4Gcm {
    let (half, _) = key.split_at(16);
    Sm4Gcm::new_from_slice(half).expect("SM4 takes a key of 16 bytes")
}

fn encrypt<A: Aead>(cipher: &A, nonce: &[u8], payload: Payload<'_, '_>) -> Vec<u8> {
    let nonce = nonce.try_into().expect("the nonce has the length that the cipher names");
    cipher.encrypt(nonce, payload).expect("a text of an event is far below the limit of the cipher")
}

fn decrypt<A: Aead>(
    cipher: &A,
    nonce: &[u8],
    payload: Payload<'_, '_>,
) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
    let nonce = nonce.try_into().map_err(|_| DoesNotOpen)?;
    cipher.decrypt(nonce, payload).map(Zeroizing::new).map_err(|_| DoesNotOpen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        hex.as_bytes()
            .chunks(2)
            .map(|digits| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap())
            .collect()
    }

    /// RFC 8998, appendix A.2.
    #[test]
    fn sm4_gcm_is_the_standard_one() {
        let mut key = Key::default();
        key[..16].copy_from_slice(&bytes("0123456789abcdeffedcba9876543210"));
        let sealed = bytes(concat!(
            "00001234567800000000abcd",
            "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735",
            "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d",
            "83de3541e4c2b58177e065a9bf7b62ec"
        ));
        let context = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        let plain = bytes(concat!(
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd",
            "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
        ));
        assert_eq!(*Cipher::Sm4Gcm.open(&key, &context, &sealed).unwrap(), plain);
    }
}
