//! What a role may do that a program runs as, and what it may not, whatever it tries.

use anjuan::store::{Append, EventStore, EventStoreExt, Expected, verify_store};
use anjuan_store_pg::{NewTenant, OpenError, Options, PgStore};

use crate::common::*;

/// Two bureaus in one database, each with a role of its own.
async fn two_bureaus() -> Option<(World, String, String)> {
    let world = World::new().await?;
    let roles = ["desk", "other"].map(|name| format!("{name}_{}", world.database));
    for role in &roles {
        world.sql(&format!("create role {role} login password 'secret'")).await;
    }
    let [desk, other] = roles;
    let mut admin = world.admin().await;
    admin.create(NewTenant::new("beilun".parse().unwrap())).await.unwrap();
    admin.admit(&desk, &tenant()).await.unwrap();
    admin.admit(&desk, &tenant()).await.unwrap();
    admin.admit(&other, &"beilun".parse().unwrap()).await.unwrap();
    Some((world, desk, other))
}

async fn open(world: &World, role: &str, name: &str) -> Result<PgStore, OpenError> {
    let server = world.cluster.as_role(role, &world.database);
    PgStore::open(&server, name.parse().unwrap(), Options::default()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admitted_role_can_do_everything_that_the_contract_says() {
    let Some((world, desk, _)) = two_bureaus().await else { return };
    let store = open(&world, &desk, "haishu").await.unwrap();
    let appended = store.append(append("case/1", Expected::NoStream, 1..4)).await.unwrap();
    settled(&store, appended.position).await;
    assert_eq!(store.all_events().await.unwrap().len(), 3);
    assert!(store.find_append(key(1)).await.unwrap().is_some());
    assert!(verify_store(&store).await.is_sound());
    let found = store.verify().await;
    assert!(found.is_sound() && found.events == 3, "{:?}", found.faults);
    assert_eq!(store.lag().await.unwrap().held_back_by, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_not_admitted_learns_nothing() {
    let Some((world, desk, other)) = two_bureaus().await else { return };
    let error = open(&world, &other, "haishu").await.unwrap_err();
    assert!(matches!(error, OpenError::UnknownTenant { .. }), "{error}");
    // The same as for a name that nobody has.
    let error = open(&world, &desk, "nobody").await.unwrap_err();
    assert!(matches!(error, OpenError::UnknownTenant { .. }), "{error}");
    world.sql(&format!("create role stranger_{0} login", world.database)).await;
    let error = open(&world, &format!("stranger_{}", world.database), "haishu").await.unwrap_err();
    assert!(matches!(error, OpenError::Missing), "{error}");
}

const TABLES: [&str; 8] =
    ["tenant", "admission", "counter", "head", "event", "command", "checkpoint", "snapshot"];

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_without_a_tenant_sees_nothing() {
    let Some((world, desk, _)) = two_bureaus().await else { return };
    let store = open(&world, &desk, "haishu").await.unwrap();
    store.append(append("case/1", Expected::NoStream, 1..4)).await.unwrap();
    let plain = world.cluster.connect(&desk, &world.database).await;
    let count = async |table: &str| -> i64 {
        plain.query_one(&format!("select count(*) from anjuan.{table}"), &[]).await.unwrap().get(0)
    };
    for table in TABLES.into_iter().chain(["readable_event"]) {
        assert_eq!(count(table).await, 0, "{table}");
    }
    for setting in ["", "x", "-1", "99999999999", "2"] {
        plain.batch_execute(&format!("set anjuan.tenant = '{setting}'")).await.unwrap();
        assert_eq!(count("event").await, 0, "{setting:?}");
    }
    plain.batch_execute("set anjuan.tenant = '1'").await.unwrap();
    assert_eq!(count("event").await, 3);
    let text: String =
        plain.query_one("select data from anjuan.readable_event limit 1", &[]).await.unwrap().get(0);
    assert_eq!(text, "{\"n\":1,\"案\":\"卷\"}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_cannot_reach_for_another_tenant() {
    let Some((world, desk, other)) = two_bureaus().await else { return };
    let store = open(&world, &desk, "haishu").await.unwrap();
    store.append(append("case/1", Expected::NoStream, 1..4)).await.unwrap();
    let plain = world.cluster.connect(&other, &world.database).await;
    let history = format!("'{}'::uuid", identity().history);
    let beilun = open(&world, &other, "beilun").await.unwrap();
    let own = format!("'{}'::uuid", beilun.identity().history);
    // The first tenant is not this role's, whatever it says.
    let empty = "array[]::text[], array[]::bigint[], array[]::bytea[], array[]::bigint[], array[]::bytea[], \
        array['00000000-0000-0000-0000-000000000001']::uuid[], \
        array[]::uuid[], array[]::bytea[], array[]::int[], array[]::text[], array[]::text[], array[]::bigint[], \
        array[]::uuid[], array[]::text[], array[]::bigint[], array[]::timestamptz[], array[]::timestamptz[], \
        array[]::bytea[], array[]::bytea[], array[]::bytea[]";
    for attack in [
        format!("select anjuan.append(1, {history}, {empty})"),
        format!("select anjuan.enter(1, {history})"),
        "select anjuan.counted(1)".to_owned(),
        format!("select anjuan.hold(1, {history})"),
        "select anjuan.drawn(1)".to_owned(),
        format!("select anjuan.put_checkpoint(1, {history}, 'x', 0, 1, 1, {history}, 1, null)"),
        format!("select anjuan.put_snapshot(1, {history}, 'case/1', 0, 1, '', 1, '')"),
        format!("select anjuan.drop_snapshot(1, {history}, 'case/1', 1)"),
        // Its own tenant first, another one in the same transaction.
        format!("begin; select anjuan.enter(2, {own}); select anjuan.append(1, {history}, {empty}); commit"),
        format!("begin; set local anjuan.tenant = '2'; select anjuan.enter(1, {history}); commit"),
    ] {
        let error = plain.batch_execute(&attack).await.unwrap_err();
        let code = error.code().unwrap();
        assert_eq!(code, &tokio_postgres::error::SqlState::INSUFFICIENT_PRIVILEGE, "{attack}: {error:?}");
        plain.batch_execute("rollback").await.unwrap();
    }
    plain.batch_execute("set anjuan.tenant = '1'").await.unwrap();
    for table in TABLES {
        let count: i64 =
            plain.query_one(&format!("select count(*) from anjuan.{table}"), &[]).await.unwrap().get(0);
        assert_eq!(count, 0, "{table}");
    }
    assert_eq!(plain.query("select * from anjuan.find('haishu')", &[]).await.unwrap().len(), 0);
    let found = store.verify().await;
    assert!(found.is_sound() && found.events == 3, "{:?}", found.faults);
}

/// A function resolves its names once for a session. If the caller could choose where they are looked for, one that is then
/// called with the rights of the owner would do what the caller wants.
#[tokio::test(flavor = "multi_thread")]
async fn no_function_leaves_its_names_to_the_caller() {
    let Some(world) = World::new().await else { return };
    let functions = "select count(*) from pg_proc where pronamespace = 'anjuan'::regnamespace";
    let loose = "array_position(proconfig, 'search_path=pg_catalog, pg_temp') is null";
    assert!(world.number(functions).await > 0);
    assert_eq!(world.number(&format!("{functions} and {loose}")).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_can_only_read_and_call() {
    let Some((world, desk, _)) = two_bureaus().await else { return };
    let store = open(&world, &desk, "haishu").await.unwrap();
    store.append(append("case/1", Expected::NoStream, 1..4)).await.unwrap();
    let plain = world.cluster.connect(&desk, &world.database).await;
    plain.batch_execute("set anjuan.tenant = '1'").await.unwrap();
    let tables = TABLES.into_iter().chain(["feed", "migration"]);
    let mut attacks: Vec<String> = Vec::new();
    for table in tables {
        attacks.push(format!("delete from anjuan.{table}"));
        attacks.push(format!("truncate anjuan.{table}"));
        attacks.push(format!("insert into anjuan.{table} default values"));
        attacks.push(format!("drop table anjuan.{table}"));
        attacks.push(format!("alter table anjuan.{table} disable row level security"));
        attacks.push(format!(
            "create trigger t before insert on anjuan.{table} for each row execute function anjuan.refuse()"
        ));
    }
    attacks.extend(
        [
            "update anjuan.event set data = ''",
            "update anjuan.head set revision = 0",
            "update anjuan.feed set settled = 1000",
            "update anjuan.counter set last = 0",
            "update anjuan.admission set role = 'x'",
            "select nextval('anjuan.position')",
            "select setval('anjuan.position', 1)",
            "select * from anjuan.head for update",
            "begin; lock table anjuan.event in exclusive mode",
            "create table anjuan.mine (n int)",
            "create function anjuan.mine() returns int language sql as 'select 1'",
            "create or replace function anjuan.tenant() returns int language sql as 'select 1'",
            "drop function anjuan.refuse() cascade",
            "alter role postgres password 'x'",
            "set session authorization postgres",
        ]
        .map(str::to_owned),
    );
    for attack in attacks {
        let error = plain.batch_execute(&attack).await;
        let error = error.expect_err(&attack);
        plain.batch_execute("rollback").await.unwrap();
        let code = error.code().unwrap();
        assert_eq!(code, &tokio_postgres::error::SqlState::INSUFFICIENT_PRIVILEGE, "{attack}: {error:?}");
    }
    assert!(store.verify().await.is_sound());
}

#[tokio::test(flavor = "multi_thread")]
async fn not_even_the_owner_changes_what_has_happened() {
    let Some(world) = World::new().await else { return };
    let store = world.open().await;
    store.append(append("case/1", Expected::NoStream, 1..4)).await.unwrap();
    let plain = world.plain().await;
    for attack in [
        "update anjuan.event set data = ''",
        "delete from anjuan.event",
        "truncate anjuan.event",
        "update anjuan.command set position = 1",
        "delete from anjuan.command",
        "truncate anjuan.command",
        "delete from anjuan.head",
        "truncate anjuan.head",
    ] {
        let error = plain.batch_execute(attack).await.unwrap_err();
        assert!(
            error.as_db_error().unwrap().message().ends_with("is only ever added to"),
            "{attack}: {error:?}"
        );
    }
    assert!(store.verify().await.is_sound());
}

/// Whoever opens the store twice with two tenants gets two histories.
#[tokio::test(flavor = "multi_thread")]
async fn tenants_share_nothing_but_the_database() {
    let Some((world, desk, other)) = two_bureaus().await else { return };
    let one = open(&world, &desk, "haishu").await.unwrap();
    let two = open(&world, &other, "beilun").await.unwrap();
    // The same keys, streams and events in both.
    let mut last = Vec::new();
    for store in [&one, &two] {
        for number in 0..5 {
            let answer = store
                .append(append("case/1", Expected::Any, number * 10 + 1..number * 10 + 3))
                .await
                .unwrap();
            assert!(!answer.repeated);
            last.push(answer.position);
        }
    }
    settled(&one, last[4]).await;
    settled(&two, last[9]).await;
    for store in [&one, &two] {
        let events = store.all_events().await.unwrap();
        assert_eq!(events.len(), 10);
        assert!(events.iter().all(|event| event.position.history() == store.identity().history));
        assert!(store.verify().await.is_sound());
    }
    // Nothing more comes for the first, although the feed has gone on for the second.
    let waiting = one.appended_after(last[4]);
    assert!(tokio::time::timeout(std::time::Duration::from_millis(300), waiting).await.is_err());
    let waiting = one.appended_after(last[4]);
    let (woken, _) = tokio::join!(
        waiting,
        one.append(Append::new(key(99), vec![write("case/2", Expected::Any, vec![event(99)])]))
    );
    woken.unwrap();
}
