//! What every part of a store works with: connections, the tenant, and how to read in its name.

use std::sync::Mutex;
use std::time::Duration;

use anjuan::id::Position;
use anjuan::store::{Identity, StoreError};
use deadpool_postgres::{Object, Pool};
use futures_util::{TryStreamExt, future, pin_mut};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::error::{failed, may_be_tried_again, no_connection, write_failed};
use crate::heads::Heads;
use crate::options::Feed;

/// How often a call is repeated because others were faster.
const TRIES_MAX: usize = 50;

/// A tenant of a database, and connections to it.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) tenant: i32,
    pub(crate) identity: Identity,
    pub(crate) feed: Feed,
    /// Whether the server takes no writes, because it follows another one.
    pub(crate) is_replica: bool,
    pub(crate) patience: Duration,
    /// For reads, and for what is kept beside the log.
    pub(crate) pool: Pool,
    /// What begins a transaction that reads in the name of the tenant.
    enter: String,
    heads: Mutex<Heads>,
}

/// What a reader says to each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Go {
    On,
    /// The rest is not wanted.
    Home,
}

pub(crate) type Param<'a> = &'a (dyn ToSql + Sync);

impl Log {
    pub(crate) fn new(
        tenant: i32,
        identity: Identity,
        feed: Feed,
        is_replica: bool,
        pool: Pool,
        patience: Duration,
    ) -> Self {
        // Every read goes along a key. A plan that was made when the tables were small must not scan them when they are not.
        let enter = format!(
            "begin transaction isolation level read committed read only; set local anjuan.tenant = '{tenant}'; \
             set local enable_seqscan = off; set local enable_bitmapscan = off"
        );
        Self { tenant, identity, feed, is_replica, patience, pool, enter, heads: Mutex::default() }
    }

    pub(crate) fn position(&self, ordinal: u64) -> Position {
        Position::new(self.identity.history, ordinal)
    }

    /// The heads that this process knows.
    pub(crate) fn heads(&self) -> std::sync::MutexGuard<'_, Heads> {
        // A panic elsewhere can leave them old, which they may be.
        self.heads.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(crate) async fn client(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(no_connection)
    }

    /// Reads in the name of the tenant, in a transaction of its own, and shows each row.
    ///
    /// The tenant is named in the transaction and not in the session, because connections may be shared by others behind a
    /// pooler. What begins and ends the transaction travels with the query, so that all takes one round trip.
    pub(crate) async fn each(
        &self,
        sql: &str,
        params: &[Param<'_>],
        mut show: impl FnMut(&Row) -> Result<Go, StoreError> + Send,
    ) -> Result<(), StoreError> {
        let client = self.client().await?;
        let reading = async {
            let statement = client.prepare_cached(sql).await.map_err(failed)?;
            let rows = async {
                let rows = client.query_raw(&statement, params.iter().copied()).await.map_err(failed)?;
                pin_mut!(rows);
                while let Some(row) = rows.try_next().await.map_err(failed)? {
                    if show(&row)? == Go::Home {
                        break;
                    }
                }
                Ok(())
            };
            // Each sends its part when it is first polled, which happens in this order and whatever the others say: a
            // transaction that was begun is always ended.
            let enter = client.batch_execute(&self.enter);
            let (entered, shown, left) = future::join3(enter, rows, client.batch_execute("commit")).await;
            entered.map_err(failed)?;
            shown?;
            left.map_err(failed)
        };
        let read = tokio::time::timeout(self.patience, reading).await;
        read.unwrap_or_else(|late| {
            // Whatever the server still sends must not reach the next reader.
            drop(Object::take(client));
            Err(StoreError::Unavailable(late.into()))
        })
    }

    /// Calls a function that writes, until nobody else was faster, and shows its one row.
    pub(crate) async fn call<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        take: impl Fn(&Row) -> Result<T, StoreError> + Send + Sync,
    ) -> Result<T, StoreError> {
        for _ in 0..TRIES_MAX {
            let client = self.client().await?;
            let calling = async {
                let statement = client.prepare_cached(sql).await?;
                client.query_one(&statement, params).await
            };
            match tokio::time::timeout(self.patience, calling).await {
                Ok(Ok(row)) => return take(&row),
                Ok(Err(error)) if may_be_tried_again(&error) => {}
                Ok(Err(error)) => return Err(write_failed(error)),
                Err(late) => {
                    drop(Object::take(client));
                    return Err(StoreError::CommitUnknown(late.into()));
                }
            }
        }
        Err(StoreError::Busy)
    }

    /// The one row of a query in the name of the tenant, or none.
    pub(crate) async fn maybe<T: Send>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        mut take: impl FnMut(&Row) -> Result<T, StoreError> + Send,
    ) -> Result<Option<T>, StoreError> {
        let mut found = None;
        let show = |row: &Row| {
            found = Some(take(row)?);
            Ok(Go::Home)
        };
        self.each(sql, params, show).await?;
        Ok(found)
    }
}
