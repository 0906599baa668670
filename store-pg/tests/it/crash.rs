//! The server is killed, again and again, while eight callers append: nothing that was acknowledged is lost, nothing is half
//! there, and what is unknown is settled by repeating it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anjuan::id::{Entropy, SystemEntropy};
use anjuan::store::{Append, EventStore, EventStoreExt, Expected, ReadStream, StoreError};
use anjuan_store_pg::{Feed, Options, PgStore};
use futures_util::TryStreamExt;

use crate::cluster::Own;
use crate::common::*;

const CALLERS: u128 = 8;
const KILLS: u32 = 8;

/// The append with this number: mostly a few events to one stream, every fifth to three streams.
fn numbered(number: u128) -> Append {
    let events = |from: u128, count: u128| (from..from + count).map(|n| event(number * 16 + n)).collect();
    let home = format!("mediation/{}", number % 31);
    let writes = if number.is_multiple_of(5) {
        vec![
            write(&home, Expected::Any, events(0, 2)),
            write("register/1", Expected::Any, events(2, 1)),
            write(&format!("review/{}", number % 7), Expected::Any, events(3, 3)),
        ]
    } else {
        vec![write(&home, Expected::Any, events(0, number % 3 + 1))]
    };
    Append::new(key(number), writes)
}

#[derive(Default)]
struct Said {
    acknowledged: HashMap<u128, u64>,
    unknown: Vec<u128>,
}

async fn caller(store: Arc<PgStore>, caller: u128, over: Arc<AtomicBool>, said: Arc<Mutex<Said>>) {
    let mut step = 0;
    while !over.load(Ordering::Acquire) {
        step += 1;
        let number = step * CALLERS + caller;
        match store.append(numbered(number)).await {
            Ok(done) => {
                said.lock().unwrap().acknowledged.insert(number, done.position.ordinal());
            }
            Err(StoreError::CommitUnknown(_)) => said.lock().unwrap().unknown.push(number),
            Err(error) => {
                assert!(matches!(error, StoreError::Unavailable(_) | StoreError::Busy), "{error}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_the_server() {
    // With real syncs, and with crashes while it checkpoints.
    let Some(mut own) = Own::start(&["checkpoint_timeout=30s", "max_wal_size=32MB"]) else { return };
    let world = World::on(&own.cluster, Feed::Fenced).await;
    // The fence is tested too: a default that would forget acknowledged appends is overridden.
    world.sql(&format!("alter database {} set synchronous_commit = off", world.database)).await;
    let options = Options::default().patience(Duration::from_secs(30));
    let store = Arc::new(world.open_with(options).await);
    let (over, said) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Said::default())));
    let callers: Vec<_> = (0..CALLERS)
        .map(|n| tokio::spawn(caller(Arc::clone(&store), n, Arc::clone(&over), Arc::clone(&said))))
        .collect();
    let mut head = store.head().await.unwrap();
    for kill in 0..KILLS {
        let mut random = [0; 2];
        SystemEntropy.fill(&mut random);
        let millis = 200 + u64::from(u16::from_be_bytes(random)) % 600;
        tokio::time::sleep(Duration::from_millis(millis)).await;
        let own = &mut own;
        tokio::task::block_in_place(|| {
            // Every other time only a backend dies, and the server starts anew by itself.
            if kill % 2 == 0 {
                own.kill();
                own.restart();
            } else {
                let children = crate::cluster::children(own.postmaster());
                crate::cluster::signal("KILL", &children[children.len() - 1..]);
            }
        });
        let next = loop {
            match store.head().await {
                Ok(head) => break head,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        };
        assert!(next >= head, "the head went back from {head} to {next}");
        head = next;
    }
    over.store(true, Ordering::Release);
    for caller in callers {
        caller.await.unwrap();
    }
    let said = std::mem::take(&mut *said.lock().unwrap());
    println!("{} acknowledged, {} unknown", said.acknowledged.len(), said.unknown.len());
    assert!(said.acknowledged.len() > 100 && !said.unknown.is_empty(), "the test asks nothing");
    let store = world.open().await;
    for (number, position) in &said.acknowledged {
        let found = store.find_append(key(*number)).await.unwrap();
        let found = found.unwrap_or_else(|| panic!("append {number} was acknowledged and is lost"));
        assert_eq!(found.position.ordinal(), *position, "append {number}");
    }
    for number in &said.unknown {
        settle(&store, *number).await;
    }
    let found = store.verify().await;
    assert!(found.is_sound(), "{:?}", found.faults);
    let last = store.append(append("case/last", Expected::NoStream, 1..2)).await.unwrap();
    settled(&store, last.position).await;
    assert_eq!(store.all_events().await.unwrap().len() as u64, found.events + 1);
}

/// An append that was begun is there entirely or not at all; repeated, it is there once.
async fn settle(store: &PgStore, number: u128) {
    let asked = store.find_append(key(number)).await.unwrap();
    let answer = store.append(numbered(number)).await.unwrap();
    assert_eq!(answer.repeated, asked.is_some(), "append {number}");
    assert!(asked.is_none_or(|asked| asked == answer), "append {number}");
    for (write, to) in numbered(number).writes.iter().zip(&answer.streams) {
        let read = ReadStream::all(to.stream.clone()).from(to.first).to(to.last);
        let events: Vec<_> = store.read_stream(read).try_collect().await.unwrap();
        let stored: Vec<_> = events.iter().map(anjuan::event::RecordedEvent::to_new).collect();
        assert_eq!(stored, write.events, "append {number}");
    }
}
