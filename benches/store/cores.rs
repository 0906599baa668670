//! What a second core is worth on this machine: the same work once on one core and at the same time on two, which have
//! less in common from row to row.
//!
//! A ratio of 2.00 would be a whole second core. No replay in two parts can be worth more than decoding what is
//! already in memory is.

use anjuan::event::EventSet;
use anjuan::testing::sample::SampleEvent;
use anyhow::{Context, Result, anyhow};

use crate::Bench;
use crate::filled::cases_of;
use crate::machine::{Other, on_one_core};
use crate::table::{Rounds, Table, timed};

/// Steps of the loop that needs nothing but the core itself.
const STEPS: u64 = 200_000_000;
/// What is copied to and fro is greater than any cache.
const COPIED_BYTES: usize = 64 << 20;
const COPIES: usize = 8;
/// So many cases are decoded again and again.
const DECODED_CASES: u64 = 500;

pub fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    let payloads: Vec<_> = cases_of(0..DECODED_CASES).flat_map(|case| case.events).collect();
    let decode = || -> Result<()> {
        for event in payloads.iter().cycle().take(payloads.len() * 20) {
            let decoded = SampleEvent::decode(event.event_type.as_str(), &event.data);
            std::hint::black_box(decoded.context("a known type")??);
        }
        Ok(())
    };
    on_threads(bench, table, "a loop in the core's own registers", spin)?;
    on_threads(bench, table, "copying memory that no cache holds", copy)?;
    on_threads(bench, table, "decoding events that are in memory", decode)?;
    in_processes(bench, table, "a bare scan", "replay-bare")?;
    in_processes(bench, table, "a replay", "replay")
}

fn on_threads(
    bench: &Bench,
    table: &mut Table,
    what: &str,
    work: impl Fn() -> Result<()> + Sync,
) -> Result<()> {
    let mut rounds = Rounds::default();
    for _ in 0..bench.scale.rounds {
        let ((), one) = timed(&work)?;
        let ((), two) = timed(|| {
            std::thread::scope(|scope| {
                let other = scope.spawn(&work);
                work()?;
                other.join().map_err(|_| anyhow!("the other thread panicked"))?
            })
        })?;
        // Twice the work was done.
        rounds.push(two / 2.0, one);
    }
    table.push(rounds.row(format!("{what}, on two cores, against one"), 1.0, None));
    Ok(())
}

fn spin() -> Result<()> {
    let mixed = (0..STEPS).fold(1_u64, |mixed, step| (mixed ^ step).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    std::hint::black_box(mixed);
    Ok(())
}

fn copy() -> Result<()> {
    let (from, mut to) = (vec![1_u8; COPIED_BYTES], vec![0_u8; COPIED_BYTES]);
    for _ in 0..COPIES {
        to.copy_from_slice(std::hint::black_box(&from));
        std::hint::black_box(&mut to);
    }
    Ok(())
}

/// Two processes, each with a store of its own, have nothing in common but the machine.
fn in_processes(bench: &Bench, table: &mut Table, what: &str, work: &str) -> Result<()> {
    let filled = bench.filled()?;
    let copies = [filled.copy("cores-1")?, filled.copy("cores-2")?];
    let start = |place: usize| -> Result<Other> {
        let path = copies.get(place).context("there are two copies")?.to_string_lossy().into_owned();
        Other::start(&[work, "streams", &path])
    };
    let mut rounds = Rounds::default();
    for _ in 0..bench.scale.rounds {
        let one = on_one_core(|_| start(0)?.line()?.parse::<f64>().context("seconds"))?;
        let mut both = [start(0)?, start(1)?];
        let mut slowest = 0.0_f64;
        for other in &mut both {
            slowest = slowest.max(other.line()?.parse()?);
        }
        rounds.push(slowest / 2.0, one);
    }
    table.push(rounds.row(
        format!("{what} in two processes on two cores, against one"),
        filled.events() as f64,
        None,
    ));
    Ok(())
}
