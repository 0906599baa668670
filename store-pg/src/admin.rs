//! What the owner of the schema does: migrate it, make tenants, and admit roles to them.

use anjuan::clock::{Clock, SystemClock};
use anjuan::event::HashAlgorithm;
use anjuan::id::{Code, HistoryId, StoreId, SystemEntropy};
use anjuan::store::Identity;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Transaction};
use uuid::Uuid;

use crate::error::OpenError;
use crate::migrations;
use crate::options::{Feed, NewTenant};
use crate::server::Server;

/// A connection as the role that owns the schema.
///
/// The programs that use the log do not need that role, and should not have it: they connect as roles that may read the
/// tables and call the functions, and nothing else.
///
/// ```no_run
/// use anjuan_store_pg::{Admin, NewTenant, Options, PgStore, Server};
///
/// # async fn set_up() -> Result<(), Box<dyn std::error::Error>> {
/// let owner: Server = "postgres://owner@localhost/bureaus".parse()?;
/// let mut admin = Admin::connect(&owner).await?;
/// admin.migrate().await?;
/// admin.create(NewTenant::new("haishu".parse()?)).await?;
/// admin.admit("desk", &"haishu".parse()?).await?;
///
/// let desk: Server = "postgres://desk@localhost/bureaus".parse()?;
/// let store = PgStore::open(&desk, "haishu".parse()?, Options::default()).await?;
/// # let _ = store;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Admin {
    client: Client,
}

impl Admin {
    /// Connects as the owner.
    ///
    /// # Errors
    /// The server cannot be reached, refuses the role, or is too old.
    pub async fn connect(server: &Server) -> Result<Self, OpenError> {
        Ok(Self { client: server.connect().await? })
    }

    /// Brings the schema up to date, or makes it. May be called by several processes at once, and again at every start.
    ///
    /// # Errors
    /// [`OpenError::NewerFormat`], or the migration fails; the migrations before the one that failed stay.
    ///
    /// # Cancel safety
    /// Each migration is done or not; call it again.
    pub async fn migrate(&mut self) -> Result<(), OpenError> {
        migrations::LOG.migrate(&mut self.client).await
    }

    /// Makes a tenant, to which the role of this connection is admitted.
    ///
    /// # Errors
    /// [`OpenError::TenantExists`], or the schema is not there or not up to date.
    ///
    /// # Cancel safety
    /// The tenant is made or not.
    pub async fn create(&mut self, tenant: NewTenant) -> Result<Identity, OpenError> {
        migrations::LOG.check(&self.client).await?;
        let NewTenant { name, hash, feed, identity } = tenant;
        let identity = identity.unwrap_or_else(|| Identity::new(SystemClock.now(), &SystemEntropy, hash));
        let feed = match feed {
            Feed::Fenced => "fenced",
            Feed::Counter => "counter",
        };
        let store: &Uuid = identity.store.as_uuid();
        let made = self
            .client
            .execute(
                "with made as ( \
                    insert into anjuan.tenant (name, store, history, hash, feed) values ($1, $2, $3, $4, $5) returning id \
                 ), admitted as ( \
                    insert into anjuan.admission (tenant, role) select id, session_user from made \
                 ) \
                 insert into anjuan.counter (tenant, last) select id, 0 from made",
                &[&name.as_str(), store, identity.history.as_uuid(), &hash.to_string(), &feed],
            )
            .await;
        match made {
            Ok(_) => Ok(identity),
            Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => {
                Err(OpenError::TenantExists { tenant: name })
            }
            Err(error) => Err(OpenError::connecting(error)),
        }
    }

    /// Lets a role act for a tenant: read its tables and call the functions. The role, or another that is a member of it,
    /// can then open the store.
    ///
    /// # Errors
    /// [`OpenError::UnknownTenant`], or the role does not exist.
    ///
    /// # Cancel safety
    /// The role is admitted or not; call it again.
    pub async fn admit(&mut self, role: &str, tenant: &Code) -> Result<(), OpenError> {
        let failed = |error| OpenError::connecting(error);
        let transaction = self.client.transaction().await.map_err(failed)?;
        grant(&transaction, "anjuan", role).await?;
        let admitted = transaction
            .query_opt(
                "with found as (select id from anjuan.tenant where name = $1), \
                 admitted as (insert into anjuan.admission (tenant, role) select id, $2 from found on conflict do nothing) \
                 select id from found",
                &[&tenant.as_str(), &role],
            )
            .await
            .map_err(failed)?;
        if admitted.is_none() {
            return Err(OpenError::UnknownTenant { tenant: tenant.clone() });
        }
        transaction.commit().await.map_err(failed)
    }

    /// Begins a new history for a tenant: after a restored backup, or after a replica took over that lacks the last
    /// appends of the server before it.
    ///
    /// Positions and checkpoints from before are refused from then on, because what they stand for may be gone. Handles
    /// that are open append nothing more, and are to be opened again.
    ///
    /// # Errors
    /// [`OpenError::UnknownTenant`], or the schema is not there or not up to date.
    ///
    /// # Cancel safety
    /// The history is begun or not.
    pub async fn begin_history(&mut self, tenant: &Code) -> Result<Identity, OpenError> {
        migrations::LOG.check(&self.client).await?;
        let history = HistoryId::new(SystemClock.now(), &SystemEntropy);
        let row = self
            .client
            .query_opt(
                "update anjuan.tenant set history = $2 where name = $1 returning store, history, hash",
                &[&tenant.as_str(), history.as_uuid()],
            )
            .await
            .map_err(OpenError::connecting)?
            .ok_or_else(|| OpenError::UnknownTenant { tenant: tenant.clone() })?;
        let read = |error: tokio_postgres::Error| OpenError::Server(error.into());
        identity(row.try_get(0).map_err(read)?, row.try_get(1).map_err(read)?, row.try_get(2).map_err(read)?)
    }

    /// Brings the schema of the keys up to date, or makes it, in the database of this connection; see
    /// [`PgKeys`](crate::PgKeys).
    ///
    /// # Errors
    /// As [`migrate`](Self::migrate).
    ///
    /// # Cancel safety
    /// Each migration is done or not; call it again.
    pub async fn migrate_keys(&mut self) -> Result<(), OpenError> {
        migrations::KEYS.migrate(&mut self.client).await
    }

    /// Lets a role read, make and destroy keys.
    ///
    /// # Errors
    /// The role does not exist, or the keys are not there.
    ///
    /// # Cancel safety
    /// The role is admitted or not; call it again.
    pub async fn admit_to_keys(&mut self, role: &str) -> Result<(), OpenError> {
        let failed = |error| OpenError::connecting(error);
        let transaction = self.client.transaction().await.map_err(failed)?;
        grant(&transaction, "anjuan_keys", role).await?;
        transaction.commit().await.map_err(failed)
    }
}

/// Lets a role read every table of a schema and call every function, and nothing else.
async fn grant(transaction: &Transaction<'_>, schema: &str, role: &str) -> Result<(), OpenError> {
    let failed = |error| OpenError::connecting(error);
    let row = transaction.query_one("select quote_ident($1)", &[&role]).await.map_err(failed)?;
    let role: String = row.try_get(0).map_err(failed)?;
    let grants = format!(
        "grant usage on schema {schema} to {role}; \
         grant select on all tables in schema {schema} to {role}; \
         grant execute on all functions in schema {schema} to {role}"
    );
    transaction.batch_execute(&grants).await.map_err(failed)
}

/// The identity of a tenant from its columns.
pub(crate) fn identity(store: Uuid, history: Uuid, hash: &str) -> Result<Identity, OpenError> {
    let hash =
        [HashAlgorithm::Sha256, HashAlgorithm::Sm3].into_iter().find(|known| known.to_string() == hash);
    let hash = hash.ok_or_else(|| OpenError::Damaged {
        place: "anjuan.tenant".to_owned(),
        reason: "its hash function is unknown".to_owned(),
    })?;
    Ok(Identity { store: StoreId::from_uuid(store), history: HistoryId::from_uuid(history), hash })
}
