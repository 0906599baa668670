//! The key store: what is made stays, what is destroyed stays destroyed.

use anjuan::id::KeyId;
use anjuan::privacy::{KeyState, KeyStore, WrappedKey};
use anjuan_store_pg::{Admin, OpenError, Options, PgKeys};
use uuid::Uuid;

use crate::cluster;

fn id(number: u128) -> KeyId {
    KeyId::from_uuid(Uuid::from_u128(number))
}

fn wrapped(byte: u8) -> WrappedKey {
    WrappedKey::from_bytes(vec![byte; 60].into())
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_made_once_and_destroyed_for_ever() {
    let Some(cluster) = cluster::shared() else { return };
    let server = cluster.server(&cluster.database().await);
    let error = PgKeys::open(&server, Options::default()).await.unwrap_err();
    assert!(matches!(error, OpenError::Missing), "{error}");
    let mut admin = Admin::connect(&server).await.unwrap();
    admin.migrate_keys().await.unwrap();
    admin.migrate_keys().await.unwrap();
    let keys = PgKeys::open(&server, Options::default()).await.unwrap();
    assert_eq!(keys.load(id(1)).await.unwrap(), KeyState::Unknown);
    assert_eq!(keys.create(id(1), wrapped(1)).await.unwrap(), KeyState::Present(wrapped(1)));
    assert_eq!(keys.create(id(1), wrapped(2)).await.unwrap(), KeyState::Present(wrapped(1)));

    let (first, second) =
        ("2026-06-26T09:00:00+08:00".parse().unwrap(), "2026-06-27T09:00:00+08:00".parse().unwrap());
    keys.destroy(&[id(1), id(2), id(1)], first).await.unwrap();
    keys.destroy(&[id(2), id(3)], second).await.unwrap();
    keys.destroy(&[], second).await.unwrap();
    for (number, at) in [(1, first), (2, first), (3, second)] {
        assert_eq!(keys.load(id(number)).await.unwrap(), KeyState::Destroyed(at));
        assert_eq!(keys.create(id(number), wrapped(9)).await.unwrap(), KeyState::Destroyed(at));
    }
    let keys = PgKeys::open(&server, Options::default()).await.unwrap();
    assert_eq!(keys.load(id(1)).await.unwrap(), KeyState::Destroyed(first));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_makers_one_wins_and_all_hear_of_it() {
    let Some(cluster) = cluster::shared() else { return };
    let server = cluster.server(&cluster.database().await);
    Admin::connect(&server).await.unwrap().migrate_keys().await.unwrap();
    let keys = PgKeys::open(&server, Options::default()).await.unwrap();
    for round in 0..10 {
        let makers = (0..8).map(|byte| keys.create(id(round), wrapped(byte)));
        let made = futures_util::future::try_join_all(makers).await.unwrap();
        assert!(made.iter().all(|state| *state == made[0] && *state != KeyState::Unknown));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_makes_and_destroys_and_revives_nothing() {
    let Some(cluster) = cluster::shared() else { return };
    let database = cluster.database().await;
    let server = cluster.server(&database);
    let mut admin = Admin::connect(&server).await.unwrap();
    admin.migrate_keys().await.unwrap();
    let owner = cluster.connect("postgres", &database).await;
    let role = format!("ring_{database}");
    owner.batch_execute(&format!("create role {role} login password 'secret'")).await.unwrap();
    admin.admit_to_keys(&role).await.unwrap();
    let keys = PgKeys::open(&cluster.as_role(&role, &database), Options::default()).await.unwrap();
    keys.create(id(1), wrapped(1)).await.unwrap();
    keys.destroy(&[id(1)], "2026-06-26T09:00:00+08:00".parse().unwrap()).await.unwrap();
    let plain = cluster.connect(&role, &database).await;
    let revive = "update anjuan_keys.key set wrapped = 'x', destroyed_at = null";
    for client in [&plain, &owner] {
        for attack in [revive, "delete from anjuan_keys.key", "truncate anjuan_keys.key"] {
            let error = client.batch_execute(attack).await.unwrap_err();
            assert_eq!(error.code().unwrap(), &tokio_postgres::error::SqlState::INSUFFICIENT_PRIVILEGE);
        }
    }
    // Once the table was vacuumed, the page holds nothing of the key.
    owner.batch_execute("vacuum full anjuan_keys.key").await.unwrap();
    let kept: i64 = owner
        .query_one("select count(*) from anjuan_keys.key where wrapped is not null", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(kept, 0);
}
