//! Up to where the global order is final, and waiting until it goes on.
//!
//! The database knows; see `migrations/V4__feed.sql`. Asking moves the fence on, so whoever waits asks again. Many who ask at
//! once share one answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anjuan::store::StoreError;
use tokio::sync::{Mutex, watch};
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::error::{damaged, failed};
use crate::log::{Log, Param};
use crate::options::Feed;
use crate::tasks::Ahead;
use crate::value::{at_most, column};

/// How far the fence is, and how far it will go when all who write now have ended.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reached {
    pub(crate) settled: u64,
    pub(crate) newest: u64,
}

/// Asks the database how far the feed is settled.
#[derive(Debug)]
pub(crate) struct Settler {
    log: Arc<Log>,
    poll: Duration,
    /// How many have asked so far.
    asked: AtomicU64,
    last: Mutex<Last>,
    /// Counts appends of this process and words from others: something may be new.
    hints: watch::Sender<u64>,
    /// Counts appends of this process.
    appends: watch::Sender<u64>,
}

/// The last answer of the database, and how many had asked when it was asked.
#[derive(Debug, Default)]
struct Last {
    covers: u64,
    reached: Reached,
}

/// How soon a fence is looked at again that somebody holds back: at first, and at last.
const SOON: Duration = Duration::from_millis(1);
const LATER: Duration = Duration::from_millis(50);
/// How often appends of this process move the fence on, although nobody here waits for it.
const ROUND: Duration = Duration::from_millis(50);

impl Settler {
    pub(crate) fn new(log: Arc<Log>, poll: Duration) -> Self {
        Self {
            log,
            poll,
            asked: AtomicU64::new(0),
            last: Mutex::default(),
            hints: watch::Sender::new(0),
            appends: watch::Sender::new(0),
        }
    }

    /// Says that this process has appended something.
    pub(crate) fn appended(&self) {
        self.appends.send_modify(|count| *count += 1);
        self.hint();
    }

    /// Says that something may be new.
    pub(crate) fn hint(&self) {
        self.hints.send_modify(|count| *count += 1);
    }

    /// How far the feed is settled now.
    ///
    /// In a server at rest this is everything that was acknowledged before.
    pub(crate) async fn head(&self) -> Result<Reached, StoreError> {
        let reached = self.ask().await?;
        // The first question set the fence up, the second finds it passed, if nobody is in the way.
        if reached.settled < reached.newest { self.ask().await } else { Ok(reached) }
    }

    async fn ask(&self) -> Result<Reached, StoreError> {
        let ticket = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut last = self.last.lock().await;
        if last.covers >= ticket {
            return Ok(last.reached);
        }
        let covers = self.asked.load(Ordering::SeqCst);
        let reached = self.query().await?;
        // A replica may be asked through several addresses, and the fence never goes back for one reader.
        let settled = reached.settled.max(last.reached.settled);
        *last = Last { covers, reached: Reached { settled, ..reached } };
        Ok(last.reached)
    }

    async fn query(&self) -> Result<Reached, StoreError> {
        const FENCED: &str = "select settled, newest from anjuan.settle()";
        const REPLICATED: &str = "select settled, newest from anjuan.settled()";
        const COUNTED: &str = "select settled, newest from anjuan.counted($1)";
        const PLACE: &str = "the feed";
        let number = |row: &tokio_postgres::Row, index| {
            let number: Option<i64> = column(row, index, PLACE)?;
            number
                .and_then(|number| u64::try_from(number).ok())
                .ok_or_else(|| damaged(PLACE, "it has no end"))
        };
        let reached =
            |row: &tokio_postgres::Row| Ok(Reached { settled: number(row, 0)?, newest: number(row, 1)? });
        match (self.log.feed, self.log.is_replica) {
            (Feed::Counter, _) => {
                let params: [Param<'_>; 1] = [&self.log.tenant];
                let found = self.log.maybe(COUNTED, &params, reached).await?;
                found.ok_or_else(|| damaged(PLACE, "it has no counter"))
            }
            (Feed::Fenced, is_replica) => {
                let client = self.log.client().await?;
                let sql = if is_replica { REPLICATED } else { FENCED };
                let asking = async {
                    let statement = client.prepare_cached(sql).await?;
                    client.query_one(&statement, &[]).await
                };
                match timeout(self.log.patience, asking).await {
                    Ok(row) => reached(&row.map_err(failed)?),
                    Err(late) => {
                        drop(deadpool_postgres::Object::take(client));
                        Err(StoreError::Unavailable(late.into()))
                    }
                }
            }
        }
    }

    /// Waits until an event of this tenant is settled behind a position.
    pub(crate) async fn passes(&self, position: u64) -> Result<(), StoreError> {
        let mut hints = self.hints.subscribe();
        let mut looked_up_to = position;
        let mut pause = SOON;
        loop {
            // What comes from here on is not in the answer, and will wake.
            hints.mark_unchanged();
            let reached = self.head().await?;
            if reached.settled > looked_up_to {
                if self.has_event_between(looked_up_to, reached.settled).await? {
                    return Ok(());
                }
                // All that came was of other tenants.
                looked_up_to = reached.settled;
                pause = SOON;
            }
            if reached.newest > reached.settled {
                // Only time helps against somebody who holds the fence back.
                let _ = timeout(pause, std::future::pending::<()>()).await;
                pause = LATER.min(pause * 2);
            } else {
                // The sender is ours, and a reader that was not told looks for itself.
                let _ = timeout(self.poll, hints.changed()).await;
            }
        }
    }

    async fn has_event_between(&self, after: u64, to: u64) -> Result<bool, StoreError> {
        const ANY: &str = "select 1 from anjuan.event \
            where tenant = $1 and position > $2 and position <= $3 order by position limit 1";
        let params: [Param<'_>; 3] = [&self.log.tenant, &at_most(after), &at_most(to)];
        Ok(self.log.maybe(ANY, &params, |_| Ok(())).await?.is_some())
    }

    /// Moves the fence on behind the appends of this process, so that other processes and replicas learn of them though
    /// nobody here reads.
    pub(crate) fn follow(self: &Arc<Self>) -> Ahead<()> {
        let settler = Arc::clone(self);
        Ahead::begin(async move {
            let mut appends = settler.appends.subscribe();
            // The last process may have ended before it came to it.
            appends.mark_changed();
            let mut rounds = interval(ROUND);
            rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
            while appends.changed().await.is_ok() {
                loop {
                    rounds.tick().await;
                    // A server that does not answer now is asked again in the next round, or after the next append.
                    match settler.head().await {
                        Ok(reached) if reached.settled < reached.newest => {}
                        Ok(_) | Err(_) => break,
                    }
                }
            }
        })
    }
}
