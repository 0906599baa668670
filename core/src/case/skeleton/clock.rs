//! The statutory clock of a case: when it started, when it stood still, when it ends.

use chrono::NaiveDate;

use crate::calendar::Pause;
use crate::clock::Timestamp;
use crate::id::Code;
use crate::policy::{Deadline, Layer, LayerDue};

/// The clock that runs against the institution while it handles a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseClock {
    /// The due dates as they were last computed, each with its derivation.
    pub deadline: Deadline,
    /// The event that started it.
    pub start: Timestamp,
    /// When it stood still; the last one is open while it does.
    pub pauses: Vec<Pause>,
    /// The day to which the parties have put the end off together.
    pub extended_until: Option<NaiveDate>,
    /// When that was done for which it runs; an end that comes later is not missed any more.
    pub met_at: Option<Timestamp>,
}

impl CaseClock {
    /// A clock that runs from `start`.
    #[must_use]
    pub const fn started(deadline: Deadline, start: Timestamp) -> Self {
        Self { deadline, start, pauses: Vec::new(), extended_until: None, met_at: None }
    }

    /// The last day, by law or as the parties have agreed.
    #[must_use]
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.last_day_by(self.binding())
    }

    /// The last day by the earliest rule of any layer, or as the parties have agreed.
    #[must_use]
    pub fn earliest_last_day(&self) -> Option<NaiveDate> {
        self.last_day_by(self.deadline.warned())
    }

    /// The moment at which the earliest rule of any layer, or the day agreed on, ends the time; none while the clock
    /// stands still.
    #[must_use]
    pub fn ends_at(&self) -> Option<Timestamp> {
        if self.is_stopped() {
            return None;
        }
        match self.extended_until {
            Some(day) => Timestamp::start_of_china_day(day.succ_opt()?).ok(),
            None => self.deadline.warned().map(|end| end.due.until),
        }
    }

    /// Whether the last day has passed at this moment. While the clock stands still it has not.
    #[must_use]
    pub fn is_over(&self, at: Timestamp) -> bool {
        self.is_over_by(self.binding(), at)
    }

    /// Whether the last day by the earliest rule of any layer has passed. While the clock stands still it has not.
    #[must_use]
    pub fn is_over_by_earliest(&self, at: Timestamp) -> bool {
        self.is_over_by(self.deadline.warned(), at)
    }

    /// Whether it stands still.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.pauses.last().is_some_and(|pause| pause.until.is_none())
    }

    /// On which ground it stands still.
    #[must_use]
    pub fn stopped_on(&self) -> Option<&Code> {
        self.pauses.last().filter(|pause| pause.until.is_none()).map(|pause| &pause.ground)
    }

    /// The ends that have passed at this moment, each with the layer that sets it. While the clock stands still there are
    /// none, and where the parties have put the end off together only that end counts. Nothing passes once the clock
    /// was met.
    pub fn passed(&self, at: Timestamp) -> impl Iterator<Item = (Layer, NaiveDate)> {
        let at = self.met_at.map_or(at, |met| met.min(at));
        let agreed = self.extended_until.zip(self.binding()).map(|(day, end)| (end.layer, day));
        let agreed = agreed.filter(|(_, day)| at.china_date() > *day);
        let set = self.deadline.dues.iter().filter(move |end| end.due.is_late(at));
        let set = set.filter(|_| self.extended_until.is_none()).map(|end| (end.layer, end.due.due));
        set.chain(agreed).filter(|_| !self.is_stopped())
    }

    /// The pauses, with the open one ended on this day.
    #[must_use]
    pub fn pauses_until(&self, day: NaiveDate) -> Vec<Pause> {
        let end = |pause: &Pause| Pause { until: Some(pause.until.unwrap_or(day)), ..pause.clone() };
        self.pauses.iter().map(end).collect()
    }

    /// Stops the clock on this day.
    pub(in crate::case) fn stop(&mut self, day: NaiveDate, ground: Code) {
        self.pauses.push(Pause { from: day, until: None, ground });
    }

    /// Lets the clock run again on this day, towards the dates computed then.
    pub(in crate::case) fn resume(&mut self, day: NaiveDate, deadline: Deadline) {
        self.pauses = self.pauses_until(day);
        self.deadline = deadline;
    }

    fn last_day_by(&self, end: Option<&LayerDue>) -> Option<NaiveDate> {
        self.extended_until.or_else(|| end.map(|end| end.due.due))
    }

    fn is_over_by(&self, end: Option<&LayerDue>, at: Timestamp) -> bool {
        let passed = match self.extended_until {
            Some(day) => at.china_date() > day,
            None => end.is_some_and(|end| end.due.is_late(at)),
        };
        passed && !self.is_stopped()
    }

    /// The statute's end, or the earliest there is where no statute sets one.
    fn binding(&self) -> Option<&LayerDue> {
        self.deadline.judged().or_else(|| self.deadline.warned())
    }
}
