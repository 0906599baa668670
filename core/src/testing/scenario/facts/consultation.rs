//! What a scenario may ask of a consultation at its end.

use toml::Value;

use super::{Ending, Fact, Told, count, list};
use crate::case::consultation::{Consultation, Course, Progress, WorkOrder};

impl Told for Consultation {
    const FACTS: &'static [Fact<Self>] = &[
        Fact {
            name: "number",
            says: "the number on the receipt",
            answer: |end| Some(end.case.own.file()?.number.to_string().into()),
        },
        Fact {
            name: "auto_answers",
            says: "how many answers a machine gave",
            answer: |end| Some(i64::from(end.case.own.file()?.auto_answers).into()),
        },
        Fact {
            name: "advice",
            says: "how far each advice went, in order",
            answer: |end| Some(list(course(end)?.advice.iter().map(|given| given.scope.as_str()))),
        },
        Fact {
            name: "orders_issued",
            says: "how many work orders were sent",
            answer: |end| Some(count(course(end)?.orders.len())),
        },
        Fact {
            name: "orders_returned",
            says: "how many of them were given back",
            answer: |end| {
                let orders = course(end)?.orders.iter();
                Some(count(orders.filter(|order| order.progress == Progress::Returned).count()))
            },
        },
        Fact {
            name: "stages",
            says: "the stages of the closed loop that each order has passed",
            answer: |end| Some(Value::Array(course(end)?.orders.iter().map(stages).collect())),
        },
        Fact {
            name: "reminded",
            says: "the shares of its time, in per cent, at which the unit of each order was reminded",
            answer: |end| Some(Value::Array(course(end)?.orders.iter().map(reminded).collect())),
        },
        Fact {
            name: "conversions",
            says: "the kinds of the cases that came out of it",
            answer: |end| {
                let kinds = course(end)?.conversions.iter().map(|to| to.kind.to_string().into());
                Some(Value::Array(kinds.collect()))
            },
        },
        Fact {
            name: "own_file",
            says: "whether it has a file of its own, and is not only a line in the ledger",
            answer: |end| Some(end.case.has_own_file().into()),
        },
        Fact {
            name: "outcome",
            says: "how it was closed",
            answer: |end| Some(end.case.own.closing()?.outcome.as_str().into()),
        },
    ];
}

fn course<'a>(end: &Ending<'a, Consultation>) -> Option<&'a Course> {
    end.case.own.course()
}

fn stages(order: &WorkOrder) -> Value {
    list(order.stages.keys().map(|stage| stage.as_str()))
}

fn reminded(order: &WorkOrder) -> Value {
    Value::Array(order.reminded.iter().map(|percent| i64::from(*percent).into()).collect())
}
