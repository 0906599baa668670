//! What the store takes of the disk and of memory.

use anjuan_store_sled::SledStore;
use anyhow::Result;

use crate::Bench;
use crate::bare::BareSled;
use crate::machine::Other;
use crate::table::{Row, Table, Target};

pub fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    let filled = bench.filled()?;
    let (events, payload) = (filled.events() as f64, filled.payload as f64);
    let path = filled.copy("space")?;
    let compaction = bench.runtime.block_on(SledStore::compact(&*path))?;
    let (before, after) = (compaction.bytes_before as f64 / events, compaction.bytes_after as f64 / events);
    let payload = payload / events;
    let given = payload + filled.metadata as f64 / events;
    let target = Some(Target::RatioAtMost(3.0));
    table.push(Row::of_bytes(
        "disk for an event, as it was written, against its payload",
        before,
        payload,
        None,
    ));
    table.push(Row::of_bytes("disk for an event, compacted, against its payload", after, payload, target));
    table.push(Row::of_bytes("the same, against its payload and its metadata", after, given, None));
    let stored = BareSled::open(&path)?.stored_bytes()? as f64 / events;
    table.push(Row::of_bytes(
        "the keys and values of an event, without what sled adds",
        stored,
        payload,
        None,
    ));
    let peak = |work: &str| -> Result<Option<u64>> {
        let mut other = Other::start(&[work, "streams", &path.to_string_lossy()])?;
        other.line()?;
        Ok(other.peak_memory())
    };
    if let Some((ours, bare)) = peak("replay")?.zip(peak("replay-bare")?) {
        let what = "most memory of a process that replays the log, against bare sled";
        table.push(Row::of_bytes(what, ours as f64, bare as f64, None));
    }
    if let Some(memory) = filled.peak_memory {
        let what = "most memory of the process that wrote the log, against its cache of pages";
        table.push(Row::of_bytes(what, memory as f64, (64 << 20) as f64, None));
    }
    Ok(())
}
