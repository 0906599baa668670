//! Opening: what is at the path, who has it, and how it was made.

use std::fs;

use anjuan::event::HashAlgorithm;
use anjuan::store::{EventStore, EventStoreExt, Expected};
use anjuan_store_sled::{Durability, OpenError, Options, SledStore};

use crate::common::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_handle_is_refused_while_the_first_is_open() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let error = SledStore::open(dir.path(), options()).await.unwrap_err();
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
    assert!(error.to_string().starts_with("another process has this store open"));
    drop(store);
    open(dir.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hash_function_is_chosen_once() {
    let dir = tempfile::tempdir().unwrap();
    let sm3 = Options::default().hash(HashAlgorithm::Sm3);
    let store = SledStore::open(dir.path(), sm3.clone()).await.unwrap();
    store.append(append("case/1", Expected::Any, 1..3)).await.unwrap();
    assert!(store.verify().await.is_sound());
    store.close().await;
    let other =
        SledStore::open(dir.path(), Options::default().hash(HashAlgorithm::Sha256)).await.unwrap_err();
    assert!(matches!(other, OpenError::OtherHash { found: HashAlgorithm::Sm3, .. }), "{other}");
    let store = SledStore::open(dir.path(), Options::default()).await.unwrap();
    assert_eq!(store.identity().hash, HashAlgorithm::Sm3);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_stores_have_two_identities() {
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let one = SledStore::open(dirs[0].path(), Options::default()).await.unwrap();
    let two = SledStore::open(dirs[1].path(), Options::default()).await.unwrap();
    assert_ne!(one.identity().store, two.identity().store);
    assert_ne!(one.identity().history, two.identity().history);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_ours_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let files = dir.path().join("files");
    fs::create_dir(&files).unwrap();
    fs::write(files.join("letter.txt"), "案卷").unwrap();
    let foreign = dir.path().join("foreign");
    sled::open(&foreign).unwrap().insert("key", "value").unwrap();
    let trees = dir.path().join("trees");
    sled::open(&trees).unwrap().open_tree("tree").unwrap().insert("key", "value").unwrap();
    for path in [&files, &foreign, &trees, &files.join("letter.txt")] {
        let error = SledStore::open(path, Options::default()).await.unwrap_err();
        assert!(matches!(error, OpenError::Foreign { .. }), "{}: {error}", path.display());
    }
    assert_eq!(fs::read_dir(&files).unwrap().count(), 1);
    let none = dir.path().join("none");
    let error = SledStore::open(&none, Options::default().read_only()).await.unwrap_err();
    assert!(matches!(error, OpenError::Missing { .. }), "{error}");
    assert!(!none.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_that_was_interrupted_is_taken_up() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("blobs")).unwrap();
    let store = open(dir.path()).await;
    store.close().await;
    let blank = dir.path().join("blank");
    drop(sled::open(&blank).unwrap());
    open(&blank).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_format_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    open(dir.path()).await.close().await;
    let db = sled::open(dir.path()).unwrap();
    let mut value = db.get("M").unwrap().unwrap().to_vec();
    value[0] = 9;
    db.insert("M", value).unwrap();
    drop(db);
    let error = SledStore::open(dir.path(), options()).await.unwrap_err();
    assert!(matches!(error, OpenError::NewerFormat { found: 9, known: 1 }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_sync_everything_else_holds() {
    let dir = tempfile::tempdir().unwrap();
    let quick = options().durability(Durability::ProcessCrash).queue(0).cache_bytes(1 << 20);
    let store = SledStore::open(dir.path(), quick.clone()).await.unwrap();
    store.append(append("case/1", Expected::Any, 1..500)).await.unwrap();
    store.close().await;
    let store = SledStore::open(dir.path(), quick).await.unwrap();
    assert_eq!(store.stream_events(&stream("case/1")).await.unwrap().len(), 499);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_only_reads_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    store.append(append("case/1", Expected::Any, 1..4)).await.unwrap();
    store.close().await;
    let store = SledStore::open(dir.path(), Options::default().read_only()).await.unwrap();
    assert_eq!(store.all_events().await.unwrap().len(), 3);
    let head = store.head().await.unwrap();
    assert!(store.appended_after(head).await.is_err());
    assert!(store.verify().await.is_sound());
}
