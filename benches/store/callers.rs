//! Many callers at once, each waiting for its own append to be safe. The limit is one caller; the ratio is that of
//! the throughputs.

use anjuan::store::{Append, EventStore};
use anjuan::testing::sample::SampleCases;
use anjuan_store_sled::{Options, SledStore};
use anyhow::Result;
use futures_util::future;

use crate::Bench;
use crate::filled::{append_of, cases_of};
use crate::table::{Rounds, Table, Target, timed};

pub fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    for (what, events) in [("one event", 1), ("a case of 12 events", SampleCases::EVENTS_PER_CASE)] {
        let path = bench.fresh(&format!("callers-{events}"))?;
        let store = bench.runtime.block_on(SledStore::open(path, Options::default()))?;
        let [mut eight, mut many] = [(); 2].map(|()| Rounds::default());
        let mut cases = cases_of(0..);
        for round in 0..=bench.scale.rounds {
            let mut each = |callers: u64| -> Result<f64> {
                // Many callers need not append as often each for a round of the same length.
                let appends = (bench.scale.appends / callers.min(4)).max(5);
                let new = |case| append_of(&case, 0, events);
                let work: Vec<Vec<_>> =
                    (0..callers).map(|_| cases.by_ref().take(appends as usize).map(new).collect()).collect();
                let ((), seconds) = timed(|| {
                    let callers = work.into_iter().map(|appends| call(&store, appends));
                    bench.runtime.block_on(future::try_join_all(callers)).map(drop)
                })?;
                Ok(seconds / (appends * callers) as f64)
            };
            let [one, with_eight, with_many] = [each(1)?, each(8)?, each(32)?];
            // The first round fills caches and makes files; it does not count.
            if round > 0 {
                eight.push(with_eight, one);
                many.push(with_many, one);
            }
        }
        let target = (events == 1).then_some(Target::RatioAtLeast(4.0));
        table.push(eight.row(format!("durable append of {what}, 8 callers, against one"), 1.0, None));
        table.push(many.row(format!("durable append of {what}, 32 callers, against one"), 1.0, target));
    }
    Ok(())
}

async fn call(store: &SledStore, appends: Vec<Append>) -> Result<()> {
    for append in appends {
        store.append(append).await?;
    }
    Ok(())
}
