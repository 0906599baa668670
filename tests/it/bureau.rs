//! The front door: commands that are repeated, asked about beforehand, or given by several at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anjuan::bureau::{Bureau, BureauError, Request};
use anjuan::case::code::{Role, ServiceMode};
use anjuan::case::mediation::{ChosenBy, Command, Mediation, State};
use anjuan::case::skeleton::ClientContacted;
use anjuan::case::{CaseCommand, ReasonCode, Register};
use anjuan::clock::{Clock, Timestamp};
use anjuan::event::HashAlgorithm;
use anjuan::id::CommandKey;
use anjuan::policy::CaseKind;
use anjuan::store::{EventStoreExt, StoreError};
use anjuan::testing::SeededEntropy;
use anjuan::testing::scenario::{Played, Scenario, Stage};
use futures_util::future::join_all;

use crate::stages::{OnDisk, memory, play, scenario};

/// M-01 up to one of its steps, under another name if several are wanted in one store.
async fn played_until(stage: &Stage, step: &str, name: &str) -> Played<Mediation> {
    let mut scenario = Scenario::read(&scenario("m-01.toml")).unwrap();
    let last = scenario.steps.iter().rposition(|one| one.nr == step).unwrap();
    scenario.steps.truncate(last + 1);
    scenario.id = name.to_owned();
    scenario.end = Default::default();
    scenario.play::<Mediation>(stage).await.unwrap_or_else(|error| panic!("{error}: {:?}", error.mismatch))
}

/// A request of somebody in the scenario, under a key of its own.
fn request(played: &Played<Mediation>, key: u128, by: &str, command: Command) -> Request<Mediation> {
    let key = CommandKey::from_uuid(uuid::Uuid::from_u128(key));
    Request::new(key, played.case, played.cast.actor(by).unwrap().clone(), CaseCommand::Own(command))
}

fn accept(played: &Played<Mediation>, key: u128) -> Request<Mediation> {
    let registration = played.bureau.new_document();
    request(played, key, "committee", Command::AcceptMediation { registration })
}

async fn event_count(stage: &Stage) -> usize {
    stage.store.all_events().await.unwrap().len()
}

#[tokio::test]
async fn a_repeated_command_answers_what_it_did_and_does_nothing() {
    let stage = memory(HashAlgorithm::Sha256);
    let played = played_until(&stage, "3", "repeated").await;
    let accept = accept(&played, 1);
    let first = played.bureau.execute(&accept).await.unwrap();
    let before = event_count(&stage).await;

    let again = played.bureau.execute(&accept).await.unwrap();
    assert!(again.repeated && !first.repeated);
    assert_eq!((again.events, again.state, again.revision), (first.events, first.state, first.revision));
    assert_eq!(event_count(&stage).await, before);
}

#[tokio::test]
async fn a_key_is_not_used_for_another_command() {
    let stage = memory(HashAlgorithm::Sha256);
    let played = played_until(&stage, "3", "reused").await;
    played.bureau.execute(&accept(&played, 1)).await.unwrap();
    let other = request(
        &played,
        1,
        "committee",
        Command::AssignMediator {
            mediators: vec![played.cast.actor("zhou").unwrap().id],
            chosen_by: ChosenBy::Committee,
        },
    );
    // The other one could be carried out now, the third would be refused: that the key is used up comes first.
    for reused in [other, accept(&played, 1)] {
        let error = played.bureau.execute(&reused).await.unwrap_err();
        assert!(matches!(error, BureauError::Store(StoreError::KeyReused { .. })), "{error}");
    }
}

#[tokio::test]
async fn asking_beforehand_gives_the_same_answer_and_writes_nothing() {
    let stage = memory(HashAlgorithm::Sha256);
    let played = played_until(&stage, "3", "asked").await;
    let (bureau, before) = (&played.bureau, event_count(&stage).await);

    let accept = accept(&played, 1);
    let foreseen = bureau.may(&accept).await.unwrap();
    assert_eq!(event_count(&stage).await, before);
    assert_eq!(bureau.execute(&accept).await.unwrap().events, foreseen);

    // Nobody has assigned the mediator yet, and the case has no session to draw on.
    let close = request(
        &played,
        2,
        "clerk",
        Command::CloseMediation {
            outcome: anjuan::case::mediation::Outcome::Agreed,
            report: bureau.new_document(),
        },
    );
    let BureauError::Refused(refusal) = bureau.may(&close).await.unwrap_err() else { panic!() };
    assert!(refusal.is_for(ReasonCode::WrongState) && refusal.is_for(ReasonCode::WrongRole), "{refusal}");
}

#[tokio::test]
async fn available_names_what_a_role_can_do_now() {
    let stage = memory(HashAlgorithm::Sha256);
    let played = played_until(&stage, "3", "available").await;
    let available = |role| played.bureau.available::<Mediation>(played.case, role);
    let committee = available(Role::Committee).await.unwrap();
    assert!(
        committee.starts_with(&["RefuseMediation", "AcceptMediation"]),
        "its own ones first: {committee:?}"
    );
    assert!(committee.contains(&"RequestSupplement") && !committee.contains(&"SubmitArchive"));
    assert_eq!(available(Role::Operator).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn of_two_conflicting_assignments_one_remains() {
    for disk in [None, Some(OnDisk::new(HashAlgorithm::Sha256))] {
        let stage = match &disk {
            None => memory(HashAlgorithm::Sha256),
            Some(disk) => disk.open().await,
        };
        let played = played_until(&stage, "4", "conflict").await;
        let assign = |key, mediator: &str| {
            let mediators = vec![played.cast.actor(mediator).unwrap().id];
            request(
                &played,
                key,
                "committee",
                Command::AssignMediator { mediators, chosen_by: ChosenBy::Parties },
            )
        };
        let (zhou, qin) = (assign(1, "zhou"), assign(2, "qin"));
        let (one, other) = tokio::join!(played.bureau.execute(&zhou), played.bureau.execute(&qin));
        let refused = match (one, other) {
            (Ok(_), Err(error)) | (Err(error), Ok(_)) => error,
            other => panic!("one must win: {other:?}"),
        };
        let BureauError::Refused(refusal) = refused else { panic!("{refused}") };
        assert!(refusal.is_for(ReasonCode::WrongState));
        let case = played.bureau.case::<Mediation>(played.case).await.unwrap();
        assert!(matches!(case.state.own, State::Assigned(work) if work.mediators.len() == 1));
    }
}

/// A clock that has moved on whenever somebody looks at it, as the machine's does.
#[derive(Debug)]
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.fetch_add(1, Ordering::Relaxed)).unwrap()
    }
}

/// They all look at the case before the first of them has written, and none of them comes too late for that.
#[tokio::test]
async fn who_is_overtaken_does_not_seem_to_come_before_who_was_faster() {
    let disk = OnDisk::new(HashAlgorithm::Sha256);
    let stage = disk.open().await;
    let played = played_until(&stage, "3", "overtaken").await;
    let start: Timestamp = "2026-06-26T10:05:00+08:00".parse().unwrap();
    let bureau = played.bureau.clone().with_clock(Arc::new(Ticking(AtomicI64::new(start.as_micros()))));
    let clerk = played.cast.actor("clerk").unwrap();
    let person = played.cast.person("sun").unwrap();
    let requests: Vec<_> = (1..=8)
        .map(|key| {
            let key = CommandKey::from_uuid(uuid::Uuid::from_u128(key));
            let contact = ClientContacted { person, mode: ServiceMode::Phone, note: None }.into();
            Request::<Mediation>::new(key, played.case, clerk.clone(), CaseCommand::Common(contact))
        })
        .collect();
    let before = played.bureau.case::<Mediation>(played.case).await.unwrap().revision().unwrap();
    for receipt in join_all(requests.iter().map(|request| bureau.execute(request))).await {
        receipt.unwrap();
    }
    let after = bureau.case::<Mediation>(played.case).await.unwrap().revision().unwrap();
    assert_eq!(after.get(), before.get() + 8);
}

/// Two desks, one clock half a minute behind: what happens now happens after what the case has seen. A clock that is an
/// hour behind is wrong, and somebody should know.
#[tokio::test]
async fn a_desk_whose_clock_is_a_little_behind_is_not_refused() {
    let stage = memory(HashAlgorithm::Sha256);
    let played = played_until(&stage, "3", "lagging").await;
    let last = "2026-06-26T10:00:00+08:00";
    for (key, clock, expected) in
        [(1, "2026-06-26T09:59:30+08:00", true), (2, "2026-06-26T09:00:00+08:00", false)]
    {
        let clock = Arc::new(anjuan::clock::ManualClock::new(clock.parse().unwrap()));
        let bureau = played.bureau.clone().with_clock(clock);
        let zhou = played.cast.person("sun").unwrap();
        let by = played.cast.actor("clerk").unwrap().clone();
        let contact = ClientContacted { person: zhou, mode: ServiceMode::Phone, note: None }.into();
        let key = CommandKey::from_uuid(uuid::Uuid::from_u128(key));
        let request = Request::<Mediation>::new(key, played.case, by, CaseCommand::Common(contact));
        match bureau.execute(&request).await {
            Ok(_) => {
                let history = bureau.history::<Mediation>(played.case).await.unwrap();
                let entry = history.last().unwrap();
                assert!(expected && entry.occurred_at == last.parse().unwrap());
                assert_eq!(entry.recorded_at, entry.occurred_at);
            }
            Err(BureauError::Refused(refusal)) => {
                assert!(!expected && refusal.is_for(ReasonCode::OutOfOrder))
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// Many committees' desks register at once: every case gets a number, and the numbers are 1, 2, 3 ….
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn case_numbers_have_no_gap_and_no_repeat_under_32_writers() {
    let disk = OnDisk::new(HashAlgorithm::Sha256);
    let stage = disk.open().await;
    let mut waiting = Vec::new();
    for number in 0..32 {
        waiting.push(played_until(&stage, "3", &format!("writer {number}")).await);
    }
    let accepts: Vec<_> = waiting.iter().enumerate().map(|(n, played)| accept(played, n as u128)).collect();
    let bureaus: Vec<Bureau> = waiting.iter().map(|played| played.bureau.clone()).collect();
    let mut tasks = tokio::task::JoinSet::new();
    for (bureau, accept) in bureaus.into_iter().zip(accepts) {
        tasks.spawn(async move { bureau.execute(&accept).await });
    }
    let mut serials = Vec::new();
    for receipt in tasks.join_all().await {
        serials.push(receipt.unwrap().state.own.number().unwrap().serial);
    }
    serials.sort_unstable();
    assert_eq!(serials, (1..=32).collect::<Vec<_>>());
    let office = "CN/510185/tiaoweihui".parse().unwrap();
    let register = Register::Cases.stream(CaseKind::Mediation, &office, 2026);
    assert_eq!(stage.store.stream_head(&register).await.unwrap().unwrap().revision.get(), 32);
}

/// Before it there is no place; what it was decided by are the rules of the place that it names.
#[tokio::test]
async fn the_first_event_of_a_case_names_the_rules_of_its_place() {
    let stage = memory(HashAlgorithm::Sha256);
    let played = play(&scenario("m-11-ningbo.toml"), &stage).await;
    let history = played.bureau.history::<Mediation>(played.case).await.unwrap();
    let rules = history[0].metadata.rules.as_ref().unwrap();
    assert!(rules.as_str().contains("ningbo"), "{rules}");
}

/// The same case, opened by many clicks on one button.
#[tokio::test]
async fn one_click_opens_one_case_however_often_it_is_sent() {
    let stage = memory(HashAlgorithm::Sha256);
    let played = played_until(&stage, "1", "clicks").await;
    let entropy = Arc::new(SeededEntropy::new("clicks"));
    let bureau = played.bureau.clone().with_entropy(entropy);
    let case = bureau.case::<Mediation>(played.case).await.unwrap().state;
    let dispute = case.own.matter().unwrap().dispute.clone();
    let key = bureau.new_command();
    let by = played.cast.actor("sun").unwrap().clone();
    let form = anjuan::case::mediation::Form::Oral;
    let open = || bureau.receive(key, by.clone(), Command::ApplyMediation { form, dispute: dispute.clone() });
    let receipts = join_all((0..8).map(|_| open())).await;
    let cases: Vec<_> = receipts.into_iter().map(|receipt| receipt.unwrap()).collect();
    assert_eq!(
        cases.iter().filter(|receipt: &&anjuan::bureau::Receipt<Mediation>| !receipt.repeated).count(),
        1
    );
    assert!(cases.iter().all(|receipt| receipt.case == cases[0].case));
}
