//! What lies between two looks at a case.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::Entry;
use crate::case::code::Phase;
use crate::case::skeleton::Overlay;
use crate::case::{Case, CaseEvent, Kind};
use crate::event::DecodeError;
use crate::id::Code;
use crate::policy::Deadline;
use crate::replay::{AsOf, Happened, ReplayError, Timeline};
use crate::words::Words;

/// What lies between two looks at a case.
///
/// The looks may differ in either time and in any direction; between the same two the other way round everything that
/// came is gone.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Difference<K: Kind> {
    /// What only the second look sees, in the order in which it was recorded.
    pub came: Vec<Entry<K>>,
    /// What only the first look sees.
    pub gone: Vec<Entry<K>>,
    /// What is different for it.
    pub changes: Vec<Change>,
}

/// Something that is different between two looks at a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The phase.
    Phase {
        /// At the first look.
        before: Phase,
        /// At the second look.
        after: Phase,
    },
    /// The name of the state.
    State {
        /// At the first look.
        before: &'static str,
        /// At the second look.
        after: &'static str,
    },
    /// The last day of a term, by law or as the parties have agreed.
    Due {
        /// The rule.
        rule: Code,
        /// Which form of it.
        variant: Option<Code>,
        /// At the first look; `None` if the term did not run yet.
        before: Option<NaiveDate>,
        /// At the second look.
        after: Option<NaiveDate>,
    },
    /// Something that holds beside the phase.
    Overlay {
        /// What.
        overlay: Overlay,
        /// Whether it holds at the second look; at the first it was the other way.
        holds: bool,
    },
}

/// A change as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedChange {
    /// What is different.
    pub what: String,
    /// What it was at the first look; `None` if there was nothing.
    pub before: Option<String>,
    /// What it is at the second look.
    pub after: Option<String>,
}

impl Change {
    /// The change as a person reads it.
    #[must_use]
    pub fn explain(&self, words: &Words, language: impl AsRef<str>) -> ExplainedChange {
        let language = language.as_ref();
        let say = |group: &str, code: &dyn std::fmt::Display| words.term(language, group, code);
        let day = |day: &Option<NaiveDate>| day.map(|day| day.to_string());
        match self {
            Self::Phase { before, after } => ExplainedChange {
                what: say("change", &"PHASE"),
                before: Some(say("phase", before)),
                after: Some(say("phase", after)),
            },
            Self::State { before, after } => ExplainedChange {
                what: say("change", &"STATE"),
                before: Some(say("state", before)),
                after: Some(say("state", after)),
            },
            Self::Due { rule, variant: _, before, after } => {
                ExplainedChange { what: say("deadline", rule), before: day(before), after: day(after) }
            }
            Self::Overlay { overlay, holds } => ExplainedChange {
                what: say("overlay", overlay),
                before: Some(say("answer", &!holds)),
                after: Some(say("answer", holds)),
            },
        }
    }
}

impl<K: Kind> Difference<K> {
    pub(super) fn between(before: View<K>, after: View<K>) -> Self {
        let changes = changes(&before, &after);
        let [seen_before, seen_after] =
            [&before, &after].map(|view| view.entries.iter().map(|entry| entry.revision).collect());
        let unless_in = |entries: Vec<Entry<K>>, seen: &BTreeSet<_>| {
            entries.into_iter().filter(|entry| !seen.contains(&entry.revision)).collect()
        };
        Self {
            came: unless_in(after.entries, &seen_before),
            gone: unless_in(before.entries, &seen_after),
            changes,
        }
    }
}

fn changes<K: Kind>(before: &View<K>, after: &View<K>) -> Vec<Change> {
    let phases = (before.case.phase(), after.case.phase());
    let states = (before.case.state_name(), after.case.state_name());
    let phase = (phases.0 != phases.1).then_some(Change::Phase { before: phases.0, after: phases.1 });
    let state = (states.0 != states.1).then_some(Change::State { before: states.0, after: states.1 });
    let rules: BTreeSet<_> = before.dues.keys().chain(after.dues.keys()).collect();
    let dues = rules.into_iter().filter_map(|rule| {
        let (before, after) = (before.dues.get(rule).copied(), after.dues.get(rule).copied());
        let (rule, variant) = rule.clone();
        (before != after).then_some(Change::Due { rule, variant, before, after })
    });
    let (over, now_over) = (before.case.common.overlays(), after.case.common.overlays());
    let overlays = over
        .symmetric_difference(&now_over)
        .map(|overlay| Change::Overlay { overlay: *overlay, holds: now_over.contains(overlay) });
    phase.into_iter().chain(state).chain(dues).chain(overlays).collect()
}

/// A look at a case: what it shows, and what the case is by it.
pub(super) struct View<K: Kind> {
    pub(super) entries: Vec<Entry<K>>,
    case: Case<K>,
    /// The last day of every term that was set, by its rule and the form of it.
    dues: BTreeMap<(Code, Option<Code>), NaiveDate>,
}

impl<K: Kind> View<K> {
    pub(super) fn of(timeline: &Timeline<Case<K>>, as_of: AsOf) -> Result<Self, ReplayError> {
        let (mut shown, mut dues) = (Vec::new(), BTreeMap::new());
        let case = timeline.trace(as_of, |one, case| {
            shown.push((one, case.state_name()));
            dues.extend(one.event.deadlines().into_iter().filter_map(last_day));
        })?;
        // The parties may have put the end off, which no due date tells.
        let clock = case.common.clock.as_ref();
        dues.extend(clock.and_then(|clock| Some((rule_of(&clock.deadline), clock.last_day()?))));
        shown.sort_by_key(|(one, _)| one.recorded.revision);
        let late = timeline.late();
        let entries = shown.into_iter().map(|(one, state)| {
            let late = late.contains(&one.recorded.revision);
            entry(one, state, late)
        });
        let entries = entries.collect::<Result<_, _>>()?;
        Ok(Self { entries, case, dues })
    }
}

fn entry<K: Kind>(
    Happened { recorded, event }: &Happened<CaseEvent<K>>,
    state: &'static str,
    late: bool,
) -> Result<Entry<K>, DecodeError> {
    Ok(Entry {
        revision: recorded.revision,
        id: recorded.id,
        event: event.clone(),
        occurred_at: recorded.occurred_at,
        recorded_at: recorded.recorded_at,
        late,
        metadata: recorded.decode_metadata()?,
        state,
        digest: recorded.digest,
    })
}

fn rule_of(deadline: &Deadline) -> (Code, Option<Code>) {
    (deadline.id.clone(), deadline.variant.clone())
}

fn last_day(deadline: &Deadline) -> Option<((Code, Option<Code>), NaiveDate)> {
    let end = deadline.judged().or_else(|| deadline.warned())?;
    Some((rule_of(deadline), end.due.due))
}
