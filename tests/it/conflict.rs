//! Conflicts of interest across cases, through the front door: whoever acts for one side acts not for the other, in
//! whatever order and however fast somebody asks.

use std::fs;
use std::sync::Arc;

use anjuan::bureau::{Bureau, BureauError, CatchUpError, ConflictReport, Receipt, Request};
use anjuan::case::code::Role;
use anjuan::case::legal_aid::{self, LegalAid, NameCounsel, Nomination, Profession, Standing};
use anjuan::case::mediation::{self, ChosenBy, Mediation};
use anjuan::case::skeleton::{ConflictGround, ConflictOf, SearchConflicts, StatedConflict};
use anjuan::case::{Acting, CaseCommand, Kind, ReasonCode, RefusedRequest};
use anjuan::clock::SystemClock;
use anjuan::conflict::ConflictIndex;
use anjuan::event::HashAlgorithm;
use anjuan::id::{ActorId, Code};
use anjuan::privacy::IdentityDocument;
use anjuan::staff::{Provider, ProviderCommand, Title};
use anjuan::testing::scenario::{Played, Scenario, Stage};
use futures_util::future::join;
use uuid::Uuid;

use crate::lives::{commands, key};
use crate::stages::{OnDisk, folder, memory, scenario};

const WANG: ActorId = ActorId::from_uuid(Uuid::from_u128(1));
const LI: ActorId = ActorId::from_uuid(Uuid::from_u128(2));

/// Two people of whom identity documents exist, and one of whom nobody knows anything.
const A: &str = "11010519491231002X";
const B: &str = "440524188001010014";
const UNKNOWN: &str = "";

/// A matter of legal aid that waits for its counsel, of one person against another.
async fn aid(stage: &Stage, name: &str, client: &str, adversary: &str) -> Played<LegalAid> {
    let known = |person: &str, number: &str| match number {
        UNKNOWN => String::new(),
        _ => format!(", fingerprint = \"fingerprint:{person}\""),
    };
    let mut text = fs::read_to_string(folder().join("legal_aid/a-07-false-commitment.toml")).unwrap();
    for (person, shown, number) in [("sha", "沙某", client), ("ex", "某公司", adversary)] {
        let name = format!("name = \"{shown}\"");
        if number != UNKNOWN {
            text = text.replace(&name, &format!("{name}\nidentity_number = \"{number}\""));
        }
        let sealed = format!("particulars = \"particulars:{person}\"");
        text = text.replace(&sealed, &format!("{sealed}{}", known(person, number)));
    }
    let file = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    fs::write(file.path(), text).unwrap();
    let mut scenario = Scenario::read(file.path()).unwrap();
    let last = scenario.steps.iter().position(|step| step.command_name() == Some("AssignUnit")).unwrap();
    scenario.steps.truncate(last + 1);
    (scenario.id, scenario.end) = (name.to_owned(), Default::default());
    scenario.play(stage).await.unwrap_or_else(|error| panic!("{error}: {:?}", error.mismatch))
}

/// M-01, in which Zhou mediates for Sun, whose identity is known.
async fn mediated(stage: &Stage, until: &str) -> Played<Mediation> {
    let mut scenario = Scenario::read(&scenario("m-01.toml")).unwrap();
    let last = scenario.steps.iter().rposition(|one| one.nr == until).unwrap();
    scenario.steps.truncate(last + 1);
    scenario.end = Default::default();
    scenario.play(stage).await.unwrap_or_else(|error| panic!("{error}: {:?}", error.mismatch))
}

fn today<K: Kind>(played: &Played<K>) -> Bureau {
    played.bureau.clone().with_clock(Arc::new(SystemClock))
}

fn dispatcher(played: &Played<LegalAid>) -> Acting {
    played.cast.actor("dispatcher").unwrap().clone()
}

async fn search(played: &Played<LegalAid>, search: SearchConflicts) -> ConflictReport {
    let (bureau, by) = (today(played), dispatcher(played));
    bureau.search_conflicts::<LegalAid>(bureau.new_command(), played.case, by, search).await.unwrap()
}

async fn search_of(played: &Played<LegalAid>, provider: ActorId) -> Vec<ConflictGround> {
    search(played, SearchConflicts::of([provider])).await.search.bars(provider).collect()
}

fn name(played: &Played<LegalAid>, counsel: ActorId) -> Request<LegalAid> {
    let nomination = Nomination {
        counsel,
        profession: Profession::Lawyer,
        relevant_years: 6,
        knows_minors: false,
        roster: Code::new("2026-117").unwrap(),
        standing: Standing::Active,
        other_choice: None,
    };
    let command: legal_aid::Command = NameCounsel { nomination }.into();
    let key = today(played).new_command();
    Request::new(key, played.case, dispatcher(played), CaseCommand::Own(command))
}

async fn named(played: &Played<LegalAid>, counsel: ActorId) -> Result<Receipt<LegalAid>, BureauError> {
    today(played).execute(&name(played, counsel)).await
}

#[track_caller]
fn reasons<K: Kind>(answer: Result<Receipt<K>, BureauError>) -> Vec<ReasonCode> {
    let Err(BureauError::Refused(refusal)) = answer else { panic!("{answer:?}") };
    refusal.reasons.iter().map(|reason| reason.code).collect()
}

/// What was followed event by event is what is read anew from the log.
async fn assert_followed(bureau: &Bureau) {
    let (followed, anew) =
        (bureau.conflicts().await.unwrap(), ConflictIndex::build(Arc::clone(bureau.store())).await.unwrap());
    assert!(!followed.cases().is_empty());
    assert_eq!((followed.cases(), followed.providers()), (anew.cases(), anew.providers()));
}

async fn nobody_acts_for_both_sides(stage: &Stage) {
    let (one, other) = (aid(stage, "one", A, B).await, aid(stage, "other", B, A).await);
    assert_eq!(reasons(named(&one, WANG).await), [ReasonCode::ConflictsNotSearched]);

    // Nothing is found on either side, and that is recorded.
    let report = search(&one, SearchConflicts::of([WANG])).await;
    assert_eq!((report.search.searched.len(), report.search.unidentified.len()), (2, 0));
    assert!(report.search.found.is_empty() && !report.repeated);
    assert!(search_of(&other, WANG).await.is_empty());
    today(&one).conflicts().await.unwrap();
    named(&one, WANG).await.unwrap();

    // What was not there to be found at the search is seen at the assignment, by another bureau over the same store.
    assert!(matches!(today(&other).may(&name(&other, WANG)).await, Err(BureauError::Refused(_))));
    assert_eq!(reasons(named(&other, WANG).await), [ReasonCode::ConflictFound]);
    let report = search(&other, SearchConflicts::of([WANG, LI])).await;
    let found: Vec<_> = report.search.found.iter().map(|one| (one.provider, one.ground, one.case)).collect();
    assert_eq!(found, [(WANG, ConflictGround::OtherSide, one.case)]);
    assert_eq!(reasons(named(&other, WANG).await), [ReasonCode::ConflictFound]);
    named(&other, LI).await.unwrap();
    for played in [&one, &other] {
        assert_followed(&played.bureau).await;
    }
    assert!(one.bureau.verify().await.is_sound());
}

#[tokio::test]
async fn nobody_acts_for_both_sides_in_memory() {
    nobody_acts_for_both_sides(&memory(HashAlgorithm::Sm3)).await;
}

#[tokio::test]
async fn nobody_acts_for_both_sides_on_disk() {
    let disk = OnDisk::new(HashAlgorithm::Sm3);
    nobody_acts_for_both_sides(&disk.open().await).await;
}

/// Wang is named for both sides at one moment: either assignment holds the other case to what it was.
#[tokio::test]
async fn of_two_assignments_at_one_moment_one_is_refused() {
    let disk = OnDisk::new(HashAlgorithm::Sha256);
    let stage = disk.open().await;
    for race in 0..12 {
        let (one, other) = (format!("one {race}"), format!("other {race}"));
        let counsel = ActorId::from_uuid(Uuid::from_u128(100 + race));
        let (one, other) = (aid(&stage, &one, A, B).await, aid(&stage, &other, B, A).await);
        search_of(&one, counsel).await;
        search_of(&other, counsel).await;
        let (first, second) = join(named(&one, counsel), named(&other, counsel)).await;
        assert_ne!(first.is_ok(), second.is_ok(), "race {race}");
        let refused = if first.is_ok() { second } else { first };
        assert_eq!(reasons(refused), [ReasonCode::ConflictFound], "race {race}");
    }
}

/// A village terminal sends a whole case at once, search and assignment with it: nobody in it was known before.
#[tokio::test]
async fn a_case_that_comes_in_at_once_is_searched_by_who_is_in_it() {
    let stage = memory(HashAlgorithm::Sha256);
    let one = aid(&stage, "one", A, B).await;
    let village = Stage { keys: stage.keys.clone(), ..memory(HashAlgorithm::Sha256) };
    let other = aid(&village, "other", B, A).await;
    for played in [&one, &other] {
        assert!(search_of(played, WANG).await.is_empty());
        named(played, WANG).await.unwrap();
    }
    let history = other.bureau.history::<LegalAid>(other.case).await.unwrap();
    let (case, requests) = commands(&history);
    let answer = today(&one).catch_up(key(9), case, &requests).await;
    let Err(CatchUpError::Refused(RefusedRequest { refusal, .. })) = answer else { panic!("{answer:?}") };
    assert_eq!((refusal.command, refusal.is_for(ReasonCode::ConflictFound)), ("NameCounsel", true));
}

#[tokio::test]
async fn a_repeated_search_answers_what_it_found_then() {
    let stage = memory(HashAlgorithm::Sha256);
    let (one, other) = (aid(&stage, "one", A, B).await, aid(&stage, "other", B, A).await);
    let (bureau, key) = (today(&one), today(&one).new_command());
    let asked = || {
        bureau.search_conflicts::<LegalAid>(key, other.case, dispatcher(&other), SearchConflicts::of([WANG]))
    };
    let first = asked().await.unwrap();
    search_of(&one, WANG).await;
    named(&one, WANG).await.unwrap();
    let again = asked().await.unwrap();
    assert!(again.repeated && first.search == again.search && first.position == again.position);
}

/// Somebody whose identity nobody knows cannot be found, and the record says so.
#[tokio::test]
async fn who_is_not_identified_is_not_found_and_named_as_such() {
    let stage = memory(HashAlgorithm::Sha256);
    let (one, other) = (aid(&stage, "one", UNKNOWN, B).await, aid(&stage, "other", UNKNOWN, UNKNOWN).await);
    search_of(&one, WANG).await;
    named(&one, WANG).await.unwrap();
    let report = search(&other, SearchConflicts::of([WANG])).await;
    assert_eq!((report.search.searched.len(), report.search.unidentified.len()), (0, 2));
    assert!(report.search.found.is_empty());
    named(&other, WANG).await.unwrap();
}

/// SOD-10: whoever mediated is not counsel in what may be the same dispute.
#[tokio::test]
async fn a_mediator_is_not_later_counsel() {
    let stage = memory(HashAlgorithm::Sha256);
    let talks = mediated(&stage, "5").await;
    let zhou = talks.cast.actor("zhou").unwrap().id;
    let sun = Scenario::read(&scenario("m-01.toml")).unwrap().people["sun"].identity_number.clone().unwrap();
    let played = aid(&stage, "later", &sun, UNKNOWN).await;
    assert_eq!(search_of(&played, zhou).await, [ConflictGround::Mediated]);
    assert_eq!(reasons(named(&played, zhou).await), [ReasonCode::ConflictFound]);
    assert!(search_of(&played, WANG).await.is_empty());
}

/// The law of mediation asks for no search; one that was made counts all the same.
#[tokio::test]
async fn a_mediator_needs_no_search_and_is_kept_by_one_that_found_something() {
    let talks = mediated(&memory(HashAlgorithm::Sha256), "4").await;
    let bureau = today(&talks);
    let committee = talks.cast.actor("committee").unwrap().clone();
    let assign = |mediator| {
        let (mediators, chosen_by) = (vec![mediator], ChosenBy::Committee);
        let command = mediation::Command::AssignMediator { mediators, chosen_by };
        Request::<Mediation>::new(
            bureau.new_command(),
            talks.case,
            committee.clone(),
            CaseCommand::Own(command),
        )
    };
    let said = SearchConflicts {
        stated: [StatedConflict { provider: WANG, ground: ConflictGround::NearRelative }].into(),
        ..SearchConflicts::default()
    };
    let key = bureau.new_command();
    bureau.search_conflicts::<Mediation>(key, talks.case, committee.clone(), said).await.unwrap();
    assert_eq!(reasons(bureau.execute(&assign(WANG)).await), [ReasonCode::ConflictFound]);
    bureau.execute(&assign(LI)).await.unwrap();
}

/// The record of a provider says who they are outside the service, and to which unit they belong.
#[tokio::test]
async fn ones_own_matter_bars_and_a_colleague_on_the_other_side_is_named() {
    let stage = memory(HashAlgorithm::Sha256);
    let (one, other) = (aid(&stage, "one", A, B).await, aid(&stage, "other", B, A).await);
    let bureau = today(&one);
    let head = Acting { id: LI, role: Role::Bureau, office: Code::new("CN/140400").unwrap() };
    let keep = async |who, command| {
        bureau.keep::<Provider>(bureau.new_command(), who, head.clone(), &command).await.unwrap()
    };
    for who in [WANG, LI] {
        let (titles, unit) = ([Title::Lawyer].into(), Code::new("CN/140400/firm-1").unwrap());
        keep(who, ProviderCommand::RegisterProvider { titles, unit }).await;
    }
    search_of(&one, WANG).await;
    named(&one, WANG).await.unwrap();
    let report = search(&other, SearchConflicts::of([LI])).await;
    let found: Vec<_> = report.search.found.iter().map(|one| (one.ground, one.whose, one.case)).collect();
    assert_eq!(found, [(ConflictGround::OtherSide, ConflictOf::Unit, one.case)]);

    let document = IdentityDocument::resident(A).unwrap();
    let fingerprint = bureau.keys().fingerprint(&document).await.unwrap();
    keep(LI, ProviderCommand::IdentifyProvider { fingerprint }).await;
    assert_eq!(reasons(named(&other, LI).await), [ReasonCode::ConflictFound], "A is a party, and is Li");
    let bars: Vec<_> = search_of(&other, LI).await;
    assert_eq!(bars, [ConflictGround::Own, ConflictGround::Interested]);
    assert_followed(&bureau).await;
}
