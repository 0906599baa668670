//! Keys in a schema of their own.

use anjuan::clock::Timestamp;
use anjuan::id::KeyId;
use anjuan::privacy::{KeyState, KeyStore, KeyStoreError, WrappedKey};
use async_trait::async_trait;
use bytes::Bytes;
use deadpool_postgres::{Object, Pool};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::error::{OpenError, damaged, failed, no_connection};
use crate::log::Param;
use crate::migrations;
use crate::options::Options;
use crate::server::Server;
use crate::value::{Moment, column};

/// A key store in PostgreSQL, for many processes at once.
///
/// [`Admin::migrate_keys`](crate::Admin::migrate_keys) makes it. Put it into another database than the log, better on
/// another server: a backup of the log may be kept for ever, and an old backup of the keys undoes their destruction.
///
/// What remains of a destroyed key: the row as it was, in its page until the table is vacuumed and the place used again, and in
/// the write-ahead log until that is recycled; and whatever replicas and archives have of both. PostgreSQL cannot erase more.
/// Vacuum the table after keys were destroyed, and keep its archives short. The keys are wrapped under the master key of
/// the ring in any case.
#[derive(Debug, Clone)]
pub struct PgKeys {
    pool: Pool,
    patience: std::time::Duration,
}

impl PgKeys {
    /// Opens the keys of a database, as a role that was [admitted](crate::Admin::admit_to_keys) to them.
    ///
    /// # Errors
    /// See [`OpenError`]: there are no keys for this role, or they are newer or older than this program.
    pub async fn open(server: &Server, options: Options) -> Result<Self, OpenError> {
        migrations::KEYS.check(&server.connect().await?).await?;
        Ok(Self { pool: server.pool(options.connections, options.patience)?, patience: options.patience })
    }

    async fn query(&self, sql: &str, params: &[Param<'_>]) -> Result<Option<Row>, KeyStoreError> {
        let client = self.pool.get().await.map_err(|error| KeyStoreError(no_connection(error).into()))?;
        let asking = async {
            let statement = client.prepare_cached(sql).await?;
            client.query_opt(&statement, params).await
        };
        match tokio::time::timeout(self.patience, asking).await {
            Ok(row) => row.map_err(|error| KeyStoreError(failed(error).into())),
            Err(late) => {
                drop(Object::take(client));
                Err(KeyStoreError(late.into()))
            }
        }
    }
}

#[async_trait]
impl KeyStore for PgKeys {
    async fn load(&self, key: KeyId) -> Result<KeyState, KeyStoreError> {
        const LOAD: &str = "select wrapped, destroyed_at from anjuan_keys.key where id = $1";
        match self.query(LOAD, &[key.as_uuid()]).await? {
            Some(row) => state(&row, key),
            None => Ok(KeyState::Unknown),
        }
    }

    async fn create(&self, key: KeyId, wrapped: WrappedKey) -> Result<KeyState, KeyStoreError> {
        const MAKE: &str = "select wrapped, destroyed_at from anjuan_keys.make($1, $2)";
        let row = self.query(MAKE, &[key.as_uuid(), &wrapped.as_bytes().as_ref()]).await?;
        row.map_or(Ok(KeyState::Unknown), |row| state(&row, key))
    }

    async fn destroy(&self, keys: &[KeyId], at: Timestamp) -> Result<(), KeyStoreError> {
        const DESTROY: &str = "select anjuan_keys.destroy($1, $2)";
        let ids: Vec<Uuid> = keys.iter().map(|key| *key.as_uuid()).collect();
        self.query(DESTROY, &[&ids, &Moment(at)]).await.map(drop)
    }
}

fn state(row: &Row, key: KeyId) -> Result<KeyState, KeyStoreError> {
    let place = format!("key {key}");
    let wrong = |error| KeyStoreError(Box::new(error));
    let wrapped: Option<&[u8]> = column(row, 0, &place).map_err(wrong)?;
    let destroyed: Option<Moment> = column(row, 1, &place).map_err(wrong)?;
    match (wrapped, destroyed) {
        (Some(wrapped), None) => {
            Ok(KeyState::Present(WrappedKey::from_bytes(Bytes::copy_from_slice(wrapped))))
        }
        (None, Some(Moment(at))) => Ok(KeyState::Destroyed(at)),
        (Some(_), Some(_)) | (None, None) => Err(wrong(damaged(place, "it is neither there nor destroyed"))),
    }
}
