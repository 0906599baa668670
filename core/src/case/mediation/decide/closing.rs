//! How a mediation is closed: M26.

use super::{Desk, Events};
use crate::case::code::Role;
use crate::case::mediation::agreement::{Confirmation, InEffect};
use crate::case::mediation::event::{Event, MediationClosed};
use crate::case::mediation::matter::{Form, Outcome, SessionResult};
use crate::case::mediation::state::{End, Stage, State};
use crate::case::{Reason, ReasonCode};
use crate::id::DocumentId;

impl Desk<'_> {
    pub(super) fn close(&mut self, outcome: Outcome, report: DocumentId) -> Events {
        self.closer_had_a_part();
        let reached = match self.state() {
            State::Handling(work, Stage::InSession) => {
                (work.last_session == Some(SessionResult::Reconciled)).then_some(Outcome::Reconciled)
            }
            State::Handling(_, Stage::InEffect(agreement)) if agreement.amendment.is_none() => {
                self.fulfilled(agreement)
            }
            State::Ended(End::Refused, _) => Some(Outcome::Refused),
            State::Ended(End::Terminated, _) => Some(Outcome::Terminated),
            State::Ended(End::Withdrawn, _) => Some(Outcome::Withdrawn),
            State::Unopened
            | State::Received(_)
            | State::UnderReview(_)
            | State::Accepted(_)
            | State::Assigned(_)
            | State::Handling(
                _,
                Stage::Investigating | Stage::Adjourned | Stage::Drafted(_) | Stage::InEffect(_),
            )
            | State::Closed(..) => return self.check.wrong_state(),
        };
        if reached != Some(outcome) {
            let reason = Reason::new(ReasonCode::OutcomeNotReached).words("outcome", "outcome", [outcome]);
            let reason = match reached {
                Some(reached) => reason.words("reached", "outcome", [reached]),
                None => reason,
            };
            self.check.refuse(reason);
        }
        let archive_by = self.deadline("MED-D10", None)?;
        Some(vec![Event::MediationClosed(MediationClosed { outcome, report, archive_by })])
    }

    /// A mediator closes what is theirs. After the end those who were replaced may too; nobody had a part in what was
    /// not taken on, so any mediator of the committee may close that.
    fn closer_had_a_part(&mut self) {
        if let Some(work) = self.state().at_work() {
            return self.actor_is_assigned(work);
        }
        let (actor, handlers) = (&self.context.actor, self.state().handlers());
        let stranger = actor.role == Role::Mediator && !handlers.is_empty() && !handlers.contains(&actor.id);
        self.check.none(stranger.then_some(actor.id), ReasonCode::NotAssigned);
    }

    /// An agreement is done with when it is performed, or a court can enforce it, or urging was in vain.
    fn fulfilled(&mut self, agreement: &InEffect) -> Option<Outcome> {
        let at_court = matches!(agreement.confirmation, Confirmation::Applied | Confirmation::Accepted);
        self.check.must(!at_court, ReasonCode::AlreadyAtCourt);
        let rules = self.rules();
        let urges_min = rules.number("mediation.urges_before_closing_min");
        let done = agreement.is_performed()
            || agreement.confirmation == Confirmation::Confirmed
            || urges_min.is_some_and(|min| agreement.is_urged(min.value));
        done.then_some(match agreement.form {
            Form::Written => Outcome::Agreed,
            Form::Oral => Outcome::AgreedOral,
        })
    }
}
