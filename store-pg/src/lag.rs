//! How far the feed is behind, and who holds it back: a figure to watch.

use anjuan::clock::Timestamp;
use anjuan::id::Position;
use anjuan::store::StoreError;

use crate::error::damaged;
use crate::log::Log;
use crate::store::PgStore;
use crate::value::{Moment, column};

/// How far the feed is behind what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lag {
    /// Up to here, everything is settled and readers have it.
    pub settled: Position,
    /// The last position that was given to anybody, of whatever tenant.
    pub newest: Position,
    /// Who holds the feed back; `None` if nobody does, and with a counter nobody can.
    pub held_back_by: Option<HeldBackBy>,
}

/// A transaction for whose end the feed waits: it may yet write at a position that readers would pass.
///
/// Any transaction with an id does that, in any database of the server. Set `idle_in_transaction_session_timeout`, and finish
/// or forget prepared transactions.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeldBackBy {
    /// The process of the server that carries it out; `None` for a prepared transaction, which has none.
    pub pid: Option<i32>,
    /// When it began, if the owner of the schema may know (`pg_read_all_stats`).
    pub since: Option<Timestamp>,
    /// The name of its program and what it does, or the name of the prepared transaction, as far as may be known.
    pub what: String,
}

impl PgStore {
    /// How far the feed is behind now, and who holds it back.
    ///
    /// # Errors
    /// The server cannot be asked. A replica does not know.
    pub async fn lag(&self) -> Result<Lag, StoreError> {
        let reached = self.settler.head().await?;
        let at = |ordinal| self.log.position(ordinal);
        let held_back_by =
            if reached.settled < reached.newest { held_back_by(&self.log).await? } else { None };
        Ok(Lag { settled: at(reached.settled), newest: at(reached.newest), held_back_by })
    }
}

async fn held_back_by(log: &Log) -> Result<Option<HeldBackBy>, StoreError> {
    const HELD: &str = "select pid, since, what from anjuan.held_back_by()";
    const PLACE: &str = "the feed";
    log.call(HELD, &[], |row| {
        let pid: Option<i32> = column(row, 0, PLACE)?;
        let since: Option<Moment> = column(row, 1, PLACE)?;
        let what: Option<String> = column(row, 2, PLACE)?;
        match pid {
            None => Ok(None),
            Some(pid) if pid < 0 => Err(damaged(PLACE, "a process has a negative number")),
            Some(pid) => Ok(Some(HeldBackBy {
                pid: (pid > 0).then_some(pid),
                since: since.map(|Moment(since)| since),
                what: what.unwrap_or_default(),
            })),
        }
    })
    .await
}
