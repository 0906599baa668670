//! The plainest kind of case there can be: somebody asks, somebody takes it on, delivers, and shuts it.
//!
//! It has no law of its own, so that what the skeleton does shows by itself. Its clock is that of a notary matter, whose
//! rule lists the supplement among its pauses.

#![expect(unreachable_pub, reason = "the set of events is written by a macro for public ones")]

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::case::code::{Phase, Role};
use crate::case::skeleton::{CaseClock, CommonEvent};
use crate::case::{
    Case, CaseEvent, CaseNumber, Check, CommandSpec, Context, Kind, People, ReasonCode, Register, Side,
};
use crate::clock::Timestamp;
use crate::decider::Misplaced;
use crate::event::Codec;
use crate::event_set;
use crate::id::{ActorId, PersonRef};
use crate::policy::{CaseKind, ChecklistItem, Deadline};
use crate::privacy::Fingerprint;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Errand;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Command {
    Ask { people: BTreeMap<PersonRef, Option<Fingerprint>> },
    Take { handler: ActorId },
    Deliver,
    Object,
    Shut,
}

event_set! {
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(super) enum Event {
        Asked(Asked) = 1,
        Taken(Taken) = 1,
        Delivered(Delivered) = 1,
        Objected(Objected) = 1,
        Shut(Shut) = 1,
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    people: BTreeMap<PersonRef, Option<Fingerprint>>,
    term: Deadline,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Taken {
    handler: ActorId,
    number: CaseNumber,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Delivered {}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Objected {}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shut {}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Step {
    #[default]
    Unopened,
    Asked,
    Taken,
    Delivered,
    Withdrawn,
    Shut,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    step: Step,
    people: BTreeMap<PersonRef, Option<Fingerprint>>,
    number: Option<CaseNumber>,
    handlers: Vec<ActorId>,
    former: BTreeSet<ActorId>,
}

const fn row(name: &'static str, role: &'static [Role], from: &'static [Step]) -> CommandSpec<Step> {
    CommandSpec { number: "-", name, roles: role, from }
}

impl Kind for Errand {
    const KIND: CaseKind = CaseKind::Mediation;
    const COMMANDS: &'static [CommandSpec<Step>] = &[
        row("Ask", &[Role::Applicant], &[Step::Unopened]),
        row("Take", &[Role::Counsel], &[Step::Asked]),
        row("Deliver", &[Role::Counsel], &[Step::Taken]),
        row("Object", &[Role::Applicant], &[Step::Delivered]),
        row("Shut", &[Role::Counsel], &[Step::Delivered, Step::Withdrawn]),
    ];
    const OWN_FORMS: &'static [&'static str] = &[];

    type State = State;
    type Step = Step;
    type Command = Command;
    type Event = Event;

    fn codec() -> Codec<CaseEvent<Self>> {
        Codec::new()
    }

    fn command_name(command: &Command) -> &'static str {
        match command {
            Command::Ask { .. } => "Ask",
            Command::Take { .. } => "Take",
            Command::Deliver => "Deliver",
            Command::Object => "Object",
            Command::Shut => "Shut",
        }
    }

    fn step(state: &State) -> Step {
        state.step
    }

    fn step_name(step: Step) -> &'static str {
        match step {
            Step::Unopened => "Unopened",
            Step::Asked => "Asked",
            Step::Taken => "Taken",
            Step::Delivered => "Delivered",
            Step::Withdrawn => "Withdrawn",
            Step::Shut => "Shut",
        }
    }

    fn phase(step: Step) -> Phase {
        match step {
            Step::Unopened => Phase::Unopened,
            Step::Asked => Phase::UnderReview,
            Step::Taken | Step::Delivered => Phase::Handling,
            Step::Withdrawn | Step::Shut => Phase::Closed,
        }
    }

    fn people(state: &State) -> People {
        let known = state.people.iter().filter_map(|(person, known)| Some((*person, (*known)?)));
        People {
            parties: state.people.keys().copied().collect(),
            sides: state.people.keys().map(|person| (*person, Side::Claimant)).collect(),
            handlers: state.handlers.iter().chain(&state.former).copied().collect(),
            serving: state.handlers.iter().copied().collect(),
            lead: state.handlers.first().copied(),
            fingerprints: known.collect(),
        }
    }

    fn number(state: &State) -> Option<&CaseNumber> {
        state.number.as_ref()
    }

    fn responsible(state: &State) -> Vec<ActorId> {
        state.handlers.clone()
    }

    fn clock_runs(state: &State) -> bool {
        matches!(state.step, Step::Asked | Step::Taken)
    }

    fn owed(_: &State) -> Vec<&Deadline> {
        Vec::new()
    }

    /// No test of this kind enters anything late.
    fn recall(_: &Event) -> Option<Command> {
        None
    }

    fn delivered(state: &State) -> bool {
        matches!(state.step, Step::Delivered | Step::Shut)
    }

    fn is_closed(state: &State) -> bool {
        state.step == Step::Shut
    }

    fn file_needs(_: &Case<Self>, item: &ChecklistItem) -> bool {
        item.item == 1
    }

    fn deadlines(event: &Event) -> Vec<&Deadline> {
        match event {
            Event::Asked(asked) => vec![&asked.term],
            Event::Taken(_) | Event::Delivered(_) | Event::Objected(_) | Event::Shut(_) => Vec::new(),
        }
    }

    fn register(command: &Command) -> Option<Register> {
        matches!(command, Command::Take { .. }).then_some(Register::Cases)
    }

    fn engages(command: &Command) -> Vec<ActorId> {
        match command {
            Command::Take { handler } => vec![*handler],
            Command::Ask { .. } | Command::Deliver | Command::Object | Command::Shut => Vec::new(),
        }
    }

    fn closes(command: &Command) -> bool {
        *command == Command::Shut
    }

    fn withdraw(mut state: State) -> Option<State> {
        let undecided = matches!(state.step, Step::Asked | Step::Taken);
        state.step = Step::Withdrawn;
        undecided.then_some(state)
    }

    fn replace_handler(mut state: State, from: ActorId, to: ActorId) -> Option<State> {
        if !state.handlers.contains(&from) || state.handlers.contains(&to) {
            return None;
        }
        state.handlers.iter_mut().filter(|one| **one == from).for_each(|one| *one = to);
        state.former.insert(from);
        Some(state)
    }

    fn reopen(mut state: State) -> Option<State> {
        let shut = state.step == Step::Shut;
        state.step = Step::Taken;
        shut.then_some(state)
    }

    fn decide(
        case: &Case<Self>,
        command: &Command,
        context: &Context,
        check: &mut Check,
    ) -> Option<Vec<CaseEvent<Self>>> {
        let here = Self::COMMANDS.iter().find(|row| row.name == Self::command_name(command));
        if !here.is_some_and(|row| row.from.contains(&case.own.step)) {
            return check.wrong_state();
        }
        Some(vec![CaseEvent::Own(match command {
            Command::Ask { people } => {
                let term = context.deadline(&case.jurisdiction(), "NOT-D01", None);
                Event::Asked(Asked { people: people.clone(), term: check.deadline(term)? })
            }
            Command::Take { handler } => {
                check.must(context.number.is_some(), ReasonCode::NoNumber);
                Event::Taken(Taken { handler: *handler, number: context.number.clone()? })
            }
            Command::Deliver => Event::Delivered(Delivered {}),
            Command::Object => Event::Objected(Objected {}),
            Command::Shut => Event::Shut(Shut {}),
        })])
    }

    fn follow(_: &Case<Self>, _: &CommonEvent, _: &Context, _: &mut Check) -> Vec<Event> {
        Vec::new()
    }

    fn note(state: State, _: &CommonEvent, _: Timestamp) -> State {
        state
    }

    fn evolve(mut case: Case<Self>, event: &Event, at: Timestamp) -> Result<Case<Self>, Misplaced> {
        let state = &mut case.own;
        match event {
            Event::Asked(asked) => {
                state.step = Step::Asked;
                state.people.clone_from(&asked.people);
                case.common.clock = Some(CaseClock::started(asked.term.clone(), at));
            }
            Event::Taken(taken) => {
                state.step = Step::Taken;
                state.handlers = vec![taken.handler];
                state.number = Some(taken.number.clone());
            }
            Event::Delivered(_) => state.step = Step::Delivered,
            Event::Objected(_) => case.common.objection_pending = true,
            Event::Shut(_) => state.step = Step::Shut,
        }
        Ok(case)
    }
}
