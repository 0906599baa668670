//! From the text of a profile to a checked one, or to the list of everything that is wrong with it.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::entry::{
    PROVENANCE_FIELDS, checklist_item, deadline, flag, ground, matter, number, provenance, reason,
};
use super::jurisdiction::Jurisdiction;
use super::permission::permission;
use super::profile::{Profile, Provenance};
use crate::data_file::{DataFileError, Faults, table};
use crate::id::Code;

/// Reads a profile and checks it, by itself and against the profiles of the same jurisdiction.
pub(super) fn profile(file: &str, text: &str, loaded: &[Arc<Profile>]) -> Result<Profile, DataFileError> {
    let mut table = table(file, text)?;
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
        matters: section(&mut table, "matter", &mut faults, matter),
        permissions: section(&mut table, "permission", &mut faults, permission),
    };
    profile.checklist.sort_by_key(|paper| (paper.kind, paper.item));
    for left in table.keys() {
        faults.add(left, "unknown section");
    }
    // Without a header nobody knows which profiles this one could repeat.
    if !faults.0.iter().any(|fault| fault.key == "profile") {
        check_repeats(&profile, loaded, &mut faults);
    }
    faults.finish(file, profile)
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
