//! What can be wrong with a data file of a host: a rule profile, a language.

use std::fmt;

/// A data file that was not taken in. Whatever it was to be added to is as it was.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum DataFileError {
    /// The text is not TOML.
    #[error("{file} is not TOML")]
    Syntax {
        /// The file, as the caller named it.
        file: String,
        /// What the parser says.
        #[source]
        cause: Box<toml::de::Error>,
    },
    /// The file has faults; here are all of them.
    #[error("{file} is refused: {}", list(faults))]
    Refused {
        /// The file, as the caller named it.
        file: String,
        /// What is wrong, in the order in which it was found.
        faults: Vec<Fault>,
    },
}

/// One thing that is wrong with a data file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// The entry (`deadline MED-D01`, `role.CLERK`).
    pub key: String,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.reason)
    }
}

fn list(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("; ")
}

/// The faults found so far; reading goes on after each, so that all of them are told.
#[derive(Debug, Default)]
pub(crate) struct Faults(pub(crate) Vec<Fault>);

impl Faults {
    /// Adds a fault of an entry.
    pub(crate) fn add(&mut self, key: &str, reason: impl Into<String>) {
        self.0.push(Fault { key: key.to_owned(), reason: reason.into() });
    }

    /// What was read, unless a fault was found.
    pub(crate) fn finish<T>(self, file: &str, read: T) -> Result<T, DataFileError> {
        if self.0.is_empty() {
            Ok(read)
        } else {
            Err(DataFileError::Refused { file: file.to_owned(), faults: self.0 })
        }
    }
}

/// Reads the text of a file as TOML.
pub(crate) fn table(file: &str, text: &str) -> Result<toml::Table, DataFileError> {
    text.parse().map_err(|cause| DataFileError::Syntax { file: file.to_owned(), cause: Box::new(cause) })
}
