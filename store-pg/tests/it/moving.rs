//! From the directory of one process to the database of many, and back, or by way of a file: the same histories, whatever
//! interrupts the way.

use std::path::Path;
use std::time::Duration;

use anjuan::backup::{self, Backup};
use anjuan::clock::Timestamp;
use anjuan::copy::{Copied, CopyError, compare, copy};
use anjuan::event::{ChainHead, NewEvent};
use anjuan::id::{CommandKey, HistoryId, StoreId, SystemEntropy};
use anjuan::store::{Append, EventStore, EventStoreExt, Expected, Identity};
use anjuan_store_pg::{Feed, PgStore};
use anjuan_store_sled::{Durability, Options, SledStore};
use uuid::Uuid;

use crate::cluster;
use crate::common::*;

const APPENDS: u128 = 120;

async fn on_disk(folder: &Path, number: u128) -> SledStore {
    let (store, history) = (Uuid::from_u128(10 * number), Uuid::from_u128(10 * number + 1));
    let identity = Identity {
        store: StoreId::from_uuid(store),
        history: HistoryId::from_uuid(history),
        hash: identity().hash,
    };
    let options =
        Options::default().identity(identity).hash(identity.hash).durability(Durability::ProcessCrash);
    SledStore::open(folder.join(number.to_string()), options).await.unwrap()
}

/// An append under this key: every third one goes on with two cases and the register at once.
fn life(number: u128) -> Append {
    let named = |nth: u128| NewEvent {
        metadata: format!("{{\"cmd\":\"{}\"}}", Uuid::from_u128(number)).into(),
        ..event(number * 10 + nth)
    };
    let case = |nth: u128| format!("case/{}", (number + nth) % 7);
    let mut writes = vec![write(&case(0), Expected::Any, vec![named(1), named(2)])];
    if number.is_multiple_of(3) {
        writes.push(write("register/1", Expected::Any, vec![named(3)]));
        writes.push(write(&case(1), Expected::Any, vec![named(4)]));
    }
    Append::new(key(number), writes)
}

async fn heads(store: &dyn EventStore) -> Vec<ChainHead> {
    let streams = (0..7).map(|number| format!("case/{number}")).chain(["register/1".to_owned()]);
    let mut heads = Vec::new();
    for id in streams {
        heads.push(store.stream_head(&stream(&id)).await.unwrap().unwrap());
    }
    heads
}

/// Copies into the database, cut off again and again, each time by a handle that knows nothing of the one before.
async fn insist(from: &SledStore, world: &World) -> (Copied, usize) {
    let mut runs = 0;
    loop {
        let store: PgStore = world.open().await;
        let time = Duration::from_millis(60 + 40 * runs);
        let copied: Result<Result<Copied, CopyError>, _> =
            tokio::time::timeout(time, copy(from, &store, &[])).await;
        if let Ok(copied) = copied {
            return (copied.unwrap(), usize::try_from(runs).unwrap());
        }
        runs += 1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_disk_to_the_database_and_back_every_stream_ends_with_the_same_digest() {
    let Some(world) = World::new().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let (from, back) = (on_disk(folder.path(), 1).await, on_disk(folder.path(), 2).await);
    for number in 1..=APPENDS {
        from.append(life(number)).await.unwrap();
    }
    let (out, cuts) = insist(&from, &world).await;
    assert!(cuts > 0, "nothing was cut off");
    let store = world.open().await;
    let again = copy(&from, &store, &[]).await.unwrap();
    assert_eq!((again.streams, again.events, again.written), (8, out.events, 0));
    // In the database, what was acknowledged is in the global order a moment later.
    settled(&store, again.head).await;
    let home = copy(&store, &back, &[]).await.unwrap();
    assert_eq!((home.streams, home.events, home.written), (8, out.events, out.events));

    let wanted = heads(&from).await;
    assert_eq!(wanted, heads(&store).await);
    assert_eq!(wanted, heads(&back).await);
    assert!(compare(&from, &back).await.unwrap().is_equal());
    assert!(store.verify().await.is_sound());
    // The global order came along, and every command is known by its key.
    let order = async |store: &dyn EventStore| -> Vec<_> {
        store.all_events().await.unwrap().into_iter().map(|event| (event.id, event.digest)).collect()
    };
    assert_eq!(order(&from).await, order(&back).await);
    for key in (1..=APPENDS).map(|number| CommandKey::from_uuid(Uuid::from_u128(number))) {
        let first = from.find_append(key).await.unwrap().unwrap();
        let found = back.find_append(key).await.unwrap().unwrap();
        assert_eq!(first.streams, found.streams);
    }

    // Where the source has grown, the same call follows it.
    from.append(life(APPENDS + 1)).await.unwrap();
    let more = copy(&from, &store, &[]).await.unwrap();
    settled(&store, more.head).await;
    assert!(more.written > 0);
    assert_eq!(copy(&store, &back, &[]).await.unwrap().written, more.written);
    assert_eq!(heads(&from).await, heads(&back).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_directory_is_restored_into_the_database() {
    let Some(cluster) = cluster::shared() else { return };
    let folder = tempfile::tempdir().unwrap();
    let from = on_disk(folder.path(), 1).await;
    for number in 1..=APPENDS {
        from.append(life(number)).await.unwrap();
    }
    let path = folder.path().join("backup.jsonl");
    let mut lines = Vec::new();
    let written = backup::write(&from, &mut lines).await.unwrap();
    std::fs::write(&path, lines).unwrap();

    // The database is made for the backup: the store that was, with a history of its own.
    let file = std::fs::read(&path).unwrap();
    let open = async || Backup::open(file.as_slice()).await.unwrap();
    assert_eq!(open().await.check().await.unwrap(), written);
    let backup = open().await;
    let identity = backup.header().restored(Timestamp::EPOCH, &SystemEntropy);
    let world = World::with(cluster, identity, Feed::Fenced).await;
    let store = world.open().await;
    let restored = backup.restore(&store).await.unwrap();
    assert_eq!((restored.content, restored.written), (written, written.events));
    settled(&store, restored.head).await;
    assert_eq!((store.identity().store, store.identity().history), (identity.store, identity.history));
    assert_ne!(identity.history, from.identity().history);

    assert_eq!(heads(&from).await, heads(&store).await);
    assert!(compare(&from, &store).await.unwrap().is_equal());
    assert!(store.verify().await.is_sound());
    for number in 1..=APPENDS {
        let (first, found) = (from.find_append(key(number)).await, store.find_append(key(number)).await);
        assert_eq!(first.unwrap().unwrap().streams, found.unwrap().unwrap().streams);
        assert!(store.append(life(number)).await.unwrap().repeated);
    }
    // Restored once more, it finds everything there; and what the database writes into a file is the same history.
    assert_eq!(open().await.restore(&store).await.unwrap().written, 0);
    let mut again = Vec::new();
    assert_eq!(backup::write(&store, &mut again).await.unwrap(), written);
}
