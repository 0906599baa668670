//! What a scenario may ask of a case at its end.

mod consultation;
mod legal_aid;
mod mediation;
mod notary;

use toml::Value;

use crate::bureau::Receipt;
use crate::case::{Case, CaseEvent, Kind};

/// A question with a short answer about a case of one kind.
#[derive(Debug, Clone, Copy)]
pub struct Fact<K: Kind> {
    /// Its name in `end.facts`.
    pub name: &'static str,
    /// What it says.
    pub says: &'static str,
    answer: fn(&Ending<'_, K>) -> Option<Value>,
}

/// A case at the end of a scenario, and what led to it.
#[derive(Debug)]
pub struct Ending<'a, K: Kind> {
    pub(super) case: &'a Case<K>,
    pub(super) receipts: &'a [Receipt<K>],
}

/// A kind of case whose lives can be told in scenarios.
pub trait Told: Kind {
    /// The facts of its own, in the order of a case's life.
    const FACTS: &'static [Fact<Self>];
}

impl<K: Told> Fact<K> {
    /// Every fact, those that all kinds have first.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        Self::COMMON.iter().chain(K::FACTS)
    }
}

impl<K: Kind> Fact<K> {
    /// The facts that all kinds have, in the order of a case's life.
    pub const COMMON: &'static [Self] = &[
        Self {
            name: "groups",
            says: "the special groups that somebody was tagged with",
            answer: |end| Some(list(end.case.common.groups.iter().map(|tagged| tagged.group.as_str()))),
        },
        Self {
            name: "priority",
            says: "the stages at which the case goes first",
            answer: |end| Some(list(end.case.common.priority.iter().map(|stage| stage.as_str()))),
        },
        Self {
            name: "last_day",
            says: "the last day of the term, by law or as the parties have agreed",
            answer: |end| end.case.common.clock.as_ref()?.last_day().map(|day| day.to_string().into()),
        },
        Self {
            name: "visits",
            says: "how many return visits were paid",
            answer: |end| Some(count(end.case.common.visits.len())),
        },
        Self {
            name: "ratings",
            says: "every rating in order, from 5 to 1",
            answer: |end| {
                let levels = end.case.common.ratings.iter().map(|rating| u8::from(rating.level));
                Some(Value::Array(levels.map(|level| i64::from(level).into()).collect()))
            },
        },
        Self {
            name: "last_rating",
            says: "the last rating, which is the one that counts",
            answer: |end| {
                end.case.common.ratings.last().map(|rating| i64::from(u8::from(rating.level)).into())
            },
        },
    ];

    /// The answer; `None` if there is none, such as the outcome of a case that is open.
    pub(super) fn of(&self, end: &Ending<'_, K>) -> Option<Value> {
        (self.answer)(end)
    }
}

fn events<'a, K: Kind>(end: &Ending<'a, K>) -> impl Iterator<Item = &'a CaseEvent<K>> {
    end.receipts.iter().flat_map(|receipt| &receipt.events)
}

fn list<'a>(items: impl Iterator<Item = &'a str>) -> Value {
    Value::Array(items.map(Value::from).collect())
}

fn count(count: usize) -> Value {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}
