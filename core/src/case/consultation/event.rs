//! What happens in a consultation.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::inquiry::{
    Advice, Adviser, Assignee, Classification, Conversion, GuardianNotice, Inquiry, Outcome, Replacement,
};
use super::order::{ExtensionGround, OrderKind};
use crate::case::CaseNumber;
use crate::case::code::ServiceMode;
use crate::case::skeleton::{Level, Remedy};
use crate::clock::Timestamp;
use crate::event_set;
use crate::id::{ActorId, Code, DocumentId};
use crate::policy::Deadline;
use crate::privacy::{Fingerprint, Sealed};

event_set! {
    /// Something that happened in a consultation.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Event {
        /// C1 (咨询已登记).
        ConsultationRegistered(Box<ConsultationRegistered>) = 1,
        /// The caller waits (已排队).
        CallerQueued(CallerQueued) = 1,
        /// The caller has an appointment (已预约).
        ConsultationBooked(ConsultationBooked) = 1,
        /// C2 (已分类).
        ConsultationClassified(ConsultationClassified) = 1,
        /// It is known who asks (身份已核实).
        CallerIdentified(CallerIdentified) = 1,
        /// C3 (不予解答).
        ConsultationDeclined(ConsultationDeclined) = 1,
        /// C4 (已安排解答人).
        AdviserAssigned(AdviserAssigned) = 1,
        /// Somebody else answers (已更换解答人).
        AdviserReplaced(AdviserReplaced) = 1,
        /// A child's guardian knows (已告知监护人).
        GuardianNotified(GuardianNotified) = 1,
        /// A machine answered (已自动答复).
        AutoAnswerGiven(AutoAnswerGiven) = 1,
        /// C5 (已解答).
        AdviceGiven(AdviceGiven) = 1,
        /// C6 (已告知法律援助权利).
        AidRightsNotified(AidRightsNotified) = 1,
        /// Somebody in custody asks for aid (已提出援助申请).
        AidRequestRecorded(AidRequestRecorded) = 1,
        /// The agency has the request (援助申请已转交).
        AidRequestHandedOver(AidRequestHandedOver) = 1,
        /// Something is missing (已要求补充材料).
        MaterialRequested(MaterialRequested) = 1,
        /// It came, or goes on without (已收到材料).
        MaterialReceived(MaterialReceived) = 1,
        /// C7 (已派单).
        WorkOrderIssued(WorkOrderIssued) = 1,
        /// C8 (已接单).
        WorkOrderAccepted(WorkOrderAccepted) = 1,
        /// C8 (已退单).
        WorkOrderReturned(WorkOrderReturned) = 1,
        /// C9 (已办复).
        WorkOrderAnswered(WorkOrderAnswered) = 1,
        /// C10 (已延期).
        WorkOrderExtended(WorkOrderExtended) = 1,
        /// The unit was reminded (已催办).
        WorkOrderReminded(WorkOrderReminded) = 1,
        /// The bureau looked at an order (已监管).
        WorkOrderSupervised(WorkOrderSupervised) = 1,
        /// C11 (已反馈).
        FeedbackGiven(FeedbackGiven) = 1,
        /// C12 (不满意已登记).
        DissatisfactionRecorded(DissatisfactionRecorded) = 1,
        /// C12 (已退回重办).
        ReworkOrdered(ReworkOrdered) = 1,
        /// The unit knows of the dissatisfaction, the result stands (不满意已转告).
        DissatisfactionReported(DissatisfactionReported) = 1,
        /// C13 (已转为案件).
        ConvertedToCase(ConvertedToCase) = 1,
        /// Somebody tried to reach the caller (已尝试联系).
        ContactAttempted(ContactAttempted) = 1,
        /// C14 (已办结).
        ConsultationClosed(ConsultationClosed) = 1,
    }
}

impl Event {
    /// The due dates that it sets.
    pub(super) fn deadlines(&self) -> Vec<&Deadline> {
        match self {
            Self::ConsultationRegistered(registered) => {
                let ConsultationRegistered { transfer_by, result_by, letter_by, online_by, .. } =
                    &**registered;
                [transfer_by, result_by, letter_by, online_by].into_iter().flatten().collect()
            }
            Self::ConsultationClassified(classified) => {
                classified.answer_by.iter().chain(&classified.transfer_by).collect()
            }
            Self::AdviserAssigned(assigned) => assigned.result_by.iter().collect(),
            Self::AidRequestRecorded(request) => vec![&request.hand_over_by],
            Self::MaterialReceived(received) => received.result_by.iter().collect(),
            Self::WorkOrderExtended(extended) => vec![&extended.at_most],
            Self::DissatisfactionRecorded(recorded) => recorded.report_by.iter().collect(),
            Self::ConsultationClosed(closed) => closed.reopen_by.iter().collect(),
            Self::CallerQueued(_)
            | Self::ConsultationBooked(_)
            | Self::CallerIdentified(_)
            | Self::ConsultationDeclined(_)
            | Self::AdviserReplaced(_)
            | Self::GuardianNotified(_)
            | Self::AutoAnswerGiven(_)
            | Self::AdviceGiven(_)
            | Self::AidRightsNotified(_)
            | Self::AidRequestHandedOver(_)
            | Self::MaterialRequested(_)
            | Self::WorkOrderIssued(_)
            | Self::WorkOrderAccepted(_)
            | Self::WorkOrderReturned(_)
            | Self::WorkOrderAnswered(_)
            | Self::WorkOrderReminded(_)
            | Self::WorkOrderSupervised(_)
            | Self::FeedbackGiven(_)
            | Self::ReworkOrdered(_)
            | Self::DissatisfactionReported(_)
            | Self::ConvertedToCase(_)
            | Self::ContactAttempted(_) => Vec::new(),
        }
    }
}

/// A question was registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationRegistered {
    /// The number on the receipt.
    pub number: CaseNumber,
    /// The question, and who asks.
    pub inquiry: Inquiry,
    /// The registration form.
    pub registration: DocumentId,
    /// Until when it is sent on, if another unit must answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_by: Option<Deadline>,
    /// Until when the caller knows the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_by: Option<Deadline>,
    /// Until when it is decided what becomes of a letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter_by: Option<Deadline>,
    /// Until when a message on the site should be answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online_by: Option<Deadline>,
}

/// The caller waits for a free place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerQueued {
    /// The number in the queue.
    pub ticket: Code,
}

/// The caller has an appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationBooked {
    /// When.
    pub at: Timestamp,
}

/// It is known what sort of question it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationClassified {
    /// What sort.
    pub class: Classification,
    /// Until when a simple or urgent one is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<Deadline>,
    /// Until when an urgent one is sent on, if another unit must answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_by: Option<Deadline>,
}

/// It is known who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerIdentified {
    /// Name, telephone, address, sealed under the caller's own key.
    pub particulars: Sealed,
    /// What finds the same person in another case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
}

/// The question was not answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationDeclined {
    /// On which ground.
    pub ground: Code,
    /// The body that is competent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub competent: Option<Code>,
    /// What the caller was told about other ways.
    pub remedy: Remedy,
}

/// Somebody was asked to answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdviserAssigned {
    /// Who, and what shows that they may.
    pub to: Assignee,
    /// For a letter, whose clock ran towards this decision: until when the result is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_by: Option<Deadline>,
}

/// Somebody else answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdviserReplaced {
    /// Who left.
    pub from: Assignee,
    /// Who came, and what shows that they may.
    pub to: Adviser,
    /// Why.
    pub ground: Replacement,
    /// What was handed over.
    pub handover: DocumentId,
}

/// Whoever looks after a child under fourteen was told that it asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardianNotified {
    /// Who was told.
    pub told: GuardianNotice,
    /// The note of it.
    pub record: DocumentId,
}

/// A machine answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutoAnswerGiven {
    /// Which machine, with its version.
    pub engine: Code,
    /// What it said.
    pub answer: Sealed,
}

/// The adviser answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdviceGiven {
    /// Who answered.
    pub by: ActorId,
    /// What the caller was told.
    pub advice: Advice,
    /// The advice record.
    pub record: DocumentId,
}

/// The caller was told of the right to apply for legal aid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidRightsNotified {
    /// The notice, or the note of it.
    pub notice: DocumentId,
}

/// Somebody in custody asked for legal aid through the duty lawyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidRequestRecorded {
    /// The request.
    pub request: DocumentId,
    /// Until when the agency must have it.
    pub hand_over_by: Deadline,
}

/// The agency has the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidRequestHandedOver {
    /// The agency.
    pub to: Code,
    /// Its receipt.
    pub receipt: DocumentId,
}

/// The caller has to bring something first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterialRequested {
    /// What.
    pub items: Sealed,
    /// The note in which it was asked for.
    pub notice: DocumentId,
    /// The ground of its rule on which the clock stands still meanwhile; nothing if it runs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<Code>,
}

/// What was missing came, or it goes on without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterialReceived {
    /// What came.
    pub documents: Vec<DocumentId>,
    /// The due dates, computed anew with the pause, if the clock stood still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_by: Option<Deadline>,
}

/// The question was sent to a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkOrderIssued {
    /// The order.
    pub order: DocumentId,
    /// What sort.
    pub kind: OrderKind,
    /// The unit, by its office.
    pub unit: Code,
    /// Who sent it.
    pub by: ActorId,
}

/// The unit took the order on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkOrderAccepted {
    /// Which order.
    pub order: DocumentId,
}

/// The unit gave the order back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkOrderReturned {
    /// Which order.
    pub order: DocumentId,
    /// On which ground.
    pub ground: Code,
    /// The unit that is competent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub competent: Option<Code>,
}

/// The unit answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkOrderAnswered {
    /// Which order.
    pub order: DocumentId,
    /// The result.
    pub result: DocumentId,
}

/// The order takes longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkOrderExtended {
    /// Which order.
    pub order: DocumentId,
    /// The new last day.
    pub until: NaiveDate,
    /// The last day that the rule allows.
    pub at_most: Deadline,
    /// Why.
    pub ground: ExtensionGround,
    /// The approval.
    pub approval: DocumentId,
    /// Who approved it.
    pub approved_by: ActorId,
    /// How the caller was told.
    pub told_by: ServiceMode,
}

/// The unit was reminded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkOrderReminded {
    /// Of which order.
    pub order: DocumentId,
    /// At which share of the time, in per cent.
    pub percent: u32,
    /// The moment at which that share had passed.
    pub due: Timestamp,
}

/// The bureau looked at an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkOrderSupervised {
    /// At which.
    pub order: DocumentId,
    /// What it found.
    pub finding: Sealed,
}

/// The caller was told the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackGiven {
    /// Who told.
    pub by: ActorId,
    /// In what form.
    pub mode: ServiceMode,
    /// What the caller was told.
    pub content: Sealed,
}

/// The caller is not content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DissatisfactionRecorded {
    /// The rating that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Why, if the caller says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Sealed>,
    /// Until when the unit is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_by: Option<Deadline>,
}

/// It is done anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReworkOrdered {
    /// By the unit of this order; by the adviser if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<DocumentId>,
    /// What is to be done better.
    pub reason: Sealed,
}

/// The unit knows of the dissatisfaction, and the result stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DissatisfactionReported {
    /// The unit.
    pub to: Code,
    /// What the caller was told.
    pub explanation: Sealed,
}

/// A case came out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConvertedToCase {
    /// Which case.
    pub to: Conversion,
    /// The caller's consent.
    pub consent: DocumentId,
}

/// Somebody tried to reach the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactAttempted {
    /// Who tried.
    pub by: ActorId,
    /// In what form.
    pub mode: ServiceMode,
    /// Whether it succeeded.
    pub reached: bool,
}

/// The consultation was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationClosed {
    /// How it ended.
    pub outcome: Outcome,
    /// Until when it may be taken up again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopen_by: Option<Deadline>,
}
