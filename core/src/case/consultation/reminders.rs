//! Which units have to be reminded, and at which shares of their time (50 %, 80 %, 100 %).

use super::Consultation;
use super::order::Reminder;
use super::state::Stage;
use crate::case::Case;
use crate::clock::Timestamp;
use crate::policy::Rules;

/// The numbers that say at which shares of its time, in per cent, a unit is reminded.
const PERCENTS: [&str; 3] = [
    "consultation.reminder_first_percent",
    "consultation.reminder_second_percent",
    "consultation.reminder_last_percent",
];

impl Case<Consultation> {
    /// The reminders that are due at a moment and were not given, those of each order in the order of their shares.
    ///
    /// A host asks from time to time, and gives the command to remind for each of them in the name of the system. While
    /// the clock stands still, and where no rule sets an end, nothing is due.
    #[must_use]
    pub fn reminders_due(&self, rules: &Rules, at: Timestamp) -> Vec<Reminder> {
        let (Some(course), Some(clock)) = (self.own.open().and_then(Stage::course), &self.common.clock)
        else {
            return Vec::new();
        };
        let percents = percents(rules);
        course.orders.iter().flat_map(|order| order.reminders_due(&percents, clock, at)).collect()
    }
}

/// The shares of its time, in per cent, at which a unit is reminded by these rules.
pub(super) fn percents(rules: &Rules) -> Vec<u32> {
    PERCENTS.iter().filter_map(|key| rules.number(key)).map(|number| number.value).collect()
}
