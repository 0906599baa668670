//! A second memory of where the log ends, outside sled.
//!
//! When sled finds damage in its file, it may open with an earlier state and say nothing. The witness, a file of a
//! few bytes beside the database, holds the position of the last acknowledged event; a log that ends before it has
//! lost something. It is written after every commit and synced never: after a power failure it may lag behind the
//! log, but never run ahead of it.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use anjuan::id::HistoryId;

/// The name of the file.
pub(crate) const NAME: &str = "acknowledged";
const BYTES: usize = 28;

/// The file that remembers the last acknowledged event.
#[derive(Debug)]
pub(crate) struct Witness {
    file: File,
    history: HistoryId,
}

impl Witness {
    /// Opens or creates the file of a store in this directory.
    pub(crate) fn open(directory: &Path, history: HistoryId) -> io::Result<Self> {
        let path = directory.join(NAME);
        let file = File::options().read(true).write(true).create(true).truncate(false).open(path)?;
        Ok(Self { file, history })
    }

    /// Whether there is one. It is made only behind the identity of a store.
    pub(crate) fn is_in(directory: &Path) -> bool {
        directory.join(NAME).exists()
    }

    /// Whether the file in this directory, if there is a sound one, was written for another history.
    pub(crate) fn is_of_another(directory: &Path, history: HistoryId) -> io::Result<bool> {
        let bytes = match fs::read(directory.join(NAME)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        let Some((note, sum)) = bytes.split_last_chunk().filter(|_| bytes.len() == BYTES) else {
            return Ok(false);
        };
        let is_sound = crc32fast::hash(note) == u32::from_be_bytes(*sum);
        Ok(is_sound && !note.ends_with(history.as_uuid().as_bytes()))
    }

    /// Notes that everything up to this ordinal is acknowledged.
    pub(crate) fn note(&mut self, ordinal: u64) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&encode(ordinal, self.history))
    }

    /// The ordinal that was noted last; `None` if the file says nothing that can be relied on.
    ///
    /// After a power failure the file may be empty or old: it is a help, and no part of the log.
    pub(crate) fn noted(&mut self) -> io::Result<Option<u64>> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        self.file.read_to_end(&mut bytes)?;
        let ordinal = bytes.first_chunk().copied().map(u64::from_be_bytes);
        Ok(ordinal.filter(|ordinal| bytes == encode(*ordinal, self.history)))
    }
}

fn encode(ordinal: u64, history: HistoryId) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(BYTES);
    bytes.extend_from_slice(&ordinal.to_be_bytes());
    bytes.extend_from_slice(history.as_uuid().as_bytes());
    let sum = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&sum.to_be_bytes());
    bytes
}
