//! From the text of a profile to a checked one, or to the list of everything that is wrong with it.

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use toml::{Table, Value};

use super::jurisdiction::Jurisdiction;
use super::known::{DEADLINES, FLAGS, NUMBERS, NumberUnit, PAUSE_GROUNDS};
use super::profile::{
    CaseKind, ChecklistItem, Confidence, DeadlineRule, Flag, Ground, GroundUse, Layer, Number, Profile,
    Provenance, Required,
};
use crate::calendar::{Counting, DayEnd, RestDays, Roll, Term};
use crate::id::Code;

/// A profile that was not loaded.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The text is not TOML.
    #[error("{file} is not TOML")]
    Syntax {
        /// The file, as the caller named it.
        file: String,
        /// What the parser says.
        #[source]
        cause: Box<toml::de::Error>,
    },
    /// The profile has faults; here are all of them.
    #[error("{file} is refused: {}", list(faults))]
    Refused {
        /// The file, as the caller named it.
        file: String,
        /// What is wrong, in the order of the file.
        faults: Vec<Fault>,
    },
}

/// One thing that is wrong with a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// The entry (`deadline MED-D01`).
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

/// Reads a profile and checks it, by itself and against the profiles of the same jurisdiction.
pub(super) fn profile(file: &str, text: &str, loaded: &[Arc<Profile>]) -> Result<Profile, PolicyError> {
    let mut table: Table = text
        .parse()
        .map_err(|cause| PolicyError::Syntax { file: file.to_owned(), cause: Box::new(cause) })?;
    let mut faults = Faults::default();
    let header = header(&mut table, &mut faults);
    let mut profile = Profile {
        version: header.version,
        id: header.id,
        jurisdiction: header.jurisdiction,
        name: header.name,
        name_zh: header.name_zh,
        deadlines: section(&mut table, "deadline", &mut faults, deadline),
        numbers: section(&mut table, "number", &mut faults, number),
        flags: section(&mut table, "flag", &mut faults, flag),
        grounds: section(&mut table, "ground", &mut faults, ground),
        checklist: section(&mut table, "checklist", &mut faults, checklist_item),
    };
    profile.checklist.sort_by_key(|paper| (paper.kind, paper.item));
    for left in table.keys() {
        faults.add(left, "unknown section");
    }
    // Without a header nobody knows which profiles this one could repeat.
    if !faults.0.iter().any(|fault| fault.key == "profile") {
        check_repeats(&profile, loaded, &mut faults);
    }
    if faults.0.is_empty() {
        Ok(profile)
    } else {
        Err(PolicyError::Refused { file: file.to_owned(), faults: faults.0 })
    }
}

#[derive(Debug, Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, key: &str, reason: impl Into<String>) {
        self.0.push(Fault { key: key.to_owned(), reason: reason.into() });
    }
}

struct Header {
    id: Code,
    version: Code,
    jurisdiction: Jurisdiction,
    name: String,
    name_zh: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHeader {
    id: Code,
    version: Code,
    jurisdiction: Jurisdiction,
    name: String,
    name_zh: String,
}

/// Reads `[profile]`. After a fault a stand-in is returned, so that the rest of the file is checked too.
fn header(table: &mut Table, faults: &mut Faults) -> Header {
    let raw = match table.remove("profile") {
        Some(value) => value.try_into::<RawHeader>().map_err(|error| reason(&error)),
        None => Err("the section is missing".to_owned()),
    };
    let checked = raw.and_then(|raw| {
        let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if raw.id.as_str().len() > 20 || !raw.id.as_str().bytes().all(lower) {
            return Err("the id is not 1 to 20 of a-z, 0-9 and hyphens".to_owned());
        }
        let part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.';
        if raw.version.as_str().len() > 12 || !raw.version.as_str().bytes().all(part) {
            return Err("the version is not 1 to 12 of A-Z, a-z, 0-9 and dots".to_owned());
        }
        let version = Code::new(&format!("{}-{}", raw.id, raw.version)).map_err(|error| error.to_string())?;
        let RawHeader { id, jurisdiction, name, name_zh, .. } = raw;
        Ok(Header { id, version, jurisdiction, name, name_zh })
    });
    checked.unwrap_or_else(|reason| {
        faults.add("profile", reason);
        let nobody = Code::new("refused").expect("a short word is a code");
        Header {
            id: nobody.clone(),
            version: nobody,
            jurisdiction: Jurisdiction::CN,
            name: String::new(),
            name_zh: String::new(),
        }
    })
}

/// What every entry says about itself; taken out of the entry first, so that both halves refuse unknown fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProvenance {
    basis: String,
    basis_version: Option<String>,
    confidence: Confidence,
    #[serde(deserialize_with = "date")]
    valid_from: NaiveDate,
    #[serde(default, deserialize_with = "some_date")]
    valid_to: Option<NaiveDate>,
    note: Option<String>,
}

const PROVENANCE_FIELDS: [&str; 6] =
    ["basis", "basis_version", "confidence", "valid_from", "valid_to", "note"];

/// Reads every entry of a section, and leaves out those with faults.
fn section<Raw: DeserializeOwned, Entry>(
    table: &mut Table,
    section: &str,
    faults: &mut Faults,
    check: fn(Raw, Provenance) -> Result<Entry, Vec<String>>,
) -> Vec<Entry> {
    let entries = match table.remove(section) {
        None => return Vec::new(),
        Some(Value::Array(entries)) => entries,
        Some(_) => {
            faults.add(section, "not an array of tables");
            return Vec::new();
        }
    };
    let mut good = Vec::new();
    for (entry, place) in entries.into_iter().zip(1..) {
        let Value::Table(mut entry) = entry else {
            faults.add(&format!("{section} #{place}"), "not a table");
            continue;
        };
        let name = name(section, place, &entry);
        let about: Table = PROVENANCE_FIELDS.iter().filter_map(|field| entry.remove_entry(*field)).collect();
        let raw = Value::Table(entry).try_into::<Raw>().map_err(|error| vec![reason(&error)]);
        let checked = match (raw, provenance(about)) {
            (Ok(raw), Ok(provenance)) => check(raw, provenance),
            (raw, provenance) => Err([raw.err(), provenance.err()].into_iter().flatten().flatten().collect()),
        };
        match checked {
            Ok(entry) => good.push(entry),
            Err(reasons) => reasons.into_iter().for_each(|reason| faults.add(&name, reason)),
        }
    }
    good
}

/// What an entry is called in faults, as far as it says so.
fn name(section: &str, place: usize, entry: &Table) -> String {
    let text =
        |field: &str| entry.get(field).map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
    let own = text("id").or_else(|| text("key")).or_else(|| text("code")).or_else(|| text("item"));
    let kind = text("kind").map_or(String::new(), |kind| format!(" {kind}"));
    let variant = text("variant").map_or(String::new(), |variant| format!(" ({variant})"));
    format!("{section}{kind} {}{variant}", own.unwrap_or(format!("#{place}")))
}

fn provenance(about: Table) -> Result<Provenance, Vec<String>> {
    let raw: RawProvenance = Value::Table(about).try_into().map_err(|error| vec![reason(&error)])?;
    let mut reasons = Vec::new();
    if raw.basis.trim().is_empty() {
        reasons.push("the basis is empty".to_owned());
    }
    if let Some(end) = raw.valid_to.filter(|end| *end < raw.valid_from) {
        reasons.push(format!("valid_to ({end}) lies before valid_from ({})", raw.valid_from));
    }
    let RawProvenance { basis, basis_version, confidence, valid_from, valid_to, note } = raw;
    none(reasons).map(|()| Provenance { basis, basis_version, confidence, valid_from, valid_to, note })
}

/// What is wrong with a value, and in which field, on one line.
fn reason(error: &toml::de::Error) -> String {
    error.to_string().trim_end().replace('\n', " ")
}

/// A date, written as TOML's own or as text.
fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let text = match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        Value::Datetime(date) => date.to_string(),
        other @ (Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Array(_)
        | Value::Table(_)) => other.to_string(),
    };
    text.parse().map_err(|_| D::Error::custom(format!("not a date: {text}")))
}

fn some_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    date(deserializer).map(Some)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDeadline {
    id: Code,
    variant: Option<Code>,
    title: String,
    title_zh: String,
    layer: Layer,
    term: Term,
    from: Code,
    #[serde(default)]
    pauses: Vec<Code>,
    #[serde(default)]
    roll: Roll,
    #[serde(default)]
    end: DayEnd,
    #[serde(default)]
    rest_days: RestDays,
}

fn deadline(raw: RawDeadline, provenance: Provenance) -> Result<DeadlineRule, Vec<String>> {
    let mut reasons = Vec::new();
    let variant = raw.variant.as_ref().map(Code::as_str);
    match DEADLINES.iter().find(|known| known.id == raw.id.as_str() && known.variant == variant) {
        Some(known) if raw.from.as_str() == known.trigger => {}
        Some(known) => reasons.push(format!("counts from {}, not from {}", known.trigger, raw.from)),
        None if DEADLINES.iter().any(|known| known.id == raw.id.as_str()) => {
            reasons.push("the rule has no such variant".to_owned());
        }
        None => reasons.push("unknown rule".to_owned()),
    }
    for ground in raw.pauses.iter().filter(|ground| !PAUSE_GROUNDS.contains(&ground.as_str())) {
        reasons.push(format!("unknown ground for a pause: {ground}"));
    }
    check_titles(&raw.title, &raw.title_zh, &mut reasons);
    none(reasons)?;
    let RawDeadline { id, variant, title, title_zh, layer, term, from, pauses, roll, end, rest_days } = raw;
    let counting = Counting { roll, end, rest_days };
    Ok(DeadlineRule { id, variant, title, title_zh, layer, term, from, pauses, counting, provenance })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNumber {
    key: Code,
    value: u32,
    unit: NumberUnit,
}

fn number(raw: RawNumber, provenance: Provenance) -> Result<Number, Vec<String>> {
    let RawNumber { key, value, unit } = raw;
    match NUMBERS.iter().find(|known| known.key == key.as_str()) {
        None => Err(vec!["unknown rule".to_owned()]),
        Some(known) if known.unit != unit => Err(vec![format!("counts {}, not {unit}", known.unit)]),
        Some(_) => Ok(Number { key, value, unit, provenance }),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFlag {
    key: Code,
    value: bool,
}

fn flag(raw: RawFlag, provenance: Provenance) -> Result<Flag, Vec<String>> {
    let RawFlag { key, value } = raw;
    match FLAGS.iter().find(|known| known.key == key.as_str()) {
        None => Err(vec!["unknown rule".to_owned()]),
        Some(_) => Ok(Flag { key, value, provenance }),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGround {
    kind: CaseKind,
    #[serde(rename = "use")]
    uses: Vec<GroundUse>,
    code: Code,
    title: String,
    title_zh: String,
}

fn ground(raw: RawGround, provenance: Provenance) -> Result<Ground, Vec<String>> {
    let mut reasons = Vec::new();
    if raw.uses.is_empty() {
        reasons.push("good for nothing: `use` is empty".to_owned());
    }
    check_titles(&raw.title, &raw.title_zh, &mut reasons);
    none(reasons)?;
    let RawGround { kind, uses, code, title, title_zh } = raw;
    Ok(Ground { kind, uses, code, title, title_zh, provenance })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChecklistItem {
    kind: CaseKind,
    item: u32,
    title: String,
    title_zh: String,
    required: Required,
}

fn checklist_item(raw: RawChecklistItem, provenance: Provenance) -> Result<ChecklistItem, Vec<String>> {
    let mut reasons = Vec::new();
    if raw.item == 0 {
        reasons.push("items count from 1".to_owned());
    }
    check_titles(&raw.title, &raw.title_zh, &mut reasons);
    none(reasons)?;
    let RawChecklistItem { kind, item, title, title_zh, required } = raw;
    Ok(ChecklistItem { kind, item, title, title_zh, required, provenance })
}

fn check_titles(title: &str, title_zh: &str, reasons: &mut Vec<String>) {
    for (field, text) in [("title", title), ("title_zh", title_zh)] {
        if text.trim().is_empty() {
            reasons.push(format!("the {field} is empty"));
        }
    }
}

fn none(reasons: Vec<String>) -> Result<(), Vec<String>> {
    if reasons.is_empty() { Ok(()) } else { Err(reasons) }
}

/// Finds entries that leave it open which of them holds: the same rule, jurisdiction and layer on the same day.
fn check_repeats(profile: &Profile, loaded: &[Arc<Profile>], faults: &mut Faults) {
    if loaded.iter().any(|other| other.id == profile.id) {
        faults.add("profile", format!("{} is loaded already", profile.id));
        return;
    }
    let mut taken: Vec<_> = loaded
        .iter()
        .filter(|other| other.jurisdiction == profile.jurisdiction)
        .flat_map(|other| other.entries().map(|entry| (&other.id, entry)))
        .collect();
    for entry in profile.entries() {
        let rival = taken.iter().find(|(_, other)| {
            other.name == entry.name
                && other.layer == entry.layer
                && other.provenance.overlaps(entry.provenance)
        });
        if let Some((id, other)) = rival {
            let from = other.provenance.valid_from;
            faults.add(&entry.name, format!("holds on the same days as the one of {id} from {from}"));
        }
        taken.push((&profile.id, entry));
    }
}
