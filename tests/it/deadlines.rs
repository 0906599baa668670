//! The statutory clock against examples computed by hand.
//!
//! A wrong due date makes an office break the law while its screen is green, so the dates here were worked out on
//! paper with the calendar of 2026, and are data that a lawyer can read and add to:
//! `tests/deadlines/worked-examples.toml`. Every example must come out exactly, by the rule of a profile where it
//! names one.

use std::collections::BTreeSet;

use anjuan::calendar::{
    Calendar, CalendarMissing, Counting, Due, DueError, Pause, RestDays, Term, days_left, due,
};
use anjuan::clock::Timestamp;
use anjuan::policy::{DeadlineError, Jurisdiction, Layer, LayerDue, Policy};
use anyhow::{Context as _, Result, bail, ensure};
use chrono::{Days, NaiveDate, NaiveDateTime};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Examples {
    example: Vec<Example>,
}

#[derive(Deserialize)]
struct Example {
    id: String,
    case: String,
    #[serde(flatten)]
    question: Question,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Question {
    Clock(Clock),
    Moved(Moved),
    DaysLeft(DaysLeft),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    rule: Option<String>,
    variant: Option<String>,
    layer: Option<Layer>,
    jurisdiction: Option<Jurisdiction>,
    term: Option<Term>,
    trigger: String,
    #[serde(default)]
    pauses: Vec<Pause>,
    calendar: Option<String>,
    raw_end: Option<NaiveDate>,
    due: Option<NaiveDate>,
    until: Option<String>,
    calendar_missing: Option<i32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Moved {
    moved: NaiveDate,
    rest_days: RestDays,
    due: NaiveDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DaysLeft {
    asked_on: NaiveDate,
    limitation_ends: NaiveDate,
    days_left: i64,
    emergency: bool,
}

#[test]
fn worked_examples_come_out_exactly() -> Result<()> {
    let examples: Examples = toml::from_str(include_str!("../deadlines/worked-examples.toml"))?;
    let covered: BTreeSet<&str> = examples.example.iter().map(|example| &*example.id).collect();
    let expected: Vec<String> = (1..=22).map(|number| format!("W-{number:02}")).collect();
    assert!(covered.iter().eq(expected.iter()), "every example is there: {covered:?}");

    let wrong: Vec<String> = examples
        .example
        .iter()
        .filter_map(|example| {
            let error = check(&example.question).err()?;
            Some(format!("{} ({}): {error:#}", example.id, example.case))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    Ok(())
}

fn check(question: &Question) -> Result<()> {
    match question {
        Question::Clock(clock) => check_clock(clock),
        Question::Moved(moved) => {
            let found = Calendar::china().roll(moved.moved, moved.rest_days)?;
            ensure!(found == moved.due, "moved to {found}, not to {}", moved.due);
            Ok(())
        }
        Question::DaysLeft(asked) => {
            let left = days_left(asked.asked_on, asked.limitation_ends);
            let rules = Policy::national().rules_at(&Jurisdiction::CN, asked.asked_on);
            let below = rules.number("aid.emergency_days_left_below").context("the number is set")?.value;
            ensure!(left == asked.days_left, "{left} days left, not {}", asked.days_left);
            ensure!((left < i64::from(below)) == asked.emergency, "an emergency is below {below} days");
            Ok(())
        }
    }
}

fn check_clock(clock: &Clock) -> Result<()> {
    let mut calendar = Calendar::china();
    if let Some(list) = &clock.calendar {
        calendar.extend(list.trim_start(), "made up")?;
    }
    let start = in_china(&clock.trigger)?;
    let found = match (&clock.rule, clock.term) {
        (Some(rule), None) => by_rule(clock, rule, start, &calendar),
        (None, Some(term)) => due(start, term, &clock.pauses, &calendar, Counting::default()),
        (Some(_), Some(_)) | (None, None) => bail!("an example has a rule or a term"),
    };
    if let Some(year) = clock.calendar_missing {
        let Err(DueError::CalendarMissing(CalendarMissing { year: found, .. })) = found else {
            bail!("the calendar of {year} was needed: {found:?}");
        };
        ensure!(found == year, "the calendar of {found} was missing, not that of {year}");
        return Ok(());
    }
    let found = found?;
    let (raw_end, due) = (clock.raw_end.context("raw_end")?, clock.due.context("due")?);
    let until = match &clock.until {
        Some(until) => in_china(until)?,
        None => Timestamp::start_of_china_day(due + Days::new(1))?,
    };
    ensure!(found.raw_end == raw_end, "the count ends on {}, not on {raw_end}", found.raw_end);
    ensure!(found.due == due, "due on {}, not on {due}", found.due);
    ensure!(found.until == until, "in time until {}, not {until}", found.until);
    let again: Due = serde_json::from_str(&serde_json::to_string(&found)?)?;
    ensure!(again == found, "what is stored reads back as it was");
    Ok(())
}

/// The end by the most binding rule of a profile, or by that of the layer that the example names.
fn by_rule(clock: &Clock, rule: &str, start: Timestamp, calendar: &Calendar) -> Result<Due, DueError> {
    let jurisdiction = clock.jurisdiction.unwrap_or(Jurisdiction::CN);
    let rules = Policy::embedded().rules_at(&jurisdiction, start.china_date());
    match rules.deadline(rule, clock.variant.as_deref(), start, &clock.pauses, calendar) {
        Ok(deadline) => {
            let named = |end: &LayerDue| clock.layer.is_none_or(|layer| layer == end.layer);
            Ok(deadline.dues.into_iter().find(named).expect("a deadline has the layer").due)
        }
        Err(DeadlineError::Due { cause, .. }) => Err(*cause),
        Err(other) => panic!("{rule}: {other}"),
    }
}

fn in_china(text: &str) -> Result<Timestamp> {
    Ok(Timestamp::from_china(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M")?)?)
}
