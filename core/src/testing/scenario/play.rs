//! Playing a scenario against a store, and saying where it went another way.

use std::sync::Arc;

use serde_json::Value;

use super::cast::Cast;
use super::facts::{Ending, Fact, Told};
use super::file::{Outcome, Scenario, Step};
use super::mismatch::{Mismatch, Place, PlayError};
use crate::bureau::{Bureau, BureauError, Receipt, Request};
use crate::calendar::Calendar;
use crate::case::consultation::Consultation;
use crate::case::legal_aid::LegalAid;
use crate::case::mediation::Mediation;
use crate::case::notary::Notary;
use crate::case::{Case, CaseCommand, CaseId, Kind, ReasonCode, Refusal};
use crate::clock::{ManualClock, Timestamp};
use crate::event::EventSet;
use crate::id::{CommandKey, Revision};
use crate::policy::{CaseKind, Deadline, Policy};
use crate::privacy::KeyRing;
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
    /// Why each step that was to be refused was, by its place among the steps. On a store in which the scenario was played
    /// before there is none: the case has gone on, and other reasons stand against it.
    pub refusals: Vec<(usize, Refusal)>,
}

/// What became of a step.
enum Done<K: Kind> {
    CarriedOut(Box<Receipt<K>>),
    Refused(Refusal),
    PassedOver,
}

impl Scenario {
    /// Plays the scenario as a case of this kind, from an empty store or one in which it was played before.
    ///
    /// # Errors
    /// The scenario is of another kind; or the first step that comes out otherwise than written, with what was expected
    /// and what was found.
    pub async fn play<K: Told>(&self, stage: &Stage) -> Result<Played<K>, PlayError> {
        let played = self.play_steps::<K>(stage).await?;
        let case = played.bureau.case::<K>(played.case).await;
        let end = case.map_err(Mismatch::Replay).and_then(|case| {
            self.check_end(&case.state)?;
            self.check_facts(&Ending { case: &case.state, receipts: &played.receipts })
        });
        end.map_err(|mismatch| self.failed(Place::End, mismatch))?;
        Ok(played)
    }

    async fn play_steps<K: Kind>(&self, stage: &Stage) -> Result<Played<K>, PlayError> {
        if self.kind != K::KIND {
            return Err(self.failed(Place::Start, Mismatch::OtherKind(self.kind)));
        }
        let mut calendar = Calendar::china();
        if let Some(csv) = &self.calendar {
            calendar.extend(csv, &self.id).map_err(|error| self.failed(Place::Start, error.into()))?;
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
            Cast::new(keys.clone(), case, start, &self.office, &self.people, &self.actors, Box::new(ids))
                .map_err(|error| self.failed(Place::Start, error.into()))?;
        for (name, other) in self.play_others(stage).await? {
            cast.add_case(name, &other);
        }
        let bureau = Bureau::new(Arc::clone(&stage.store), keys)
            .with_policy(stage.policy.clone())
            .with_calendar(calendar)
            .with_clock(Arc::<ManualClock>::clone(&clock))
            .with_entropy(Arc::new(SeededEntropy::new(&format!("{} events", self.id))));
        let keys = SeededEntropy::new(&format!("{} commands", self.id));
        let (mut receipts, mut refusals) = (Vec::new(), Vec::new());
        for (index, step) in self.steps.iter().enumerate() {
            clock.set(step.recorded_at.unwrap_or(step.at));
            let key = if index == 0 { opening } else { CommandKey::new(step.at, &keys) };
            let at = receipts.last().and_then(|receipt: &Receipt<K>| receipt.revision);
            let done = play_step::<K>(&bureau, &mut cast, key, case, step, at).await;
            match done.map_err(|mismatch| self.failed(place(index, step), mismatch))? {
                Done::CarriedOut(receipt) => receipts.push(*receipt),
                Done::Refused(refusal) => refusals.push((index, refusal)),
                Done::PassedOver => (),
            }
        }
        Ok(Played { case, bureau, cast, receipts, refusals })
    }

    /// Lets the other cases be there, without this one; who is in them, by the names of the cases.
    ///
    /// # Errors
    /// One of them comes out otherwise than written.
    pub async fn play_others(&self, stage: &Stage) -> Result<Vec<(&str, Cast)>, PlayError> {
        let mut casts = Vec::new();
        for (name, other) in &self.others {
            casts.push((name.as_str(), Box::pin(other.play_as_it_is(stage)).await?));
        }
        Ok(casts)
    }

    /// Plays the steps of a scenario of whatever kind.
    async fn play_as_it_is(&self, stage: &Stage) -> Result<Cast, PlayError> {
        Ok(match self.kind {
            CaseKind::Consultation => self.play_steps::<Consultation>(stage).await?.cast,
            CaseKind::Mediation => self.play_steps::<Mediation>(stage).await?.cast,
            CaseKind::LegalAid => self.play_steps::<LegalAid>(stage).await?.cast,
            CaseKind::Notary => self.play_steps::<Notary>(stage).await?.cast,
        })
    }

    fn failed(&self, place: Place, mismatch: Mismatch) -> PlayError {
        PlayError { scenario: self.id.clone(), place, mismatch }
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

    fn check_facts<K: Told>(&self, end: &Ending<'_, K>) -> Result<(), Mismatch> {
        self.end.facts.iter().try_for_each(|(name, expected)| {
            let known = || Fact::<K>::all().map(|fact| fact.name).collect();
            let fact = Fact::<K>::all().find(|fact| fact.name == name);
            let fact = fact.ok_or_else(|| Mismatch::UnknownFact { name: name.clone(), known: known() })?;
            let found = fact.of(end).map_or_else(|| "nothing".to_owned(), |found| found.to_string());
            same(&format!("the fact {name}"), &expected.to_string(), &found)
        })
    }
}

fn place(index: usize, step: &Step) -> Place {
    let command = step.command_name().unwrap_or("no command").to_owned();
    Place::Step { index: index + 1, nr: step.nr.clone(), command, by: step.by.clone(), at: step.at }
}

/// A command that has every particular that was written: a slip of the pen must not pass for something left out.
fn read_command<K: Kind>(written: Value) -> Result<CaseCommand<K>, Mismatch> {
    let command = CaseCommand::<K>::from_json(written.clone()).map_err(Mismatch::Command)?;
    let read = serde_json::to_value(&command).map_err(Mismatch::Command)?;
    match left_out(&written, &read) {
        Some(field) => Err(Mismatch::UnknownField { command: command.name(), field: field.to_owned() }),
        None => Ok(command),
    }
}

/// A field that was written and not read. An empty list says nothing and may be left out.
fn left_out<'a>(written: &'a Value, read: &Value) -> Option<&'a str> {
    match (written, read) {
        (Value::Object(written), Value::Object(read)) => {
            written.iter().find_map(|(name, value)| match read.get(name) {
                Some(read) => left_out(value, read),
                None => value.as_array().is_none_or(|items| !items.is_empty()).then_some(name.as_str()),
            })
        }
        (Value::Array(written), Value::Array(read)) => {
            written.iter().zip(read).find_map(|(written, read)| left_out(written, read))
        }
        (
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_),
            _,
        ) => None,
    }
}

async fn play_step<K: Kind>(
    bureau: &Bureau,
    cast: &mut Cast,
    key: CommandKey,
    case: CaseId,
    step: &Step,
    at: Option<Revision>,
) -> Result<Done<K>, Mismatch> {
    let command = serde_json::to_value(&step.command).map_err(Mismatch::Command)?;
    let command = read_command::<K>(cast.resolve(command).await?)?;
    let mut request = Request::new(key, case, cast.actor(&step.by)?.clone(), command);
    request.occurred_at = Some(step.at);
    request.late = step.late.clone();
    request.channel = step.channel;
    match (step.outcome(), bureau.execute(&request).await) {
        (Outcome::Events(expected), Ok(receipt)) => {
            same("the events", &list(expected), &list(types(&receipt)))?;
            check_due(step, &receipt)?;
            check_state(step, receipt.state.state_name())?;
            Ok(Done::CarriedOut(Box::new(receipt)))
        }
        (Outcome::Refusal(_), Err(BureauError::Refused(_)))
            if bureau.case::<K>(case).await?.revision() != at =>
        {
            Ok(Done::PassedOver)
        }
        (Outcome::Refusal(expected), Err(BureauError::Refused(refusal))) => {
            same("the reasons", &list(sorted(expected)), &list(codes(&refusal)))?;
            check_state(step, refusal.state)?;
            Ok(Done::Refused(refusal))
        }
        (Outcome::Refusal(expected), Ok(receipt)) => Err(Mismatch::Differs {
            what: "the outcome".to_owned(),
            expected: format!("a refusal for {}", list(sorted(expected))),
            found: list(types(&receipt)),
        }),
        (Outcome::Events(expected), Err(BureauError::Refused(refusal))) => Err(Mismatch::Differs {
            what: "the outcome".to_owned(),
            expected: list(expected),
            found: format!("a refusal for {}", list(codes(&refusal))),
        }),
        (_, Err(error)) => Err(Mismatch::NotDone(error)),
    }
}

fn check_state(step: &Step, found: &str) -> Result<(), Mismatch> {
    step.state.as_ref().map_or(Ok(()), |state| same("the state", state, found))
}

fn check_due<K: Kind>(step: &Step, receipt: &Receipt<K>) -> Result<(), Mismatch> {
    let set: Vec<&Deadline> = receipt.events.iter().flat_map(|event| event.deadlines()).collect();
    step.due.iter().try_for_each(|(rule, expected)| {
        let found = set.iter().find(|deadline| name(deadline) == *rule);
        let end = found.and_then(|deadline| deadline.judged().or_else(|| deadline.warned()));
        let Some(end) = end else {
            let names: Vec<_> = set.iter().map(|deadline| name(deadline)).collect();
            return same("the due dates set", rule, &list(names));
        };
        same(&format!("the last day of {rule}"), &expected.due.0.to_string(), &end.due.due.to_string())?;
        let raw_end = expected.raw_end.map_or(end.due.raw_end, |day| day.0);
        same(&format!("the raw end of {rule}"), &raw_end.to_string(), &end.due.raw_end.to_string())?;
        let warned = found.and_then(|deadline| deadline.warned()).map_or(end.due.due, |first| first.due.due);
        let first = expected.warned.unwrap_or(expected.due).0;
        same(&format!("the day to warn of {rule}"), &first.to_string(), &warned.to_string())
    })
}

/// A rule as a scenario names it: with its variant behind a slash.
fn name(deadline: &Deadline) -> String {
    match &deadline.variant {
        Some(variant) => format!("{}/{variant}", deadline.id),
        None => deadline.id.to_string(),
    }
}

fn types<K: Kind>(receipt: &Receipt<K>) -> Vec<&'static str> {
    receipt.events.iter().map(EventSet::event_type).collect()
}

fn codes(refusal: &Refusal) -> Vec<&'static str> {
    let codes: Vec<_> = refusal.reasons.iter().map(|reason| reason.code).collect();
    sorted(&codes)
}

/// Reasons have no order; each stands as often as it is given.
fn sorted(codes: &[ReasonCode]) -> Vec<&'static str> {
    let mut codes: Vec<_> = codes.iter().map(|code| code.as_str()).collect();
    codes.sort_unstable();
    codes
}

fn list<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<_> = names.into_iter().collect();
    let names: Vec<_> = names.iter().map(AsRef::as_ref).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

fn same(what: &str, expected: &str, found: &str) -> Result<(), Mismatch> {
    if expected == found {
        return Ok(());
    }
    Err(Mismatch::Differs { what: what.to_owned(), expected: expected.to_owned(), found: found.to_owned() })
}
