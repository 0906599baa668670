//! The schemas, as numbered files that are never changed once they are released.

use refinery_core::{Migration, Runner};
use tokio_postgres::Client;

use crate::error::OpenError;

/// The schema of the log.
pub(crate) const LOG: Schema = Schema {
    name: "anjuan",
    files: &[
        ("V1__tables", include_str!("../migrations/V1__tables.sql")),
        ("V2__guards", include_str!("../migrations/V2__guards.sql")),
        ("V3__append", include_str!("../migrations/V3__append.sql")),
        ("V4__feed", include_str!("../migrations/V4__feed.sql")),
        ("V5__kept", include_str!("../migrations/V5__kept.sql")),
        ("V6__rights", include_str!("../migrations/V6__rights.sql")),
    ],
};

/// The schema of the keys.
pub(crate) const KEYS: Schema =
    Schema { name: "anjuan_keys", files: &[("V1__keys", include_str!("../migrations/keys/V1__keys.sql"))] };

/// Names the lock that one migrating process holds; "anjuan" in ASCII.
const LOCK: i64 = 0x616e_6a75_616e;

/// A schema and the files that make it, in their order.
#[derive(Debug)]
pub(crate) struct Schema {
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
}

impl Schema {
    /// The format that this program reads and writes: the number of the last file.
    const fn known(&self) -> u32 {
        self.files.len() as u32
    }

    /// Brings the schema up to date. Each file is one transaction; of several processes one works and the others wait.
    pub(crate) async fn migrate(&self, client: &mut Client) -> Result<(), OpenError> {
        // The lock goes with the connection, if the process ends here.
        client.execute("select pg_advisory_lock($1)", &[&LOCK]).await.map_err(OpenError::connecting)?;
        let migrated = self.apply(client).await;
        let unlocked = client.execute("select pg_advisory_unlock($1)", &[&LOCK]).await;
        migrated?;
        unlocked.map(drop).map_err(OpenError::connecting)
    }

    async fn apply(&self, client: &mut Client) -> Result<(), OpenError> {
        let failed = |error: refinery_core::Error| OpenError::Migration(error.into());
        match self.format(client).await {
            Ok(found) => self.check_newer(found)?,
            Err(OpenError::Missing) => {
                let schema = format!("create schema if not exists {}", self.name);
                client.batch_execute(&schema).await.map_err(|error| OpenError::Migration(error.into()))?;
            }
            Err(error) => return Err(error),
        }
        let files: Result<Vec<_>, _> =
            self.files.iter().map(|(name, sql)| Migration::unapplied(name, sql)).collect();
        let mut runner = Runner::new(&files.map_err(failed)?);
        runner.set_migration_table_name(self.table());
        runner.run_async(client).await.map(drop).map_err(failed)
    }

    fn table(&self) -> String {
        format!("{}.migration", self.name)
    }

    async fn format(&self, client: &Client) -> Result<u32, OpenError> {
        // What the library that migrates does not expect in its table, it does not survive.
        let format = format!(
            "select coalesce(max(version), 0)::int8, coalesce(bool_and(checksum ~ '^[0-9]{{1,19}}$|^1[0-8][0-9]{{18}}$' \
             and applied_on ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9:.]+Z$'), true) from {}",
            self.table()
        );
        let row = client.query_one(&format, &[]).await.map_err(OpenError::connecting)?;
        let read = |error: tokio_postgres::Error| OpenError::Server(error.into());
        if !row.try_get::<_, bool>(1).map_err(read)? {
            let reason = "it was not written by this crate".to_owned();
            return Err(OpenError::Damaged { place: self.table(), reason });
        }
        let version: i64 = row.try_get(0).map_err(read)?;
        Ok(u32::try_from(version).unwrap_or(u32::MAX))
    }

    const fn check_newer(&self, found: u32) -> Result<(), OpenError> {
        let known = self.known();
        if found > known { Err(OpenError::NewerFormat { found, known }) } else { Ok(()) }
    }

    /// Refuses a schema that this program cannot work with.
    pub(crate) async fn check(&self, client: &Client) -> Result<(), OpenError> {
        let found = self.format(client).await?;
        self.check_newer(found)?;
        let needed = self.known();
        if found < needed { Err(OpenError::OlderFormat { found, needed }) } else { Ok(()) }
    }
}
