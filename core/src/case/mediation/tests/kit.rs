//! A case in the hands of a test: made-up people, and one fitting example of each command.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use uuid::Uuid;

use crate::calendar::Calendar;
use crate::case::code::{DisputeType, Role};
use crate::case::mediation::{
    Agreement, Authority, ChosenBy, Command, CourtResult, Delegator, Dispute, Form, Mediation, Obligation,
    ObligationKind, Openness, OralCircumstances, Outcome, PerformanceMode, RecusalGround, Remedy,
    RemedyRoute, SessionMode, SessionResult, Signer, Step,
};
use crate::case::skeleton::examples::Cast;
use crate::case::skeleton::{self, CommonCommand};
use crate::case::{
    Acting, Case, CaseCommand, CaseEvent, CaseId, CaseNumber, Context, Kind, Party, Refusal, Side,
};
use crate::clock::Timestamp;
use crate::decider::Decider;
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::{CaseKind, Policy};
use crate::privacy::Sealed;

pub(super) const SUN: PersonRef = PersonRef::from_uuid(Uuid::from_u128(1));
pub(super) const MA: PersonRef = PersonRef::from_uuid(Uuid::from_u128(2));
pub(super) const STRANGER: PersonRef = PersonRef::from_uuid(Uuid::from_u128(3));
pub(super) const QIN: ActorId = ActorId::from_uuid(Uuid::from_u128(11));
pub(super) const HE: ActorId = ActorId::from_uuid(Uuid::from_u128(12));
pub(super) const CLERK: ActorId = ActorId::from_uuid(Uuid::from_u128(13));
pub(super) const ARCHIVIST: ActorId = ActorId::from_uuid(Uuid::from_u128(14));
pub(super) const CASE: CaseId = CaseId::from_uuid(Uuid::from_u128(31));
pub(super) const PAPER: DocumentId = DocumentId::from_uuid(Uuid::from_u128(21));

static POLICY: LazyLock<Arc<Policy>> = LazyLock::new(|| Arc::new(Policy::embedded()));
static CALENDAR: LazyLock<Arc<Calendar>> = LazyLock::new(|| Arc::new(Calendar::china()));

pub(super) type MediationCase = Case<Mediation>;
pub(super) type AnyCommand = CaseCommand<Mediation>;

/// The opening moment of every made-up case: a Friday morning.
pub(super) fn opening() -> Timestamp {
    "2026-06-26T09:00:00+08:00".parse().unwrap()
}

pub(super) fn context(at: Timestamp, role: Role, actor: ActorId) -> Context {
    let office = Code::new("CN/510185/tiaoweihui").unwrap();
    let number = CaseNumber { kind: CaseKind::Mediation, office: office.clone(), year: 2026, serial: 1 };
    Context {
        case: CASE,
        actor: Acting { id: actor, role, office },
        occurred_at: at,
        recorded_at: at,
        late: None,
        policy: Arc::clone(&POLICY),
        calendar: Arc::clone(&CALENDAR),
        number: Some(number),
    }
}

pub(super) fn sealed() -> Sealed {
    sealed_under(SUN)
}

/// An empty box under the key of a person.
pub(super) fn sealed_under(person: PersonRef) -> Sealed {
    format!("x1.{}.{}", person.as_uuid().simple(), "A".repeat(54)).parse().unwrap()
}

pub(super) fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

pub(super) fn code(text: &str) -> Code {
    Code::new(text).unwrap()
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
        Party { person, side, particulars, fingerprint: None, group: None }
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

/// One example of every command, as it fits a case that is ripe for it, with the actor who gives it.
pub(super) fn examples() -> Vec<(AnyCommand, Role, ActorId)> {
    let own = own_examples().into_iter().map(|command| {
        let (role, actor) = giver(Mediation::command_name(&command));
        (CaseCommand::Own(command), role, actor)
    });
    let common = common_examples().into_iter().map(|command| {
        let (role, actor) = giver(command.name());
        (CaseCommand::Common(command), role, actor)
    });
    own.chain(common).collect()
}

/// Who gives a command in the examples.
pub(super) fn giver(command: &str) -> (Role, ActorId) {
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

pub(super) fn own_examples() -> Vec<Command> {
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

pub(super) fn common_examples() -> Vec<CommonCommand> {
    let cast = Cast {
        person: SUN,
        handler: QIN,
        other: HE,
        pause: code("appraisal"),
        later: day(7, 31),
        sealed: sealed(),
        same: Vec::new(),
        papers: BTreeSet::from([1, 2, 3, 7, 8, 13]),
    };
    skeleton::examples::examples(&cast)
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

/// Decides and evolves; the events, or the refusal.
pub(super) fn give(
    case: &mut MediationCase,
    command: &AnyCommand,
    context: &Context,
) -> Result<Vec<CaseEvent<Mediation>>, Refusal> {
    let events = Case::decide(case, command, context)?;
    for event in &events {
        *case = Case::evolve(case.clone(), event, context.occurred_at)
            .unwrap_or_else(|error| panic!("what was decided must be accepted: {error}"));
    }
    Ok(events)
}

/// A case at a step, brought there by commands; and one in the archive for `None`.
pub(super) fn case_at(step: Option<Step>) -> MediationCase {
    let mut case = MediationCase::default();
    for (command, role, actor) in way_to(step) {
        give(&mut case, &command, &context(opening(), role, actor))
            .unwrap_or_else(|refusal| panic!("on the way to {step:?}: {refusal}"));
    }
    assert_eq!(step, (case.state_name() != "Archived").then(|| Mediation::step(&case.own)));
    case
}

/// The commands that bring a case to a step, or into the archive for `None`, with those who give them.
pub(super) fn way_to(step: Option<Step>) -> Vec<(AnyCommand, Role, ActorId)> {
    let with_giver = |(name, command)| {
        let (role, actor) = match &command {
            CaseCommand::Own(Command::SignAgreement { signer: Signer::Party(_) }) => (Role::Applicant, CLERK),
            CaseCommand::Own(_) | CaseCommand::Common(_) => giver(name),
        };
        (command, role, actor)
    };
    commands_to(step).into_iter().map(with_giver).collect()
}

fn commands_to(step: Option<Step>) -> Vec<(&'static str, AnyCommand)> {
    let own = |name: &'static str| {
        let found = own_examples().into_iter().find(|command| Mediation::command_name(command) == name);
        (name, CaseCommand::Own(found.unwrap()))
    };
    let common = |name: &'static str| {
        let found = common_examples().into_iter().find(|command| command.name() == name);
        (name, CaseCommand::Common(found.unwrap()))
    };
    let with = |command: Command| (Mediation::command_name(&command), CaseCommand::Own(command));
    let consent = |party| with(Command::SeekConsent { party, given: true });
    let sign = |signer| with(Command::SignAgreement { signer });
    let asked = vec![own("ApplyMediation"), consent(SUN), consent(MA)];
    let assigned =
        [asked.clone(), vec![own("AcceptMediation"), own("NotifyRights"), own("AssignMediator")]].concat();
    let met = |result| [assigned.clone(), vec![with(session(result))]].concat();
    let drafted = [met(SessionResult::TermsFound), vec![own("DraftAgreement")]].concat();
    let signed = vec![sign(Signer::Party(SUN)), sign(Signer::Party(MA)), sign(Signer::Mediator(QIN))];
    let effective = [drafted.clone(), signed, vec![own("SealAgreement")]].concat();
    let performing = [effective.clone(), vec![own("RecordPerformance")]].concat();
    let closed = [performing.clone(), vec![own("CloseMediation")]].concat();
    match step {
        Some(Step::Unopened) => vec![],
        Some(Step::Received) => vec![own("ApplyMediation")],
        Some(Step::UnderReview) => asked,
        Some(Step::Accepted) => [asked, vec![own("AcceptMediation")]].concat(),
        Some(Step::Assigned) => assigned,
        Some(Step::Investigating) => [assigned, vec![own("Investigate")]].concat(),
        Some(Step::InSession) => met(SessionResult::NoAgreement),
        Some(Step::Adjourned) => met(SessionResult::Adjourned),
        Some(Step::Drafted) => drafted,
        Some(Step::Effective) => effective,
        Some(Step::Performing) => performing,
        Some(Step::Amending) => [effective, vec![own("ChangeAgreement")]].concat(),
        Some(Step::Refused) => [asked, vec![own("RefuseMediation")]].concat(),
        Some(Step::Terminated) => [assigned, vec![own("TerminateMediation")]].concat(),
        Some(Step::Withdrawn) => [assigned, vec![common("WithdrawByParty")]].concat(),
        Some(Step::Closed) => closed,
        None => {
            let archived = ["SubmitArchive", "AcceptArchive"].map(common);
            [closed, archived.to_vec()].concat()
        }
    }
}
