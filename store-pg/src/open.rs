//! Opening: finding the tenant, and not trusting the server more than it deserves.

use anjuan::id::{Code, HistoryId};
use deadpool_postgres::Pool;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::admin;
use crate::error::OpenError;
use crate::log::Log;
use crate::migrations;
use crate::options::{Feed, Options};
use crate::server::Server;

/// Finds the tenant and checks what must be so.
pub(crate) async fn open(server: &Server, tenant: &Code, options: &Options) -> Result<Log, OpenError> {
    let client = server.connect().await?;
    migrations::LOG.check(&client).await?;
    let failed = |error| OpenError::connecting(error);
    let row = client
        .query_opt(
            "select id, store, history, hash, feed, pg_is_in_recovery() from anjuan.find($1)",
            &[&tenant.as_str()],
        )
        .await
        .map_err(failed)?
        .ok_or_else(|| OpenError::UnknownTenant { tenant: tenant.clone() })?;
    let read = |error: tokio_postgres::Error| OpenError::Server(error.into());
    let id: i32 = row.try_get(0).map_err(read)?;
    let identity = admin::identity(
        row.try_get(1).map_err(read)?,
        row.try_get(2).map_err(read)?,
        row.try_get(3).map_err(read)?,
    )?;
    if let Some(asked) = options.hash.filter(|asked| *asked != identity.hash) {
        return Err(OpenError::OtherHash { found: identity.hash, asked });
    }
    let feed = match row.try_get(4).map_err(read)? {
        "counter" => Feed::Counter,
        _ => Feed::Fenced,
    };
    let is_replica: bool = row.try_get(5).map_err(read)?;
    if feed == Feed::Counter && !is_replica {
        prove_locks(&client, &server.connect().await?, id, identity.history).await?;
    }
    let pool: Pool = server.pool(options.connections, options.patience)?;
    Ok(Log::new(id, identity, feed, is_replica, pool, options.patience))
}

/// Takes the lock on which the counter rests with one connection, and looks that another does not get it as well.
///
/// There are servers on which a lock of a row is a promise for one of its nodes, or none at all.
async fn prove_locks(one: &Client, other: &Client, tenant: i32, history: HistoryId) -> Result<(), OpenError> {
    const HOLD: &str = "select anjuan.hold($1, $2)";
    let failed = |error| OpenError::connecting(error);
    one.batch_execute("begin").await.map_err(failed)?;
    one.execute(HOLD, &[&tenant, history.as_uuid()]).await.map_err(failed)?;
    let second = other.execute(HOLD, &[&tenant, history.as_uuid()]).await;
    one.batch_execute("rollback").await.map_err(failed)?;
    match second {
        Ok(_) => Err(OpenError::NoRowLocks),
        Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => Ok(()),
        Err(error) => Err(failed(error)),
    }
}
