//! One case from the disk to its typed events, as a command does it first.
//!
//! Warm: the pages are in the cache of sled. Cold: they are not even in that of the kernel. The limit reads the same
//! values from bare sled and decodes them, and nothing else.

use std::path::Path;
use std::sync::Arc;

use anjuan::id::StreamId;
use anjuan::store::EventStoreExt;
use anjuan::testing::sample::SampleCases;
use anjuan_store_sled::{Options, SledStore};
use anyhow::{Result, ensure};

use crate::Bench;
use crate::bare::BareSled;
use crate::machine::evict;
use crate::table::{Rounds, Table, Target, timed};

pub fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    let filled = bench.filled()?;
    let (ours, theirs) = (filled.copy("load-store")?, filled.copy("load-bare")?);
    let count = bench.scale.appends;
    let (mut cold, mut warm, mut on_thread) = (Rounds::default(), Rounds::default(), Rounds::default());
    for round in 0..bench.scale.rounds as u64 {
        let streams = filled.some_streams(count, round * count);
        let store = open_cold(bench, &ours)?;
        let our_cold = load_store(bench, &store, &streams)?;
        let bare = open_bare_cold(&theirs)?;
        let their_cold = load_bare(&bare, &streams)?;
        cold.push(our_cold, their_cold);
        let our_warm = load_store(bench, &store, &streams)?;
        warm.push(our_warm, load_bare(&bare, &streams)?);
        on_thread.push(our_warm, load_bare_on_thread(bench, &bare, &streams)?);
        bench.runtime.block_on(store.close());
    }
    let each = count as f64;
    table.push(warm.row("load of a case, warm, against bare sled", each, Some(Target::RatioAtLeast(0.6))));
    table.push(on_thread.row("the same, bare sled read on a blocking thread, as a server must", each, None));
    table.push(cold.row("load of a case, cold, against bare sled", each, Some(Target::RatioAtLeast(0.6))));
    Ok(())
}

fn open_cold(bench: &Bench, path: &Path) -> Result<SledStore> {
    let store = bench.runtime.block_on(SledStore::open(path, Options::default()))?;
    evict(path)?;
    Ok(store)
}

fn open_bare_cold(path: &Path) -> Result<Arc<BareSled>> {
    let bare = Arc::new(BareSled::open(path)?);
    evict(path)?;
    Ok(bare)
}

fn load_store(bench: &Bench, store: &SledStore, streams: &[StreamId]) -> Result<f64> {
    let codec = SampleCases::codec();
    let load = async {
        for stream in streams {
            let events = store.stream_events(stream).await?;
            for event in &events {
                std::hint::black_box(codec.decode(event)?);
            }
            ensure!(events.len() == SampleCases::EVENTS_PER_CASE, "every case is whole");
        }
        Ok(())
    };
    timed(|| bench.runtime.block_on(load)).map(|((), seconds)| seconds)
}

fn load_bare(bare: &BareSled, streams: &[StreamId]) -> Result<f64> {
    let load = || streams.iter().map(|stream| bare.decode_stream(stream)).sum::<Result<u64>>();
    let (events, seconds) = timed(load)?;
    ensure!(events as usize == streams.len() * SampleCases::EVENTS_PER_CASE, "every case is whole");
    Ok(seconds)
}

fn load_bare_on_thread(bench: &Bench, bare: &Arc<BareSled>, streams: &[StreamId]) -> Result<f64> {
    let load = async {
        for stream in streams {
            let (bare, stream) = (Arc::clone(bare), stream.clone());
            tokio::task::spawn_blocking(move || bare.decode_stream(&stream)).await??;
        }
        Ok(())
    };
    timed(|| bench.runtime.block_on(load)).map(|((), seconds)| seconds)
}
