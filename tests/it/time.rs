//! Two kinds of time: a case as it was and as it was known, and entries that come late, in whatever order.

use anjuan::bureau::{BureauError, Change, Request};
use anjuan::case::code::{Role, ServiceMode, SpecialGroup};
use anjuan::case::mediation::{Command, Mediation};
use anjuan::case::skeleton::{
    ClientContacted, ClockSuspended, CommonCommand, Overlay, Proof, TagSpecialGroup,
};
use anjuan::case::{Acting, Case, CaseCommand, CaseId, Kind, ReasonCode, Refusal};
use anjuan::clock::Timestamp;
use anjuan::event::{EventSet, HashAlgorithm};
use anjuan::execute::ExecuteError;
use anjuan::id::{ActorId, PersonRef};
use anjuan::replay::AsOf;
use anjuan::snapshot::SnapshotLoader;
use anjuan::store::{MemorySnapshots, StoreError};
use anjuan::testing::scenario::{Played, Scenario};
use anjuan::words::Words;
use uuid::Uuid;

use crate::lives::{but_for_the_count, case, commands, elsewhere, key, shuffled};
use crate::scenarios::mediations;
use crate::stages::{memory, play, scenario};

type MediationCase = Case<Mediation>;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A request of somebody in the scenario that comes late.
fn late(
    played: &Played<Mediation>,
    number: u128,
    by: &str,
    moment: &str,
    command: Command,
) -> Request<Mediation> {
    of(played, number, by, moment, CaseCommand::Own(command))
}

fn of(
    played: &Played<Mediation>,
    number: u128,
    by: &str,
    moment: &str,
    command: CaseCommand<Mediation>,
) -> Request<Mediation> {
    let by = played.cast.actor(by).unwrap().clone();
    Request::new(key(number), played.case, by, command).late(at(moment), "NO_NETWORK".parse().unwrap())
}

fn contacted(person: PersonRef) -> ClientContacted {
    ClientContacted { person, mode: ServiceMode::Phone, note: None }
}

fn tagged(person: PersonRef, group: SpecialGroup, proof: Proof) -> TagSpecialGroup {
    TagSpecialGroup { person, group, proof, since: None, until: None }
}

fn contact(played: &Played<Mediation>, person: &str) -> CaseCommand<Mediation> {
    let person = played.cast.person(person).unwrap();
    CaseCommand::Common(contacted(person).into())
}

async fn refusal(played: &Played<Mediation>, request: &Request<Mediation>) -> Refusal {
    match played.bureau.execute(request).await {
        Err(BureauError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

// As it was, and as it was known.

/// Whoever has cases of thousands of events can keep them as snapshots.
#[tokio::test]
async fn a_case_can_be_kept_as_a_snapshot() {
    for path in mediations() {
        let stage = memory(HashAlgorithm::Sha256);
        let played = play(&path, &stage).await;
        let (codec, snapshots) = (Mediation::codec(), MemorySnapshots::new());
        let loader = SnapshotLoader::<MediationCase>::new(&codec, &snapshots, 1);
        let stream = played.case.stream(Mediation::KIND);
        let replayed = loader.load(&*stage.store, &stream).await.unwrap().replayed;
        loader.save(&stream, &replayed).await.unwrap();
        let kept = loader.load(&*stage.store, &stream).await.unwrap();
        assert_eq!((kept.snapshot, kept.replayed), (replayed.revision(), replayed), "{}", path.display());
    }
}

#[tokio::test]
async fn a_difference_says_what_came_what_came_late_and_what_it_changed() {
    let played = play(&scenario("m-20-village-terminal.toml"), &memory(HashAlgorithm::Sha256)).await;
    let before = AsOf::now().known_by(at("2026-08-06T08:01:30+08:00"));
    let after = AsOf::now().known_by(at("2026-08-12T09:01:00+08:00"));
    let difference = played.bureau.difference::<Mediation>(played.case, before, after).await.unwrap();
    let came: Vec<_> = difference.came.iter().map(|entry| (entry.event.event_type(), entry.late)).collect();
    let expected = [
        ("ConsentRecorded", true),
        ("MediationAccepted", false),
        ("ClientContacted", false),
        ("MediatorAssigned", true),
    ];
    assert_eq!(came, expected);
    assert!(difference.gone.is_empty());
    let words = Words::embedded();
    let told = |language| -> Vec<_> {
        let told = difference.changes.iter().map(|change| change.explain(&words, language));
        let text = |side: Option<String>| side.unwrap_or("–".to_owned());
        told.map(|told| format!("{}: {} → {}", told.what, text(told.before), text(told.after))).collect()
    };
    assert_eq!(told("zh"), ["阶段: 审查 → 指派", "状态: 审查中 → 已确定调解员", "调解终结: – → 2026-09-07"]);
    assert_eq!(
        told("en"),
        [
            "phase: under review → assigned",
            "state: under review → mediators assigned",
            "finish the mediation: – → 2026-09-07"
        ]
    );

    let back = played.bureau.difference::<Mediation>(played.case, after, before).await.unwrap();
    assert_eq!(back.gone, difference.came);
    assert!(back.came.is_empty() && back.changes.len() == difference.changes.len());
}

#[tokio::test]
async fn a_difference_shows_what_lies_over_the_case() {
    let played = play(&scenario("m-07-court-sent-appraisal.toml"), &memory(HashAlgorithm::Sha256)).await;
    let [before, after] = ["2026-09-14T09:00:00+08:00", "2026-09-20T09:00:00+08:00"]
        .map(|moment| AsOf::now().happened_by(at(moment)));
    let difference = played.bureau.difference::<Mediation>(played.case, before, after).await.unwrap();
    assert_eq!(difference.changes, [Change::Overlay { overlay: Overlay::ClockSuspended, holds: true }]);
    let resumed = AsOf::now().happened_by(at("2026-09-24T09:00:00+08:00"));
    let difference = played.bureau.difference::<Mediation>(played.case, before, resumed).await.unwrap();
    let [Change::Due { rule, before: Some(before), after: Some(after), .. }] = difference.changes.as_slice()
    else {
        panic!("{:?}", difference.changes)
    };
    assert_eq!(
        (rule.as_str(), before.to_string(), after.to_string()),
        ("MED-D02", "2026-10-08".to_owned(), "2026-10-16".to_owned())
    );
}

// Late entries.

/// Thousands of plain records of one case, in an order that chance chose.
#[tokio::test]
async fn thousands_of_late_records_in_any_order_are_the_same_case() {
    let played = play(&scenario("m-11-ningbo.toml"), &memory(HashAlgorithm::Sha256)).await;
    let history = played.bureau.history::<Mediation>(played.case).await.unwrap();
    let (id, mut life) = commands(&history);
    life.truncate(6);
    let people: Vec<_> = case(&played).await.own.matter().unwrap().dispute.people().collect();
    let clerk = ActorId::from_uuid(Uuid::from_u128(77));
    let opened = life.last().unwrap().occurred_at.unwrap();
    let records = (0..3_000_i64).map(|number| {
        let person = people[number as usize % people.len()];
        let command: CommonCommand = if number % 10 == 0 {
            tagged(person, SpecialGroup::Elder, Proof::SelfDeclared).into()
        } else {
            contacted(person).into()
        };
        let by = Acting { id: clerk, role: Role::Clerk, office: "CN/330206/tiaoweihui".parse().unwrap() };
        let request =
            Request::new(key(1_000_000 + number as u128), id, by, CaseCommand::<Mediation>::Common(command));
        request.late(opened.plus_micros((number + 1) * 1_000_000).unwrap(), "NO_NETWORK".parse().unwrap())
    });
    let records: Vec<_> = records.collect();
    let mut ends = Vec::new();
    for (seed, at_once) in [("a", 900), ("b", 331)] {
        let bureau = elsewhere(&played, &scenario("m-11-ningbo.toml")).await;
        bureau.catch_up(key(9), id, &life).await.unwrap();
        for (number, some) in shuffled(&records, seed).chunks(at_once).enumerate() {
            bureau.catch_up(key(10 + number as u128), id, some).await.unwrap();
        }
        ends.push(bureau.case::<Mediation>(id).await.unwrap().state);
        // A terminal that is not sure sends all of it again, otherwise divided.
        for (number, some) in records.chunks(500).enumerate() {
            let again = bureau.catch_up(key(1_000 + number as u128), id, some).await.unwrap();
            assert!(again.events.is_empty());
        }
        assert_eq!(bureau.history::<Mediation>(id).await.unwrap().len(), 6 + 3_000);
    }
    assert_eq!(ends[0], ends[1]);
    assert_eq!(ends[0].common.groups.len(), 300);
}

#[tokio::test]
async fn a_late_entry_cannot_undo_what_was_decided_without_it() {
    let played = until("m-01.toml", "6").await;
    let sun = played.cast.person("sun").unwrap();
    let no = late(
        &played,
        1,
        "qin",
        "2026-06-26T10:10:00+08:00",
        Command::SeekConsent { party: sun, given: false },
    );
    let refused = refusal(&played, &no).await;
    let codes: Vec<_> = refused.reasons.iter().map(|reason| reason.code).collect();
    assert_eq!(codes, [ReasonCode::LaterEvent, ReasonCode::PartyRefused]);
    let told = refused.explain(&Words::embedded(), "zh");
    assert_eq!(told[0].why, "2026-06-26的“已受理登记”（第6号）已经记录，若此项在先则不能成立，理由见下。");
    // Asking beforehand gives the same answer, and saying yes again changes nothing that came after it.
    let BureauError::Refused(foreseen) = played.bureau.may(&no).await.unwrap_err() else { panic!() };
    assert_eq!(foreseen, refused);
    let before = case(&played).await;
    let yes = late(
        &played,
        2,
        "qin",
        "2026-06-26T10:10:00+08:00",
        Command::SeekConsent { party: sun, given: true },
    );
    let after = played.bureau.execute(&yes).await.unwrap().state;
    assert_eq!(but_for_the_count(after), but_for_the_count(before));
}

#[tokio::test]
async fn nothing_comes_before_the_beginning_or_into_the_archive() {
    let played = play(&scenario("m-01.toml"), &memory(HashAlgorithm::Sha256)).await;
    let into_the_archive = of(&played, 1, "clerk", "2026-06-27T09:00:00+08:00", contact(&played, "sun"));
    assert!(refusal(&played, &into_the_archive).await.is_for(ReasonCode::Archived));

    // Not even in one batch with the file.
    let history = played.bureau.history::<Mediation>(played.case).await.unwrap();
    let (id, mut requests) = commands(&history);
    let mut afterwards = of(&played, 2, "clerk", "2027-01-04T09:00:00+08:00", contact(&played, "sun"));
    afterwards.case = id;
    requests.push(afterwards);
    let bureau = elsewhere(&played, &scenario("m-01.toml")).await;
    let error = bureau.catch_up(key(9), id, &requests).await.unwrap_err();
    let ExecuteError::Refused(refused) = error else { panic!("{error}") };
    assert_eq!(refused.key, key(2));
    assert!(refused.refusal.is_for(ReasonCode::Archived));

    let played = until("m-01.toml", "6").await;
    let before = of(&played, 1, "clerk", "2026-06-25T09:00:00+08:00", contact(&played, "sun"));
    let refused = refusal(&played, &before).await;
    assert_eq!((refused.state, refused.reasons[0].code), ("Unopened", ReasonCode::WrongState));
    let history = played.bureau.history::<Mediation>(played.case).await.unwrap();
    let opening = history[0].event.recall().unwrap();
    let refused = refusal(&played, &of(&played, 2, "sun", "2026-06-25T09:00:00+08:00", opening)).await;
    assert_eq!(refused.reasons[0].code, ReasonCode::LaterEvent);
}

#[tokio::test]
async fn two_entries_of_one_moment_stand_in_the_order_in_which_they_came() {
    let played = until("m-01.toml", "6").await;
    let moment = "2026-06-26T10:00:00+08:00";
    for (number, group) in [(1, SpecialGroup::Elder), (2, SpecialGroup::Disabled)] {
        let person = played.cast.person("sun").unwrap();
        let tag = CommonCommand::from(tagged(person, group, Proof::Document));
        played.bureau.execute(&of(&played, number, "clerk", moment, CaseCommand::Common(tag))).await.unwrap();
    }
    let groups: Vec<_> = case(&played).await.common.groups.iter().map(|tag| tag.group).collect();
    assert_eq!(groups[groups.len() - 2..], [SpecialGroup::Elder, SpecialGroup::Disabled]);
}

#[tokio::test]
async fn a_late_entry_that_is_repeated_does_nothing() {
    let played = until("m-01.toml", "6").await;
    let request = of(&played, 1, "clerk", "2026-06-26T09:30:00+08:00", contact(&played, "sun"));
    let first = played.bureau.execute(&request).await.unwrap();
    let again = played.bureau.execute(&request).await.unwrap();
    assert!(again.repeated && (again.events, again.state) == (first.events, first.state));
    // Together with others it is passed over, and a request to another case does not belong there.
    let other = of(&played, 2, "clerk", "2026-06-26T09:40:00+08:00", contact(&played, "ma"));
    let both = [request.clone(), other.clone(), request];
    let receipt = played.bureau.catch_up(key(9), played.case, &both).await.unwrap();
    assert_eq!(receipt.events.len(), 1);
    assert!(played.bureau.catch_up(key(9), played.case, &both).await.unwrap().repeated);
    let mut stray = other;
    stray.case = CaseId::opened_by(key(5));
    let error = played.bureau.catch_up(key(10), played.case, &[stray]).await.unwrap_err();
    assert!(matches!(error, ExecuteError::Store(StoreError::Invalid { .. })), "{error}");
}

/// The office has stopped and started the clock in September and in October; that an appraisal had stopped it in
/// between comes to light at the end. Half of it cannot stand beside what is recorded, the whole moves the last day.
#[tokio::test]
async fn a_pause_that_is_learnt_late_moves_the_last_day() {
    let played = until("m-07-court-sent-appraisal.toml", "9").await;
    let dates = |case: &MediationCase| case.common.clock.as_ref().unwrap().last_day().unwrap().to_string();
    assert_eq!(dates(&case(&played).await), "2026-10-21");
    let appraisal =
        || CaseCommand::Common(CommonCommand::from(ClockSuspended { ground: "appraisal".parse().unwrap() }));
    let stop = of(&played, 1, "qin", "2026-09-25T09:00:00+08:00", appraisal());
    let go_on_again = || CaseCommand::Common(CommonCommand::ResumeClock);
    let go_on = of(&played, 2, "qin", "2026-09-27T09:00:00+08:00", go_on_again());
    let codes: Vec<_> = refusal(&played, &stop).await.reasons.iter().map(|reason| reason.code).collect();
    assert_eq!(codes, [ReasonCode::LaterEvent, ReasonCode::ClockStopped]);

    let receipt = played.bureau.catch_up(key(9), played.case, &[go_on, stop]).await.unwrap();
    let types: Vec<_> = receipt.events.iter().map(EventSet::event_type).collect();
    assert_eq!(types, ["ClockSuspended", "ClockResumed", "ClockRecomputed", "ClockRecomputed"]);
    assert_eq!(dates(&receipt.state), "2026-10-23");
    assert_eq!(case(&played).await, receipt.state);

    // A second one is counted beside the first, whatever was computed anew for that.
    let stop = of(&played, 3, "qin", "2026-10-01T09:00:00+08:00", appraisal());
    let go_on = of(&played, 4, "qin", "2026-10-02T09:00:00+08:00", go_on_again());
    let receipt = played.bureau.catch_up(key(10), played.case, &[stop, go_on]).await.unwrap();
    assert_eq!(dates(&receipt.state), "2026-10-26");

    // Had both come in order, the case would be the same.
    let history = played.bureau.history::<Mediation>(played.case).await.unwrap();
    let (id, requests) = commands(&history);
    let bureau = elsewhere(&played, &scenario("m-07-court-sent-appraisal.toml")).await;
    let in_order = bureau.catch_up(key(9), id, &requests).await.unwrap();
    assert_eq!(but_for_the_count(in_order.state), but_for_the_count(receipt.state));
    assert!(in_order.events.iter().all(|event| event.event_type() != "ClockRecomputed"));
}

#[tokio::test]
async fn what_is_entered_late_says_why_and_gets_a_number_of_its_own_year() {
    let played = until("m-01.toml", "3").await;
    let history = played.bureau.history::<Mediation>(played.case).await.unwrap();
    // The same matter, which came in last year.
    let (id, mut requests) = commands(&history);
    for (hour, request) in requests.iter_mut().enumerate() {
        request.occurred_at = Some(at(&format!("2025-12-31T{:02}:00:00+08:00", 9 + hour)));
    }
    let bureau = elsewhere(&played, &scenario("m-01.toml")).await;
    bureau.catch_up(key(9), id, &requests).await.unwrap();
    let mut now = of(&played, 1, "clerk", "2026-06-26T10:00:00+08:00", contact(&played, "sun"));
    now.case = id;
    bureau.execute(&now).await.unwrap();

    let registration = bureau.new_document();
    let moment = "2025-12-31T16:00:00+08:00";
    let mut accept = late(&played, 2, "committee", moment, Command::AcceptMediation { registration });
    accept.case = id;
    let receipt = bureau.execute(&accept).await.unwrap();
    let number = receipt.state.own.number().unwrap();
    assert_eq!((number.year, number.serial), (2025, 1));
    let history = bureau.history::<Mediation>(id).await.unwrap();
    let entry = history.last().unwrap();
    assert!(entry.late && !history[0].late);
    assert_eq!(entry.metadata.late, accept.late);
    assert!(entry.occurred_at == at(moment) && entry.recorded_at > entry.occurred_at);
}

/// A scenario up to one of its steps.
async fn until(file: &str, step: &str) -> Played<Mediation> {
    let mut scenario = Scenario::read(&scenario(file)).unwrap();
    let last = scenario.steps.iter().rposition(|one| one.nr == step).unwrap();
    scenario.steps.truncate(last + 1);
    scenario.end = Default::default();
    let stage = memory(HashAlgorithm::Sha256);
    scenario.play::<Mediation>(&stage).await.unwrap_or_else(|error| panic!("{error}: {:?}", error.mismatch))
}
