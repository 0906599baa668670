//! A view of all cases: how many each office has open and closed. Run with `cargo run --example projection`.
//!
//! Four cases of four cities are played, and a projection follows them. Then it is stopped, one more case comes in
//! meanwhile, and the next runner goes on where the first one stopped. At the end the view is built anew beside what is
//! kept, and both are the same: a view is never the truth, the events are.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anjuan::case::mediation::Mediation;
use anjuan::event::{EventType, RecordedEvent};
use anjuan::id::{Code, StreamId};
use anjuan::policy::Policy;
use anjuan::privacy::{KeyRing, MasterKey, MemoryKeys};
use anjuan::projection::{Comparison, Projection, Runner, compare};
use anjuan::store::{Cause, CheckpointStore, EventStore, Filter};
use anjuan::testing::scenario::{Played, Scenario, Stage};
use anjuan_store_sled::{Options, SledStore};
use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};

/// The events by which a case comes in, and the one by which it is closed.
const OPENING: [&str; 3] = ["MediationApplied", "MediationInitiated", "MediationDelegated"];
const CLOSING: &str = "MediationClosed";

/// How many cases each office has.
#[derive(Debug, Clone, Copy)]
struct Caseload;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Offices {
    /// The open cases, each with the office that received it.
    open: BTreeMap<StreamId, Code>,
    closed: BTreeMap<Code, u64>,
}

impl Projection for Caseload {
    type State = Offices;

    fn name(&self) -> Code {
        "caseload".parse().expect("a code")
    }

    fn version(&self) -> u32 {
        1
    }

    fn filter(&self) -> Filter {
        let types = OPENING.iter().chain([&CLOSING]);
        Filter::default().types(types.map(|name| EventType::new(name).expect("the name of an event")))
    }

    fn initial(&self) -> Offices {
        Offices::default()
    }

    fn apply(&self, offices: &mut Offices, event: &RecordedEvent) -> Result<(), Cause> {
        if event.event_type.as_str() == CLOSING {
            let office = offices.open.remove(&event.stream).ok_or("a case is closed that never came in")?;
            *offices.closed.entry(office).or_default() += 1;
        } else {
            offices.open.insert(event.stream.clone(), event.decode_metadata()?.actor.office);
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let directory = tempfile::tempdir()?;
    // One store for the log and for the view of it.
    let store = Arc::new(SledStore::open(directory.path().join("log"), Options::default()).await?);
    let (log, kept): (Arc<dyn EventStore>, Arc<dyn CheckpointStore>) =
        (Arc::<SledStore>::clone(&store), store);

    let mut runner = Runner::claim(Arc::clone(&log), Arc::clone(&kept), Caseload).await?;
    for name in ["m-01", "m-11-ningbo", "m-12-shenzhen-thirty-days", "m-14-shandong"] {
        play(name, &log).await?;
        runner.advance().await?;
        print(name, runner.state());
    }
    drop(runner);

    play("m-18-confirmation-dismissed", &log).await?;
    let mut runner = Runner::claim(Arc::clone(&log), Arc::clone(&kept), Caseload).await?;
    let position = runner.advance().await?;
    print("another runner, and one case more", runner.state());

    let compared = compare(&*log, &*kept, &Caseload).await?;
    ensure!(compared == Comparison::Same { position }, "the view is not what the events give: {compared:?}");
    println!("\nBuilt anew up to {position}: the same.");
    Ok(())
}

async fn play(name: &str, log: &Arc<dyn EventStore>) -> Result<Played<Mediation>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/mediation").join(name);
    // A real bureau keeps its keys in a place of their own, and its master key in a vault.
    let keys = KeyRing::new(Arc::new(MemoryKeys::default()), MasterKey::from_bytes([7; 32]));
    let stage = Stage { store: Arc::clone(log), keys, policy: Policy::embedded() };
    Ok(Scenario::read(&file.with_extension("toml"))?.play::<Mediation>(&stage).await?)
}

fn print(after: &str, offices: &Offices) {
    println!("\nAfter {after}:");
    let mut open = BTreeMap::<_, u64>::new();
    offices.open.values().for_each(|office| *open.entry(office).or_default() += 1);
    let names = open.keys().copied().chain(offices.closed.keys());
    for office in names.collect::<std::collections::BTreeSet<_>>() {
        let (open, closed) = (open.get(office).unwrap_or(&0), offices.closed.get(office).unwrap_or(&0));
        println!("  {:<28} {open} open, {closed} closed", office.as_str());
    }
}
