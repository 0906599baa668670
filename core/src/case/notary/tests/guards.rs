//! What single guards and events do where the table of examples and the lives of the scenarios do not look.

use std::collections::BTreeSet;

use super::kit::{FANG, GUO, LU, NotaryCase, YU, application, decide, examine, sealed, verify};
use crate::case::code::{Phase, Role};
use crate::case::notary::{
    CertificateNumber, Command, ExaminationItem, Notary, ReexaminationFinding, ReexaminationOutcome,
    Requester, Step, Verdict,
};
use crate::case::skeleton::{ClockSuspended, CommonCommand, ConfidentialGround, Withdrawn};
use crate::case::tests::kit::{PAPER, Tested, case_at, code, context, example, give, now};
use crate::case::{CaseCommand, CaseEvent, CaseNumber, Kind, ReasonCode, Refusal, Register};
use crate::clock::Timestamp;
use crate::decider::Decider;
use crate::id::ActorId;
use crate::policy::CaseKind;

fn order(
    case: &mut NotaryCase,
    role: Role,
    actor: ActorId,
    command: impl Into<CaseCommand<Notary>>,
    at: Timestamp,
) -> Result<Vec<CaseEvent<Notary>>, Refusal> {
    give(case, &command.into(), &context::<Notary>(at, role, actor))
}

impl From<Command> for CaseCommand<Notary> {
    fn from(command: Command) -> Self {
        Self::Own(command)
    }
}

impl From<CommonCommand> for CaseCommand<Notary> {
    fn from(command: CommonCommand) -> Self {
        Self::Common(command)
    }
}

#[track_caller]
fn done(case: &mut NotaryCase, role: Role, actor: ActorId, command: impl Into<CaseCommand<Notary>>) {
    let at = now(case);
    order(case, role, actor, command, at).unwrap_or_else(|refusal| panic!("{refusal}"));
}

#[track_caller]
fn refused(
    case: &mut NotaryCase,
    role: Role,
    actor: ActorId,
    command: impl Into<CaseCommand<Notary>>,
    code: ReasonCode,
) {
    let at = now(case);
    let refusal = order(case, role, actor, command, at).expect_err("it must be refused");
    assert_eq!(refusal.reasons.iter().map(|reason| reason.code).collect::<Vec<_>>(), [code]);
}

fn at(text: &str) -> Timestamp {
    format!("{text}+08:00").parse().unwrap()
}

fn reexamine(by: Requester) -> Command {
    Command::RequestReexamination { by, errors: sealed(), request: PAPER, evidence: vec![], excuse: None }
}

#[test]
fn a_doubt_is_settled_by_a_verification_that_names_it_and_by_no_other() {
    let mut case = case_at::<Notary>(Some(Step::NotaryAssigned));
    let clear: Vec<_> =
        ExaminationItem::ALL.iter().copied().filter(|item| *item != ExaminationItem::Evidence).collect();
    done(&mut case, Role::Notary, FANG, examine(&clear, &[ExaminationItem::Evidence]));
    done(&mut case, Role::Notary, FANG, verify(&[]));
    let again = examine(&[ExaminationItem::Evidence], &[]);
    refused(&mut case, Role::Notary, FANG, again, ReasonCode::StillDoubtful);
    refused(&mut case, Role::Notary, FANG, verify(&[ExaminationItem::Intent]), ReasonCode::NotDoubted);
    done(&mut case, Role::Notary, FANG, verify(&[ExaminationItem::Evidence]));
    let (draft, ..) = example::<Notary>("Draft");
    done(&mut case, Role::Notary, FANG, draft);
    assert_eq!(Notary::step(&case.own), Step::AwaitingApproval);
}

#[test]
fn who_goes_out_alone_says_why() {
    let mut case = case_at::<Notary>(Some(Step::Examining));
    let alone = |because| {
        let mut command = verify(&[]);
        if let Command::Verify { outside, alone_because, .. } = &mut command {
            (*outside, *alone_because) = (true, because);
        }
        command
    };
    refused(&mut case, Role::Notary, FANG, alone(None), ReasonCode::TooFewVerifiers);
    done(&mut case, Role::Notary, FANG, alone(Some(sealed())));
}

#[test]
fn only_those_who_verified_record_it() {
    let mut case = case_at::<Notary>(Some(Step::Examining));
    let mut command = verify(&[]);
    if let Command::Verify { by, .. } = &mut command {
        *by = BTreeSet::from([GUO]);
    }
    refused(&mut case, Role::Notary, FANG, command, ReasonCode::NotNamed);
}

#[test]
fn an_office_does_not_delegate_to_itself_and_asks_something() {
    let mut case = case_at::<Notary>(Some(Step::Examining));
    let to = code(Notary::OFFICE);
    let command = Command::DelegateVerification { to, letter: PAPER, questions: vec![] };
    let context = context::<Notary>(now(&case), Role::Notary, FANG);
    let refusal = NotaryCase::decide(&case, &command.into(), &context).unwrap_err();
    assert!(refusal.is_for(ReasonCode::NothingAsked) && refusal.is_for(ReasonCode::OwnOffice));
    let (command, role, actor) = example::<Notary>("DelegateVerification");
    done(&mut case, role, actor, command);
    assert!(case.common.clock.as_ref().unwrap().is_stopped());
}

/// Whoever is away does not keep the office from ending the matter, and a clock that stands still is no excuse later.
#[test]
fn a_verification_is_answered_although_its_pause_came_too_late_to_stop_the_clock() {
    let mut case = case_at::<Notary>(Some(Step::Examining));
    let late = at("2026-08-03T09:00:00");
    let (command, role, actor) = example::<Notary>("DelegateVerification");
    let events = order(&mut case, role, actor, command, late).unwrap();
    assert_eq!(events.len(), 1, "a clock that has run out does not stop");
    let (command, role, actor) = example::<Notary>("AnswerDelegatedVerification");
    let events = order(&mut case, role, actor, command, late).unwrap();
    assert_eq!(events.len(), 1, "nor does it run again");
    assert_eq!(Notary::step(&case.own), Step::Examining);
}

#[test]
fn a_matter_taken_back_before_it_is_taken_on_has_ended_and_later_waits_for_the_head() {
    let withdraw = || CommonCommand::from(Withdrawn { by: YU });
    let mut case = case_at::<Notary>(Some(Step::Applied));
    done(&mut case, Role::Applicant, FANG, withdraw());
    assert_eq!(Notary::step(&case.own), Step::Withdrawn);

    let mut case = case_at::<Notary>(Some(Step::Approved));
    done(&mut case, Role::Applicant, FANG, withdraw());
    let (issue, role, actor) = example::<Notary>("IssueCertificate");
    refused(&mut case, role, actor, issue, ReasonCode::TakenBack);
}

#[test]
fn a_request_for_reexamination_can_be_taken_back_until_it_is_decided() {
    let mut case = case_at::<Notary>(Some(Step::Reexamining));
    done(&mut case, Role::Applicant, FANG, CommonCommand::from(Withdrawn { by: YU }));
    assert_eq!(Notary::step(&case.own), Step::Issued);
    let mut case = case_at::<Notary>(Some(Step::CarryingOut));
    let withdraw = CommonCommand::from(Withdrawn { by: YU });
    let context = context::<Notary>(now(&case), Role::Applicant, FANG);
    assert!(give(&mut case, &withdraw.into(), &context).is_err());
}

#[test]
fn a_party_asks_for_a_reexamination_within_a_year_of_the_receipt() {
    let case = case_at::<Notary>(Some(Step::Issued));
    // The calendar of the examples ends with 2026: a year that has not come is not over.
    let ask = |case: &NotaryCase, when: &str, command: Command| {
        let context = context::<Notary>(at(when), Role::Applicant, FANG);
        NotaryCase::decide(case, &command.into(), &context)
    };
    assert!(ask(&case, "2026-11-20T09:00:00", reexamine(Requester::Party(YU))).is_ok());
    let learnt = |year| Requester::Interested {
        person: YU,
        particulars: sealed(),
        interest: PAPER,
        known_on: chrono::NaiveDate::from_ymd_opt(year, 7, 1).unwrap(),
    };
    let late = ask(&case, "2026-11-20T09:00:00", reexamine(learnt(2025))).unwrap_err();
    assert!(late.is_for(ReasonCode::ReexaminationLate));
    let mut excused = reexamine(learnt(2025));
    if let Command::RequestReexamination { excuse, .. } = &mut excused {
        *excuse = Some(PAPER);
    }
    assert!(ask(&case, "2026-11-20T09:00:00", excused).is_ok());
}

#[test]
fn a_will_is_confidential_from_the_application_on() {
    let mut case = NotaryCase::default();
    done(&mut case, Role::Applicant, FANG, Command::ApplyNotary { application: application("WILL") });
    assert!(case.common.confidential.contains(&ConfidentialGround::Will));
    let mut case = NotaryCase::default();
    done(&mut case, Role::Applicant, FANG, Command::ApplyNotary { application: application("GIFT") });
    assert!(case.common.confidential.is_empty());
}

#[test]
fn a_reexamination_takes_a_case_out_of_the_archive_and_puts_it_back() {
    let mut case = case_at::<Notary>(None);
    assert_eq!(case.phase(), Phase::Archived);
    done(&mut case, Role::Applicant, FANG, reexamine(Requester::Party(YU)));
    assert_eq!((case.phase(), case.state_name()), (Phase::Handling, "ReexaminationRequested"));
    let assign = Command::AssignReexaminer { reexaminer: GUO };
    done(&mut case, Role::NotaryHead, LU, assign);
    let uphold = decide(ReexaminationFinding::AllRight, Verdict::Uphold { made_good: None });
    done(&mut case, Role::NotaryHead, LU, uphold);
    assert_eq!((case.phase(), case.state_name()), (Phase::Archived, "Archived"));
    assert_eq!(case.own.certificate().unwrap().standing, Some(ReexaminationOutcome::Upheld));
}

/// Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 64: a supplement or a verification, six months at most.
#[test]
fn a_pause_of_a_reexamination_is_taken_out_for_six_months_at_most() {
    let days_until_due = |ground: &str| {
        let mut case = case_at::<Notary>(Some(Step::Reexamining));
        let stop = ClockSuspended { ground: code(ground) };
        let stopped = at("2026-01-05T09:00:00");
        case.common.last_occurred_at = Some(stopped);
        let clock = case.common.clock.as_mut().unwrap();
        clock.start = at("2026-01-02T09:00:00");
        clock.deadline = context::<Notary>(clock.start, Role::Notary, GUO)
            .deadline(&"330203".parse().unwrap(), "NOT-D07", None)
            .unwrap();
        order(&mut case, Role::Notary, GUO, CommonCommand::from(stop), stopped).unwrap();
        order(&mut case, Role::Notary, GUO, CommonCommand::ResumeClock, at("2026-10-12T09:00:00")).unwrap();
        case.common.clock.as_ref().unwrap().last_day().unwrap().to_string()
    };
    // Thirty days from 2 January, and 181 days from 5 January to 5 July: a Saturday.
    assert_eq!(days_until_due("verification"), "2026-08-03");
    // A flood lasts as long as it lasts: 280 days from 5 January to 12 October, which ends on a Sunday.
    assert_eq!(days_until_due("force_majeure"), "2026-11-09");
}

#[test]
fn each_register_is_a_stream_of_its_own() {
    let office = code(Notary::OFFICE);
    let streams: BTreeSet<_> =
        Register::ALL.iter().map(|one| one.stream(CaseKind::Notary, &office, 2026).to_string()).collect();
    assert_eq!(streams.len(), Register::ALL.len());
    assert!(streams.contains("register/CN/330203/gongzhengchu/2026/notary"));
    let drawn = CaseNumber { kind: CaseKind::Notary, office, year: 2026, serial: 123 };
    assert_eq!(CertificateNumber::from(drawn).to_string(), "2026-CN/330203/gongzhengchu-0123");
}

#[test]
fn what_draws_a_number_is_refused_without_one() {
    for step in [Step::Applied, Step::Approved] {
        let case = case_at::<Notary>(Some(step));
        let (command, role, actor) =
            example::<Notary>(if step == Step::Applied { "CheckAcceptance" } else { "IssueCertificate" });
        let mut context = context::<Notary>(now(&case), role, actor);
        context.number = None;
        let refusal = NotaryCase::decide(&case, &command, &context).unwrap_err();
        assert!(refusal.is_for(ReasonCode::NoNumber));
    }
}
