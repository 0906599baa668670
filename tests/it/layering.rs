//! The layers of the library, held against what its source says: a module uses only modules of its own layer or of
//! one below, the generic half never speaks of the domain, and no file outgrows its reader.
//!
//! The check reads the text, so that it sees all features and platforms at once. It looks for paths that begin with
//! `crate::`, wherever they stand; comments are left out, because a link in the docs couples nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of `core/src` from the bottom up. Modules of one layer may use each other.
const LAYERS: &[&[&str]] = &[
    &["clock", "id"],
    &["event"],
    &["decider"],
    &["store"],
    &["replay", "privacy"],
    &["execute", "snapshot", "subscription", "conformance"],
    &["projection", "copy"],
    &["backup"],
    // What stands above knows no law; what stands below does no input or output.
    &["calendar", "data_file"],
    &["policy"],
    &["case"],
    &["staff", "words", "worklist", "conflict"],
    &["bureau"],
    &["testing"],
];

/// The lowest layer that knows law.
const DOMAIN: &str = "calendar";

/// A file has fewer lines than this.
const LINES_MAX: usize = 600;

#[test]
fn modules_use_only_what_lies_below_them() {
    let core = root().join("core/src");
    let violations: Vec<_> = sources(&core)
        .iter()
        .filter(|path| !is_test(path))
        .flat_map(|path| {
            let module = module_of(path.strip_prefix(&core).unwrap());
            let source = fs::read_to_string(path).unwrap();
            violations(&module, &source).into_iter().map(move |what| format!("{}: {what}", path.display()))
        })
        .collect();
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn every_module_has_a_layer() {
    let core = root().join("core/src");
    let modules = sources(&core).iter().map(|path| module_of(path.strip_prefix(&core).unwrap())).collect();
    let known: BTreeSet<_> = LAYERS.concat().into_iter().chain(["lib"]).map(str::to_owned).collect();
    let strangers: Vec<&String> = BTreeSet::difference(&modules, &known).collect();
    assert!(strangers.is_empty(), "modules without a layer: {strangers:?}");
}

/// The stores build without the domain, so a use of it would not compile in `cargo check -p`. A workspace build
/// unifies features and would hide it.
#[test]
fn the_stores_use_only_the_generic_half() {
    let violations: Vec<_> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("store-")))
        .flat_map(|package| sources(&package.join("src")))
        .flat_map(|path| {
            let used = used_modules(&fs::read_to_string(&path).unwrap(), "anjuan");
            used.into_iter()
                .filter(|module| is_domain(module))
                .map(move |module| format!("{}: uses {module}", path.display()))
        })
        .collect();
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn files_stay_readable() {
    let long: Vec<_> = ["core", "store-sled", "store-pg", "tests", "examples", "benches"]
        .iter()
        .map(|folder| root().join(folder))
        .filter(|folder| folder.exists())
        .flat_map(|folder| sources(&folder))
        .map(|path| (fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines >= LINES_MAX)
        .collect();
    assert!(long.is_empty(), "files of {LINES_MAX} lines and more: {long:?}");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below a folder, in the order of their names.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("a folder can be listed").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A test may look at the library from wherever it likes; only files of tests do, not the ends of other files.
fn is_test(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "tests.rs") || path.iter().any(|folder| folder == "tests")
}

/// The top module of a file, from its path below `src`.
fn module_of(path: &Path) -> String {
    let first = path.iter().next().map(Path::new).and_then(Path::file_stem);
    first.expect("a source file has a name").to_string_lossy().into_owned()
}

/// What in the source of a module leads upwards. Macros and constants of the crate itself lie in no layer.
fn violations(module: &str, source: &str) -> Vec<String> {
    let Some(own) = layer_of(module) else { return Vec::new() };
    used_modules(source, "crate")
        .into_iter()
        .filter(|used| layer_of(used).is_some_and(|layer| layer > own))
        .map(|used| match !is_domain(module) && is_domain(&used) {
            true => format!("{module} is of the generic half and uses {used}, of the domain"),
            false => format!("{module} uses {used}, of a layer above it"),
        })
        .collect()
}

fn layer_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn is_domain(module: &str) -> bool {
    layer_of(module) >= layer_of(DOMAIN)
}

/// The modules that follow `start::` in the code: in paths, and in the braces of an import.
fn used_modules(source: &str, start: &str) -> BTreeSet<String> {
    let code = without_comments(source);
    let path = format!("{start}::");
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices(&path) {
        let is_whole_word = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if is_whole_word {
            used.extend(first_names(&code[at + path.len()..]));
        }
    }
    used
}

/// Line comments become nothing. A `//` in a string cuts the rest of its line, which holds no path in practice.
fn without_comments(source: &str) -> String {
    source.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// `a` from `a::b`, and `a` and `b` from `{a::{c, d}, b}`.
fn first_names(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else { return vec![name_at(path)] };
    let mut names = Vec::new();
    let mut depth = 1;
    let mut is_first = true;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => is_first = true,
            c if is_first && !c.is_whitespace() => {
                names.push(name_at(&group[at..]));
                is_first = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

fn name_at(path: &str) -> String {
    path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(module: &str, source: &str, wanted: &[&str]) {
        assert_eq!(violations(module, source), wanted, "{source}");
    }

    #[test]
    fn a_use_from_below_is_named() {
        let upwards = "event uses store, of a layer above it";
        for source in [
            "use crate::store::EventStore;",
            "pub(crate) use crate::store::{EventStore, MemoryStore};",
            "use crate::{clock::Clock, store::{EventStore, Plan}, id};",
            "use crate::{\n    id,\n    store,\n};",
            "fn f() { let x = crate::store::Plan::check(&y); }",
            "impl From<crate::store::StoreError> for E {}",
        ] {
            check("event", source, &[upwards]);
        }
    }

    #[test]
    fn law_in_the_generic_half_is_named() {
        let wanted = "execute is of the generic half and uses policy, of the domain";
        check("execute", "use crate::policy::Rule;", &[wanted]);
    }

    #[test]
    fn uses_of_the_same_layer_and_of_lower_ones_are_fine() {
        check("clock", "use crate::id::InvalidId;", &[]);
        check("replay", "use crate::privacy::Sealed;", &[]);
        check("bureau", "use crate::{case, policy::Rule, store::EventStore};", &[]);
        check("testing", "use crate::bureau::Bureau;", &[]);
        check("case", "use crate::case::mediation::Mediation;", &[]);
    }

    #[test]
    fn what_is_no_use_of_a_module_is_left_alone() {
        check("event", "//! See [`EventStore`](crate::store::EventStore).", &[]);
        check("event", "let a = 1; // crate::store is above", &[]);
        check("event", "crate::event_set! {}", &[]);
        check("event", "use other_crate::store::Thing;", &[]);
        check("lib", "pub use crate::bureau::Bureau;", &[]);
    }

    #[test]
    fn a_store_that_knows_law_is_seen() {
        let used = used_modules("use anjuan::{store::EventStore, case::Case};", "anjuan");
        assert!(used.iter().any(|module| is_domain(module)));
        assert!(!is_domain("store") && !is_domain("unheard_of"));
    }

    #[test]
    fn a_file_belongs_to_its_top_module() {
        for (path, module) in [("id.rs", "id"), ("store/mod.rs", "store"), ("case/a/b.rs", "case")] {
            assert_eq!(module_of(Path::new(path)), module);
        }
    }
}
