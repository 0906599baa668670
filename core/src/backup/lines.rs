//! Lines as bytes, and the digest over them.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sm3::Sm3;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};

use super::line::{HeaderLine, SignedHeader};
use super::{BackupError, Header, LineFault};
use crate::event::{Digest, HashAlgorithm};
use crate::store::Limit;

/// Twice the bytes of the greatest event, which is more than their base64 and everything around them.
const LINE_BYTES_MAX: usize = 2 * (Limit::DataBytes.max() + Limit::MetadataBytes.max());

/// The digest over all lines so far.
#[derive(Clone)]
pub(super) enum Sum {
    Sha256(Sha256),
    Sm3(Sm3),
}

impl Sum {
    pub(super) fn new(hash: HashAlgorithm) -> Self {
        match hash {
            HashAlgorithm::Sha256 => Self::Sha256(Sha256::new()),
            HashAlgorithm::Sm3 => Self::Sm3(Sm3::new()),
        }
    }

    pub(super) fn add(&mut self, line: &[u8]) {
        match self {
            Self::Sha256(hash) => hash.update(line),
            Self::Sm3(hash) => hash.update(line),
        }
    }

    pub(super) fn so_far(&self) -> Digest {
        Digest::from_bytes(match self.clone() {
            Self::Sha256(hash) => hash.finalize().into(),
            Self::Sm3(hash) => hash.finalize().into(),
        })
    }
}

/// A line with its line feed.
///
/// # Panics
/// Never: ids, numbers, texts and checked JSON always have a JSON form.
pub(super) fn encode(line: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(line).expect("ids, numbers and texts always have a JSON form");
    bytes.push(b'\n');
    bytes
}

/// The first line, and the digest in it, which is that of the line as it would be without.
pub(super) fn encode_header(header: &Header) -> (Vec<u8>, Digest) {
    let line = |digest| encode(&HeaderLine { backup: SignedHeader::of(header, digest) });
    let mut sum = Sum::new(header.hash);
    sum.add(&line(None));
    let digest = sum.so_far();
    (line(Some(digest)), digest)
}

/// The lines of a file, one at a time.
pub(super) struct Lines<R> {
    from: BufReader<R>,
    line: Vec<u8>,
    /// The number of the line that was read last, counted from 1.
    pub(super) number: u64,
}

impl<R: AsyncRead + Send + Unpin> Lines<R> {
    pub(super) fn of(from: R) -> Self {
        Self { from: BufReader::new(from), line: Vec::new(), number: 0 }
    }

    /// Reads the next line.
    ///
    /// # Errors
    /// The file ends before the line feed, the line is longer than any can be, or reading fails.
    pub(super) async fn advance(&mut self) -> Result<(), BackupError> {
        self.number += 1;
        self.line.clear();
        let line = self.number;
        let mut limited = (&mut self.from).take(LINE_BYTES_MAX as u64);
        let read = limited.read_until(b'\n', &mut self.line).await;
        read.map_err(|source| BackupError::Read { line, source })?;
        match self.line.last() {
            Some(b'\n') => Ok(()),
            _ if self.line.len() < LINE_BYTES_MAX => Err(BackupError::Cut { line }),
            _ => Err(self.malformed(LineFault::TooLong)),
        }
    }

    /// The line that was read last, with its line feed.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.line
    }

    /// What the line says.
    ///
    /// # Errors
    /// It says something else.
    pub(super) fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, BackupError> {
        serde_json::from_slice(&self.line).map_err(|error| self.malformed(LineFault::Json(error)))
    }

    /// The error that the line is wrong.
    pub(super) const fn malformed(&self, source: LineFault) -> BackupError {
        BackupError::Malformed { line: self.number, source }
    }
}
