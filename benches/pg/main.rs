//! What the PostgreSQL store costs, each figure beside its limit in the same run.
//!
//! ```text
//! cargo bench --bench pg              # some minutes
//! cargo bench --bench pg -- replay    # one part of it: append, callers, import or replay
//! cargo bench --bench pg -- --quick   # a smoke test, its figures mean little
//! ```
//!
//! A figure alone says more about the disk than about the store. So each row runs the store and the best that could be had
//! without it in turns, several rounds of both, on the same server and into a table of the same columns and indexes, and
//! prints the median of the ratios. A ratio of 1.00 means that the store costs nothing over its limit: no check of
//! revisions, no digests, no keys, no fence.
//!
//! The server is started for it, with real syncs, and goes with it.

#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

#[path = "../../store-pg/tests/cluster/mod.rs"]
mod cluster;
mod raw;
mod sample;

use std::future::Future;
use std::time::Instant;

use anjuan::event::Codec;
use anjuan::store::{EventStore, ReadStreams};
use anjuan_store_pg::{Admin, NewTenant, Options, PgStore, Server};
use anyhow::{Context, Result, ensure};
use futures_util::{StreamExt, future};
use raw::Raw;
use sample::{CaseEvent, EVENTS_PER_CASE, Sum, case, import, single};

/// How much is done, and how often.
struct Scale {
    rounds: usize,
    appends: u128,
    cases: u128,
}

impl Scale {
    const FULL: Self = Self { rounds: 7, appends: 400, cases: 12_000 };
    const QUICK: Self = Self { rounds: 1, appends: 20, cases: 200 };
}

const CALLERS: u128 = 32;

fn main() -> Result<()> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let scale = if quick { Scale::QUICK } else { Scale::FULL };
    let Some(own) = cluster::Own::start(&["shared_buffers=256MB", "max_wal_size=2GB"]) else { return Ok(()) };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let wanted = |part: &str| {
        let mut parts = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).peekable();
        parts.peek().is_none() || parts.any(|argument| argument == part)
    };
    println!("| what | the store | its limit | ratio | target |");
    println!("|---|---|---|---|---|");
    runtime.block_on(async {
        let database = own.cluster.database().await;
        let server = own.cluster.server(&database);
        let mut admin = Admin::connect(&server).await?;
        admin.migrate().await?;
        admin.create(NewTenant::new("bureau".parse()?)).await?;
        let url = own.cluster.url_of("postgres", &database);
        let place = Place { server, url };
        // Makes the table, once and before many want it.
        drop(place.raw().await?);
        if wanted("append") {
            appends(&place, &scale, 1).await?;
            appends(&place, &scale, EVENTS_PER_CASE).await?;
        }
        if wanted("callers") {
            many_callers(&place, &scale).await?;
        }
        if wanted("import") {
            imports(&place, &scale).await?;
        }
        if wanted("replay") {
            replay(&place, &scale).await?;
        }
        Ok(())
    })
}

struct Place {
    server: Server,
    url: String,
}

impl Place {
    async fn store(&self) -> Result<PgStore> {
        Ok(PgStore::open(&self.server, "bureau".parse()?, Options::default()).await?)
    }

    async fn raw(&self) -> Result<Raw> {
        Raw::open(&self.url).await
    }
}

/// One caller, one append after the other: of one event against a prepared INSERT, of a case against INSERT by UNNEST.
async fn appends(place: &Place, scale: &Scale, events: u128) -> Result<()> {
    let (store, raw) = (place.store().await?, place.raw().await?);
    let mut rounds = Rounds::default();
    for round in 0..=scale.rounds as u128 {
        let first = (events * 100 + round) * 1_000_000;
        let appends: Vec<_> = (0..scale.appends).map(|n| case(first + n * events, events)).collect();
        let rows: Vec<_> = appends.iter().map(sample::rows).collect();
        let ours = timed(async {
            for append in appends {
                store.append(append).await?;
            }
            Ok(())
        });
        let ours = ours.await?;
        let theirs = timed(async {
            for rows in &rows {
                if events == 1 {
                    raw.insert(rows).await?
                } else {
                    raw.unnest(rows).await?
                };
            }
            Ok(())
        });
        let theirs = theirs.await?;
        // The first round fills caches and makes files; it does not count.
        if round > 0 {
            rounds.push(ours, theirs);
        }
    }
    let each = scale.appends as f64;
    if events == 1 {
        rounds.print("append of one event, against a prepared INSERT", each, Some(0.6));
    } else {
        rounds.print("append of a case of 12 events, against INSERT by UNNEST", each, Some(0.7));
    }
    store.close().await;
    Ok(())
}

/// Thirty-two callers at once, against thirty-two connections that each insert for themselves.
async fn many_callers(place: &Place, scale: &Scale) -> Result<()> {
    let store = place.store().await?;
    let raws = future::try_join_all((0..CALLERS).map(|_| place.raw())).await?;
    let per_caller = (scale.appends / 4).max(5);
    let mut rounds = Rounds::default();
    for round in 0..=scale.rounds as u128 {
        let appends: Vec<Vec<_>> = (0..CALLERS)
            .map(|caller| {
                let first = 500_000_000 + round * 1_000_000 + caller * 10_000;
                (first..first + per_caller).map(|number| single(number, first)).collect()
            })
            .collect();
        let rows: Vec<Vec<_>> =
            appends.iter().map(|appends| appends.iter().map(sample::rows).collect()).collect();
        let ours = timed(async {
            let callers = appends.into_iter().map(|appends| async {
                for append in appends {
                    store.append(append).await?;
                }
                Ok::<_, anyhow::Error>(())
            });
            future::try_join_all(callers).await.map(drop)
        });
        let ours = ours.await?;
        let theirs = timed(async {
            let callers = raws.iter().zip(&rows).map(|(raw, rows)| async move {
                for row in rows {
                    raw.insert(row).await?;
                }
                Ok::<_, anyhow::Error>(())
            });
            future::try_join_all(callers).await.map(drop)
        });
        let theirs = theirs.await?;
        if round > 0 {
            rounds.push(ours, theirs);
        }
    }
    let each = (per_caller * CALLERS) as f64;
    rounds.print(
        "append of one event, 32 callers at once, against 32 connections that INSERT",
        each,
        Some(1.0),
    );
    store.close().await;
    Ok(())
}

/// Appends of a thousand events, against a binary COPY of the same rows.
async fn imports(place: &Place, scale: &Scale) -> Result<()> {
    const EVENTS: u128 = 1_000;
    let (store, mut raw) = (place.store().await?, place.raw().await?);
    let imports = (scale.appends / 40).max(1);
    let mut rounds = Rounds::default();
    for round in 0..=scale.rounds as u128 {
        let first = 900_000_000 + round * 1_000_000;
        let appends: Vec<_> = (0..imports).map(|n| import(first + n * EVENTS, EVENTS)).collect();
        let rows: Vec<_> = appends.iter().map(sample::rows).collect();
        let ours = timed(async {
            for append in appends {
                store.append(append).await?;
            }
            Ok(())
        });
        let ours = ours.await?;
        let theirs = timed(async {
            for rows in &rows {
                raw.copy(rows).await?;
            }
            Ok(())
        });
        let theirs = theirs.await?;
        if round > 0 {
            rounds.push(ours, theirs);
        }
    }
    rounds.print(
        "append of 1,000 events, against binary COPY; for one event",
        (imports * EVENTS) as f64,
        None,
    );
    store.close().await;
    Ok(())
}

/// Every case from its first event to its last, decoded into types; against keyset pages of the same rows, the next one
/// fetched while this one is decoded, with the same decoding and nothing else.
async fn replay(place: &Place, scale: &Scale) -> Result<()> {
    let mut admin = Admin::connect(&place.server).await?;
    admin.create(NewTenant::new("replayed".parse()?)).await?;
    let store = PgStore::open(&place.server, "replayed".parse()?, Options::default()).await?;
    for first in (0..scale.cases).step_by(64) {
        let last = scale.cases.min(first + 64);
        let appends =
            (first..last).map(|number| store.append(case(number * EVENTS_PER_CASE, EVENTS_PER_CASE)));
        future::try_join_all(appends).await?;
    }
    let raw = place.raw().await?;
    raw.take_over("replayed").await?;
    let events = scale.cases * EVENTS_PER_CASE;
    let mut rounds = Rounds::default();
    for round in 0..=scale.rounds {
        let mut sums = (Sum::default(), Sum::default());
        let ours = timed(async {
            sums.0 = replay_store(&store).await?;
            Ok(())
        });
        let ours = ours.await?;
        let theirs = timed(async {
            sums.1 = raw.replay().await?;
            Ok(())
        });
        let theirs = theirs.await?;
        ensure!(sums.0 == sums.1 && u128::from(sums.0.events) == events, "both decode every event alike");
        if round > 0 {
            rounds.push(ours, theirs);
        }
    }
    rounds.print(
        "replay of typed events, against bare keyset pages with the same decoding",
        events as f64,
        Some(0.8),
    );
    store.close().await;
    Ok(())
}

async fn replay_store(store: &PgStore) -> Result<Sum> {
    let codec = Codec::<CaseEvent>::new();
    let mut events = store.read_streams(ReadStreams::all());
    let mut sum = Sum::default();
    while let Some(event) = events.next().await {
        sum.add(&codec.decode(&event?)?);
    }
    Ok(sum)
}

async fn timed(work: impl Future<Output = Result<()>>) -> Result<f64> {
    let start = Instant::now();
    work.await?;
    Ok(start.elapsed().as_secs_f64())
}

/// Rounds of the store and of its limit, in seconds.
#[derive(Default)]
struct Rounds(Vec<(f64, f64)>);

impl Rounds {
    fn push(&mut self, ours: f64, limit: f64) {
        self.0.push((ours, limit));
    }

    /// One row: medians for one of `each` things, and the median of the ratios, greater is better.
    fn print(&self, what: &str, each: f64, target: Option<f64>) {
        let micros = |seconds: f64| format!("{:.2} µs", seconds * 1e6 / each);
        let ours = median(self.0.iter().map(|round| round.0));
        let limit = median(self.0.iter().map(|round| round.1));
        let ratio = median(self.0.iter().map(|(ours, limit)| limit / ours));
        let (Some(ours), Some(limit), Some(ratio)) = (ours, limit, ratio) else { return };
        let target = target.map_or(String::new(), |target| format!("≥ {target:.1}"));
        println!("| {what} | {} | {} | {ratio:.2} | {target} |", micros(ours), micros(limit));
    }
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// The first of the events of an append, or an error that names what is wrong.
fn first<T>(rows: &[T]) -> Result<&T> {
    rows.first().context("an append has an event")
}
