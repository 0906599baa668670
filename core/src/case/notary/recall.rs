//! The commands behind the events of a notary matter.

use super::certificate::Verdict;
use super::command::{AcceptanceAnswer, Command, ExecutionAnswer};
use super::event::Event;
use super::matter::DelegatedAnswer;
use super::reexamination::Ruling;

/// The command that led to an event. What the association is told of a revocation comes with its publication.
pub(super) fn recall(event: &Event) -> Command {
    match event.clone() {
        Event::NotaryBooked(one) => Command::BookNotary {
            jurisdiction: one.jurisdiction,
            person: one.person,
            particulars: one.particulars,
            matter: one.matter,
            appointment: one.appointment,
        },
        Event::NotaryApplied(one) => Command::ApplyNotary { application: one.application },
        Event::NotaryAccepted(one) => Command::CheckAcceptance {
            answer: AcceptanceAnswer::Accept {
                competence: one.competence,
                confirmed: one.confirmed,
                search: one.search,
                information: one.information,
                simple: one.simple,
                notice: one.notice,
                national_entry: one.national_entry,
            },
        },
        Event::NotAccepted(one) => Command::CheckAcceptance {
            answer: AcceptanceAnswer::Decline {
                ground: one.ground,
                decision: one.decision,
                remedy: one.remedy,
            },
        },
        Event::NotaryAssigned(one) => {
            Command::AssignNotary { notaries: one.notaries, recusal_told: one.recusal_told }
        }
        Event::FeeSet(one) => {
            Command::SetFee { cents: one.cents, aid_eligible: one.aid_eligible, sheet: one.sheet }
        }
        Event::FeeReduced(one) => {
            Command::ReduceFee { ground: one.ground, amount_cents: one.amount_cents, decision: one.decision }
        }
        Event::ExaminationRecorded(one) => Command::Examine {
            mode: one.mode,
            passed: one.passed,
            doubtful: one.doubtful,
            record: one.record,
        },
        Event::VerificationRecorded(one) => Command::Verify {
            method: one.method,
            outside: one.outside,
            by: one.by,
            alone_because: one.alone_because,
            settled: one.settled,
            finding: one.finding,
            record: one.record,
        },
        Event::VerificationDelegated(one) => {
            Command::DelegateVerification { to: one.to, letter: one.letter, questions: one.questions }
        }
        Event::DelegatedVerificationAnswered(one) => {
            Command::AnswerDelegatedVerification { answer: DelegatedAnswer::Verified { letter: one.letter } }
        }
        Event::DelegatedVerificationImpossible(one) => Command::AnswerDelegatedVerification {
            answer: DelegatedAnswer::Impossible { letter: one.letter },
        },
        Event::TestimonyGiven(one) => Command::TestifyOnSite { record: one.record },
        Event::CertificateDrafted(one) => {
            Command::Draft { draft: one.draft, form: one.form, conditions: one.conditions, major: one.major }
        }
        Event::CollectiveDiscussionRecorded(one) => {
            Command::DiscussCollectively { participants: one.participants, record: one.record }
        }
        Event::CertificateApproved(one) => Command::Approve { checks: one.checks, sheet: one.sheet },
        Event::ApprovalReturned(one) => Command::ReturnDraft { reasons: one.reasons, sheet: one.sheet },
        Event::CertificateIssued(one) => Command::IssueCertificate {
            original: one.original,
            parts: one.parts,
            other_language: one.other_language,
        },
        Event::CertificateDelivered(one) => Command::DeliverCertificate { to: one.to, receipt: one.receipt },
        Event::NotaryRefused(one) => Command::RefuseNotary {
            ground: one.ground,
            report: one.report,
            decision: one.decision,
            remedy: one.remedy,
            refund_cents: one.refund_cents,
        },
        Event::NotaryTerminated(one) => Command::TerminateNotary {
            ground: one.ground,
            report: one.report,
            decision: one.decision,
            remedy: one.remedy,
            refund_cents: one.refund_cents,
        },
        Event::ReexaminationRequested(one) => Command::RequestReexamination {
            by: one.by,
            errors: one.errors,
            request: one.request,
            evidence: one.evidence,
            excuse: one.excuse,
        },
        Event::ReexaminerAssigned(one) => Command::AssignReexaminer { reexaminer: one.reexaminer },
        Event::CertificateUpheld(one) => ruled(one.ruling, Verdict::Uphold { made_good: one.made_good }),
        Event::CertificateCorrected(one) => ruled(one.ruling, Verdict::Correct),
        Event::SupplementaryCertificateIssued(one) => {
            ruled(one.ruling, Verdict::Supplement { original: one.original })
        }
        Event::CertificatePartlyRevoked(one) => ruled(one.ruling, Verdict::RevokePart),
        Event::CertificateRevoked(one) => ruled(one.ruling, Verdict::Revoke),
        Event::ReexaminationCarriedOut(one) => Command::CarryOutReexamination {
            recalled: one.recalled,
            handed_out: one.handed_out,
            to: one.to,
            receipt: one.receipt,
        },
        Event::RevocationPublished(one) => Command::RevokeEffects {
            recalled: Some(one.recalled),
            publication: Some(one.publication),
            filing: one.filing,
            national_entry: one.national_entry,
        },
        // It is the first event only where nothing is published.
        Event::AssociationNotified(one) => Command::RevokeEffects {
            recalled: None,
            publication: None,
            filing: one.filing,
            national_entry: one.national_entry,
        },
        Event::AssociationComplaintFiled(one) => {
            Command::ComplainToAssociation { by: one.by, complaint: one.complaint }
        }
        Event::CourtRouteTold(one) => Command::GuideToCourt { person: one.person, notice: one.notice },
        Event::ExecutionCertificateIssued(one) => Command::IssueExecutionCertificate {
            claim: one.claim,
            report: one.report,
            answer: ExecutionAnswer::Issue { certificate: one.certificate, debtor_asked: one.debtor_asked },
        },
        Event::ExecutionCertificateRefused(one) => Command::IssueExecutionCertificate {
            claim: one.claim,
            report: one.report,
            answer: ExecutionAnswer::Refuse {
                ground: one.ground,
                decision: one.decision,
                remedy: one.remedy,
            },
        },
        Event::FileUnsealed(one) => Command::UnsealFile { proof: one.proof },
    }
}

/// Who wrote the report is known from the case.
fn ruled(ruling: Ruling, verdict: Verdict) -> Command {
    Command::DecideReexamination {
        finding: ruling.finding,
        verdict,
        report: ruling.report.document,
        decision: ruling.decision,
        remedy: ruling.remedy,
    }
}
