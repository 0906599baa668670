//! The main job: a case from the application to the archive, on the embedded store.
//!
//! `cargo run --example quickstart` plays the mediation of a burn in a barbecue shop, command by command; closes the
//! store, opens it again, replays the case and proves that nothing was changed. Then it prints the history as a clerk
//! reads it, in Chinese and English, with every due date and why it falls on that day.
//!
//! `--data DIR` keeps the store there (run it twice: nothing happens twice), `--scenario FILE` plays another life.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anjuan::bureau::{Bureau, Entry};
use anjuan::calendar::Language;
use anjuan::case::mediation::Mediation;
use anjuan::case::{CaseId, Particulars};
use anjuan::event::EventSet;
use anjuan::id::ActorId;
use anjuan::policy::{Deadline, Policy};
use anjuan::privacy::{KeyRing, MasterKey, PrivacyError};
use anjuan::testing::scenario::{Cast, Scenario, Stage};
use anjuan::words::Words;
use anjuan_store_sled::{Options, SledKeys, SledStore};
use anyhow::{Context, Result, bail, ensure};

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { data, scenario } = Arguments::parse()?;
    let scratch = tempfile::tempdir()?;
    let data = data.unwrap_or_else(|| scratch.path().to_owned());
    let scenario = Scenario::read(&scenario)?;

    // Play it: each step is a command to the bureau, and what must come of it.
    let stage = open(&data).await?;
    let played = scenario.play::<Mediation>(&stage).await?;
    let done = played.receipts.iter().filter(|receipt| !receipt.repeated).count();
    println!("{} {} / {}", scenario.id, scenario.title_zh, scenario.title);
    println!("{done} commands carried out, {} done before", played.receipts.len() - done);
    let (case, names) = (played.case, names(&scenario, &played.cast)?);
    let before = played.bureau.case::<Mediation>(case).await?;
    drop((played, stage));

    // Close it, open it again, and look whether it is all there.
    let stage = open(&data).await?;
    let bureau = Bureau::new(stage.store, stage.keys);
    let after = bureau.case::<Mediation>(case).await?;
    ensure!(before == after, "the case is not what it was before the store was closed");
    print_history(&bureau, case, &names).await?;

    let proof = bureau.verify().await;
    ensure!(proof.is_sound(), "the history was changed: {:?}", proof.faults);
    let head = after.head.context("the case has no events")?;
    println!("\n{} events in {} streams, every digest recomputed.", proof.events, proof.streams);
    println!("The last link of the case: revision {}, {}", head.revision, head.digest);
    Ok(())
}

/// The log and the keys lie apart: a backup of the log must not bring destroyed keys back.
async fn open(data: &Path) -> Result<Stage> {
    let store = SledStore::open(data.join("log"), Options::default()).await?;
    let keys = SledKeys::open(data.join("keys")).await?;
    // A real bureau takes its master key from a vault; this one everybody knows.
    let keys = KeyRing::new(Arc::new(keys), MasterKey::from_bytes([7; 32]));
    Ok(Stage { store: Arc::new(store), keys, policy: Policy::embedded() })
}

/// The names of staff behind their pseudonyms: the log does not have them, the host does.
fn names(scenario: &Scenario, cast: &Cast) -> Result<HashMap<ActorId, String>> {
    let named = scenario.actors.iter().map(|(short, actor)| Ok((cast.actor(short)?.id, actor.name.clone())));
    named.collect()
}

async fn print_history(bureau: &Bureau, case: CaseId, names: &HashMap<ActorId, String>) -> Result<()> {
    let words = Words::embedded();
    let state = bureau.case::<Mediation>(case).await?.state;
    let matter = state.own.matter().context("nothing has happened in the case")?;
    if let Some(number) = state.own.number() {
        println!("\n案号 case number: {number}");
    }
    for party in &matter.dispute.parties {
        // Whoever holds the keys sees a name; once the key is destroyed nobody does.
        let name = match bureau.keys().open::<Particulars>(&party.particulars).await {
            Ok(particulars) => particulars.name,
            Err(PrivacyError::Destroyed { .. }) => "(erased)".to_owned(),
            Err(error) => return Err(error.into()),
        };
        println!("  {}: {name}", bilingual(&words, "side", party.side));
    }
    println!("  案情 facts: {}", *bureau.keys().open_text(&matter.dispute.summary).await?);
    println!("  请求 request: {}", *bureau.keys().open_text(&matter.dispute.request).await?);
    for entry in bureau.history::<Mediation>(case).await? {
        let name = names.get(&entry.metadata.actor.id).map_or("", String::as_str);
        print_entry(&words, &entry, name);
    }
    Ok(())
}

fn print_entry(words: &Words, entry: &Entry<Mediation>, name: &str) {
    let at = entry.occurred_at.to_china().format("%Y-%m-%d %H:%M");
    let event = bilingual(words, "event", entry.event.event_type());
    let role = bilingual(words, "role", &entry.metadata.actor.role);
    println!("\n{:>3}  {at}  {event}  [{name}, {role}]", entry.revision.get());
    for deadline in entry.event.deadlines() {
        print_deadline(deadline);
    }
}

fn print_deadline(deadline: &Deadline) {
    println!("       {} {} / {}", deadline.id, deadline.title_zh, deadline.title);
    for end in &deadline.dues {
        println!("       到期 due {} ({}, {})", end.due.due, end.basis, end.confidence);
        for language in [Language::Chinese, Language::English] {
            println!("         {}", end.due.explain(language).join(" "));
        }
    }
    for conflict in &deadline.ignored {
        let (local, national) = (&conflict.local, conflict.national);
        println!(
            "       不采用 ignored: {} {}, 国家规定 national law {national}",
            local.basis, local.due.due
        );
    }
}

fn bilingual(words: &Words, group: &str, code: impl std::fmt::Display + Copy) -> String {
    let [chinese, english] =
        [Language::Chinese, Language::English].map(|language| words.term(language, group, code));
    format!("{chinese} {english}")
}

struct Arguments {
    data: Option<PathBuf>,
    scenario: PathBuf,
}

impl Arguments {
    fn parse() -> Result<Self> {
        let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/mediation/m-01.toml");
        let mut parsed = Self { data: None, scenario };
        let mut arguments = std::env::args_os().skip(1);
        while let Some(name) = arguments.next() {
            let value = arguments.next().map(PathBuf::from);
            let value = value.with_context(|| format!("{} needs a value", name.display()))?;
            match name.to_str() {
                Some("--data") => parsed.data = Some(value),
                Some("--scenario") => parsed.scenario = value,
                _ => bail!("unknown argument {}; there are --data DIR and --scenario FILE", name.display()),
            }
        }
        Ok(parsed)
    }
}
