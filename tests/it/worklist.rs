//! The worklist over real histories: kept up to date, built anew, resumed, and the same each time.

use std::sync::Arc;

use anjuan::case::CaseNumber;
use anjuan::case::code::Role;
use anjuan::case::mediation::Mediation;
use anjuan::event::{EventType, HashAlgorithm, NewEvent};
use anjuan::id::{Code, CommandKey, EventId};
use anjuan::policy::Layer;
use anjuan::store::{Append, EventStoreExt, Expected, MemoryStore, StreamWrite};
use anjuan::testing::scenario::{Scenario, Stage};
use anjuan::worklist::{Order, Query, Worklist};
use uuid::Uuid;

use crate::scenarios::scenarios;
use crate::stages::{OnDisk, identity, memory, play, scenario, try_play_life};

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
