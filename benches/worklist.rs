//! What a page of a worklist costs among 1,000 open cases and among 100,000.
//!
//! ```text
//! cargo bench --bench worklist              # some seconds
//! cargo bench --bench worklist -- --quick   # a smoke test, its figures mean little
//! ```
//!
//! A page that looked at the rest would cost a hundred times as much in the longer list. Beside each page stands what
//! that would be: to pick the rows, sort them and take the first fifty. The rows are those of a real case, spread over
//! offices, due dates and handlers.

#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::cmp::Reverse;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anjuan::case::CaseId;
use anjuan::case::code::Role;
use anjuan::case::mediation::Mediation;
use anjuan::clock::{Clock, SystemClock};
use anjuan::event::HashAlgorithm;
use anjuan::id::{ActorId, Code, SystemEntropy};
use anjuan::policy::Policy;
use anjuan::privacy::KeyRing;
use anjuan::store::{Identity, MemoryStore};
use anjuan::testing::scenario::{Scenario, Stage};
use anjuan::worklist::{Kept, Query, Row, Worklist};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use uuid::Uuid;

const PAGE: usize = 50;
/// Villages under counties under one city.
const COUNTIES: u64 = 10;
const VILLAGES: u64 = 30;
/// Few enough for each to have a whole page in the shorter list.
const HANDLERS: u64 = 10;

fn main() -> Result<()> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (short, long, rounds) = if quick { (100, 1_000, 3) } else { (1_000, 100_000, 2_000) };
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let lists = [short, long].map(|cases| runtime.block_on(list_of(cases)));
    let [short_list, long_list] = lists;
    let (short_list, long_list) = (short_list?, long_list?);
    let rows = long_list.rows();
    println!("| a page of {PAGE} | of {short} | of {long} | ratio | picked and sorted, of {long} |");
    println!("|---|---|---|---|---|");
    for (what, query) in queries()? {
        let [near, far] =
            [&short_list, &long_list].map(|list| median(rounds, || list.page(&query, None, PAGE)));
        let sorted = median(rounds.min(20), || sorted(&rows, &query));
        println!("| {what} | {near:.1} µs | {far:.1} µs | {:.2} | {sorted:.1} µs |", far / near);
    }
    Ok(())
}

fn queries() -> Result<Vec<(&'static str, Query)>> {
    let (county, city) = (Code::new("CN/330200/3")?, Code::new("CN/330200")?);
    let now = "2026-07-20T00:00:00+08:00".parse()?;
    Ok(vec![
        ("a role in a county", Query::of_role(county, Role::Mediator)),
        ("an office with all under it", Query::of_office(city.clone())),
        ("the same, overdue", Query::of_office(city).due_before(now)),
        ("a handler", Query::of_handler(handler(5))),
    ])
}

/// A list of so many open cases.
async fn list_of(cases: u64) -> Result<Worklist> {
    let identity = Identity::new(SystemClock.now(), &SystemEntropy, HashAlgorithm::Sha256);
    let store = Arc::new(MemoryStore::new(identity));
    let stage = Stage {
        store: Arc::<MemoryStore>::clone(&store),
        keys: KeyRing::in_memory(),
        policy: Policy::embedded(),
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/mediation/m-01.toml");
    let mut life = Scenario::read(&path)?;
    life.steps.truncate(8);
    life.end = Default::default();
    life.play::<Mediation>(&stage).await?;
    let kept = Worklist::build(Arc::<MemoryStore>::clone(&store)).await?.keep().await;
    let mut kept = serde_json::to_value(kept)?;
    let rows = kept.get_mut("rows").and_then(Value::as_array_mut).context("a list has rows")?;
    let row = rows.pop().context("the case is open")?;
    for number in 0..cases {
        let mut row: Row = serde_json::from_value(row.clone())?;
        vary(&mut row, number)?;
        rows.push(json!(row));
    }
    let kept: Kept = serde_json::from_value(kept)?;
    Ok(Worklist::resume(store, kept).await?)
}

/// Another case, elsewhere and due at another time.
fn vary(row: &mut Row, number: u64) -> Result<()> {
    // A prime number of seconds and days apart, so that no order is that of the numbers.
    let (later, village) = ((number * 7_919) % 86_400, number % (COUNTIES * VILLAGES));
    row.case = CaseId::from_uuid(Uuid::from_u128(u128::from(number) + 1));
    row.office = Code::new(&format!("CN/330200/{}/{}", village % COUNTIES, village / COUNTIES))?;
    row.handlers = vec![handler(number % HANDLERS)];
    row.priority = number.is_multiple_of(17);
    for due in &mut row.dues {
        due.until = due.until.plus_micros(i64::try_from(later)? * 30_000_000)?;
    }
    Ok(())
}

fn handler(number: u64) -> ActorId {
    ActorId::from_uuid(Uuid::from_u128(u128::from(number) + 1))
}

/// The first page without an index.
fn sorted(rows: &[Row], query: &Query) -> Vec<Row> {
    use anjuan::worklist::Whose;
    let under = |row: &Row, office: &Code| row.office.as_str().starts_with(office.as_str());
    let mut wanted: Vec<&Row> = rows
        .iter()
        .filter(|row| match &query.whose {
            Whose::Role(office, role) => under(row, office) && row.waits_for.contains_key(role),
            Whose::Handler(handler) => row.handlers.contains(handler),
            Whose::Office(office) => under(row, office),
            _ => false,
        })
        .filter(|row| {
            query.due_before.is_none_or(|before| row.earliest().is_some_and(|due| due.until < before))
        })
        .collect();
    wanted.sort_by_key(|row| (Reverse(row.priority), row.earliest().map(|due| due.until), row.case));
    wanted.into_iter().take(PAGE).cloned().collect()
}

/// The median of some rounds, in microseconds.
fn median<T>(rounds: usize, mut work: impl FnMut() -> T) -> f64 {
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
