//! Every place in the code that gives a reason says what the catalogue expects it to say.
//!
//! The sources are read, because a refusal that no test provokes would show its gaps to a citizen first.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::dictionary;
use crate::case::ReasonCode;
use crate::words::rule::Rule;

/// What one place says: the names it gives, and the groups in which words are looked up.
#[derive(Debug, PartialEq, Eq)]
struct Call<'a> {
    code: &'a str,
    names: BTreeSet<&'a str>,
    groups: BTreeSet<&'a str>,
}

#[test]
fn every_place_says_what_the_catalogue_expects() {
    let codes: BTreeMap<String, ReasonCode> =
        ReasonCode::ALL.iter().map(|code| (format!("{code:?}"), *code)).collect();
    let groups: BTreeSet<&str> =
        dictionary("en").labels.keys().filter_map(|key| Some(key.split_once('.')?.0)).collect();
    let mut seen = BTreeSet::new();
    for (file, text) in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/case")) {
        for call in calls(&text) {
            let code = codes[call.code];
            let rule = Rule::of(code).unwrap();
            let always: BTreeSet<&str> = rule.about.iter().map(String::as_str).collect();
            let ever: BTreeSet<&str> =
                always.iter().copied().chain(rule.sometimes.iter().map(String::as_str)).collect();
            assert!(
                always.is_subset(&call.names),
                "{file}: {code} is expected to say {always:?}, and says {:?}",
                call.names
            );
            assert!(
                call.names.is_subset(&ever),
                "{file}: {code} says {:?}, and the catalogue knows {ever:?}",
                call.names
            );
            assert!(call.groups.is_subset(&groups), "{file}: {code} looks words up in {:?}", call.groups);
            seen.insert(code);
        }
    }
    assert!(seen.len() > 40, "the sources are no longer read rightly: {seen:?}");
}

/// The sources in a folder, without their tests.
pub(super) fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            if name == "tests" {
                continue;
            } else if path.is_dir() {
                folders.push(path);
            } else {
                found.push((path.display().to_string(), std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    found
}

/// The places in a text, each with what is chained to it up to the end of the statement.
fn calls(text: &str) -> Vec<Call<'_>> {
    let mut calls = Vec::new();
    for (at, mark) in text.match_indices("ReasonCode::") {
        let (before, after) = (&text[..at], &text[at + mark.len()..]);
        let code = word(after);
        let guards = [(".must(", None), (".none(", Some("who")), (".none_of(", Some("items"))];
        let last = guards.iter().max_by_key(|(guard, _)| before.rfind(guard));
        if before.ends_with("Reason::new(") {
            let statement = after.split(';').next().unwrap();
            calls.push(Call { code, names: arguments(statement, 0), groups: arguments(statement, 1) });
        } else if let Some((_, name)) = last.filter(|(guard, _)| before.contains(guard)) {
            calls.push(Call { code, names: name.iter().copied().collect(), groups: BTreeSet::new() });
        }
    }
    calls
}

/// The first (0) or second (1) argument of every `text`, `list` and `words`, as far as it is a literal.
fn arguments(statement: &str, place: usize) -> BTreeSet<&str> {
    let links: &[&str] = if place == 0 { &[".text(", ".list(", ".words("] } else { &[".words("] };
    let links = links.iter().flat_map(|link| statement.split(link).skip(1));
    links.filter_map(|rest| rest.split('"').nth(1 + 2 * place)).collect()
}

fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

#[test]
fn calls_are_found_in_a_text() {
    let text = r#"
        check.must(a, ReasonCode::NoClock);
        check.none(b, ReasonCode::NotAParty);
        check.none_of(c, ReasonCode::ReferralOpen);
        let reason = Reason::new(ReasonCode::WrongRole)
            .words("role", "role", [role]).text("why", x);
    "#;
    let call = |code, names: &[&'static str], groups: &[&'static str]| Call {
        code,
        names: names.iter().copied().collect(),
        groups: groups.iter().copied().collect(),
    };
    let expected = [
        call("NoClock", &[], &[]),
        call("NotAParty", &["who"], &[]),
        call("ReferralOpen", &["items"], &[]),
        call("WrongRole", &["role", "why"], &["role"]),
    ];
    assert_eq!(calls(text), expected);
}
