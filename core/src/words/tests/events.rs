//! Every event that the library can write has a word, whatever stream it goes to.
//!
//! The sources are read, because an event set that nobody told the catalogue of would not be missed by it.

use std::collections::BTreeSet;
use std::path::Path;

use super::calls::sources;
use super::{TAGS, dictionary};

#[test]
fn every_event_of_every_set_has_a_word() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let library = sources.iter().filter(|(file, _)| !file.contains("/src/testing/"));
    let events: BTreeSet<&str> = library.flat_map(|(_, text)| events(text)).collect();
    for known in ["MediationApplied", "CaseLinked", "ShiftScheduled", "NumberDrawn", "BundleOpened"] {
        assert!(events.contains(known), "the sources are no longer read rightly: {events:?}");
    }
    for tag in TAGS {
        let there = &dictionary(tag).labels;
        let missing: Vec<_> =
            events.iter().filter(|name| !there.contains_key(&format!("event.{name}"))).collect();
        assert!(missing.is_empty(), "{tag}.toml lacks {missing:?}");
    }
}

/// The names in the event sets of a text: lines such as `NumberDrawn(NumberDrawn) = 1,`.
fn events(text: &str) -> impl Iterator<Item = &str> {
    let sets = text.split("\nevent_set! {").skip(1).filter_map(|rest| rest.split("\n}").next());
    sets.flat_map(str::lines).filter_map(|line| {
        let (name, version) = line.trim().strip_suffix(',')?.split_once(" = ")?;
        version.parse::<u32>().ok()?;
        name.split('(').next()
    })
}
