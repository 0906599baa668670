//! From the text of a language file to its words, or to the list of everything that is wrong with it.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Table, Value};

use super::rule::Rule;
use super::sentence::Sentence;
use super::{ENGLISH, Words};
use crate::case::ReasonCode;
use crate::data_file::{DataFileError, Faults, table};

/// What a language says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    /// Its own name for itself.
    pub(super) name: String,
    /// What stands between the items of a list.
    #[serde(default = "comma")]
    pub(super) separator: String,
    /// The language that has what this one lacks; only English has none.
    pub(super) fallback: Option<String>,
}

fn comma() -> String {
    ", ".to_owned()
}

/// The words of one language.
#[derive(Debug, Clone)]
pub(super) struct Dictionary {
    pub(super) tag: String,
    pub(super) header: Header,
    /// By key (`role.CLERK`).
    pub(super) labels: BTreeMap<String, String>,
    /// By key (`reason.not_due.why`).
    pub(super) sentences: BTreeMap<String, Sentence>,
}

impl Dictionary {
    /// Reads a file into the words there are of its language, or into none if it is new.
    pub(super) fn read(
        tag: &str,
        file: &str,
        text: &str,
        known: Option<Self>,
        words: &Words,
    ) -> Result<Self, DataFileError> {
        let mut table = table(file, text)?;
        let mut faults = Faults::default();
        if !is_tag(tag) {
            faults.add("language", format!("not the tag of a language: {tag:?}"));
        }
        let stated = table.remove("language");
        let mut dictionary = match (known, stated) {
            (Some(known), None) => known,
            (Some(known), Some(_)) => {
                faults.add("language", format!("{tag} is loaded already, with a header of its own"));
                known
            }
            (None, stated) => Self {
                tag: tag.to_owned(),
                header: header(tag, stated, words, &mut faults),
                labels: BTreeMap::new(),
                sentences: BTreeMap::new(),
            },
        };
        dictionary.take(String::new(), table, words, &mut faults);
        faults.finish(file, dictionary)
    }

    /// Takes in a table and the tables in it; their names, joined by full stops, make the keys.
    fn take(&mut self, above: String, table: Table, words: &Words, faults: &mut Faults) {
        for (name, value) in table {
            let key = if above.is_empty() { name } else { format!("{above}.{name}") };
            match value {
                Value::Table(inner) => self.take(key, inner, words, faults),
                Value::String(text) => self.keep(key, text, words, faults),
                Value::Integer(_)
                | Value::Float(_)
                | Value::Boolean(_)
                | Value::Datetime(_)
                | Value::Array(_) => faults.add(&key, "not a text"),
            }
        }
    }

    fn keep(&mut self, key: String, text: String, words: &Words, faults: &mut Faults) {
        if !words.may_have(&key) {
            return faults.add(&key, "no such key");
        }
        if let Some(rest) = key.strip_prefix("reason.") {
            match sentence(rest, &text) {
                Ok(sentence) => _ = self.sentences.insert(key, sentence),
                Err(reasons) => reasons.into_iter().for_each(|reason| faults.add(&key, reason)),
            }
        } else if !key.contains('.') {
            faults.add(&key, "it stands in no group");
        } else if text.trim().is_empty() {
            faults.add(&key, "it is empty");
        } else {
            self.labels.insert(key, text);
        }
    }
}

/// Reads the header of a new language. After a fault a stand-in is returned, so that the words are checked too.
fn header(tag: &str, stated: Option<Value>, words: &Words, faults: &mut Faults) -> Header {
    let nameless = || Header { name: String::new(), separator: comma(), fallback: None };
    let Some(stated) = stated else {
        faults.add("language", "the header is missing, and the language is new");
        return nameless();
    };
    let mut header: Header = match stated.try_into() {
        Ok(header) => header,
        Err(error) => {
            faults.add("language", error.to_string().trim_end().replace('\n', " "));
            return nameless();
        }
    };
    if header.name.trim().is_empty() {
        faults.add("language.name", "it is empty");
    }
    if tag != ENGLISH {
        let fallback = header.fallback.take().unwrap_or(ENGLISH.to_owned()).to_ascii_lowercase();
        if !words.languages.contains_key(&fallback) {
            faults.add("language.fallback", format!("{fallback} is not loaded"));
        }
        header.fallback = Some(fallback);
    }
    header
}

/// Reads a sentence on a reason and holds it against what such a reason says.
fn sentence(key: &str, text: &str) -> Result<Sentence, Vec<String>> {
    let (code, _) = key.split_once('.').unwrap_or((key, ""));
    let code: ReasonCode = code.parse().map_err(|_| vec!["no such reason".to_owned()])?;
    let rule = Rule::of(code).ok_or_else(|| vec!["nobody knows its rule".to_owned()])?;
    let sentence = Sentence::parse(text).map_err(|reason| vec![reason.to_owned()])?;
    let objections: Vec<String> =
        sentence.slots().filter_map(|(slot, optional)| rule.objection(&slot.name, optional)).collect();
    if objections.is_empty() { Ok(sentence) } else { Err(objections) }
}

/// Whether this has the form of a language tag: a language and its subtags, joined by hyphens.
///
/// Source: BCP 47 (RFC 5646) section 2.1.
fn is_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let fits = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    (2..=8).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphabetic()) && parts.all(fits)
}
