//! What a server that knows nothing about its tables reads to answer: what was asked for, and no table from end to end.
//!
//! Plans are made when the tables are empty and known to be, and kept; nobody gathers statistics. The server counts what it
//! reads, so no clock is needed.

use anjuan::copy::compare;
use anjuan::store::{EventStore, EventStoreExt, Expected, Filter, ReadAll, verify_store};
use anjuan_store_pg::{Feed, Options, PgStore};
use futures_util::TryStreamExt;

use crate::cluster::Own;
use crate::common::*;

const STREAMS: u128 = 500;
const EVENTS: u128 = 20_000;
/// How many rows may be read for one that is wanted.
const READ_MAX: i64 = 3;

/// Everything that walks through the whole store. Answers how often each event is wanted.
async fn walk(store: &PgStore) -> i64 {
    assert!(store.verify().await.is_sound());
    assert!(verify_store(store).await.is_sound());
    assert!(compare(store, store).await.unwrap().is_equal());
    store.all_events().await.unwrap();
    let filter = Filter::default().categories(["case"]);
    let filtered: Vec<_> = store.read_all(ReadAll::all().filter(filter)).try_collect().await.unwrap();
    let each = EVENTS / STREAMS;
    for number in 0..STREAMS {
        let id = stream(&format!("case/{number}"));
        assert_eq!(store.stream_events(&id).await.unwrap().len() as u128 * STREAMS, filtered.len() as u128);
        store.stream_head(&id).await.unwrap();
        store.find_append(key(number * each + 1)).await.unwrap();
    }
    8
}

/// How many rows were found by scans of tables, and by scans of indexes.
async fn read(world: &World) -> (i64, i64) {
    let scanned = "select coalesce(sum(seq_tup_read), 0)::bigint from pg_stat_user_tables \
        where schemaname = 'anjuan' and relname in ('event', 'head', 'command')";
    let found = "select coalesce(sum(idx_tup_read), 0)::bigint from pg_stat_user_indexes \
        where schemaname = 'anjuan' and relname in ('event', 'head', 'command')";
    (world.number(scanned).await, world.number(found).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_scanned_by_a_server_that_knows_nothing() {
    let Some(own) = Own::start(&["fsync=off", "autovacuum=off"]) else { return };
    let world = World::on(&own.cluster, Feed::Fenced).await;
    world.sql("vacuum analyze").await;
    // With one connection, every plan that is made now is there when the store is full.
    let store = world.open_with(Options::default().connections(1)).await;
    // After some times a server keeps the plan of a statement.
    for _ in 0..7 {
        walk(&store).await;
    }
    let each = EVENTS / STREAMS;
    for number in 0..STREAMS {
        let first = number * each + 1;
        let half = first + each / 2;
        let id = format!("case/{number}");
        store.append(append(&id, Expected::NoStream, first..half)).await.unwrap();
        let last = store.append(append(&id, Expected::Any, half..first + each)).await.unwrap();
        if number == STREAMS - 1 {
            settled(&store, last.position).await;
        }
    }
    let wanted = walk(&store).await * i64::try_from(EVENTS).unwrap();
    store.close().await;
    // A server counts for others when the connection ends.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let (scanned, found) = read(&world).await;
    assert_eq!(scanned, 0);
    assert!(found > 0 && found < wanted * READ_MAX, "{found} rows were read for {wanted}");
}
