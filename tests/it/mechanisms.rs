//! What bureaus do stands in `tests/scenarios/mechanisms.md`, and happens where it says.

use std::collections::BTreeSet;
use std::fs;

use anjuan::case::skeleton::CommonEvent;
use anjuan::case::{consultation, legal_aid, mediation, notary};
use anjuan::testing::scenario::Scenario;

use crate::scenarios::scenarios;
use crate::stages::folder;

/// The events of a scenario's own steps.
fn events_of(name: &str) -> BTreeSet<String> {
    let path = folder().join(name).with_extension("toml");
    let scenario = Scenario::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    scenario.steps.into_iter().flat_map(|step| step.then).collect()
}

#[test]
fn every_mechanism_is_told_where_the_table_says() {
    let text = fs::read_to_string(folder().join("mechanisms.md")).unwrap();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains('`'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert!(rows.len() >= 40, "the table has {} rows", rows.len());
    for row in rows {
        let [mechanism, _, events, scenarios] = row[..] else { panic!("{row:?}") };
        let told: BTreeSet<_> = scenarios.split(", ").flat_map(events_of).collect();
        for event in events.split(", ").map(|event| event.trim_matches('`')) {
            assert!(told.contains(event), "{mechanism}: {event} does not happen in {scenarios}");
        }
    }
}

/// An event that no scenario tells would be one that nobody has seen.
#[test]
fn every_event_happens_in_a_scenario() {
    let told: BTreeSet<_> = scenarios()
        .iter()
        .flat_map(|path| Scenario::read(path).unwrap().steps)
        .flat_map(|step| step.then)
        .collect();
    let known = [
        CommonEvent::TYPES,
        consultation::Event::TYPES,
        legal_aid::Event::TYPES,
        mediation::Event::TYPES,
        notary::Event::TYPES,
    ];
    let untold: Vec<_> =
        known.concat().into_iter().map(|(name, _)| name).filter(|name| !told.contains(*name)).collect();
    // Only a late entry leads to it, see `a_pause_that_is_learnt_late_moves_the_last_day`.
    assert_eq!(untold, ["ClockRecomputed"]);
}
