//! What can be asked of a notary office, by whom, and at which step.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::certificate::{
    ApprovalCheck, CertificateCondition, CertificateForm, CertificatePart, ReexaminationFinding, Verdict,
};
use super::matter::{
    AcceptanceCondition, Application, Competence, DelegatedAnswer, ExaminationItem, Information, Report,
    Requester, VerificationMethod,
};
use super::reexamination::ExecutionClaim;
use super::step::Step;
use crate::case::CommandSpec;
use crate::case::code::{Role, ServiceMode};
use crate::case::skeleton::Remedy;
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::Jurisdiction;
use crate::privacy::Sealed;

/// What a notary decides about an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AcceptanceAnswer {
    /// It is taken on (受理).
    Accept {
        /// What makes the office competent.
        competence: Competence,
        /// What was found to hold; all of it must.
        confirmed: BTreeSet<AcceptanceCondition>,
        /// The record of the search for another office that took it on first.
        search: DocumentId,
        /// What the applicants were told.
        information: Information,
        /// Whether the matter is simple, its facts clear and its evidence sufficient; if it is listed too, it goes faster.
        simple: bool,
        /// The acceptance notice.
        notice: DocumentId,
        /// Its entry in the national system.
        national_entry: Code,
    },
    /// It is not (不予受理).
    Decline {
        /// On which ground of the rules.
        ground: Code,
        /// The decision.
        decision: DocumentId,
        /// What the applicants are told about other ways.
        remedy: Remedy,
    },
}

/// What the head decides about an execution certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExecutionAnswer {
    /// It is issued.
    Issue {
        /// The execution certificate.
        certificate: DocumentId,
        /// The record of asking the debtor.
        debtor_asked: DocumentId,
    },
    /// It is not.
    Refuse {
        /// On which ground of the rules.
        ground: Code,
        /// The decision.
        decision: DocumentId,
        /// What the parties are told about other ways.
        remedy: Remedy,
    },
}

/// A command to a notary office. The numbers are those of the table of transitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// 2.4.1. Somebody makes an appointment (预约).
    BookNotary {
        /// Where it belongs.
        jurisdiction: Jurisdiction,
        /// Who.
        person: PersonRef,
        /// Name, telephone; sealed under the key of the person.
        particulars: Sealed,
        /// What is to be certified, by its code in the rules.
        matter: Code,
        /// When they come.
        appointment: Timestamp,
    },
    /// N1. Somebody applies for a certificate (申请公证).
    ApplyNotary {
        /// What is asked for.
        application: Application,
    },
    /// N3. The notary takes the matter on, or does not (受理审查).
    CheckAcceptance {
        /// What the notary decides.
        answer: AcceptanceAnswer,
    },
    /// N4. Notaries are assigned (指派公证员).
    AssignNotary {
        /// Who, the leading one first.
        notaries: Vec<ActorId>,
        /// The notice in which the parties are told that they may ask for another one.
        recusal_told: DocumentId,
    },
    /// N5. The fee is set (收费).
    SetFee {
        /// How much, in cents (分).
        cents: u64,
        /// Whether a party meets the conditions of legal aid.
        aid_eligible: bool,
        /// The fee sheet.
        sheet: DocumentId,
    },
    /// N5. The fee is reduced or waived (减免).
    ReduceFee {
        /// On which ground of the rules.
        ground: Code,
        /// By how much, in cents (分).
        amount_cents: u64,
        /// The decision.
        decision: DocumentId,
    },
    /// N6. The notary examines the matter in person (审查).
    Examine {
        /// In what form.
        mode: ServiceMode,
        /// What is in order.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        passed: BTreeSet<ExaminationItem>,
        /// What is not clear yet.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        doubtful: BTreeSet<ExaminationItem>,
        /// The interview record.
        record: DocumentId,
    },
    /// N8. Something is verified (核实).
    Verify {
        /// How.
        method: VerificationMethod,
        /// Whether somebody goes out for it.
        outside: bool,
        /// Who does it.
        by: BTreeSet<ActorId>,
        /// Why fewer go out than usual.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alone_because: Option<Sealed>,
        /// The doubts that it settles.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        settled: BTreeSet<ExaminationItem>,
        /// What is found.
        finding: Sealed,
        /// The record.
        record: DocumentId,
    },
    /// N9. Another office is asked to verify something; the clock stands still meanwhile (委托核实).
    DelegateVerification {
        /// Which office.
        to: Code,
        /// The letter.
        letter: DocumentId,
        /// The questions in it, at least one.
        questions: Vec<Sealed>,
    },
    /// N9. The other office answers (委托核实答复).
    AnswerDelegatedVerification {
        /// What it answers.
        answer: DelegatedAnswer,
    },
    /// 2.4.5. The notary gives testimony on the spot (现场宣读公证词).
    TestifyOnSite {
        /// The record of it.
        record: DocumentId,
    },
    /// N10. The certificate is drafted (拟证).
    Draft {
        /// The draft.
        draft: DocumentId,
        /// What the certificate does.
        form: CertificateForm,
        /// What was found to hold.
        conditions: BTreeSet<CertificateCondition>,
        /// Whether the matter is big or complex, so that the office discusses it.
        major: bool,
    },
    /// N11. The office discusses the matter (集体讨论).
    DiscussCollectively {
        /// Who takes part.
        participants: BTreeSet<ActorId>,
        /// The record, which goes into the sub-file.
        record: DocumentId,
    },
    /// N12. The draft is approved (审批).
    Approve {
        /// What was looked at.
        checks: BTreeSet<ApprovalCheck>,
        /// The approval sheet.
        sheet: DocumentId,
    },
    /// N12. The draft is given back (审批退回).
    ReturnDraft {
        /// Why.
        reasons: Sealed,
        /// The approval sheet.
        sheet: DocumentId,
    },
    /// N13. The certificate is issued (出证).
    IssueCertificate {
        /// The original.
        original: DocumentId,
        /// What stands on it.
        parts: BTreeSet<CertificatePart>,
        /// The document in another language, with the same force.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        other_language: Option<DocumentId>,
    },
    /// N13. The certificate is handed out (送达).
    DeliverCertificate {
        /// To whom.
        to: BTreeSet<PersonRef>,
        /// The receipt.
        receipt: DocumentId,
    },
    /// N14. The matter is not handled (不予办理).
    RefuseNotary {
        /// On which ground of the rules.
        ground: Code,
        /// The report of the notary.
        report: Report,
        /// The decision.
        decision: DocumentId,
        /// What the parties are told about other ways.
        remedy: Remedy,
        /// How much of the fee they get back, in cents (分).
        refund_cents: u64,
    },
    /// N15. The matter is ended (终止公证).
    TerminateNotary {
        /// On which ground of the rules.
        ground: Code,
        /// The report of the notary.
        report: Report,
        /// The decision.
        decision: DocumentId,
        /// What the parties are told about other ways.
        remedy: Remedy,
        /// How much of the fee they get back, in cents (分).
        refund_cents: u64,
    },
    /// N16. Somebody wants the certificate examined anew (申请复查).
    RequestReexamination {
        /// Who.
        by: Requester,
        /// What is wrong, and why.
        errors: Sealed,
        /// The written request.
        request: DocumentId,
        /// The evidence.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<DocumentId>,
        /// The proof that they could not know earlier.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        excuse: Option<DocumentId>,
    },
    /// N17. Another notary is to look at the certificate (指派复查公证员).
    AssignReexaminer {
        /// Who.
        reexaminer: ActorId,
    },
    /// N18. The head decides on what the other notary reports (复查决定).
    DecideReexamination {
        /// What was found.
        finding: ReexaminationFinding,
        /// What follows from it.
        verdict: Verdict,
        /// The report of the other notary.
        report: DocumentId,
        /// The decision.
        decision: DocumentId,
        /// What the parties are told about other ways.
        remedy: Remedy,
    },
    /// N18. The certificate is recalled, and what takes its place or stands beside it handed out (收回、更正、发给).
    CarryOutReexamination {
        /// The record of the recall.
        recalled: DocumentId,
        /// What is handed out.
        handed_out: DocumentId,
        /// To whom.
        to: BTreeSet<PersonRef>,
        /// The receipt.
        receipt: DocumentId,
    },
    /// N19. A revocation is published, and it or a supplementary certificate filed with the association (公告、备案).
    RevokeEffects {
        /// The record of the recall of a revoked certificate.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        recalled: Option<DocumentId>,
        /// The public notice of a revocation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        publication: Option<DocumentId>,
        /// The filing with the association.
        filing: DocumentId,
        /// The entry in the national system.
        national_entry: Code,
    },
    /// N20. Somebody complains to the association about a reexamination (向协会投诉).
    ComplainToAssociation {
        /// Who.
        by: PersonRef,
        /// The complaint.
        complaint: DocumentId,
    },
    /// N21. Somebody is told that a dispute over the content goes to a court (告知诉讼途径).
    GuideToCourt {
        /// Who.
        person: PersonRef,
        /// The notice.
        notice: DocumentId,
    },
    /// N22. An execution certificate is issued, or is not (执行证书).
    IssueExecutionCertificate {
        /// What it is about.
        claim: ExecutionClaim,
        /// The report of the notary.
        report: Report,
        /// What the head decides.
        answer: ExecutionAnswer,
    },
    /// 2.4.6. A will's file becomes an ordinary one, after the testator's death (解密).
    UnsealFile {
        /// The proof of death.
        proof: DocumentId,
    },
}

impl Command {
    /// The name of this command.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::BookNotary { .. } => "BookNotary",
            Self::ApplyNotary { .. } => "ApplyNotary",
            Self::CheckAcceptance { .. } => "CheckAcceptance",
            Self::AssignNotary { .. } => "AssignNotary",
            Self::SetFee { .. } => "SetFee",
            Self::ReduceFee { .. } => "ReduceFee",
            Self::Examine { .. } => "Examine",
            Self::Verify { .. } => "Verify",
            Self::DelegateVerification { .. } => "DelegateVerification",
            Self::AnswerDelegatedVerification { .. } => "AnswerDelegatedVerification",
            Self::TestifyOnSite { .. } => "TestifyOnSite",
            Self::Draft { .. } => "Draft",
            Self::DiscussCollectively { .. } => "DiscussCollectively",
            Self::Approve { .. } => "Approve",
            Self::ReturnDraft { .. } => "ReturnDraft",
            Self::IssueCertificate { .. } => "IssueCertificate",
            Self::DeliverCertificate { .. } => "DeliverCertificate",
            Self::RefuseNotary { .. } => "RefuseNotary",
            Self::TerminateNotary { .. } => "TerminateNotary",
            Self::RequestReexamination { .. } => "RequestReexamination",
            Self::AssignReexaminer { .. } => "AssignReexaminer",
            Self::DecideReexamination { .. } => "DecideReexamination",
            Self::CarryOutReexamination { .. } => "CarryOutReexamination",
            Self::RevokeEffects { .. } => "RevokeEffects",
            Self::ComplainToAssociation { .. } => "ComplainToAssociation",
            Self::GuideToCourt { .. } => "GuideToCourt",
            Self::IssueExecutionCertificate { .. } => "IssueExecutionCertificate",
            Self::UnsealFile { .. } => "UnsealFile",
        }
    }

    /// Whom it puts to work on the case, if it is carried out.
    pub(super) fn engages(&self) -> Vec<ActorId> {
        match self {
            Self::AssignNotary { notaries, .. } => notaries.clone(),
            Self::AssignReexaminer { reexaminer, .. } => vec![*reexaminer],
            Self::BookNotary { .. }
            | Self::ApplyNotary { .. }
            | Self::CheckAcceptance { .. }
            | Self::SetFee { .. }
            | Self::ReduceFee { .. }
            | Self::Examine { .. }
            | Self::Verify { .. }
            | Self::DelegateVerification { .. }
            | Self::AnswerDelegatedVerification { .. }
            | Self::TestifyOnSite { .. }
            | Self::Draft { .. }
            | Self::DiscussCollectively { .. }
            | Self::Approve { .. }
            | Self::ReturnDraft { .. }
            | Self::IssueCertificate { .. }
            | Self::DeliverCertificate { .. }
            | Self::RefuseNotary { .. }
            | Self::TerminateNotary { .. }
            | Self::RequestReexamination { .. }
            | Self::DecideReexamination { .. }
            | Self::CarryOutReexamination { .. }
            | Self::RevokeEffects { .. }
            | Self::ComplainToAssociation { .. }
            | Self::GuideToCourt { .. }
            | Self::IssueExecutionCertificate { .. }
            | Self::UnsealFile { .. } => Vec::new(),
        }
    }
}

const APPLICANTS: &[Role] = &[Role::Applicant, Role::Agent, Role::Guardian];
/// Whoever is a party, or acts for one; somebody else whom it concerns acts as a party too.
const PARTIES: &[Role] = &[Role::Applicant, Role::Party, Role::Agent, Role::Guardian];
const DESK: &[Role] = &[Role::Applicant, Role::Agent, Role::Guardian, Role::Clerk, Role::Hotline];
const NOTARY: &[Role] = &[Role::Notary];
const OFFICE: &[Role] = &[Role::Notary, Role::NotaryAssistant];
const HEAD: &[Role] = &[Role::NotaryHead];
/// The head, or a notary whom the office has named for it.
const APPROVERS: &[Role] = &[Role::NotaryHead, Role::Notary];
const ANSWERERS: &[Role] = &[Role::External, Role::Notary, Role::NotaryAssistant];

/// From the acceptance until the certificate is issued.
const BEFORE_ISSUE: &[Step] = &[
    Step::Accepted,
    Step::NotaryAssigned,
    Step::Examining,
    Step::DelegatedVerification,
    Step::CollectiveDiscussion,
    Step::AwaitingApproval,
    Step::Approved,
];
const BEFORE_APPROVAL: &[Step] = &[
    Step::Accepted,
    Step::NotaryAssigned,
    Step::Examining,
    Step::DelegatedVerification,
    Step::CollectiveDiscussion,
    Step::AwaitingApproval,
];
const IN_EXAMINATION: &[Step] = &[Step::NotaryAssigned, Step::Examining, Step::DelegatedVerification];
const DRAFTED: &[Step] = &[Step::CollectiveDiscussion, Step::AwaitingApproval];
/// The certificate is in effect, as it was or in part.
const IN_EFFECT: &[Step] =
    &[Step::Issued, Step::Upheld, Step::Corrected, Step::Supplemented, Step::PartlyRevoked];
/// Once there was a certificate.
const AFTER_ISSUE: &[Step] = &[
    Step::Issued,
    Step::ReexaminationRequested,
    Step::Reexamining,
    Step::CarryingOut,
    Step::Upheld,
    Step::Corrected,
    Step::Supplemented,
    Step::PartlyRevoked,
    Step::Revoked,
];
/// Once a reexamination is decided.
pub(super) const REEXAMINED: &[Step] = &[
    Step::CarryingOut,
    Step::Upheld,
    Step::Corrected,
    Step::Supplemented,
    Step::PartlyRevoked,
    Step::Revoked,
];
/// The end, whatever it was: only then can a testator's death be what a file under seal waits for.
pub(super) const ENDED: &[Step] = &[
    Step::Issued,
    Step::ReexaminationRequested,
    Step::Reexamining,
    Step::CarryingOut,
    Step::Upheld,
    Step::Corrected,
    Step::Supplemented,
    Step::PartlyRevoked,
    Step::Revoked,
    Step::NotaryRefused,
    Step::Terminated,
];

/// What is possible although the file lies in the archive: the certificate lives on.
pub(super) const AFTER_ARCHIVE: &[&str] = &[
    "RequestReexamination",
    "ComplainToAssociation",
    "GuideToCourt",
    "IssueExecutionCertificate",
    "UnsealFile",
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
    spec("2.4.1", "BookNotary", DESK, &[Step::Unopened]),
    spec("N1", "ApplyNotary", APPLICANTS, &[Step::Unopened, Step::Booked]),
    spec("N3", "CheckAcceptance", NOTARY, &[Step::Applied]),
    spec("N4", "AssignNotary", HEAD, &[Step::Accepted]),
    spec("N5", "SetFee", NOTARY, BEFORE_APPROVAL),
    spec("N5", "ReduceFee", HEAD, BEFORE_APPROVAL),
    spec("N6", "Examine", NOTARY, IN_EXAMINATION),
    spec("N8", "Verify", NOTARY, IN_EXAMINATION),
    spec("N9", "DelegateVerification", NOTARY, &[Step::NotaryAssigned, Step::Examining]),
    spec("N9", "AnswerDelegatedVerification", ANSWERERS, &[Step::DelegatedVerification]),
    spec("2.4.5", "TestifyOnSite", NOTARY, IN_EXAMINATION),
    spec("N10", "Draft", NOTARY, &[Step::Examining]),
    spec("N11", "DiscussCollectively", APPROVERS, DRAFTED),
    spec("N12", "Approve", APPROVERS, DRAFTED),
    spec("N12", "ReturnDraft", APPROVERS, DRAFTED),
    spec("N13", "IssueCertificate", NOTARY, &[Step::Approved]),
    spec("N13", "DeliverCertificate", OFFICE, IN_EFFECT),
    spec("N14", "RefuseNotary", HEAD, BEFORE_ISSUE),
    spec("N15", "TerminateNotary", HEAD, BEFORE_ISSUE),
    spec("N16", "RequestReexamination", PARTIES, IN_EFFECT),
    spec("N17", "AssignReexaminer", HEAD, &[Step::ReexaminationRequested]),
    spec("N18", "DecideReexamination", HEAD, &[Step::Reexamining]),
    spec("N18", "CarryOutReexamination", OFFICE, &[Step::CarryingOut]),
    spec("N19", "RevokeEffects", OFFICE, &[Step::CarryingOut]),
    spec("N20", "ComplainToAssociation", PARTIES, REEXAMINED),
    spec("N21", "GuideToCourt", NOTARY, AFTER_ISSUE),
    spec("N22", "IssueExecutionCertificate", HEAD, IN_EFFECT),
    spec("2.4.6", "UnsealFile", &[Role::NotaryHead, Role::Archivist], ENDED),
];
