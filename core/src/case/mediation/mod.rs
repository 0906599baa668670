//! People's mediation (人民调解).
//!
//! ```text
//!  apply, initiate, delegate
//!          │
//!       Received ──consent──► UnderReview ──accept──► Accepted ──assign──► Assigned
//!          │ refuse               │ refuse               │                    │ investigate, session
//!          ▼                      ▼                      │                    ▼
//!       Refused ◄─────────────────┘             Investigating, InSession, Adjourned ──► reconciled
//!          │                                             │                    │ draft       │
//!          │         Terminated, Withdrawn ◄─────────────┴────── Drafted ◄────┘             │
//!          │                    │                                   │ sign, seal            │
//!          │                    │              Amending ◄──change── Effective, Performing   │
//!          │                    │                 └──sign, seal──►  │                       │
//!          └────────────────────┴───────────────────────────────────┴── close ──► Closed ◄──┘
//!                                                                                   │
//!                                                                                Archived
//! ```
//!
//! The table of transitions (who, from where) is [`Mediation`]'s `COMMANDS`; the numbers M1 to M26 are those of the
//! specification. M17 has no command: an agreement takes effect by law with the last signature or seal. M25 is the
//! return visit that every kind has.
//!
//! Where the texts are silent it is decided here. What is plainly outside the scope is refused without asking anybody.
//! A party that takes its application back ends the case like a termination, with a closing report. A closed case that is
//! reopened goes on where it ended, with the mediators it had. A return visit may
//! come before the closing, once the parties have met. An agreement that is changed is signed and sealed anew, and binds as
//! it was until then. "Three urges" count for each obligation that is still owed. A file needs the notice of rights and the
//! mediation record only if the parties met.
//!
//! Source: People's Mediation Law (人民调解法, 2010-08-28); Provisions on the Work of People's Mediation
//! (人民调解工作若干规定, MoJ Order 75 of 2002) Art 27-35; Civil Procedure Law (民事诉讼法, 2023-09-01) Art 205-206 and
//! its Interpretation (2022) Art 351-358, 372; Rules on Invited Mediation (特邀调解规定, 2016) Art 15, 16, 26, 27.
//!
#![doc = include_str!("machine.md")]

mod agreement;
mod command;
mod decide;
mod event;
mod evolve;
mod matter;
mod recall;
mod state;
mod step;
#[cfg(test)]
mod tests;

use crate::case::code::Phase;
use crate::case::skeleton::CommonEvent;
use crate::case::{Case, CaseEvent, CaseNumber, Check, CommandSpec, Context, Kind, People, Register};
use crate::clock::Timestamp;
use crate::decider::Misplaced;
use crate::event::{Codec, Upcasted};
use crate::id::ActorId;
use crate::policy::{CaseKind, ChecklistItem, Deadline, Required};

pub use super::skeleton::{RecusalGround, Remedy, RemedyRoute};
pub use agreement::{
    Agreement, Confirmation, CourtResult, Draft, InEffect, Obligation, ObligationKind, OralCircumstances,
    Performance, PerformanceMode, Signer,
};
pub use command::Command;
pub use event::{
    AgreementAmended, AgreementDrafted, AgreementEffective, AgreementSealed, AgreementSigned,
    ConfirmationApplied, ConfirmationRuled, ConsentRecorded, EscalationReported, Event,
    InvestigationRecorded, MediationAccepted, MediationApplied, MediationClosed, MediationDelegated,
    MediationInitiated, MediationRefused, MediationTerminated, MediatorAssigned, MediatorReplaced,
    ObligationOverdue, ObligationPerformed, OralAgreementRecorded, ParticipantInvited, PerformanceUrged,
    RecusalRequested, RightsNotified, SessionAdjourned, SessionHeld, TermExtended, UndisputedFactsRecorded,
};
pub use matter::{
    Authority, ChosenBy, Delegator, Dispute, Form, GroundCode, Openness, Origin, Outcome, ScopeTag,
    SessionMode, SessionResult,
};
pub use state::{Closing, End, File, Matter, Remains, Stage, State, Work};
pub use step::Step;

/// People's mediation (人民调解): a committee helps people to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mediation;

impl Kind for Mediation {
    const KIND: CaseKind = CaseKind::Mediation;
    const COMMANDS: &'static [CommandSpec<Step>] = command::COMMANDS;
    /// A party need only ask, and the committee replaces: M9.
    const OWN_FORMS: &'static [&'static str] = &["Recuse", "DecideRecusal", "ReplaceHandler"];

    type State = State;
    type Step = Step;
    type Command = Command;
    type Event = Event;

    /// A withdrawal was an event of mediation before it became one of all kinds.
    fn codec() -> Codec<CaseEvent<Self>> {
        Codec::new().upcast("MediationWithdrawn", 1, |data| {
            Ok(Upcasted { event_type: "Withdrawn".into(), schema_version: 1, data })
        })
    }

    fn command_name(command: &Command) -> &'static str {
        command.name()
    }

    fn step(state: &State) -> Step {
        state.step()
    }

    fn step_name(step: Step) -> &'static str {
        step.name()
    }

    fn phase(step: Step) -> Phase {
        step.phase()
    }

    fn number(state: &State) -> Option<&CaseNumber> {
        state.number()
    }

    fn responsible(state: &State) -> Vec<ActorId> {
        state.at_work().map(|work| work.mediators.clone()).unwrap_or_default()
    }

    fn clock_runs(state: &State) -> bool {
        state.undecided().is_some()
    }

    fn owed(state: &State) -> Vec<&Deadline> {
        state.owed()
    }

    fn people(state: &State) -> People {
        let parties = state.matter().map_or(&[][..], |matter| &matter.dispute.parties);
        let known = parties.iter().filter_map(|party| Some((party.person, party.fingerprint?)));
        People {
            parties: parties.iter().map(|party| party.person).collect(),
            sides: parties.iter().map(|party| (party.person, party.side)).collect(),
            handlers: state.handlers(),
            serving: state.handlers(),
            lead: state.at_work().and_then(|work| work.mediators.first().copied()),
            fingerprints: known.collect(),
        }
    }

    fn delivered(state: &State) -> bool {
        state.sessions() > 0 || state.step().phase() == Phase::Closed
    }

    fn is_closed(state: &State) -> bool {
        matches!(state, State::Closed(..))
    }

    fn file_needs(case: &Case<Self>, item: &ChecklistItem) -> bool {
        match item.required {
            Required::Always => true,
            Required::IfMet => case.own.sessions() > 0,
            Required::IfAgreed => case.own.agreement().is_some(),
            // What is asked of the other kinds alone is never missing here.
            Required::IfApplied
            | Required::IfMeansTested
            | Required::IfDecided
            | Required::IfAccepted
            | Required::IfIssued
            | Required::IfEnded
            | Required::AsNeeded => false,
        }
    }

    fn deadlines(event: &Event) -> Vec<&Deadline> {
        event.deadlines()
    }

    fn register(command: &Command) -> Option<Register> {
        matches!(command, Command::AcceptMediation { .. }).then_some(Register::Cases)
    }

    fn engages(command: &Command) -> Vec<ActorId> {
        command.engages()
    }

    fn closes(command: &Command) -> bool {
        matches!(command, Command::CloseMediation { .. })
    }

    fn withdraw(state: State) -> Option<State> {
        evolve::withdraw(state)
    }

    fn replace_handler(state: State, from: ActorId, to: ActorId) -> Option<State> {
        evolve::replace(state, from, to)
    }

    fn reopen(state: State) -> Option<State> {
        evolve::reopen(state)
    }

    fn decide(
        case: &Case<Self>,
        command: &Command,
        context: &Context,
        check: &mut Check,
    ) -> Option<Vec<CaseEvent<Self>>> {
        decide::decide(case, command, context, check).map(CaseEvent::own)
    }

    fn recall(event: &Event) -> Option<Command> {
        recall::recall(event)
    }

    fn follow(_: &Case<Self>, _: &CommonEvent, _: &Context, _: &mut Check) -> Vec<Event> {
        Vec::new()
    }

    fn evolve(case: Case<Self>, event: &Event, at: Timestamp) -> Result<Case<Self>, Misplaced> {
        evolve::evolve(case, event, at)
    }

    fn note(state: State, _: &CommonEvent, _: Timestamp) -> State {
        state
    }
}
