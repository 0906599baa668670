//! The commands behind the events of a case of legal aid.

use super::command::Command;
use super::event::Event;
use super::{
    AdminRemedy, AdminRemedyFiled, AidApplicationReceived, AnswerInterRegionalCheck, ApproveSubsidy,
    AskOtherAgency, AssignUnit, CalculateSubsidy, ChangeCounsel, CommitmentChecked, ContinueAid,
    CorrectDecision, DecideObjection, DecideStaffRecusal, ExemptHardship, FileObjection, GrantAid,
    GrantEmergencyAid, GrantedBy, NameCounsel, ObjectionResult, PaySubsidy, ReceiveAidApplication,
    ReceiveDefenceNotice, RecordAdminRemedy, RecordReview, RecordStep, RecoverCost, RefuseAid,
    RefuseCounselChange, ReportCompletion, RequestCounselChange, RequestStaffRecusal, ServeDecision,
    SubmitAidApplication, SubmitCaseFile, TakeAidApplication, TerminateAid, VerifyCommitment, VerifyHardship,
};

pub(super) fn recall(event: &Event) -> Option<Command> {
    Some(match event.clone() {
        Event::AidApplicationTaken(one) => Command::TakeAidApplication(TakeAidApplication {
            request: one.request,
            by: one.by,
            form: one.form,
            papers: one.papers,
        }),
        Event::AidApplicationReceived(one) => received(one),
        Event::ApplicationForwarded(one) => Command::ForwardDetaineeApplication(one),
        Event::DefenceNoticeReceived(one) => Command::ReceiveDefenceNotice(ReceiveDefenceNotice {
            request: one.request,
            organ: one.organ,
            discovered_on: one.discovered_on,
            notice: one.notice,
        }),
        Event::DutyServiceRecorded(one) => Command::RecordDutyService(one.service),
        Event::JurisdictionConfirmed(one) => Command::CheckJurisdiction(one),
        // It comes with the lapse of a supplement, or of a gap.
        Event::DeemedWithdrawn(_) => return None,
        Event::CommitmentNoticeGiven(one) => Command::GiveCommitmentNotice(one),
        Event::CommitmentSigned(one) => Command::SignCommitment(one),
        Event::CommitmentVerified(one) => checked(&one, true),
        Event::CommitmentFoundFalse(one) => checked(&one, false),
        Event::HardshipVerified(one) => Command::VerifyHardship(VerifyHardship {
            source: one.source,
            met: one.met,
            query: one.query,
            record: one.record,
        }),
        Event::HardshipExempted(one) => {
            Command::ExemptHardship(ExemptHardship { ground: one.ground, proof: one.proof })
        }
        Event::InterRegionalCheckRequested(one) => {
            Command::AskOtherAgency(AskOtherAgency { agency: one.agency, letter: one.letter })
        }
        Event::InterRegionalCheckAnswered(one) => {
            Command::AnswerInterRegionalCheck(AnswerInterRegionalCheck {
                confirms: one.confirms,
                answer: one.answer,
            })
        }
        Event::EmergencyAidGranted(one) => {
            Command::GrantEmergencyAid(GrantEmergencyAid { ground: one.ground, decision: one.decision })
        }
        Event::EmergencyPapersSupplied(one) => Command::SupplyEmergencyPapers(one),
        Event::ReviewOpinionRecorded(one) => {
            Command::RecordReview(RecordReview { opinion: one.opinion, form: one.form })
        }
        Event::StaffRecusalRequested(one) => {
            Command::RequestStaffRecusal(RequestStaffRecusal { staff: one.staff, ground: one.ground })
        }
        Event::StaffRecusalDecided(one) => Command::DecideStaffRecusal(DecideStaffRecusal {
            staff: one.staff,
            granted: one.granted,
            decision: one.decision,
        }),
        Event::AidGranted(one) => match one.by {
            GrantedBy::Decision => Command::GrantAid(GrantAid { decision: one.decision }),
            GrantedBy::Correction => Command::CorrectDecision(CorrectDecision { decision: one.decision }),
        },
        Event::AidRefused(one) => {
            Command::RefuseAid(RefuseAid { grounds: one.grounds, decision: one.decision, remedy: one.remedy })
        }
        Event::DecisionServed(one) => Command::ServeDecision(ServeDecision {
            decision: one.decision,
            to: one.to,
            method: one.method,
            proof: one.proof,
        }),
        Event::CounselPreferenceRecorded(one) => Command::RecordCounselPreference(one),
        Event::UnitAssigned(one) => Command::AssignUnit(AssignUnit {
            unit: one.unit,
            notice: one.notice,
            organ_letter: one.organ_letter,
        }),
        Event::CounselNamed(one) => Command::NameCounsel(NameCounsel { nomination: one.nomination }),
        Event::AgencyAgreementSigned(one) => Command::SignAgencyAgreement(one),
        Event::SigningDelayed(one) => Command::DelaySigning(one),
        Event::StepRecorded(one) => Command::RecordStep(RecordStep {
            step: one.step,
            mode: one.mode,
            risks_told: one.risks_told,
            record: one.record,
        }),
        Event::ProgressReported(one) => Command::ReportProgress(one),
        Event::CounselChangeRequested(one) => Command::RequestCounselChange(RequestCounselChange {
            by: one.by,
            ground: one.ground,
            request: one.request,
        }),
        Event::CounselChanged(one) => Command::ChangeCounsel(ChangeCounsel {
            nomination: one.nomination,
            unit: one.unit,
            handover: one.handover,
            notice: one.notice,
        }),
        Event::CounselChangeRefused(one) => {
            Command::RefuseCounselChange(RefuseCounselChange { reason: one.reason, notice: one.notice })
        }
        Event::CounselRefusalRecorded(one) => Command::RecordCounselRefusal(one),
        Event::TerminationGroundReported(one) => Command::ReportTerminationGround(one),
        Event::AidContinued(one) => Command::ContinueAid(ContinueAid { decision: one.decision }),
        Event::AidTerminated(one) => Command::TerminateAid(TerminateAid {
            ground: one.ground,
            decision: one.decision,
            organ_letter: one.organ_letter,
            remedy: one.remedy,
        }),
        Event::ObjectionFiled(one) => {
            Command::FileObjection(FileObjection { by: one.by, text: one.text, objection: one.objection })
        }
        Event::ObjectionUpheld(one) => Command::DecideObjection(DecideObjection {
            result: ObjectionResult::Uphold,
            decision: one.decision,
            remedy: Some(one.remedy),
        }),
        Event::AgencyOrderedToCorrect(one) => Command::DecideObjection(DecideObjection {
            result: ObjectionResult::OrderCorrection,
            decision: one.decision,
            remedy: None,
        }),
        Event::TerminationRevoked(one) => {
            Command::CorrectDecision(CorrectDecision { decision: one.decision })
        }
        Event::ReconsiderationFiled(one) => went_on(&one, AdminRemedy::Reconsideration),
        Event::AdministrativeSuitFiled(one) => went_on(&one, AdminRemedy::Suit),
        Event::AdminRemedyConcluded(one) => Command::RecordAdminResult(one),
        Event::CompletionReported(one) => Command::ReportCompletion(ReportCompletion {
            closing_basis: one.closing_basis,
            ended_on: one.ended_on,
            paper: one.paper,
            report: one.report,
        }),
        Event::CaseFileSubmitted(one) => Command::SubmitCaseFile(SubmitCaseFile { items: one.items }),
        Event::CaseFileAccepted(_) => Command::AcceptCaseFile,
        Event::CaseFileReturned(one) => Command::ReturnCaseFile(one),
        Event::SubsidyCalculated(one) => {
            Command::CalculateSubsidy(CalculateSubsidy { items: one.items, standard: one.standard })
        }
        Event::SubsidyApproved(one) => Command::ApproveSubsidy(ApproveSubsidy {
            cents: one.cents,
            reduction: one.reduction,
            approval: one.approval,
        }),
        Event::SubsidyPaid(one) => {
            Command::PaySubsidy(PaySubsidy { payee: one.payee, cents: one.cents, voucher: one.voucher })
        }
        Event::CostRecoveryOrdered(one) => Command::RecoverCost(RecoverCost {
            cost_cents: one.cost_cents,
            fine_cents: one.fine_cents,
            decision: one.decision,
            remedy: one.remedy,
        }),
    })
}

/// What was taken in elsewhere is known from then; the agency only notes that it has it.
fn received(one: AidApplicationReceived) -> Command {
    match one.taken_at {
        None => Command::SubmitAidApplication(SubmitAidApplication {
            request: one.request,
            by: one.by,
            form: one.form,
            papers: one.papers,
            receipt: one.receipt,
        }),
        Some(_) => Command::ReceiveAidApplication(ReceiveAidApplication { receipt: one.receipt }),
    }
}

const fn checked(one: &CommitmentChecked, holds: bool) -> Command {
    Command::VerifyCommitment(VerifyCommitment { means: one.means, holds, record: one.record })
}

const fn went_on(one: &AdminRemedyFiled, remedy: AdminRemedy) -> Command {
    Command::RecordAdminRemedy(RecordAdminRemedy { by: one.by, remedy, paper: one.paper })
}
