//! What crosses cases: requests to several of them in one append, and bundles that open and close together.

use anjuan::bureau::{Bureau, BureauError, Request};
use anjuan::case::code::Role;
use anjuan::case::consultation::{Command, Consultation, Conversion};
use anjuan::case::legal_aid::LegalAid;
use anjuan::case::mediation::Mediation;
use anjuan::case::skeleton::{MergeDuplicate, SamePerson};
use anjuan::case::{Acting, CaseCommand, CaseId, Kind, ReasonCode, Refusal};
use anjuan::event::HashAlgorithm;
use anjuan::execute::ExecuteError;
use anjuan::id::CorrelationId;
use anjuan::policy::CaseKind;
use anjuan::store::EventStoreExt;
use anjuan::testing::scenario::{Scenario, Told};
use tokio::task::JoinSet;

use crate::lives::{commands, elsewhere, key};
use crate::stages::{folder, memory};

const QUESTION: &str = "consultation/c-02-on-the-spot.toml";
const QUARREL: &str = "mediation/m-02-refused-by-a-party.toml";

/// The commands of a scenario's life, and a bureau in which nothing has happened yet.
async fn life<K: Told>(file: &str) -> (Bureau, CaseId, Vec<Request<K>>) {
    let path = folder().join(file);
    let played = Scenario::read(&path).unwrap().play::<K>(&memory(HashAlgorithm::Sha256)).await.unwrap();
    let history = played.bureau.history::<K>(played.case).await.unwrap();
    let (case, requests) = commands(&history);
    (elsewhere(&played, &path).await, case, requests)
}

fn first<K: Kind>(requests: &[Request<K>]) -> Request<K> {
    requests.first().unwrap().clone()
}

#[tokio::test]
async fn one_window_takes_in_what_several_handle_and_the_bundle_closes_with_the_last() {
    let (bureau, question, about) = life::<Consultation>(QUESTION).await;
    let (_, quarrel, over) = life::<Mediation>(QUARREL).await;
    let open = || bureau.together(key(1)).with([first(&about)]).with([first(&over)]).as_bundle();
    assert!(!bureau.bundle(key(1)).await.unwrap().is_closed(), "nobody has opened it");

    let appended = open().carry_out().await.unwrap();
    assert_eq!(appended.streams.len(), 4, "two cases, the register of one, and the bundle");
    let events = bureau.store().all_events().await.unwrap();
    let whole = CorrelationId::from_uuid(*key(1).as_uuid());
    assert!(events.iter().all(|event| event.decode_metadata().unwrap().correlation == whole));
    let again = open().carry_out().await.unwrap();
    assert!(again.repeated && again.position == appended.position);

    let bundle = bureau.bundle(key(1)).await.unwrap();
    let cases: Vec<_> = bundle.cases.iter().map(|(one, _)| (one.kind, one.case)).collect();
    assert_eq!(cases, [(CaseKind::Consultation, question), (CaseKind::Mediation, quarrel)]);
    bureau.catch_up(key(2), question, &about[1..]).await.unwrap();
    assert!(!bureau.bundle(key(1)).await.unwrap().is_closed());
    bureau.catch_up(key(3), quarrel, &over[1..]).await.unwrap();
    assert!(bureau.bundle(key(1)).await.unwrap().is_closed());
    assert!(bureau.verify().await.is_sound());
}

/// The quarrel cannot be gone on with before it has begun: the question is not taken in either.
#[tokio::test]
async fn where_one_is_refused_nothing_happens() {
    let (bureau, _, about) = life::<Consultation>(QUESTION).await;
    let (_, _, over) = life::<Mediation>(QUARREL).await;
    let both = bureau.together(key(1)).with([first(&about)]).with([over[1].clone()]).as_bundle();
    let Err(ExecuteError::Refused(refused)) = both.carry_out().await else { panic!("it is refused") };
    assert_eq!(refused.key, over[1].key);
    assert!(bureau.store().all_events().await.unwrap().is_empty());
    // The key is still free.
    bureau.together(key(1)).with([first(&about)]).carry_out().await.unwrap();
}

/// A liaison brings what was asked in the village: each question is a case with a number of its own.
#[tokio::test]
async fn a_batch_draws_as_many_numbers_as_it_has_cases() {
    let (bureau, _, about) = life::<Consultation>(QUESTION).await;
    let Request { by, command, occurred_at, late, .. } = first(&about);
    let asked = (0..5).map(|number| {
        let request = Request::open(key(100 + number), by.clone(), command.clone());
        request.late(occurred_at.unwrap(), late.clone().unwrap())
    });
    let asked: Vec<Request<Consultation>> = asked.collect();
    bureau.together(key(1)).with(asked.clone()).carry_out().await.unwrap();
    for (number, request) in asked.iter().enumerate() {
        let case = bureau.case::<Consultation>(request.case).await.unwrap().state;
        assert_eq!(Consultation::number(&case.own).unwrap().serial, number as u64 + 1);
    }
}

/// Two that go on with one case at once, by the same entry of a terminal: the slower one decides anew, and passes it over.
#[tokio::test]
async fn what_two_send_at_once_happens_once() {
    let (bureau, case, about) = life::<Consultation>(QUESTION).await;
    bureau.execute(&first(&about)).await.unwrap();
    let goes_on = |number| bureau.together(key(number)).with([about[1].clone()]).carry_out();
    let (one, other) = tokio::join!(goes_on(10), goes_on(11));
    one.and(other).unwrap();
    let history = bureau.history::<Consultation>(case).await.unwrap();
    let of_the_entry: Vec<_> = history
        .iter()
        .filter(|entry| entry.metadata.command == about[1].key)
        .map(|entry| &entry.event)
        .collect();
    let alone = life::<Consultation>(QUESTION).await.0;
    alone.execute(&first(&about)).await.unwrap();
    assert_eq!(of_the_entry, alone.execute(&about[1]).await.unwrap().events.iter().collect::<Vec<_>>());
}

/// A case that the same command opens under another key.
fn another<K: Kind>(number: u128, like: &Request<K>) -> Request<K> {
    let Request { by, command, occurred_at, late, .. } = like.clone();
    Request::open(key(number), by, command).late(occurred_at.unwrap(), late.unwrap())
}

/// A question that becomes a case points at it only if the case is there: before, or opened in the same append.
#[tokio::test]
async fn a_question_is_converted_into_the_case_that_is_opened_with_it() {
    let (bureau, question, asked) = life::<Consultation>("consultation/c-03-without-a-name.toml").await;
    let (_, _, aid) = life::<LegalAid>("legal_aid/a-10-fuxin-credit.toml").await;
    let place = asked.iter().position(|request| request.command.name() == "ConvertToCase").unwrap();
    bureau.catch_up(key(2), question, &asked[..place]).await.unwrap();
    let opens = another(50, &first(&aid));
    let mut converts = asked[place].clone();
    let CaseCommand::Own(Command::ConvertToCase { to, .. }) = &mut converts.command else { unreachable!() };
    *to = Conversion { kind: CaseKind::LegalAid, case: opens.case };
    let refused = bureau.execute(&converts).await.unwrap_err();
    assert!(matches!(refused, BureauError::Refused(refusal) if refusal.is_for(ReasonCode::OtherCaseUnknown)));

    let appended = bureau.together(key(3)).with([converts]).with([opens.clone()]).carry_out().await.unwrap();
    assert_eq!(appended.streams.len(), 3, "two cases, and the register of one");
    let state = bureau.case::<Consultation>(question).await.unwrap().state;
    let into: Vec<_> = state.own.course().unwrap().conversions.iter().map(|one| one.case).collect();
    assert_eq!(into, [opens.case]);
    assert!(bureau.case::<LegalAid>(opens.case).await.unwrap().revision().is_some());
}

/// Of two cases that are merged into each other at one moment, one goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_cases_are_never_merged_into_each_other() {
    let (bureau, _, came) = life::<Mediation>("skeleton/s-08-first.toml").await;
    let by = Acting { role: Role::Dispatcher, ..first(&came).by };
    for round in 0..50 {
        let [one, other] = [100, 101].map(|number| another(number + 10 * round, &first(&came)));
        bureau.together(key(5_000 + round)).with([one.clone(), other.clone()]).carry_out().await.unwrap();
        let parties = bureau.case::<Mediation>(one.case).await.unwrap().state;
        let known = Mediation::people(&parties.own).fingerprints.into_iter();
        let persons: Vec<_> =
            known.map(|(here, fingerprint)| SamePerson { here, there: here, fingerprint }).collect();
        assert_eq!(persons.len(), 2);
        let mut both = JoinSet::new();
        for (number, from, surviving) in [(0, one.case, other.case), (1, other.case, one.case)] {
            let (bureau, persons, decision) = (bureau.clone(), persons.clone(), bureau.new_document());
            let merge = CaseCommand::Common(MergeDuplicate { surviving, persons, decision }.into());
            let request =
                Request::<Mediation>::new(key(10_000 + 2 * round + number), from, by.clone(), merge);
            both.spawn(async move { bureau.execute(&request).await });
        }
        let ends = both.join_all().await;
        assert_eq!(ends.iter().filter(|end| end.is_ok()).count(), 1, "round {round}: {ends:?}");
        let refused = ends.into_iter().find_map(Result::err).unwrap();
        let gone = [ReasonCode::CaseGone, ReasonCode::WrongState];
        let is_gone = |refusal: &Refusal| gone.iter().any(|code| refusal.is_for(*code));
        assert!(matches!(&refused, BureauError::Refused(refusal) if is_gone(refusal)), "{refused}");
    }
}
