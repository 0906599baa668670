//! What the sled store costs, each figure beside its limit in the same run.
//!
//! ```text
//! benches/table                  # everything, in some ten minutes
//! benches/table replay load      # these parts: append, callers, load, replay, command, cores, open, space
//! benches/table --quick          # a smoke test, its figures mean little
//! benches/table --cases=10000    # with another number of cases than 100,000
//! benches/table --keep           # leaves the filled store for the next run, and takes the one left before
//! ```
//!
//! A figure alone says more about the disk than about the store. So each row runs the store and the best that could
//! be had without it in turns, several rounds of both, and prints the medians of the figures and of their ratios. A
//! ratio of 1.00 means that the store costs nothing over its limit. Everything lies under the target directory, on a
//! real disk. The events are those of [`anjuan::testing::sample`].

#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock and starts threads")]
#![allow(unreachable_pub, reason = "a program has nobody to reach it")]

mod append;
mod bare;
mod callers;
mod command;
mod cores;
mod filled;
mod load;
mod machine;
mod open;
mod replay;
mod space;
mod table;

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tokio::runtime::{Builder, Runtime};

use crate::filled::Filled;
use crate::replay::Order;
use crate::table::Table;

/// How much is done, and how often.
struct Scale {
    rounds: usize,
    /// Appends of one caller in a round.
    appends: u64,
    /// Cases in the filled store, twelve events to each.
    cases: u64,
}

const FULL: Scale = Scale { rounds: 3, appends: 300, cases: 100_000 };
const QUICK: Scale = Scale { rounds: 1, appends: 5, cases: 300 };

type Part = fn(&Bench, &mut Table) -> Result<()>;

const PARTS: &[(&str, Part)] = &[
    ("append", append::run),
    ("callers", callers::run),
    ("load", load::run),
    ("replay", replay::run),
    ("command", command::run),
    ("cores", cores::run),
    ("open", open::run),
    ("space", space::run),
];

/// What the parts share.
struct Bench {
    runtime: Runtime,
    root: PathBuf,
    scale: Scale,
    filled: OnceCell<Filled>,
}

impl Bench {
    /// The filled store, made when the first part asks for it.
    fn filled(&self) -> Result<&Filled> {
        if self.filled.get().is_none() {
            let filled = Filled::make(&self.root, self.scale.cases)?;
            // Nobody else can have set it: there is one thread.
            let _ = self.filled.set(filled);
        }
        self.filled.get().context("the store was just filled")
    }

    /// A path at which there is nothing yet.
    fn fresh(&self, name: &str) -> Result<PathBuf> {
        let path = self.root.join(name);
        match fs::metadata(&path) {
            Ok(entry) if entry.is_dir() => fs::remove_dir_all(&path)?,
            Ok(_) => fs::remove_file(&path)?,
            Err(_) => {}
        }
        Ok(path)
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let Some((machine::CHILD, work)) = arguments.split_first().map(|(first, rest)| (first.as_str(), rest))
    {
        return other_process(work);
    }
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let wanted: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|name| !name.starts_with("--")).collect();
    if let Some(unknown) = wanted.iter().find(|name| PARTS.iter().all(|(part, _)| part != *name)) {
        bail!("there is no part {unknown}");
    }
    let name =
        if has("--keep") { "bench-store".to_owned() } else { format!("bench-store-{}", std::process::id()) };
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&root)?;
    let mut scale = if has("--quick") { QUICK } else { FULL };
    if let Some(cases) = arguments.iter().find_map(|argument| argument.strip_prefix("--cases=")) {
        scale.cases = cases.parse()?;
    }
    let bench = Bench { runtime: runtime()?, root: root.clone(), scale, filled: OnceCell::new() };
    let mut table = Table::new(has("--quick"));
    let measured = PARTS
        .iter()
        .filter(|(part, _)| wanted.is_empty() || wanted.contains(part))
        .try_for_each(|(_, run)| run(&bench, &mut table));
    if !has("--keep") {
        fs::remove_dir_all(&root)?;
    }
    measured?;
    println!("{table}");
    Ok(())
}

fn runtime() -> Result<Runtime> {
    Ok(Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

/// What this program does when it is started as the other process.
fn other_process(work: &[String]) -> Result<()> {
    let runtime = runtime()?;
    match work.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["fill", path, cases] => filled::fill(&runtime, Path::new(path), cases.parse()?),
        ["append", path, cases] => open::append(&runtime, path.into(), cases.parse()?),
        ["replay", order, path] => replay::alone(&runtime, Order::named(order)?, Path::new(path)),
        ["replay-bare", order, path] => replay::bare_alone(Order::named(order)?, Path::new(path)),
        _ => bail!("nobody asked for anything"),
    }
}
