//! What follows in a consultation from what every kind knows: a bad rating is a dissatisfaction; and a closed question is
//! taken up again only within the time that was promised.

use super::Desk;
use crate::case::consultation::event::{DissatisfactionRecorded, Event};
use crate::case::skeleton::{CaseReopened, CommonEvent, SatisfactionRated};
use crate::case::{Reason, ReasonCode};

/// The ground on which a question is taken up again because the caller was not content.
const DISSATISFIED: &str = "DISSATISFIED";

impl Desk<'_> {
    pub(super) fn follow(&mut self, event: &CommonEvent) -> Vec<Event> {
        if let CommonEvent::SatisfactionRated(rated) = event {
            return self.dissatisfaction(rated).into_iter().collect();
        }
        if let CommonEvent::CaseReopened(reopened) = event {
            self.may_be_reopened(reopened);
        }
        Vec::new()
    }

    /// One dissatisfaction waits at a time; a second bad rating adds nothing to the first.
    fn dissatisfaction(&mut self, rated: &SatisfactionRated) -> Option<Event> {
        let fresh = self.state().course()?.dissatisfied.is_none();
        if !fresh || !rated.level.is_dissatisfied() {
            return None;
        }
        let (level, report_by) = (Some(rated.level), self.promised("CON-D05")?);
        let recorded = DissatisfactionRecorded { level, reason: None, report_by };
        Some(Event::DissatisfactionRecorded(recorded))
    }

    /// What lies in the archive is continued by another case, whenever.
    fn may_be_reopened(&mut self, reopened: &CaseReopened) {
        if reopened.continuation.is_some() {
            return;
        }
        let reopen_by = self.state().closing().and_then(|closing| closing.reopen_by.as_ref());
        let last = reopen_by.and_then(|by| by.warned());
        if let Some(last) = last.filter(|last| last.due.is_late(self.context.occurred_at)) {
            let reason =
                Reason::new(ReasonCode::ReopenedTooLate).text("due", last.due.due).text("basis", &last.basis);
            self.check.refuse(reason);
        }
        let course = self.state().course();
        let waits = course.is_some_and(|course| course.dissatisfied.is_some());
        let rated_badly =
            self.case.common.ratings.last().is_some_and(|rating| rating.level.is_dissatisfied());
        if reopened.ground.as_str() == DISSATISFIED && !waits && !rated_badly {
            self.check.refuse(Reason::new(ReasonCode::GroundNotMet).text("ground", &reopened.ground));
        }
    }
}
