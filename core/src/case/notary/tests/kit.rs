//! A notary matter in the hands of a test: a sister and a brother inherit a flat.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::case::code::{Role, ServiceMode};
use crate::case::notary::{
    AcceptanceAnswer, AcceptanceCondition, Applicant, Application, ApprovalCheck, CertificateForm,
    CertificatePart, Comes, Command, Competence, DelegatedAnswer, ExaminationItem, ExecutionAnswer,
    ExecutionClaim, Information, Notary, ReexaminationFinding, Report, Requester, StatisticalGroup, Step,
    Telling, Verdict, VerificationMethod,
};
use crate::case::skeleton::CommonCommand;
use crate::case::skeleton::examples::{self, Cast, remedy};
use crate::case::tests::kit::{
    Given, PAPER, Tested, code, example, fingerprint_of, same, sealed_under, with_giver,
};
use crate::case::{Case, CaseCommand};
use crate::id::{ActorId, PersonRef};
use crate::privacy::Sealed;

pub(super) const YU: PersonRef = PersonRef::from_uuid(Uuid::from_u128(1));
pub(super) const SISTER: PersonRef = PersonRef::from_uuid(Uuid::from_u128(2));
pub(super) const STRANGER: PersonRef = PersonRef::from_uuid(Uuid::from_u128(3));
pub(super) const FANG: ActorId = ActorId::from_uuid(Uuid::from_u128(11));
pub(super) const GUO: ActorId = ActorId::from_uuid(Uuid::from_u128(12));
pub(super) const DESK: ActorId = ActorId::from_uuid(Uuid::from_u128(13));
pub(super) const ARCHIVIST: ActorId = ActorId::from_uuid(Uuid::from_u128(14));
pub(super) const LU: ActorId = ActorId::from_uuid(Uuid::from_u128(15));

pub(super) type NotaryCase = Case<Notary>;

impl Tested for Notary {
    const STEPS: &'static [Step] = Step::ALL;
    const OFFICE: &'static str = "CN/330203/gongzhengchu";

    fn own_examples() -> Vec<Command> {
        [opening_examples(), handling_examples(), approval_examples(), later_examples()].concat()
    }

    fn cast() -> Cast {
        Cast {
            person: YU,
            handler: FANG,
            other: GUO,
            later: day(7, 31),
            pause: code("force_majeure"),
            sealed: sealed(),
            same: vec![same(YU), same(SISTER)],
            papers: (1..=13).collect(),
        }
    }

    fn giver(command: &str) -> (Role, ActorId) {
        match command {
            "BookNotary" | "ApplyNotary" | "RequestReexamination" | "ComplainToAssociation" => {
                (Role::Applicant, DESK)
            }
            "AssignNotary"
            | "ReduceFee"
            | "DiscussCollectively"
            | "Approve"
            | "ReturnDraft"
            | "RefuseNotary"
            | "TerminateNotary"
            | "AssignReexaminer"
            | "DecideReexamination"
            | "IssueExecutionCertificate"
            | "UnsealFile"
            | "DecideRecusal"
            | "ReplaceHandler" => (Role::NotaryHead, LU),
            "AcceptArchive" | "ReturnArchive" => (Role::Archivist, ARCHIVIST),
            "RecordReturnVisit" => (Role::Qa, GUO),
            "RecordHandlingPlan" => (Role::Notary, FANG),
            name if CommonCommand::COMMANDS.iter().any(|spec| spec.name == name) => {
                (examples::giver(name), DESK)
            }
            _ => (Role::Notary, FANG),
        }
    }

    fn way_to(step: Option<Step>) -> Vec<Given<Self>> {
        commands_to(step)
    }
}

pub(super) fn sealed() -> Sealed {
    sealed_under(YU)
}

pub(super) fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

pub(super) fn both() -> BTreeSet<PersonRef> {
    BTreeSet::from([YU, SISTER])
}

/// A whole table of codes.
pub(super) fn all<T: Copy + Ord>(table: &[T]) -> BTreeSet<T> {
    table.iter().copied().collect()
}

pub(super) fn applicant(person: PersonRef) -> Applicant {
    Applicant {
        person,
        particulars: sealed_under(person),
        fingerprint: Some(fingerprint_of(person)),
        comes: Comes::InPerson,
    }
}

pub(super) fn application(matter: &str) -> Application {
    Application {
        jurisdiction: "330203".parse().unwrap(),
        matter: code(matter),
        group: StatisticalGroup::DomesticCivil,
        applicants: vec![applicant(YU), applicant(SISTER)],
        subject: sealed(),
        purpose: sealed(),
        documents: vec![],
        evidence: vec![PAPER],
        real_estate: true,
        form: PAPER,
        mode: ServiceMode::Onsite,
    }
}

pub(super) fn accept(simple: bool) -> Command {
    let information = Information { told: both(), how: Telling::Written, record: PAPER };
    Command::CheckAcceptance {
        answer: AcceptanceAnswer::Accept {
            competence: Competence::PlaceOfEstate,
            confirmed: all(AcceptanceCondition::ALL),
            search: PAPER,
            information,
            simple,
            notice: PAPER,
            national_entry: code("NS-1"),
        },
    }
}

pub(super) fn decline() -> Command {
    Command::CheckAcceptance {
        answer: AcceptanceAnswer::Decline {
            ground: code("NOT_COMPETENT"),
            decision: PAPER,
            remedy: remedy(),
        },
    }
}

pub(super) const fn report(by: ActorId) -> Report {
    Report { document: PAPER, by }
}

pub(super) fn examine(passed: &[ExaminationItem], doubtful: &[ExaminationItem]) -> Command {
    Command::Examine {
        mode: ServiceMode::Onsite,
        passed: all(passed),
        doubtful: all(doubtful),
        record: PAPER,
    }
}

pub(super) fn verify(settled: &[ExaminationItem]) -> Command {
    Command::Verify {
        method: VerificationMethod::Documents,
        outside: false,
        by: BTreeSet::from([FANG]),
        alone_because: None,
        settled: all(settled),
        finding: sealed(),
        record: PAPER,
    }
}

pub(super) fn draft(form: CertificateForm, major: bool) -> Command {
    Command::Draft { draft: PAPER, form, conditions: all(form.conditions()), major }
}

pub(super) fn decide(finding: ReexaminationFinding, verdict: Verdict) -> Command {
    Command::DecideReexamination { finding, verdict, report: PAPER, decision: PAPER, remedy: remedy() }
}

pub(super) fn effects(published: bool) -> Command {
    Command::RevokeEffects {
        recalled: published.then_some(PAPER),
        publication: published.then_some(PAPER),
        filing: PAPER,
        national_entry: code("NS-2"),
    }
}

fn opening_examples() -> Vec<Command> {
    vec![
        Command::BookNotary {
            jurisdiction: "330203".parse().unwrap(),
            person: YU,
            particulars: sealed_under(YU),
            matter: code("INHERITANCE"),
            appointment: "2026-06-30T09:00:00+08:00".parse().unwrap(),
        },
        Command::ApplyNotary { application: application("INHERITANCE") },
        accept(false),
        Command::AssignNotary { notaries: vec![FANG], recusal_told: PAPER },
        Command::SetFee { cents: 200_000, aid_eligible: false, sheet: PAPER },
        Command::ReduceFee { ground: code("HARDSHIP"), amount_cents: 50_000, decision: PAPER },
    ]
}

fn handling_examples() -> Vec<Command> {
    vec![
        examine(ExaminationItem::ALL, &[]),
        verify(&[]),
        Command::DelegateVerification { to: code("CN/430104/gzc"), letter: PAPER, questions: vec![sealed()] },
        Command::AnswerDelegatedVerification { answer: DelegatedAnswer::Verified { letter: PAPER } },
        Command::TestifyOnSite { record: PAPER },
        draft(CertificateForm::Enforcement, false),
    ]
}

fn approval_examples() -> Vec<Command> {
    vec![
        Command::DiscussCollectively { participants: BTreeSet::from([LU, FANG]), record: PAPER },
        Command::Approve { checks: all(ApprovalCheck::ALL), sheet: PAPER },
        Command::ReturnDraft { reasons: sealed(), sheet: PAPER },
        Command::IssueCertificate { original: PAPER, parts: all(CertificatePart::ALL), other_language: None },
        Command::DeliverCertificate { to: both(), receipt: PAPER },
        Command::RefuseNotary {
            ground: code("DISPUTED"),
            report: report(FANG),
            decision: PAPER,
            remedy: remedy(),
            refund_cents: 0,
        },
        Command::TerminateNotary {
            ground: code("PARTY_GONE"),
            report: report(FANG),
            decision: PAPER,
            remedy: remedy(),
            refund_cents: 0,
        },
    ]
}

fn later_examples() -> Vec<Command> {
    vec![
        Command::RequestReexamination {
            by: Requester::Party(YU),
            errors: sealed(),
            request: PAPER,
            evidence: vec![],
            excuse: None,
        },
        Command::AssignReexaminer { reexaminer: GUO },
        decide(ReexaminationFinding::Wording, Verdict::Correct),
        Command::CarryOutReexamination { recalled: PAPER, handed_out: PAPER, to: both(), receipt: PAPER },
        effects(true),
        Command::ComplainToAssociation { by: YU, complaint: PAPER },
        Command::GuideToCourt { person: YU, notice: PAPER },
        Command::IssueExecutionCertificate {
            claim: ExecutionClaim { application: PAPER, creditor: YU, debtor: SISTER, amount_cents: 1 },
            report: report(FANG),
            answer: ExecutionAnswer::Issue { certificate: PAPER, debtor_asked: PAPER },
        },
        Command::UnsealFile { proof: PAPER },
    ]
}

fn commands_to(step: Option<Step>) -> Vec<Given<Notary>> {
    let own = |name: &str| example::<Notary>(name);
    let with = |command: Command| with_giver(CaseCommand::Own(command));
    let accepted = vec![own("ApplyNotary"), own("CheckAcceptance"), own("SearchConflicts")];
    let assigned = [accepted.clone(), vec![own("SetFee"), own("AssignNotary")]].concat();
    let examined = [assigned.clone(), vec![own("Examine")]].concat();
    let drafted = |major| [examined.clone(), vec![with(draft(CertificateForm::Enforcement, major))]].concat();
    let approved = [drafted(false), vec![own("Approve")]].concat();
    let issued = [approved.clone(), vec![own("IssueCertificate")]].concat();
    let delivered = [issued.clone(), vec![own("DeliverCertificate")]].concat();
    let requested = [delivered.clone(), vec![own("RequestReexamination")]].concat();
    let reexamined = [requested.clone(), vec![own("AssignReexaminer")]].concat();
    let decided = |finding, verdict| [reexamined.clone(), vec![with(decide(finding, verdict))]].concat();
    let corrected =
        [decided(ReexaminationFinding::Wording, Verdict::Correct), vec![own("CarryOutReexamination")]];
    match step {
        Some(Step::Unopened) => vec![],
        Some(Step::Booked) => vec![own("BookNotary")],
        Some(Step::Applied) => vec![own("ApplyNotary")],
        Some(Step::Accepted) => accepted,
        Some(Step::NotaryAssigned) => assigned,
        Some(Step::Examining) => examined,
        Some(Step::DelegatedVerification) => [assigned, vec![own("DelegateVerification")]].concat(),
        Some(Step::CollectiveDiscussion) => drafted(true),
        Some(Step::AwaitingApproval) => drafted(false),
        Some(Step::Approved) => approved,
        Some(Step::Issued) => issued,
        Some(Step::ReexaminationRequested) => requested,
        Some(Step::Reexamining) => reexamined,
        Some(Step::CarryingOut) => decided(ReexaminationFinding::Wording, Verdict::Correct),
        Some(Step::Upheld) => decided(ReexaminationFinding::AllRight, Verdict::Uphold { made_good: None }),
        Some(Step::Corrected) => corrected.concat(),
        Some(Step::Supplemented) => [
            decided(ReexaminationFinding::Wording, Verdict::Supplement { original: PAPER }),
            vec![with(effects(false)), own("CarryOutReexamination")],
        ]
        .concat(),
        Some(Step::PartlyRevoked) => {
            [decided(ReexaminationFinding::PartWrong, Verdict::RevokePart), vec![with(effects(true))]]
                .concat()
        }
        Some(Step::Revoked) => {
            [decided(ReexaminationFinding::ContentWrong, Verdict::Revoke), vec![with(effects(true))]].concat()
        }
        Some(Step::NotAccepted) => vec![own("ApplyNotary"), with(decline())],
        Some(Step::NotaryRefused) => [assigned, vec![own("RefuseNotary")]].concat(),
        Some(Step::Terminated) => [assigned, vec![own("TerminateNotary")]].concat(),
        Some(Step::Withdrawn) => vec![own("ApplyNotary"), own("WithdrawByParty")],
        None => [delivered, vec![own("SubmitArchive"), own("AcceptArchive")]].concat(),
    }
}
