//! The whole log, decoded into typed events: stream by stream, and in global order.
//!
//! On one core, and measured by the work of all threads, the store has no advantage from reading ahead: its ratio is
//! what its checksums, envelopes and streams cost. With two cores, a host that wants to be quick splits the streams in
//! two; that is measured by the clock on the wall.

use std::path::Path;
use std::sync::Arc;

use anjuan::store::{EventStore, EventStoreExt, EventStream, ReadAll, ReadStreams};
use anjuan::testing::sample::SampleCases;
use anjuan_store_sled::{Options, SledStore};
use anyhow::{Context, Result, anyhow, bail, ensure};
use futures_util::StreamExt;
use tokio::runtime::Runtime;

use crate::Bench;
use crate::bare::{BareSled, prefix};
use crate::machine::{on_one_core, processor_seconds};
use crate::table::{Rounds, Table, Target, timed};

/// What one pass over the log took.
struct Pass {
    wall: f64,
    work: f64,
}

pub fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    let filled = bench.filled()?;
    let (ours, theirs) = (filled.copy("replay-store")?, filled.copy("replay-bare")?);
    let store = bench.runtime.block_on(SledStore::open(&*ours, Options::default()))?;
    let bare = BareSled::open(&theirs)?;
    let (store, events) = (Arc::new(store), filled.events());
    let by_stream = |runtime: &Runtime| runtime.block_on(decode(store.read_streams(ReadStreams::all())));
    let in_order = |runtime: &Runtime| runtime.block_on(decode(store.read_all(ReadAll::all())));
    let [mut streams, mut global, mut ahead, mut two, mut bare_two] = [(); 5].map(|()| Rounds::default());
    for _ in 0..bench.scale.rounds {
        let ours = pass(events, || on_one_core(by_stream))?;
        let limit = pass(events, || on_one_core(|_| bare.decode_streams(b"E", b"F")))?;
        streams.push(ours.work, limit.work);
        let free = pass(events, || by_stream(&bench.runtime))?;
        ahead.push(free.wall, limit.wall);
        two.push(pass(events, || in_parts(bench, &store))?.wall, ours.wall);
        bare_two.push(pass(events, || bare_in_parts(bench, &store, &bare))?.wall, limit.wall);
        let ours = pass(events, || on_one_core(in_order))?;
        let limit = pass(events, || on_one_core(|_| bare.decode_all()))?;
        global.push(ours.work, limit.work);
    }
    let (each, target) = (events as f64, Some(Target::RatioAtLeast(0.8)));
    table.push(streams.row("replay stream by stream on one core, against a bare scan", each, target));
    table.push(global.row(
        "replay in global order on one core, against a bare scan by the index",
        each,
        target,
    ));
    table.push(ahead.row("replay stream by stream on two cores, against a bare scan on one", each, None));
    let target = Some(Target::RatioAtLeast(1.6));
    table.push(two.row("replay in two parts on two cores, against one core", each, target));
    table.push(bare_two.row("a bare scan in two parts on two cores, against one core", each, None));
    Ok(())
}

fn pass(events: u64, work: impl FnOnce() -> Result<u64>) -> Result<Pass> {
    let before = processor_seconds();
    let (decoded, wall) = timed(work)?;
    ensure!(decoded == events, "every event is decoded, and no other");
    Ok(Pass { wall, work: processor_seconds() - before })
}

pub async fn decode(mut events: EventStream) -> Result<u64> {
    let (codec, mut count) = (SampleCases::codec(), 0);
    while let Some(event) = events.next().await {
        std::hint::black_box(codec.decode(&event?)?);
        count += 1;
    }
    Ok(count)
}

fn in_parts(bench: &Bench, store: &Arc<SledStore>) -> Result<u64> {
    bench.runtime.block_on(async {
        let parts = store.split_streams(ReadStreams::all(), 2).await?;
        let tasks: Vec<_> =
            parts.into_iter().map(|part| tokio::spawn(decode(store.read_streams(part)))).collect();
        let mut events = 0;
        for task in tasks {
            events += task.await??;
        }
        Ok(events)
    })
}

fn bare_in_parts(bench: &Bench, store: &SledStore, bare: &BareSled) -> Result<u64> {
    let parts = bench.runtime.block_on(store.split_streams(ReadStreams::all(), 2))?;
    let middle = parts.first().and_then(|part| part.to.as_ref()).context("the log has two halves")?;
    let middle = [prefix(middle).as_slice(), &[1]].concat();
    std::thread::scope(|scope| {
        let first = scope.spawn(|| bare.decode_streams(b"E", &middle));
        let second = bare.decode_streams(&middle, b"F")?;
        Ok(first.join().map_err(|_| anyhow!("the first half panicked"))?? + second)
    })
}

/// The two ways through the whole log.
#[derive(Clone, Copy)]
pub enum Order {
    Streams,
    Global,
}

impl Order {
    pub fn named(name: &str) -> Result<Self> {
        match name {
            "streams" => Ok(Self::Streams),
            "global" => Ok(Self::Global),
            _ => bail!("there is no order {name}"),
        }
    }
}

/// The work of another process: replays, says how many seconds that took, and waits to be looked at.
pub fn alone(runtime: &Runtime, order: Order, path: &Path) -> Result<()> {
    let store = runtime.block_on(SledStore::open(path, Options::default()))?;
    let events = match order {
        Order::Streams => store.read_streams(ReadStreams::all()),
        Order::Global => store.read_all(ReadAll::all()),
    };
    let (_, seconds) = timed(|| runtime.block_on(decode(events)))?;
    say_and_wait(seconds)
}

/// The same with bare sled.
pub fn bare_alone(order: Order, path: &Path) -> Result<()> {
    let bare = BareSled::open(path)?;
    let (_, seconds) = timed(|| match order {
        Order::Streams => bare.decode_streams(b"E", b"F"),
        Order::Global => bare.decode_all(),
    })?;
    say_and_wait(seconds)
}

fn say_and_wait(seconds: f64) -> Result<()> {
    println!("{seconds}");
    loop {
        std::thread::park();
    }
}
