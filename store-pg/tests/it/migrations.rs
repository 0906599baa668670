//! The schema: made once, by one of several, never by half, never back, and never from files that were changed.

use std::fs;
use std::path::Path;

use anjuan::store::{EventStore, EventStoreExt, Expected};
use anjuan_store_pg::{Admin, NewTenant, OpenError, Options, PgStore, Server};
use sha2::{Digest, Sha256};

use crate::cluster;
use crate::common::*;

/// A file that was released is never edited: what must change gets a file of its own, with the next number.
#[test]
fn released_files_are_as_they_were() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut found = Vec::new();
    for folder in [folder.clone(), folder.join("keys")] {
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files.into_iter().filter(|file| file.is_file()) {
            let digest: String =
                Sha256::digest(fs::read(&file).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect();
            found.push(format!("{digest}  {}", file.file_name().unwrap().to_string_lossy()));
        }
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/migrations.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, found.join("\n") + "\n").unwrap();
    }
    assert_eq!(fs::read_to_string(golden).unwrap().lines().collect::<Vec<_>>(), found);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_migrate_at_once() {
    let Some(cluster) = cluster::shared() else { return };
    let server = cluster.server(&cluster.database().await);
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let server = server.clone();
        all.spawn(async move { Admin::connect(&server).await.unwrap().migrate().await });
    }
    for migrated in all.join_all().await {
        migrated.unwrap();
    }
    let mut admin = Admin::connect(&server).await.unwrap();
    admin.migrate().await.unwrap();
    admin.create(NewTenant::new(tenant())).await.unwrap();
    let error = admin.create(NewTenant::new(tenant())).await.unwrap_err();
    assert!(matches!(error, OpenError::TenantExists { .. }), "{error}");
    PgStore::open(&server, tenant(), Options::default()).await.unwrap();
}

/// What stands in the migrations' table decides what is done with the rest.
#[tokio::test(flavor = "multi_thread")]
async fn other_formats_are_refused_by_name() {
    let Some(world) = World::new().await else { return };
    let known = world.number("select max(version)::bigint from anjuan.migration").await;
    let refused = async |sql: &str| {
        world.sql(sql).await;
        let opened = PgStore::open(&world.server(), tenant(), Options::default()).await.map(drop);
        (opened, world.admin().await.migrate().await)
    };
    let newer = "insert into anjuan.migration select 99, 'future', applied_on, checksum from anjuan.migration limit 1";
    let (opened, migrated) = refused(newer).await;
    for result in [opened, migrated] {
        let error = result.unwrap_err();
        assert!(matches!(error, OpenError::NewerFormat { found: 99, .. }), "{error}");
    }
    let (opened, migrated) = refused("delete from anjuan.migration where version = 99").await;
    opened.and(migrated).unwrap();

    let (opened, migrated) = refused("update anjuan.migration set checksum = '1' where version = 2").await;
    opened.unwrap();
    assert!(matches!(migrated.unwrap_err(), OpenError::Migration(_)));

    let (opened, migrated) =
        refused("update anjuan.migration set checksum = 'nonsense' where version = 2").await;
    for result in [opened, migrated] {
        assert!(matches!(result.unwrap_err(), OpenError::Damaged { .. }));
    }
    let older = format!("delete from anjuan.migration where version = {known} or version = 2");
    let (opened, migrated) = refused(&older).await;
    assert!(matches!(opened.unwrap_err(), OpenError::OlderFormat { .. }));
    assert!(matches!(migrated.unwrap_err(), OpenError::Migration(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_told_so() {
    let Some(cluster) = cluster::shared() else { return };
    let database = cluster.database().await;
    let open = async |server: &Server| PgStore::open(server, tenant(), Options::default()).await.unwrap_err();
    let server = cluster.server(&database);
    assert!(matches!(open(&server).await, OpenError::Missing));
    let error = open(&cluster.server("no_such_database")).await;
    assert!(matches!(error, OpenError::Refused(_)), "{error:?}");
    let error = open(&cluster.as_role("no_such_role", &database)).await;
    assert!(matches!(error, OpenError::Refused(_)), "{error:?}");
    let nobody: Server = "host=127.0.0.1 port=1 user=postgres dbname=x".parse().unwrap();
    assert!(matches!(open(&nobody).await, OpenError::Server(_)));
    assert!(matches!("postgres://:::".parse::<Server>().unwrap_err(), OpenError::Configuration(_)));
    Admin::connect(&server).await.unwrap().migrate().await.unwrap();
    assert!(matches!(open(&server).await, OpenError::UnknownTenant { .. }));
    let error = Admin::connect(&server).await.unwrap().admit("postgres", &tenant()).await.unwrap_err();
    assert!(matches!(error, OpenError::UnknownTenant { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hash_of_a_tenant_is_its_own() {
    let Some(world) = World::new().await else { return };
    let options = Options::default().hash(anjuan::event::HashAlgorithm::Sm3);
    let error = PgStore::open(&world.server(), tenant(), options).await.unwrap_err();
    assert!(matches!(error, OpenError::OtherHash { .. }), "{error}");
}

/// A dump that is restored elsewhere is the same store, with everything that guards it.
#[tokio::test(flavor = "multi_thread")]
async fn a_dump_restores_to_the_same_store() {
    let Some(world) = World::new().await else { return };
    let store = world.open().await;
    let last = store.append(append("case/1", Expected::NoStream, 1..40)).await.unwrap();
    settled(&store, last.position).await;
    let before = store.all_events().await.unwrap();
    let other = world.cluster.database().await;
    let mut dump = cluster::program("pg_dump");
    let dump = dump.args(["-d", &world.cluster.url_of("postgres", &world.database)]).output().unwrap();
    assert!(dump.status.success());
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), dump.stdout).unwrap();
    cluster::give(file.path());
    let mut restore = cluster::program("psql");
    let restored = restore
        .args(["-q", "-v", "ON_ERROR_STOP=1", "-d", &world.cluster.url_of("postgres", &other), "-f"])
        .arg(file.path())
        .output()
        .unwrap();
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    let server = world.cluster.server(&other);
    let store = PgStore::open(&server, tenant(), Options::default()).await.unwrap();
    let next = store.append(append("case/1", Expected::Exactly(revision(39)), 40..41)).await.unwrap();
    assert!(next.position > last.position);
    settled(&store, next.position).await;
    let after = store.all_events().await.unwrap();
    assert_eq!(after[..39], before);
    assert!(store.verify().await.is_sound());
}
