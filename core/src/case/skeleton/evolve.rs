//! What the events of every kind of case do to it.

use super::Archive;
use super::event::CommonEvent;
use crate::case::code::Phase;
use crate::case::{Case, Kind};
use crate::clock::Timestamp;
use crate::decider::Misplaced;
use crate::event::EventSet;

pub(in crate::case) fn evolve<K: Kind>(
    mut case: Case<K>,
    event: &CommonEvent,
    occurred_at: Timestamp,
) -> Result<Case<K>, Misplaced> {
    let misplaced = Misplaced { event: event.event_type(), state: case.state_name() };
    if case.phase() == Phase::Unopened {
        return Err(misplaced);
    }
    let common = &mut case.common;
    match event {
        CommonEvent::SpecialGroupTagged(tagged) => common.groups.push(tagged.clone()),
        CommonEvent::PriorityGranted(granted) => common.priority.extend(&granted.stages),
        CommonEvent::ClockSuspended(suspended) => {
            let clock = common.clock.as_mut().ok_or(misplaced)?;
            clock.stop(occurred_at.china_date(), suspended.ground.clone());
        }
        CommonEvent::ClockResumed(resumed) => {
            let clock = common.clock.as_mut().ok_or(misplaced)?;
            clock.resume(occurred_at.china_date(), resumed.deadline.clone());
        }
        CommonEvent::ClockRecomputed(recomputed) => {
            let clock = common.clock.as_mut().ok_or(misplaced)?;
            clock.deadline = recomputed.deadline.clone();
        }
        CommonEvent::ClientContacted(_) => {}
        CommonEvent::SatisfactionRated(rated) => common.ratings.push(rated.clone()),
        CommonEvent::ReturnVisitRecorded(visit) => common.visits.push(visit.clone()),
        CommonEvent::ArchiveSubmitted(submitted) => {
            common.archive = Archive::Submitted { by: submitted.by };
        }
        CommonEvent::ArchiveAccepted(_) => common.archive = Archive::Accepted { at: occurred_at },
        CommonEvent::ArchiveReturned(_) => common.archive = Archive::NotSubmitted,
    }
    Ok(case)
}
