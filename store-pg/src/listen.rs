//! Hearing of appends by other processes.
//!
//! A word from the server is a hint, and looking is the truth: so a word that is lost costs the time of a poll, and a
//! listener that fails costs nothing else. It tries again, and looks as soon as it is back.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, future, pin_mut, stream};
use tokio::time::{MissedTickBehavior, interval};
use tokio_postgres::tls::TlsStream;
use tokio_postgres::{AsyncMessage, Client, Connection, NoTls, Socket};

use crate::feed::Settler;
use crate::server::Server;
use crate::tasks::Ahead;

/// How soon a lost connection is made anew.
const AGAIN: Duration = Duration::from_secs(1);

/// Listens until it is dropped.
pub(crate) fn start(server: Server, settler: Arc<Settler>) -> Ahead<()> {
    Ahead::begin(async move {
        let mut rounds = interval(AGAIN);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            rounds.tick().await;
            // Why it ended is told to whoever reads next.
            let _ = listen(&server, &settler).await;
        }
    })
}

async fn listen(server: &Server, settler: &Settler) -> Result<(), tokio_postgres::Error> {
    match server.tls.connector() {
        #[cfg(feature = "tls")]
        Ok(Some(tls)) => {
            let (client, connection) = server.config.connect(tls).await?;
            hear(client, connection, settler).await
        }
        Ok(_) => {
            let (client, connection) = server.config.connect(NoTls).await?;
            hear(client, connection, settler).await
        }
        // Whoever connects for a purpose is told about the certificates.
        Err(_) => Ok(()),
    }
}

async fn hear<T: TlsStream + Unpin>(
    client: Client,
    mut connection: Connection<Socket, T>,
    settler: &Settler,
) -> Result<(), tokio_postgres::Error> {
    let words = stream::poll_fn(move |context| connection.poll_message(context));
    pin_mut!(words);
    // The connection moves only while its words are read, so both go on together.
    let hearing = async {
        while let Some(word) = words.next().await {
            match word? {
                AsyncMessage::Notification(_) => settler.hint(),
                AsyncMessage::Notice(_) => {}
                _ => {}
            }
        }
        Ok(())
    };
    let asking = async {
        client.batch_execute("listen anjuan").await?;
        // Whatever came before it listened was told to nobody.
        settler.hint();
        future::pending::<Result<(), tokio_postgres::Error>>().await
    };
    pin_mut!(hearing);
    pin_mut!(asking);
    match future::select(hearing, asking).await {
        future::Either::Left((ended, _)) | future::Either::Right((ended, _)) => ended,
    }
}
