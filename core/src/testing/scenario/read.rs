//! Reading a scenario, and those that it builds upon, and checking what TOML alone cannot.

use std::path::{Path, PathBuf};

use super::file::{Scenario, Step};

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
    /// A scenario needs itself: as what is given, or as another case.
    #[error("{} comes before itself", path.display())]
    Circular {
        /// The file.
        path: PathBuf,
    },
    /// A step that is refused cannot have events or due dates as well.
    #[error("{}: step {index} is refused and cannot lead to anything", path.display())]
    RefusedAndDone {
        /// The file.
        path: PathBuf,
        /// The step, counted from 1 in its own file.
        index: usize,
    },
}

impl Scenario {
    /// Reads a scenario and those that it builds upon.
    ///
    /// # Errors
    /// A file cannot be read, is not a scenario, or lacks the step that another one starts from.
    pub fn read(path: &Path) -> Result<Self, ScenarioFileError> {
        read_below(path, &[])
    }

    /// Reads a scenario from its text. `path` is where it lies, or would lie: for errors, and to find what is given.
    ///
    /// # Errors
    /// As [`Scenario::read`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, ScenarioFileError> {
        parse_below(text, path, &[])
    }

    /// Puts the first steps of another scenario before those of this one, and its cast beside this one's.
    fn after(
        mut self,
        mut before: Self,
        until: Option<&str>,
        path: &Path,
    ) -> Result<Self, ScenarioFileError> {
        before.stop_after(until, path)?;
        before.steps.append(&mut self.steps);
        before.people.append(&mut self.people);
        before.actors.append(&mut self.actors);
        before.others.append(&mut self.others);
        let calendar = self.calendar.or(before.calendar);
        Ok(Self {
            calendar,
            steps: before.steps,
            people: before.people,
            actors: before.actors,
            others: before.others,
            ..self
        })
    }

    /// Leaves out what comes after a step.
    fn stop_after(&mut self, until: Option<&str>, path: &Path) -> Result<(), ScenarioFileError> {
        let Some(until) = until else { return Ok(()) };
        let last = self.steps.iter().rposition(|step| step.nr == until);
        let no_such_step = || ScenarioFileError::NoSuchStep { path: path.to_owned(), step: until.to_owned() };
        self.steps.truncate(last.ok_or_else(no_such_step)? + 1);
        Ok(())
    }
}

/// Reads a file, unless it is one of those that wait for it.
fn read_below(path: &Path, waiting: &[PathBuf]) -> Result<Scenario, ScenarioFileError> {
    if waiting.iter().any(|other| other == path) {
        return Err(ScenarioFileError::Circular { path: path.to_owned() });
    }
    let text = std::fs::read_to_string(path)
        .map_err(|source| ScenarioFileError::Io { path: path.to_owned(), source })?;
    parse_below(&text, path, waiting)
}

fn parse_below(text: &str, path: &Path, waiting: &[PathBuf]) -> Result<Scenario, ScenarioFileError> {
    let mut scenario: Scenario = toml::from_str(text)
        .map_err(|source| ScenarioFileError::Format { path: path.to_owned(), source: Box::new(source) })?;
    let leads_on = |step: &Step| !step.then.is_empty() || !step.due.is_empty();
    let contradicts = |step: &Step| !step.refused.is_empty() && leads_on(step);
    if let Some(at) = scenario.steps.iter().position(contradicts) {
        return Err(ScenarioFileError::RefusedAndDone { path: path.to_owned(), index: at + 1 });
    }
    let waiting: Vec<_> = waiting.iter().cloned().chain([path.to_owned()]).collect();
    for (name, other) in scenario.cases.clone() {
        let there = path.with_file_name(&other.scenario);
        let mut other_case = read_below(&there, &waiting)?;
        other_case.stop_after(other.until.as_deref(), &there)?;
        scenario.others.insert(name, other_case);
    }
    let Some(given) = scenario.given.clone() else { return Ok(scenario) };
    let first = path.with_file_name(&given.scenario);
    let before = read_below(&first, &waiting)?;
    scenario.after(before, given.until.as_deref(), &first)
}
