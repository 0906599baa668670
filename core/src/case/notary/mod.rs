//! Notary matters (公证).
//!
//! ```text
//!   book ──► Booked
//!              │ apply
//!   apply ──► Applied ──accept──► Accepted ──assign──► NotaryAssigned
//!              │ decline             │                      │ examine, verify
//!              ▼                     │                      ▼
//!          NotAccepted               │     delegate ──► Examining ◄── return ─────────────┐
//!                                    │  DelegatedVerification │ draft                    │
//!   NotaryRefused, Terminated ◄──────┤                      ▼                             │
//!          (refuse, terminate)       └── CollectiveDiscussion ──discuss──► AwaitingApproval
//!                                                                             │ approve
//!                                          Issued ◄──────issue────────── Approved
//!                                            │ request reexamination
//!                                            ▼
//!                        ReexaminationRequested ──assign──► Reexamining ──uphold──► Upheld
//!                                                               │ correct, supplement, revoke
//!                                                               ▼
//!     Corrected, Supplemented, PartlyRevoked, Revoked ◄─done─ CarryingOut
//!
//!   whatever has ended ──► Archived; a certificate in the archive can still be examined anew, and enforced
//! ```
//!
//! The table of transitions (who, from where) is [`Notary`]'s `COMMANDS`; the numbers N1 to N22 are those of the
//! specification. N2 is a guard of the application. N7, the request for more material, is what every kind has, and so are
//! the withdrawal, the recusal and the replacement of a notary, and the way into the archive.
//!
//! Where the texts are silent it is decided here. Doubts are settled by a verification that names them, or by examining
//! anew after more material was asked for and came in. Whoever takes an application back after it was taken on gives a
//! ground for ending it, and the head ends it. The month in which another office answers is counted from the letter, for
//! its receipt is not known here. A will's file is confidential from the application on. Whoever approved a certificate
//! does not look at it anew. The term of a party for asking that is computed when it asks; a year without a calendar
//! keeps nobody from receiving a certificate. A certificate that was corrected keeps its number, one that supplements it
//! has its own. Fees are set and reduced here, and paid elsewhere.
//!
//! Source: Notary Law (公证法, 2017); Rules of Notarial Procedure (公证程序规则, MoJ Order 145 of 2020) Art 14-19, 21,
//! 24-27, 33, 35-39, 42, 43, 48, 57, 60-63; Speed-up List for Notary Matters (公证办理提速清单, 2024-02-23); Rules on
//! Notarised Wills (遗嘱公证细则) Art 4, 5, 21; Provisions on Civil Cases about Notarisation (涉公证民事案件规定, 2020)
//! Art 2; Provisions on the Enforcement of Notarised Debts (公证债权文书执行规定, 2018) Art 3.
//!
#![doc = include_str!("machine.md")]

mod certificate;
mod command;
mod decide;
mod event;
mod evolve;
mod matter;
mod recall;
mod reexamination;
mod state;
mod step;
#[cfg(test)]
mod tests;

use crate::case::code::Phase;
use crate::case::skeleton::CommonEvent;
use crate::case::{Case, CaseEvent, CaseNumber, Check, CommandSpec, Context, Kind, People, Register, Side};
use crate::clock::Timestamp;
use crate::decider::Misplaced;
use crate::event::Codec;
use crate::id::ActorId;
use crate::policy::{CaseKind, ChecklistItem, Deadline, Required};

pub use certificate::{
    ApprovalCheck, Certificate, CertificateCondition, CertificateForm, CertificateNumber, CertificatePart,
    Duty, Progress, Reexamination, ReexaminationFinding, ReexaminationOutcome, Verdict,
};
pub use command::{AcceptanceAnswer, Command, ExecutionAnswer};
pub use event::{
    ApprovalReturned, CertificateApproved, CertificateDelivered, CertificateDrafted, CertificateIssued,
    CollectiveDiscussionRecorded, DelegatedVerificationAnswered, DelegatedVerificationImpossible, Event,
    ExaminationRecorded, FeeReduced, FeeSet, NotAccepted, NotaryAccepted, NotaryApplied, NotaryAssigned,
    NotaryBooked, NotaryRefused, NotaryTerminated, TestimonyGiven, VerificationDelegated,
    VerificationRecorded,
};
pub use matter::{
    AcceptanceCondition, Applicant, Application, Comes, Competence, DelegatedAnswer, ExaminationItem,
    Information, MatterTrait, Report, Requester, StatisticalGroup, Telling, VerificationMethod,
};
pub use reexamination::{
    AssociationComplaintFiled, AssociationNotified, CertificateCorrected, CertificatePartlyRevoked,
    CertificateRevoked, CertificateUpheld, CourtRouteTold, ExecutionCertificateIssued,
    ExecutionCertificateRefused, ExecutionClaim, FileUnsealed, ReexaminationCarriedOut,
    ReexaminationRequested, ReexaminerAssigned, RevocationPublished, Ruling, SupplementaryCertificateIssued,
};
pub use state::{Draft, End, Fee, File, Finding, Issued, Matter, Remains, Stage, State, Work};
pub use step::Step;

/// Notary matters (公证): a notary certifies that something is true and lawful.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notary;

impl Kind for Notary {
    const KIND: CaseKind = CaseKind::Notary;
    const COMMANDS: &'static [CommandSpec<Step>] = command::COMMANDS;
    /// What a notary has decided is examined anew, and never simply taken up again.
    const OWN_FORMS: &'static [&'static str] = &["ReopenCase"];
    const AFTER_ARCHIVE: &'static [&'static str] = command::AFTER_ARCHIVE;
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
        state.number()
    }

    fn responsible(state: &State) -> Vec<ActorId> {
        state.responsible()
    }

    /// The clock runs until the certificate is issued, and again until a reexamination is decided.
    fn clock_runs(state: &State) -> bool {
        let undecided = |reexamination: &Reexamination| match reexamination.progress {
            Progress::Requested | Progress::Examining { .. } => true,
            Progress::CarryingOut { .. } => false,
        };
        state.before_issue().is_some() || state.reexamining().is_some_and(|(_, one)| undecided(one))
    }

    fn owed(state: &State) -> Vec<&Deadline> {
        state.owed()
    }

    fn people(state: &State) -> People {
        let applicants = state.matter().map_or(&[][..], |matter| &matter.application.applicants);
        let known =
            applicants.iter().filter_map(|applicant| Some((applicant.person, applicant.fingerprint?)));
        People {
            parties: state.people(),
            // Applicants before a notary are of one mind: a dispute is not notarised.
            sides: state.people().into_iter().map(|person| (person, Side::Claimant)).collect(),
            handlers: state.handlers(),
            serving: state.handlers(),
            lead: state.responsible().first().copied(),
            fingerprints: known.collect(),
        }
    }

    fn delivered(state: &State) -> bool {
        state.issued().is_some() || Self::is_closed(state)
    }

    fn is_closed(state: &State) -> bool {
        matches!(state, State::Ended(..) | State::Issued(_))
    }

    fn file_needs(case: &Case<Self>, item: &ChecklistItem) -> bool {
        let state = &case.own;
        let ended = |how: &[End]| matches!(state, State::Ended(end, _) if how.contains(end));
        match item.required {
            Required::Always => state.matter().is_some(),
            Required::IfAccepted => state.number().is_some(),
            Required::IfIssued => state.issued().is_some(),
            Required::IfEnded => ended(&[End::NotAccepted, End::Refused, End::Terminated]),
            // What is asked of the other kinds alone is never missing here.
            Required::IfMet
            | Required::IfAgreed
            | Required::IfApplied
            | Required::IfMeansTested
            | Required::IfDecided
            | Required::AsNeeded => false,
        }
    }

    fn deadlines(event: &Event) -> Vec<&Deadline> {
        event.deadlines()
    }

    fn register(command: &Command) -> Option<Register> {
        decide::register(command)
    }

    fn engages(command: &Command) -> Vec<ActorId> {
        command.engages()
    }

    fn closes(command: &Command) -> bool {
        decide::closes(command)
    }

    fn withdraw(state: State) -> Option<State> {
        evolve::withdraw(state)
    }

    fn replace_handler(state: State, from: ActorId, to: ActorId) -> Option<State> {
        evolve::replace_handler(state, from, to)
    }

    fn reopen(_: State) -> Option<State> {
        None
    }

    fn decide(
        case: &Case<Self>,
        command: &Command,
        context: &Context,
        check: &mut Check,
    ) -> Option<Vec<CaseEvent<Self>>> {
        decide::decide(case, command, context, check)
    }

    fn recall(event: &Event) -> Option<Command> {
        Some(recall::recall(event))
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
