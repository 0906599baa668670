//! The guards of a notary matter, command by command, in the order of a case's life.
//!
//! A guard that fails adds its reason and the rest still speak; only a state in which the command makes no sense
//! ends the matter at once.

mod afterwards;
mod approval;
mod ending;
mod examination;
mod opening;
mod reexamination;

use std::collections::BTreeSet;

use super::Notary;
use super::certificate::{CertificateNumber, Verdict};
use super::command::{AcceptanceAnswer, Command, ExecutionAnswer};
use super::event::{Event, VerificationRecorded};
use super::matter::Report;
use super::state::{File, State, Work};
use crate::case::code::Role;
use crate::case::skeleton::Remedy;
use crate::case::{Case, CaseEvent, Check, Context, Reason, ReasonCode, Register};
use crate::id::{ActorId, Code, PersonRef};
use crate::policy::{CaseKind, Deadline, GroundUse, Rules};

/// The ground on which a clock stands still while something is being verified.
const VERIFICATION: &str = "verification";

/// What a guard looks at: the case, the world, and the reasons found so far.
struct Desk<'a> {
    case: &'a Case<Notary>,
    context: &'a Context,
    check: &'a mut Check,
}

type Events = Option<Vec<CaseEvent<Notary>>>;

/// An event alone.
#[expect(clippy::unnecessary_wraps, reason = "what a guard answers")]
fn one(event: Event) -> Events {
    Some(vec![CaseEvent::Own(event)])
}

/// The register from which a command draws a number: the matter's own, or that of what is issued.
pub(super) fn register(command: &Command) -> Option<Register> {
    match command {
        Command::CheckAcceptance { answer: AcceptanceAnswer::Accept { .. } } => Some(Register::Cases),
        Command::IssueCertificate { .. }
        | Command::DecideReexamination { verdict: Verdict::Supplement { .. }, .. } => {
            Some(Register::Certificates)
        }
        Command::IssueExecutionCertificate { answer: ExecutionAnswer::Issue { .. }, .. } => {
            Some(Register::ExecutionCertificates)
        }
        Command::BookNotary { .. }
        | Command::ApplyNotary { .. }
        | Command::CheckAcceptance { answer: AcceptanceAnswer::Decline { .. } }
        | Command::AssignNotary { .. }
        | Command::SetFee { .. }
        | Command::ReduceFee { .. }
        | Command::Examine { .. }
        | Command::Verify { .. }
        | Command::DelegateVerification { .. }
        | Command::AnswerDelegatedVerification { .. }
        | Command::TestifyOnSite { .. }
        | Command::Draft { .. }
        | Command::DiscussCollectively { .. }
        | Command::Approve { .. }
        | Command::ReturnDraft { .. }
        | Command::DeliverCertificate { .. }
        | Command::RefuseNotary { .. }
        | Command::TerminateNotary { .. }
        | Command::RequestReexamination { .. }
        | Command::AssignReexaminer { .. }
        | Command::DecideReexamination {
            verdict: Verdict::Uphold { .. } | Verdict::Correct | Verdict::RevokePart | Verdict::Revoke,
            ..
        }
        | Command::CarryOutReexamination { .. }
        | Command::RevokeEffects { .. }
        | Command::ComplainToAssociation { .. }
        | Command::GuideToCourt { .. }
        | Command::IssueExecutionCertificate { answer: ExecutionAnswer::Refuse { .. }, .. }
        | Command::UnsealFile { .. } => None,
    }
}

/// Whether a command ends the matter.
pub(super) const fn closes(command: &Command) -> bool {
    matches!(
        command,
        Command::CheckAcceptance { answer: AcceptanceAnswer::Decline { .. } }
            | Command::IssueCertificate { .. }
            | Command::RefuseNotary { .. }
            | Command::TerminateNotary { .. }
    )
}

pub(super) fn decide(case: &Case<Notary>, command: &Command, context: &Context, check: &mut Check) -> Events {
    let mut desk = Desk { case, context, check };
    match command.clone() {
        Command::BookNotary { jurisdiction, person, particulars, matter, appointment } => {
            desk.book(jurisdiction, person, particulars, matter, appointment)
        }
        Command::ApplyNotary { application } => desk.apply(application),
        Command::CheckAcceptance { answer } => desk.check_acceptance(answer),
        Command::AssignNotary { notaries, recusal_told } => desk.assign(notaries, recusal_told),
        Command::SetFee { cents, aid_eligible, sheet } => desk.set_fee(cents, aid_eligible, sheet),
        Command::ReduceFee { ground, amount_cents, decision } => {
            desk.reduce_fee(ground, amount_cents, decision)
        }
        Command::Examine { mode, passed, doubtful, record } => desk.examine(mode, passed, doubtful, record),
        Command::Verify { method, outside, by, alone_because, settled, finding, record } => {
            desk.verify(VerificationRecorded { method, outside, by, alone_because, settled, finding, record })
        }
        Command::DelegateVerification { to, letter, questions } => desk.delegate(to, letter, questions),
        Command::AnswerDelegatedVerification { answer } => desk.answer_delegated(answer),
        Command::TestifyOnSite { record } => desk.testify(record),
        Command::Draft { draft, form, conditions, major } => desk.draft(draft, form, conditions, major),
        Command::DiscussCollectively { participants, record } => desk.discuss(participants, record),
        Command::Approve { checks, sheet } => desk.approve(checks, sheet),
        Command::ReturnDraft { reasons, sheet } => desk.return_draft(reasons, sheet),
        Command::IssueCertificate { original, parts, other_language } => {
            desk.issue(original, parts, other_language)
        }
        Command::DeliverCertificate { to, receipt } => desk.deliver(to, receipt),
        Command::RefuseNotary { ground, report, decision, remedy, refund_cents } => {
            desk.refuse(ground, report, decision, remedy, refund_cents)
        }
        Command::TerminateNotary { ground, report, decision, remedy, refund_cents } => {
            desk.terminate(ground, report, decision, remedy, refund_cents)
        }
        Command::RequestReexamination { by, errors, request, evidence, excuse } => {
            desk.request_reexamination(by, errors, request, evidence, excuse)
        }
        Command::AssignReexaminer { reexaminer } => desk.assign_reexaminer(reexaminer),
        Command::DecideReexamination { finding, verdict, report, decision, remedy } => {
            desk.decide_reexamination(finding, &verdict, report, decision, remedy)
        }
        Command::CarryOutReexamination { recalled, handed_out, to, receipt } => {
            desk.carry_out(recalled, handed_out, to, receipt)
        }
        Command::RevokeEffects { recalled, publication, filing, national_entry } => {
            desk.revoke_effects(recalled, publication, filing, national_entry)
        }
        Command::ComplainToAssociation { by, complaint } => desk.complain_to_association(by, complaint),
        Command::GuideToCourt { person, notice } => desk.guide_to_court(person, notice),
        Command::IssueExecutionCertificate { claim, report, answer } => desk.execution(claim, report, answer),
        Command::UnsealFile { proof } => desk.unseal(proof),
    }
}

impl<'a> Desk<'a> {
    const fn state(&self) -> &'a State {
        &self.case.own
    }

    /// What the state holds for this command; without it the state is the wrong one.
    fn with<T>(&mut self, found: Option<T>) -> Option<T> {
        found.or_else(|| self.check.wrong_state())
    }

    fn rules(&self) -> Rules {
        self.context.rules(&self.case.jurisdiction())
    }

    /// The due dates of a rule that starts to run now.
    fn deadline(&mut self, rule: &str, variant: Option<&str>) -> Option<Deadline> {
        self.check.deadline(self.context.deadline(&self.case.jurisdiction(), rule, variant))
    }

    /// The next free number of a register of certificates.
    fn certificate_number(&mut self) -> Option<CertificateNumber> {
        let number = self.context.number.clone();
        self.check.must(number.is_some(), ReasonCode::NoNumber);
        number.map(CertificateNumber::from)
    }

    /// Whoever acts as a notary must be one in this matter.
    fn actor_is_assigned(&mut self, work: &Work) {
        let actor = &self.context.actor;
        let stranger = actor.role == Role::Notary && !work.notaries.contains(&actor.id);
        self.check.none(stranger.then_some(actor.id), ReasonCode::NotAssigned);
    }

    /// Nobody approves what they have handled.
    ///
    /// Source: separation of duties SOD-06; Ningbo rules on notary offices.
    fn actor_is_no_handler(&mut self, work: &Work) {
        self.check.must(!work.handlers().contains(&self.context.actor.id), ReasonCode::IsHandler);
    }

    /// The report is by somebody who handles the matter, and not by whoever decides on it.
    fn reported(&mut self, report: Report, handlers: &[ActorId]) {
        self.check.must(report.by != self.context.actor.id, ReasonCode::SamePerson);
        let stranger = !handlers.contains(&report.by);
        self.check.none(stranger.then_some(report.by), ReasonCode::NotAssigned);
    }

    fn are_parties(&mut self, people: impl IntoIterator<Item = PersonRef>) {
        let parties = self.state().people();
        self.check.none(people.into_iter().filter(|person| !parties.contains(person)), ReasonCode::NotAParty);
    }

    /// The ground is one of those that the rules in force list for this purpose.
    fn ground_is_listed(&mut self, ground: &Code, purpose: GroundUse) {
        let rules = self.rules();
        let grounds = rules.grounds(CaseKind::Notary, purpose);
        if !grounds.iter().any(|known| known.code == *ground) {
            let reason = Reason::new(ReasonCode::UnknownGround)
                .text("ground", ground)
                .list("allowed", grounds.iter().map(|known| &known.code));
            self.check.refuse(reason);
        }
    }

    fn ground_is_borne_out(&mut self, ground: &Code, borne_out: bool) {
        if !borne_out {
            self.check.refuse(Reason::new(ReasonCode::GroundNotMet).text("ground", ground));
        }
    }

    /// Whoever is turned away hears where else to go.
    fn other_ways_are_told(&mut self, remedy: &Remedy) {
        self.check.must(!remedy.routes.is_empty(), ReasonCode::NoRemedyTold);
    }

    /// The matter goes on: nobody has taken it back, and nothing is awaited.
    fn goes_on(&mut self, file: &File) {
        self.check.must(!file.withdrawn, ReasonCode::TakenBack);
        self.check.must(self.case.common.open_supplement().is_none(), ReasonCode::SupplementOpen);
    }
}

/// What is missing of a table; nothing if all of it is there.
fn missing<T: Copy + Ord>(wanted: &[T], found: &BTreeSet<T>) -> Option<Vec<T>> {
    let missing: Vec<T> = wanted.iter().copied().filter(|one| !found.contains(one)).collect();
    (!missing.is_empty()).then_some(missing)
}
