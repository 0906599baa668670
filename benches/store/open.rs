//! How long it takes until a store is open, against bare sled on the same files.
//!
//! When sled opens, it reads what was written since it opened last. So the worst is a store that was filled from
//! nothing by one process which was killed; the usual is one that was opened before.

use std::path::{Path, PathBuf};

use anjuan::store::EventStore;
use anjuan_store_sled::{Durability, Options, SledStore};
use anyhow::{Result, ensure};
use tokio::runtime::Runtime;

use crate::Bench;
use crate::bare::BareSled;
use crate::filled::{append_of, cases_of};
use crate::machine::Other;
use crate::table::{Rounds, Table, Target, timed};

/// So many events come in between an opening and the death of the process.
const EVENTS_OF_A_DAY: u64 = 2_000;

pub fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    let filled = bench.filled()?;
    let [mut first, mut again, mut usual] = [(); 3].map(|()| Rounds::default());
    for _ in 0..bench.scale.rounds.min(3) {
        let (ours, theirs) = (filled.copy("open-store")?, filled.copy("open-bare")?);
        first.push(open(bench, &ours, filled.events())?, open_bare(&theirs)?);
        again.push(open(bench, &ours, filled.events())?, open_bare(&theirs)?);
        for path in [&ours, &theirs] {
            Other::start(&["append", &path.to_string_lossy(), &filled.cases.to_string()])?.line()?;
        }
        let events = filled.events() + EVENTS_OF_A_DAY;
        usual.push(open(bench, &ours, events)?, open_bare(&theirs)?);
    }
    let target = Some(Target::SecondsAtMost(2.0));
    let name = format!("{} events", filled.events());
    table.push(first.row(format!("open after SIGKILL of the process that wrote all {name}"), 1.0, target));
    table.push(usual.row(
        format!("open after SIGKILL, {EVENTS_OF_A_DAY} events after the last opening"),
        1.0,
        target,
    ));
    table.push(again.row("open after a clean close", 1.0, None));
    Ok(())
}

fn open(bench: &Bench, path: &Path, events: u64) -> Result<f64> {
    let (store, seconds) =
        timed(|| Ok(bench.runtime.block_on(SledStore::open(path, Options::default()))?))?;
    bench.runtime.block_on(async {
        ensure!(store.head().await?.ordinal() == events, "whatever was acknowledged is there");
        store.close().await;
        Ok(seconds)
    })
}

fn open_bare(path: &Path) -> Result<f64> {
    let (bare, seconds) = timed(|| BareSled::open(path))?;
    drop(bare);
    // sled gives its lock back a moment later.
    std::thread::sleep(std::time::Duration::from_millis(200));
    Ok(seconds)
}

/// The work of the other process: appends a day's events, says so, and is killed.
pub fn append(runtime: &Runtime, path: PathBuf, cases: u64) -> Result<()> {
    runtime.block_on(async {
        let options = Options::default().durability(Durability::ProcessCrash);
        let store = SledStore::open(path, options).await?;
        for case in cases_of(cases..cases + EVENTS_OF_A_DAY) {
            store.append(append_of(&case, 0, 1)).await?;
        }
        println!("appended");
        std::future::pending().await
    })
}
