//! Where the server is, as whom to speak to it, and connections to it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Runtime, TimeoutType};
use tokio_postgres::{Client, Config, Connection, NoTls, Socket};

use crate::error::OpenError;
use crate::tls::Tls;

/// The oldest server on which all this is tried.
const OLDEST_SERVER: u32 = 15;

/// Where the server is, as whom to speak to it, and how to keep others from listening.
///
/// ```
/// use anjuan_store_pg::Server;
///
/// let server: Server = "postgres://desk@db.example.org/bureau?sslmode=require".parse()?;
/// # let _ = server;
/// # Ok::<(), anjuan_store_pg::OpenError>(())
/// ```
///
/// A text without `sslmode` prefers an encrypted connection and takes one that is not. Across a network, say
/// `sslmode=require`: it refuses a server that does not encrypt, or whose certificate the machine does not trust.
#[derive(Clone)]
pub struct Server {
    pub(crate) config: Config,
    pub(crate) tls: Tls,
}

impl Server {
    /// The server that this configuration names.
    #[must_use]
    pub fn new(mut config: Config) -> Self {
        if config.get_application_name().is_none() {
            config.application_name("anjuan");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(10));
        }
        Self { config, tls: Tls::default() }
    }

    /// Whose certificates are trusted; those that the machine trusts by default.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = tls;
        self
    }

    /// A single connection, served by a task that ends with it.
    pub(crate) async fn connect(&self) -> Result<Client, OpenError> {
        let client = match self.tls.connector()? {
            None => attend(self.config.connect(NoTls).await),
            #[cfg(feature = "tls")]
            Some(tls) => attend(self.config.connect(tls).await),
        };
        let client = client.map_err(OpenError::connecting)?;
        check_version(&client).await?;
        Ok(client)
    }

    /// Connections that are made when they are needed, at most so many.
    pub(crate) fn pool(&self, size: usize, patience: Duration) -> Result<Pool, OpenError> {
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let config = self.config.clone();
        let manager = match self.tls.connector()? {
            None => Manager::from_config(config, NoTls, recycling),
            #[cfg(feature = "tls")]
            Some(tls) => Manager::from_config(config, tls, recycling),
        };
        Pool::builder(manager)
            .max_size(size)
            .wait_timeout(Some(patience))
            .create_timeout(Some(patience))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| OpenError::Server(error.into()))
    }
}

/// Lets a task serve the connection. It ends when the client is dropped, or the server is gone.
fn attend<T>(
    connected: Result<(Client, Connection<Socket, T>), tokio_postgres::Error>,
) -> Result<Client, tokio_postgres::Error>
where
    T: tokio_postgres::tls::TlsStream + Unpin + Send + 'static,
{
    let (client, connection) = connected?;
    crate::tasks::attend(connection);
    Ok(client)
}

async fn check_version(client: &Client) -> Result<(), OpenError> {
    let row = client
        .query_one("select current_setting('server_version_num')::int", &[])
        .await
        .map_err(OpenError::connecting)?;
    let number: i32 = row.try_get(0).map_err(OpenError::connecting)?;
    let found = u32::try_from(number / 10_000).unwrap_or_default();
    if found < OLDEST_SERVER {
        return Err(OpenError::OldServer { found, oldest: OLDEST_SERVER });
    }
    Ok(())
}

/// Whether a pool had no connection to give in time: too much is going on, not too little.
pub(crate) const fn is_crowded(error: &PoolError) -> bool {
    matches!(error, PoolError::Timeout(TimeoutType::Wait))
}

impl FromStr for Server {
    type Err = OpenError;

    /// A URL (`postgres://…`) or a list of words (`host=… user=… dbname=…`), as libpq has them.
    fn from_str(text: &str) -> Result<Self, OpenError> {
        Config::from_str(text).map(Self::new).map_err(OpenError::Configuration)
    }
}

/// Shows no password.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("hosts", &self.config.get_hosts())
            .field("user", &self.config.get_user())
            .field("database", &self.config.get_dbname())
            .finish_non_exhaustive()
    }
}
