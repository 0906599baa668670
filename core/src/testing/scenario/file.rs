//! The file format of a scenario.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::case::ReasonCode;
use crate::case::code::{Channel, Phase, Role};
use crate::clock::Timestamp;
use crate::id::Code;
use crate::policy::CaseKind;

/// The life of a case, or the part of it that matters here.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// A short name (`M-01`); ids and keys are drawn from it.
    pub id: String,
    /// What it is about, in English.
    pub title: String,
    /// What it is about, in Chinese.
    #[serde(default)]
    pub title_zh: String,
    /// Where it comes from, and what in it is made up.
    #[serde(default)]
    pub source: String,
    /// The kind of case.
    pub kind: CaseKind,
    /// The office that handles it; an actor may name another.
    pub office: Code,
    /// A scenario whose first steps come before those of this file.
    #[serde(default)]
    pub given: Option<Given>,
    /// Other cases that are there before it begins, by a short name: each lives through a scenario of its own.
    #[serde(default)]
    pub cases: BTreeMap<String, Given>,
    /// The scenarios of the other cases, once they are read.
    #[serde(skip)]
    pub(super) others: BTreeMap<String, Self>,
    /// The people in it, by a short name.
    #[serde(default)]
    pub people: BTreeMap<String, Person>,
    /// Those who act in it, by a short name.
    #[serde(default)]
    pub actors: BTreeMap<String, Actor>,
    /// Lists of holidays beyond those that the library has, in the format of its calendar.
    #[serde(default)]
    pub calendar: Option<String>,
    /// What happens, in order.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
    /// What must hold at the end.
    #[serde(default)]
    pub end: End,
}

/// The beginning of another scenario.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The file, beside this one.
    pub scenario: PathBuf,
    /// The number of the last step that is taken over; all of them if it is missing.
    #[serde(default)]
    pub until: Option<String>,
}

/// Somebody in a case, made up for the scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The name, in any script.
    pub name: String,
    /// The number of an identity card; it must have a right check character.
    #[serde(default)]
    pub identity_number: Option<String>,
    /// The telephone number.
    #[serde(default)]
    pub phone: Option<String>,
    /// The address.
    #[serde(default)]
    pub address: Option<String>,
}

/// Somebody who acts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// In which role.
    pub role: Role,
    /// For which office, if not for that of the scenario.
    #[serde(default)]
    pub office: Option<Code>,
    /// Another actor who is the same human being in another role.
    #[serde(default)]
    pub same_as: Option<String>,
    /// How they are called in a printed history.
    #[serde(default)]
    pub name: String,
}

/// One command, and what must come of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its number in the source; several steps may share one.
    #[serde(default)]
    pub nr: String,
    /// When it happens.
    pub at: Timestamp,
    /// When it is entered, if later.
    #[serde(default)]
    pub recorded_at: Option<Timestamp>,
    /// Why it is entered after the fact.
    #[serde(default)]
    pub late: Option<Code>,
    /// Who does it.
    pub by: String,
    /// How it comes in.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// The command, by its name, with its particulars.
    #[serde(rename = "do")]
    pub command: toml::Value,
    /// The events that must follow, by name.
    #[serde(default)]
    pub then: Vec<String>,
    /// The reasons for which it must be refused: all of them, each as often as it is given, in any order.
    #[serde(default)]
    pub refused: Vec<ReasonCode>,
    /// The due dates that it must set, by rule; with a variant after a slash (`MED-D06/accept`).
    #[serde(default)]
    pub due: BTreeMap<String, ExpectedDue>,
    /// The state that it must lead to, or in which it is refused.
    #[serde(default)]
    pub state: Option<String>,
}

impl Step {
    /// The name of its command; nothing if the command is neither a name nor one name with particulars.
    #[must_use]
    pub fn command_name(&self) -> Option<&str> {
        let first = self.command.as_table().and_then(|fields| fields.keys().next());
        first.map(String::as_str).or_else(|| self.command.as_str())
    }

    /// What the step expects.
    #[must_use]
    pub fn outcome(&self) -> Outcome<'_> {
        if self.refused.is_empty() { Outcome::Events(&self.then) } else { Outcome::Refusal(&self.refused) }
    }
}

/// What a step expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// These events.
    Events(&'a [String]),
    /// A refusal for these reasons.
    Refusal(&'a [ReasonCode]),
}

/// A due date as the scenario wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedDue {
    /// The end of counting, before it rolls over rest days.
    #[serde(default)]
    pub raw_end: Option<Day>,
    /// The last day by law; by the earliest other rule, if no law sets one.
    pub due: Day,
    /// The last day by the earliest rule of any layer; without it, the same as `due`.
    #[serde(default)]
    pub warned: Option<Day>,
}

/// A date, written `2026-07-27` in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Day(pub NaiveDate);

/// What must hold at the end.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// The state.
    #[serde(default)]
    pub state: Option<String>,
    /// The phase.
    #[serde(default)]
    pub phase: Option<Phase>,
    /// Facts about the case, by name.
    #[serde(default)]
    pub facts: BTreeMap<String, toml::Value>,
}
