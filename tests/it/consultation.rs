//! Consultations through the front door: receipt numbers, what a role can do, and the reminders that a host sends.

use std::sync::Arc;

use anjuan::bureau::{Bureau, BureauError, Request};
use anjuan::case::code::Role;
use anjuan::case::consultation::{Command, Consultation};
use anjuan::case::{Acting, CaseCommand, ReasonCode, Register};
use anjuan::clock::{ManualClock, Timestamp};
use anjuan::event::HashAlgorithm;
use anjuan::id::{ActorId, CommandKey};
use anjuan::policy::CaseKind;
use anjuan::store::EventStoreExt;
use anjuan::testing::scenario::{Played, Scenario, Stage};
use futures_util::future::join_all;
use uuid::Uuid;

use crate::stages::{OnDisk, folder, memory};

/// C-01 up to one of its steps, under another name if several are wanted in one store.
async fn played_until(stage: &Stage, step: &str, name: &str) -> Played<Consultation> {
    let mut scenario = Scenario::read(&folder().join("consultation/c-01.toml")).unwrap();
    let last = scenario.steps.iter().rposition(|one| one.nr == step).unwrap();
    scenario.steps.truncate(last + 1);
    scenario.id = name.to_owned();
    scenario.end = Default::default();
    scenario.play(stage).await.unwrap_or_else(|error| panic!("{error}: {:?}", error.mismatch))
}

/// The same bureau at another moment.
fn at(played: &Played<Consultation>, moment: &str) -> Bureau {
    let moment: Timestamp = moment.parse().unwrap();
    played.bureau.clone().with_clock(Arc::new(ManualClock::new(moment)))
}

#[tokio::test]
async fn every_question_gets_a_receipt_number_however_many_ask_at_once() {
    let disk = OnDisk::new(HashAlgorithm::Sha256);
    let stage = disk.open().await;
    let first = played_until(&stage, "1", "the first").await;
    let case = first.bureau.case::<Consultation>(first.case).await.unwrap().state;
    let inquiry = case.own.file().unwrap().inquiry.clone();
    let by = first.cast.actor("li").unwrap();
    let asked = (0..16_u128).map(|number| {
        let key = CommandKey::from_uuid(Uuid::from_u128(number + 100));
        let registration = first.bureau.new_document();
        let register = Command::RegisterConsultation { inquiry: inquiry.clone(), registration };
        first.bureau.receive::<Consultation>(key, by.clone(), register)
    });
    let mut serials: Vec<_> = join_all(asked)
        .await
        .into_iter()
        .map(|receipt| receipt.unwrap().state.own.file().unwrap().number.serial)
        .collect();
    serials.sort_unstable();
    assert_eq!(serials, (2..=17).collect::<Vec<_>>());
    let register = Register::Cases.stream(CaseKind::Consultation, &by.office, 2026);
    assert_eq!(stage.store.stream_head(&register).await.unwrap().unwrap().revision.get(), 17);
}

#[tokio::test]
async fn a_refused_question_draws_no_number() {
    let stage = memory(HashAlgorithm::Sha256);
    let first = played_until(&stage, "1", "the first").await;
    let case = first.bureau.case::<Consultation>(first.case).await.unwrap().state;
    let inquiry = case.own.file().unwrap().inquiry.clone();
    let archivist = first.cast.actor("archivist").unwrap().clone();
    let register = Command::RegisterConsultation { inquiry, registration: first.bureau.new_document() };
    let before = stage.store.all_events().await.unwrap().len();
    let refused = first.bureau.receive::<Consultation>(first.bureau.new_command(), archivist, register).await;
    let Err(BureauError::Refused(refusal)) = refused else { panic!("{refused:?}") };
    assert!(refusal.is_for(ReasonCode::WrongRole));
    assert_eq!(stage.store.all_events().await.unwrap().len(), before);
}

#[tokio::test]
async fn available_names_what_a_unit_can_do_while_it_has_an_order() {
    let stage = memory(HashAlgorithm::Sha256);
    let played = played_until(&stage, "9", "available").await;
    let offered = played.bureau.available::<Consultation>(played.case, Role::External).await.unwrap();
    for command in ["AcceptWorkOrder", "ReturnWorkOrder", "AnswerWorkOrder"] {
        assert!(offered.contains(&command), "{command} is not in {offered:?}");
    }
    let closed = played_until(&stage, "17", "closed").await;
    let offered = closed.bureau.available::<Consultation>(closed.case, Role::External).await.unwrap();
    assert!(!offered.contains(&"AnswerWorkOrder"), "{offered:?}");
}

/// What a host does every hour: ask what is due, and remind in the name of the system.
async fn remind_all(bureau: &Bureau, played: &Played<Consultation>, moment: &str) -> Vec<u32> {
    let moment: Timestamp = moment.parse().unwrap();
    let case = bureau.case::<Consultation>(played.case).await.unwrap().state;
    let rules = bureau.policy().rules_at(&case.jurisdiction(), moment.china_date());
    let office = played.cast.actor("li").unwrap().office.clone();
    let system = Acting { id: ActorId::from_uuid(Uuid::from_u128(7)), role: Role::System, office };
    let due = case.reminders_due(&rules, moment);
    for reminder in &due {
        let command = Command::RemindWorkOrder { order: reminder.order, percent: reminder.percent };
        let key = CommandKey::from_uuid(Uuid::from_u128(u128::from(reminder.percent)));
        let request = Request::new(key, played.case, system.clone(), CaseCommand::Own(command));
        bureau.execute::<Consultation>(&request).await.unwrap();
    }
    due.iter().map(|reminder| reminder.percent).collect()
}

#[tokio::test]
async fn a_host_reminds_once_of_each_share_of_the_time() {
    let stage = memory(HashAlgorithm::Sha256);
    let played = played_until(&stage, "9", "reminders").await;
    for (moment, due) in [
        ("2026-09-22T11:00:00+08:00", &[][..]),
        ("2026-09-26T06:00:00+08:00", &[50]),
        ("2026-09-26T07:00:00+08:00", &[]),
        ("2026-09-30T00:00:00+08:00", &[80, 100]),
        ("2026-10-09T00:00:00+08:00", &[]),
    ] {
        assert_eq!(remind_all(&at(&played, moment), &played, moment).await, due, "at {moment}");
    }
}
