//! Every scenario on every store, and every store with the same digests.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anjuan::case::mediation::Mediation;
use anjuan::clock::Timestamp;
use anjuan::event::HashAlgorithm;
use anjuan::policy::Policy;
use anjuan::privacy::MemoryKeys;
use anjuan::store::{EventStoreExt, Identity, MemoryStore};
use anjuan::testing::SeededEntropy;
use anjuan::testing::scenario::{Played, Scenario, Stage};
use anyhow::Result;

pub(crate) fn scenarios() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/mediation");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    files
}

pub(crate) fn memory() -> Stage {
    let identity = Identity::new(Timestamp::EPOCH, &SeededEntropy::new("store"), HashAlgorithm::Sha256);
    Stage {
        store: Arc::new(MemoryStore::new(identity)),
        keys: Arc::new(MemoryKeys::default()),
        policy: Policy::embedded(),
    }
}

/// Plays a file; what went wrong is told in one line.
pub(crate) async fn play(path: &Path, stage: &Stage) -> Result<Played<Mediation>> {
    Ok(Scenario::read(path)?.play_mediation(stage).await?)
}

#[tokio::test]
async fn every_scenario_comes_out_as_written() {
    let files = scenarios();
    assert!(files.len() >= 20, "the scenarios are not where they belong");
    let mut wrong = Vec::new();
    for path in files {
        let stage = memory();
        match play(&path, &stage).await {
            Ok(played) => {
                assert!(played.bureau.verify().await.is_sound());
                assert!(!stage.store.all_events().await.unwrap().is_empty());
            }
            Err(error) => wrong.push(format!("{error:#}")),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
