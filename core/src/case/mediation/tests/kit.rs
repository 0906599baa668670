//! A case in the hands of a test: made-up people, and one fitting example of each command.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::case::code::{DisputeType, Role};
use crate::case::mediation::{
    Agreement, Authority, ChosenBy, Command, CourtResult, Delegator, Dispute, Form, Mediation, Obligation,
    ObligationKind, Openness, OralCircumstances, Outcome, PerformanceMode, RecusalGround, Remedy,
    RemedyRoute, SessionMode, SessionResult, Signer, Step,
};
use crate::case::skeleton::examples::Cast;
use crate::case::skeleton::{self, CommonCommand};
use crate::case::tests::kit::{self, Given, Tested, fingerprint_of, same, sealed_under};
use crate::case::{Case, CaseCommand, Context, Party, Side};
use crate::clock::Timestamp;
use crate::id::{ActorId, PersonRef};
use crate::privacy::Sealed;

pub(super) use crate::case::tests::kit::{PAPER, code, give, opening};

pub(super) const SUN: PersonRef = PersonRef::from_uuid(Uuid::from_u128(1));
pub(super) const MA: PersonRef = PersonRef::from_uuid(Uuid::from_u128(2));
pub(super) const STRANGER: PersonRef = PersonRef::from_uuid(Uuid::from_u128(3));
pub(super) const QIN: ActorId = ActorId::from_uuid(Uuid::from_u128(11));
pub(super) const HE: ActorId = ActorId::from_uuid(Uuid::from_u128(12));
pub(super) const CLERK: ActorId = ActorId::from_uuid(Uuid::from_u128(13));
pub(super) const ARCHIVIST: ActorId = ActorId::from_uuid(Uuid::from_u128(14));

pub(super) type MediationCase = Case<Mediation>;
pub(super) type AnyCommand = CaseCommand<Mediation>;

impl Tested for Mediation {
    const STEPS: &'static [Step] = Step::ALL;
    const OFFICE: &'static str = "CN/510185/tiaoweihui";

    fn own_examples() -> Vec<Command> {
        own_examples()
    }

    fn cast() -> Cast {
        Cast {
            person: SUN,
            handler: QIN,
            other: HE,
            pause: code("appraisal"),
            later: day(7, 31),
            sealed: sealed(),
            same: vec![same(SUN), same(MA)],
            papers: BTreeSet::from([1, 2, 3, 7, 8, 13]),
        }
    }

    fn giver(command: &str) -> (Role, ActorId) {
        match command {
            "ReceiveDelegation" | "RecordCourtResult" => (Role::Clerk, CLERK),
            "RefuseMediation" | "AcceptMediation" | "AssignMediator" | "ReplaceMediator" | "ExtendTerm"
            | "SealAgreement" | "TerminateMediation" | "CloseMediation" | "InitiateMediation" => {
                (Role::Committee, CLERK)
            }
            "ApplyMediation" | "RequestMediatorRecusal" | "ApplyConfirmation" | "ChangeAgreement" => {
                (Role::Applicant, CLERK)
            }
            "AcceptArchive" | "ReturnArchive" => (Role::Archivist, ARCHIVIST),
            "RecordReturnVisit" => (Role::Mediator, HE),
            "RecordContact" | "RecordHandlingPlan" => (Role::Mediator, QIN),
            name if CommonCommand::COMMANDS.iter().any(|spec| spec.name == name) => {
                (skeleton::examples::giver(name), CLERK)
            }
            _ => (Role::Mediator, QIN),
        }
    }

    fn way_to(step: Option<Step>) -> Vec<Given<Self>> {
        let with_giver = |command| match &command {
            CaseCommand::Own(Command::SignAgreement { signer: Signer::Party(_) }) => {
                (command, Role::Applicant, CLERK)
            }
            CaseCommand::Own(_) | CaseCommand::Common(_) => kit::with_giver(command),
        };
        commands_to(step).into_iter().map(with_giver).collect()
    }
}

pub(super) fn context(at: Timestamp, role: Role, actor: ActorId) -> Context {
    kit::context::<Mediation>(at, role, actor)
}

/// A case at a step, brought there by commands; and one in the archive for `None`.
pub(super) fn case_at(step: Option<Step>) -> MediationCase {
    kit::case_at(step)
}

pub(super) fn sealed() -> Sealed {
    sealed_under(SUN)
}

pub(super) fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

pub(super) fn both() -> BTreeSet<PersonRef> {
    BTreeSet::from([SUN, MA])
}

pub(super) fn remedy() -> Remedy {
    Remedy { routes: BTreeSet::from([RemedyRoute::Court]), notice: PAPER }
}

pub(super) fn dispute() -> Dispute {
    let party = |person, side| {
        let particulars = sealed_under(person);
        Party { person, side, particulars, fingerprint: Some(fingerprint_of(person)), group: None }
    };
    Dispute {
        jurisdiction: "510185".parse().unwrap(),
        kind: DisputeType::Damage,
        parties: vec![party(SUN, Side::Claimant), party(MA, Side::Respondent)],
        summary: sealed(),
        request: sealed(),
        tags: BTreeSet::new(),
    }
}

pub(super) fn agreement() -> Agreement {
    let obligation = Obligation {
        id: code("O1"),
        debtor: MA,
        creditor: SUN,
        kind: ObligationKind::Compensation,
        amount_cents: 800_000,
        due: day(7, 10),
        mode: PerformanceMode::Transfer,
        place: None,
        text: None,
    };
    Agreement { facts: sealed(), total_cents: 800_000, obligations: vec![obligation] }
}

fn own_examples() -> Vec<Command> {
    let circumstances = OralCircumstances {
        waived_by: both(),
        performed_at_once: true,
        writing_asked: false,
        major: false,
        record: PAPER,
    };
    vec![
        Command::ApplyMediation { form: Form::Written, dispute: dispute() },
        Command::InitiateMediation { campaign: None, dispute: dispute() },
        Command::ReceiveDelegation {
            by: Delegator::CourtBeforeFiling,
            letter: PAPER,
            materials: vec![PAPER],
            online: true,
            dispute: dispute(),
        },
        Command::SeekConsent { party: SUN, given: true },
        Command::RefuseMediation { ground: code("OUT_OF_SCOPE"), decision: PAPER, remedy: remedy() },
        Command::AcceptMediation { registration: PAPER },
        Command::NotifyRights { parties: both(), form: Form::Written, notice: PAPER },
        Command::AssignMediator { mediators: vec![QIN], chosen_by: ChosenBy::Committee },
        Command::RequestMediatorRecusal { by: SUN, mediator: QIN, ground: RecusalGround::NearRelative },
        Command::ReplaceMediator { from: QIN, to: HE, handover: PAPER },
        Command::Investigate { record: PAPER },
        Command::InviteParticipant { participant: HE, agreed_by: both() },
        session(SessionResult::TermsFound),
        Command::ReportEscalation { to: Authority::Police, risk: sealed() },
        Command::ExtendTerm { until: day(8, 31), agreed_by: both(), record: PAPER },
        Command::DraftAgreement { agreement: agreement() },
        Command::SignAgreement { signer: Signer::Party(SUN) },
        Command::SealAgreement { document: PAPER },
        Command::RecordOralAgreement { agreement: agreement(), circumstances },
        Command::RecordUndisputedFacts { facts: sealed(), agreed_by: both(), record: PAPER },
        Command::TerminateMediation { ground: code("IMPOSSIBLE"), notice: PAPER, remedy: remedy() },
        Command::RecordPerformance { obligation: code("O1"), cents: 800_000, receipt: PAPER },
        Command::RecordOverdue { obligation: code("O1") },
        Command::UrgePerformance { obligation: code("O1"), record: PAPER },
        Command::ApplyConfirmation { by: both(), application: PAPER },
        Command::RecordCourtResult { result: CourtResult::Valid, ruling: PAPER },
        Command::ChangeAgreement { agreement: agreement(), agreed_by: both() },
        Command::CloseMediation { outcome: Outcome::Agreed, report: PAPER },
    ]
}

pub(super) fn session(result: SessionResult) -> Command {
    Command::HoldSession {
        mode: SessionMode::Onsite,
        openness: Openness::Closed,
        present: both(),
        result,
        record: PAPER,
    }
}

fn commands_to(step: Option<Step>) -> Vec<AnyCommand> {
    let example = |name| kit::example::<Mediation>(name).0;
    let with = AnyCommand::Own;
    let consent = |party| with(Command::SeekConsent { party, given: true });
    let sign = |signer| with(Command::SignAgreement { signer });
    let asked = vec![example("ApplyMediation"), consent(SUN), consent(MA)];
    let assigned =
        [asked.clone(), vec![example("AcceptMediation"), example("NotifyRights"), example("AssignMediator")]]
            .concat();
    let met = |result| [assigned.clone(), vec![with(session(result))]].concat();
    let drafted = [met(SessionResult::TermsFound), vec![example("DraftAgreement")]].concat();
    let signed = vec![sign(Signer::Party(SUN)), sign(Signer::Party(MA)), sign(Signer::Mediator(QIN))];
    let effective = [drafted.clone(), signed, vec![example("SealAgreement")]].concat();
    let performing = [effective.clone(), vec![example("RecordPerformance")]].concat();
    let closed = [performing.clone(), vec![example("CloseMediation")]].concat();
    match step {
        Some(Step::Unopened) => vec![],
        Some(Step::Received) => vec![example("ApplyMediation")],
        Some(Step::UnderReview) => asked,
        Some(Step::Accepted) => [asked, vec![example("AcceptMediation")]].concat(),
        Some(Step::Assigned) => assigned,
        Some(Step::Investigating) => [assigned, vec![example("Investigate")]].concat(),
        Some(Step::InSession) => met(SessionResult::NoAgreement),
        Some(Step::Adjourned) => met(SessionResult::Adjourned),
        Some(Step::Drafted) => drafted,
        Some(Step::Effective) => effective,
        Some(Step::Performing) => performing,
        Some(Step::Amending) => [effective, vec![example("ChangeAgreement")]].concat(),
        Some(Step::Refused) => [asked, vec![example("RefuseMediation")]].concat(),
        Some(Step::Terminated) => [assigned, vec![example("TerminateMediation")]].concat(),
        Some(Step::Withdrawn) => [assigned, vec![example("WithdrawByParty")]].concat(),
        Some(Step::Closed) => closed,
        None => {
            let archived = ["SubmitArchive", "AcceptArchive"].map(example);
            [closed, archived.to_vec()].concat()
        }
    }
}
