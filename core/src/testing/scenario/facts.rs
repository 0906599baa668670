//! What a scenario may ask of a mediation at its end.

use toml::Value;

use crate::bureau::Receipt;
use crate::case::mediation::{Event, InEffect, Mediation, State};
use crate::case::{Case, CaseEvent};

/// A question with a short answer about a mediation.
#[derive(Debug, Clone, Copy)]
pub struct Fact {
    /// Its name in `end.facts`.
    pub name: &'static str,
    /// What it says.
    pub says: &'static str,
    answer: fn(&Ending<'_>) -> Option<Value>,
}

/// A mediation at the end of a scenario, and what led to it.
pub(super) struct Ending<'a> {
    pub(super) case: &'a Case<Mediation>,
    pub(super) receipts: &'a [Receipt<Mediation>],
}

impl Fact {
    /// Every fact, in the order of a case's life.
    pub const ALL: &'static [Self] = &[
        Self {
            name: "number",
            says: "the case number, once it is registered",
            answer: |end| end.case.own.number().map(|number| number.to_string().into()),
        },
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
            name: "sessions",
            says: "how many sessions were held",
            answer: |end| Some(i64::from(end.case.own.sessions()).into()),
        },
        Self {
            name: "agreed_cents",
            says: "the sum of the agreement that binds, in cents",
            answer: |end| Some(cents(agreement(end)?.agreement.total_cents)),
        },
        Self {
            name: "effective_on",
            says: "the day from which it binds",
            answer: |end| Some(agreement(end)?.since.to_string().into()),
        },
        Self {
            name: "paid_cents",
            says: "what was paid on it, in cents",
            answer: |end| Some(cents(agreement(end)?.paid_cents())),
        },
        Self {
            name: "performed",
            says: "whether every obligation in it is performed",
            answer: |end| Some(agreement(end)?.is_performed().into()),
        },
        Self {
            name: "overdue",
            says: "the obligations that were noted as overdue",
            answer: |end| {
                let ledger = agreement(end)?.ledger.iter();
                Some(list(ledger.filter(|(_, done)| done.overdue).map(|(id, _)| id.as_str())))
            },
        },
        Self {
            name: "urges",
            says: "how often performance was urged",
            answer: |end| {
                let entries = agreement(end)?.ledger.values();
                Some(entries.map(|entry| i64::from(entry.urges)).sum::<i64>().into())
            },
        },
        Self {
            name: "doubts",
            says: "why a court may refuse to confirm it, as noted when the parties applied",
            answer: |end| {
                let noted = events(end).filter_map(|event| match event {
                    CaseEvent::Own(Event::ConfirmationApplied(applied)) => Some(&applied.doubts),
                    CaseEvent::Own(_) | CaseEvent::Common(_) => None,
                });
                Some(list(noted.last()?.iter().map(|doubt| doubt.as_str())))
            },
        },
        Self {
            name: "confirmation",
            says: "where confirmation by the court stands: None, Applied, Accepted, Confirmed, Dismissed, NotAccepted",
            answer: |end| Some(format!("{:?}", agreement(end)?.confirmation).into()),
        },
        Self {
            name: "visits",
            says: "how many return visits were paid",
            answer: |end| Some(i64::try_from(end.case.common.visits.len()).unwrap_or(i64::MAX).into()),
        },
        Self {
            name: "last_rating",
            says: "the last rating, from 5 to 1",
            answer: |end| {
                end.case.common.ratings.last().map(|rating| i64::from(u8::from(rating.level)).into())
            },
        },
        Self {
            name: "outcome",
            says: "how the case was closed",
            answer: |end| match &end.case.own {
                State::Closed(closing, _) => Some(closing.outcome.as_str().into()),
                State::Unopened
                | State::Received(_)
                | State::UnderReview(_)
                | State::Accepted(_)
                | State::Assigned(_)
                | State::Handling(..)
                | State::Ended(..) => None,
            },
        },
    ];

    /// The answer; `None` if there is none, such as the outcome of a case that is open.
    pub(super) fn of(&self, end: &Ending<'_>) -> Option<Value> {
        (self.answer)(end)
    }
}

fn agreement<'a>(end: &Ending<'a>) -> Option<&'a InEffect> {
    end.case.own.agreement()
}

fn events<'a>(end: &Ending<'a>) -> impl Iterator<Item = &'a CaseEvent<Mediation>> {
    end.receipts.iter().flat_map(|receipt| &receipt.events)
}

fn list<'a>(items: impl Iterator<Item = &'a str>) -> Value {
    Value::Array(items.map(Value::from).collect())
}

fn cents(cents: u64) -> Value {
    Value::Integer(i64::try_from(cents).unwrap_or(i64::MAX))
}
