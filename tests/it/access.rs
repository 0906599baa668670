//! Who looked at a case: recorded beside it, before anything is shown.

use std::sync::Arc;

use anjuan::backup::{self, Backup};
use anjuan::bureau::{AccessEvent, Bureau, BureauError, Reading, ReadingPurpose, ReadingRefused, Request};
use anjuan::case::code::Role;
use anjuan::case::mediation::Mediation;
use anjuan::case::skeleton::{ConfidentialGround, ConfidentialityMarked};
use anjuan::case::{Acting, CaseCommand, CaseId, ReasonCode};
use anjuan::clock::{SystemClock, Timestamp};
use anjuan::event::HashAlgorithm;
use anjuan::id::{ActorId, Code, SystemEntropy};
use anjuan::store::{EventStoreExt, Identity, MemoryStore, StoreError};
use anjuan::testing::scenario::{Played, Scenario, Stage};
use uuid::Uuid;

use crate::stages::{OnDisk, memory, scenario};

async fn played(stage: &Stage) -> (Bureau, Played<Mediation>) {
    let mut scenario = Scenario::read(&scenario("m-01.toml")).unwrap();
    let last = scenario.steps.iter().rposition(|one| one.nr == "5").unwrap();
    scenario.steps.truncate(last + 1);
    scenario.end = Default::default();
    let played: Played<Mediation> = scenario.play(stage).await.unwrap();
    (played.bureau.clone().with_clock(Arc::new(SystemClock)), played)
}

fn acting(played: &Played<Mediation>, name: &str) -> Acting {
    played.cast.actor(name).unwrap().clone()
}

fn stranger(role: Role, office: &str) -> Acting {
    Acting { id: ActorId::from_uuid(Uuid::from_u128(77)), role, office: Code::new(office).unwrap() }
}

#[track_caller]
fn reasons<T: std::fmt::Debug>(answer: Result<T, BureauError>) -> Vec<ReasonCode> {
    let Err(BureauError::Refused(refusal)) = answer else { panic!("{answer:?}") };
    refusal.reasons.iter().map(|reason| reason.code).collect()
}

async fn every_look_is_recorded(stage: &Stage) {
    let (bureau, played) = played(stage).await;
    let (case, committee) = (played.case, acting(&played, "committee"));
    let before = bureau.history::<Mediation>(case).await.unwrap();
    let reading = |by, purpose| Reading::new(bureau.new_command(), case, by, purpose);

    let supervises = reading(committee.clone(), ReadingPurpose::Supervision);
    let seen = bureau.open_file::<Mediation>(&supervises).await.unwrap();
    assert_eq!(seen, bureau.case::<Mediation>(case).await.unwrap());
    // Whoever acts for another office is turned away, and that they asked is kept.
    let curious = reading(stranger(Role::Mediator, "CN/330100/elsewhere"), ReadingPurpose::Handling);
    assert_eq!(reasons(bureau.open_file::<Mediation>(&curious).await), [ReasonCode::NotTheirOffice]);

    let accesses = bureau.accesses(case).await.unwrap();
    let [look, attempt] = &accesses[..] else { panic!("{accesses:?}") };
    let AccessEvent::CaseRead(read) = &look.event else { panic!("{look:?}") };
    assert_eq!(look.by.id, committee.id);
    assert_eq!((look.by.role.as_str(), &look.by.office), ("COMMITTEE", &committee.office));
    assert_eq!((Some(read.shown), read.purpose), (seen.revision(), ReadingPurpose::Supervision));
    let AccessEvent::ReadingRefused(ReadingRefused { reasons: kept, .. }) = &attempt.event else { panic!() };
    assert_eq!(kept, &[ReasonCode::NotTheirOffice]);
    assert_eq!(bureau.history::<Mediation>(case).await.unwrap(), before, "the case knows nothing of it");

    // The case goes on; whoever asks again under the same key is shown, or refused, what they were then.
    let marked = ConfidentialityMarked { ground: ConfidentialGround::Privacy };
    let zhou = acting(&played, "zhou");
    let mark =
        Request::<Mediation>::new(bureau.new_command(), case, zhou, CaseCommand::Common(marked.into()));
    bureau.execute(&mark).await.unwrap();
    assert_eq!(bureau.open_file::<Mediation>(&supervises).await.unwrap(), seen);
    assert_eq!(reasons(bureau.open_file::<Mediation>(&curious).await), [ReasonCode::NotTheirOffice]);
    assert_eq!(bureau.accesses(case).await.unwrap(), accesses);
    let other_purpose = Reading { purpose: ReadingPurpose::Archive, ..supervises };
    let reused = bureau.open_file::<Mediation>(&other_purpose).await;
    assert!(matches!(reused, Err(BureauError::Store(StoreError::KeyReused { .. }))));
    assert!(bureau.verify().await.is_sound());
}

#[tokio::test]
async fn every_look_is_recorded_in_memory() {
    every_look_is_recorded(&memory(HashAlgorithm::Sm3)).await;
}

#[tokio::test]
async fn every_look_is_recorded_on_disk() {
    let disk = OnDisk::new(HashAlgorithm::Sm3);
    every_look_is_recorded(&disk.open().await).await;
}

#[tokio::test]
async fn who_belongs_to_no_office_must_belong_to_the_case() {
    let (bureau, played) = played(&memory(HashAlgorithm::Sha256)).await;
    let ask = async |reading: Reading| reasons(bureau.open_file::<Mediation>(&reading).await);
    let (case, key) = (played.case, || bureau.new_command());
    let anywhere = "CN/330100/elsewhere";
    let party = Reading::new(key(), case, stranger(Role::Party, anywhere), ReadingPurpose::OwnData);
    assert_eq!(ask(party.clone()).await, [ReasonCode::NobodyNamed]);
    let somebody = Reading { key: key(), ..party.clone() }.on_behalf_of(bureau.new_person());
    assert_eq!(ask(somebody).await, [ReasonCode::NotAParty]);
    let sun = Reading { key: key(), ..party }.on_behalf_of(played.cast.person("sun").unwrap());
    bureau.open_file::<Mediation>(&sun).await.unwrap();
    assert_eq!(bureau.accesses(case).await.unwrap().last().unwrap().on_behalf_of, sun.on_behalf_of);

    let counsel = Reading::new(key(), case, stranger(Role::Counsel, anywhere), ReadingPurpose::Handling);
    assert_eq!(ask(counsel).await, [ReasonCode::NotHandler]);
    let peer = Reading::new(key(), case, stranger(Role::Peer, anywhere), ReadingPurpose::QualityReview);
    assert_eq!(ask(peer).await, [ReasonCode::NoSuchReview]);
    let operator = Reading::new(key(), case, stranger(Role::Operator, anywhere), ReadingPurpose::Handling);
    assert_eq!(ask(operator).await, [ReasonCode::WrongRole]);
}

#[tokio::test]
async fn a_confidential_case_is_shown_to_those_who_handle_it_and_those_who_answer_for_them() {
    let (bureau, played) = played(&memory(HashAlgorithm::Sha256)).await;
    let (case, committee, zhou) = (played.case, acting(&played, "committee"), acting(&played, "zhou"));
    let look = async |by: &Acting| {
        let reading = Reading::new(bureau.new_command(), case, by.clone(), ReadingPurpose::Handling);
        bureau.open_file::<Mediation>(&reading).await
    };
    let colleague = stranger(Role::Mediator, committee.office.as_str());
    look(&colleague).await.unwrap();
    let marked = ConfidentialityMarked { ground: ConfidentialGround::Privacy };
    let mark = Request::<Mediation>::new(
        bureau.new_command(),
        case,
        zhou.clone(),
        CaseCommand::Common(marked.into()),
    );
    bureau.execute(&mark).await.unwrap();
    assert_eq!(reasons(look(&colleague).await), [ReasonCode::Confidential]);
    look(&zhou).await.unwrap();
    look(&committee).await.unwrap();
}

#[tokio::test]
async fn of_a_case_that_is_not_there_nothing_is_shown_and_nothing_recorded() {
    let (bureau, played) = played(&memory(HashAlgorithm::Sha256)).await;
    let nowhere = CaseId::from_uuid(Uuid::from_u128(404));
    let committee = acting(&played, "committee");
    let reading = Reading::new(bureau.new_command(), nowhere, committee, ReadingPurpose::Handling);
    assert_eq!(reasons(bureau.open_file::<Mediation>(&reading).await), [ReasonCode::NoSuchCase]);
    assert!(bureau.accesses(nowhere).await.unwrap().is_empty());
}

/// What is kept of looks travels with the cases.
#[tokio::test]
async fn a_backup_restores_the_looks() {
    let (bureau, played) = played(&memory(HashAlgorithm::Sha256)).await;
    let committee = acting(&played, "committee");
    let reading = Reading::new(bureau.new_command(), played.case, committee, ReadingPurpose::Supervision);
    bureau.open_file::<Mediation>(&reading).await.unwrap();
    let mut file = Vec::new();
    backup::write(&**bureau.store(), &mut file).await.unwrap();
    let store =
        Arc::new(MemoryStore::new(Identity::new(Timestamp::EPOCH, &SystemEntropy, HashAlgorithm::Sha256)));
    Backup::open(&file[..]).await.unwrap().restore(&*store).await.unwrap();
    let restored = Bureau::new(store, bureau.keys().clone());
    let accesses = restored.accesses(played.case).await.unwrap();
    assert_eq!(accesses.len(), 1);
    assert_eq!(accesses, bureau.accesses(played.case).await.unwrap());
    // The key is remembered too: asked again, the look is the one that was recorded.
    let again = restored.open_file::<Mediation>(&reading).await.unwrap();
    assert_eq!(again.revision(), bureau.case::<Mediation>(played.case).await.unwrap().revision());
    assert_eq!(restored.accesses(played.case).await.unwrap().len(), 1);
    let digests = async |bureau: &Bureau| -> Vec<_> {
        bureau.store().all_events().await.unwrap().into_iter().map(|event| event.digest).collect()
    };
    assert_eq!(digests(&restored).await, digests(&bureau).await);
}
