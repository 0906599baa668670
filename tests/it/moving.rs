//! Whole cases on the move between memory and disk, and through a file: the same histories in every store, whatever
//! interrupts the way.

use std::future::{Future, poll_fn};
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use anjuan::backup::{self, Backup};
use anjuan::bureau::Bureau;
use anjuan::case::mediation::Mediation;
use anjuan::clock::Timestamp;
use anjuan::copy::{compare, copy};
use anjuan::event::HashAlgorithm;
use anjuan::id::{Code, SystemEntropy};
use anjuan::policy::Policy;
use anjuan::store::{
    CheckpointError, CheckpointStore, Claim, EventStore, EventStoreExt, Identity, MemoryStore, ReadAll,
    SaveCheckpoint, StoreError,
};
use anjuan::testing::scenario::Stage;
use anjuan_store_sled::{Options, SledStore};
use futures_util::TryStreamExt;

use crate::stages::{memory, play, scenario};

/// A store in memory in which cases have lived.
async fn lived(hash: HashAlgorithm) -> Arc<dyn EventStore> {
    let stage = memory(hash);
    let store = Arc::clone(&stage.store);
    play(&scenario("m-01.toml"), &stage).await;
    play(&scenario("m-11-ningbo.toml"), &stage).await;
    store
}

fn elsewhere(hash: HashAlgorithm) -> Identity {
    Identity::new(Timestamp::EPOCH, &SystemEntropy, hash)
}

async fn on_disk(path: &Path, identity: Identity) -> SledStore {
    SledStore::open(path, Options::default().hash(identity.hash).identity(identity)).await.unwrap()
}

#[tokio::test]
async fn from_memory_to_disk_and_back_every_stream_ends_with_the_same_digest() {
    for hash in [HashAlgorithm::Sha256, HashAlgorithm::Sm3] {
        let folder = tempfile::tempdir().unwrap();
        let (from, back) = (lived(hash).await, MemoryStore::new(elsewhere(hash)));
        let disk = on_disk(&folder.path().join("log"), elsewhere(hash)).await;
        let out = copy(&*from, &disk, &[]).await.unwrap();
        let home = copy(&disk, &back, &[]).await.unwrap();
        assert!(out.events > 0 && (out.streams, out.events) == (home.streams, home.events));
        assert!(disk.verify().await.is_sound());
        let (ones, others) = (from.all_events().await.unwrap(), back.all_events().await.unwrap());
        assert!(ones.iter().map(|event| event.digest).eq(others.iter().map(|event| event.digest)));
    }
}

/// Runs a future for so many polls and drops it; answers whether it ended before.
async fn dropped_after(polls: u32, future: impl Future) -> bool {
    let mut future = pin!(future);
    let mut remaining = polls;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending if remaining == 0 => Poll::Ready(false),
        Poll::Pending => {
            remaining -= 1;
            Poll::Pending
        }
    })
    .await
}

#[tokio::test]
async fn a_copy_to_disk_that_is_dropped_again_and_again_arrives_once() {
    let folder = tempfile::tempdir().unwrap();
    let (path, identity) = (folder.path().join("log"), elsewhere(HashAlgorithm::Sha256));
    let from = lived(HashAlgorithm::Sha256).await;
    let mut runs = 0;
    loop {
        // Each run has the time to compare what is there, and for a little more.
        let disk = on_disk(&path, identity).await;
        let is_done = dropped_after(3 + 2 * runs, copy(&*from, &disk, &[])).await;
        disk.close().await;
        runs += 1;
        if is_done {
            break;
        }
    }
    assert!(runs > 3, "{runs} runs");
    let disk = on_disk(&path, identity).await;
    assert_eq!(copy(&*from, &disk, &[]).await.unwrap().written, 0);
    let digests = async |store: &dyn EventStore| -> Vec<_> {
        store.all_events().await.unwrap().into_iter().map(|event| event.digest).collect()
    };
    assert_eq!(digests(&*from).await, digests(&disk).await);
}

#[tokio::test]
async fn a_bureau_goes_on_in_a_restored_store() {
    let stage = memory(HashAlgorithm::Sha256);
    let (store, keys) = (Arc::clone(&stage.store), stage.keys.clone());
    let played = play(&scenario("m-01.toml"), &stage).await;
    let mut file = Vec::new();
    backup::write(&*store, &mut file).await.unwrap();

    let folder = tempfile::tempdir().unwrap();
    let backup = Backup::open(&file[..]).await.unwrap();
    let identity = backup.header().restored(Timestamp::EPOCH, &SystemEntropy);
    let restored = Arc::new(on_disk(&folder.path().join("log"), identity).await);
    backup.restore(&*restored).await.unwrap();
    assert!(compare(&*store, &*restored).await.unwrap().is_equal());
    let bureau = Bureau::new(Arc::<SledStore>::clone(&restored), keys.clone());
    let before = played.bureau.case::<Mediation>(played.case).await.unwrap();
    assert_eq!(bureau.case::<Mediation>(played.case).await.unwrap(), before);

    // Every command of that life is known there: sent again, it is answered by what it did.
    let again = Stage { store: restored, keys, policy: Policy::embedded() };
    let again = play(&scenario("m-01.toml"), &again).await;
    assert!(again.receipts.iter().all(|receipt| receipt.repeated));
}

#[tokio::test]
async fn a_disk_refuses_what_was_noted_before_a_restore() {
    let folder = tempfile::tempdir().unwrap();
    let (from, name) = (lived(HashAlgorithm::Sha256).await, Code::new("worklist").unwrap());
    let disk = on_disk(&folder.path().join("log"), elsewhere(HashAlgorithm::Sha256)).await;
    let old = copy(&*from, &disk, &[]).await.unwrap().head;
    let claimed = disk.claim(Claim::new(name.clone(), old.history(), 1)).await.unwrap();
    let checkpoint = anjuan::store::Checkpoint { position: old, state: None };
    disk.save(SaveCheckpoint { name: name.clone(), fence: claimed.fence, checkpoint }).await.unwrap();
    let mut file = Vec::new();
    backup::write(&disk, &mut file).await.unwrap();

    let backup = Backup::open(&file[..]).await.unwrap();
    let identity = backup.header().restored(Timestamp::EPOCH, &SystemEntropy);
    let restored = on_disk(&folder.path().join("restored"), identity).await;
    backup.restore(&restored).await.unwrap();
    let error = restored.read_all(ReadAll::all().after(old)).try_next().await.unwrap_err();
    assert!(matches!(error, StoreError::ForeignPosition { .. }), "{error}");
    assert!(matches!(restored.appended_after(old).await, Err(StoreError::ForeignPosition { .. })));
    let error = disk.claim(Claim::new(name, restored.identity().history, 1)).await.unwrap_err();
    assert!(matches!(error, CheckpointError::ForeignHistory { .. }), "{error}");
}
