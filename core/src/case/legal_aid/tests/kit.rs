//! A case of legal aid in the hands of a test: Hao, an old man of Changzhi, wants support from his son.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::case::code::{Role, ServiceMode};
use crate::case::legal_aid::{
    AdminRemedy, AdminRemedyConcluded, AdminResult, AgencyAgreementSigned, AidRequest,
    AnswerInterRegionalCheck, ApplicationForm, ApplicationForwarded, Applying, ApproveSubsidy,
    AskOtherAgency, AssignUnit, CalculateSubsidy, CaseFileReturned, ChangeAskedBy, ChangeCounsel,
    ChangeGround, ClosingBasis, Command, CommitmentCheck, CommitmentNoticeGiven, CommitmentSigned,
    Competence, ContinueAid, CorrectDecision, CounselPreferenceRecorded, CounselRefusalRecorded, Credit,
    Custody, DecideObjection, DecideStaffRecusal, DelayCause, DutyHelp, DutyService, EmergencyGround,
    EmergencyPapersSupplied, ExemptHardship, FileObjection, GrantAid, GrantEmergencyAid, HandlingStep,
    Interest, JurisdictionConfirmed, LegalAid, MeansSource, NameCounsel, Nomination, NoticeTopic,
    ObjectionResult, Opinion, Organ, PaySubsidy, ProcedureStage, Profession, ProgressReported, ProgressTo,
    ReceiveAidApplication, ReceiveDefenceNotice, RecordAdminRemedy, RecordReview, RecordStep, RecoverCost,
    RefuseAid, RefuseCounselChange, ReportCompletion, RequestCounselChange, RequestStaffRecusal,
    ServeDecision, SigningDelayed, Standing, Step, SubKind, SubmitAidApplication, SubmitCaseFile, SubsidyFor,
    SubsidyItem, TakeAidApplication, TerminateAid, TerminationGroundReported, Unit, UnitKind,
    VerifyCommitment, VerifyHardship,
};
use crate::case::skeleton::examples::{self, Cast};
use crate::case::skeleton::{CommonCommand, Remedy, RemedyRoute, ServiceMethod};
use crate::case::tests::kit::{
    Given, PAPER, Tested, case_at, code, context, example, fingerprint_of, give, now, same, sealed_under,
    with_giver,
};
use crate::case::{Case, CaseCommand, CaseEvent, Context, Party, ReasonCode, Refusal, Side};
use crate::id::{ActorId, DocumentId, PersonRef};

pub(super) const HAO: PersonRef = PersonRef::from_uuid(Uuid::from_u128(1));
pub(super) const SON: PersonRef = PersonRef::from_uuid(Uuid::from_u128(2));
pub(super) const STRANGER: PersonRef = PersonRef::from_uuid(Uuid::from_u128(3));
pub(super) const REVIEWER: ActorId = ActorId::from_uuid(Uuid::from_u128(11));
pub(super) const HEAD: ActorId = ActorId::from_uuid(Uuid::from_u128(12));
pub(super) const CLERK: ActorId = ActorId::from_uuid(Uuid::from_u128(13));
pub(super) const COUNSEL: ActorId = ActorId::from_uuid(Uuid::from_u128(14));
pub(super) const OTHER_COUNSEL: ActorId = ActorId::from_uuid(Uuid::from_u128(15));
pub(super) const BUREAU: ActorId = ActorId::from_uuid(Uuid::from_u128(16));
pub(super) const ARCHIVIST: ActorId = ActorId::from_uuid(Uuid::from_u128(17));
pub(super) const CASHIER: ActorId = ActorId::from_uuid(Uuid::from_u128(18));
pub(super) const DEPUTY: ActorId = ActorId::from_uuid(Uuid::from_u128(19));

/// The decisions of the examples, each on its own paper.
pub(super) const DECISION: DocumentId = DocumentId::from_uuid(Uuid::from_u128(41));

pub(super) type AidCase = Case<LegalAid>;
pub(super) type Events = Vec<CaseEvent<LegalAid>>;

impl Tested for LegalAid {
    const STEPS: &'static [Step] = Step::ALL;
    const OFFICE: &'static str = "CN/140400/legal-aid";
    const A_DAY_LATER: &'static [&'static str] = &["RecordContact"];

    fn own_examples() -> Vec<Command> {
        [incoming(), reviewing(), deciding(), assigning(), handling(), contesting(), settling()].concat()
    }

    fn cast() -> Cast {
        Cast {
            person: HAO,
            handler: COUNSEL,
            other: OTHER_COUNSEL,
            later: NaiveDate::from_ymd_opt(2026, 8, 31).unwrap(),
            sealed: sealed_under(HAO),
            same: vec![same(HAO)],
            papers: (1..=21).collect(),
            pause: code("inter_regional_check"),
        }
    }

    fn giver(command: &str) -> (Role, ActorId) {
        match command {
            "SubmitAidApplication"
            | "SignCommitment"
            | "FileObjection"
            | "RequestCounselChange"
            | "RequestStaffRecusal"
            | "RecordCounselPreference"
            | "SupplyEmergencyPapers" => (Role::Applicant, CLERK),
            "TakeAidApplication" => (Role::Liaison, CLERK),
            "ForwardDetaineeApplication" => (Role::External, CLERK),
            "RecordDutyService" => (Role::DutyLawyer, COUNSEL),
            "VerifyHardship" | "ExemptHardship" | "RecordReview" | "AskOtherAgency" | "VerifyCommitment"
            | "AcceptCaseFile" | "ReturnCaseFile" => (Role::Reviewer, REVIEWER),
            "GrantAid" | "RefuseAid" | "GrantEmergencyAid" | "TerminateAid" | "CorrectDecision"
            | "ContinueAid" | "ApproveSubsidy" => (Role::Approver, HEAD),
            "AssignUnit"
            | "NameCounsel"
            | "ChangeCounsel"
            | "RefuseCounselChange"
            | "RecordCounselRefusal" => (Role::Dispatcher, HEAD),
            "SignAgencyAgreement"
            | "DelaySigning"
            | "RecordStep"
            | "ReportProgress"
            | "ReportTerminationGround"
            | "ReportCompletion"
            | "SubmitCaseFile" => (Role::Counsel, COUNSEL),
            "RecordHandlingPlan" => (Role::Counsel, COUNSEL),
            "DecideStaffRecusal" | "DecideObjection" | "RecoverCost" => (Role::Bureau, BUREAU),
            "PaySubsidy" => (Role::Finance, CASHIER),
            "AcceptArchive" | "ReturnArchive" => (Role::Archivist, ARCHIVIST),
            "CheckJurisdiction"
            | "ReceiveAidApplication"
            | "ReceiveDefenceNotice"
            | "GiveCommitmentNotice"
            | "AnswerInterRegionalCheck"
            | "ServeDecision"
            | "RecordAdminRemedy"
            | "RecordAdminResult"
            | "CalculateSubsidy" => (Role::Clerk, CLERK),
            common => (examples::giver(common), CLERK),
        }
    }

    fn way_to(step: Option<Step>) -> Vec<Given<Self>> {
        way(step)
    }
}

pub(super) fn own(command: Command) -> Given<LegalAid> {
    with_giver(CaseCommand::Own(command))
}

fn and(before: &[Given<LegalAid>], names: &[&str]) -> Vec<Given<LegalAid>> {
    before.iter().cloned().chain(names.iter().map(|name| example(name))).collect()
}

fn way(step: Option<Step>) -> Vec<Given<LegalAid>> {
    let received = and(&[], &["SubmitAidApplication"]);
    let reviewed = and(&received, &["CheckJurisdiction"]);
    let granted = and(&reviewed, &["VerifyHardship", "RecordReview", "GrantAid"]);
    let assigned = and(&granted, &["AssignUnit", "SearchConflicts"]);
    let named = and(&assigned, &["NameCounsel"]);
    let signed = and(&named, &["SignAgencyAgreement"]);
    let active = and(&signed, &["RecordStep"]);
    let reported = and(&active, &["ReportCompletion"]);
    let completed = and(&reported, &["SubmitCaseFile", "AcceptCaseFile"]);
    let Some(step) = step else { return and(&completed, &["SubmitArchive", "AcceptArchive"]) };
    match step {
        Step::Unopened => Vec::new(),
        Step::ProxyReceived => and(&[], &["TakeAidApplication"]),
        Step::ApplicationReceived => received,
        Step::NoticeReceived => and(&[], &["ReceiveDefenceNotice"]),
        Step::EligibilityReview => reviewed,
        Step::HardshipCheck => and(&reviewed, &["GiveCommitmentNotice"]),
        Step::InterRegionalCheck => and(&reviewed, &["AskOtherAgency"]),
        Step::EmergencyGranted => and(&reviewed, &["GrantEmergencyAid"]),
        Step::Granted => granted,
        Step::UnitAssigned => assigned,
        Step::LawyerNamed => named,
        Step::AgreementSigned => signed,
        Step::Active => active,
        Step::ReplacementPending => and(&active, &["RequestCounselChange"]),
        Step::TerminationPending => and(&active, &["ReportTerminationGround"]),
        Step::Reporting => reported,
        Step::AidRefused => and(&and(&reviewed, &["RecordReview"]), &["RefuseAid"]),
        Step::Terminated => and(&active, &["TerminateAid"]),
        Step::Withdrawn => and(&reviewed, &["WithdrawByParty"]),
        Step::DeemedWithdrawn => deemed_withdrawn(&reviewed),
        Step::Completed => completed,
        Step::DutyServed => and(&[], &["RecordDutyService"]),
    }
}

/// What was asked for, and told, is not supplied until the time is over.
fn deemed_withdrawn(reviewed: &[Given<LegalAid>]) -> Vec<Given<LegalAid>> {
    let asked = and(reviewed, &["RequestSupplement", "SendNotice", "ServeNotice"]);
    and(&and(&asked, &["RecordContact"; 10]), &["LapseSupplement"])
}

fn incoming() -> Vec<Command> {
    vec![
        apply(request()),
        TakeAidApplication {
            request: AidRequest { custody: Some(Custody::Detained), ..request() },
            by: Applying::Oneself,
            form: ApplicationForm::Oral,
            papers: vec![PAPER],
        }
        .into(),
        ApplicationForwarded { organ: Organ::DetentionCentre, letter: PAPER }.into(),
        ReceiveAidApplication { receipt: PAPER }.into(),
        notice(defence("LAL25-2")),
        duty().into(),
        JurisdictionConfirmed { basis: Competence::PlaceOfEvent }.into(),
    ]
}

pub(super) fn apply(request: AidRequest) -> Command {
    let (by, form) = (Applying::Oneself, ApplicationForm::Oral);
    SubmitAidApplication { request, by, form, papers: vec![PAPER], receipt: PAPER }.into()
}

pub(super) fn notice(request: AidRequest) -> Command {
    ReceiveDefenceNotice { request, organ: Organ::Court, discovered_on: None, notice: PAPER }.into()
}

pub(super) fn party(person: PersonRef, side: Side) -> Party {
    Party {
        person,
        side,
        particulars: sealed_under(person),
        fingerprint: Some(fingerprint_of(person)),
        group: None,
    }
}

/// Support of a parent: civil, out of court, against the son.
pub(super) fn request() -> AidRequest {
    AidRequest {
        jurisdiction: "140400".parse().unwrap(),
        sub_kind: SubKind::Civil,
        matter: code("LAL31-4"),
        stage: ProcedureStage::NonLitigation,
        parties: vec![party(HAO, Side::Claimant), party(SON, Side::Respondent)],
        custody: None,
        features: BTreeSet::new(),
        summary: sealed_under(HAO),
        continues: None,
    }
}

/// A defence at first instance, on the notice of the court.
pub(super) fn defence(matter: &str) -> AidRequest {
    AidRequest {
        sub_kind: SubKind::CriminalNotified,
        matter: code(matter),
        stage: ProcedureStage::FirstInstance,
        parties: vec![party(HAO, Side::Claimant)],
        custody: Some(Custody::Detained),
        ..request()
    }
}

pub(super) fn duty() -> DutyService {
    DutyService {
        jurisdiction: "140400".parse().unwrap(),
        organ: Organ::Procuratorate,
        stage: ProcedureStage::ProsecutionReview,
        client: party(HAO, Side::Claimant),
        help: BTreeSet::from([DutyHelp::Advice, DutyHelp::PleaWitness]),
        record: PAPER,
    }
}

fn reviewing() -> Vec<Command> {
    vec![
        CommitmentNoticeGiven { to: HAO, told: NoticeTopic::ALL.iter().copied().collect(), notice: PAPER }
            .into(),
        commitment(),
        VerifyCommitment { means: CommitmentCheck::Letter, holds: true, record: PAPER }.into(),
        means(MeansSource::Papers, true),
        ExemptHardship { ground: code("NO_INCOME_GROUP"), proof: PAPER }.into(),
        AskOtherAgency { agency: code("CN/140100/legal-aid"), letter: PAPER }.into(),
        AnswerInterRegionalCheck { confirms: true, answer: PAPER }.into(),
        GrantEmergencyAid { ground: EmergencyGround::Preservation, decision: DECISION }.into(),
        EmergencyPapersSupplied { papers: vec![PAPER] }.into(),
        RecordReview { opinion: Opinion::Grant, form: PAPER }.into(),
        RequestStaffRecusal { staff: DEPUTY, ground: Interest::NearRelative }.into(),
        DecideStaffRecusal { staff: DEPUTY, granted: true, decision: PAPER }.into(),
    ]
}

pub(super) fn commitment() -> Command {
    CommitmentSigned {
        by: HAO,
        credit: Credit::Clean,
        commitment: PAPER,
        statement: Some(PAPER),
        authorisation: Some(PAPER),
    }
    .into()
}

pub(super) fn means(source: MeansSource, met: bool) -> Command {
    VerifyHardship { source, met, query: None, record: PAPER }.into()
}

/// The remedy of the examples: the bureau.
pub(super) fn remedy() -> Remedy {
    Remedy { routes: BTreeSet::from([RemedyRoute::Objection]), notice: PAPER }
}

fn deciding() -> Vec<Command> {
    vec![
        GrantAid { decision: DECISION }.into(),
        refuse("OUT_OF_SCOPE"),
        ServeDecision { decision: DECISION, to: HAO, method: ServiceMethod::InPerson, proof: PAPER }.into(),
    ]
}

pub(super) fn refuse(ground: &str) -> Command {
    RefuseAid { grounds: BTreeSet::from([code(ground)]), decision: DECISION, remedy: remedy() }.into()
}

fn assigning() -> Vec<Command> {
    vec![
        CounselPreferenceRecorded { by: HAO, names: vec![COUNSEL], roster: code("2026") }.into(),
        AssignUnit { unit: firm(), notice: PAPER, organ_letter: Some(PAPER) }.into(),
        NameCounsel { nomination: nomination(COUNSEL) }.into(),
        AgencyAgreementSigned { by: BTreeSet::from([HAO]), agreement: PAPER, power: PAPER }.into(),
        SigningDelayed { reason: DelayCause::Client, record: PAPER }.into(),
    ]
}

pub(super) fn firm() -> Unit {
    Unit { office: code("CN/140400/firm-3"), kind: UnitKind::LawFirm }
}

/// A lawyer who brings everything that may be asked.
pub(super) fn nomination(counsel: ActorId) -> Nomination {
    Nomination {
        counsel,
        profession: Profession::Lawyer,
        relevant_years: 5,
        knows_minors: true,
        roster: code("2026-117"),
        standing: Standing::Active,
        other_choice: None,
    }
}

fn handling() -> Vec<Command> {
    vec![
        step(HandlingStep::ClientMeeting),
        ProgressReported { to: BTreeSet::from([ProgressTo::Client]), major: false, report: PAPER }.into(),
        RequestCounselChange {
            by: ChangeAskedBy::Client(HAO),
            ground: ChangeGround::DutyNotDone,
            request: PAPER,
        }
        .into(),
        ChangeCounsel { nomination: nomination(OTHER_COUNSEL), unit: None, handover: PAPER, notice: PAPER }
            .into(),
        RefuseCounselChange { reason: sealed_under(HAO), notice: PAPER }.into(),
        CounselRefusalRecorded { counsel: COUNSEL, just_cause: false, record: PAPER }.into(),
        TerminationGroundReported { ground: code("SELF_HIRED"), facts: sealed_under(HAO), report: PAPER }
            .into(),
        ContinueAid { decision: PAPER }.into(),
        terminate("SELF_HIRED"),
        ReportCompletion {
            closing_basis: ClosingBasis::Judgment,
            ended_on: NaiveDate::from_ymd_opt(2026, 6, 25).unwrap(),
            paper: Some(PAPER),
            report: PAPER,
        }
        .into(),
    ]
}

pub(super) fn step(step: HandlingStep) -> Command {
    RecordStep { step, mode: ServiceMode::Onsite, risks_told: true, record: PAPER }.into()
}

pub(super) fn terminate(ground: &str) -> Command {
    TerminateAid { ground: code(ground), decision: DECISION, organ_letter: Some(PAPER), remedy: remedy() }
        .into()
}

fn contesting() -> Vec<Command> {
    vec![
        FileObjection { by: HAO, text: sealed_under(HAO), objection: PAPER }.into(),
        objection(ObjectionResult::OrderCorrection),
        CorrectDecision { decision: DECISION }.into(),
        RecordAdminRemedy { by: HAO, remedy: AdminRemedy::Reconsideration, paper: PAPER }.into(),
        AdminRemedyConcluded { result: AdminResult::Kept, paper: PAPER }.into(),
    ]
}

pub(super) fn objection(result: ObjectionResult) -> Command {
    let remedy = Remedy { routes: BTreeSet::from([RemedyRoute::Reconsideration]), notice: PAPER };
    DecideObjection { result, decision: DECISION, remedy: Some(remedy) }.into()
}

fn settling() -> Vec<Command> {
    vec![
        SubmitCaseFile { items: (12..=19).collect() }.into(),
        Command::AcceptCaseFile,
        CaseFileReturned { defects: sealed_under(HAO) }.into(),
        CalculateSubsidy {
            items: vec![SubsidyItem { item: SubsidyFor::Handling, cents: 180_000 }],
            standard: code("CZ-2025"),
        }
        .into(),
        ApproveSubsidy { cents: 180_000, reduction: None, approval: PAPER }.into(),
        PaySubsidy { payee: COUNSEL, cents: 180_000, voucher: PAPER }.into(),
        RecoverCost { cost_cents: 180_000, fine_cents: 300_000, decision: PAPER, remedy: remedy() }.into(),
    ]
}

/// A case at a step.
pub(super) fn at(step: Step) -> AidCase {
    case_at(Some(step))
}

/// What somebody sees of the world when they act right after what has happened; the bureau has an office of its own.
pub(super) fn seen_by(case: &AidCase, role: Role, actor: ActorId) -> Context {
    let mut context = context::<LegalAid>(now(case), role, actor);
    if role == Role::Bureau {
        context.actor.office = code("CN/140400");
    }
    context
}

/// Gives a command as whoever gives such a one in the examples.
pub(super) fn order(case: &mut AidCase, command: impl Into<Command>) -> Result<Events, Refusal> {
    let (command, role, actor) = own(command.into());
    let context = seen_by(case, role, actor);
    give(case, &command, &context)
}

#[track_caller]
pub(super) fn done(case: &mut AidCase, command: impl Into<Command>) -> Events {
    order(case, command).unwrap_or_else(|refusal| panic!("{refusal}"))
}

#[track_caller]
pub(super) fn refused(case: &mut AidCase, command: impl Into<Command>, code: ReasonCode) {
    let refusal = order(case, command).expect_err("it must be refused");
    assert_eq!(refusal.reasons.iter().map(|reason| reason.code).collect::<Vec<_>>(), [code]);
}

/// Gives a command as somebody in particular.
pub(super) fn as_actor(
    case: &mut AidCase,
    role: Role,
    actor: ActorId,
    command: impl Into<Command>,
) -> Result<Events, Refusal> {
    let context = seen_by(case, role, actor);
    give(case, &CaseCommand::Own(command.into()), &context)
}

/// Gives a command that every kind knows.
pub(super) fn common(case: &mut AidCase, command: impl Into<CommonCommand>) -> Result<Events, Refusal> {
    let (command, role, actor): Given<LegalAid> = with_giver(CaseCommand::Common(command.into()));
    let context = seen_by(case, role, actor);
    give(case, &command, &context)
}

/// The example of a command of its own.
pub(super) fn own_example(name: &str) -> Command {
    LegalAid::own_examples().into_iter().find(|command| command.name() == name).unwrap()
}
