//! The listener alone: nobody looks for himself here in less than an hour, so whoever wakes was woken by the server.

use std::sync::Arc;
use std::time::Duration;

use anjuan::store::{EventStore, Expected};
use anjuan_store_pg::{Options, PgStore};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::common::*;
use crate::proxy::{Proxy, Weather};

const LONG: Duration = Duration::from_secs(20);

fn deaf() -> Options {
    Options::default().poll(Duration::from_secs(3_600))
}

/// How many connections listen.
async fn listeners(world: &World) -> i64 {
    let sql = "select count(*) from pg_stat_activity where query = 'listen anjuan' and datname = current_database()";
    world.number(sql).await
}

async fn until(world: &World, wanted: i64) {
    while listeners(world).await != wanted {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits for whatever comes next, however often the connection of the question is lost.
fn wait(reader: &Arc<PgStore>) -> JoinHandle<()> {
    let reader = Arc::clone(reader);
    tokio::spawn(async move {
        let head = loop {
            if let Ok(head) = reader.head().await {
                break head;
            }
        };
        while reader.appended_after(head).await.is_err() {}
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_was_cut_comes_back_and_hears() {
    let Some(world) = World::new().await else { return };
    let proxy = Proxy::before(world.cluster.port()).await;
    let reader = Arc::new(PgStore::open(&proxy.server(&world), tenant(), deaf()).await.unwrap());
    until(&world, 1).await;
    for round in 0..3_u128 {
        let waiter = wait(&reader);
        // Its question is answered by now, and it has begun to wait.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let writer = world.open_with(Options::default().listen(false)).await;
        writer.append(append("case/1", Expected::Any, round * 10 + 1..round * 10 + 2)).await.unwrap();
        timeout(LONG, waiter).await.unwrap().unwrap();
        proxy.set(Weather::Down);
        let end = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
            where query = 'listen anjuan' and datname = current_database()";
        world.number(end).await;
        until(&world, 0).await;
        proxy.set(Weather::Fine);
        timeout(LONG, until(&world, 1)).await.unwrap();
    }
}

/// What was appended while it was away, it was never told: it looks as soon as it is back.
#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_comes_back_catches_up() {
    let Some(world) = World::new().await else { return };
    let proxy = Proxy::before(world.cluster.port()).await;
    let reader = Arc::new(PgStore::open(&proxy.server(&world), tenant(), deaf()).await.unwrap());
    until(&world, 1).await;
    let waiter = wait(&reader);
    tokio::time::sleep(Duration::from_millis(300)).await;
    proxy.set(Weather::Down);
    world
        .number("select count(pg_terminate_backend(pid)) from pg_stat_activity where query = 'listen anjuan'")
        .await;
    until(&world, 0).await;
    let writer = world.open_with(Options::default().listen(false)).await;
    let last = writer.append(append("case/1", Expected::Any, 1..2)).await.unwrap();
    settled(&writer, last.position).await;
    // Long enough for every word about it to be spoken to nobody.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waiter.is_finished());
    proxy.set(Weather::Fine);
    timeout(LONG, waiter).await.unwrap().unwrap();
}
