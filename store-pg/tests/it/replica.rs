//! A streaming replica: it serves the settled feed, in order and never more; and what happens when it takes over.

use std::time::Duration;

use anjuan::store::{EventStore, EventStoreExt, Expected, ReadAll, StoreError};
use anjuan_store_pg::{Admin, Feed, Options, PgStore};
use futures_util::TryStreamExt;

use crate::cluster::{self, Own};
use crate::common::*;

/// A server that follows another one.
fn follow(primary: &Own) -> Own {
    let folder = tempfile::tempdir().unwrap();
    cluster::give(folder.path());
    let copied = cluster::program("pg_basebackup")
        .args(["-h", "127.0.0.1", "-p", &primary.port.to_string(), "-U", "postgres", "-R", "-X", "stream"])
        .args(["-c", "fast", "-D"])
        .arg(folder.path().join("data"))
        .output()
        .unwrap();
    assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
    Own::in_folder(folder, &["fsync=off", "hot_standby=on"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_serves_the_settled_feed_and_may_take_over() {
    let Some(primary) = Own::start(&["fsync=off", "wal_level=replica"]) else { return };
    let world = World::on(&primary.cluster, Feed::Fenced).await;
    let replica = tokio::task::block_in_place(|| follow(&primary));
    let store = world.open().await;
    let options = Options::default().poll(Duration::from_millis(20));
    let far = replica.cluster.server(&world.database);
    let reader = PgStore::open(&far, tenant(), options.clone()).await.unwrap();
    assert_eq!(reader.identity(), store.identity());

    // A reader follows on the replica while the primary is written, with a transaction that holds the feed back.
    let holder = world.plain().await;
    let mut seen: Vec<anjuan::event::RecordedEvent> = Vec::new();
    let mut at = reader.head().await.unwrap();
    let mut last = at;
    for round in 0..40_u128 {
        if round == 10 {
            holder.batch_execute("begin; select pg_current_xact_id()").await.unwrap();
        }
        if round == 20 {
            // Everything is there in the streams of the replica, and nothing of it is in its feed.
            let settled = reader.head().await.unwrap();
            assert!(settled < last, "the feed goes on although it is held back");
            holder.batch_execute("rollback").await.unwrap();
        }
        let id = format!("case/{}", round % 5);
        let answer = store.append(append(&id, Expected::Any, round * 10 + 1..round * 10 + 4)).await.unwrap();
        last = answer.position;
        let new: Vec<_> = reader.read_all(ReadAll::all().after(at)).try_collect().await.unwrap();
        let head = reader.head().await.unwrap();
        assert!(new.iter().all(|event| event.position <= head && event.position > at));
        at = new.last().map_or(at, |event| event.position);
        seen.extend(new);
    }
    // Nobody reads on the primary, and still the feed of the replica goes on to the end.
    while at < last {
        let waiting = tokio::time::timeout(Duration::from_secs(10), reader.appended_after(at));
        waiting.await.expect("the replica does not go on").unwrap();
        let new: Vec<_> = reader.read_all(ReadAll::all().after(at)).try_collect().await.unwrap();
        at = new.last().map_or(at, |event| event.position);
        seen.extend(new);
    }
    assert_eq!(seen, store.all_events().await.unwrap());
    let error = reader.append(append("case/1", Expected::Any, 9_000..9_001)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    assert!(reader.verify().await.is_sound());

    // The primary is lost, with appends that the replica has not got.
    let mut primary = primary;
    tokio::task::block_in_place(|| primary.kill());
    let promoted =
        cluster::program("pg_ctl").args(["promote", "-w", "-D"]).arg(replica.data()).output().unwrap();
    assert!(promoted.status.success());
    let mut admin = Admin::connect(&far).await.unwrap();
    let identity = admin.begin_history(&tenant()).await.unwrap();
    let store = PgStore::open(&far, tenant(), options).await.unwrap();
    assert_eq!(store.identity(), identity);
    let error = store.read_all(ReadAll::all().after(at)).try_next().await.unwrap_err();
    assert!(matches!(error, StoreError::ForeignPosition { .. }), "{error}");
    let next = store.append(append("case/1", Expected::Any, 9_000..9_003)).await.unwrap();
    assert!(next.position.ordinal() > at.ordinal(), "positions go on where they were");
    settled(&store, next.position).await;
    let all = store.all_events().await.unwrap();
    assert_eq!(all.len(), seen.len() + 3);
    assert!(store.verify().await.is_sound());
}
