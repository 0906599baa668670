//! Looking for stored values in the raw bytes of files, whatever sled makes of them.
//!
//! sled keeps a value as it was given, in one piece, and does not touch the bytes of what it cut off until it needs
//! their place. Each value carries its length and a checksum over its key and itself. So a value is found without
//! its page, if one knows its key; and the key of a group follows from its content, that of a block from the group.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use bytes::Bytes;

use crate::record::{FORMAT, unseal};

/// No value is greater: a block holds one event of a mebibyte at most, a group the names of a few thousand.
const VALUE_BYTES: usize = 2 << 20;
const WINDOW: usize = 4 * VALUE_BYTES;
const HEADER: usize = 9;

/// Bytes that look like a stored value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate<'a> {
    value: &'a [u8],
}

impl<'a> Candidate<'a> {
    /// The body, which means nothing unless the value [`fits`](Self::fits).
    pub(crate) fn body(&self) -> &'a [u8] {
        self.value.get(HEADER..).unwrap_or_default()
    }

    /// The first number of the body, which in a block and in a group is an ordinal.
    pub(crate) fn ordinal(&self) -> Option<u64> {
        let ordinal = u64::from_be_bytes(*self.body().first_chunk()?);
        // A store of so many events does not fit on a disk; most of what is no value ends here.
        (1..1 << 48).contains(&ordinal).then_some(ordinal)
    }

    /// Whether this is the value that was stored under `key`.
    pub(crate) fn fits(&self, key: &[u8]) -> bool {
        unseal(key, Bytes::copy_from_slice(self.value)).is_ok()
    }

    /// The whole value.
    pub(crate) const fn value(&self) -> &'a [u8] {
        self.value
    }
}

/// Shows everything in a file that may be a value, in windows of a few mebibytes.
pub(crate) fn scan<E: From<io::Error>>(
    path: &Path,
    mut look: impl FnMut(Candidate<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut file = File::open(path)?;
    let mut window = Vec::with_capacity(WINDOW);
    loop {
        let room = WINDOW - window.len();
        let read = file.by_ref().take(room as u64).read_to_end(&mut window)?;
        let is_last = read < room;
        // A value that begins in the last part of a window may end in the next one.
        let starts = if is_last { window.len() } else { WINDOW - VALUE_BYTES };
        for at in (0..starts).filter(|at| window.get(*at) == Some(&FORMAT)) {
            if let Some(candidate) = window.get(at..).and_then(candidate) {
                look(candidate)?;
            }
        }
        if is_last {
            return Ok(());
        }
        window.drain(..starts);
    }
}

fn candidate(bytes: &[u8]) -> Option<Candidate<'_>> {
    let length = u32::from_be_bytes(*bytes.get(1..)?.first_chunk()?);
    let length = usize::try_from(length).ok().filter(|length| (1..VALUE_BYTES).contains(length))?;
    Some(Candidate { value: bytes.get(..HEADER + length)? })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::record::seal;

    #[test]
    fn values_are_found_wherever_they_lie() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("raw");
        let mut bytes = vec![0_u8; WINDOW + VALUE_BYTES];
        let ends = WINDOW - VALUE_BYTES;
        // At the beginning, over the seam of two windows, and at the very end.
        let places = [0, 1_000, ends - 31, ends, WINDOW - 20, bytes.len() - 30];
        for (at, number) in places.iter().zip(0_u8..) {
            let value = seal(&[number], b"a body of some bytes!");
            bytes[*at..at + value.len()].copy_from_slice(&value);
        }
        fs::write(&path, bytes).unwrap();
        let mut found = Vec::new();
        scan::<io::Error>(&path, |candidate| {
            found.extend((0_u8..6).filter(|number| candidate.fits(&[*number])));
            Ok(())
        })
        .unwrap();
        assert_eq!(found, [0, 1, 2, 3, 4, 5]);
    }
}
