//! The frame around every stored value, and the reading of its fields.
//!
//! ```text
//! value = u8(format) ‖ u32(length of the body) ‖ u32(CRC-32 of key, format and body) ‖ body
//! ```
//!
//! Numbers are big-endian. The checksum covers the key, so that a sound value under a wrong key is damage too.

use std::fmt;
use std::ops::Deref;

use anjuan::store::StoreError;
use bytes::{Buf, Bytes};

/// The format that this program writes, and the newest it reads.
pub(crate) const FORMAT: u8 = 1;

/// What is wrong with a stored value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Damage {
    #[error("the value is missing")]
    Missing,
    #[error("the value is cut short or too long")]
    Length,
    #[error("the checksum does not fit")]
    Checksum,
    #[error("the format is {0}, the newest known is {FORMAT}")]
    Format(u8),
    #[error("{0}")]
    Content(&'static str),
}

impl Damage {
    pub(crate) fn at(self, place: impl fmt::Display) -> StoreError {
        StoreError::Corrupt { place: place.to_string(), reason: self.to_string() }
    }
}

/// The value to be stored under `key`.
pub(crate) fn seal(key: &[u8], body: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(9 + body.len());
    value.push(FORMAT);
    value.extend_from_slice(&count_u32(body.len()).to_be_bytes());
    value.extend_from_slice(&checksum(key, FORMAT, body).to_be_bytes());
    value.extend_from_slice(body);
    value
}

/// The body of the value found under `key`, after all checks.
pub(crate) fn unseal<B: Buf + Deref<Target = [u8]>>(key: &[u8], value: B) -> Result<Fields<B>, Damage> {
    let mut fields = Fields(value);
    let format = fields.u8()?;
    if format != FORMAT {
        return Err(Damage::Format(format));
    }
    let (length, sum) = (fields.u32()?, fields.u32()?);
    if u64::from(length) != fields.0.len() as u64 {
        return Err(Damage::Length);
    }
    if checksum(key, format, &fields.0) != sum {
        return Err(Damage::Checksum);
    }
    Ok(fields)
}

fn checksum(key: &[u8], format: u8, body: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(key);
    crc.update(&[format]);
    crc.update(body);
    crc.finalize()
}

/// A number that the limits of the contract keep far below 2³².
pub(crate) fn count_u32(count: usize) -> u32 {
    u32::try_from(count).expect("the limits of an append keep every count below 2^32")
}

/// Writes a text of at most 255 bytes: ids and names of types are that short by their own rules.
pub(crate) fn put_text(body: &mut Vec<u8>, text: &str) {
    body.push(u8::try_from(text.len()).expect("ids and type names are shorter than 256 bytes"));
    body.extend_from_slice(text.as_bytes());
}

/// What is left to read of a body: `Bytes` where slices are to share the memory of the value, `&[u8]` where nothing of
/// it is kept.
#[derive(Debug)]
pub(crate) struct Fields<B = Bytes>(B);

impl<B: Buf + Deref<Target = [u8]>> Fields<B> {
    /// The fields of a body that nothing has checked yet.
    pub(crate) const fn of(body: B) -> Self {
        Self(body)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Damage> {
        let array = *self.0.first_chunk::<N>().ok_or(Damage::Length)?;
        self.0.advance(N);
        Ok(array)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Damage> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Damage> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Damage> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Damage> {
        self.array().map(u64::from_be_bytes)
    }

    pub(crate) fn i64(&mut self) -> Result<i64, Damage> {
        self.array().map(i64::from_be_bytes)
    }

    /// A short text, checked by `parse`.
    pub(crate) fn text<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Damage> {
        let length = usize::from(self.u8()?);
        let text = self.0.get(..length).ok_or(Damage::Length)?;
        let parsed = std::str::from_utf8(text).ok().and_then(parse);
        self.0.advance(length);
        parsed.ok_or(Damage::Content("a name in it is malformed"))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Ends the reading: nothing may be left.
    pub(crate) fn end(self) -> Result<(), Damage> {
        if self.is_empty() { Ok(()) } else { Err(Damage::Length) }
    }
}

impl Fields {
    pub(crate) fn bytes(&mut self, length: usize) -> Result<Bytes, Damage> {
        if length > self.0.len() {
            return Err(Damage::Length);
        }
        Ok(self.0.split_to(length))
    }

    /// Bytes behind a length of 32 bits.
    pub(crate) fn long_bytes(&mut self) -> Result<Bytes, Damage> {
        let length = usize::try_from(self.u32()?).map_err(|_| Damage::Length)?;
        self.bytes(length)
    }

    /// All that is left.
    pub(crate) fn rest(self) -> Bytes {
        self.0
    }
}

impl<'a> Fields<&'a [u8]> {
    /// So many arrays, as they lie there.
    pub(crate) fn arrays<const N: usize>(&mut self, count: usize) -> Result<&'a [[u8; N]], Damage> {
        let bytes = count.checked_mul(N).and_then(|length| self.0.split_off(..length));
        bytes.map(|bytes| bytes.as_chunks().0).ok_or(Damage::Length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_changed_byte_is_found() {
        let sealed = seal(b"key", b"body");
        let open = |key: &[u8], value: &[u8]| unseal(key, Bytes::copy_from_slice(value));
        assert_eq!(open(b"key", &sealed).unwrap().bytes(4).unwrap(), "body");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(b"key", &changed).is_err(), "byte {at}");
        }
        assert_eq!(open(b"another", &sealed).err(), Some(Damage::Checksum));
        for length in 0..sealed.len() {
            assert!(open(b"key", &sealed[..length]).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn fields_never_read_past_the_end() {
        let mut fields = Fields(Bytes::from_static(&[3, b'a', b'b']));
        assert_eq!(fields.text(|text| Some(text.to_owned())), Err(Damage::Length));
        assert_eq!(Fields(Bytes::from_static(&[0, 0, 0, 9, 1])).long_bytes(), Err(Damage::Length));
        assert_eq!(Fields(Bytes::from_static(&[1])).u16(), Err(Damage::Length));
        assert_eq!(Fields(Bytes::from_static(&[1])).end(), Err(Damage::Length));
    }
}
