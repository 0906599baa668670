//! A backup: a store on disk becomes a file of lines that anybody can read, and the file becomes a store again.
//!
//! `cargo run --example backup` plays a case, writes the backup, restores it into a second store, and proves that both
//! hold the same history. Then it goes back to a position from before the restore, and is refused.

use std::path::Path;
use std::sync::Arc;

use anjuan::backup::{self, Backup, Content};
use anjuan::case::mediation::Mediation;
use anjuan::clock::{Clock, SystemClock};
use anjuan::copy::compare;
use anjuan::id::SystemEntropy;
use anjuan::policy::Policy;
use anjuan::privacy::{KeyRing, MasterKey, MemoryKeys};
use anjuan::store::{EventStore, ReadAll, StoreError};
use anjuan::testing::scenario::{Scenario, Stage};
use anjuan_store_sled::{Options, SledStore};
use anyhow::{Result, ensure};
use futures_util::TryStreamExt;
use tokio::fs::{self, File};

#[tokio::main]
async fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let store = Arc::new(SledStore::open(folder.path().join("log"), Options::default()).await?);
    play(Arc::<SledStore>::clone(&store)).await?;

    let path = folder.path().join("backup.jsonl");
    let written = write(&*store, &path).await?;
    let text = fs::read_to_string(&path).await?;
    println!("{} events in {} streams, {} lines:\n", written.events, written.streams, text.lines().count());
    text.lines().take(3).chain(text.lines().last()).for_each(|line| println!("{}", shortened(line)));

    // A backup that nobody has read is a hope. This reads it all, and recomputes every digest.
    let checked = Backup::open(File::open(&path).await?).await?.check().await?;
    ensure!(checked == written, "the file holds something else than was written");

    let backup = Backup::open(File::open(&path).await?).await?;
    let identity = backup.header().restored(SystemClock.now(), &SystemEntropy);
    let options = Options::default().identity(identity).hash(identity.hash);
    let restored = SledStore::open(folder.path().join("restored"), options).await?;
    let done = backup.restore(&restored).await?;
    println!("\n{} events restored; the digest of the history is {}.", done.written, done.content.digest);

    let compared = compare(&*store, &restored).await?;
    ensure!(compared.is_equal(), "not the same: {:?}", compared.differences);
    println!("{} streams compared: each ends with the same digest in both stores.", compared.streams);

    let before = store.head().await?;
    match restored.read_all(ReadAll::all().after(before)).try_next().await {
        Err(error @ StoreError::ForeignPosition { .. }) => println!("A position from before: {error}."),
        other => anyhow::bail!("a position from before was not refused: {other:?}"),
    }
    Ok(())
}

/// Under its name there is a whole backup or none.
async fn write(store: &dyn EventStore, path: &Path) -> Result<Content> {
    let partial = path.with_extension("partial");
    let mut file = File::create(&partial).await?;
    let content = backup::write(store, &mut file).await?;
    file.sync_all().await?;
    fs::rename(partial, path).await?;
    Ok(content)
}

async fn play(store: Arc<dyn EventStore>) -> Result<()> {
    // The keys are no part of a backup of the log: what is destroyed must not come back.
    let keys = KeyRing::new(Arc::new(MemoryKeys::default()), MasterKey::from_bytes([7; 32]));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/mediation/m-01.toml");
    Scenario::read(&file)?.play::<Mediation>(&Stage { store, keys, policy: Policy::embedded() }).await?;
    Ok(())
}

fn shortened(line: &str) -> String {
    let end = line.char_indices().nth(140).map_or(line.len(), |(at, _)| at);
    let (begin, rest) = line.split_at(end);
    format!("{begin}{}", if rest.is_empty() { "" } else { " …" })
}
