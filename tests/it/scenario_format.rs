//! The format of scenarios as its document tells it, and what a scenario says that is wrong.
//!
//! Each file in `tests/scenarios/wrong` has one fault; beside it stands what a lawyer who made it gets to read. To
//! store the texts anew, run with `UPDATE_GOLDEN=1` and look at what changed.

use std::fs;

use anjuan::case::Kind;
use anjuan::case::consultation::Consultation;
use anjuan::case::mediation::Mediation;
use anjuan::case::skeleton::CommonCommand;
use anjuan::event::HashAlgorithm;
use anjuan::testing::scenario::{Fact, Scenario, Told};

use crate::stages::{folder, memory, try_play};

#[tokio::test]
async fn what_is_wrong_is_told_with_scenario_step_expected_and_found() {
    let mut files: Vec<_> =
        fs::read_dir(folder().join("wrong")).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    assert!(files.len() >= 20, "the wrong scenarios are not where they belong");
    let mut differing = Vec::new();
    for path in files {
        let error =
            try_play(&path, &memory(HashAlgorithm::Sha256)).await.expect_err(&path.display().to_string());
        let here = format!("{}/", env!("CARGO_MANIFEST_DIR"));
        let told = format!("{}\n", format!("{error:#}").trim_end()).replace(&here, "");
        let golden = path.with_extension("txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &told).unwrap();
        }
        if fs::read_to_string(&golden).unwrap_or_default() != told {
            differing.push(format!("{}:\n{told}", golden.display()));
        }
    }
    assert!(differing.is_empty(), "not as stored:\n{}", differing.join("\n"));
}

/// The example of the document, taken out of it and played.
#[tokio::test]
async fn the_example_of_the_document_comes_out_as_written() {
    let text = block("toml");
    let scenario = Scenario::parse(&text, &folder().join("mediation/example.toml")).unwrap();
    let played = scenario.play::<Mediation>(&memory(HashAlgorithm::Sha256)).await;
    let played = played.map_err(anyhow::Error::from).unwrap_or_else(|error| panic!("{error:#}"));
    assert!(!played.receipts.is_empty());
}

#[test]
fn the_document_shows_a_real_failure() {
    let golden = fs::read_to_string(folder().join("wrong/due-date.txt")).unwrap();
    assert_eq!(block("console"), golden);
}

#[test]
fn the_document_lists_every_fact_and_every_command() {
    let document = document();
    let common = CommonCommand::COMMANDS.iter().map(|spec| spec.name);
    let commands = common.chain(commands::<Mediation>()).chain(commands::<Consultation>());
    let rows = commands.map(|name| format!("| `{name}` | ")).chain(facts::<Mediation>());
    for row in rows.chain(facts::<Consultation>()) {
        assert!(document.lines().any(|line| line.starts_with(&row)), "the document lacks this row:\n{row}");
    }
}

fn commands<K: Kind>() -> impl Iterator<Item = &'static str> {
    K::COMMANDS.iter().map(|spec| spec.name)
}

fn facts<K: Told>() -> impl Iterator<Item = String> {
    Fact::<K>::all().map(|fact| format!("| `{}` | {} |", fact.name, fact.says))
}

/// The first block of a language in the document.
fn block(language: &str) -> String {
    let document = document();
    let (_, rest) = document.split_once(&format!("```{language}\n")).expect("the document has such a block");
    rest.split_once("```").expect("the block ends").0.to_owned()
}

fn document() -> String {
    fs::read_to_string(folder().join("README.md")).unwrap()
}
