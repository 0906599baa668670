//! Every command of every kind of case has a form, which a person can read beside the code.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::case::consultation::Consultation;
use crate::case::legal_aid::LegalAid;
use crate::case::mediation::Mediation;
use crate::case::notary::Notary;
use crate::id::PersonRef;

/// The forms of all commands as one text, kept in `forms.txt`: below the commands of a kind stands what they are made of.
#[test]
fn every_command_has_a_form() {
    let common: Vec<_> = CommonCommand::COMMANDS.iter().map(|spec| spec.name).collect();
    let text = [
        written::<Mediation>("every kind", &common),
        written::<Consultation>("consultation", &own::<Consultation>()),
        written::<Mediation>("mediation", &own::<Mediation>()),
        written::<LegalAid>("legal aid", &own::<LegalAid>()),
        written::<Notary>("notary", &own::<Notary>()),
    ]
    .join("\n");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/case/form/tests/forms.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    assert_eq!(text, expected, "if this is meant, run the test again with UPDATE_GOLDEN=1");
}

fn own<K: Kind>() -> Vec<&'static str> {
    K::COMMANDS.iter().map(|spec| spec.name).collect()
}

fn written<K: Kind>(kind: &str, commands: &[&'static str]) -> String {
    let (mut text, mut parts) = (format!("== {kind}\n\n"), BTreeMap::new());
    for command in commands {
        let form = CaseCommand::<K>::form(command).unwrap();
        writeln!(text, "{command} {}", fields(&form, &mut parts)).unwrap();
    }
    writeln!(text).unwrap();
    parts.iter().for_each(|(name, part)| writeln!(text, "{name}: {part}").unwrap());
    text
}

/// The parts by their names. Two of one name would be told apart by nobody.
type Parts = BTreeMap<&'static str, String>;

fn fields(record: &Record, parts: &mut Parts) -> String {
    let field = |field: &Field| {
        assert_ne!(field.shape, Shape::Other, "nobody can be asked for {} of {}", field.name, record.name);
        let optional = if field.optional { "?" } else { "" };
        format!("{}{optional}: {}", field.name, shape(&field.shape, parts))
    };
    format!("{{ {} }}", record.fields.iter().map(field).collect::<Vec<_>>().join(", "))
}

fn shape(shape: &Shape, parts: &mut Parts) -> String {
    let (name, part) = match shape {
        Shape::Record(record) => (record.name, fields(record, parts)),
        Shape::Choice(choice) => (choice.name, options(choice, parts)),
        Shape::List(item) => return format!("[{}]", self::shape(item, parts)),
        Shape::Bool
        | Shape::Number
        | Shape::Text
        | Shape::Day
        | Shape::Moment
        | Shape::Code
        | Shape::Digest
        | Shape::Jurisdiction
        | Shape::Person
        | Shape::Actor
        | Shape::Document
        | Shape::Case
        | Shape::Sealed
        | Shape::Fingerprint
        | Shape::Other => return format!("{shape:?}"),
    };
    let known = parts.entry(name).or_insert_with(|| part.clone());
    assert_eq!(*known, part, "{name}");
    name.to_owned()
}

fn options(choice: &Choice, parts: &mut Parts) -> String {
    let option = |option: &ChoiceOption| match &option.content {
        None => option.name.to_owned(),
        Some(Shape::Record(record)) => format!("{} {}", option.name, fields(record, parts)),
        Some(content) => format!("{}({})", option.name, shape(content, parts)),
    };
    choice.options.iter().map(option).collect::<Vec<_>>().join(" | ")
}

#[test]
fn a_command_is_made_of_the_answers() {
    let person: PersonRef = "0197a1b2-0000-7000-8000-000000000001".parse().unwrap();
    let answers = json!({ "person": person, "language": "mn-Mong" });
    let Value::Object(answers) = answers else { unreachable!() };
    let command = CaseCommand::<LegalAid>::from_fields("RecordLanguagePreference", answers).unwrap();
    assert_eq!(command.name(), "RecordLanguagePreference");
    let command = CaseCommand::<LegalAid>::from_fields("AcceptCaseFile", Map::new()).unwrap();
    assert_eq!(command.name(), "AcceptCaseFile");

    let error = CaseCommand::<LegalAid>::from_fields("GrantAid", Map::new()).unwrap_err();
    assert!(error.to_string().contains("GrantAid"), "{error}");
    let error = CaseCommand::<LegalAid>::from_fields("AcceptMediation", Map::new()).unwrap_err();
    assert!(error.to_string().contains("AcceptMediation"), "{error}");
    assert_eq!(CaseCommand::<LegalAid>::form("AcceptMediation"), None);
}

/// What no command has is no reason to fail.
#[test]
fn what_cannot_be_asked_for_is_told() {
    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only its form is asked for")]
    struct Odd {
        pair: (u8, u8),
        map: BTreeMap<String, u8>,
        share: f64,
        nothing: (),
        inside: Option<Vec<Option<char>>>,
    }
    let Shape::Record(odd) = shape_of::<Odd>() else { unreachable!() };
    let other = |name| Field { name, optional: false, shape: Shape::Other };
    let inside = Field { name: "inside", optional: true, shape: Shape::List(Box::new(Shape::Other)) };
    let others = ["pair", "map", "share", "nothing"].map(other);
    assert_eq!(odd.fields, others.into_iter().chain([inside]).collect::<Vec<_>>());
}
