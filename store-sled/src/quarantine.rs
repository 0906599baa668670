//! What a repair sets aside: a file of JSON lines, one for each event or value that is not part of the store any
//! more.
//!
//! ```text
//! {"stream":…,"revision":…,"position":…,"id":…,"type":…,"schema_version":…,"occurred_at":…,"recorded_at":…,
//!  "metadata":"…","data":"…","digest":"…"}
//! {"key_hex":"…","value_hex":"…","reason":"…"}
//! ```
//!
//! Metadata and data are the exact bytes as a string, or as `metadata_hex` and `data_hex` where they are not UTF-8.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anjuan::event::RecordedEvent;
use serde_json::{Map, Value};

/// The file, made when it is needed first.
#[derive(Debug)]
pub(crate) struct Quarantine {
    path: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Quarantine {
    pub(crate) const fn at(path: PathBuf) -> Self {
        Self { path, file: None }
    }

    /// Sets an event aside.
    pub(crate) fn event(&mut self, event: &RecordedEvent) -> io::Result<()> {
        let mut line = Map::new();
        let mut put = |name: &str, value: Value| line.insert(name.to_owned(), value);
        put("stream", event.stream.as_str().into());
        put("revision", event.revision.get().into());
        put("position", event.position.ordinal().into());
        put("id", event.id.as_uuid().to_string().into());
        put("type", event.event_type.as_str().into());
        put("schema_version", event.schema_version.into());
        put("occurred_at", event.occurred_at.to_string().into());
        put("recorded_at", event.recorded_at.to_string().into());
        for (name, bytes) in [("metadata", &event.metadata), ("data", &event.data)] {
            match std::str::from_utf8(bytes) {
                Ok(text) => put(name, text.into()),
                Err(_) => put(&format!("{name}_hex"), hex(bytes).into()),
            };
        }
        put("digest", event.digest.to_string().into());
        self.line(line)
    }

    /// Sets a value aside that cannot be read or has no place.
    pub(crate) fn value(&mut self, key: &[u8], value: &[u8], reason: &str) -> io::Result<()> {
        let fields = [("key_hex", hex(key)), ("value_hex", hex(value)), ("reason", reason.to_owned())];
        self.line(fields.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect())
    }

    fn line(&mut self, line: Map<String, Value>) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(BufWriter::new(File::create_new(&self.path)?)),
        };
        writeln!(file, "{}", Value::Object(line))
    }

    /// Makes the file safe. Answers where it is, if there is one.
    pub(crate) fn finish(self) -> io::Result<Option<PathBuf>> {
        let Some(file) = self.file else { return Ok(None) };
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        Ok(Some(self.path))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
