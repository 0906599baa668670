//! Many callers at once, each waiting for its own append to be safe. The limit is one caller; the ratio is that of
//! the throughputs.

use anjuan::store::EventStore;
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
        let mut rounds = [Rounds::default(), Rounds::default()];
        let mut next = 0;
        for round in 0..=bench.scale.rounds {
            let mut each = |callers: u64| -> Result<f64> {
                let appends = (bench.scale.appends / callers.min(4)).max(5);
                let mut work = Vec::new();
                for _ in 0..callers {
                    work.push(
                        cases_of(next..next + appends)
                            .map(|case| append_of(&case, 0, events))
                            .collect::<Vec<_>>(),
                    );
                    next += appends;
                }
                let caller = |appends| async {
                    for append in appends {
                        store.append(append).await?;
                    }
                    anyhow::Ok(())
                };
                let all = || bench.runtime.block_on(future::try_join_all(work.into_iter().map(caller)));
                let (_, seconds) = timed(|| all())?;
                Ok(seconds / (appends * callers) as f64)
            };
            let [one, eight, many] = [each(1)?, each(8)?, each(32)?];
            if round > 0 {
                rounds[0].push(eight, one);
                rounds[1].push(many, one);
            }
        }
        let target = (events == 1).then_some(Target::RatioAtLeast(4.0));
        table.push(rounds[0].row(format!("durable append of {what}, 8 callers, against one"), 1.0, None));
        table.push(rounds[1].row(format!("durable append of {what}, 32 callers, against one"), 1.0, target));
    }
    Ok(())
}
