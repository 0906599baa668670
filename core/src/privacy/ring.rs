//! The ring of keys: seals, opens, and destroys.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::cipher::Key;
use super::fingerprint::keyed_hash;
use super::{
    Cipher, Fingerprint, IdentityDocument, KeyState, KeyStore, KeyStoreError, MemoryKeys, Sealed, WrappedKey,
};
use crate::clock::Timestamp;
use crate::event::HashAlgorithm;
use crate::id::{Entropy, KeyId, SystemEntropy};

/// Keys are wrapped with one cipher for the life of a ring, so that the cipher of new boxes can change.
const WRAPPING: Cipher = Cipher::XChaCha20Poly1305;

/// The key that wraps all others: 32 random bytes from the host's vault, wiped from memory when dropped.
///
/// Whoever loses it loses everything sealed; whoever keeps it beside the keys has one lock for two doors.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// The key with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

/// Why something could not be sealed or opened. The log is not touched by any of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrivacyError {
    /// The key was destroyed: what it sealed is erased, and nothing new is sealed under it.
    #[error("the key {key} was destroyed on {at}: what it sealed is erased")]
    Destroyed {
        /// The key.
        key: KeyId,
        /// When it was destroyed.
        at: Timestamp,
    },
    /// No such key: the box belongs to another ring.
    #[error("the key {key} is not in this ring")]
    UnknownKey {
        /// The key.
        key: KeyId,
    },
    /// The box was changed, or the master key is another one.
    #[error("the box under key {key} does not open: it was changed, or the master key is another")]
    DoesNotOpen {
        /// The key.
        key: KeyId,
    },
    /// The content is not of the type that was asked for.
    #[error("the content under key {key} is not what was expected")]
    Content {
        /// The key.
        key: KeyId,
        /// What does not fit.
        #[source]
        source: serde_json::Error,
    },
    /// The key store failed.
    #[error(transparent)]
    Store(#[from] KeyStoreError),
}

/// Seals and opens boxes, makes keys when they are first needed, and destroys them.
///
/// Cheap to clone; clones share the key store.
#[derive(Clone)]
pub struct KeyRing {
    keys: Arc<dyn KeyStore>,
    master: MasterKey,
    cipher: Cipher,
    entropy: Arc<dyn Entropy>,
}

impl KeyRing {
    /// The name of the key of fingerprints, which belongs to no person and no case.
    const FINGERPRINTS: KeyId = KeyId::from_uuid(Uuid::nil());

    /// A ring over a key store.
    #[must_use]
    pub fn new(keys: Arc<dyn KeyStore>, master: MasterKey) -> Self {
        Self { keys, master, cipher: Cipher::default(), entropy: Arc::new(SystemEntropy) }
    }

    /// A ring in memory under a random master key: what it seals is lost with the process.
    #[must_use]
    pub fn in_memory() -> Self {
        let mut master = [0; 32];
        SystemEntropy.fill(&mut master);
        Self::new(Arc::new(MemoryKeys::default()), MasterKey(master))
    }

    /// Seals new boxes with this cipher; boxes sealed with another one still open.
    ///
    /// It goes for fingerprints too (HMAC with SHA-256, or with SM3 beside SM4): those made under the other cipher do
    /// not match the new ones, so a ring that finds people again keeps its cipher.
    #[must_use]
    pub const fn with_cipher(mut self, cipher: Cipher) -> Self {
        self.cipher = cipher;
        self
    }

    /// Takes randomness from here. Predictable randomness makes every box worthless outside a test.
    #[must_use]
    pub fn with_entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// Makes a key if it is new, so that sealing under it later draws no randomness but the nonce.
    ///
    /// # Errors
    /// The key was destroyed, does not open under this master key, or the key store failed.
    pub async fn make(&self, key: KeyId) -> Result<(), PrivacyError> {
        self.secret_or_new(key).await.map(drop)
    }

    /// Seals a text under a key, which is made if it is new.
    ///
    /// # Errors
    /// The key was destroyed, does not open under this master key, or the key store failed.
    pub async fn seal_text(&self, key: KeyId, text: &str) -> Result<Sealed, PrivacyError> {
        self.seal_bytes(key, text.as_bytes()).await
    }

    /// Seals a value as JSON under a key, which is made if it is new.
    ///
    /// # Errors
    /// As [`KeyRing::seal_text`], or the value has no JSON form.
    pub async fn seal<T: Serialize + Sync>(&self, key: KeyId, value: &T) -> Result<Sealed, PrivacyError> {
        let json = serde_json::to_vec(value).map_err(|source| PrivacyError::Content { key, source })?;
        self.seal_bytes(key, &Zeroizing::new(json)).await
    }

    async fn seal_bytes(&self, key: KeyId, plain: &[u8]) -> Result<Sealed, PrivacyError> {
        let secret = self.secret_or_new(key).await?;
        let context = Sealed::context(self.cipher, key);
        let bytes = self.cipher.seal(&secret, &context, plain, &*self.entropy);
        Ok(Sealed { cipher: self.cipher, key, bytes: bytes.into() })
    }

    /// Opens a box that holds a text.
    ///
    /// # Errors
    /// The key was destroyed or is of another ring, the box was changed, or the key store failed.
    pub async fn open_text(&self, sealed: &Sealed) -> Result<Zeroizing<String>, PrivacyError> {
        let plain = self.open_bytes(sealed).await?;
        match std::str::from_utf8(&plain) {
            Ok(text) => Ok(Zeroizing::new(text.to_owned())),
            Err(_) => Err(PrivacyError::DoesNotOpen { key: sealed.key }),
        }
    }

    /// Opens a box that holds a value.
    ///
    /// # Errors
    /// As [`KeyRing::open_text`], or the content is not of this type.
    pub async fn open<T: DeserializeOwned>(&self, sealed: &Sealed) -> Result<T, PrivacyError> {
        let plain = self.open_bytes(sealed).await?;
        serde_json::from_slice(&plain).map_err(|source| PrivacyError::Content { key: sealed.key, source })
    }

    async fn open_bytes(&self, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, PrivacyError> {
        let key = sealed.key;
        let secret = self.secret(key).await?.ok_or(PrivacyError::UnknownKey { key })?;
        let context = Sealed::context(sealed.cipher, key);
        sealed.cipher.open(&secret, &context, &sealed.bytes).map_err(|_| PrivacyError::DoesNotOpen { key })
    }

    /// Destroys keys: whatever they sealed is erased, wherever copies of it lie.
    ///
    /// # Errors
    /// The key store failed; repeat, the call may be repeated safely.
    pub async fn destroy(&self, keys: &[KeyId], at: Timestamp) -> Result<(), PrivacyError> {
        Ok(self.keys.destroy(keys, at).await?)
    }

    /// The fingerprint of an identity document: equal for equal numbers, and it tells nothing else.
    ///
    /// # Errors
    /// The key of fingerprints was destroyed or does not open, or the key store failed.
    pub async fn fingerprint(&self, document: &IdentityDocument) -> Result<Fingerprint, PrivacyError> {
        let secret = self.secret_or_new(Self::FINGERPRINTS).await?;
        let hash = match self.cipher {
            Cipher::XChaCha20Poly1305 => HashAlgorithm::Sha256,
            Cipher::Sm4Gcm => HashAlgorithm::Sm3,
        };
        Ok(keyed_hash(hash, &secret, document))
    }

    async fn secret(&self, key: KeyId) -> Result<Option<Key>, PrivacyError> {
        match self.unwrap(key, self.keys.load(key).await?) {
            Ok(secret) => Ok(Some(secret)),
            Err(PrivacyError::UnknownKey { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn secret_or_new(&self, key: KeyId) -> Result<Key, PrivacyError> {
        if let Some(secret) = self.secret(key).await? {
            return Ok(secret);
        }
        let mut secret = Key::default();
        self.entropy.fill(secret.as_mut_slice());
        let wrapped = WRAPPING.seal(&self.master_key(), key.as_uuid().as_bytes(), &*secret, &*self.entropy);
        let kept = self.keys.create(key, WrappedKey::from_bytes(wrapped.into())).await?;
        self.unwrap(key, kept)
    }

    fn unwrap(&self, key: KeyId, state: KeyState) -> Result<Key, PrivacyError> {
        let wrapped: Bytes = match state {
            KeyState::Unknown => return Err(PrivacyError::UnknownKey { key }),
            KeyState::Destroyed(at) => return Err(PrivacyError::Destroyed { key, at }),
            KeyState::Present(wrapped) => wrapped.as_bytes().clone(),
        };
        let does_not_open = || PrivacyError::DoesNotOpen { key };
        let plain = WRAPPING
            .open(&self.master_key(), key.as_uuid().as_bytes(), &wrapped)
            .map_err(|_| does_not_open())?;
        let bytes: [u8; 32] = plain.as_slice().try_into().map_err(|_| does_not_open())?;
        Ok(Key::new(bytes))
    }

    fn master_key(&self) -> Key {
        Key::new(self.master.0)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("keys", &self.keys)
            .field("cipher", &self.cipher)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "2026-06-26T09:00:00+08:00";

    fn key(number: u128) -> KeyId {
        KeyId::from_uuid(Uuid::from_u128(number))
    }

    #[tokio::test]
    async fn what_was_sealed_opens_in_either_cipher() {
        let ring = KeyRing::in_memory();
        for cipher in [Cipher::XChaCha20Poly1305, Cipher::Sm4Gcm] {
            let ring = ring.clone().with_cipher(cipher);
            let sealed = ring.seal_text(key(1), "烧烤店烫伤 ᠮᠣᠩᠭᠣᠯ").await.unwrap();
            let read_back: Sealed = sealed.to_string().parse().unwrap();
            assert_eq!(*ring.open_text(&read_back).await.unwrap(), "烧烤店烫伤 ᠮᠣᠩᠭᠣᠯ");
        }
    }

    #[tokio::test]
    async fn a_destroyed_key_neither_opens_nor_seals() {
        let ring = KeyRing::in_memory();
        let sealed = ring.seal_text(key(1), "张三").await.unwrap();
        ring.destroy(&[key(1)], AT.parse().unwrap()).await.unwrap();
        assert!(matches!(ring.open_text(&sealed).await, Err(PrivacyError::Destroyed { .. })));
        assert!(matches!(ring.seal_text(key(1), "李四").await, Err(PrivacyError::Destroyed { .. })));
    }

    #[tokio::test]
    async fn a_key_keeps_the_moment_at_which_it_was_destroyed_first() {
        let ring = KeyRing::in_memory();
        let sealed = ring.seal_text(key(1), "张三").await.unwrap();
        let first: Timestamp = AT.parse().unwrap();
        for at in [first, first.plus_micros(1).unwrap()] {
            ring.destroy(&[key(1)], at).await.unwrap();
        }
        let erased = ring.open_text(&sealed).await;
        assert!(matches!(erased, Err(PrivacyError::Destroyed { at, .. }) if at == first));
    }

    #[tokio::test]
    async fn a_box_does_not_open_under_another_name_or_cipher() {
        let ring = KeyRing::in_memory();
        let sealed = ring.seal_text(key(1), "甲").await.unwrap();
        ring.seal_text(key(2), "乙").await.unwrap();
        let renamed = Sealed { key: key(2), ..sealed.clone() };
        let recast = Sealed { cipher: Cipher::Sm4Gcm, ..sealed };
        for changed in [renamed, recast] {
            assert!(matches!(ring.open_text(&changed).await, Err(PrivacyError::DoesNotOpen { .. })));
        }
    }

    #[tokio::test]
    async fn another_ring_does_not_know_the_key() {
        let sealed = KeyRing::in_memory().seal_text(key(1), "甲").await.unwrap();
        assert!(matches!(
            KeyRing::in_memory().open_text(&sealed).await,
            Err(PrivacyError::UnknownKey { .. })
        ));
    }

    #[tokio::test]
    async fn equal_numbers_have_equal_fingerprints_in_one_ring_only() {
        let ring = KeyRing::in_memory();
        let plain = IdentityDocument::resident("11010519491231002x").unwrap();
        let spaced = IdentityDocument::resident("110105 19491231 002X").unwrap();
        let first = ring.fingerprint(&plain).await.unwrap();
        assert_eq!(ring.fingerprint(&spaced).await.unwrap(), first);
        assert_ne!(KeyRing::in_memory().fingerprint(&plain).await.unwrap(), first);
        let passport = IdentityDocument::other("11010519491231002X").unwrap();
        assert_ne!(ring.fingerprint(&passport).await.unwrap(), first, "another kind of document");
    }
}
