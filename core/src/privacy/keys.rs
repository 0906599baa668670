//! Where wrapped keys are kept, apart from the log.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;

use crate::clock::Timestamp;
use crate::id::KeyId;

/// A key, encrypted under the master key of the ring: what a key store sees.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey(Bytes);

impl WrappedKey {
    /// The wrapped form, as a ring made it or a store kept it.
    #[must_use]
    pub const fn from_bytes(bytes: Bytes) -> Self {
        Self(bytes)
    }

    /// The bytes to keep.
    #[must_use]
    pub const fn as_bytes(&self) -> &Bytes {
        &self.0
    }
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrappedKey({} bytes)", self.0.len())
    }
}

/// What a key store knows of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyState {
    /// Never made.
    Unknown,
    /// There.
    Present(WrappedKey),
    /// Destroyed at this moment; no key of this name is ever made again.
    Destroyed(Timestamp),
}

/// The key store cannot be read or written. What was asked may have happened or not; repeating it is safe.
#[derive(Debug, thiserror::Error)]
#[error("the key store failed; repeating is safe")]
pub struct KeyStoreError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Keeps wrapped keys, and remembers which were destroyed.
///
/// Keep it apart from the log, with backups of its own that are short-lived: an old backup of the keys undoes their
/// destruction. Every call that returns is durable, and every call may be repeated.
#[async_trait]
pub trait KeyStore: Send + Sync + fmt::Debug {
    /// What is known of a key.
    ///
    /// # Errors
    /// The store cannot be read.
    async fn load(&self, key: KeyId) -> Result<KeyState, KeyStoreError>;

    /// Keeps a new key, unless the name is taken, and answers what is kept now.
    ///
    /// Of several callers that make the same key one wins, and all get the winner's.
    ///
    /// # Errors
    /// The store cannot be written.
    async fn create(&self, key: KeyId, wrapped: WrappedKey) -> Result<KeyState, KeyStoreError>;

    /// Forgets keys for ever and remembers that it did, for known and unknown names alike. A key that was destroyed
    /// before keeps its first moment.
    ///
    /// # Errors
    /// The store cannot be written; some of the keys may be gone.
    async fn destroy(&self, keys: &[KeyId], at: Timestamp) -> Result<(), KeyStoreError>;
}

/// Keys in memory, for tests and demonstrations. Clones share the keys.
#[derive(Debug, Clone, Default)]
pub struct MemoryKeys(Arc<Mutex<HashMap<KeyId, KeyState>>>);

impl MemoryKeys {
    fn with<T>(&self, change: impl FnOnce(&mut HashMap<KeyId, KeyState>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl KeyStore for MemoryKeys {
    async fn load(&self, key: KeyId) -> Result<KeyState, KeyStoreError> {
        Ok(self.with(|keys| keys.get(&key).cloned().unwrap_or(KeyState::Unknown)))
    }

    async fn create(&self, key: KeyId, wrapped: WrappedKey) -> Result<KeyState, KeyStoreError> {
        Ok(self.with(|keys| keys.entry(key).or_insert(KeyState::Present(wrapped)).clone()))
    }

    async fn destroy(&self, keys: &[KeyId], at: Timestamp) -> Result<(), KeyStoreError> {
        self.with(|known| {
            for key in keys {
                let state = known.entry(*key).or_insert(KeyState::Unknown);
                if !matches!(state, KeyState::Destroyed(_)) {
                    *state = KeyState::Destroyed(at);
                }
            }
        });
        Ok(())
    }
}
