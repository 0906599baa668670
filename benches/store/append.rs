//! One caller, safe on disk: one event, and a case of twelve in one append.
//!
//! An append is at least three values that must come together: the events, their place in the global order, and the
//! answer to the command. sled writes a batch in two pieces, one after the other, and one value in one piece. So the
//! bare batch is what the store can reach, and the bare value is what the three cost.

use anjuan::store::EventStore;
use anjuan::testing::sample::SampleCases;
use anjuan_store_sled::{Options, SledStore};
use anyhow::Result;

use crate::Bench;
use crate::bare::{BareFile, BareSled, values_of};
use crate::filled::{append_of, cases_of};
use crate::table::{Rounds, Table, Target, timed};

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
        let numbers = round * bench.scale.appends..(round + 1) * bench.scale.appends;
        let appends: Vec<_> = cases_of(numbers.clone()).map(|case| append_of(&case, 0, events)).collect();
        let values: Vec<_> =
            appends.iter().zip(numbers).map(|(append, number)| values_of(append, number * 12 + 1)).collect();
        let ((), ours) = timed(|| {
            bench.runtime.block_on(async {
                for append in appends {
                    store.append(append).await?;
                }
                Ok(())
            })
        })?;
        let ((), in_batch) = timed(|| values.iter().try_for_each(|values| batch.put_together(values)))?;
        let ((), in_one) = timed(|| values.iter().try_for_each(|values| one.put_one(values)))?;
        let ((), in_file) = timed(|| values.iter().try_for_each(|values| file.write(values)))?;
        // The first round fills caches and makes files; it does not count.
        if round > 0 {
            against_batch.push(ours, in_batch);
            against_one.push(ours, in_one);
            against_file.push(ours, in_file);
        }
    }
    let each = bench.scale.appends as f64;
    let name = format!("durable append of {what}");
    table.push(against_batch.row(format!("{name}, against the same batch in bare sled"), each, Some(target)));
    table.push(against_one.row("the same, against one put of the same bytes in bare sled", each, None));
    table.push(against_file.row("the same, against a synced write to a plain file", each, None));
    Ok(())
}
