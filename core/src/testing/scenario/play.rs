//! Playing a scenario against a store, and saying where it went another way.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::cast::{Cast, CastError};
use super::file::{Outcome, Scenario, Step};
use crate::bureau::{Bureau, BureauError, Receipt, Request};
use crate::calendar::{Calendar, CalendarError};
use crate::case::mediation::Mediation;
use crate::case::{Case, CaseCommand, CaseId, Kind};
use crate::clock::{ManualClock, Timestamp};
use crate::event::EventSet;
use crate::id::CommandKey;
use crate::policy::{CaseKind, Deadline, Policy};
use crate::privacy::KeyRing;
use crate::replay::ReplayError;
use crate::store::EventStore;
use crate::testing::SeededEntropy;

/// Where a scenario is played.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The store.
    pub store: Arc<dyn EventStore>,
    /// The keys; their randomness is replaced by the scenario's own.
    pub keys: KeyRing,
    /// The rules.
    pub policy: Policy,
}

/// A scenario that was played to its end.
#[derive(Debug)]
pub struct Played<K: Kind> {
    /// The case.
    pub case: CaseId,
    /// The bureau it was played in.
    pub bureau: Bureau,
    /// Who was who.
    pub cast: Cast,
    /// What became of each step that was carried out.
    pub receipts: Vec<Receipt<K>>,
}

/// A scenario that did not come out as written.
#[derive(Debug, thiserror::Error)]
#[error("{scenario}, step {index} ({nr}, {at})")]
pub struct PlayError {
    /// The scenario.
    pub scenario: String,
    /// The step, counted from 1; one more than there are for the end.
    pub index: usize,
    /// The step's number in the source.
    pub nr: String,
    /// When it happens.
    pub at: String,
    /// What went wrong.
    #[source]
    pub mismatch: Mismatch,
}

/// How a step came out otherwise than written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// A reference leads nowhere.
    #[error(transparent)]
    Cast(#[from] CastError),
    /// The holidays in the file are wrong.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The command does not fit.
    #[error("the command does not fit")]
    Command(#[source] serde_json::Error),
    /// The command was not carried out, and should have been.
    #[error("it was not carried out")]
    NotDone(#[source] BureauError),
    /// The case cannot be read back.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// Something came out otherwise.
    #[error("{what}: expected {expected}, found {found}")]
    Differs {
        /// What.
        what: String,
        /// As written.
        expected: String,
        /// As it came out.
        found: String,
    },
    /// The scenario is of another kind.
    #[error("the scenario is of kind {0}")]
    OtherKind(CaseKind),
}

impl Scenario {
    /// Plays the scenario as a mediation, from an empty store or one in which it was played before.
    ///
    /// # Errors
    /// The first step that comes out otherwise than written, with what was expected and what was found.
    pub async fn play_mediation(&self, stage: &Stage) -> Result<Played<Mediation>, PlayError> {
        let played = self.play::<Mediation>(stage).await?;
        let case = played.bureau.case::<Mediation>(played.case).await;
        let end = case.map_err(Mismatch::Replay).and_then(|case| {
            self.check_end(&case.state)?;
            self.check_facts(&facts(&case.state))
        });
        end.map_err(|mismatch| self.failed(self.steps.len(), mismatch))?;
        Ok(played)
    }

    async fn play<K: Kind>(&self, stage: &Stage) -> Result<Played<K>, PlayError> {
        if self.kind != K::KIND {
            return Err(self.failed(0, Mismatch::OtherKind(self.kind)));
        }
        let mut calendar = Calendar::china();
        if let Some(csv) = &self.calendar {
            calendar.extend(csv, &self.id).map_err(|error| self.failed(0, error.into()))?;
        }
        let start = self.steps.first().map_or(Timestamp::EPOCH, |step| step.at);
        let clock = Arc::new(ManualClock::new(start));
        // Ids and keys come from two sources, so that a store which asks for neither cannot shift them.
        let ids = SeededEntropy::new(&format!("{} ids", self.id));
        let sealing = SeededEntropy::new(&format!("{} keys", self.id));
        let keys = stage.keys.clone().with_entropy(Arc::new(sealing));
        let opening = CommandKey::new(start, &ids);
        let case = CaseId::opened_by(opening);
        let mut cast =
            Cast::new(keys.clone(), case, start, &self.office, &self.people, &self.actors, Box::new(ids));
        let bureau = Bureau::new(Arc::clone(&stage.store), keys)
            .with_policy(stage.policy.clone())
            .with_calendar(calendar)
            .with_clock(Arc::<ManualClock>::clone(&clock))
            .with_entropy(Arc::new(SeededEntropy::new(&format!("{} events", self.id))));
        let keys = SeededEntropy::new(&format!("{} commands", self.id));
        let mut receipts = Vec::new();
        for (index, step) in self.steps.iter().enumerate() {
            clock.set(step.recorded_at.unwrap_or(step.at));
            let key = if index == 0 { opening } else { CommandKey::new(step.at, &keys) };
            let receipt = play_step::<K>(&bureau, &mut cast, key, case, step).await;
            receipts.extend(receipt.map_err(|mismatch| self.failed(index, mismatch))?);
        }
        Ok(Played { case, bureau, cast, receipts })
    }

    fn failed(&self, index: usize, mismatch: Mismatch) -> PlayError {
        let step = self.steps.get(index);
        PlayError {
            scenario: self.id.clone(),
            index: index + 1,
            nr: step.map_or_else(|| "end".to_owned(), |step| step.nr.clone()),
            at: step.map_or_else(|| "the end".to_owned(), |step| step.at.to_china().to_rfc3339()),
            mismatch,
        }
    }

    fn check_end<K: Kind>(&self, case: &Case<K>) -> Result<(), Mismatch> {
        if let Some(state) = &self.end.state {
            same("the state at the end", state, case.state_name())?;
        }
        match self.end.phase {
            Some(phase) => same("the phase at the end", phase.as_str(), case.phase().as_str()),
            None => Ok(()),
        }
    }

    fn check_facts(&self, facts: &[(&str, toml::Value)]) -> Result<(), Mismatch> {
        self.end.facts.iter().try_for_each(|(name, expected)| {
            let found = facts.iter().find(|(fact, _)| fact == name).map(|(_, value)| value.to_string());
            let found = found.unwrap_or_else(|| "no such fact".to_owned());
            same(&format!("the fact {name}"), &expected.to_string(), &found)
        })
    }
}

async fn play_step<K: Kind>(
    bureau: &Bureau,
    cast: &mut Cast,
    key: CommandKey,
    case: CaseId,
    step: &Step,
) -> Result<Option<Receipt<K>>, Mismatch> {
    let command = serde_json::to_value(&step.command).map_err(Mismatch::Command)?;
    let command = CaseCommand::<K>::from_json(cast.resolve(command).await?).map_err(Mismatch::Command)?;
    let mut request = Request::new(key, case, cast.actor(&step.by)?.clone(), command);
    request.occurred_at = Some(step.at);
    request.late = step.late.clone();
    request.channel = step.channel;
    match (step.outcome(), bureau.execute(&request).await) {
        (Outcome::Events(expected), Ok(receipt)) => {
            let found: Vec<_> = receipt.events.iter().map(EventSet::event_type).collect();
            same("the events", &expected.join(", "), &found.join(", "))?;
            check_due(step, &receipt)?;
            if let Some(state) = &step.state {
                same("the state", state, receipt.state.state_name())?;
            }
            Ok(Some(receipt))
        }
        (Outcome::Refusal(expected), Err(BureauError::Refused(refusal))) => {
            let expected: BTreeSet<_> = expected.iter().map(|code| code.as_str()).collect();
            let found: BTreeSet<_> = refusal.reasons.iter().map(|reason| reason.code.as_str()).collect();
            same("the reasons", &join(&expected), &join(&found))?;
            Ok(None)
        }
        (Outcome::Refusal(expected), Ok(receipt)) => {
            let expected: BTreeSet<_> = expected.iter().map(|code| code.as_str()).collect();
            let found: Vec<_> = receipt.events.iter().map(EventSet::event_type).collect();
            same("the reasons", &join(&expected), &format!("no refusal but {}", found.join(", ")))?;
            Ok(None)
        }
        (_, Err(error)) => Err(Mismatch::NotDone(error)),
    }
}

fn check_due<K: Kind>(step: &Step, receipt: &Receipt<K>) -> Result<(), Mismatch> {
    let set: Vec<&Deadline> = receipt.events.iter().flat_map(|event| event.deadlines()).collect();
    step.due.iter().try_for_each(|(rule, expected)| {
        let found = set.iter().find(|deadline| name(deadline) == *rule);
        let end = found.and_then(|deadline| deadline.judged().or_else(|| deadline.warned()));
        let Some(end) = end else {
            let names: Vec<_> = set.iter().map(|deadline| name(deadline)).collect();
            return same("the due dates set", rule, &names.join(", "));
        };
        same(&format!("the last day of {rule}"), &expected.due.0.to_string(), &end.due.due.to_string())?;
        let raw_end = expected.raw_end.map_or(end.due.raw_end, |day| day.0);
        same(&format!("the raw end of {rule}"), &raw_end.to_string(), &end.due.raw_end.to_string())
    })
}

/// A rule as a scenario names it: with its variant behind a slash.
fn name(deadline: &Deadline) -> String {
    match &deadline.variant {
        Some(variant) => format!("{}/{variant}", deadline.id),
        None => deadline.id.to_string(),
    }
}

fn join(codes: &BTreeSet<&str>) -> String {
    codes.iter().copied().collect::<Vec<_>>().join(", ")
}

fn same(what: &str, expected: &str, found: &str) -> Result<(), Mismatch> {
    if expected == found {
        return Ok(());
    }
    Err(Mismatch::Differs { what: what.to_owned(), expected: expected.to_owned(), found: found.to_owned() })
}

/// What a scenario may ask of a mediation at its end.
fn facts(case: &Case<Mediation>) -> Vec<(&'static str, toml::Value)> {
    let state = &case.own;
    let cents = |cents: u64| toml::Value::Integer(i64::try_from(cents).unwrap_or(i64::MAX));
    let mut facts = vec![("sessions", toml::Value::Integer(state.sessions().into()))];
    facts.extend(state.number().map(|number| ("number", number.to_string().into())));
    if let Some(agreement) = state.agreement() {
        facts.push(("agreed_cents", cents(agreement.agreement.total_cents)));
        facts.push(("paid_cents", cents(agreement.paid_cents())));
        facts.push(("performed", agreement.is_performed().into()));
        facts.push(("effective_on", agreement.since.to_string().into()));
        facts.push(("confirmation", format!("{:?}", agreement.confirmation).into()));
    }
    let ratings = case.common.ratings.last().map(|rating| i64::from(u8::from(rating.level)));
    facts.extend(ratings.map(|level| ("last_rating", toml::Value::Integer(level))));
    if let crate::case::mediation::State::Closed(closing, _) = state {
        facts.push(("outcome", closing.outcome.as_str().into()));
    }
    facts
}
