//! Stopping the clock of a case and letting it run again.
//!
//! The rule of the clock lists the grounds on which it may stand still; nobody stops it on another, nor after its end.

use serde::{Deserialize, Serialize};

use super::CaseClock;
use super::decide::{Desk, Events};
use super::event::CommonEvent;
use crate::case::{Case, Check, Context, Kind, ReasonCode};
use crate::id::Code;
use crate::policy::{Deadline, DeadlineError};

/// The clock stands still from the day after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockSuspended {
    /// On which of the grounds that the rule lists.
    pub ground: Code,
}

/// The clock runs again from the day after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockResumed {
    /// The due dates, computed anew with the pause.
    pub deadline: Deadline,
}

/// Something that happened before the clock was last set was learnt after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockRecomputed {
    /// The due dates, computed anew with what is known now.
    pub deadline: Deadline,
}

/// The clock of the case stops of itself, if it runs and its rule lists the ground.
pub(in crate::case) fn pause<K: Kind>(
    case: &Case<K>,
    ground: &str,
    context: &Context,
    check: &mut Check,
) -> Option<CommonEvent> {
    Desk { case, context, check }.pause(ground)
}

/// A clock that stands still on this ground runs again. The inner nothing is a clock that does not; the outer one a due
/// date that cannot be computed.
pub(in crate::case) fn resume_from<K: Kind>(
    case: &Case<K>,
    ground: &str,
    context: &Context,
    check: &mut Check,
) -> Option<Option<CommonEvent>> {
    Desk { case, context, check }.resume_from(ground)
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn suspend_clock(&mut self, suspended: &ClockSuspended) -> Events {
        match &self.case.common.clock {
            None => self.check.must(false, ReasonCode::NoClock),
            Some(clock) => {
                self.check.must(!clock.is_stopped(), ReasonCode::ClockStopped);
                self.check.must(!clock.is_over(self.context.occurred_at), ReasonCode::TermOver);
                let with_pause = self.with_pause(clock, &suspended.ground);
                self.check.deadline(with_pause);
            }
        }
        Some(vec![CommonEvent::ClockSuspended(suspended.clone())])
    }

    pub(super) fn resume_clock(&mut self) -> Events {
        let Some(clock) = &self.case.common.clock else {
            self.check.must(false, ReasonCode::NoClock);
            return None;
        };
        self.check.must(clock.is_stopped(), ReasonCode::ClockRunning);
        Some(vec![self.resumed(clock)?])
    }

    /// The clock stops of itself, if it runs and its rule lists the ground.
    pub(super) fn pause(&mut self, ground: &str) -> Option<CommonEvent> {
        let clock = self.case.common.clock.as_ref()?;
        let ground = Code::new(ground).ok()?;
        if clock.is_stopped() || clock.is_over(self.context.occurred_at) {
            return None;
        }
        match self.with_pause(clock, &ground) {
            Ok(_) => Some(CommonEvent::ClockSuspended(ClockSuspended { ground })),
            Err(DeadlineError::PauseNotAllowed { .. }) => None,
            Err(
                error @ (DeadlineError::UnknownRule { .. }
                | DeadlineError::UnknownVariant { .. }
                | DeadlineError::NotInForce { .. }
                | DeadlineError::Due { .. }),
            ) => {
                self.check.deadline(Err(error));
                None
            }
        }
    }

    /// A clock that stands still on this ground runs again. The inner nothing is a clock that does not; the outer one a
    /// due date that cannot be computed.
    pub(super) fn resume_from(&mut self, ground: &str) -> Option<Option<CommonEvent>> {
        let clock = self.case.common.clock.as_ref();
        match clock.filter(|clock| clock.stopped_on().is_some_and(|on| on.as_str() == ground)) {
            None => Some(None),
            Some(clock) => self.resumed(clock).map(Some),
        }
    }

    fn resumed(&mut self, clock: &CaseClock) -> Option<CommonEvent> {
        let recomputed = self.recompute(clock);
        let deadline = self.check.deadline(recomputed)?;
        Some(CommonEvent::ClockResumed(ClockResumed { deadline }))
    }

    /// Whether the rule lists the ground shows when its end is computed with such a pause.
    fn with_pause(&self, clock: &CaseClock, ground: &Code) -> Result<Deadline, DeadlineError> {
        let mut stopped = clock.clone();
        stopped.stop(self.context.date(), ground.clone());
        self.recompute(&stopped)
    }

    /// The due dates with the pauses so far, by the rules in force when the clock started.
    fn recompute(&self, clock: &CaseClock) -> Result<Deadline, DeadlineError> {
        let variant = clock.deadline.variant.as_ref().map(Code::as_str);
        let pauses = clock.pauses_until(self.context.date());
        let place = self.case.jurisdiction();
        self.context.deadline_from(&place, clock.deadline.id.as_str(), variant, clock.start, &pauses)
    }
}
