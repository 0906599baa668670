//! Nothing personal lies open in the log, and what is erased stays erased while the chain stays whole.
//!
//! The first test looks at the bytes that a whole case leaves in the store and in the files beneath it, the way a
//! thief would.

use anjuan::case::Particulars;
use anjuan::case::mediation::Mediation;
use anjuan::event::HashAlgorithm;
use anjuan::privacy::PrivacyError;
use anjuan::store::{EventStoreExt, verify_store};

use crate::stages::{OnDisk, memory, play, scenario};

/// Names, numbers, places and sentences of M-01.
const PERSONAL: [&str; 7] = ["孙某", "马某", "11010519491231002X", "13800000001", "简阳市", "烫伤", "误工费"];

#[tokio::test]
async fn nothing_personal_lies_open_in_the_log() {
    let stage = memory(HashAlgorithm::Sha256);
    play(&scenario("m-01.toml"), &stage).await;
    let events = stage.store.all_events().await.unwrap();
    assert!(events.len() > 25);
    for event in events {
        let text = [&event.data[..], &event.metadata[..], event.stream.as_str().as_bytes()].concat();
        for personal in PERSONAL {
            assert!(!contains(&text, personal), "{personal} in {} {}", event.stream, event.event_type);
        }
    }
}

#[tokio::test]
async fn nothing_personal_lies_open_on_the_disk() {
    let disk = OnDisk::new(HashAlgorithm::Sha256);
    let stage = disk.open().await;
    play(&scenario("m-01.toml"), &stage).await;
    drop(stage);
    let mut bytes = 0;
    for file in files_in(disk.folder()) {
        let content = std::fs::read(&file).unwrap();
        bytes += content.len();
        for personal in PERSONAL {
            assert!(!contains(&content, personal), "{personal} in {}", file.display());
        }
    }
    assert!(bytes > 10_000, "the files were not found");
}

#[tokio::test]
async fn a_destroyed_key_erases_a_person_and_leaves_the_chain_whole() {
    let disk = OnDisk::new(HashAlgorithm::Sha256);
    let stage = disk.open().await;
    let played = play(&scenario("m-01.toml"), &stage).await;
    let case = played.bureau.case::<Mediation>(played.case).await.unwrap();
    let parties = case.state.own.matter().unwrap().dispute.parties.clone();
    let [sun, ma] = [&parties[0], &parties[1]];
    let keys = played.bureau.keys();

    let particulars: Particulars = keys.open(&sun.particulars).await.unwrap();
    assert_eq!(particulars.name, "孙某");
    let destroyed_at = "2036-08-14T00:00:00+08:00".parse().unwrap();
    keys.destroy(&[sun.person.key()], destroyed_at).await.unwrap();

    let erased = keys.open::<Particulars>(&sun.particulars).await;
    assert!(matches!(erased, Err(PrivacyError::Destroyed { at, .. }) if at == destroyed_at));
    assert_eq!(keys.open::<Particulars>(&ma.particulars).await.unwrap().name, "马某");
    assert!(verify_store(&*stage.store).await.is_sound());
    assert_eq!(played.bureau.case::<Mediation>(played.case).await.unwrap(), case);
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn files_in(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_in(&path)) } else { files.push(path) }
    }
    files
}
