//! The life of every scenario, of whatever kind: looked back on, and sent again in whatever order.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anjuan::bureau::{Bureau, BureauError, CatchUpError, Entry, Receipt, Request};
use anjuan::calendar::Calendar;
use anjuan::case::consultation::Consultation;
use anjuan::case::legal_aid::LegalAid;
use anjuan::case::mediation::Mediation;
use anjuan::case::notary::Notary;
use anjuan::case::{Acting, Case, CaseId, Kind, Reason, ReasonCode, RefusedRequest};
use anjuan::clock::{ManualClock, Timestamp};
use anjuan::event::HashAlgorithm;
use anjuan::id::{CommandKey, Entropy};
use anjuan::policy::CaseKind;
use anjuan::replay::AsOf;
use anjuan::testing::SeededEntropy;
use anjuan::testing::scenario::{Played, Scenario, Stage, Told};
use uuid::Uuid;

use crate::scenarios::scenarios;
use crate::stages::memory;

/// Does the same with every scenario, as a life of its kind.
macro_rules! with_every_life {
    ($done:ident) => {{
        let mut results = Vec::new();
        for path in scenarios() {
            results.push(match Scenario::read(&path).unwrap().kind {
                CaseKind::Consultation => $done::<Consultation>(&path).await,
                CaseKind::Mediation => $done::<Mediation>(&path).await,
                CaseKind::LegalAid => $done::<LegalAid>(&path).await,
                CaseKind::Notary => $done::<Notary>(&path).await,
            });
        }
        results
    }};
}

pub(crate) fn key(number: u128) -> CommandKey {
    CommandKey::from_uuid(Uuid::from_u128(number))
}

async fn played<K: Told>(path: &Path) -> Played<K> {
    let played = Scenario::read(path).unwrap().play(&memory(HashAlgorithm::Sha256)).await;
    played.unwrap_or_else(|error| panic!("{error:#}"))
}

pub(crate) async fn case<K: Kind>(played: &Played<K>) -> Case<K> {
    played.bureau.case::<K>(played.case).await.unwrap().state
}

/// A case as it is, whatever the number of its events.
pub(crate) fn but_for_the_count<K: Kind>(mut case: Case<K>) -> Case<K> {
    case.common.head = None;
    case
}

/// The commands behind a history, to be sent again to a case that the first of them opens.
pub(crate) fn commands<K: Kind>(history: &[Entry<K>]) -> (CaseId, Vec<Request<K>>) {
    let case = CaseId::opened_by(key(1 << 64));
    let firsts = history.chunk_by(|one, next| one.metadata.command == next.metadata.command);
    let commands = firsts.filter_map(|events| {
        let first = events.first()?;
        Some((first, first.event.recall()?))
    });
    let requests = commands.enumerate().map(|(number, (entry, command))| {
        let actor = entry.metadata.actor.clone();
        let by = Acting { id: actor.id, role: actor.role.as_str().parse().unwrap(), office: actor.office };
        let request = Request::new(key((1 << 64) + number as u128), case, by, command);
        request.late(entry.occurred_at, "NO_NETWORK".parse().unwrap())
    });
    (case, requests.collect())
}

/// In another order, which a seed chooses; what happened at one moment stays in its order.
pub(crate) fn shuffled<K: Kind>(requests: &[Request<K>], seed: &str) -> Vec<Request<K>> {
    let entropy = SeededEntropy::new(seed);
    let mut places = BTreeMap::new();
    let mut placed: Vec<_> = requests
        .iter()
        .map(|request| {
            let place = *places.entry(request.occurred_at).or_insert_with(|| {
                let mut bytes = [0; 8];
                entropy.fill(&mut bytes);
                u64::from_be_bytes(bytes)
            });
            (place, request.clone())
        })
        .collect();
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, request)| request).collect()
}

/// A bureau on a stage of its own, with the calendar of a scenario and the other cases in it, when all of it is over.
pub(crate) async fn elsewhere<K: Kind>(played: &Played<K>, file: &Path) -> Bureau {
    let mut calendar = Calendar::china();
    let scenario = Scenario::read(file).unwrap();
    if let Some(csv) = &scenario.calendar {
        calendar.extend(csv, "the scenario's").unwrap();
    }
    let keys = played.bureau.keys().clone();
    let stage = Stage { keys: keys.clone(), ..memory(HashAlgorithm::Sha256) };
    scenario.play_others(&stage).await.unwrap();
    let Stage { store, policy, .. } = stage;
    Bureau::new(store, keys)
        .with_policy(policy)
        .with_calendar(calendar)
        .with_clock(Arc::new(ManualClock::new("2027-12-01T09:00:00+08:00".parse().unwrap())))
}

/// What every receipt showed is what looking back shows: by what was known then and, where nothing had come late, by
/// what had happened at any moment before.
#[tokio::test]
async fn looking_back_shows_what_was_there() {
    let looks: usize = with_every_life!(look_back).into_iter().sum();
    assert!(looks >= 2_000, "only {looks} looks");
}

async fn look_back<K: Told>(path: &Path) -> usize {
    let played = played::<K>(path).await;
    let look = async |as_of| played.bureau.case_as_of::<K>(played.case, as_of).await.unwrap();
    let history = played.bureau.history::<K>(played.case).await.unwrap();
    let last_of =
        |receipt: &Receipt<K>| history.iter().find(|entry| Some(entry.revision) == receipt.revision).unwrap();
    let live: Vec<_> = played.receipts.iter().map(|receipt| (last_of(receipt), &receipt.state)).collect();
    let mut looks = 0;
    for (number, (entry, state)) in live.iter().enumerate() {
        let (until_then, since) = live.split_at(number + 1);
        if since.iter().any(|(next, _)| next.recorded_at <= entry.recorded_at) {
            continue;
        }
        let known = AsOf::now().known_by(entry.recorded_at);
        assert_eq!(look(known).await, **state, "{} at {known:?}", path.display());
        looks += 1;
        if history.iter().take_while(|one| one.revision <= entry.revision).any(|one| one.late) {
            continue;
        }
        for (earlier, _) in until_then {
            let both = known.happened_by(earlier.occurred_at);
            let then = until_then.iter().rfind(|(one, _)| one.occurred_at <= earlier.occurred_at).unwrap().1;
            assert_eq!(look(both).await, *then, "{} at {both:?}", path.display());
            looks += 1;
        }
    }
    assert_eq!(look(AsOf::now().known_by(Timestamp::EPOCH)).await, Case::default());
    assert_eq!(look(AsOf::now()).await, case(&played).await);
    looks
}

/// The whole life of every scenario, sent at once and in any order, is the same case with the same due dates.
#[tokio::test]
async fn a_life_that_is_sent_in_one_batch_in_any_order_is_the_same_case() {
    let strange: Vec<_> = with_every_life!(send_in_one_batch).into_iter().flatten().collect();
    assert!(strange.is_empty(), "{}", strange.join("\n"));
}

/// What came out otherwise.
async fn send_in_one_batch<K: Told>(path: &Path) -> Vec<String> {
    let mut strange = Vec::new();
    let played = played::<K>(path).await;
    let history = played.bureau.history::<K>(played.case).await.unwrap();
    let (id, requests) = commands(&history);
    for seed in ["a", "b", "c"] {
        let bureau = elsewhere(&played, path).await;
        let receipt = bureau.catch_up(key(9), id, &shuffled(&requests, seed)).await;
        let receipt = match receipt {
            Ok(receipt) => receipt,
            Err(error) => {
                strange.push(format!("{}, {seed}: {error:?}", path.display()));
                continue;
            }
        };
        if receipt.state != case(&played).await {
            strange.push(format!("{}, {seed}: another case", path.display()));
        }
        assert_eq!(bureau.case::<K>(id).await.unwrap().state, receipt.state);
        assert!(bureau.verify().await.is_sound());
    }
    strange
}

/// One by one and in any order, each entry is let in or refused. Whoever sends again what was refused, and at last
/// together what is left, ends with the same case; or hears what stands in the way: that a gap was not filled
/// at all was decided before it was known that half of it was; the file went into the archive.
#[tokio::test]
async fn a_life_that_is_sent_one_by_one_in_any_order_is_the_same_case() {
    let ends = with_every_life!(send_one_by_one);
    let count = |wanted: End| ends.iter().filter(|(end, _)| *end == wanted).count();
    let overtaken: Vec<_> =
        ends.iter().filter(|(end, _)| *end == End::Overtaken).map(|(_, name)| name.as_str()).collect();
    assert!(count(End::Whole) >= 20, "only {} lives came in without the last step", count(End::Whole));
    let those = [
        "c-01-reminders",
        "c-01",
        "a-04-notified-defence",
        "n-01",
        "n-06-revoked",
        "s-04-with-a-gap",
        "s-12-reopened",
    ];
    assert_eq!(overtaken, those);
}

/// How a life came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// One by one.
    Whole,
    /// What cannot stand without its other half came in with it.
    Together,
    /// Something that was decided meanwhile stands in the way.
    Overtaken,
}

async fn send_one_by_one<K: Told>(path: &Path) -> (End, String) {
    let played = played::<K>(path).await;
    let history = played.bureau.history::<K>(played.case).await.unwrap();
    let (id, requests) = commands(&history);
    let bureau = elsewhere(&played, path).await;
    let waiting = send_until_nothing_moves(&bureau, shuffled(&requests, "one by one")).await;
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let end = match bureau.catch_up(key(9), id, &waiting).await {
        Ok(_) if waiting.is_empty() => End::Whole,
        Ok(_) => End::Together,
        Err(CatchUpError::Refused(RefusedRequest { refusal, .. })) => {
            let later =
                |reason: &Reason| matches!(reason.code, ReasonCode::LaterOutcome | ReasonCode::Archived);
            assert!(refusal.reasons.iter().any(later), "{name}: {refusal:?}");
            return (End::Overtaken, name);
        }
        Err(error) => panic!("{name}: {error:?}"),
    };
    let state = bureau.case::<K>(id).await.unwrap().state;
    assert_eq!(but_for_the_count(state), but_for_the_count(case(&played).await), "{name}");
    (end, name)
}

/// Sends again and again what was refused; the answer is what never came in.
async fn send_until_nothing_moves<K: Kind>(bureau: &Bureau, mut waiting: Vec<Request<K>>) -> Vec<Request<K>> {
    loop {
        let (mut refused, sent) = (Vec::new(), waiting.len());
        for request in waiting {
            match bureau.execute(&request).await {
                Ok(_) => {}
                Err(BureauError::Refused(_)) => refused.push(request),
                Err(error) => panic!("{error}"),
            }
        }
        waiting = refused;
        if waiting.is_empty() || waiting.len() == sent {
            return waiting;
        }
    }
}
