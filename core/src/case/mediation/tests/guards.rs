//! What single guards and events do where the table of examples and the lives of the scenarios do not look.

use std::collections::BTreeSet;
use std::sync::Arc;

use uuid::Uuid;

use super::kit::{
    ARCHIVIST, CLERK, HE, MA, MediationCase, QIN, SUN, agreement, both, case_at, code, context, day, dispute,
    give, opening, remedy, sealed,
};
use crate::case::code::Role;
use crate::case::mediation::{
    Agreement, Command, CourtResult, Delegator, Event, Form, InEffect, Mediation, Obligation, ObligationKind,
    Outcome, RecusalGround, Signer, Step,
};
use crate::case::skeleton::{
    ArchiveReturned, ClockSuspended, CommonCommand, CommonEvent, RatingMethod, ReopenCase, SatisfactionRated,
    SubmitArchive, Withdrawn,
};
use crate::case::{CaseCommand, CaseEvent, Context, Kind, ReasonCode, Refusal, Side};
use crate::clock::Timestamp;
use crate::event::{Digest, EventType, RecordedEvent};
use crate::id::{ActorId, DocumentId, EventId, HistoryId, Position, Revision, StreamId};
use crate::policy::Policy;

const PAPER: DocumentId = DocumentId::from_uuid(Uuid::from_u128(22));

/// The events of a command that is carried out at the opening moment, or its refusal.
fn order(
    case: &mut MediationCase,
    role: Role,
    actor: ActorId,
    command: Command,
) -> Result<Vec<CaseEvent<Mediation>>, Refusal> {
    give(case, &CaseCommand::Own(command), &context(opening(), role, actor))
}

#[track_caller]
fn done(case: &mut MediationCase, role: Role, actor: ActorId, command: Command) {
    order(case, role, actor, command).unwrap_or_else(|refusal| panic!("{refusal}"));
}

#[track_caller]
fn refused(case: &mut MediationCase, role: Role, actor: ActorId, command: Command, code: ReasonCode) {
    let refusal = order(case, role, actor, command).expect_err("it must be refused");
    assert_eq!(refusal.reasons.iter().map(|reason| reason.code).collect::<Vec<_>>(), [code]);
}

fn sign(case: &mut MediationCase) {
    for party in [SUN, MA] {
        done(case, Role::Party, CLERK, Command::SignAgreement { signer: Signer::Party(party) });
    }
    done(case, Role::Mediator, QIN, Command::SignAgreement { signer: Signer::Mediator(QIN) });
}

fn pay(obligation: &str, cents: u64) -> Command {
    Command::RecordPerformance { obligation: code(obligation), cents, receipt: PAPER }
}

fn in_effect(case: &MediationCase) -> &InEffect {
    case.own.agreement().expect("an agreement binds")
}

/// The agreement of the examples with an apology beside the payment.
fn with_apology() -> Agreement {
    let mut agreement = agreement();
    let [payment] = agreement.obligations.as_slice() else { panic!("the example has one obligation") };
    let apology = Obligation {
        id: code("O2"),
        kind: ObligationKind::Apology,
        amount_cents: 0,
        text: Some(sealed()),
        ..payment.clone()
    };
    agreement.obligations.push(apology);
    agreement
}

#[test]
fn what_was_paid_counts_on_after_the_agreement_is_changed() {
    let mut case = case_at(Some(Step::Effective));
    done(&mut case, Role::Mediator, QIN, pay("O1", 300_000));
    let change = Command::ChangeAgreement { agreement: with_apology(), agreed_by: both() };
    done(&mut case, Role::Party, CLERK, change);
    sign(&mut case);
    done(&mut case, Role::Committee, CLERK, Command::SealAgreement { document: PAPER });
    assert_eq!(Mediation::step(&case.own), Step::Performing);
    assert_eq!(in_effect(&case).paid_cents(), 300_000);
    refused(&mut case, Role::Mediator, QIN, pay("O1", 500_001), ReasonCode::TooMuch);
    done(&mut case, Role::Mediator, QIN, pay("O1", 500_000));
    done(&mut case, Role::Mediator, QIN, pay("O2", 0));
    assert!(in_effect(&case).is_performed());
}

/// The seal is entered late, and was put on the paper the day before the last party signed.
#[test]
fn an_agreement_binds_from_the_last_signature_though_the_seal_was_there_before() {
    let mut case = case_at(Some(Step::Drafted));
    let at = |text: &str| -> Timestamp { text.parse().unwrap() };
    for (signer, role, actor, when) in [
        (Signer::Party(SUN), Role::Party, CLERK, "2026-07-07T16:00:00+08:00"),
        (Signer::Mediator(QIN), Role::Mediator, QIN, "2026-07-07T16:00:00+08:00"),
        (Signer::Party(MA), Role::Party, CLERK, "2026-07-09T10:00:00+08:00"),
    ] {
        let sign = CaseCommand::Own(Command::SignAgreement { signer });
        give(&mut case, &sign, &context(at(when), role, actor)).unwrap();
    }
    let seal = CaseCommand::Own(Command::SealAgreement { document: PAPER });
    let late = Context {
        recorded_at: at("2026-07-09T11:00:00+08:00"),
        late: Some(code("NO_NETWORK")),
        ..context(at("2026-07-08T09:00:00+08:00"), Role::Committee, CLERK)
    };
    let events = give(&mut case, &seal, &late).unwrap();
    let [_, CaseEvent::Own(Event::AgreementEffective(effective))] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!((effective.date, in_effect(&case).since), (day(7, 9), day(7, 9)));
    // Thirty days from the ninth end on a Saturday.
    assert_eq!(effective.confirm_by.judged().unwrap().due.due, day(8, 10));
}

#[test]
fn one_party_may_ask_for_more_time_where_the_rules_do_not_want_all() {
    let mut case = case_at(Some(Step::InSession));
    let extend = |agreed_by: &[_]| Command::ExtendTerm {
        until: day(8, 31),
        agreed_by: agreed_by.iter().copied().collect(),
        record: PAPER,
    };
    refused(&mut case, Role::Committee, CLERK, extend(&[SUN]), ReasonCode::AgreementMissing);

    let mut policy = Policy::embedded();
    let one_will_do = r#"
        [profile]
        id = "jianyang"
        version = "1"
        jurisdiction = "510185"
        name = "Jianyang"
        name_zh = "简阳"
        [[flag]]
        key = "mediation.extension_needs_all_parties"
        value = false
        basis = "made up"
        confidence = "D"
        valid_from = 2020-01-01
    "#;
    policy.load("jianyang.toml", one_will_do).unwrap();
    let there = Context { policy: Arc::new(policy), ..context(opening(), Role::Committee, CLERK) };
    let nobody = give(&mut case, &CaseCommand::Own(extend(&[])), &there).unwrap_err();
    assert!(nobody.is_for(ReasonCode::NobodyNamed));
    give(&mut case, &CaseCommand::Own(extend(&[SUN])), &there).unwrap();
}

#[test]
fn only_what_stays_as_it_was_may_have_been_due_before_the_change() {
    let mut case = case_at(Some(Step::Effective));
    let after_the_day = context("2026-07-13T09:00:00+08:00".parse().unwrap(), Role::Party, CLERK);
    let mut change = |agreement| {
        let command = CaseCommand::Own(Command::ChangeAgreement { agreement, agreed_by: both() });
        give(&mut case, &command, &after_the_day)
    };
    let apology_too_late = change(with_apology()).unwrap_err();
    assert!(apology_too_late.is_for(ReasonCode::BadObligation));
    change(agreement()).unwrap();
}

#[test]
fn an_obligation_has_a_name_of_its_own() {
    let mut case = case_at(Some(Step::InSession));
    let mut agreement = with_apology();
    agreement.obligations.iter_mut().for_each(|one| one.id = code("O1"));
    let draft = Command::DraftAgreement { agreement };
    refused(&mut case, Role::Mediator, QIN, draft, ReasonCode::BadObligation);
}

#[test]
fn a_mediator_whom_a_party_does_not_want_neither_drafts_nor_lets_an_agreement_be_sealed() {
    let unwanted =
        Command::RequestMediatorRecusal { by: SUN, mediator: QIN, ground: RecusalGround::Interested };
    let mut case = case_at(Some(Step::InSession));
    done(&mut case, Role::Party, CLERK, unwanted.clone());
    let draft = Command::DraftAgreement { agreement: agreement() };
    refused(&mut case, Role::Mediator, QIN, draft, ReasonCode::RecusalOpen);

    let mut case = case_at(Some(Step::Drafted));
    sign(&mut case);
    done(&mut case, Role::Party, CLERK, unwanted);
    let seal = Command::SealAgreement { document: PAPER };
    refused(&mut case, Role::Committee, CLERK, seal, ReasonCode::RecusalOpen);
}

#[test]
fn a_mediator_closes_only_what_they_had_a_part_in() {
    let close = |outcome| Command::CloseMediation { outcome, report: PAPER };
    for (step, outcome) in [(Step::Performing, Outcome::Agreed), (Step::Terminated, Outcome::Terminated)] {
        let mut case = case_at(Some(step));
        refused(&mut case, Role::Mediator, HE, close(outcome), ReasonCode::NotAssigned);
        done(&mut case, Role::Mediator, QIN, close(outcome));
    }
    done(&mut case_at(Some(Step::Refused)), Role::Mediator, HE, close(Outcome::Refused));
}

#[test]
fn what_a_court_has_confirmed_may_be_closed_unpaid() {
    let mut case = case_at(Some(Step::Effective));
    let close = Command::CloseMediation { outcome: Outcome::Agreed, report: PAPER };
    refused(&mut case, Role::Mediator, QIN, close.clone(), ReasonCode::OutcomeNotReached);
    done(&mut case, Role::Party, CLERK, Command::ApplyConfirmation { by: both(), application: PAPER });
    let valid = Command::RecordCourtResult { result: CourtResult::Valid, ruling: PAPER };
    done(&mut case, Role::Clerk, CLERK, valid);
    done(&mut case, Role::Mediator, QIN, close);
}

#[test]
fn urging_is_in_vain_only_when_everything_owed_was_urged() {
    let mut case = case_at(Some(Step::Effective));
    let change = Command::ChangeAgreement { agreement: with_apology(), agreed_by: both() };
    done(&mut case, Role::Party, CLERK, change);
    sign(&mut case);
    done(&mut case, Role::Committee, CLERK, Command::SealAgreement { document: PAPER });
    let later = context("2026-07-13T09:00:00+08:00".parse().unwrap(), Role::Mediator, QIN);
    let mut three_times = |obligation: &str| {
        for _ in 0..3 {
            let urge = Command::UrgePerformance { obligation: code(obligation), record: PAPER };
            give(&mut case, &CaseCommand::Own(urge), &later).unwrap();
        }
        let close = Command::CloseMediation { outcome: Outcome::Agreed, report: PAPER };
        give(&mut case, &CaseCommand::Own(close), &later)
    };
    assert!(three_times("O1").unwrap_err().is_for(ReasonCode::OutcomeNotReached));
    three_times("O2").unwrap();
}

#[test]
fn a_third_party_is_no_other_side() {
    let mut dispute = dispute();
    dispute.parties.iter_mut().filter(|party| party.person == MA).for_each(|party| party.side = Side::Third);
    let apply = Command::ApplyMediation { form: Form::Oral, dispute };
    let mut case = MediationCase::default();
    refused(&mut case, Role::Applicant, CLERK, apply, ReasonCode::TooFewParties);
}

fn common(
    case: &mut MediationCase,
    role: Role,
    actor: ActorId,
    command: CommonCommand,
) -> Result<Vec<CaseEvent<Mediation>>, Refusal> {
    give(case, &CaseCommand::Common(command), &context(opening(), role, actor))
}

fn handed_in() -> MediationCase {
    let mut case = case_at(Some(Step::Closed));
    let items = BTreeSet::from([1, 2, 3, 7, 8, 13]);
    common(&mut case, Role::Clerk, CLERK, SubmitArchive { items }.into()).unwrap();
    case
}

#[test]
fn a_mediator_of_the_case_is_not_its_archivist() {
    let refusal = common(&mut handed_in(), Role::Archivist, QIN, CommonCommand::AcceptArchive).unwrap_err();
    assert!(refusal.is_for(ReasonCode::IsHandler));
}

#[test]
fn a_file_that_was_given_back_is_handed_in_again_before_it_is_taken() {
    let mut case = handed_in();
    let give_back = ArchiveReturned { defects: sealed() }.into();
    common(&mut case, Role::Archivist, ARCHIVIST, give_back).unwrap();
    let refusal = common(&mut case, Role::Archivist, ARCHIVIST, CommonCommand::AcceptArchive).unwrap_err();
    assert!(refusal.is_for(ReasonCode::NotSubmitted));
}

/// Thirty days from the court's materials are long over, but the clock stood still for nearly all of them.
#[test]
fn a_term_does_not_end_while_its_clock_stands_still() {
    let mut case = MediationCase::default();
    let delegation = Command::ReceiveDelegation {
        by: Delegator::CourtBeforeFiling,
        letter: PAPER,
        materials: vec![PAPER],
        online: false,
        dispute: dispute(),
    };
    done(&mut case, Role::Clerk, CLERK, delegation);
    for party in [SUN, MA] {
        done(&mut case, Role::Mediator, QIN, Command::SeekConsent { party, given: true });
    }
    done(&mut case, Role::Committee, CLERK, Command::AcceptMediation { registration: PAPER });
    let ground = code("appraisal");
    common(&mut case, Role::Clerk, CLERK, ClockSuspended { ground }.into()).unwrap();

    let in_september = "2026-09-01T09:00:00+08:00".parse().unwrap();
    let terminate = CaseCommand::Own(Command::TerminateMediation {
        ground: code("TERM_EXPIRED"),
        notice: PAPER,
        remedy: remedy(),
    });
    let by_committee = context(in_september, Role::Committee, CLERK);
    let too_early = give(&mut case, &terminate, &by_committee).unwrap_err();
    assert!(too_early.is_for(ReasonCode::GroundNotMet));

    let resume = CaseCommand::Common(CommonCommand::ResumeClock);
    give(&mut case, &resume, &context(in_september, Role::Clerk, CLERK)).unwrap();
    assert_eq!(case.common.clock.as_ref().unwrap().last_day(), Some(day(10, 8)));
    give(&mut case, &terminate, &by_committee).unwrap_err();
    let after = context("2026-10-09T09:00:00+08:00".parse().unwrap(), Role::Committee, CLERK);
    give(&mut case, &terminate, &after).unwrap();
}

#[test]
fn of_several_ratings_the_last_one_counts() {
    let mut case = case_at(Some(Step::Closed));
    for level in [2, 4] {
        let (level, method) = (level.try_into().unwrap(), RatingMethod::Phone);
        let rate = SatisfactionRated { by: SUN, level, method }.into();
        common(&mut case, Role::Applicant, CLERK, rate).unwrap();
    }
    assert_eq!(case.common.rating_of(SUN).map(|rating| u8::from(rating.level)), Some(4));
    assert_eq!(case.common.rating_of(MA), None);
}

/// Whoever takes the matter back before there was a common event for it left one of mediation's own in the log.
#[test]
fn a_withdrawal_of_before_is_still_read() {
    let data = serde_json::json!({ "by": SUN });
    let stored = |event_type: &str| RecordedEvent {
        position: Position::new(HistoryId::from_uuid(Uuid::nil()), 1),
        stream: StreamId::new("mediation/1").unwrap(),
        revision: Revision::FIRST,
        id: EventId::from_uuid(Uuid::nil()),
        event_type: EventType::new(event_type).unwrap(),
        schema_version: 1,
        occurred_at: opening(),
        recorded_at: opening(),
        metadata: Vec::new().into(),
        data: serde_json::to_vec(&data).unwrap().into(),
        digest: Digest::from_bytes([0; 32]),
    };
    let expected = CaseEvent::Common(CommonEvent::Withdrawn(Withdrawn { by: SUN }));
    for event_type in ["MediationWithdrawn", "Withdrawn"] {
        assert_eq!(Mediation::codec().decode(&stored(event_type)).unwrap(), expected);
    }
}

#[test]
fn a_closed_mediation_goes_on_where_it_ended() {
    let reopen = || ReopenCase { ground: code("NEW_FACTS"), decision: PAPER, continuation: None }.into();
    let close = |outcome| Command::CloseMediation { outcome, report: PAPER };
    for (ended, outcome, goes_on) in [
        (Step::Refused, Outcome::Refused, Step::UnderReview),
        (Step::Terminated, Outcome::Terminated, Step::Assigned),
        (Step::Performing, Outcome::Agreed, Step::Performing),
    ] {
        let mut case = case_at(Some(ended));
        let early = common(&mut case, Role::Committee, CLERK, reopen()).unwrap_err();
        assert!(early.is_for(ReasonCode::NotClosed) || early.is_for(ReasonCode::WrongState), "{early}");
        let before = case.own.agreement().cloned();
        done(&mut case, Role::Committee, CLERK, close(outcome));
        common(&mut case, Role::Committee, CLERK, reopen()).unwrap();
        assert_eq!(Mediation::step(&case.own), goes_on);
        assert_eq!(case.own.agreement(), before.as_ref());
        assert_eq!(case.common.clock.is_some(), outcome != Outcome::Refused, "its clock starts anew");
    }
    let mut case = case_at(Some(Step::InSession));
    let met = case.own.clone();
    let terminate =
        Command::TerminateMediation { ground: code("IMPOSSIBLE"), notice: PAPER, remedy: remedy() };
    done(&mut case, Role::Committee, CLERK, terminate);
    done(&mut case, Role::Committee, CLERK, close(Outcome::Terminated));
    common(&mut case, Role::Committee, CLERK, reopen()).unwrap();
    assert_eq!(case.own, met, "after the last session, with those who mediated and what was told");
}

#[test]
fn the_forms_of_mediation_stand_in_the_place_of_the_common_ones() {
    let case = case_at(Some(Step::InSession));
    for role in Role::ALL {
        assert!(case.available(*role).iter().all(|name| !Mediation::OWN_FORMS.contains(name)), "{role}");
    }
    for name in Mediation::OWN_FORMS {
        assert!(CommonCommand::COMMANDS.iter().any(|spec| spec.name == *name), "{name} is no common form");
    }
}
