//! Legal consultation (法律咨询): somebody asks, and a lawyer answers.
//!
//! ```text
//!     register
//!        │
//!   Registered ──queue, book──► Queued, AwaitingBooking
//!        │ classify ◄───────────────────┘
//!        ▼
//!   Classified ◄──identify── IdentityPending
//!        │ assign                                        decline
//!        ▼                                   (before) ──────────────► Declined
//!   DutyLawyer, Expert, ReferredUnit
//!        │ advise, issue, request material
//!        ▼
//!   Answering ◄──receive── AwaitingMaterial
//!        │ issue ▲ answer
//!        ▼       │                  reject, rate 1 or 2, order rework
//!   WorkOrderOpen      Answering ──────────────────────────────────► Reworking ──advise, answer──► Answering
//!        │
//!        └── close ──► Answered, Referred, ConvertedToCase, Abandoned ──► Archived
//! ```
//!
//! The table of transitions (who, from where) is [`Consultation`]'s `COMMANDS`; the numbers C1 to C14 are those of the
//! specification. C15, the reopening, and C16, the archive, are what every kind has. What becomes of a work order is told
//! by [`WorkOrder`].
//!
//! No statute limits an ordinary consultation: what is due here is due by local rules and promises, and where there are
//! none nothing is. Only the request of somebody in custody has a term by law.
//!
//! Where the texts are silent it is decided here. What is not answered is closed by that. A unit may give an order back
//! before it has taken it on. A machine's answer is kept and counts for nothing. A caller without a name has a pseudonym,
//! rates and comes back under it, and is reached only where the caller comes back. A bad rating is a dissatisfaction,
//! which the unit must know of before the case is closed. The clock is met when the caller knows the result, and runs on
//! if it is done anew.
//!
//! Source: Legal Aid Law (法律援助法, 2021) Art 22, 23, 39; Shandong Regulation on Public Legal Services
//! (山东省公共法律服务条例) Art 16-21, 37; Shandong rules on the 12348 hotline (山东省12348热线平台管理规定, 2017);
//! Personal Information Protection Law (个人信息保护法, 2021) Art 23, 31.
//!
#![doc = include_str!("machine.md")]

mod command;
mod decide;
mod event;
mod evolve;
mod inquiry;
mod order;
mod recall;
mod reminders;
mod state;
mod step;
#[cfg(test)]
mod tests;

use crate::case::code::Phase;
use crate::case::skeleton::CommonEvent;
use crate::case::{
    Case, CaseEvent, CaseNumber, Check, CommandSpec, Context, Kind, NamedCase, People, Register, Side,
};
use crate::clock::Timestamp;
use crate::decider::Misplaced;
use crate::event::Codec;
use crate::id::ActorId;
use crate::policy::{CaseKind, ChecklistItem, Deadline, Required};

pub use command::Command;
pub use event::{
    AdviceGiven, AdviserAssigned, AdviserReplaced, AidRequestHandedOver, AidRequestRecorded,
    AidRightsNotified, AutoAnswerGiven, CallerIdentified, CallerQueued, ConsultationBooked,
    ConsultationClassified, ConsultationClosed, ConsultationDeclined, ConsultationRegistered,
    ContactAttempted, ConvertedToCase, DissatisfactionRecorded, DissatisfactionReported, Event,
    FeedbackGiven, GuardianNotified, MaterialReceived, MaterialRequested, ReworkOrdered, WorkOrderAccepted,
    WorkOrderAnswered, WorkOrderExtended, WorkOrderIssued, WorkOrderReminded, WorkOrderReturned,
    WorkOrderSupervised,
};
pub use inquiry::{
    Advice, AdviceScope, Adviser, Assignee, BatchItem, Caller, CheckIn, Classification, Conversion, Feature,
    GuardianNotice, Inquiry, Letter, Outcome, Replacement, Topic, Urgency,
};
pub use order::{ExtensionGround, LoopStage, OrderKind, Progress, Reminder, WorkOrder};
pub use state::{
    Awaited, Closing, Course, Dissatisfaction, File, Given, Matter, Rework, Stage, State, Waiting, Work,
};
pub use step::Step;

/// The rule until when the caller knows the result; its clock is that of the case.
const RESULT: &str = "CON-D03";

/// The rule until when it is decided what becomes of a letter; until then its clock is that of the case.
const LETTER: &str = "CON-D06";

/// The ground on which a clock stands still while something is awaited from the caller.
const CLIENT_MATERIAL: &str = "client_material";

/// Legal consultation (法律咨询): somebody asks, and a lawyer answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consultation;

impl Kind for Consultation {
    const KIND: CaseKind = CaseKind::Consultation;
    const COMMANDS: &'static [CommandSpec<Step>] = command::COMMANDS;
    /// Whoever answers next shows that they may: C4.
    /// A question gets its number where it is asked; whoever cannot answer it refers it or sends a work order.
    const OWN_FORMS: &'static [&'static str] =
        &["ReplaceHandler", "RecordProxyIntake", "ForwardToAuthority", "ReceiveByAuthority"];

    type State = State;
    type Step = Step;
    type Command = Command;
    type Event = Event;

    /// Every event is still in its first schema.
    fn codec() -> Codec<CaseEvent<Self>> {
        Codec::new()
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

    fn people(state: &State) -> People {
        let caller = state.file().map(|file| &file.inquiry.caller);
        let work = state.stage().and_then(Stage::work);
        People {
            parties: caller.into_iter().map(|caller| caller.person).collect(),
            sides: caller.into_iter().map(|caller| (caller.person, Side::Claimant)).collect(),
            handlers: work.map(|work| work.handlers.clone()).unwrap_or_default(),
            serving: work.map(|work| work.handlers.clone()).unwrap_or_default(),
            lead: state.at_work().and_then(Work::adviser),
            fingerprints: caller
                .and_then(|caller| Some((caller.person, caller.fingerprint?)))
                .into_iter()
                .collect(),
        }
    }

    fn number(state: &State) -> Option<&CaseNumber> {
        state.file().map(|file| &file.number)
    }

    fn responsible(state: &State) -> Vec<ActorId> {
        state.at_work().and_then(Work::adviser).into_iter().collect()
    }

    fn clock_runs(state: &State) -> bool {
        state.open().is_some()
    }

    fn owed(state: &State) -> Vec<&Deadline> {
        state.owed()
    }

    fn delivered(state: &State) -> bool {
        state.course().is_some_and(Course::has_delivered) || state.closing().is_some()
    }

    fn is_closed(state: &State) -> bool {
        state.closing().is_some()
    }

    fn file_needs(case: &Case<Self>, item: &ChecklistItem) -> bool {
        match item.required {
            Required::Always => case.has_own_file(),
            Required::IfMet => case.has_own_file() && case.own.course().is_some_and(Course::has_delivered),
            // What is asked of the other kinds alone is never missing here.
            Required::IfAgreed
            | Required::IfApplied
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
        matches!(command, Command::RegisterConsultation { .. }).then_some(Register::Cases)
    }

    fn names(command: &Command) -> Vec<NamedCase> {
        if let Command::ConvertToCase { to, .. } = command {
            vec![NamedCase { kind: to.kind, case: to.case }]
        } else {
            Vec::new()
        }
    }

    fn engages(command: &Command) -> Vec<ActorId> {
        command.engages()
    }

    fn closes(command: &Command) -> bool {
        matches!(command, Command::DeclineConsultation { .. } | Command::CloseConsultation { .. })
    }

    fn withdraw(state: State) -> Option<State> {
        evolve::withdraw(state)
    }

    /// Who answers is replaced in a form of its own.
    fn replace_handler(_: State, _: ActorId, _: ActorId) -> Option<State> {
        None
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

    fn follow(case: &Case<Self>, event: &CommonEvent, context: &Context, check: &mut Check) -> Vec<Event> {
        decide::follow(case, event, context, check)
    }

    fn evolve(case: Case<Self>, event: &Event, at: Timestamp) -> Result<Case<Self>, Misplaced> {
        evolve::evolve(case, event, at)
    }

    fn note(state: State, event: &CommonEvent, at: Timestamp) -> State {
        evolve::note(state, event, at)
    }
}
