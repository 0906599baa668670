//! One caller, safe on disk: one event, and a case of twelve in one append.
//!
//! An append is at least three values that must come together: the events, their place in the global order, and the
//! answer to the command. sled writes a batch in two pieces, one after the other, and one value in one piece. So the
//! bare batch is what the store can reach, and the bare value is what the three cost.

use anjuan::store::EventStore;
use anjuan::testing::sample::SampleCases;
use anjuan_store_sled::{Options, SledStore};
use anyhow::{Context, Result};

use crate::Bench;
use crate::bare::{BareFile, BareSled, values_of};
use crate::filled::{append_of, cases_of};
use crate::table::{Rounds, Table, Target, median, timed};

pub fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    durable(bench, table, "one event", 1, Target::RatioAtLeast(0.85))?;
    durable(bench, table, "a case of 12 events", SampleCases::EVENTS_PER_CASE, Target::RatioAtLeast(0.8))
}

fn durable(bench: &Bench, table: &mut Table, what: &str, events: usize, target: Target) -> Result<()> {
    let fresh = |name: &str| bench.fresh(&format!("append-{events}-{name}"));
    let store = bench.runtime.block_on(SledStore::open(fresh("store")?, Options::default()))?;
    let batch = BareSled::open(&fresh("batch")?)?;
    let one = BareSled::open(&fresh("one")?)?;
    // A case takes some nine kibibytes.
    let room = (bench.scale.rounds + 1) * usize::try_from(bench.scale.appends)? * (16 << 10);
    let mut file = BareFile::open(&fresh("file")?, room)?;
    let [mut against_batch, mut against_one, mut against_file] = [(); 3].map(|()| Rounds::default());
    for round in 0..=bench.scale.rounds as u64 {
        // The four take turns with every append, because a disk that others use too is never the same for long.
        let [mut ours, mut in_batch, mut in_one, mut in_file] = [(); 4].map(|()| Vec::new());
        for number in round * bench.scale.appends..(round + 1) * bench.scale.appends {
            let case = cases_of(number..number + 1).next().context("there is always one more case")?;
            let append = append_of(&case, 0, events);
            let values = values_of(&append, number * SampleCases::EVENTS_PER_CASE as u64 + 1);
            let (_, seconds) = timed(|| Ok(bench.runtime.block_on(store.append(append))?))?;
            ours.push(seconds);
            in_batch.push(timed(|| batch.put_together(&values))?.1);
            in_one.push(timed(|| one.put_one(&values))?.1);
            in_file.push(timed(|| file.write(&values))?.1);
        }
        // The first round fills caches and makes files; it does not count.
        if round > 0 {
            let ours = median(ours);
            against_batch.push(ours, median(in_batch));
            against_one.push(ours, median(in_one));
            against_file.push(ours, median(in_file));
        }
    }
    let name = format!("durable append of {what}");
    table.push(against_batch.row(format!("{name}, against the same batch in bare sled"), 1.0, Some(target)));
    table.push(against_one.row("the same, against one put of the same bytes in bare sled", 1.0, None));
    table.push(against_file.row("the same, against a synced write to a plain file", 1.0, None));
    Ok(())
}
