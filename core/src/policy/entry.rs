//! The entries of a profile as TOML has them, and what is checked of each by itself.

use chrono::NaiveDate;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::{Table, Value};

use super::known::{DEADLINES, FLAGS, MATTERS, NUMBERS, NumberUnit, PAUSE_GROUNDS};
use super::profile::{
    CaseKind, ChecklistItem, Confidence, DeadlineRule, FilePart, Flag, Ground, GroundUse, Layer, Matter,
    Number, PauseMax, Provenance, Required,
};
use crate::calendar::{Counting, DayEnd, RestDays, Roll, Term};
use crate::id::Code;

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

/// The fields of an entry that say where it comes from.
pub(super) const PROVENANCE_FIELDS: [&str; 6] =
    ["basis", "basis_version", "confidence", "valid_from", "valid_to", "note"];

pub(super) fn provenance(about: Table) -> Result<Provenance, Vec<String>> {
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
pub(super) fn reason(error: &toml::de::Error) -> String {
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
pub(super) struct RawDeadline {
    id: Code,
    variant: Option<Code>,
    title: String,
    title_zh: String,
    layer: Layer,
    term: Term,
    from: Code,
    #[serde(default)]
    pauses: Vec<Code>,
    pause_max: Option<PauseMax>,
    #[serde(default)]
    roll: Roll,
    #[serde(default)]
    end: DayEnd,
    #[serde(default)]
    rest_days: RestDays,
}

pub(super) fn deadline(raw: RawDeadline, provenance: Provenance) -> Result<DeadlineRule, Vec<String>> {
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
    let limited = raw.pause_max.iter().flat_map(|max| &max.grounds);
    for ground in limited.filter(|ground| !raw.pauses.contains(ground)) {
        reasons.push(format!("limits a pause that it does not allow: {ground}"));
    }
    check_titles(&raw.title, &raw.title_zh, &mut reasons);
    none(reasons)?;
    let RawDeadline {
        id,
        variant,
        title,
        title_zh,
        layer,
        term,
        from,
        pauses,
        pause_max,
        roll,
        end,
        rest_days,
    } = raw;
    let counting = Counting { roll, end, rest_days };
    Ok(DeadlineRule {
        id,
        variant,
        title,
        title_zh,
        layer,
        term,
        from,
        pauses,
        pause_max,
        counting,
        provenance,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNumber {
    key: Code,
    value: u32,
    unit: NumberUnit,
}

pub(super) fn number(raw: RawNumber, provenance: Provenance) -> Result<Number, Vec<String>> {
    let RawNumber { key, value, unit } = raw;
    match NUMBERS.iter().find(|known| known.key == key.as_str()) {
        None => Err(vec!["unknown rule".to_owned()]),
        Some(known) if known.unit != unit => Err(vec![format!("counts {}, not {unit}", known.unit)]),
        Some(_) => Ok(Number { key, value, unit, provenance }),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFlag {
    key: Code,
    value: bool,
}

pub(super) fn flag(raw: RawFlag, provenance: Provenance) -> Result<Flag, Vec<String>> {
    let RawFlag { key, value } = raw;
    match FLAGS.iter().find(|known| known.key == key.as_str()) {
        None => Err(vec!["unknown rule".to_owned()]),
        Some(_) => Ok(Flag { key, value, provenance }),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGround {
    kind: CaseKind,
    #[serde(rename = "use")]
    uses: Vec<GroundUse>,
    code: Code,
    title: String,
    title_zh: String,
}

pub(super) fn ground(raw: RawGround, provenance: Provenance) -> Result<Ground, Vec<String>> {
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
pub(super) struct RawChecklistItem {
    kind: CaseKind,
    item: u32,
    title: String,
    title_zh: String,
    required: Required,
    part: Option<FilePart>,
}

pub(super) fn checklist_item(
    raw: RawChecklistItem,
    provenance: Provenance,
) -> Result<ChecklistItem, Vec<String>> {
    let mut reasons = Vec::new();
    if raw.item == 0 {
        reasons.push("items count from 1".to_owned());
    }
    check_titles(&raw.title, &raw.title_zh, &mut reasons);
    none(reasons)?;
    let RawChecklistItem { kind, item, title, title_zh, required, part } = raw;
    Ok(ChecklistItem { kind, item, title, title_zh, required, part, provenance })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMatter {
    kind: CaseKind,
    code: Code,
    title: String,
    title_zh: String,
    #[serde(default)]
    classes: Vec<Code>,
    #[serde(default)]
    features: Vec<Code>,
}

pub(super) fn matter(raw: RawMatter, provenance: Provenance) -> Result<Matter, Vec<String>> {
    let mut reasons = Vec::new();
    match MATTERS.iter().find(|known| known.kind == raw.kind) {
        None => reasons.push(format!("the matters of a {} are not listed", raw.kind)),
        Some(known) => {
            let strange = |codes: &[Code], known: &[&str]| -> Vec<String> {
                codes.iter().filter(|code| !known.contains(&code.as_str())).map(Code::to_string).collect()
            };
            let classes = strange(&raw.classes, known.classes).into_iter();
            reasons.extend(classes.map(|class| format!("unknown class: {class}")));
            let features = strange(&raw.features, known.features).into_iter();
            reasons.extend(features.map(|feature| format!("unknown feature: {feature}")));
            let has = |feature: &str| raw.features.iter().any(|own| own.as_str() == feature);
            let both = known.apart.iter().filter(|(one, other)| has(one) && has(other));
            reasons.extend(both.map(|(one, other)| format!("both {one} and {other}")));
            if raw.classes.is_empty() && !known.classes.is_empty() {
                reasons.push("belongs to nothing: `classes` is empty".to_owned());
            }
        }
    }
    check_titles(&raw.title, &raw.title_zh, &mut reasons);
    none(reasons)?;
    let RawMatter { kind, code, title, title_zh, classes, features } = raw;
    Ok(Matter { kind, code, title, title_zh, classes, features, provenance })
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
