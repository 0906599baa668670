//! What can be asked of a consultation, by whom, and at which step.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::inquiry::{
    Advice, Adviser, Assignee, Classification, Conversion, GuardianNotice, Inquiry, Outcome, Replacement,
};
use super::order::{ExtensionGround, OrderKind};
use super::step::Step;
use crate::case::CommandSpec;
use crate::case::code::{Role, ServiceMode};
use crate::case::skeleton::Remedy;
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, DocumentId};
use crate::privacy::{Fingerprint, Sealed};

/// A command to a consultation. The numbers are those of the table of transitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// C1. A question is registered, and gets a receipt number (登记).
    RegisterConsultation {
        /// The question, and who asks.
        inquiry: Inquiry,
        /// The registration form (咨询登记表).
        registration: DocumentId,
    },
    /// The caller waits for a free place (排队).
    QueueCaller {
        /// The number in the queue.
        ticket: Code,
    },
    /// The caller is given an appointment, or another one (预约).
    BookConsultation {
        /// When.
        at: Timestamp,
    },
    /// C2. It is said what sort of question it is (分类).
    ClassifyConsultation {
        /// What sort.
        class: Classification,
    },
    /// It is found out who asks (核实身份).
    IdentifyCaller {
        /// Name, telephone, address, sealed under the caller's own key.
        particulars: Sealed,
        /// What finds the same person in another case.
        fingerprint: Option<Fingerprint>,
    },
    /// C3. The question is not answered (不予解答).
    DeclineConsultation {
        /// On which ground.
        ground: Code,
        /// The body that is competent.
        competent: Option<Code>,
        /// What the caller is told about other ways.
        remedy: Remedy,
    },
    /// C4. Somebody is asked to answer (安排解答人).
    AssignAdviser {
        /// Who.
        to: Assignee,
    },
    /// The adviser is replaced (更换解答人).
    ReplaceAdviser {
        /// Who comes.
        to: Adviser,
        /// Why.
        ground: Replacement,
        /// What was handed over.
        handover: DocumentId,
    },
    /// A child under fourteen asked, and whoever looks after it is told (告知监护人).
    NotifyGuardian {
        /// Who was told.
        told: GuardianNotice,
        /// The note of it.
        record: DocumentId,
    },
    /// A machine answered (自动答复). It never counts as a lawyer's answer.
    RecordAutoAnswer {
        /// Which machine, with its version.
        engine: Code,
        /// What it said.
        answer: Sealed,
    },
    /// C5. The adviser answers (解答).
    GiveAdvice {
        /// What the caller is told.
        advice: Advice,
        /// The advice record.
        record: DocumentId,
    },
    /// C6. The caller is told of the right to apply for legal aid, and of its conditions (告知法律援助权利).
    NotifyAidRights {
        /// The notice, or the note of it.
        notice: DocumentId,
    },
    /// Somebody in custody asks for legal aid through the duty lawyer (羁押人员提出援助申请).
    RecordAidRequest {
        /// The request.
        request: DocumentId,
    },
    /// The request reaches the legal-aid agency (转交法律援助机构).
    HandOverAidRequest {
        /// The agency.
        to: Code,
        /// Its receipt.
        receipt: DocumentId,
    },
    /// The caller has to bring something first (待补材料).
    RequestMaterial {
        /// What.
        items: Sealed,
        /// The note in which it is asked for.
        notice: DocumentId,
    },
    /// It came; or it goes on without, if the list is empty.
    ReceiveMaterial {
        /// What came.
        documents: Vec<DocumentId>,
    },
    /// C7. The question is sent to the unit that can answer it (派单).
    IssueWorkOrder {
        /// The order.
        order: DocumentId,
        /// What sort.
        kind: OrderKind,
        /// The unit, by its office.
        unit: Code,
    },
    /// C8. The unit takes the order on (接单).
    AcceptWorkOrder {
        /// Which order.
        order: DocumentId,
    },
    /// C8. The unit gives the order back (退单).
    ReturnWorkOrder {
        /// Which order.
        order: DocumentId,
        /// On which ground.
        ground: Code,
        /// The unit that is competent.
        competent: Option<Code>,
    },
    /// C9. The unit answers (办复).
    AnswerWorkOrder {
        /// Which order.
        order: DocumentId,
        /// The result.
        result: DocumentId,
    },
    /// C10. The order takes longer (延期).
    ExtendWorkOrder {
        /// Which order.
        order: DocumentId,
        /// The new last day.
        until: NaiveDate,
        /// Why.
        ground: ExtensionGround,
        /// The approval of the head of the unit.
        approval: DocumentId,
        /// How the caller was told; nothing if nobody told the caller.
        told_by: Option<ServiceMode>,
    },
    /// The unit is reminded (催办).
    RemindWorkOrder {
        /// Of which order.
        order: DocumentId,
        /// At which share of the time, in per cent.
        percent: u32,
    },
    /// The bureau looks at an order (实时监管).
    SuperviseWorkOrder {
        /// At which.
        order: DocumentId,
        /// What it found.
        finding: Sealed,
    },
    /// C11. The caller is told the result (反馈).
    FeedbackToClient {
        /// In what form.
        mode: ServiceMode,
        /// What the caller is told.
        content: Sealed,
    },
    /// C12. The caller is not content with the result (不满意).
    RejectResult {
        /// Why.
        reason: Sealed,
    },
    /// C12. It is done anew (退回重办).
    OrderRework {
        /// By the unit of this order; by the adviser if there is none.
        order: Option<DocumentId>,
        /// What is to be done better.
        reason: Sealed,
    },
    /// The unit is told that the caller is dissatisfied; the result stands, and this is explained (转告不满意并说明).
    ReportDissatisfaction {
        /// The unit.
        to: Code,
        /// What the caller is told.
        explanation: Sealed,
    },
    /// C13. A case comes out of it (转为案件).
    ConvertToCase {
        /// Which case.
        to: Conversion,
        /// The caller's consent.
        consent: Option<DocumentId>,
    },
    /// Somebody tries to reach the caller (联系当事人).
    RecordContactAttempt {
        /// In what form.
        mode: ServiceMode,
        /// Whether it succeeded.
        reached: bool,
    },
    /// C14. The consultation is closed (办结).
    CloseConsultation {
        /// How it ended.
        outcome: Outcome,
    },
}

impl Command {
    /// The name of this command.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RegisterConsultation { .. } => "RegisterConsultation",
            Self::QueueCaller { .. } => "QueueCaller",
            Self::BookConsultation { .. } => "BookConsultation",
            Self::ClassifyConsultation { .. } => "ClassifyConsultation",
            Self::IdentifyCaller { .. } => "IdentifyCaller",
            Self::DeclineConsultation { .. } => "DeclineConsultation",
            Self::AssignAdviser { .. } => "AssignAdviser",
            Self::ReplaceAdviser { .. } => "ReplaceAdviser",
            Self::NotifyGuardian { .. } => "NotifyGuardian",
            Self::RecordAutoAnswer { .. } => "RecordAutoAnswer",
            Self::GiveAdvice { .. } => "GiveAdvice",
            Self::NotifyAidRights { .. } => "NotifyAidRights",
            Self::RecordAidRequest { .. } => "RecordAidRequest",
            Self::HandOverAidRequest { .. } => "HandOverAidRequest",
            Self::RequestMaterial { .. } => "RequestMaterial",
            Self::ReceiveMaterial { .. } => "ReceiveMaterial",
            Self::IssueWorkOrder { .. } => "IssueWorkOrder",
            Self::AcceptWorkOrder { .. } => "AcceptWorkOrder",
            Self::ReturnWorkOrder { .. } => "ReturnWorkOrder",
            Self::AnswerWorkOrder { .. } => "AnswerWorkOrder",
            Self::ExtendWorkOrder { .. } => "ExtendWorkOrder",
            Self::RemindWorkOrder { .. } => "RemindWorkOrder",
            Self::SuperviseWorkOrder { .. } => "SuperviseWorkOrder",
            Self::FeedbackToClient { .. } => "FeedbackToClient",
            Self::RejectResult { .. } => "RejectResult",
            Self::OrderRework { .. } => "OrderRework",
            Self::ReportDissatisfaction { .. } => "ReportDissatisfaction",
            Self::ConvertToCase { .. } => "ConvertToCase",
            Self::RecordContactAttempt { .. } => "RecordContactAttempt",
            Self::CloseConsultation { .. } => "CloseConsultation",
        }
    }

    /// Whom it puts to work on the case, if it is carried out.
    pub(super) fn engages(&self) -> Vec<ActorId> {
        match self {
            Self::AssignAdviser { to: Assignee::Adviser(adviser) }
            | Self::ReplaceAdviser { to: adviser, .. } => vec![adviser.id],
            Self::AssignAdviser { to: Assignee::Unit(_) } => Vec::new(),
            Self::RegisterConsultation { .. }
            | Self::QueueCaller { .. }
            | Self::BookConsultation { .. }
            | Self::ClassifyConsultation { .. }
            | Self::IdentifyCaller { .. }
            | Self::DeclineConsultation { .. }
            | Self::NotifyGuardian { .. }
            | Self::RecordAutoAnswer { .. }
            | Self::GiveAdvice { .. }
            | Self::NotifyAidRights { .. }
            | Self::RecordAidRequest { .. }
            | Self::HandOverAidRequest { .. }
            | Self::RequestMaterial { .. }
            | Self::ReceiveMaterial { .. }
            | Self::IssueWorkOrder { .. }
            | Self::AcceptWorkOrder { .. }
            | Self::ReturnWorkOrder { .. }
            | Self::AnswerWorkOrder { .. }
            | Self::ExtendWorkOrder { .. }
            | Self::RemindWorkOrder { .. }
            | Self::SuperviseWorkOrder { .. }
            | Self::FeedbackToClient { .. }
            | Self::RejectResult { .. }
            | Self::OrderRework { .. }
            | Self::ReportDissatisfaction { .. }
            | Self::ConvertToCase { .. }
            | Self::RecordContactAttempt { .. }
            | Self::CloseConsultation { .. } => Vec::new(),
        }
    }
}

/// Whoever can take a question in.
const INTAKE: &[Role] = &[Role::Clerk, Role::Hotline, Role::DutyLawyer, Role::Liaison];
const DESK: &[Role] = &[Role::Clerk, Role::Hotline];
/// Whoever talks with the caller.
const TALKING: &[Role] = &[Role::Clerk, Role::Hotline, Role::DutyLawyer];
/// Lawyers and legal-service workers; a hotline agent or a unit's people, where the question is theirs to answer.
const ADVISERS: &[Role] = &[Role::DutyLawyer, Role::Hotline, Role::LawFirm, Role::External];
/// Advisers, and the desk.
const ADVISERS_AND_DESK: &[Role] =
    &[Role::DutyLawyer, Role::Hotline, Role::LawFirm, Role::External, Role::Clerk];
/// The unit that has an order.
const UNIT: &[Role] = &[Role::External, Role::LawFirm, Role::Clerk];
const CLIENT: &[Role] = &[Role::Applicant, Role::Agent, Role::Guardian, Role::Hotline];
const HEADS: &[Role] = &[Role::Approver];

const RECEIVED: &[Step] = &[Step::Registered, Step::Queued, Step::AwaitingBooking];
const BEFORE_ANSWER: &[Step] =
    &[Step::Registered, Step::Queued, Step::AwaitingBooking, Step::Classified, Step::IdentityPending];
const ASSIGNED_ON: &[Step] = &[
    Step::DutyLawyer,
    Step::Expert,
    Step::ReferredUnit,
    Step::Answering,
    Step::AwaitingMaterial,
    Step::WorkOrderOpen,
    Step::Reworking,
];
/// As above, but for the wait for material itself.
const NOT_WAITING: &[Step] = &[
    Step::DutyLawyer,
    Step::Expert,
    Step::ReferredUnit,
    Step::Answering,
    Step::WorkOrderOpen,
    Step::Reworking,
];
const HANDLING: &[Step] = &[Step::Answering, Step::AwaitingMaterial, Step::WorkOrderOpen, Step::Reworking];
const OPEN: &[Step] = &[
    Step::Registered,
    Step::Queued,
    Step::AwaitingBooking,
    Step::Classified,
    Step::IdentityPending,
    Step::DutyLawyer,
    Step::Expert,
    Step::ReferredUnit,
    Step::Answering,
    Step::AwaitingMaterial,
    Step::WorkOrderOpen,
    Step::Reworking,
];
/// From the first answer or order on, after the closing too.
const HANDLED: &[Step] = &[
    Step::Answering,
    Step::AwaitingMaterial,
    Step::WorkOrderOpen,
    Step::Reworking,
    Step::Answered,
    Step::Referred,
    Step::ConvertedToCase,
    Step::Abandoned,
    Step::Declined,
    Step::Withdrawn,
];

const fn spec(
    number: &'static str,
    name: &'static str,
    roles: &'static [Role],
    from: &'static [Step],
) -> CommandSpec<Step> {
    CommandSpec { number, name, roles, from }
}

/// Who may do what, and at which step. `decide` is held against this table by a test.
pub(super) const COMMANDS: &[CommandSpec<Step>] = &[
    spec("C1", "RegisterConsultation", INTAKE, &[Step::Unopened]),
    spec("2.1.1", "QueueCaller", DESK, &[Step::Registered]),
    spec("2.1.1", "BookConsultation", DESK, RECEIVED),
    spec("C2", "ClassifyConsultation", TALKING, BEFORE_ANSWER),
    spec("2.1.1", "IdentifyCaller", TALKING, OPEN),
    spec("C3", "DeclineConsultation", DESK, BEFORE_ANSWER),
    spec("C4", "AssignAdviser", &[Role::Dispatcher], &[Step::Classified]),
    spec("2.1.4", "ReplaceAdviser", &[Role::Dispatcher], ASSIGNED_ON),
    spec("2.1.4", "NotifyGuardian", TALKING, OPEN),
    spec("1.1", "RecordAutoAnswer", &[Role::System], OPEN),
    spec("C5", "GiveAdvice", ADVISERS, ASSIGNED_ON),
    spec("C6", "NotifyAidRights", ADVISERS_AND_DESK, OPEN),
    spec("CON-D09", "RecordAidRequest", &[Role::DutyLawyer], ASSIGNED_ON),
    spec("CON-D09", "HandOverAidRequest", &[Role::DutyLawyer], ASSIGNED_ON),
    spec("2.1.3", "RequestMaterial", TALKING, NOT_WAITING),
    spec("2.1.3", "ReceiveMaterial", TALKING, &[Step::AwaitingMaterial]),
    spec("C7", "IssueWorkOrder", &[Role::Hotline], ASSIGNED_ON),
    spec("C8", "AcceptWorkOrder", UNIT, HANDLING),
    spec("C8", "ReturnWorkOrder", UNIT, HANDLING),
    spec("C9", "AnswerWorkOrder", UNIT, HANDLING),
    spec("C10", "ExtendWorkOrder", HEADS, HANDLING),
    spec("2.1.5", "RemindWorkOrder", &[Role::System], HANDLING),
    spec("2.1.5", "SuperviseWorkOrder", &[Role::Bureau], HANDLED),
    spec("C11", "FeedbackToClient", DESK, HANDLING),
    spec("C12", "RejectResult", CLIENT, HANDLING),
    spec("C12", "OrderRework", &[Role::Hotline], HANDLING),
    spec("C12", "ReportDissatisfaction", &[Role::Hotline], HANDLED),
    spec("C13", "ConvertToCase", DESK, HANDLING),
    spec("2.1.4", "RecordContactAttempt", TALKING, OPEN),
    spec("C14", "CloseConsultation", TALKING, OPEN),
];
