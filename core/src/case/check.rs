//! Collecting the reasons against a command.

use std::fmt;

use super::refusal::{Reason, ReasonCode, Refusal};
use crate::calendar::DueError;
use crate::policy::{Deadline, DeadlineError};

/// The reasons found so far. A guard adds its reason and goes on, so that a refusal holds all of them.
#[derive(Debug)]
pub struct Check {
    command: &'static str,
    state: &'static str,
    reasons: Vec<Reason>,
}

impl Check {
    /// No reasons yet against this command in this state.
    #[must_use]
    pub const fn new(command: &'static str, state: &'static str) -> Self {
        Self { command, state, reasons: Vec::new() }
    }

    /// Adds a reason.
    pub fn refuse(&mut self, reason: Reason) {
        self.reasons.push(reason);
    }

    /// Adds a reason unless something holds.
    pub fn must(&mut self, holds: bool, code: ReasonCode) {
        if !holds {
            self.refuse(Reason::new(code));
        }
    }

    /// Adds a reason that names the offenders, if there are any.
    pub fn none<T: fmt::Display>(&mut self, offenders: impl IntoIterator<Item = T>, code: ReasonCode) {
        let offenders: Vec<T> = offenders.into_iter().collect();
        if !offenders.is_empty() {
            self.refuse(Reason::new(code).list("who", offenders));
        }
    }

    /// Adds a reason that names what is wrong, if anything is: papers, referrals, whatever has a name in the case.
    pub fn none_of<T: fmt::Display>(&mut self, wrong: impl IntoIterator<Item = T>, code: ReasonCode) {
        let wrong: Vec<T> = wrong.into_iter().collect();
        if !wrong.is_empty() {
            self.refuse(Reason::new(code).list("items", wrong));
        }
    }

    /// The case is in a state in which this command is not possible: the answer to every other state.
    pub fn wrong_state<T>(&mut self) -> Option<T> {
        let reason = Reason::new(ReasonCode::WrongState).words("command", "command", [self.command]).words(
            "state",
            "state",
            [self.state],
        );
        self.refuse(reason);
        None
    }

    /// A computed due date, or the reason why there is none.
    pub fn deadline(&mut self, computed: Result<Deadline, DeadlineError>) -> Option<Deadline> {
        computed.map_err(|error| self.refuse(no_deadline(&error))).ok()
    }

    /// The events, unless a reason was found.
    ///
    /// # Errors
    /// At least one reason was found.
    pub fn finish<E>(self, events: Option<Vec<E>>) -> Result<Vec<E>, Refusal> {
        match events {
            Some(events) if self.reasons.is_empty() => Ok(events),
            Some(_) | None => {
                let Self { command, state, reasons } = self;
                Err(Refusal { command, state, reasons })
            }
        }
    }
}

fn no_deadline(error: &DeadlineError) -> Reason {
    if let DeadlineError::Due { id, cause, .. } = error
        && let DueError::CalendarMissing(missing) = &**cause
    {
        return Reason::new(ReasonCode::CalendarMissing).text("deadline", id).text("year", missing.year);
    }
    if let DeadlineError::PauseNotAllowed { id, ground, allowed } = error {
        return Reason::new(ReasonCode::PauseNotAllowed)
            .text("deadline", id)
            .text("ground", ground)
            .list("allowed", allowed);
    }
    let text = match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    };
    Reason::new(ReasonCode::NoDeadline).text("error", text)
}
