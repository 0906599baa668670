//! What a decision may look at beside the state of the case.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;

use super::code::Role;
use super::skeleton::ConflictFound;
use super::{CaseId, CaseNumber, KnownCases, Staff};
use crate::calendar::{Calendar, Pause};
use crate::clock::Timestamp;
use crate::id::{ActorId, Code};
use crate::policy::{Deadline, DeadlineError, Jurisdiction, Policy, Rules};

/// Who acts, in which role, for which office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// The pseudonym.
    pub id: ActorId,
    /// The role in which they act now.
    pub role: Role,
    /// The office, as a path from the top (`CN/330200/haishu`).
    pub office: Code,
}

/// The actor, the two times, the rules and the calendar: all that a decision sees of the world.
#[derive(Debug, Clone)]
pub struct Context {
    /// The case in question.
    pub case: CaseId,
    /// Who acts.
    pub actor: Acting,
    /// The office at which the case came in; that of the actor, if it comes in now.
    pub came_in_at: Code,
    /// When it happened; deadlines run from here, by the rules in force then.
    pub occurred_at: Timestamp,
    /// When it is recorded.
    pub recorded_at: Timestamp,
    /// Why it is recorded out of order, if it is.
    pub late: Option<Code>,
    /// The rules of all times and places.
    pub policy: Arc<Policy>,
    /// The working days.
    pub calendar: Arc<Calendar>,
    /// The next free number of the register from which the command draws one.
    pub number: Option<CaseNumber>,
    /// What the records say of the staff.
    pub staff: Staff,
    /// What other cases say against those of whom the command is a search, or whom it assigns.
    pub other_cases: BTreeSet<ConflictFound>,
    /// The cases that the command names and that are there.
    pub known_cases: KnownCases,
}

impl Context {
    /// The date in China on which it happened.
    #[must_use]
    pub fn date(&self) -> NaiveDate {
        self.occurred_at.china_date()
    }

    /// The rules in force there when it happened.
    #[must_use]
    pub fn rules(&self, jurisdiction: &Jurisdiction) -> Rules {
        self.policy.rules_at(jurisdiction, self.date())
    }

    /// The due dates of a rule that starts to run now.
    ///
    /// # Errors
    /// The rule is not in force there, or the calendar lacks a year.
    pub fn deadline(
        &self,
        jurisdiction: &Jurisdiction,
        rule: &str,
        variant: Option<&str>,
    ) -> Result<Deadline, DeadlineError> {
        self.deadline_from(jurisdiction, rule, variant, self.occurred_at, &[])
    }

    /// The due dates of a rule that started to run at `start`, by the rules in force then.
    ///
    /// # Errors
    /// The rule was not in force there, the calendar lacks a year, or a pause is not among the rule's grounds.
    pub fn deadline_from(
        &self,
        jurisdiction: &Jurisdiction,
        rule: &str,
        variant: Option<&str>,
        start: Timestamp,
        pauses: &[Pause],
    ) -> Result<Deadline, DeadlineError> {
        self.policy.rules_at(jurisdiction, start.china_date()).deadline(
            rule,
            variant,
            start,
            pauses,
            &self.calendar,
        )
    }
}
