//! A changed byte is found and named, and so is what is missing. Only a superuser who takes the guards off can do the damage.

use anjuan::store::{
    EventStore, EventStoreExt, Expected, Fault, FaultKind, ReadAll, StoreError, verify_store,
};
use futures_util::TryStreamExt;

use crate::common::*;

/// Every kind of damage, and where it must be found.
const WAYS: [(&str, &str, &[&str]); 13] = [
    (
        "a byte of a payload",
        "update event set data = data || 'x' where stream = 'case/2' and revision = 2",
        &["case/2 revision 2: the digest does not fit the event and the one before it"],
    ),
    (
        "metadata",
        "update event set metadata = '[]' where stream = 'case/1' and revision = 1",
        &["case/1 revision 1: the digest does not fit the event and the one before it"],
    ),
    (
        "a time",
        "update event set occurred_at = occurred_at + '1 us' where stream = 'case/1' and revision = 3",
        &["case/1 revision 3: the digest does not fit the event and the one before it"],
    ),
    (
        "an id",
        "update event set id = gen_random_uuid() where stream = 'case/3' and revision = 1",
        &["case/3 revision 1: the digest does not fit the event and the one before it"],
    ),
    (
        "a digest",
        "update event set digest = sha256('x') where stream = 'case/2' and revision = 1",
        &[
            "case/2 revision 1: the digest does not fit the event and the one before it",
            "case/2 revision 2: the digest does not fit the event and the one before it",
        ],
    ),
    (
        "an event in the middle",
        "delete from event where stream = 'case/2' and revision = 2",
        &["case/2 revision 3: a revision is missing or comes twice"],
    ),
    (
        "the last event",
        "delete from event where stream = 'case/2' and revision = 3",
        &[
            "case/2 revision 3: the store is damaged at case/2 revision 3: the last event of the stream is missing or another",
        ],
    ),
    (
        "a name of a type",
        "update event set type = 'no name' where stream = 'case/1' and revision = 2",
        &["case/1 revision 2: the store is damaged at case/1 revision 2: the event type has no valid name"],
    ),
    (
        "a time out of range",
        "update event set recorded_at = 'infinity' where stream = 'case/1' and revision = 2",
        &["case/1 revision 2: the store is damaged at case/1 revision 2: "],
    ),
    (
        "a head",
        "update head set revision = 9 where stream = 'case/3'",
        &[
            "case/3 revision 9: the store is damaged at case/3 revision 9: the last event of the stream is missing or another",
        ],
    ),
    (
        "a head that is behind",
        "update head set revision = 1, digest = (select digest from event where stream = 'case/3' and revision = 1) where stream = 'case/3'",
        &[
            "case/3 revision 3: the store is damaged at case/3 revision 3: it lies behind the head of its stream",
        ],
    ),
    (
        "an answer",
        "update command set position = 1 where position = (select max(position) from command)",
        &["the store: the store is damaged at the answer to "],
    ),
    (
        "positions that were exchanged",
        "update event set position = position + 100 where stream = 'case/2' and revision = 1",
        &[
            "case/2 revision 2: the store is damaged at case/2 revision 2: it lies before the event that it follows",
        ],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_way_of_damage_is_named() {
    let Some(world) = World::new().await else { return };
    let store = world.open().await;
    for number in 0..9_u128 {
        let id = format!("case/{}", number % 3 + 1);
        store.append(append(&id, Expected::Any, number * 10 + 1..number * 10 + 2)).await.unwrap();
    }
    assert!(store.verify().await.is_sound());
    // Each is done to a copy, so that no damage hides another.
    drop(store);
    for (what, sql, wanted) in WAYS {
        let copy = World { cluster: world.cluster.clone(), database: format!("{}_copy", world.database) };
        let admin = world.cluster.connect("postgres", "postgres").await;
        admin
            .batch_execute(&format!("drop database if exists {} with (force)", copy.database))
            .await
            .unwrap();
        let end = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1";
        admin.query(end, &[&world.database]).await.unwrap();
        let make = format!("create database {} template {}", copy.database, world.database);
        admin.batch_execute(&make).await.unwrap();
        let damage = format!("set session_replication_role = replica; set search_path = anjuan; {sql}");
        copy.sql(&damage).await;
        let store = copy.open().await;
        let found = store.verify().await;
        let found: Vec<String> = found.faults.iter().map(Fault::to_string).collect();
        let as_wanted = found.len() >= wanted.len()
            && found.iter().zip(wanted).all(|(found, wanted)| found.starts_with(wanted));
        assert!(as_wanted, "{what}: {found:#?}");
        // What the digests cover is found by every store's check as well, and nothing else is.
        let read = verify_store(&store).await;
        let chain = wanted[0].contains("digest")
            || wanted[0].contains("missing or comes twice")
            || what.contains("type");
        assert!(!chain || !read.is_sound(), "{what}: {:?}", read.faults);
    }
}

/// A reader stops at what it cannot read, and says where. It does not pass over it.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_stops_at_what_is_missing() {
    let Some(world) = World::new().await else { return };
    let store = world.open().await;
    let last = store.append(append("case/1", Expected::Any, 1..6)).await.unwrap();
    settled(&store, last.position).await;
    world
        .sql(
            "set session_replication_role = replica; delete from anjuan.event where revision = 3; \
              update anjuan.event set schema_version = 4294967295 where revision = 5; \
              update anjuan.event set type = '' where revision = 5",
        )
        .await;
    let error = store.stream_events(&stream("case/1")).await.unwrap_err();
    assert!(matches!(&error, StoreError::Corrupt { place, .. } if place == "case/1 revision 3"), "{error}");
    let back: Result<Vec<_>, _> = store
        .read_stream(anjuan::store::ReadStream::all(stream("case/1")).to(revision(4)).backward())
        .try_collect()
        .await;
    assert!(matches!(back, Err(StoreError::Corrupt { place, .. }) if place == "case/1 revision 3"));
    let mut all = store.read_all(ReadAll::all());
    let mut seen = 0;
    let error = loop {
        match all.try_next().await {
            Ok(Some(_)) => seen += 1,
            Ok(None) => panic!("the reader passed over the event"),
            Err(error) => break error,
        }
    };
    assert!(
        seen == 3 && matches!(&error, StoreError::Corrupt { place, .. } if place == "case/1 revision 5"),
        "{error}"
    );
    let found = store.verify().await;
    assert!(matches!(found.faults[0].kind, FaultKind::Gap));
    assert!(matches!(found.faults[1].kind, FaultKind::Unreadable(_)));
    // An append to a stream whose end cannot be trusted chains to what its head says, and the fault stays where it is.
    assert_eq!(found.events, 4);
}
