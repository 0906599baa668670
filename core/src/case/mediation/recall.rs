//! The commands behind the events of a mediation.

use super::command::Command;
use super::event::Event;

pub(super) fn recall(event: &Event) -> Option<Command> {
    Some(match event.clone() {
        Event::MediationApplied(one) => Command::ApplyMediation { form: one.form, dispute: one.dispute },
        Event::MediationInitiated(one) => {
            Command::InitiateMediation { campaign: one.campaign, dispute: one.dispute }
        }
        Event::MediationDelegated(one) => Command::ReceiveDelegation {
            by: one.by,
            letter: one.letter,
            materials: one.materials,
            online: one.confirm_by.is_some(),
            dispute: one.dispute,
        },
        Event::ConsentRecorded(one) => Command::SeekConsent { party: one.party, given: one.given },
        Event::MediationRefused(one) => {
            Command::RefuseMediation { ground: one.ground, decision: one.decision, remedy: one.remedy }
        }
        Event::MediationAccepted(one) => Command::AcceptMediation { registration: one.registration },
        Event::RightsNotified(one) => {
            Command::NotifyRights { parties: one.parties, form: one.form, notice: one.notice }
        }
        Event::MediatorAssigned(one) => {
            Command::AssignMediator { mediators: one.mediators, chosen_by: one.chosen_by }
        }
        Event::RecusalRequested(one) => {
            Command::RequestMediatorRecusal { by: one.by, mediator: one.mediator, ground: one.ground }
        }
        Event::MediatorReplaced(one) => {
            Command::ReplaceMediator { from: one.from, to: one.to, handover: one.handover }
        }
        Event::InvestigationRecorded(one) => Command::Investigate { record: one.record },
        Event::ParticipantInvited(one) => {
            Command::InviteParticipant { participant: one.participant, agreed_by: one.agreed_by }
        }
        Event::SessionHeld(one) => Command::HoldSession {
            mode: one.mode,
            openness: one.openness,
            present: one.present,
            result: one.result,
            record: one.record,
        },
        Event::EscalationReported(one) => Command::ReportEscalation { to: one.to, risk: one.risk },
        Event::TermExtended(one) => {
            Command::ExtendTerm { until: one.until, agreed_by: one.agreed_by, record: one.record }
        }
        Event::AgreementDrafted(one) => Command::DraftAgreement { agreement: one.agreement },
        Event::AgreementSigned(one) => Command::SignAgreement { signer: one.signer },
        Event::AgreementSealed(one) => Command::SealAgreement { document: one.document },
        Event::OralAgreementRecorded(one) => {
            Command::RecordOralAgreement { agreement: one.agreement, circumstances: one.circumstances }
        }
        Event::UndisputedFactsRecorded(one) => {
            Command::RecordUndisputedFacts { facts: one.facts, agreed_by: one.agreed_by, record: one.record }
        }
        Event::MediationTerminated(one) => {
            Command::TerminateMediation { ground: one.ground, notice: one.notice, remedy: one.remedy }
        }
        Event::ObligationPerformed(one) => {
            Command::RecordPerformance { obligation: one.obligation, cents: one.cents, receipt: one.receipt }
        }
        Event::ObligationOverdue(one) => Command::RecordOverdue { obligation: one.obligation },
        Event::PerformanceUrged(one) => {
            Command::UrgePerformance { obligation: one.obligation, record: one.record }
        }
        Event::ConfirmationApplied(one) => {
            Command::ApplyConfirmation { by: one.by, application: one.application }
        }
        Event::ConfirmationRuled(one) => {
            Command::RecordCourtResult { result: one.result, ruling: one.ruling }
        }
        Event::AgreementAmended(one) => {
            Command::ChangeAgreement { agreement: one.agreement, agreed_by: one.agreed_by }
        }
        Event::MediationClosed(one) => Command::CloseMediation { outcome: one.outcome, report: one.report },
        Event::SessionAdjourned(_) | Event::AgreementEffective(_) => return None,
    })
}
