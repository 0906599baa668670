//! Legal aid (法律援助).
//!
//! ```text
//!  take in ──► ProxyReceived ──receive──┐
//!                                       ▼
//!  apply ─────────────────────► ApplicationReceived ──competent──► EligibilityReview ◄──► HardshipCheck
//!                                       │                            │  ▲      │ ask other agency
//!                                       │ withdraw, lapse            │  └── InterRegionalCheck
//!                                       ▼                            │
//!                       Withdrawn, DeemedWithdrawn ◄─────────────────┤ opinion, then grant, refuse, cannot wait
//!                                                                    │
//!  notice ──► NoticeReceived         EmergencyGranted ◄──────────────┼──────────────► AidRefused
//!                  │                        │                        ▼                 │    ▲ objection: upheld
//!                  └────────────────────────┴──────────────────► Granted ◄──correct────┘────┘
//!                                                                    │ assign
//!                       UnitAssigned ──name──► LawyerNamed ──sign──► AgreementSigned
//!                                                  │ step                  │ step
//!                                                  ▼                       ▼
//!        ReplacementPending ◄──ask, change──►    Active   ◄──report, continue──► TerminationPending
//!                                                  │ complete                       │ terminate (from Granted on)
//!                                                  ▼                                ▼
//!                              Completed ◄──file── Reporting                    Terminated ──objection──► as it was
//!
//!  help on duty ──► DutyServed
//! ```
//!
//! The table of transitions (who, from where) is [`LegalAid`]'s `COMMANDS`; the numbers A1 to A36 are those of the
//! specification. A5 to A7 and A35 are commands that every kind has: what is missing is asked for once, gaps are tolerated,
//! quality is reviewed. Of the seven sub-kinds five are cases: on application (`CIV`, `LAB`, `CRA`, `RET`) or on the notice
//! of an organ (`CRN`). The help of a duty lawyer (`DUTY`) is a service that is recorded; advice (`ADV`) is a consultation,
//! and an application for it is answered with where to go.
//!
//! Where the texts are silent it is decided here. An application has a number from the moment the agency has it, whatever
//! becomes of it. The clock of the case runs against one thing after the other: to decide, to assign, to sign. Late
//! decisions are late, and are still made. Aid that could not wait needs no second decision; if the papers do not come, or
//! show that there is no hardship, it is ended. A matter is closed when the agency has taken the counsel's file.
//!
//! Source: Legal Aid Law (法律援助法, 2021-08-20) Art 12-71; MoJ Order 148 (办理法律援助案件程序规定, 2023) Art 24-27; MoJ
//! forms (法律援助文书格式, 2023); Shanxi Regulations on Legal Aid (山西省法律援助条例, 2024) Art 25-29.
//!
#![doc = include_str!("machine.md")]

mod application;
mod clock;
mod command;
mod counsel;
mod decide;
mod decision;
mod event;
mod evolve;
mod handling;
mod means;
mod objection;
mod recall;
mod request;
mod review;
mod settlement;
mod state;
mod step;
#[cfg(test)]
mod tests;
mod work;

use crate::case::code::Phase;
use crate::case::skeleton::CommonEvent;
use crate::case::{
    Case, CaseEvent, CaseNumber, Check, CommandSpec, Context, Kind, NamedCase, Party, People, Register, Side,
};
use crate::clock::Timestamp;
use crate::decider::Misplaced;
use crate::event::Codec;
use crate::id::ActorId;
use crate::policy::{CaseKind, ChecklistItem, Deadline, Required};

pub use application::{
    AidApplicationReceived, AidApplicationTaken, ApplicationForwarded, Competence, DeemedWithdrawn,
    DefenceNoticeReceived, DutyServiceRecorded, JurisdictionConfirmed, ReceiveAidApplication,
    ReceiveDefenceNotice, SubmitAidApplication, TakeAidApplication,
};
pub use command::Command;
pub use counsel::{
    AgencyAgreementSigned, AssignUnit, ChangeAskedBy, ChangeCounsel, ChangeGround, CounselChangeRefused,
    CounselChangeRequested, CounselChanged, CounselNamed, CounselPreferenceRecorded, CounselRefusalRecorded,
    DelayCause, NameCounsel, Nomination, OtherChoice, Profession, RefuseCounselChange, RequestCounselChange,
    SigningDelayed, Standing, Unit, UnitAssigned, UnitKind,
};
pub use decision::{
    AidGranted, AidRefused, AidTerminated, DecisionServed, EmergencyAidGranted, EmergencyGround,
    EmergencyPapersSupplied, GrantAid, GrantEmergencyAid, GrantedBy, RefuseAid, ServeDecision, TerminateAid,
};
pub use event::Event;
pub use handling::{
    AidContinued, ClosingBasis, CompletionReported, ContinueAid, HandlingStep, ProgressReported, ProgressTo,
    RecordStep, ReportCompletion, StepRecorded, TerminationGroundReported,
};
pub use means::{
    Commitment, CommitmentCheck, CommitmentChecked, CommitmentNoticeGiven, CommitmentSigned, Credit,
    ExemptHardship, HardshipExempted, HardshipVerified, InfoShareQueried, Means, MeansSource, NoticeTopic,
    VerifyCommitment, VerifyHardship,
};
pub use objection::{
    AdminRemedy, AdminRemedyConcluded, AdminRemedyFiled, AdminResult, AgencyOrderedToCorrect, Contest,
    CorrectDecision, DecideObjection, FileObjection, Objection, ObjectionFiled, ObjectionResult,
    ObjectionUpheld, RecordAdminRemedy, TerminationRevoked,
};
pub use request::{
    AidRequest, ApplicationForm, Applying, Custody, DutyHelp, DutyService, Feature, Organ, ProcedureStage,
    SubKind,
};
pub use review::{
    AnswerInterRegionalCheck, AskOtherAgency, DecideStaffRecusal, InterRegionalCheck,
    InterRegionalCheckAnswered, InterRegionalCheckRequested, Interest, Opinion, RecordReview,
    RequestStaffRecusal, ReviewOpinionRecorded, StaffRecusalDecided, StaffRecusalRequested,
};
pub use settlement::{
    ApproveSubsidy, CalculateSubsidy, CaseFileAccepted, CaseFileReturned, CaseFileSubmitted,
    CostRecoveryOrdered, CounselFile, PaySubsidy, RecoverCost, Reduction, SubmitCaseFile, Subsidy,
    SubsidyApproved, SubsidyCalculated, SubsidyFor, SubsidyItem, SubsidyPaid,
};
pub use state::{DecisionKind, Emergency, File, Grant, Served, Stage, State, TakenIn, Termination};
pub use step::Step;
pub use work::{Course, Work};

/// The ground on which the clock stands still while another region has to answer.
const INTER_REGIONAL: &str = "inter_regional_check";

/// Legal aid (法律援助): the state pays for counsel where the law says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegalAid;

impl Kind for LegalAid {
    const KIND: CaseKind = CaseKind::LegalAid;
    const COMMANDS: &'static [CommandSpec<Step>] = command::COMMANDS;
    /// Staff is recused while the application is reviewed, and counsel is changed by A23: both by forms of their own.
    const OWN_FORMS: &'static [&'static str] = &["Recuse", "DecideRecusal", "ReplaceHandler"];
    const SEARCHES_CONFLICTS: bool = true;

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

    fn number(state: &State) -> Option<&CaseNumber> {
        state.file().map(|file| &file.number)
    }

    fn responsible(state: &State) -> Vec<ActorId> {
        evolve::responsible(state)
    }

    fn clock_runs(state: &State) -> bool {
        state.registered().is_some_and(|(_, stage)| stage.clock_runs())
    }

    fn owed(state: &State) -> Vec<&Deadline> {
        state.owed()
    }

    fn people(state: &State) -> People {
        let parties: Vec<&Party> = match state {
            State::Unopened => Vec::new(),
            State::TakenIn(taken) | State::TakenBack(taken) => taken.request.parties.iter().collect(),
            State::Registered(file, _) => file.request.parties.iter().collect(),
            State::Served(services) => services.iter().map(|served| &served.service.client).take(1).collect(),
        };
        let clients = parties.iter().filter(|party| party.side != Side::Respondent);
        let known = parties.iter().filter_map(|party| Some((party.person, party.fingerprint?)));
        People {
            parties: clients.map(|party| party.person).collect(),
            sides: parties.iter().map(|party| (party.person, party.side)).collect(),
            handlers: state.handlers(),
            serving: state.serving(),
            lead: state.work().map(|work| work.counsel),
            fingerprints: known.collect(),
        }
    }

    fn delivered(state: &State) -> bool {
        matches!(state, State::Served(_)) || state.work().is_some_and(|work| work.steps > 0)
    }

    /// Where counsel worked, the agency has taken the file first.
    fn is_closed(state: &State) -> bool {
        match state {
            State::Unopened | State::TakenIn(_) => false,
            State::Served(_) | State::TakenBack(_) => true,
            State::Registered(file, stage) => {
                let filed = matches!(file.counsel_file, CounselFile::Accepted { .. });
                stage.step(file).phase() == Phase::Closed && (filed || stage.work().is_none())
            }
        }
    }

    fn file_needs(case: &Case<Self>, item: &ChecklistItem) -> bool {
        let (file, work) = (case.own.file(), case.own.work());
        match item.required {
            Required::Always => true,
            Required::IfApplied => file.is_some_and(|file| file.request.sub_kind.is_applied_for()),
            Required::IfMeansTested => {
                file.is_some_and(|file| file.means != Means::NotAsked && file.means != Means::Open)
            }
            Required::IfDecided => file.is_some_and(|file| !file.deciders.is_empty()),
            Required::IfMet => work.is_some_and(|work| work.steps > 0),
            Required::IfAgreed => work.is_some_and(|work| work.signed),
            // What is asked of the other kinds alone is never missing here.
            Required::IfAccepted | Required::IfIssued | Required::IfEnded | Required::AsNeeded => false,
        }
    }

    fn deadlines(event: &Event) -> Vec<&Deadline> {
        event.deadlines()
    }

    fn register(command: &Command) -> Option<Register> {
        let begins = matches!(
            command,
            Command::SubmitAidApplication(_)
                | Command::ReceiveAidApplication(_)
                | Command::ReceiveDefenceNotice(_)
        );
        begins.then_some(Register::Cases)
    }

    fn names(command: &Command) -> Vec<NamedCase> {
        let continued = command.request().and_then(|request| request.continues);
        continued.into_iter().map(|case| NamedCase { kind: Self::KIND, case }).collect()
    }

    fn engages(command: &Command) -> Vec<ActorId> {
        command.engages()
    }

    fn closes(command: &Command) -> bool {
        matches!(command, Command::RefuseAid(_) | Command::TerminateAid(_) | Command::AcceptCaseFile)
    }

    fn withdraw(state: State) -> Option<State> {
        evolve::withdraw(state)
    }

    /// Counsel is changed by a form of its own: A23.
    fn replace_handler(_: State, _: ActorId, _: ActorId) -> Option<State> {
        None
    }

    fn reopen(state: State) -> Option<State> {
        evolve::reopen(state)
    }

    fn recall(event: &Event) -> Option<Command> {
        recall::recall(event)
    }

    fn follow(case: &Case<Self>, event: &CommonEvent, _: &Context, _: &mut Check) -> Vec<Event> {
        decide::follow(case, event)
    }

    fn decide(
        case: &Case<Self>,
        command: &Command,
        context: &Context,
        check: &mut Check,
    ) -> Option<Vec<CaseEvent<Self>>> {
        decide::decide(case, command, context, check).map(CaseEvent::own)
    }

    fn evolve(case: Case<Self>, event: &Event, at: Timestamp) -> Result<Case<Self>, Misplaced> {
        evolve::evolve(case, event, at)
    }

    /// Nothing that all kinds know changes its state.
    fn note(state: State, _: &CommonEvent, _: Timestamp) -> State {
        state
    }
}
