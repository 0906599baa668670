//! Who is put to work: the records of the staff, held to at the moment of an assignment.

use std::sync::Arc;

use anjuan::bureau::{Bureau, BureauError, Receipt, Request};
use anjuan::case::code::Role;
use anjuan::case::consultation::{self, Consultation};
use anjuan::case::mediation::{ChosenBy, Command, Mediation};
use anjuan::case::skeleton::FirstContactAssigned;
use anjuan::case::{Acting, CaseCommand, CaseEvent, Kind, ReasonCode};
use anjuan::clock::{ManualClock, SystemClock, Timestamp};
use anjuan::event::HashAlgorithm;
use anjuan::id::{ActorId, Code, CommandKey, Position};
use anjuan::policy::Policy;
use anjuan::staff::{Plan, Provider, ProviderCommand, Record, Shift, ShiftCommand, ShiftId, Title};
use anjuan::store::{EventStoreExt, ReadStream};
use anjuan::testing::scenario::{Played, Scenario, Stage};
use futures_util::TryStreamExt;
use futures_util::future::join;
use uuid::Uuid;

use crate::stages::{OnDisk, folder, memory};

async fn played_until<K: anjuan::testing::scenario::Told>(
    stage: &Stage,
    file: &str,
    step: &str,
) -> Played<K> {
    let mut scenario = Scenario::read(&folder().join(file)).unwrap();
    let last = scenario.steps.iter().rposition(|one| one.nr == step).unwrap();
    scenario.steps.truncate(last + 1);
    scenario.end = Default::default();
    scenario.play(stage).await.unwrap_or_else(|error| panic!("{error}: {:?}", error.mismatch))
}

/// The bureau of a scenario, now.
fn today<K: Kind>(played: &Played<K>) -> Bureau {
    played.bureau.clone().with_clock(Arc::new(SystemClock))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn code(text: &str) -> Code {
    Code::new(text).unwrap()
}

fn person(number: u128) -> ActorId {
    ActorId::from_uuid(Uuid::from_u128(number))
}

fn the_bureau() -> Acting {
    Acting { id: person(900), role: Role::Bureau, office: code("CN/510185") }
}

async fn keep(bureau: &Bureau, who: ActorId, command: ProviderCommand) -> Result<Provider, BureauError> {
    bureau.keep::<Provider>(bureau.new_command(), who, the_bureau(), &command).await
}

fn register() -> ProviderCommand {
    ProviderCommand::RegisterProvider {
        titles: [Title::PeoplesMediator].into(),
        unit: code("CN/510185/tiaoweihui"),
    }
}

fn remove(bureau: &Bureau) -> ProviderCommand {
    ProviderCommand::RemoveProvider { ground: code("ABSENCE"), decision: bureau.new_document() }
}

fn suspend(bureau: &Bureau) -> ProviderCommand {
    ProviderCommand::SuspendProvider { ground: code("ABSENCE"), until: None, decision: bureau.new_document() }
}

fn reinstate(bureau: &Bureau) -> ProviderCommand {
    ProviderCommand::ReinstateProvider { decision: bureau.new_document() }
}

fn request<K: Kind>(played: &Played<K>, by: &str, command: impl Into<CaseCommand<K>>) -> Request<K> {
    let key = today(played).new_command();
    Request::new(key, played.case, played.cast.actor(by).unwrap().clone(), command.into())
}

fn own(command: Command) -> CaseCommand<Mediation> {
    CaseCommand::Own(command)
}

fn assign(played: &Played<Mediation>, mediator: ActorId) -> Request<Mediation> {
    let (mediators, chosen_by) = (vec![mediator], ChosenBy::Committee);
    request(played, "committee", own(Command::AssignMediator { mediators, chosen_by }))
}

fn replace(played: &Played<Mediation>, from: ActorId, to: ActorId) -> Request<Mediation> {
    let handover = played.bureau.new_document();
    request(played, "committee", own(Command::ReplaceMediator { from, to, handover }))
}

#[track_caller]
fn reasons<K: Kind>(answer: Result<Receipt<K>, BureauError>) -> Vec<ReasonCode> {
    let Err(BureauError::Refused(refusal)) = answer else { panic!("{answer:?}") };
    refusal.reasons.iter().map(|reason| reason.code).collect()
}

#[tokio::test]
async fn nobody_is_assigned_who_is_suspended_or_removed() {
    let played = played_until::<Mediation>(&memory(HashAlgorithm::Sha256), "mediation/m-01.toml", "4").await;
    let (bureau, wang) = (today(&played), person(1));
    keep(&bureau, wang, register()).await.unwrap();
    keep(&bureau, wang, suspend(&bureau)).await.unwrap();
    assert_eq!(reasons(bureau.execute(&assign(&played, wang)).await), [ReasonCode::ProviderBarred]);
    assert!(matches!(bureau.may(&assign(&played, wang)).await, Err(BureauError::Refused(_))));
    keep(&bureau, wang, reinstate(&bureau)).await.unwrap();
    bureau.execute(&assign(&played, wang)).await.unwrap();

    // Whoever takes over, and who answers first, is put to work too; of whom nobody keeps a record, nothing is said.
    let li = person(2);
    keep(&bureau, li, register()).await.unwrap();
    keep(&bureau, li, remove(&bureau)).await.unwrap();
    assert_eq!(reasons(bureau.execute(&replace(&played, wang, li)).await), [ReasonCode::ProviderBarred]);
    bureau.execute(&replace(&played, wang, person(3))).await.unwrap();
}

#[tokio::test]
async fn whoever_answers_first_is_put_to_work_too() {
    let played = played_until::<Mediation>(&memory(HashAlgorithm::Sha256), "mediation/m-01.toml", "2").await;
    let (bureau, wang) = (today(&played), person(1));
    keep(&bureau, wang, register()).await.unwrap();
    keep(&bureau, wang, remove(&bureau)).await.unwrap();
    let first = CaseCommand::Common(FirstContactAssigned { responsible: wang }.into());
    let refused = reasons(bureau.execute(&request(&played, "clerk", first)).await);
    assert_eq!(refused, [ReasonCode::ProviderBarred]);
}

/// What happened before somebody was removed is let in when it is learnt after.
#[tokio::test]
async fn a_late_entry_is_judged_by_the_record_as_it_was_then() {
    let played = played_until::<Mediation>(&memory(HashAlgorithm::Sha256), "mediation/m-01.toml", "4").await;
    let wang = person(1);
    let on = |moment: &str| played.bureau.clone().with_clock(Arc::new(ManualClock::new(at(moment))));
    let (before, after) = (on("2026-06-26T08:00:00+08:00"), on("2026-06-27T09:00:00+08:00"));
    keep(&before, wang, register()).await.unwrap();
    keep(&after, wang, remove(&after)).await.unwrap();
    let late = |moment| assign(&played, wang).late(at(moment), code("NO_NETWORK"));
    let today = on("2026-06-28T09:00:00+08:00");
    let refused = reasons(today.execute(&late("2026-06-27T10:00:00+08:00")).await);
    assert_eq!(refused, [ReasonCode::ProviderBarred]);
    today.execute(&late("2026-06-26T11:00:00+08:00")).await.unwrap();
}

fn with_flag(key: &str) -> Policy {
    let mut policy = Policy::embedded();
    let text = format!(
        "[profile]\nid = \"house\"\nversion = \"1\"\njurisdiction = \"CN\"\nname = \"n\"\nname_zh = \"名\"\n\
         [[flag]]\nkey = \"{key}\"\nvalue = true\nbasis = \"an order of the bureau\"\nconfidence = \"S\"\n\
         valid_from = 2026-01-01\n"
    );
    policy.load("house.toml", &text).unwrap();
    policy
}

#[tokio::test]
async fn only_people_of_the_pool_are_assigned_where_the_rules_say_so() {
    let played = played_until::<Mediation>(&memory(HashAlgorithm::Sha256), "mediation/m-01.toml", "4").await;
    let bureau = today(&played).with_policy(with_flag("staff.only_pooled_are_assigned"));
    let wang = person(1);
    assert_eq!(reasons(bureau.execute(&assign(&played, wang)).await), [ReasonCode::NotPooled]);
    keep(&bureau, wang, register()).await.unwrap();
    bureau.execute(&assign(&played, wang)).await.unwrap();
}

/// Where the removal of somebody lies in the log.
async fn removed_at(stage: &Stage, who: ActorId) -> Position {
    let events = stage.store.read_stream(ReadStream::all(Provider::stream(who)));
    let events: Vec<_> = events.try_collect().await.unwrap();
    events.iter().find(|event| event.event_type.as_str() == "ProviderRemoved").unwrap().position
}

/// Somebody is removed at the moment at which somebody else assigns them: either the assignment came first, or it did
/// not happen.
#[tokio::test]
async fn of_200_removals_no_assignment_comes_after() {
    let disk = OnDisk::new(HashAlgorithm::Sha256);
    let stage = disk.open().await;
    let played = played_until::<Mediation>(&stage, "mediation/m-01.toml", "5").await;
    let (one, another) = (today(&played), today(&played));
    let mut handler = played.cast.actor("zhou").unwrap().id;
    let (mut assigned, mut barred) = (0, 0);
    for race in 0..200_u128 {
        let who = person(1_000 + race);
        keep(&one, who, register()).await.unwrap();
        let request = replace(&played, handler, who);
        let command = remove(&another);
        let (answer, removed) = if race % 2 == 0 {
            join(one.execute(&request), keep(&another, who, command)).await
        } else {
            let (removed, answer) = join(keep(&another, who, command), one.execute(&request)).await;
            (answer, removed)
        };
        removed.unwrap();
        match answer {
            Ok(receipt) => {
                assert!(receipt.position < removed_at(&stage, who).await, "race {race}");
                (handler, assigned) = (who, assigned + 1);
            }
            refused @ Err(_) => {
                assert_eq!(reasons(refused), [ReasonCode::ProviderBarred], "race {race}");
                barred += 1;
            }
        }
    }
    assert_eq!(assigned + barred, 200);
    println!("{assigned} assigned before the removal, {barred} refused after it");
    assert!(one.verify().await.is_sound());
    let events = stage.store.all_events().await.unwrap();
    let replaced = events.iter().filter(|event| event.event_type.as_str() == "MediatorReplaced").count();
    assert_eq!(replaced, assigned);
}

/// Advice on the telephone by somebody who is not signed in.
#[tokio::test]
async fn whoever_advises_is_signed_in_where_the_rules_say_so() {
    let file = "consultation/c-02-on-the-spot.toml";
    let whole = played_until::<Consultation>(&memory(HashAlgorithm::Sha256), file, "7").await;
    let history = whole.bureau.history::<Consultation>(whole.case).await.unwrap();
    let advice = history.iter().find_map(|entry| match &entry.event {
        CaseEvent::Own(consultation::Event::AdviceGiven(given)) => Some(given.advice.clone()),
        CaseEvent::Own(_) | CaseEvent::Common(_) => None,
    });
    let played = played_until::<Consultation>(&memory(HashAlgorithm::Sha256), file, "6").await;
    let on = |moment: &str| {
        let clock = Arc::new(ManualClock::new(at(moment)));
        played.bureau.clone().with_clock(clock).with_policy(with_flag("consultation.advice_needs_shift"))
    };
    let (morning, noon) = (on("2026-06-26T09:06:00+08:00"), on("2026-06-26T12:00:00+08:00"));
    let wang = played.cast.actor("wang").unwrap().clone();
    let shift = ShiftId::from_uuid(Uuid::from_u128(7));
    let give = |key: u128| {
        let (advice, record) = (advice.clone().unwrap(), whole.bureau.new_document());
        let command = CaseCommand::<Consultation>::Own(consultation::Command::GiveAdvice { advice, record });
        Request::new(CommandKey::from_uuid(Uuid::from_u128(key)), played.case, wang.clone(), command)
    };
    assert_eq!(reasons(morning.execute(&give(1)).await), [ReasonCode::NotSignedIn]);
    assert_eq!(reasons(morning.execute(&give(2).on_duty(shift)).await), [ReasonCode::NotSignedIn]);
    let plan = Plan {
        person: wang.id,
        office: wang.office.clone(),
        post: anjuan::case::code::Channel::Hotline,
        from: at("2026-06-26T08:30:00+08:00"),
        to: at("2026-06-26T17:30:00+08:00"),
    };
    let head = Acting { role: Role::Dispatcher, ..the_bureau() };
    let schedule = ShiftCommand::ScheduleShift { plan };
    morning.keep::<Shift>(morning.new_command(), shift, head, &schedule).await.unwrap();
    assert_eq!(reasons(morning.execute(&give(3).on_duty(shift)).await), [ReasonCode::NotSignedIn]);
    morning.keep::<Shift>(morning.new_command(), shift, wang.clone(), &ShiftCommand::CheckIn).await.unwrap();
    // A turn of duty that one does not name is not looked for.
    assert_eq!(reasons(morning.execute(&give(4)).await), [ReasonCode::NotSignedIn]);
    morning.execute(&give(5).on_duty(shift)).await.unwrap();
    noon.keep::<Shift>(noon.new_command(), shift, wang.clone(), &ShiftCommand::CheckOut).await.unwrap();
    assert_eq!(reasons(noon.execute(&give(6).on_duty(shift)).await), [ReasonCode::NotSignedIn]);
}
