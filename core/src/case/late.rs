//! Deciding in time: against the case as it was at the moment of a command, and in the face of what happened since.
//!
//! A village terminal without a network sends on Wednesday what happened on Monday. By then the office has gone on. The
//! command of Monday is decided against the case of Monday; and what was decided on Tuesday must be what it would have
//! been had Monday been known. So each later command is decided again, with the late entry and without it. Where both
//! come out the same, the entry is let in, and the case is what it would be had everything come in order. Where only the
//! due dates of its clock differ, they are computed anew. Where anything else differs, the entry is refused and names
//! what stands in its way.
//!
//! Later commands are decided by the rules that are loaded today, which may no longer be those of then. That does no
//! harm: both decisions are made by them, and only the difference counts.

use chrono::Datelike;

use super::skeleton::{ClockRecomputed, CommonEvent};
use super::{
    Acting, Case, CaseCommand, CaseEvent, CaseNumber, Context, Kind, KnownCase, Reason, ReasonCode, Refusal,
    decide_at,
};
use crate::clock::Timestamp;
use crate::decider::{Decider, Misplaced};
use crate::event::EventSet;
use crate::execute::ExecuteError;
use crate::id::{CommandKey, Revision, StreamId};
use crate::policy::Deadline;
use crate::replay::{AsOf, Happened, ReplayError, Timeline};

/// A command with its moment and all that it is decided by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a, K: Kind> {
    pub(crate) key: CommandKey,
    pub(crate) command: &'a CaseCommand<K>,
    pub(crate) context: &'a Context,
}

/// An event that was decided.
#[derive(Debug)]
pub(crate) struct Decision<K: Kind> {
    /// Which of the commands led to it, counted from 0.
    pub(crate) number: usize,
    /// When it happens: with its command, or later where something is computed anew.
    pub(crate) at: Timestamp,
    pub(crate) event: CaseEvent<K>,
}

/// What commands lead to, and the case after everything that is then known to have happened.
#[derive(Debug)]
pub(crate) struct Decided<K: Kind> {
    pub(crate) events: Vec<Decision<K>>,
    pub(crate) after: Case<K>,
}

/// One of several commands is refused, and none of them is carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("command {key}: {refusal}")]
#[non_exhaustive]
pub struct RefusedRequest {
    /// Its key.
    pub key: CommandKey,
    /// Why.
    pub refusal: Refusal,
}

type Error = ExecuteError<RefusedRequest>;

/// Decides commands, each at its moment, which may lie before what is recorded already.
///
/// # Errors
/// A command is refused at its moment, or for a later event that could not stand beside it
/// ([`ReasonCode::LaterEvent`], [`ReasonCode::LaterOutcome`]); or the history cannot be understood.
pub(crate) fn decide_in_time<K: Kind>(
    stream: &StreamId,
    timeline: &Timeline<Case<K>>,
    given: &[Given<'_, K>],
) -> Result<Decided<K>, Error> {
    let present = timeline.present();
    let mut given: Vec<_> = given.iter().enumerate().collect();
    given.sort_by_key(|(_, one)| one.context.occurred_at);
    let Some((_, first)) = given.first() else {
        return Ok(Decided { events: Vec::new(), after: present.state.clone() });
    };
    let moment = first.context.occurred_at;
    let then = timeline.state_as_of(AsOf::now().happened_by(moment))?;
    let revision = Revision::after(present.revision());
    let mut course = Course {
        stream,
        without: then.clone(),
        with: then,
        last: (0, first),
        last_state: "",
        decided: Vec::new(),
        revision,
        clock: None,
    };
    let mut later = timeline.after(moment).chunk_by(is_of_one_command).peekable();
    for (number, one) in given {
        while let Some(known) = later.next_if(|known| moment_of(known) <= Some(one.context.occurred_at)) {
            course.go_on(known)?;
        }
        course.take_in(number, one, &present.state)?;
    }
    for known in later {
        if course.makes_no_difference() {
            let mut after = present.state.clone();
            after.common.head =
                course.decided.iter().fold(after.common.head, |head, _| Some(Revision::after(head)));
            return Ok(Decided { events: course.decided, after });
        }
        course.go_on(known)?;
    }
    course.set_clock(None)?;
    Ok(Decided { events: course.decided, after: course.with })
}

/// Two courses of one case: with what comes late, and without it.
struct Course<'a, K: Kind> {
    stream: &'a StreamId,
    with: Case<K>,
    without: Case<K>,
    /// The last command that was taken in; whatever it meets later stands in its way.
    last: (usize, &'a Given<'a, K>),
    /// The state in which it was decided.
    last_state: &'static str,
    decided: Vec<Decision<K>>,
    /// That of the next event.
    revision: Revision,
    /// Due dates that are to be set anew at the end of a moment.
    clock: Option<(Timestamp, Deadline)>,
}

impl<'a, K: Kind> Course<'a, K> {
    /// Whether the case is the same with what comes late. How many events it has had tells nothing about it.
    fn makes_no_difference(&mut self) -> bool {
        let head = std::mem::replace(&mut self.with.common.head, self.without.common.head);
        let same = self.clock.is_none() && self.with == self.without;
        self.with.common.head = head;
        same
    }

    /// Takes in a command at its moment; both courses have come so far.
    fn take_in(&mut self, number: usize, one: &'a Given<'a, K>, now: &Case<K>) -> Result<(), Error> {
        let at = one.context.occurred_at;
        self.set_clock(Some(at))?;
        self.last = (number, one);
        self.last_state = self.with.state_name();
        let refused = |refusal| ExecuteError::Refused(RefusedRequest { key: one.key, refusal });
        let events = decide_at(&self.with, now, one.command, one.context).map_err(refused)?;
        events.into_iter().try_for_each(|event| self.happen(at, event))
    }

    /// Goes on by one command that is recorded already, if it can still stand.
    fn go_on(&mut self, known: &[One<K>]) -> Result<(), Error> {
        self.set_clock(moment_of(known))?;
        if !self.makes_no_difference() {
            match again(&self.with, &self.without, known, self.last.1.context)? {
                Again::Same => {}
                Again::OtherDates(at, deadline) => self.clock = Some((at, deadline)),
                Again::Different(reasons) => return Err(self.refuse(reasons)),
            }
        }
        for one in known {
            let at = one.recorded.occurred_at;
            self.without = Case::evolve(std::mem::take(&mut self.without), &one.event, at)
                .map_err(|source| self.misplaced(one.recorded.revision, &one.event, source))?;
            self.with = Case::evolve(std::mem::take(&mut self.with), &one.event, at)
                .map_err(|_| self.refuse(vec![impossible(one)]))?;
        }
        Ok(())
    }

    /// Sets due dates anew, unless more happens at their own moment.
    fn set_clock(&mut self, next: Option<Timestamp>) -> Result<(), Error> {
        match self.clock.take_if(|(at, _)| next != Some(*at)) {
            None => Ok(()),
            Some((at, deadline)) => {
                let event = CommonEvent::ClockRecomputed(ClockRecomputed { deadline });
                self.happen(at, CaseEvent::Common(event))
            }
        }
    }

    fn happen(&mut self, at: Timestamp, event: CaseEvent<K>) -> Result<(), Error> {
        let revision = self.revision;
        self.with = Case::evolve(std::mem::take(&mut self.with), &event, at)
            .map_err(|source| self.misplaced(revision, &event, source))?;
        self.decided.push(Decision { number: self.last.0, at, event });
        self.revision = revision.next();
        Ok(())
    }

    fn refuse(&self, reasons: Vec<Reason>) -> Error {
        let (_, one) = self.last;
        let refusal = Refusal { command: one.command.name(), state: self.last_state, reasons };
        ExecuteError::Refused(RefusedRequest { key: one.key, refusal })
    }

    /// What was decided does not fit the case: a fault of the library, and nothing is written.
    fn misplaced(&self, revision: Revision, event: &CaseEvent<K>, source: Misplaced) -> Error {
        ReplayError::misplaced(self.stream.clone(), revision, event, source).into()
    }
}

type One<K> = Happened<CaseEvent<K>>;

/// The events of one command share their metadata, byte for byte, and their moment.
fn is_of_one_command<K: Kind>(one: &One<K>, next: &One<K>) -> bool {
    one.recorded.metadata == next.recorded.metadata && one.recorded.occurred_at == next.recorded.occurred_at
}

fn moment_of<K: Kind>(known: &[One<K>]) -> Option<Timestamp> {
    known.first().map(|one| one.recorded.occurred_at)
}

/// How a command comes out when it is decided again.
enum Again {
    /// As without the late entry.
    Same,
    /// The clock runs to another day.
    OtherDates(Timestamp, Deadline),
    /// It could not stand, or says something else.
    Different(Vec<Reason>),
}

/// Decides a known command in both courses. What spoke against it already, without the late entry, does not count.
fn again<K: Kind>(
    with: &Case<K>,
    without: &Case<K>,
    known: &[One<K>],
    context: &Context,
) -> Result<Again, ReplayError> {
    let Some(first) = known.first() else { return Ok(Again::Same) };
    let Some(command) = first.event.recall() else { return Ok(Again::Same) };
    let Some(mut context) = context_of(first, context)? else {
        return Ok(Again::Different(vec![impossible(first)]));
    };
    // What it named was there then, and is there in both courses.
    context.known_cases.extend(command.names().into_iter().map(|named| (named, KnownCase::default())));
    let now = decide_at(with, with, &command, &context);
    let is_resumed = |one: &One<K>| matches!(one.event, CaseEvent::Common(CommonEvent::ClockResumed(_)));
    let sets_clock = known.iter().any(is_resumed);
    let recorded = known.iter().map(|one| &one.event);
    // What comes out as it is recorded stands. But due dates may have been set otherwise since, for the same moment.
    if !sets_clock && now.as_ref().is_ok_and(|events| events.iter().eq(recorded)) {
        return Ok(Again::Same);
    }
    Ok(match (now, decide_at(without, without, &command, &context)) {
        (Ok(now), Ok(before)) if now != before => match other_dates(&now, &before) {
            Some(deadline) => Again::OtherDates(context.occurred_at, deadline),
            None => Again::Different(vec![otherwise(first)]),
        },
        (Ok(_), Ok(_) | Err(_)) => Again::Same,
        (Err(now), before) => {
            let old = before.err().map(|refusal| refusal.reasons).unwrap_or_default();
            let new: Vec<_> = now.reasons.into_iter().filter(|reason| !old.contains(reason)).collect();
            match new.is_empty() {
                true => Again::Same,
                false => Again::Different([vec![impossible(first)], new].concat()),
            }
        }
    })
}

/// The due dates to which the clock runs now, if nothing else is different.
fn other_dates<K: Kind>(now: &[CaseEvent<K>], before: &[CaseEvent<K>]) -> Option<Deadline> {
    let resumed = |event: &CaseEvent<K>| match event {
        CaseEvent::Common(CommonEvent::ClockResumed(resumed)) => Some(resumed.deadline.clone()),
        CaseEvent::Common(_) | CaseEvent::Own(_) => None,
    };
    let alike = |(now, before)| now == before || (resumed(now).is_some() && resumed(before).is_some());
    let same_otherwise = now.len() == before.len() && now.iter().zip(before).all(alike);
    now.iter().find_map(resumed).filter(|_| same_otherwise)
}

/// The world in which an event was decided, with the rules that are known today; nothing for a role that no table has.
fn context_of<K: Kind>(one: &One<K>, context: &Context) -> Result<Option<Context>, ReplayError> {
    let recorded = &one.recorded;
    let metadata = recorded.decode_metadata()?;
    let Ok(role) = metadata.actor.role.as_str().parse() else { return Ok(None) };
    let actor = Acting { id: metadata.actor.id, role, office: metadata.actor.office };
    // Which number a case gets does not matter here: it gets the same one in both courses.
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

/// A later event could not stand.
fn impossible<K: Kind>(one: &One<K>) -> Reason {
    Reason::new(ReasonCode::LaterEvent)
        .words("event", "event", [one.event.event_type()])
        .text("revision", one.recorded.revision)
        .text("on", one.recorded.occurred_at.china_date())
}

/// A later event would say something else.
fn otherwise<K: Kind>(one: &One<K>) -> Reason {
    Reason::new(ReasonCode::LaterOutcome)
        .words("event", "event", [one.event.event_type()])
        .text("revision", one.recorded.revision)
        .text("on", one.recorded.occurred_at.china_date())
}
