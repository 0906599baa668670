//! The schema, as numbered files that are never changed once they are released.

use refinery_core::{Migration, Runner};
use tokio_postgres::Client;

use crate::error::OpenError;

const FILES: [(&str, &str); 5] = [
    ("V1__tables", include_str!("../migrations/V1__tables.sql")),
    ("V2__guards", include_str!("../migrations/V2__guards.sql")),
    ("V3__append", include_str!("../migrations/V3__append.sql")),
    ("V4__feed", include_str!("../migrations/V4__feed.sql")),
    ("V5__kept", include_str!("../migrations/V5__kept.sql")),
];

/// The format that this program reads and writes: the number of the last file.
pub(crate) const FORMAT: u32 = FILES.len() as u32;

const TABLE: &str = "anjuan.migration";
/// Names the lock that one migrating process holds; "anjuan" in ASCII.
const LOCK: i64 = 0x616e_6a75_616e;

/// Brings the schema up to date. Each file is one transaction; of several processes one works and the others wait.
pub(crate) async fn run(client: &mut Client) -> Result<(), OpenError> {
    let query = |error| OpenError::connecting(error);
    // The lock goes with the connection, if the process ends here.
    client.execute("select pg_advisory_lock($1)", &[&LOCK]).await.map_err(query)?;
    let migrated = migrate(client).await;
    let unlocked = client.execute("select pg_advisory_unlock($1)", &[&LOCK]).await;
    migrated?;
    unlocked.map(drop).map_err(query)
}

async fn migrate(client: &mut Client) -> Result<(), OpenError> {
    let failed = |error: refinery_core::Error| OpenError::Migration(error.into());
    match format(client).await {
        // Nobody but the owner can look into it, and nobody else can make it.
        Ok(found) => check_newer(found)?,
        Err(OpenError::Missing) => {
            let schema = "create schema if not exists anjuan";
            client.batch_execute(schema).await.map_err(|error| OpenError::Migration(error.into()))?;
        }
        Err(error) => return Err(error),
    }
    let files: Result<Vec<_>, _> = FILES.iter().map(|(name, sql)| Migration::unapplied(name, sql)).collect();
    let mut runner = Runner::new(&files.map_err(failed)?);
    runner.set_migration_table_name(TABLE);
    runner.run_async(client).await.map(drop).map_err(failed)
}

/// The format of the schema.
pub(crate) async fn format(client: &Client) -> Result<u32, OpenError> {
    // What the library that migrates does not expect in its table, it does not survive.
    const FORMAT: &str = "select coalesce(max(version), 0)::int8, \
        coalesce(bool_and(checksum ~ '^[0-9]{1,20}$' and applied_on ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$'), true) \
        from anjuan.migration";
    let row = client.query_one(FORMAT, &[]).await.map_err(OpenError::connecting)?;
    let read = |error: tokio_postgres::Error| OpenError::Server(error.into());
    if !row.try_get::<_, bool>(1).map_err(read)? {
        let (place, reason) = (TABLE.to_owned(), "it was not written by this crate".to_owned());
        return Err(OpenError::Damaged { place, reason });
    }
    let version: i64 = row.try_get(0).map_err(read)?;
    Ok(u32::try_from(version).unwrap_or(u32::MAX))
}

/// Refuses a schema that is newer than this program.
pub(crate) fn check_newer(found: u32) -> Result<(), OpenError> {
    if found > FORMAT { Err(OpenError::NewerFormat { found, known: FORMAT }) } else { Ok(()) }
}

/// Refuses a schema that this program cannot work with.
pub(crate) fn check(found: u32) -> Result<(), OpenError> {
    check_newer(found)?;
    if found < FORMAT { Err(OpenError::OlderFormat { found, needed: FORMAT }) } else { Ok(()) }
}
