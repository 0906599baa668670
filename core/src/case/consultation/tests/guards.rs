//! Guards that no scenario shows: clocks that meet, what is left after a withdrawal or a reopening, who may answer.

use std::sync::Arc;

use super::kit::{
    CALLER, ConsultationCase, DESK, LAWYER, ORDER, OTHER, advise, assign, at, classify, close, common, day,
    do_own, done, expert, inquiry, on_duty, refused, register, sealed, seen_by,
};
use crate::case::code::{Channel, Role, ServiceMode};
use crate::case::consultation::{
    AdviceScope, Adviser, Assignee, CheckIn, Command, Consultation, Event, Inquiry, Letter, LoopStage,
    OrderKind, Outcome, Step,
};
use crate::case::skeleton::{
    ClockSuspended, CommonCommand, RatingMethod, ReopenCase, SatisfactionRated, Withdrawn,
};
use crate::case::tests::kit::{PAPER, Tested, code, context, example, give, opening};
use crate::case::{Case, CaseCommand, CaseEvent, Kind, ReasonCode};
use crate::clock::Timestamp;
use crate::policy::Policy;

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn rated(level: u8) -> SatisfactionRated {
    SatisfactionRated { by: CALLER, level: level.try_into().unwrap(), method: RatingMethod::Sms }
}

fn percents_due(case: &ConsultationCase, at: &str) -> Vec<u32> {
    let at = moment(at);
    let rules = Policy::embedded().rules_at(&case.jurisdiction(), at.china_date());
    case.reminders_due(&rules, at).into_iter().map(|reminder| reminder.percent).collect()
}

#[test]
fn no_reminder_is_due_while_the_clock_stands_still() {
    let mut case = at(Step::WorkOrderOpen);
    assert_eq!(percents_due(&case, "2026-07-01T09:00:00+08:00"), [50]);
    assert_eq!(percents_due(&case, "2026-07-04T00:00:00+08:00"), [50, 80, 100]);
    done(&mut case, Command::RequestMaterial { items: sealed(), notice: PAPER });
    assert_eq!(percents_due(&case, "2026-07-04T00:00:00+08:00"), [0; 0]);
    let context = context::<Consultation>(moment("2026-07-02T09:00:00+08:00"), Role::Hotline, DESK);
    let received = CaseCommand::Own(Command::ReceiveMaterial { documents: vec![] });
    give(&mut case, &received, &context).unwrap();
    // Four working days were taken out, so the end has moved from 3 to 9 July.
    assert_eq!(case.common.clock.as_ref().unwrap().earliest_last_day(), Some(day(7, 9)));
    assert_eq!(percents_due(&case, "2026-07-04T00:00:00+08:00"), [50]);
}

#[test]
fn an_answered_order_is_reminded_of_nothing() {
    let mut case = at(Step::WorkOrderOpen);
    done(&mut case, Command::AnswerWorkOrder { order: ORDER, result: PAPER });
    assert_eq!(percents_due(&case, "2026-07-04T00:00:00+08:00"), [0; 0]);
}

/// No statute limits a consultation, so where nobody promised anything nothing is due, and nothing can be put off.
#[test]
fn where_there_is_no_promise_there_is_no_clock() {
    let mut case = ConsultationCase::default();
    let national = Inquiry { jurisdiction: "110105".parse().unwrap(), ..inquiry() };
    let events = do_own(&mut case, register(national)).unwrap();
    assert!(events.iter().all(|event| event.deadlines().is_empty()), "{events:?}");
    done(&mut case, classify(&[]));
    done(&mut case, assign(Assignee::Adviser(on_duty(LAWYER))));
    let unit = code(Consultation::OFFICE);
    done(&mut case, Command::IssueWorkOrder { order: ORDER, kind: OrderKind::Task, unit });
    assert_eq!(percents_due(&case, "2027-06-26T09:00:00+08:00"), [0; 0]);
    let (extend, ..) = example::<Consultation>("ExtendWorkOrder");
    let CaseCommand::Own(extend) = extend else { panic!() };
    refused(&mut case, extend, ReasonCode::NoClock);
}

/// A letter where both rules hold: the time to decide runs first, then that of the result, and both stood still together.
#[test]
fn the_clock_of_a_letter_gives_way_to_that_of_the_result() {
    let mut policy = Policy::embedded();
    let letters = r#"
        [profile]
        id = "liaocheng"
        version = "1"
        jurisdiction = "371500"
        name = "Liaocheng"
        name_zh = "聊城市"
        [[deadline]]
        id = "CON-D06"
        title = "Decide how a letter is handled"
        title_zh = "来信咨询决定办理方式"
        layer = "promise"
        term = { count = 7, unit = "working_days" }
        from = "letter_receipt"
        pauses = ["client_material"]
        basis = "made up"
        confidence = "D"
        valid_from = 2020-01-01
    "#;
    policy.load("liaocheng.toml", letters).unwrap();
    let policy = Arc::new(policy);
    let mut case = ConsultationCase::default();
    let mut on = |when: &str, command: CaseCommand<Consultation>| {
        let (role, actor) = Consultation::giver(command.name());
        let mut there = context::<Consultation>(moment(when), role, actor);
        there.policy = Arc::clone(&policy);
        give(&mut case, &command, &there).unwrap_or_else(|refusal| panic!("{refusal}"));
        case.common.clock.clone().unwrap()
    };
    let letter = Some(Letter { document: PAPER, received_at: moment("2026-06-25T15:00:00+08:00") });
    let by_post = Inquiry { channel: Channel::Mail, letter, ..inquiry() };
    let clock = on("2026-06-26T09:00:00+08:00", CaseCommand::Own(register(by_post)));
    assert_eq!((clock.deadline.id.as_str(), clock.last_day()), ("CON-D06", Some(day(7, 6))));
    on("2026-06-26T10:00:00+08:00", CaseCommand::Own(classify(&[])));
    let ground = code("client_material");
    on("2026-06-29T09:00:00+08:00", CaseCommand::Common(ClockSuspended { ground }.into()));
    on("2026-07-01T09:00:00+08:00", CaseCommand::Common(CommonCommand::ResumeClock));
    let clock = on("2026-07-01T10:00:00+08:00", CaseCommand::Own(assign(Assignee::Adviser(expert(LAWYER)))));
    // Five working days from 26 June, without 30 June and 1 July.
    assert_eq!((clock.deadline.id.as_str(), clock.last_day()), ("CON-D03", Some(day(7, 7))));
    assert_eq!((clock.start, clock.pauses.len()), (opening(), 1));
}

#[test]
fn what_is_awaited_is_not_awaited_twice_nor_the_clock_stopped_twice() {
    let mut case = at(Step::Answering);
    common(&mut case, ClockSuspended { ground: code("client_material") }).unwrap();
    let request = Command::RequestMaterial { items: sealed(), notice: PAPER };
    done(&mut case, request.clone());
    refused(&mut case, request, ReasonCode::WrongState);
    done(&mut case, Command::ReceiveMaterial { documents: vec![PAPER] });
    assert!(case.common.clock.as_ref().unwrap().is_stopped(), "who stopped it by hand lets it run by hand");
}

#[test]
fn a_question_is_taken_back_until_it_is_answered() {
    let withdrawn = Withdrawn { by: CALLER };
    let mut case = at(Step::Answering);
    assert!(common(&mut case, withdrawn.clone()).unwrap_err().is_for(ReasonCode::AlreadyDecided));
    let mut case = at(Step::DutyLawyer);
    done(&mut case, advise(AdviceScope::Partial));
    common(&mut case, withdrawn).unwrap();
    assert_eq!(Consultation::step(&case.own), Step::Withdrawn);
    // The caller is served, and may say how.
    common(&mut case, rated(2)).unwrap();
}

#[test]
fn a_second_bad_rating_adds_nothing_to_the_first() {
    let mut case = at(Step::Answering);
    assert_eq!(common(&mut case, rated(1)).unwrap().len(), 2);
    assert_eq!(common(&mut case, rated(2)).unwrap().len(), 1);
    refused(&mut case, close(Outcome::Answered), ReasonCode::DissatisfactionOpen);
    let explained = Command::ReportDissatisfaction { to: code("CN/371500/unit"), explanation: sealed() };
    done(&mut case, explained);
    done(&mut case, close(Outcome::Answered));
}

#[test]
fn what_is_taken_up_again_is_answered_anew_by_the_adviser_or_by_a_unit() {
    let reopened = || {
        let mut case = at(Step::Answered);
        let reopen = ReopenCase { ground: code("NEW_FACTS"), decision: PAPER, continuation: None };
        common(&mut case, reopen).unwrap();
        assert_eq!(Consultation::step(&case.own), Step::Reworking);
        refused(&mut case, close(Outcome::Answered), ReasonCode::ReworkOpen);
        case
    };
    let mut by_adviser = reopened();
    done(&mut by_adviser, advise(AdviceScope::Full));
    done(&mut by_adviser, close(Outcome::Answered));

    let mut by_unit = reopened();
    let unit = code(Consultation::OFFICE);
    done(&mut by_unit, Command::IssueWorkOrder { order: ORDER, kind: OrderKind::Transfer, unit });
    done(&mut by_unit, Command::AnswerWorkOrder { order: ORDER, result: PAPER });
    done(&mut by_unit, Command::FeedbackToClient { mode: ServiceMode::Phone, content: sealed() });
    done(&mut by_unit, close(Outcome::AnsweredLater));
}

#[test]
fn a_check_in_counts_from_its_moment_until_the_shift_is_over() {
    let check_in = |at: &str| {
        let on_duty = Some(CheckIn { shift: code("day"), at: moment(at) });
        assign(Assignee::Adviser(Adviser { id: LAWYER, on_duty, expert: None }))
    };
    for at_what in ["2026-06-26T09:00:01+08:00", "2026-06-25T09:00:00+08:00"] {
        refused(&mut at(Step::Classified), check_in(at_what), ReasonCode::AdviserNotOnDuty);
    }
    for at_what in ["2026-06-26T09:00:00+08:00", "2026-06-25T09:00:01+08:00"] {
        done(&mut at(Step::Classified), check_in(at_what));
    }
}

#[test]
fn a_question_of_a_unit_is_answered_by_its_people_only() {
    let case = at(Step::ReferredUnit);
    let advice = CaseCommand::Own(advise(AdviceScope::Full));
    let there = seen_by(&case, Role::LawFirm, OTHER);
    give(&mut case.clone(), &advice, &there).unwrap();
    let mut elsewhere = there;
    elsewhere.actor.office = code("CN/371500/town-9");
    let refusal = give(&mut case.clone(), &advice, &elsewhere).unwrap_err();
    assert!(refusal.is_for(ReasonCode::NotTheAdviser));
}

#[test]
fn an_order_passes_the_stages_of_the_loop() {
    let mut case = at(Step::WorkOrderOpen);
    let stage = |case: &Case<Consultation>| case.own.course().unwrap().order(ORDER).unwrap().stage();
    assert_eq!(stage(&case), LoopStage::Dispatched);
    done(&mut case, Command::SuperviseWorkOrder { order: ORDER, finding: sealed() });
    assert_eq!(stage(&case), LoopStage::Dispatched, "supervision comes at any time");
    done(&mut case, Command::AcceptWorkOrder { order: ORDER });
    assert_eq!(stage(&case), LoopStage::Tracked);
    done(&mut case, Command::AnswerWorkOrder { order: ORDER, result: PAPER });
    done(&mut case, Command::FeedbackToClient { mode: ServiceMode::Phone, content: sealed() });
    assert_eq!(stage(&case), LoopStage::FedBack);
    let (visit, role, actor) = example::<Consultation>("RecordReturnVisit");
    let context = seen_by(&case, role, actor);
    give(&mut case, &visit, &context).unwrap();
    assert_eq!(stage(&case), LoopStage::Sampled);
    done(&mut case, close(Outcome::AnsweredLater));
    assert_eq!(stage(&case), LoopStage::Closed);
    done(&mut case, Command::SuperviseWorkOrder { order: ORDER, finding: sealed() });
}

/// A return does not restart the clock, and a rework does not either.
#[test]
fn nothing_but_an_extension_moves_the_end() {
    let mut case = at(Step::WorkOrderOpen);
    let end = |case: &Case<Consultation>| case.common.clock.as_ref().unwrap().earliest_last_day();
    let before = end(&case);
    let ground = code("NOT_COMPETENT");
    done(&mut case, Command::ReturnWorkOrder { order: ORDER, ground, competent: None });
    done(&mut case, Command::RejectResult { reason: sealed() });
    done(&mut case, Command::OrderRework { order: None, reason: sealed() });
    assert_eq!((end(&case), before), (before, Some(day(7, 3))));
}

/// What is told in time is not missed by being closed later; what is done anew is waited for again.
#[test]
fn nothing_is_missed_once_the_caller_knows() {
    let missed = |case: &ConsultationCase| {
        let after = moment("2026-07-06T09:00:00+08:00");
        case.common.clock.as_ref().unwrap().passed(after).count()
    };
    let mut case = at(Step::Answering);
    assert_eq!(missed(&case), 0);
    done(&mut case, Command::RejectResult { reason: sealed() });
    done(&mut case, Command::OrderRework { order: None, reason: sealed() });
    assert_eq!(missed(&case), 1);
    done(&mut case, advise(AdviceScope::Full));
    assert_eq!(missed(&case), 0);
    let unit = code(Consultation::OFFICE);
    done(&mut case, Command::IssueWorkOrder { order: ORDER, kind: OrderKind::Transfer, unit });
    assert_eq!(missed(&case), 1);
}

/// What the log holds of a registration is what decided it: the dates, with the rules and the days they came from.
#[test]
fn the_due_dates_stand_in_the_event_that_sets_them() {
    let mut case = ConsultationCase::default();
    let events = do_own(&mut case, register(inquiry())).unwrap();
    let [CaseEvent::Own(Event::ConsultationRegistered(registered))] = events.as_slice() else {
        panic!("{events:?}")
    };
    let due =
        |deadline: &Option<crate::policy::Deadline>| deadline.as_ref().unwrap().warned().unwrap().due.due;
    assert_eq!((due(&registered.transfer_by), due(&registered.result_by)), (day(6, 29), day(7, 3)));
    assert_eq!((&registered.letter_by, &registered.online_by), (&None, &None));
}
