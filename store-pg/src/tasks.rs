//! The one home of background tasks: each belongs to somebody, and ends with its owner.

use std::future::Future;

use tokio::task::{JoinError, JoinSet};
use tokio_postgres::{Connection, Socket};

/// Serves a connection until its client is dropped or the server is gone.
#[expect(clippy::disallowed_methods, reason = "the task ends with the client of the connection")]
pub(crate) fn attend<T>(connection: Connection<Socket, T>)
where
    T: tokio_postgres::tls::TlsStream + Unpin + Send + 'static,
{
    // How it ended is told to whoever asks the client for something next.
    drop(tokio::spawn(connection));
}

/// Work that goes on while its owner does something else. Dropping it stops the work.
#[derive(Debug)]
pub(crate) struct Ahead<T>(JoinSet<T>);

impl<T: Send + 'static> Ahead<T> {
    /// Begins the work.
    pub(crate) fn begin(work: impl Future<Output = T> + Send + 'static) -> Self {
        let mut tasks = JoinSet::new();
        tasks.spawn(work);
        Self(tasks)
    }

    /// What came of it.
    ///
    /// # Errors
    /// The work was cut off, by a panic or because the runtime is going down.
    pub(crate) async fn end(mut self) -> Result<T, Lost> {
        match self.0.join_next().await {
            Some(ended) => ended.map_err(|error| Lost(Some(error))),
            None => Err(Lost(None)),
        }
    }
}

/// Work that was cut off.
#[derive(Debug, thiserror::Error)]
#[error("a task of the store was cut off")]
pub(crate) struct Lost(#[source] Option<JoinError>);
