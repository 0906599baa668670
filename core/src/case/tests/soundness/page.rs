//! The page on which the machine of a kind is drawn: a diagram and a table, for whoever would rather look than read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use super::{Walk, Walked, roles_of};
use crate::case::skeleton::CommonCommand;
use crate::words::Words;

/// Holds the page of a kind against the stored one, or stores it with `UPDATE_GOLDEN=1`.
pub(in crate::case) fn assert_drawn<K: Walked>(walk: &Walk) {
    let page = page::<K>(walk);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/case").join(K::KIND.to_string());
    let path = folder.join("machine.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == page, "{} is stale; read the new one, then run with UPDATE_GOLDEN=1", path.display());
}

fn page<K: Walked>(walk: &Walk) -> String {
    let diagram = walk.map.mermaid(|outline| outline.state.to_owned());
    format!(
        "# States and transitions\n\n\
         Found by walking through the machine: every arrow was taken in the walk. A move that does not change the state has no\n\
         arrow and no row; 2.0 numbers what every kind of case has. A test walks again and fails when this page is stale.\n\n\
         ```mermaid\n{diagram}```\n\n{}",
        table::<K>(walk)
    )
}

fn table<K: Walked>(walk: &Walk) -> String {
    let mut rows: BTreeMap<(usize, &str, &str), BTreeSet<&str>> = BTreeMap::new();
    let place = |state: &str| K::STEPS.iter().position(|step| K::step_name(*step) == state);
    for edge in walk.map.edges().filter(|edge| edge.from.state != edge.to.state) {
        let from = edge.from.state;
        rows.entry((place(from).unwrap_or(usize::MAX), from, edge.name)).or_default().insert(edge.to.state);
    }
    let words = Words::embedded();
    let both = |group: &str, code: &str| format!("{code} {}", words.term("zh", group, code));
    let mut text = String::from("| no. | from | command | by | to |\n|---|---|---|---|---|\n");
    for ((_, from, name), to) in rows {
        let by: Vec<_> =
            roles_of::<K>(name).iter().map(|role| words.term("zh", "role", role.as_str())).collect();
        let to: Vec<_> = to.into_iter().collect();
        let (number, from, command) = (number_of::<K>(name), both("state", from), both("command", name));
        writeln!(text, "| {number} | {from} | {command} | {} | {} |", by.join("、"), to.join(", ")).unwrap();
    }
    text
}

/// The number of a transition in the specification.
fn number_of<K: Walked>(name: &str) -> &'static str {
    let own = K::COMMANDS.iter().find(|spec| spec.name == name).map(|spec| spec.number);
    let common = CommonCommand::COMMANDS.iter().find(|spec| spec.name == name).map(|spec| spec.number);
    own.or(common).unwrap_or_default()
}
