//! Every field of every form has a word, and every option of a choice.

use std::collections::BTreeSet;

use super::TAGS;
use crate::case::consultation::Consultation;
use crate::case::form::{Record, Shape};
use crate::case::legal_aid::LegalAid;
use crate::case::mediation::Mediation;
use crate::case::notary::Notary;
use crate::case::skeleton::CommonCommand;
use crate::case::{CaseCommand, Kind};
use crate::words::Words;
use crate::words::choice::GROUPS;

#[test]
fn every_field_and_every_option_of_a_form_has_a_word() {
    let asked = Asked::for_by_all();
    let words = Words::embedded();
    for tag in TAGS {
        let has = |key: String| words.label(tag, &key).is_some();
        let is_field = |owner, name| has(format!("field.{owner}.{name}")) || has(format!("field.{name}"));
        let is_option = |choice, option| {
            let groups: &[String] = GROUPS.get(choice).map_or(&[], Vec::as_slice);
            groups.iter().any(|group| has(format!("{group}.{option}")))
        };
        let fields: Vec<_> = asked.fields.iter().filter(|(owner, name)| !is_field(owner, name)).collect();
        let options: Vec<_> = asked.options.iter().filter(|(of, option)| !is_option(*of, option)).collect();
        assert!(fields.is_empty() && options.is_empty(), "{tag}.toml lacks {fields:?} {options:?}");
    }
    let choices: BTreeSet<&str> = asked.options.iter().map(|(choice, _)| *choice).collect();
    let superfluous: Vec<_> = GROUPS.keys().filter(|name| !choices.contains(name.as_str())).collect();
    assert!(superfluous.is_empty(), "no form has a choice of {superfluous:?}");
}

/// An option that stood in two groups of one choice would be called by the word of the first.
#[test]
fn no_option_stands_in_two_groups_of_a_choice() {
    let words = Words::embedded();
    for (choice, groups) in &*GROUPS {
        let codes = words.keys().filter_map(|key| key.split_once('.'));
        let codes =
            codes.filter(|(group, _)| groups.iter().any(|known| known == group)).map(|(_, code)| code);
        let mut seen = BTreeSet::new();
        let twice: Vec<_> = codes.filter(|code| !seen.insert(*code)).collect();
        assert!(twice.is_empty(), "{choice}: {twice:?}");
    }
}

/// What the forms ask for: fields by whose they are, options by what is chosen.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) fields: BTreeSet<(&'static str, &'static str)>,
    options: BTreeSet<(&'static str, &'static str)>,
}

impl Asked {
    pub(super) fn for_by_all() -> Self {
        let mut asked = Self::default();
        asked.of_kind::<Consultation>();
        asked.of_kind::<Mediation>();
        asked.of_kind::<LegalAid>();
        asked.of_kind::<Notary>();
        asked
    }

    fn of_kind<K: Kind>(&mut self) {
        let names = K::COMMANDS.iter().map(|spec| spec.name);
        for name in names.chain(CommonCommand::COMMANDS.iter().map(|spec| spec.name)) {
            self.record(&CaseCommand::<K>::form(name).unwrap());
        }
    }

    fn record(&mut self, record: &Record) {
        for field in &record.fields {
            self.fields.insert((record.name, field.name));
            self.shape(&field.shape);
        }
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Record(record) => self.record(record),
            Shape::List(item) => self.shape(item),
            Shape::Choice(choice) => {
                for option in &choice.options {
                    self.options.insert((choice.name, option.name));
                    option.content.iter().for_each(|content| self.shape(content));
                }
            }
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
            | Shape::Other => (),
        }
    }
}
