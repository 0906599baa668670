//! The commands behind the events of a consultation.

use super::command::Command;
use super::event::Event;

pub(super) fn recall(event: &Event) -> Option<Command> {
    Some(match event.clone() {
        Event::ConsultationRegistered(one) => {
            Command::RegisterConsultation { inquiry: one.inquiry, registration: one.registration }
        }
        Event::CallerQueued(one) => Command::QueueCaller { ticket: one.ticket },
        Event::ConsultationBooked(one) => Command::BookConsultation { at: one.at },
        Event::ConsultationClassified(one) => Command::ClassifyConsultation { class: one.class },
        Event::CallerIdentified(one) => {
            Command::IdentifyCaller { particulars: one.particulars, fingerprint: one.fingerprint }
        }
        Event::ConsultationDeclined(one) => {
            Command::DeclineConsultation { ground: one.ground, competent: one.competent, remedy: one.remedy }
        }
        Event::AdviserAssigned(one) => Command::AssignAdviser { to: one.to },
        Event::AdviserReplaced(one) => {
            Command::ReplaceAdviser { to: one.to, ground: one.ground, handover: one.handover }
        }
        Event::GuardianNotified(one) => Command::NotifyGuardian { told: one.told, record: one.record },
        Event::AutoAnswerGiven(one) => Command::RecordAutoAnswer { engine: one.engine, answer: one.answer },
        Event::AdviceGiven(one) => Command::GiveAdvice { advice: one.advice, record: one.record },
        Event::AidRightsNotified(one) => Command::NotifyAidRights { notice: one.notice },
        Event::AidRequestRecorded(one) => Command::RecordAidRequest { request: one.request },
        Event::AidRequestHandedOver(one) => Command::HandOverAidRequest { to: one.to, receipt: one.receipt },
        Event::MaterialRequested(one) => Command::RequestMaterial { items: one.items, notice: one.notice },
        Event::MaterialReceived(one) => Command::ReceiveMaterial { documents: one.documents },
        Event::WorkOrderIssued(one) => {
            Command::IssueWorkOrder { order: one.order, kind: one.kind, unit: one.unit }
        }
        Event::WorkOrderAccepted(one) => Command::AcceptWorkOrder { order: one.order },
        Event::WorkOrderReturned(one) => {
            Command::ReturnWorkOrder { order: one.order, ground: one.ground, competent: one.competent }
        }
        Event::WorkOrderAnswered(one) => Command::AnswerWorkOrder { order: one.order, result: one.result },
        Event::WorkOrderExtended(one) => Command::ExtendWorkOrder {
            order: one.order,
            until: one.until,
            ground: one.ground,
            approval: one.approval,
            told_by: Some(one.told_by),
        },
        Event::WorkOrderReminded(one) => Command::RemindWorkOrder { order: one.order, percent: one.percent },
        Event::WorkOrderSupervised(one) => {
            Command::SuperviseWorkOrder { order: one.order, finding: one.finding }
        }
        Event::FeedbackGiven(one) => Command::FeedbackToClient { mode: one.mode, content: one.content },
        // Without a reason it comes with a rating.
        Event::DissatisfactionRecorded(one) => Command::RejectResult { reason: one.reason? },
        Event::ReworkOrdered(one) => Command::OrderRework { order: one.order, reason: one.reason },
        Event::DissatisfactionReported(one) => {
            Command::ReportDissatisfaction { to: one.to, explanation: one.explanation }
        }
        Event::ConvertedToCase(one) => Command::ConvertToCase { to: one.to, consent: Some(one.consent) },
        Event::ContactAttempted(one) => {
            Command::RecordContactAttempt { mode: one.mode, reached: one.reached }
        }
        Event::ConsultationClosed(one) => Command::CloseConsultation { outcome: one.outcome },
    })
}
