//! Deciding in time: against the case as it was at the moment of a command, and in the face of what happened since.
//!
//! A village terminal without a network sends on Wednesday what happened on Monday. By then the office has gone on. The
//! command of Monday is decided against the case of Monday; and what was decided on Tuesday must be what it would be
//! had Monday been known. So each later command is decided again, with the late entry and without it. Where both come
//! out the same the entry is let in, and the case is what it would be had everything come in order. Where they differ
//! the entry is refused, and names what stands in its way.
//!
//! Later commands are decided by the rules that are loaded today, which may no longer be those of then. That does no
//! harm: both decisions are made by them, and only the difference counts.

use chrono::Datelike;

use super::{
    Acting, Case, CaseCommand, CaseEvent, CaseNumber, Context, Kind, Reason, ReasonCode, Refusal, decide_at,
};
use crate::decider::{Decider, Misplaced};
use crate::event::EventSet;
use crate::execute::ExecuteError;
use crate::id::{Revision, StreamId};
use crate::replay::{AsOf, Happened, ReplayError, Timeline};

/// What a command leads to, and the case after everything that is then known to have happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided<K: Kind> {
    /// What happened at the moment of the command.
    pub events: Vec<CaseEvent<K>>,
    /// The case of today with it.
    pub after: Case<K>,
}

/// Decides a command at its moment, which may lie before what is recorded already.
///
/// # Errors
/// The command is refused at its moment, or for a later event that could not stand beside it
/// ([`ReasonCode::LaterEvent`], [`ReasonCode::LaterOutcome`]); or the history cannot be understood.
pub fn decide_in_time<K: Kind>(
    stream: &StreamId,
    timeline: &Timeline<Case<K>>,
    command: &CaseCommand<K>,
    context: &Context,
) -> Result<Decided<K>, ExecuteError<Refusal>> {
    let mut without = timeline.state_as_of(AsOf::now().happened_by(context.occurred_at))?;
    let present = timeline.present();
    let state = without.state_name();
    let events = decide_at(&without, &present.state, command, context).map_err(ExecuteError::Refused)?;
    let mut with = without.clone();
    let mut revision = Revision::after(present.revision());
    for event in &events {
        with = Case::evolve(with, event, context.occurred_at)
            .map_err(|source| ReplayError::misplaced(stream.clone(), revision, event, source))?;
        revision = revision.next();
    }
    for decided in timeline.after(context.occurred_at).chunk_by(is_of_one_command) {
        if with == without {
            // From here on the late entry makes no difference.
            return Ok(Decided { events, after: present.state.clone() });
        }
        let objections = objections(&with, &without, decided, context)?;
        if !objections.is_empty() {
            let refusal = Refusal { command: command.name(), state, reasons: objections };
            return Err(ExecuteError::Refused(refusal));
        }
        without = evolve_all(without, decided).map_err(|(at, source)| {
            ReplayError::misplaced(stream.clone(), at.recorded.revision, &at.event, source)
        })?;
        with = evolve_all(with, decided).map_err(|(at, _)| {
            let reasons = vec![impossible(at)];
            ExecuteError::Refused(Refusal { command: command.name(), state, reasons })
        })?;
    }
    Ok(Decided { events, after: with })
}

type One<K> = Happened<CaseEvent<K>>;

/// The events of one command share their metadata, byte for byte, and their moment.
fn is_of_one_command<K: Kind>(one: &One<K>, next: &One<K>) -> bool {
    one.recorded.metadata == next.recorded.metadata && one.recorded.occurred_at == next.recorded.occurred_at
}

/// What speaks against a later decision now and did not speak against it before; nothing if it stands.
fn objections<K: Kind>(
    with: &Case<K>,
    without: &Case<K>,
    decided: &[One<K>],
    context: &Context,
) -> Result<Vec<Reason>, ReplayError> {
    let Some(first) = decided.first() else { return Ok(Vec::new()) };
    let Some(command) = first.event.recall() else { return Ok(Vec::new()) };
    let Some(context) = context_of(first, context)? else {
        return Ok(vec![impossible(first)]);
    };
    let now = match decide_at(with, with, &command, &context) {
        Ok(events) if events.iter().eq(decided.iter().map(|one| &one.event)) => return Ok(Vec::new()),
        now => now,
    };
    Ok(match (now, decide_at(without, without, &command, &context)) {
        (Ok(now), Ok(before)) if now != before => vec![different(first)],
        (Ok(_), Ok(_) | Err(_)) => Vec::new(),
        (Err(now), before) => {
            let known = before.err().map(|refusal| refusal.reasons).unwrap_or_default();
            let new: Vec<_> = now.reasons.into_iter().filter(|reason| !known.contains(reason)).collect();
            if new.is_empty() {
                return Ok(new);
            }
            [vec![impossible(first)], new].concat()
        }
    })
}

/// The world in which an event was decided, with the rules that are known today; nothing for a role that is not in the
/// table.
fn context_of<K: Kind>(one: &One<K>, context: &Context) -> Result<Option<Context>, ReplayError> {
    let recorded = &one.recorded;
    let metadata = recorded.decode_metadata()?;
    let Ok(role) = metadata.actor.role.as_str().parse() else { return Ok(None) };
    let actor = Acting { id: metadata.actor.id, role, office: metadata.actor.office };
    // Which number a case gets does not matter here: it gets the same one in both decisions.
    let year = recorded.occurred_at.china_date().year();
    let number = CaseNumber { kind: K::KIND, office: actor.office.clone(), year, serial: 1 };
    Ok(Some(Context {
        actor,
        occurred_at: recorded.occurred_at,
        recorded_at: recorded.recorded_at,
        late: metadata.late,
        number: Some(number),
        ..context.clone()
    }))
}

fn evolve_all<K: Kind>(case: Case<K>, decided: &[One<K>]) -> Result<Case<K>, (&One<K>, Misplaced)> {
    decided.iter().try_fold(case, |case, one| {
        Case::evolve(case, &one.event, one.recorded.occurred_at).map_err(|source| (one, source))
    })
}

/// A later event could not stand.
fn impossible<K: Kind>(one: &One<K>) -> Reason {
    Reason::new(ReasonCode::LaterEvent)
        .words("event", "event", [one.event.event_type()])
        .text("revision", one.recorded.revision)
        .text("on", one.recorded.occurred_at.china_date())
}

/// A later event would say something else.
fn different<K: Kind>(one: &One<K>) -> Reason {
    Reason::new(ReasonCode::LaterOutcome)
        .words("event", "event", [one.event.event_type()])
        .text("revision", one.recorded.revision)
        .text("on", one.recorded.occurred_at.china_date())
}
