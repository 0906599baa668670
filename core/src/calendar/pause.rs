//! When a clock stood still.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::due::DueError;
use crate::id::Code;

/// A time in which a clock stands still: `(from, until]`.
///
/// The day of the pausing event still counts and the day of the resuming event does not, as the first day of a
/// period never counts: the days `from < d <= until` are taken out. Days are never split, so a pause that ends on
/// the day it began takes out nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pause {
    /// The day of the event that stopped the clock.
    pub from: NaiveDate,
    /// The day of the event that let it go on; `None` while it stands still.
    pub until: Option<NaiveDate>,
    /// Why, in the words of the rule profile (`supplement`, `verification`).
    pub ground: Code,
}

/// Pauses that overlap or touch, taken as one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Standstill {
    /// The day on which the first of them began; it still counts.
    pub from: NaiveDate,
    /// The day on which the last of them ended; `None` while one is open.
    pub until: Option<NaiveDate>,
    /// The grounds of all of them.
    pub grounds: BTreeSet<Code>,
}

/// Unites pauses that overlap or touch, and orders them; pauses that take out no day are left away.
pub(super) fn unite(pauses: &[Pause]) -> Result<Vec<Standstill>, DueError> {
    if let Some(Pause { from, until: Some(until), .. }) =
        pauses.iter().find(|pause| pause.until.is_some_and(|until| until < pause.from))
    {
        return Err(DueError::PauseEndsBeforeItBegins { from: *from, until: *until });
    }
    let mut ordered: Vec<&Pause> = pauses.iter().filter(|pause| pause.until != Some(pause.from)).collect();
    ordered.sort_by_key(|pause| pause.from);
    let mut united: Vec<Standstill> = Vec::new();
    for pause in ordered {
        match united.last_mut() {
            Some(last) if last.until.is_none_or(|until| pause.from <= until) => {
                last.until = last.until.zip(pause.until).map(|(one, other)| one.max(other));
                last.grounds.insert(pause.ground.clone());
            }
            Some(_) | None => united.push(Standstill {
                from: pause.from,
                until: pause.until,
                grounds: BTreeSet::from([pause.ground.clone()]),
            }),
        }
    }
    Ok(united)
}
