//! Every scenario on every store, and every store with the same digests.

use std::path::{Path, PathBuf};

use anjuan::case::mediation::Mediation;
use anjuan::event::HashAlgorithm;
use anjuan::store::EventStoreExt;

use crate::stages::{OnDisk, folder, memory, play, play_any, scenario, try_play_any};

/// The files of all scenarios that come out as written, in the order of their names.
pub(crate) fn scenarios() -> Vec<PathBuf> {
    let folders = files_in(&folder()).into_iter().filter(|path| path.is_dir() && !path.ends_with("wrong"));
    let files: Vec<_> = folders
        .flat_map(|folder| files_in(&folder))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    assert!(files.len() >= 35, "the scenarios are not where they belong");
    files
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Plays them all before it fails, so that one run tells all that is wrong.
#[tokio::test]
async fn every_scenario_comes_out_as_written_in_memory() {
    let mut wrong = Vec::new();
    for path in scenarios() {
        match try_play_any(&path, &memory(HashAlgorithm::Sha256)).await {
            Ok(played) => assert!(played.bureau.verify().await.is_sound(), "{}", path.display()),
            Err(error) => wrong.push(format!("{error:#}")),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What was carried out is not carried out again, and what was refused is not let through by what came after it.
#[tokio::test]
async fn every_scenario_played_again_does_nothing() {
    for path in scenarios() {
        let stage = memory(HashAlgorithm::Sha256);
        play_any(&path, &stage).await;
        let events = stage.store.all_events().await.unwrap();
        assert!(play_any(&path, &stage).await.repeated, "{}", path.display());
        assert_eq!(stage.store.all_events().await.unwrap(), events, "{}", path.display());
    }
}

#[tokio::test]
async fn every_scenario_comes_out_as_written_on_sled_with_the_same_history() {
    for path in scenarios() {
        let (disk, memory) = (OnDisk::new(HashAlgorithm::Sha256), memory(HashAlgorithm::Sha256));
        let stage = disk.open().await;
        play_any(&path, &memory).await;
        play_any(&path, &stage).await;
        let (ours, theirs) = (stage.store.all_events().await, memory.store.all_events().await);
        assert_eq!(ours.unwrap(), theirs.unwrap(), "{}", path.display());
    }
}

/// The main job: from the application to the archive, closed, opened again, replayed and verified.
#[tokio::test]
async fn m_01_survives_closing_and_opening_in_either_hash() {
    for hash in [HashAlgorithm::Sha256, HashAlgorithm::Sm3] {
        let disk = OnDisk::new(hash);
        let stage = disk.open().await;
        let played = play(&scenario("m-01.toml"), &stage).await;
        let before = played.bureau.case::<Mediation>(played.case).await.unwrap();
        assert_eq!(before.state.state_name(), "Archived");
        drop((played, stage));

        let stage = disk.open().await;
        let again = play(&scenario("m-01.toml"), &stage).await;
        assert!(again.receipts.iter().all(|receipt| receipt.repeated), "nothing is done twice");
        assert_eq!(again.bureau.case::<Mediation>(again.case).await.unwrap(), before);
        assert!(again.bureau.verify().await.is_sound());
        let events = stage.store.all_events().await.unwrap();
        let in_memory = memory(hash);
        play(&scenario("m-01.toml"), &in_memory).await;
        assert_eq!(events, in_memory.store.all_events().await.unwrap());
    }
}
