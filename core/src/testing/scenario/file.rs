//! The file format of a scenario.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

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
    /// The reasons for which it must be refused, all of them, in any order.
    #[serde(default)]
    pub refused: Vec<ReasonCode>,
    /// The due dates that it must set, by rule; with a variant after a slash (`MED-D06/accept`).
    #[serde(default)]
    pub due: BTreeMap<String, ExpectedDue>,
    /// The state that it must lead to.
    #[serde(default)]
    pub state: Option<String>,
}

impl Step {
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
    /// The last day.
    pub due: Day,
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

/// A scenario that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioFileError {
    /// The file cannot be opened.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is not a scenario.
    #[error("{} is not a scenario", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// Where and why.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// The step named in `given` is not in the other scenario.
    #[error("{} has no step {step}", path.display())]
    NoSuchStep {
        /// The other scenario.
        path: PathBuf,
        /// The step.
        step: String,
    },
}

impl Scenario {
    /// Reads a scenario and those that it builds upon.
    ///
    /// # Errors
    /// A file cannot be read, is not a scenario, or lacks the step that another one starts from.
    pub fn read(path: &Path) -> Result<Self, ScenarioFileError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ScenarioFileError::Io { path: path.to_owned(), source })?;
        let scenario: Self = toml::from_str(&text).map_err(|source| ScenarioFileError::Format {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        match scenario.given.clone() {
            None => Ok(scenario),
            Some(given) => scenario.after(&path.with_file_name(&given.scenario), given.until.as_deref()),
        }
    }

    /// Puts the first steps of another scenario before those of this one, and its cast beside this one's.
    fn after(mut self, path: &Path, until: Option<&str>) -> Result<Self, ScenarioFileError> {
        let mut before = Self::read(path)?;
        if let Some(until) = until {
            let last = before.steps.iter().rposition(|step| step.nr == until);
            let last = last.ok_or_else(|| ScenarioFileError::NoSuchStep {
                path: path.to_owned(),
                step: until.to_owned(),
            })?;
            before.steps.truncate(last + 1);
        }
        before.steps.append(&mut self.steps);
        before.people.append(&mut self.people);
        before.actors.append(&mut self.actors);
        Ok(Self { steps: before.steps, people: before.people, actors: before.actors, ..self })
    }
}
