//! The worklist over real histories: kept up to date, built anew, resumed, and the same each time.

use std::sync::Arc;

use anjuan::case::CaseNumber;
use anjuan::case::code::Role;
use anjuan::case::mediation::Mediation;
use anjuan::event::{EventType, HashAlgorithm, NewEvent};
use anjuan::id::{Code, CommandKey, EventId};
use anjuan::policy::{CaseKind, Layer};
use anjuan::replay::AsOf;
use anjuan::store::{Append, EventStoreExt, Expected, MemoryStore, StreamWrite};
use anjuan::testing::scenario::{Scenario, Stage, Step};
use anjuan::worklist::{Order, Query, Worklist};
use uuid::Uuid;

use crate::scenarios::scenarios;
use crate::stages::{OnDisk, folder, identity, memory, play, scenario, try_play_life};

async fn list_of(stage: &Stage) -> Worklist {
    Worklist::build(Arc::clone(&stage.store)).await.unwrap()
}

/// Every life of a case up to every step of it would be quadratic; the list is looked at after each whole life.
#[tokio::test]
async fn a_list_that_is_kept_is_the_list_built_anew() {
    let disk = OnDisk::new(HashAlgorithm::Sha256);
    let stage = disk.open().await;
    let list = list_of(&stage).await;
    for path in scenarios() {
        let mut life = Scenario::read(&path).unwrap();
        // Every other one stops half-way, so that something is open; and which numbers one gets depends on the others.
        if life.id.len().is_multiple_of(2) {
            life.steps.truncate(life.steps.len() / 2);
        }
        life.end = Default::default();
        try_play_life(&life, &stage).await.unwrap();
        list.catch_up().await.unwrap();
        assert_eq!(list.rows(), list_of(&stage).await.rows(), "after {}", path.display());
    }
    assert!(list.rows().len() >= 8, "only {} cases are open", list.rows().len());
    assert_eq!(list.count(&Query::of_office(Code::new("CN").unwrap())), list.rows().len());
}

#[tokio::test]
async fn a_list_goes_on_from_what_was_kept() {
    let stage = memory(HashAlgorithm::Sm3);
    play(&scenario("m-02-refused-by-a-party.toml"), &stage).await;
    let kept = serde_json::to_vec(&list_of(&stage).await.keep().await).unwrap();
    play(&scenario("m-01.toml"), &stage).await;

    let resumed = Worklist::resume(Arc::clone(&stage.store), serde_json::from_slice(&kept).unwrap()).await;
    assert_eq!(resumed.unwrap().rows(), list_of(&stage).await.rows());

    let mut other = identity(HashAlgorithm::Sm3);
    other.history = anjuan::id::HistoryId::from_uuid(Uuid::from_u128(7));
    let other = Arc::new(MemoryStore::new(other));
    let refused = Worklist::resume(other, serde_json::from_slice(&kept).unwrap()).await.unwrap_err();
    assert!(refused.to_string().contains("history"), "{refused}");
}

/// M-01 after the acceptance: the committee has to assign, and the month runs.
#[tokio::test]
async fn a_row_says_what_a_case_waits_for() {
    let stage = memory(HashAlgorithm::Sha256);
    let mut life = Scenario::read(&scenario("m-01.toml")).unwrap();
    let accepted = life
        .steps
        .iter()
        .position(|step| step.then.iter().any(|event| event == "MediationAccepted"))
        .unwrap();
    life.steps.truncate(accepted + 1);
    life.end = Default::default();
    let played = life.play::<Mediation>(&stage).await.unwrap();
    let list = list_of(&stage).await;

    let row = list.rows().into_iter().next().unwrap();
    assert_eq!((row.case, &*row.state), (played.case, "Accepted"));
    assert_eq!(row.number.as_ref().map(CaseNumber::to_string).unwrap().split('/').next(), Some("CN"));
    assert!(row.waits_for[&Role::Committee].iter().any(|command| command == "AssignMediator"));
    let month = row.statutory().unwrap();
    assert_eq!((month.rule.as_str(), month.layer), ("MED-D01", Layer::Statute));

    let office = row.office.clone();
    let committee = Query::of_role(office.clone(), Role::Committee);
    assert_eq!(list.page(&committee, None, 50).rows, vec![row.clone()]);
    assert_eq!(list.page(&Query::of_role(office, Role::Archivist), None, 50).rows, vec![]);
    let elsewhere = Query::of_role(Code::new("CN/110000").unwrap(), Role::Committee);
    assert_eq!(list.count(&elsewhere), 0);

    // Overdue is what was due before now, and the end of the term is the first moment that is too late.
    let overdue = committee.clone().in_order(Order::Statutory);
    assert_eq!(list.count(&overdue.clone().due_before(month.until)), 0);
    assert_eq!(list.count(&overdue.due_before(month.until.plus_micros(1).unwrap())), 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_named_and_the_list_stays() {
    let stage = memory(HashAlgorithm::Sha256);
    play(&scenario("m-02-refused-by-a-party.toml"), &stage).await;
    let list = list_of(&stage).await;
    let before = list.rows();
    let stream = stage.store.all_events().await.unwrap().first().unwrap().stream.clone();
    let recorded = stage.store.stream_events(&stream).await.unwrap().pop().unwrap();
    let stranger = NewEvent {
        id: EventId::from_uuid(Uuid::from_u128(1)),
        event_type: EventType::new("FromTheFuture").unwrap(),
        schema_version: 1,
        occurred_at: recorded.occurred_at,
        recorded_at: recorded.recorded_at,
        metadata: recorded.metadata.clone(),
        data: recorded.data.clone(),
    };
    let write = StreamWrite { stream, expected: Expected::Any, events: vec![stranger] };
    let append = Append::new(CommandKey::from_uuid(Uuid::from_u128(2)), vec![write]);
    stage.store.append(append).await.unwrap();
    for _ in 0..2 {
        let error = list.catch_up().await.unwrap_err();
        assert!(error.to_string().contains("FromTheFuture"), "{error}");
        assert_eq!(list.rows(), before);
    }
}

/// The list of every moment of a life, read when all of it is over, is the list that stood then.
#[tokio::test]
async fn a_list_as_it_was_is_the_list_that_stood_then() {
    for name in ["mediation/m-01", "consultation/c-01", "legal_aid/a-02", "notary/n-01"] {
        let life = Scenario::read(&folder().join(name).with_extension("toml")).unwrap();
        let bureau = try_play_life(&life, &memory(HashAlgorithm::Sha256)).await.unwrap().bureau;
        let mut rows = 0;
        for (number, pair) in life.steps.windows(2).enumerate() {
            let [step, next] = pair else { unreachable!("windows of two") };
            if step.at >= next.at {
                continue;
            }
            let mut begun = life.clone();
            begun.steps.truncate(number + 1);
            begun.end = Default::default();
            let stage = memory(HashAlgorithm::Sha256);
            try_play_life(&begun, &stage).await.unwrap();
            let then = bureau.worklist_as_of(AsOf::now().happened_by(step.at)).await.unwrap();
            let stood = list_of(&stage).await.rows();
            assert_eq!(then.rows().cloned().collect::<Vec<_>>(), stood, "{name} after step {}", step.nr);
            rows += stood.len();
        }
        assert!(rows >= 3, "{name} shows {rows} rows");
    }
}

/// What a terminal without a network sent on Wednesday happened on Monday: on Tuesday nobody knew.
#[tokio::test]
async fn a_list_as_it_was_known_leaves_out_what_came_late() {
    let stage = memory(HashAlgorithm::Sha256);
    let played = play(&scenario("m-20-village-terminal.toml"), &stage).await;
    let late = stage.store.stream_events(&played.case.stream(CaseKind::Mediation)).await.unwrap();
    let late = late.into_iter().find(|event| event.occurred_at < event.recorded_at).unwrap();
    let bureau = played.bureau;
    let before = late.recorded_at.plus_micros(-1).unwrap();
    let revision = async |as_of| {
        let list = bureau.worklist_as_of(as_of).await.unwrap();
        list.rows().find(|row| row.case == played.case).map(|row| row.revision)
    };
    let was = AsOf::now().happened_by(before);
    assert!(revision(was).await >= Some(late.revision));
    assert!(revision(was.known_by(before)).await < Some(late.revision));
}

/// A gap that is open waits for the papers, and for whoever may say that they did not come.
#[tokio::test]
async fn a_row_names_what_stands_open_beside_the_steps_of_its_kind() {
    let stage = memory(HashAlgorithm::Sha256);
    let mut life = Scenario::read(&folder().join("skeleton/s-04-with-a-gap.toml")).unwrap();
    let taken_on = |step: &Step| step.then.iter().any(|event| event == "ProvisionallyAccepted");
    let until = life.steps.iter().position(taken_on).unwrap();
    life.steps.truncate(until + 1);
    life.end = Default::default();
    life.play::<Mediation>(&stage).await.unwrap();
    let row = list_of(&stage).await.rows().pop().unwrap();
    assert!(row.waits_for[&Role::Clerk].iter().any(|command| command == "FillGap"));
    assert!(row.waits_for[&Role::Approver].iter().any(|command| command == "DefaultGap"));
    assert!(row.dues.iter().any(|due| due.rule.as_str() == "GEN-D02"));
}
