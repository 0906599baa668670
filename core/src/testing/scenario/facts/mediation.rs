//! What a scenario may ask of a mediation at its end.

use toml::Value;

use super::{Ending, Fact, Told, events, list};
use crate::case::CaseEvent;
use crate::case::mediation::{Event, InEffect, Mediation, State};

impl Told for Mediation {
    const FACTS: &'static [Fact<Self>] = &[
        Fact {
            name: "number",
            says: "the case number, once it is registered",
            answer: |end| end.case.own.number().map(|number| number.to_string().into()),
        },
        Fact {
            name: "sessions",
            says: "how many sessions were held",
            answer: |end| Some(i64::from(end.case.own.sessions()).into()),
        },
        Fact {
            name: "agreed_cents",
            says: "the sum of the agreement that binds, in cents",
            answer: |end| Some(cents(agreement(end)?.agreement.total_cents)),
        },
        Fact {
            name: "effective_on",
            says: "the day from which it binds",
            answer: |end| Some(agreement(end)?.since.to_string().into()),
        },
        Fact {
            name: "paid_cents",
            says: "what was paid on it, in cents",
            answer: |end| Some(cents(agreement(end)?.paid_cents())),
        },
        Fact {
            name: "performed",
            says: "whether every obligation in it is performed",
            answer: |end| Some(agreement(end)?.is_performed().into()),
        },
        Fact {
            name: "overdue",
            says: "the obligations that were noted as overdue",
            answer: |end| {
                let ledger = agreement(end)?.ledger.iter();
                Some(list(ledger.filter(|(_, done)| done.overdue).map(|(id, _)| id.as_str())))
            },
        },
        Fact {
            name: "urges",
            says: "how often performance was urged",
            answer: |end| {
                let entries = agreement(end)?.ledger.values();
                Some(entries.map(|entry| i64::from(entry.urges)).sum::<i64>().into())
            },
        },
        Fact {
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
        Fact {
            name: "confirmation",
            says: "where confirmation by the court stands: None, Applied, Accepted, Confirmed, Dismissed, NotAccepted",
            answer: |end| Some(format!("{:?}", agreement(end)?.confirmation).into()),
        },
        Fact {
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
}

fn agreement<'a>(end: &Ending<'a, Mediation>) -> Option<&'a InEffect> {
    end.case.own.agreement()
}

fn cents(cents: u64) -> Value {
    Value::Integer(i64::try_from(cents).unwrap_or(i64::MAX))
}
