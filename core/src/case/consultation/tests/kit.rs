//! A consultation in the hands of a test: somebody in Liaocheng asks about wages, and a duty lawyer answers.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::case::code::{Channel, Role, ServiceMode};
use crate::case::consultation::{
    Advice, AdviceScope, Adviser, Assignee, Caller, CheckIn, Classification, Command, Consultation,
    Conversion, ExtensionGround, Feature, GuardianNotice, Inquiry, OrderKind, Outcome, Replacement, Step,
    Topic, Urgency,
};
use crate::case::skeleton::CommonCommand;
use crate::case::skeleton::examples::{self, Cast, remedy};
use crate::case::tests::kit::{
    Given, PAPER, Tested, case_at, code, context, example, fingerprint_of, give, now, same, sealed_under,
    with_giver,
};
use crate::case::{Case, CaseCommand, CaseEvent, CaseId, Context, ReasonCode, Refusal};
use crate::id::{ActorId, DocumentId, PersonRef};
use crate::policy::CaseKind;
use crate::privacy::Sealed;

pub(super) const CALLER: PersonRef = PersonRef::from_uuid(Uuid::from_u128(1));
pub(super) const LAWYER: ActorId = ActorId::from_uuid(Uuid::from_u128(11));
pub(super) const OTHER: ActorId = ActorId::from_uuid(Uuid::from_u128(12));
pub(super) const DESK: ActorId = ActorId::from_uuid(Uuid::from_u128(13));
pub(super) const ARCHIVIST: ActorId = ActorId::from_uuid(Uuid::from_u128(14));
pub(super) const ORDER: DocumentId = DocumentId::from_uuid(Uuid::from_u128(22));
pub(super) const NEW_CASE: CaseId = CaseId::from_uuid(Uuid::from_u128(33));

pub(super) type ConsultationCase = Case<Consultation>;
pub(super) type AnyCommand = CaseCommand<Consultation>;

impl Tested for Consultation {
    const STEPS: &'static [Step] = Step::ALL;
    const OFFICE: &'static str = "CN/371500/12348";
    const A_DAY_LATER: &'static [&'static str] = &["RecordContactAttempt"];

    fn own_examples() -> Vec<Command> {
        [opening_examples(), answering_examples(), order_examples(), closing_examples()].concat()
    }

    fn cast() -> Cast {
        Cast {
            person: CALLER,
            handler: LAWYER,
            other: OTHER,
            pause: code("client_material"),
            later: day(7, 31),
            sealed: sealed(),
            same: vec![same(CALLER)],
            papers: BTreeSet::from([1, 3]),
        }
    }

    fn giver(command: &str) -> (Role, ActorId) {
        match command {
            "AssignAdviser" | "ReplaceAdviser" => (Role::Dispatcher, DESK),
            "RecordAutoAnswer" | "RemindWorkOrder" => (Role::System, DESK),
            "GiveAdvice" | "NotifyAidRights" | "RecordAidRequest" | "HandOverAidRequest"
            | "RecordHandlingPlan" => (Role::DutyLawyer, LAWYER),
            "AcceptWorkOrder" | "ReturnWorkOrder" | "AnswerWorkOrder" => (Role::External, OTHER),
            "ExtendWorkOrder" => (Role::Approver, OTHER),
            "SuperviseWorkOrder" => (Role::Bureau, OTHER),
            "RejectResult" => (Role::Applicant, DESK),
            "AcceptArchive" | "ReturnArchive" => (Role::Archivist, ARCHIVIST),
            "RecordReturnVisit" => (Role::Qa, OTHER),
            name if CommonCommand::COMMANDS.iter().any(|spec| spec.name == name) => {
                (examples::giver(name), DESK)
            }
            _ => (Role::Hotline, DESK),
        }
    }

    fn way_to(step: Option<Step>) -> Vec<Given<Self>> {
        commands_to(step)
    }
}

pub(super) fn sealed() -> Sealed {
    sealed_under(CALLER)
}

pub(super) fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

pub(super) fn inquiry() -> Inquiry {
    Inquiry {
        jurisdiction: "371500".parse().unwrap(),
        channel: Channel::Hotline,
        caller: Caller {
            person: CALLER,
            particulars: Some(sealed()),
            fingerprint: Some(fingerprint_of(CALLER)),
        },
        group: None,
        under_14: false,
        question: sealed(),
        topic: None,
        letter: None,
        batch: None,
    }
}

/// The same question of somebody who gives no name.
pub(super) fn anonymous() -> Inquiry {
    Inquiry { caller: Caller { person: CALLER, particulars: None, fingerprint: None }, ..inquiry() }
}

pub(super) fn register(inquiry: Inquiry) -> Command {
    Command::RegisterConsultation { inquiry, registration: PAPER }
}

pub(super) fn classify(features: &[Feature]) -> Command {
    let (topic, urgency) = (Topic::Labour, Urgency::U2);
    let features = features.iter().copied().collect();
    Command::ClassifyConsultation { class: Classification { topic, urgency, features } }
}

pub(super) fn on_duty(id: ActorId) -> Adviser {
    let at = "2026-06-26T08:25:00+08:00".parse().unwrap();
    Adviser { id, on_duty: Some(CheckIn { shift: code("2026-06-26-day"), at }), expert: None }
}

pub(super) fn expert(id: ActorId) -> Adviser {
    Adviser { id, on_duty: None, expert: Some(code("E-7")) }
}

pub(super) fn assign(to: Assignee) -> Command {
    Command::AssignAdviser { to }
}

pub(super) fn advise(scope: AdviceScope) -> Command {
    let advice = Advice {
        scope,
        content: sealed(),
        legal_basis: sealed(),
        risks: sealed(),
        next_steps: sealed(),
        language: None,
        opinion: None,
        aid_possible: false,
    };
    Command::GiveAdvice { advice, record: PAPER }
}

pub(super) fn close(outcome: Outcome) -> Command {
    Command::CloseConsultation { outcome }
}

fn opening_examples() -> Vec<Command> {
    vec![
        register(inquiry()),
        Command::QueueCaller { ticket: code("A17") },
        Command::BookConsultation { at: "2026-06-30T09:00:00+08:00".parse().unwrap() },
        classify(&[]),
        Command::IdentifyCaller { particulars: sealed(), fingerprint: None },
        Command::DeclineConsultation {
            ground: code("EXCLUSIVE_AUTHORITY"),
            competent: Some(code("POLICE_STATION")),
            remedy: remedy(),
        },
        assign(Assignee::Adviser(on_duty(LAWYER))),
        Command::ReplaceAdviser {
            to: expert(OTHER),
            ground: Replacement::ConflictOfInterest,
            handover: PAPER,
        },
        Command::NotifyGuardian { told: GuardianNotice::Guardian, record: PAPER },
        Command::RecordAutoAnswer { engine: code("robot-3.1"), answer: sealed() },
    ]
}

fn answering_examples() -> Vec<Command> {
    vec![
        advise(AdviceScope::Full),
        Command::NotifyAidRights { notice: PAPER },
        Command::RecordAidRequest { request: PAPER },
        Command::HandOverAidRequest { to: code("CN/371500/aid"), receipt: PAPER },
        Command::RequestMaterial { items: sealed(), notice: PAPER },
        Command::ReceiveMaterial { documents: vec![PAPER] },
    ]
}

fn order_examples() -> Vec<Command> {
    let unit = code(Consultation::OFFICE);
    vec![
        Command::IssueWorkOrder { order: ORDER, kind: OrderKind::Transfer, unit },
        Command::AcceptWorkOrder { order: ORDER },
        Command::ReturnWorkOrder { order: ORDER, ground: code("NOT_COMPETENT"), competent: None },
        Command::AnswerWorkOrder { order: ORDER, result: PAPER },
        Command::ExtendWorkOrder {
            order: ORDER,
            until: day(7, 10),
            ground: ExtensionGround::Complex,
            approval: PAPER,
            told_by: Some(ServiceMode::Phone),
        },
        Command::RemindWorkOrder { order: ORDER, percent: 50 },
        Command::SuperviseWorkOrder { order: ORDER, finding: sealed() },
    ]
}

fn closing_examples() -> Vec<Command> {
    vec![
        Command::FeedbackToClient { mode: ServiceMode::Phone, content: sealed() },
        Command::RejectResult { reason: sealed() },
        Command::OrderRework { order: None, reason: sealed() },
        Command::ReportDissatisfaction { to: code("CN/371500/unit"), explanation: sealed() },
        Command::ConvertToCase {
            to: Conversion { kind: CaseKind::LegalAid, case: NEW_CASE },
            consent: Some(PAPER),
        },
        Command::RecordContactAttempt { mode: ServiceMode::Phone, reached: false },
        close(Outcome::Answered),
    ]
}

fn commands_to(step: Option<Step>) -> Vec<Given<Consultation>> {
    let own = |command| with_giver(CaseCommand::Own(command));
    let registered = vec![example("RegisterConsultation")];
    let and = |way: &[Given<Consultation>], more: Vec<Given<Consultation>>| [way.to_vec(), more].concat();
    let classified = and(&registered, vec![example("ClassifyConsultation")]);
    let to = |assignee| and(&classified, vec![own(assign(assignee))]);
    let assigned = to(Assignee::Adviser(on_duty(LAWYER)));
    let answering = and(&assigned, vec![example("GiveAdvice")]);
    let answered = and(&answering, vec![own(close(Outcome::Answered))]);
    match step {
        Some(Step::Unopened) => vec![],
        Some(Step::Registered) => registered,
        Some(Step::Queued) => and(&registered, vec![example("QueueCaller")]),
        Some(Step::AwaitingBooking) => and(&registered, vec![example("BookConsultation")]),
        Some(Step::Classified) => classified,
        Some(Step::IdentityPending) => {
            vec![own(register(anonymous())), own(classify(&[Feature::IdentityNeeded]))]
        }
        Some(Step::DutyLawyer) => assigned,
        Some(Step::Expert) => to(Assignee::Adviser(expert(LAWYER))),
        Some(Step::ReferredUnit) => to(Assignee::Unit(code(Consultation::OFFICE))),
        Some(Step::Answering) => answering,
        Some(Step::AwaitingMaterial) => and(&answering, vec![example("RequestMaterial")]),
        Some(Step::WorkOrderOpen) => and(&answering, vec![example("IssueWorkOrder")]),
        Some(Step::Reworking) => and(&answering, vec![example("RejectResult"), example("OrderRework")]),
        Some(Step::Answered) => answered,
        Some(Step::Referred) => {
            let referred =
                vec![example("ReferOut"), example("AcceptReferral"), own(close(Outcome::Referred))];
            and(&classified, referred)
        }
        Some(Step::ConvertedToCase) => {
            and(&answering, vec![example("ConvertToCase"), own(close(Outcome::Converted))])
        }
        Some(Step::Abandoned) => {
            let tried = vec![example("RecordContactAttempt"); 3];
            and(&registered, and(&tried, vec![own(close(Outcome::Abandoned))]))
        }
        Some(Step::Declined) => and(&registered, vec![example("DeclineConsultation")]),
        Some(Step::Withdrawn) => and(&registered, vec![example("WithdrawByParty")]),
        None => and(&answered, vec![example("SubmitArchive"), example("AcceptArchive")]),
    }
}

/// A case at a step.
pub(super) fn at(step: Step) -> ConsultationCase {
    case_at(Some(step))
}

/// What somebody sees of the world when they act right after what has happened.
pub(super) fn seen_by(case: &ConsultationCase, role: Role, actor: ActorId) -> Context {
    context::<Consultation>(now(case), role, actor)
}

/// Gives a command as whoever gives such a one in the examples.
pub(super) fn do_own(
    case: &mut ConsultationCase,
    command: Command,
) -> Result<Vec<CaseEvent<Consultation>>, Refusal> {
    let (command, role, actor) = with_giver(CaseCommand::Own(command));
    let context = seen_by(case, role, actor);
    give(case, &command, &context)
}

#[track_caller]
pub(super) fn done(case: &mut ConsultationCase, command: Command) {
    let name = command.name();
    if let Err(refusal) = do_own(case, command) {
        panic!("{name}: {refusal}");
    }
}

#[track_caller]
pub(super) fn refused(case: &mut ConsultationCase, command: Command, code: ReasonCode) {
    let name = command.name();
    let refusal = do_own(case, command).expect_err(name);
    assert!(refusal.is_for(code), "{name} is refused, but for {:?}", refusal.reasons);
}

/// Gives a command that every kind knows.
pub(super) fn common(
    case: &mut ConsultationCase,
    command: impl Into<CommonCommand>,
) -> Result<Vec<CaseEvent<Consultation>>, Refusal> {
    let (command, role, actor): Given<Consultation> = with_giver(CaseCommand::Common(command.into()));
    let context = seen_by(case, role, actor);
    give(case, &command, &context)
}
