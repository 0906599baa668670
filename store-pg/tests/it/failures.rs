//! Failures of the network and of the server: each is told as what it did to the data, and a repeat with the same key never
//! does anything twice.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use anjuan::store::{Append, EventStore, EventStoreExt, Expected, ReadAll, StoreError};
use anjuan_store_pg::{Feed, OpenError, Options, PgStore};
use futures_util::TryStreamExt;

use crate::cluster::{self, Own};
use crate::common::*;
use crate::proxy::{Proxy, Weather};

fn chain(error: &StoreError) -> String {
    let mut text = error.to_string();
    let mut cause: Option<&dyn Error> = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Appends until it is known what became of it, as a caller would.
async fn insist(store: &PgStore, append: &Append) -> anjuan::store::Appended {
    for _ in 0..200 {
        match store.append(append.clone()).await {
            Ok(appended) => return appended,
            Err(error) => assert!(error.is_retryable(), "{}", chain(&error)),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no append succeeds any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_an_unknown_commit_that_a_repeat_settles() {
    let Some(world) = World::new().await else { return };
    let proxy = Proxy::before(world.cluster.port()).await;
    let store =
        PgStore::open(&proxy.server(&world), tenant(), Options::default().listen(false)).await.unwrap();
    let mut written = 0;
    for round in 0..20_u128 {
        let weather = if round % 2 == 0 { Weather::AnswersAreLost } else { Weather::NothingArrives };
        insist(&store, &append("case/warm", Expected::Any, round + 1_000..round + 1_001)).await;
        let append = append("case/1", Expected::Any, round * 10 + 1..round * 10 + 4);
        proxy.set(weather);
        let error = store.append(append.clone()).await.unwrap_err();
        proxy.set(Weather::Fine);
        assert!(matches!(error, StoreError::CommitUnknown(_)), "{}", chain(&error));
        // The server finishes what it was given, whoever hears of it.
        tokio::time::sleep(Duration::from_millis(30)).await;
        let answer = insist(&store, &append).await;
        assert_eq!(answer.repeated, weather == Weather::AnswersAreLost, "round {round}");
        written += 3;
        assert_eq!(store.stream_events(&stream("case/1")).await.unwrap().len(), written);
    }
    assert!(store.verify().await.is_sound());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_does_not_hold_its_callers() {
    let Some(world) = World::new().await else { return };
    let proxy = Proxy::before(world.cluster.port()).await;
    let options = Options::default().listen(false).patience(Duration::from_millis(300));
    let store = PgStore::open(&proxy.server(&world), tenant(), options).await.unwrap();
    let first = append("case/1", Expected::Any, 1..4);
    insist(&store, &first).await;
    store.head().await.unwrap();
    proxy.set(Weather::Silence);
    let error = store.append(append("case/1", Expected::Any, 4..6)).await.unwrap_err();
    assert!(matches!(error, StoreError::CommitUnknown(_)), "{}", chain(&error));
    let error = store.head().await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{}", chain(&error));
    proxy.set(Weather::Down);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let error = store.append(append("case/1", Expected::Any, 4..6)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{}", chain(&error));
    proxy.set(Weather::Fine);
    insist(&store, &append("case/1", Expected::Any, 4..6)).await;
    assert_eq!(store.stream_events(&stream("case/1")).await.unwrap().len(), 5);
}

/// A listener that is cut comes back, and what it did not hear is found by looking.
#[tokio::test(flavor = "multi_thread")]
async fn a_waiter_survives_a_lost_listener() {
    let Some(world) = World::new().await else { return };
    let proxy = Proxy::before(world.cluster.port()).await;
    let options = Options::default().poll(Duration::from_millis(200));
    let reader = Arc::new(PgStore::open(&proxy.server(&world), tenant(), options).await.unwrap());
    let writer = world.open().await;
    for round in 0..6_u128 {
        let head = reader.head().await.unwrap();
        if round == 3 {
            proxy.set(Weather::Down);
            tokio::time::sleep(Duration::from_millis(50)).await;
            proxy.set(Weather::Fine);
        }
        let waiting = Arc::clone(&reader);
        let waiter = tokio::spawn(async move {
            // The pool may still hold a connection that is gone: who waits asks again.
            while waiting.appended_after(head).await.is_err() {}
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        writer.append(append("case/1", Expected::Any, round * 10 + 1..round * 10 + 2)).await.unwrap();
        tokio::time::timeout(Duration::from_secs(10), waiter).await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowded_pool_is_busy() {
    let Some(world) = World::new().await else { return };
    let options = Options::default().connections(1).listen(false).patience(Duration::from_millis(500));
    let store = world.open_with(options).await;
    let mut blocker = world.plain().await;
    let transaction = blocker.transaction().await.unwrap();
    transaction.batch_execute("lock table anjuan.event in access exclusive mode").await.unwrap();
    // The first waits for the lock with the only connection, and gives up later than the second, who waits for that.
    let (case, other) = (stream("case/1"), stream("case/2"));
    let (first, second) = tokio::join!(store.stream_events(&case), store.stream_events(&other));
    let (first, second) = (first.unwrap_err(), second.unwrap_err());
    assert!(matches!(first, StoreError::Unavailable(_)), "{}", chain(&first));
    assert!(matches!(second, StoreError::Busy), "{}", chain(&second));
    transaction.rollback().await.unwrap();
    assert!(store.stream_events(&stream("case/1")).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn timeouts_of_the_server_write_nothing_and_say_so() {
    let Some(world) = World::new().await else { return };
    let store = world.open().await;
    store.append(append("case/1", Expected::Any, 1..3)).await.unwrap();
    for (setting, is_expected) in [
        (
            "statement_timeout",
            (|error| matches!(error, StoreError::Unavailable(_))) as fn(&StoreError) -> bool,
        ),
        ("lock_timeout", |error| matches!(error, StoreError::Busy)),
    ] {
        world.sql(&format!("alter database {} set {setting} = '300ms'", world.database)).await;
        let store = world.open().await;
        let mut blocker = world.plain().await;
        let transaction = blocker.transaction().await.unwrap();
        transaction.batch_execute("select 1 from anjuan.head for update").await.unwrap();
        let next = append("case/1", Expected::Exactly(revision(2)), 3..4);
        let error = store.append(next.clone()).await.unwrap_err();
        assert!(is_expected(&error) && error.nothing_written(), "{setting}: {}", chain(&error));
        transaction.rollback().await.unwrap();
        assert_eq!(store.stream_events(&stream("case/1")).await.unwrap().len(), 2);
        world.sql(&format!("alter database {} reset {setting}", world.database)).await;
    }
    store.append(append("case/1", Expected::Exactly(revision(2)), 3..4)).await.unwrap();
}

/// Under another isolation the server finds conflicts of its own. They are tried again, not told.
#[tokio::test(flavor = "multi_thread")]
async fn serialization_failures_are_tried_again() {
    let Some(world) = World::new().await else { return };
    let isolation = "set default_transaction_isolation = 'serializable'";
    world.sql(&format!("alter database {} {isolation}", world.database)).await;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..6_u128 {
        let store = world.open().await;
        writers.spawn(async move {
            for number in 0..20_u128 {
                let number = writer * 1_000 + number * 10 + 1;
                let writes = vec![
                    write("register/1", Expected::Any, vec![event(number)]),
                    write(&format!("case/{}", number % 3), Expected::Any, vec![event(number + 1)]),
                ];
                insist(&store, &Append::new(key(number), writes)).await;
            }
        });
    }
    writers.join_all().await;
    let store = world.open().await;
    assert_eq!(store.stream_head(&stream("register/1")).await.unwrap().unwrap().revision, revision(120));
    let found = store.verify().await;
    assert!(found.is_sound(), "{:?}", found.faults);
}

/// Two transactions that wait for each other: the server ends one of them. It is the append, and it is tried again.
#[tokio::test(flavor = "multi_thread")]
async fn a_deadlock_with_a_stranger_is_survived() {
    let Some(world) = World::new().await else { return };
    let store = Arc::new(world.open().await);
    for number in 1..=2_u128 {
        store
            .append(append(&format!("case/{number}"), Expected::NoStream, number..number + 1))
            .await
            .unwrap();
    }
    let mut stranger = world.plain().await;
    let transaction = stranger.transaction().await.unwrap();
    let lock = async |id: &str| {
        let sql = format!(
            "set local deadlock_timeout = '1min'; select 1 from anjuan.head where stream = '{id}' for update"
        );
        transaction.batch_execute(&sql).await.unwrap();
    };
    lock("case/2").await;
    let both = ["case/1", "case/2"].map(|id| {
        let number = if id == "case/1" { 3 } else { 4 };
        write(id, Expected::Exactly(revision(1)), vec![event(number)])
    });
    let both = Append::new(key(3), both.into());
    let appending = {
        let (store, both) = (Arc::clone(&store), both.clone());
        tokio::spawn(async move { store.append(both).await })
    };
    let waiting = "select count(*) from pg_stat_activity \
        where wait_event_type = 'Lock' and datname = current_database()";
    while world.number(waiting).await == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // The append holds this one, and waits for the other. It is the first that looks for a deadlock.
    lock("case/1").await;
    transaction.commit().await.unwrap();
    let appended = appending.await.unwrap().unwrap();
    assert!(!appended.repeated);
    assert!(store.append(both).await.unwrap().repeated);
    assert_eq!(store.stream_events(&stream("case/1")).await.unwrap().len(), 2);
    let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
    while world.number(deadlocks).await == 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(store.verify().await.is_sound());
}

/// A role whose search path hides the version of the server behind an older one.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_server_is_refused_by_name() {
    let Some(world) = World::new().await else { return };
    let role = format!("late_{}", world.database);
    world
        .sql(&format!(
            "create role {role} login password 'secret'; create schema past; grant usage on schema past to {role}; \
             create function past.current_setting(text) returns text language sql as $$ select '140012' $$; \
             alter role {role} set search_path = past, pg_catalog"
        ))
        .await;
    let server = world.cluster.as_role(&role, &world.database);
    let error = PgStore::open(&server, tenant(), Options::default()).await.unwrap_err();
    assert!(matches!(error, OpenError::OldServer { found: 14, oldest: 15 }), "{error:?}");
}

/// A backend that is ended by an administrator takes its connection with it, and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn an_ended_backend_is_survived() {
    let Some(world) = World::new().await else { return };
    let store = Arc::new(world.open().await);
    let plain = world.plain().await;
    let working = {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for number in 0..150_u128 {
                insist(&store, &append("case/1", Expected::Any, number * 10 + 1..number * 10 + 3)).await;
            }
        })
    };
    let end = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
        where datname = current_database() and pid <> pg_backend_pid()";
    while !working.is_finished() {
        plain.query(end, &[]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    working.await.unwrap();
    let events = loop {
        // The pool may still hold connections that are gone.
        if let Ok(events) = store.stream_events(&stream("case/1")).await {
            break events;
        }
    };
    assert_eq!(events.len(), 300);
    let store = world.open().await;
    let found = store.verify().await;
    assert!(found.is_sound(), "{:?}", found.faults);
}

/// A counter on a server that gives one lock twice would give one position twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_counter_is_refused_where_locks_are_none() {
    let Some(cluster) = cluster::shared() else { return };
    let world = World::on(cluster, Feed::Counter).await;
    let store = world.open().await;
    let last = store.append(append("case/1", Expected::Any, 1..4)).await.unwrap();
    assert_eq!(last.position.ordinal(), 3);
    let all: Vec<_> = store.read_all(ReadAll::all()).try_collect().await.unwrap();
    assert!(all.iter().map(|event| event.position.ordinal()).eq(1..=3));
    assert!(store.verify().await.is_sound());
    world
        .sql("create or replace function anjuan.hold(p_tenant int, p_history uuid) returns void language sql as 'select'")
        .await;
    let error = PgStore::open(&world.server(), tenant(), Options::default()).await.unwrap_err();
    assert!(matches!(error, OpenError::NoRowLocks), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_so() {
    let Some(own) = Own::start(&["fsync=off"]) else { return };
    let world = World::on(&own.cluster, Feed::Fenced).await;
    world.sql("create role desk login password 'right'").await;
    world.admin().await.admit("desk", &tenant()).await.unwrap();
    let hba = "host all desk 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n";
    std::fs::write(own.data().join("pg_hba.conf"), hba).unwrap();
    world.sql("select pg_reload_conf()").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let open = async |password: &str| {
        let url = format!(
            "host=127.0.0.1 port={} user=desk dbname={} password={password}",
            own.port, world.database
        );
        PgStore::open(&url.parse().unwrap(), tenant(), Options::default()).await
    };
    let store = open("right").await.unwrap();
    store.append(append("case/1", Expected::Any, 1..4)).await.unwrap();
    let error = open("wrong").await.unwrap_err();
    assert!(matches!(error, OpenError::Refused(_)), "{error:?}");
    // A password that changes while the store is open stops new connections, and says why.
    world.sql("alter role desk password 'other'").await;
    let end = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'desk'";
    world.plain().await.query(end, &[]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let error = store.append(append("case/1", Expected::Any, 4..5)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{}", chain(&error));
    assert!(chain(&error).contains("password"), "{}", chain(&error));
}

/// The disk under the tables is full, that under the log of the server is not: statements fail, the server lives.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_writes_nothing_and_says_so() {
    let Some(mount) = SmallDisk::mount() else { return };
    let Some(own) = Own::start(&["fsync=off"]) else { return };
    let world = World::on(&own.cluster, Feed::Fenced).await;
    let plain = world.plain().await;
    let space = format!("create tablespace small location '{}'", mount.0.path().display());
    plain.batch_execute(&space).await.unwrap();
    plain.batch_execute("alter table anjuan.event set tablespace small").await.unwrap();
    let store = world.open().await;
    let full = |number: u128| {
        let mut event = event(number);
        // What can be compressed fills no disk.
        let mut state = u64::try_from(number).unwrap();
        let mut noise = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        event.data = (0..200_000).map(|_| noise()).collect::<Vec<u8>>().into();
        Append::new(key(number), vec![write("case/1", Expected::Any, vec![event])])
    };
    let mut written = 0;
    let error = loop {
        match store.append(full(written + 1)).await {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 1_000, "the small disk is not small");
    };
    assert!(matches!(error, StoreError::Unavailable(_)), "{}", chain(&error));
    assert!(chain(&error).contains("No space left"), "{}", chain(&error));
    assert_eq!(store.stream_events(&stream("case/1")).await.unwrap().len() as u128, written);
    assert_eq!(store.find_append(key(written + 1)).await.unwrap(), None);
    // When there is room again, the same append goes through.
    plain.batch_execute("alter table anjuan.event set tablespace pg_default").await.unwrap();
    let answer = insist(&store, &full(written + 1)).await;
    assert!(!answer.repeated);
    let found = store.verify().await;
    assert!(found.is_sound() && u128::from(found.events) == written + 1, "{:?}", found.faults);
}

/// A file system of some mebibytes, where the machine lets one be mounted.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"])
            .arg(folder.path())
            .stderr(std::process::Stdio::null())
            .status();
        if !mounted.is_ok_and(|status| status.success()) {
            println!("skipped: this machine mounts no small file system");
            return None;
        }
        cluster::give(folder.path());
        Some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}
