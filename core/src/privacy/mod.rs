//! Personal data beside an append-only log: sealed in it, and erased by destroying a key.
//!
//! A log that is never rewritten cannot delete. So whatever is personal (particulars, and every free text) enters an
//! event only as a [`Sealed`] box under the key of a person or a case. The [`KeyRing`] opens boxes; destroying a key
//! makes its boxes noise for ever, and the hash chain, which covers the sealed bytes, still verifies.
//!
//! Source: Personal Information Protection Law (个人信息保护法, 2021-08-20) Art 47; Archives Law (档案法, 2020-06-20)
//! Art 37.

mod cipher;
mod fingerprint;
mod keys;
mod ring;
mod sealed;

pub use cipher::Cipher;
pub use fingerprint::{Fingerprint, IdentityDocument};
pub use keys::{KeyState, KeyStore, KeyStoreError, MemoryKeys, WrappedKey};
pub use ring::{KeyRing, MasterKey, PrivacyError};
pub use sealed::{InvalidSealed, Sealed};
