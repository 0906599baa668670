//! The whole log, decoded into typed events: stream by stream, and in global order.
//!
//! On one core, the store has no advantage from reading ahead on another thread, so its ratio is what its checksums,
//! envelopes and streams cost. With two cores, a host that wants to be quick splits the streams in two.

use std::sync::Arc;

use anjuan::store::{EventStore, EventStoreExt, EventStream, ReadAll, ReadStreams};
use anjuan::testing::sample::SampleCases;
use anjuan_store_sled::{Options, SledStore};
use anyhow::{Context, Result, ensure};
use futures_util::StreamExt;

use crate::Bench;
use crate::bare::{BareSled, prefix};
use crate::machine::on_one_core;
use crate::table::{Rounds, Table, Target, timed};

pub fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    let filled = bench.filled()?;
    let store = bench.runtime.block_on(SledStore::open(filled.copy("replay-store")?, Options::default()))?;
    let bare = BareSled::open(&filled.copy("replay-bare")?)?;
    let (store, events) = (Arc::new(store), filled.events());
    let [mut streams, mut global, mut ahead, mut two, mut bare_two] = [(); 5].map(|()| Rounds::default());
    for _ in 0..bench.scale.rounds.min(3) {
        let read = || store.read_streams(ReadStreams::all());
        let one_core = seconds(events, || on_one_core(|runtime| runtime.block_on(decode(read()))))?;
        let bare_one = seconds(events, || on_one_core(|_| bare.decode_streams(b"E", b"F")))?;
        streams.push(one_core, bare_one);
        let read = || store.read_all(ReadAll::all());
        let ours = seconds(events, || on_one_core(|runtime| runtime.block_on(decode(read()))))?;
        global.push(ours, seconds(events, || on_one_core(|_| bare.decode_all()))?);
        let free =
            seconds(events, || bench.runtime.block_on(decode(store.read_streams(ReadStreams::all()))))?;
        ahead.push(free, bare_one);
        two.push(seconds(events, || in_parts(bench, &store))?, one_core);
        bare_two.push(seconds(events, || bare_in_parts(bench, &store, &bare))?, bare_one);
    }
    let (each, target) = (events as f64, Some(Target::RatioAtLeast(0.8)));
    table.push(streams.row("replay stream by stream on one core, against a bare scan", each, target));
    table.push(global.row(
        "replay in global order on one core, against a bare scan by the index",
        each,
        target,
    ));
    table.push(ahead.row("replay stream by stream, reading ahead on the other core", each, None));
    table.push(two.row(
        "replay in two parts on two cores, against one core",
        each,
        Some(Target::RatioAtLeast(1.6)),
    ));
    table.push(bare_two.row("a bare scan in two parts on two threads, against one", each, None));
    Ok(())
}

fn seconds(events: u64, work: impl FnOnce() -> Result<u64>) -> Result<f64> {
    let (decoded, seconds) = timed(work)?;
    ensure!(decoded == events, "every event is decoded, and no other");
    Ok(seconds)
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
        Ok(first.join().map_err(|_| anyhow::anyhow!("the first half panicked"))?? + second)
    })
}
