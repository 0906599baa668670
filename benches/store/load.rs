//! One case from the disk to its typed events, as a command does it first.
//!
//! Warm: the pages are in the cache of sled. Cold: they are not even in that of the kernel. The limit reads the same
//! values from bare sled and decodes them, and nothing else; on the caller's thread, where a server must not read. So
//! a second limit does that on a blocking thread.

use std::path::Path;
use std::sync::Arc;

use anjuan::id::StreamId;
use anjuan::store::EventStoreExt;
use anjuan::testing::sample::SampleCases;
use anjuan_store_sled::{Options, SledStore};
use anyhow::{Result, ensure};
use tokio::runtime::Runtime;

use crate::Bench;
use crate::bare::BareSled;
use crate::machine::{evict, on_one_core, processor_seconds};
use crate::table::{Rounds, Table, Target, timed};

/// So often each case is loaded in a warm round.
const REPEATS: usize = 20;

pub fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    let filled = bench.filled()?;
    let (ours, theirs) = (filled.copy("load-store")?, filled.copy("load-bare")?);
    let count = bench.scale.appends;
    let [mut cold, mut warm, mut on_thread] = [(); 3].map(|()| Rounds::default());
    for round in 0..bench.scale.rounds as u64 {
        let streams = filled.some_streams(count, round * count);
        let store = open_cold(bench, &ours)?;
        let ((), our_cold) = timed(|| load(&bench.runtime, &store, &streams))?;
        let bare = open_bare_cold(&theirs)?;
        let ((), their_cold) = timed(|| load_bare(&bare, &streams))?;
        cold.push(our_cold, their_cold);
        let again: Vec<_> = std::iter::repeat_n(&streams, REPEATS).flatten().cloned().collect();
        let our_work = work(|runtime| load(runtime, &store, &again))?;
        warm.push(our_work, work(|_| load_bare(&bare, &again))?);
        on_thread.push(our_work, work(|runtime| load_bare_on_thread(runtime, &bare, &again))?);
        bench.runtime.block_on(store.close());
    }
    let (each, target) = (count as f64, Some(Target::RatioAtLeast(0.6)));
    let repeated = each * REPEATS as f64;
    table.push(warm.row("load of a case, warm, on one core, against bare sled", repeated, target));
    table.push(on_thread.row("the same, against bare sled on a blocking thread", repeated, target));
    table.push(cold.row("load of a case, cold, against bare sled", each, target));
    Ok(())
}

/// The work that something makes on one core.
fn work(done: impl FnOnce(&Runtime) -> Result<()> + Send) -> Result<f64> {
    let before = processor_seconds();
    on_one_core(done)?;
    Ok(processor_seconds() - before)
}

fn open_cold(bench: &Bench, path: &Path) -> Result<SledStore> {
    let store = bench.runtime.block_on(SledStore::open(path, Options::default()))?;
    evict(path)?;
    Ok(store)
}

fn open_bare_cold(path: &Path) -> Result<Arc<BareSled>> {
    let bare = BareSled::open(path)?;
    evict(path)?;
    Ok(Arc::new(bare))
}

fn load(runtime: &Runtime, store: &SledStore, streams: &[StreamId]) -> Result<()> {
    let codec = SampleCases::codec();
    runtime.block_on(async {
        for stream in streams {
            let events = store.stream_events(stream).await?;
            for event in &events {
                std::hint::black_box(codec.decode(event)?);
            }
            ensure!(events.len() == SampleCases::EVENTS_PER_CASE, "every case is whole");
        }
        Ok(())
    })
}

fn load_bare(bare: &BareSled, streams: &[StreamId]) -> Result<()> {
    let events = streams.iter().map(|stream| bare.decode_stream(stream)).sum::<Result<u64>>()?;
    ensure!(events as usize == streams.len() * SampleCases::EVENTS_PER_CASE, "every case is whole");
    Ok(())
}

fn load_bare_on_thread(runtime: &Runtime, bare: &Arc<BareSled>, streams: &[StreamId]) -> Result<()> {
    runtime.block_on(async {
        for stream in streams {
            let (bare, stream) = (Arc::clone(bare), stream.clone());
            tokio::task::spawn_blocking(move || bare.decode_stream(&stream)).await??;
        }
        Ok(())
    })
}
