//! What the scenarios cover: every reason for which a command can be refused stands in at least one of them, and
//! nothing personal that stands in them lies open in what they leave behind.

use std::collections::BTreeSet;

use anjuan::case::ReasonCode;
use anjuan::event::HashAlgorithm;
use anjuan::store::EventStoreExt;
use anjuan::testing::scenario::Scenario;

use crate::scenarios::scenarios;
use crate::stages::{memory, play_any};

/// Reasons that no command can be refused for through the front door, and why.
const UNREACHABLE: &[(ReasonCode, &str)] = &[
    (ReasonCode::NoSuchCase, "it is said of looking at a case, which is no command; `access` has it refused"),
    (
        ReasonCode::Confidential,
        "it is said of looking at a case, which is no command; `access` has it refused",
    ),
    (ReasonCode::NotOneself, "it is said of turns of duty, which are no cases"),
    (ReasonCode::OwnRollCall, "it is said of turns of duty, which are no cases"),
    (ReasonCode::NotPermitted, "no profile of the library takes from a role what the law lets it do"),
    (ReasonCode::ProviderBarred, "a scenario keeps no records beside its case; `staff` has it refused"),
    (ReasonCode::NotPooled, "a scenario keeps no records beside its case; `staff` has it refused"),
    (ReasonCode::NotSignedIn, "a scenario keeps no records beside its case; `staff` has it refused"),
    (ReasonCode::NoNumber, "the bureau draws a number for every command that registers a case"),
    (
        ReasonCode::LaterOutcome,
        "of what is decided, earlier events change only the clock's due dates, or forbid it",
    ),
];

#[test]
fn every_reason_occurs_in_a_scenario() {
    let files = scenarios();
    let read = files.iter().map(|path| Scenario::read(path).unwrap());
    let told: BTreeSet<_> = read.flat_map(|scenario| scenario.steps).flat_map(|step| step.refused).collect();
    let unreachable: BTreeSet<_> = UNREACHABLE.iter().map(|(code, _)| *code).collect();
    let all: BTreeSet<_> = ReasonCode::ALL.iter().copied().collect();
    let missing: Vec<_> =
        all.iter().filter(|code| !told.contains(code) && !unreachable.contains(code)).collect();
    assert!(missing.is_empty(), "no scenario is refused for {missing:?}");
    let reached: Vec<_> = told.intersection(&unreachable).collect();
    assert!(reached.is_empty(), "said to be unreachable, and reached: {reached:?}");
}

/// Every name, number and sentence of every scenario, in whatever script, is sealed.
#[tokio::test]
async fn nothing_personal_of_any_scenario_lies_open() {
    let mut looked_for = BTreeSet::new();
    for path in scenarios() {
        let stage = memory(HashAlgorithm::Sha256);
        let scenario = Scenario::read(&path).unwrap();
        play_any(&path, &stage).await;
        let personal = personal(&scenario);
        for event in stage.store.all_events().await.unwrap() {
            for text in &personal {
                let open = [&event.data, &event.metadata].into_iter().any(|bytes| contains(bytes, text));
                assert!(!open, "{}: {text} in {} {}", scenario.id, event.stream, event.event_type);
            }
        }
        looked_for.extend(personal);
    }
    assert!(looked_for.iter().any(|text| text.contains("ᠮᠣᠩᠭᠣᠯ")), "Mongolian is among it");
}

/// What of a scenario is somebody's own: the particulars of its people, and its free texts.
fn personal(scenario: &Scenario) -> BTreeSet<String> {
    let people = scenario.people.values();
    let particulars = people.flat_map(|person| {
        let others = [&person.identity_number, &person.phone, &person.address];
        others.into_iter().flatten().cloned().chain([person.name.clone()])
    });
    let mut personal: BTreeSet<_> = particulars.collect();
    scenario.steps.iter().for_each(|step| sealed_texts(&step.command, &mut personal));
    personal
}

fn sealed_texts(value: &toml::Value, found: &mut BTreeSet<String>) {
    if let Some(text) = value.as_str().and_then(|text| text.strip_prefix("sealed:")) {
        found.insert(text.to_owned());
    }
    value.as_array().into_iter().flatten().for_each(|item| sealed_texts(item, found));
    value.as_table().into_iter().flatten().for_each(|(_, field)| sealed_texts(field, found));
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
