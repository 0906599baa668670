//! What events do to a mediation.

use std::collections::{BTreeMap, BTreeSet};

use super::Mediation;
use super::agreement::{Agreement, Confirmation, CourtResult, Draft, InEffect, Performance};
use super::event::{AgreementEffective, Event, SessionHeld};
use super::matter::{Dispute, Form, Origin};
use super::state::{Closing, End, File, Matter, Remains, Stage, State, Work};
use crate::case::Case;
use crate::case::skeleton::CaseClock;
use crate::clock::Timestamp;
use crate::decider::Misplaced;
use crate::event::EventSet;
use crate::id::{ActorId, Code};

/// The next state; nothing if the event cannot follow the one before.
type Next = Option<State>;

pub(super) fn evolve(
    mut case: Case<Mediation>,
    event: &Event,
    at: Timestamp,
) -> Result<Case<Mediation>, Misplaced> {
    let misplaced = Misplaced { event: event.event_type(), state: case.state_name() };
    let next = next(std::mem::take(&mut case.own), event, at);
    case.own = next.ok_or(misplaced)?;
    keep_common(&mut case, event, at);
    Ok(case)
}

fn next(state: State, event: &Event, at: Timestamp) -> Next {
    match event {
        Event::MediationApplied(applied) => open(&state, Origin::Applied, &applied.dispute),
        Event::MediationInitiated(found) => open(&state, Origin::Found, &found.dispute),
        Event::MediationDelegated(sent) => open(&state, Origin::Delegated(sent.by), &sent.dispute),
        Event::ConsentRecorded(consent) => asked(state, |matter| {
            matter.consents.insert(consent.party, consent.given);
        }),
        Event::MediationRefused(_) => end(state, End::Refused),
        Event::MediationAccepted(accepted) => {
            let (matter, number) = (reviewed(state)?, accepted.number.clone());
            Some(State::Accepted(File { matter, number, notified: BTreeSet::new() }))
        }
        Event::RightsNotified(told) => on_file(state, |file| file.notified.extend(&told.parties)),
        Event::MediatorAssigned(assigned) => {
            Some(State::Assigned(Work::begun(accepted(state)?, assigned.mediators.clone())))
        }
        Event::RecusalRequested(request) => on_work(state, |work| {
            work.unwanted.insert(request.mediator);
        }),
        Event::MediatorReplaced(replaced) => replace(state, replaced.from, replaced.to),
        Event::InvestigationRecorded(_) => {
            let (work, stage) = working(state)?;
            Some(State::Handling(work, stage.unwrap_or(Stage::Investigating)))
        }
        Event::ParticipantInvited(_)
        | Event::EscalationReported(_)
        | Event::UndisputedFactsRecorded(_)
        | Event::AgreementSealed(_) => on_work(state, |_| {}),
        Event::SessionHeld(held) => session(state, held),
        Event::SessionAdjourned(_) => at_stage(state, |_| Some(Stage::Adjourned)),
        Event::TermExtended(_) => Some(state),
        Event::AgreementDrafted(drafted) => {
            at_stage(state, |_| Some(Stage::Drafted(draft(&drafted.agreement, Form::Written))))
        }
        Event::OralAgreementRecorded(oral) => {
            at_stage(state, |_| Some(Stage::Drafted(draft(&oral.agreement, Form::Oral))))
        }
        Event::AgreementAmended(amended) => in_effect(state, |agreement| {
            agreement.amendment = Some(draft(&amended.agreement, Form::Written));
        }),
        Event::AgreementSigned(signed) => at_stage(state, |mut stage| {
            draft_of(&mut stage)?.signatures.insert(signed.signer, at.china_date());
            Some(stage)
        }),
        Event::AgreementEffective(effective) => at_stage(state, |stage| bind(stage, effective)),
        Event::MediationTerminated(_) => end(state, End::Terminated),
        Event::ObligationPerformed(done) => book(state, &done.obligation, |entry| {
            entry.times += 1;
            entry.cents = entry.cents.saturating_add(done.cents);
        }),
        Event::ObligationOverdue(late) => book(state, &late.obligation, |entry| entry.overdue = true),
        Event::PerformanceUrged(urged) => book(state, &urged.obligation, |entry| entry.urges += 1),
        Event::ConfirmationApplied(_) => in_effect(state, |agreement| {
            agreement.confirmation = Confirmation::Applied;
        }),
        Event::ConfirmationRuled(ruled) => in_effect(state, |agreement| {
            agreement.confirmation = match ruled.result {
                CourtResult::Accepted => Confirmation::Accepted,
                CourtResult::Valid => Confirmation::Confirmed,
                CourtResult::Dismissed => Confirmation::Dismissed,
                CourtResult::NotAccepted => Confirmation::NotAccepted,
                CourtResult::Withdrawn => Confirmation::None,
            };
        }),
        Event::MediationClosed(closed) => {
            let (outcome, on) = (closed.outcome, at.china_date());
            let closing = Closing { outcome, on, archive_by: closed.archive_by.clone() };
            Some(State::Closed(closing, remains(state)?))
        }
    }
}

fn open(state: &State, origin: Origin, dispute: &Dispute) -> Next {
    let unopened = *state == State::Unopened;
    let matter = Matter { origin, dispute: dispute.clone(), consents: BTreeMap::new() };
    unopened.then_some(State::Received(matter))
}

/// What the first party says brings the matter under review; what is said later changes only the matter.
fn asked(state: State, note: impl FnOnce(&mut Matter)) -> Next {
    match state {
        State::Received(mut matter) | State::UnderReview(mut matter) => {
            note(&mut matter);
            Some(State::UnderReview(matter))
        }
        State::Accepted(_) | State::Assigned(_) | State::Handling(..) => {
            on_file(state, |file| note(&mut file.matter))
        }
        State::Unopened | State::Ended(..) | State::Closed(..) => None,
    }
}

fn reviewed(state: State) -> Option<Matter> {
    match state {
        State::UnderReview(matter) => Some(matter),
        State::Unopened
        | State::Received(_)
        | State::Accepted(_)
        | State::Assigned(_)
        | State::Handling(..)
        | State::Ended(..)
        | State::Closed(..) => None,
    }
}

fn accepted(state: State) -> Option<File> {
    match state {
        State::Accepted(file) => Some(file),
        State::Unopened
        | State::Received(_)
        | State::UnderReview(_)
        | State::Assigned(_)
        | State::Handling(..)
        | State::Ended(..)
        | State::Closed(..) => None,
    }
}

fn working(state: State) -> Option<(Work, Option<Stage>)> {
    match state {
        State::Assigned(work) => Some((work, None)),
        State::Handling(work, stage) => Some((work, Some(stage))),
        State::Unopened
        | State::Received(_)
        | State::UnderReview(_)
        | State::Accepted(_)
        | State::Ended(..)
        | State::Closed(..) => None,
    }
}

fn on_file(state: State, note: impl FnOnce(&mut File)) -> Next {
    match state {
        State::Accepted(mut file) => {
            note(&mut file);
            Some(State::Accepted(file))
        }
        State::Assigned(_) | State::Handling(..) => on_work(state, |work| note(&mut work.file)),
        State::Unopened
        | State::Received(_)
        | State::UnderReview(_)
        | State::Ended(..)
        | State::Closed(..) => None,
    }
}

fn on_work(state: State, note: impl FnOnce(&mut Work)) -> Next {
    let (mut work, stage) = working(state)?;
    note(&mut work);
    Some(match stage {
        None => State::Assigned(work),
        Some(stage) => State::Handling(work, stage),
    })
}

fn at_stage(state: State, change: impl FnOnce(Stage) -> Option<Stage>) -> Next {
    let (work, stage) = working(state)?;
    Some(State::Handling(work, change(stage?)?))
}

fn in_effect(state: State, note: impl FnOnce(&mut InEffect)) -> Next {
    at_stage(state, |stage| match stage {
        Stage::InEffect(mut agreement) => {
            note(&mut agreement);
            Some(Stage::InEffect(agreement))
        }
        Stage::Investigating | Stage::InSession | Stage::Adjourned | Stage::Drafted(_) => None,
    })
}

/// One mediator in the place of another; both must be what they are said to be.
pub(super) fn replace(state: State, from: ActorId, to: ActorId) -> Next {
    let (work, _) = state.working()?;
    if !work.mediators.contains(&from) || work.mediators.contains(&to) {
        return None;
    }
    on_work(state, |work| {
        for mediator in work.mediators.iter_mut().filter(|mediator| **mediator == from) {
            *mediator = to;
        }
        work.former.insert(from);
        work.unwanted.remove(&from);
    })
}

fn session(state: State, held: &SessionHeld) -> Next {
    let (mut work, _) = working(state)?;
    work.sessions = work.sessions.saturating_add(1);
    work.last_session = Some(held.result);
    Some(State::Handling(work, Stage::InSession))
}

fn draft(agreement: &Agreement, form: Form) -> Draft {
    Draft { agreement: agreement.clone(), form, signatures: BTreeMap::new() }
}

/// The terms that wait for signatures: the first ones, or those that are to replace what binds.
fn draft_of(stage: &mut Stage) -> Option<&mut Draft> {
    match stage {
        Stage::Drafted(draft) => Some(draft),
        Stage::InEffect(agreement) => agreement.amendment.as_mut(),
        Stage::Investigating | Stage::InSession | Stage::Adjourned => None,
    }
}

/// The terms on paper bind. What was performed of an obligation that stays is not owed again.
fn bind(stage: Stage, effective: &AgreementEffective) -> Option<Stage> {
    let (Draft { agreement, form, .. }, ledger) = match stage {
        Stage::Drafted(draft) => (draft, BTreeMap::new()),
        Stage::InEffect(before) => {
            let mut ledger = before.ledger;
            let draft = before.amendment?;
            ledger.retain(|id, _| draft.agreement.obligation(id).is_some());
            (draft, ledger)
        }
        Stage::Investigating | Stage::InSession | Stage::Adjourned => return None,
    };
    Some(Stage::InEffect(Box::new(InEffect {
        agreement,
        form,
        since: effective.date,
        confirm_by: effective.confirm_by.clone(),
        ledger,
        confirmation: Confirmation::None,
        amendment: None,
    })))
}

fn book(state: State, obligation: &Code, note: impl FnOnce(&mut Performance)) -> Next {
    in_effect(state, |agreement| note(agreement.ledger.entry(obligation.clone()).or_default()))
}

fn end(state: State, how: End) -> Next {
    remains(state).map(|remains| State::Ended(how, remains))
}

/// A party takes the matter back, as long as nothing is decided about it.
///
/// Source: People's Mediation Law Art 23.
pub(super) fn withdraw(state: State) -> Next {
    state.undecided()?;
    end(state, End::Withdrawn)
}

fn remains(state: State) -> Option<Remains> {
    if let State::Ended(_, remains) = state {
        return Some(remains);
    }
    let (matter, agreement) = (state.matter()?.clone(), state.agreement().cloned());
    let work = state.at_work();
    let remains = Remains {
        matter,
        number: state.number().cloned(),
        notified: state.file().map(|file| file.notified.clone()).unwrap_or_default(),
        mediators: work.map(|work| work.mediators.clone()).unwrap_or_default(),
        handlers: state.handlers(),
        sessions: state.sessions(),
        last_session: work.and_then(|work| work.last_session),
        agreement,
    };
    match state {
        State::Received(_)
        | State::UnderReview(_)
        | State::Accepted(_)
        | State::Assigned(_)
        | State::Handling(..) => Some(remains),
        State::Unopened | State::Ended(..) | State::Closed(..) => None,
    }
}

/// A closed case goes on where it ended: with the agreement that binds, or after the last session, or with those who were
/// assigned, or under review if it never got a number.
pub(super) fn reopen(state: State) -> Next {
    let remains = match state {
        State::Closed(_, remains) => remains,
        State::Unopened
        | State::Received(_)
        | State::UnderReview(_)
        | State::Accepted(_)
        | State::Assigned(_)
        | State::Handling(..)
        | State::Ended(..) => return None,
    };
    let Remains { matter, number, notified, mediators, mut handlers, sessions, last_session, agreement } =
        remains;
    let Some(number) = number else { return Some(State::UnderReview(matter)) };
    let file = File { matter, number, notified };
    if mediators.is_empty() {
        return Some(State::Accepted(file));
    }
    handlers.retain(|handler| !mediators.contains(handler));
    let work = Work { former: handlers, sessions, last_session, ..Work::begun(file, mediators) };
    Some(match agreement {
        Some(agreement) => State::Handling(work, Stage::InEffect(Box::new(agreement))),
        None if sessions > 0 => State::Handling(work, Stage::InSession),
        None => State::Assigned(work),
    })
}

/// What an event of mediation means for what all kinds have: where the case belongs, and its clock.
fn keep_common(case: &mut Case<Mediation>, event: &Event, at: Timestamp) {
    let common = &mut case.common;
    match event {
        Event::MediationApplied(applied) => common.jurisdiction = Some(applied.dispute.jurisdiction),
        Event::MediationInitiated(found) => common.jurisdiction = Some(found.dispute.jurisdiction),
        Event::MediationDelegated(sent) => {
            common.jurisdiction = Some(sent.dispute.jurisdiction);
            common.clock = sent.term.clone().map(|term| CaseClock::started(term, at));
        }
        Event::MediationAccepted(accepted) => {
            if let Some(term) = accepted.term.clone() {
                common.clock = Some(CaseClock::started(term, at));
            }
        }
        Event::TermExtended(extended) => {
            if let Some(clock) = &mut common.clock {
                clock.extended_until = Some(extended.until);
            }
        }
        Event::ConsentRecorded(_)
        | Event::MediationRefused(_)
        | Event::RightsNotified(_)
        | Event::MediatorAssigned(_)
        | Event::RecusalRequested(_)
        | Event::MediatorReplaced(_)
        | Event::InvestigationRecorded(_)
        | Event::ParticipantInvited(_)
        | Event::SessionHeld(_)
        | Event::SessionAdjourned(_)
        | Event::EscalationReported(_)
        | Event::AgreementDrafted(_)
        | Event::AgreementSigned(_)
        | Event::AgreementSealed(_)
        | Event::AgreementEffective(_)
        | Event::OralAgreementRecorded(_)
        | Event::UndisputedFactsRecorded(_)
        | Event::MediationTerminated(_)
        | Event::ObligationPerformed(_)
        | Event::ObligationOverdue(_)
        | Event::PerformanceUrged(_)
        | Event::ConfirmationApplied(_)
        | Event::ConfirmationRuled(_)
        | Event::AgreementAmended(_)
        | Event::MediationClosed(_) => {}
    }
}
