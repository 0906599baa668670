//! Rule 5 under commits that come late, and two wrong ways to keep it, both of which have been shipped by others: the suite
//! must find them out.
//!
//! Eight handles stand for eight processes. Triggers delay every append by some milliseconds before its positions are drawn,
//! and its commit by some more. So positions are given in another order than transaction ids, and become visible in a third.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use anjuan::clock::Timestamp;
use anjuan::conformance::{Check, Fixture, Outcome, Reopened, rule_05_nothing_appears_behind_a_reader};
use anjuan::event::{Digest, EventType, RecordedEvent};
use anjuan::id::{CommandKey, EventId, Position};
use anjuan::store::{
    Append, Appended, EventStore, EventStream, Identity, ReadAll, ReadStream, ReadStreams, StoreError,
};
use anjuan_store_pg::{Options, PgStore};
use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream as streams};
use tokio_postgres::Row;

use crate::common::*;

const PROCESSES: usize = 8;

/// How a reader decides what it may see.
#[derive(Debug, Clone, Copy)]
enum Rule {
    /// As the store does.
    Fenced,
    /// Whatever is visible behind the last position.
    Naive,
    /// Whatever is visible behind the last position and was written by a transaction older than all that are under way.
    OlderThanAll,
}

/// Several handles on one tenant, appending in turn.
struct Several {
    stores: Vec<PgStore>,
    turn: AtomicUsize,
    rule: Rule,
    plain: tokio_postgres::Client,
}

impl fmt::Debug for Several {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Several").field("rule", &self.rule).finish_non_exhaustive()
    }
}

impl Several {
    fn next(&self) -> &PgStore {
        &self.stores[self.turn.fetch_add(1, Ordering::Relaxed) % self.stores.len()]
    }

    /// What the wrong rules show behind a position.
    async fn visible(&self, after: u64, to: u64) -> Vec<RecordedEvent> {
        let gate = match self.rule {
            Rule::Fenced | Rule::Naive => "true",
            Rule::OlderThanAll => {
                "xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
            }
        };
        let sql = format!(
            "select position, stream, revision, id, type, occurred_at, recorded_at, metadata, data, digest \
             from anjuan.event where position > $1 and position <= $2 and {gate} order by position"
        );
        let (after, to) = (i64::try_from(after).unwrap(), i64::try_from(to).unwrap_or(i64::MAX));
        let rows = self.plain.query(&sql, &[&after, &to]).await.unwrap();
        rows.iter().map(|row| recorded(row, self.identity())).collect()
    }
}

/// An event as the suite appends them.
fn recorded(row: &Row, identity: Identity) -> RecordedEvent {
    let moment = |index| {
        let since = row.get::<_, SystemTime>(index).duration_since(SystemTime::UNIX_EPOCH).unwrap();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap()).unwrap()
    };
    let bytes = |index| bytes::Bytes::copy_from_slice(row.get::<_, &[u8]>(index));
    RecordedEvent {
        position: Position::new(identity.history, row.get::<_, i64>(0).cast_unsigned()),
        stream: stream(row.get(1)),
        revision: revision(row.get::<_, i64>(2).cast_unsigned()),
        id: EventId::from_uuid(row.get(3)),
        event_type: EventType::new(row.get(4)).unwrap(),
        schema_version: 1,
        occurred_at: moment(5),
        recorded_at: moment(6),
        metadata: bytes(7),
        data: bytes(8),
        digest: Digest::from_bytes(row.get::<_, &[u8]>(9).try_into().unwrap()),
    }
}

#[async_trait]
impl EventStore for Several {
    fn identity(&self) -> Identity {
        self.stores[0].identity()
    }

    async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        self.next().append(append).await
    }

    async fn find_append(&self, key: CommandKey) -> Result<Option<Appended>, StoreError> {
        self.next().find_append(key).await
    }

    fn read_stream(&self, read: ReadStream) -> EventStream {
        self.next().read_stream(read)
    }

    /// The wrong rules are read at once: their tests end before a stream could outlive its store.
    fn read_all(&self, read: ReadAll) -> EventStream {
        if matches!(self.rule, Rule::Fenced) {
            return self.next().read_all(read);
        }
        let ordinal = |position: Option<Position>, other| position.map_or(other, |p: Position| p.ordinal());
        let (after, to) = (ordinal(read.after, 0), ordinal(read.to, u64::MAX));
        let visible = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(self.visible(after, to))
        });
        let limit = read.limit.unwrap_or(usize::MAX);
        streams::iter(visible.into_iter().take(limit).map(Ok)).boxed()
    }

    fn read_streams(&self, read: ReadStreams) -> EventStream {
        self.next().read_streams(read)
    }

    async fn head(&self) -> Result<Position, StoreError> {
        if matches!(self.rule, Rule::Fenced) {
            return self.next().head().await;
        }
        let last = self.visible(0, u64::MAX).await.last().map_or(0, |event| event.position.ordinal());
        Ok(Position::new(self.identity().history, last))
    }

    async fn appended_after(&self, position: Position) -> Result<(), StoreError> {
        self.next().appended_after(position).await
    }
}

struct Late {
    world: World,
    rule: Rule,
}

#[async_trait]
impl Fixture for Late {
    async fn open(&self) -> Arc<dyn EventStore> {
        let mut stores = Vec::new();
        for _ in 0..PROCESSES {
            stores.push(self.world.open_with(Options::default().connections(3).listen(false)).await);
        }
        let plain = self.world.plain().await;
        Arc::new(Several { stores, turn: AtomicUsize::new(0), rule: self.rule, plain })
    }

    async fn reopen(&self, _: Arc<dyn EventStore>) -> Reopened {
        Reopened::Declined("is not asked here")
    }
}

const LATE_COMMITS: &str = "
    create function late() returns trigger language plpgsql as $$
    begin perform pg_sleep(random() * 0.02); return new; end $$;
    create trigger late before insert or update on anjuan.head for each row execute function late();
    create constraint trigger late after insert on anjuan.command
    deferrable initially deferred for each row execute function late();
";

fn verdict(rule: Rule) -> Option<Result<Outcome, String>> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(async {
        let world = World::new().await?;
        world.sql(LATE_COMMITS).await;
        Some(world)
    })?;
    let check = Check {
        name: "rule_05_nothing_appears_behind_a_reader",
        run: |fixture| Box::pin(rule_05_nothing_appears_behind_a_reader(fixture)),
    };
    Some(check.verdict(&Late { world, rule }).map_err(|violation| violation.to_string()))
}

/// Chance decides whether a wrong rule is caught in one run; it hardly escapes five.
fn is_found_out(rule: Rule) {
    for _ in 0..5 {
        match verdict(rule) {
            None => return,
            Some(Ok(_)) => {}
            Some(Err(violation)) => return println!("{violation}"),
        }
    }
    panic!("the reader lost nothing");
}

#[test]
fn the_fence_keeps_rule_5_when_commits_come_late() {
    let Some(verdict) = verdict(Rule::Fenced) else { return };
    assert_eq!(verdict, Ok(Outcome::Kept));
}

#[test]
fn a_naive_reader_is_found_out() {
    is_found_out(Rule::Naive);
}

#[test]
fn a_reader_that_waits_for_older_transactions_but_orders_by_position_is_found_out() {
    is_found_out(Rule::OlderThanAll);
}

/// A transaction that runs for long holds the feed back, is named while it does, and makes nothing be skipped.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_the_feed_back_is_named() {
    let Some(own) = crate::cluster::Own::start(&["fsync=off", "max_prepared_transactions=5"]) else { return };
    let world = World::on(&own.cluster, anjuan_store_pg::Feed::Fenced).await;
    let store = world.open().await;
    let first = store.append(append("case/1", anjuan::store::Expected::Any, 1..4)).await.unwrap();
    settled(&store, first.position).await;
    // In another database, and with nothing to do with us.
    let other = own.cluster.connect("postgres", "postgres").await;
    other
        .batch_execute("set application_name = 'nightly job'; begin; select pg_current_xact_id()")
        .await
        .unwrap();
    let pid: i32 = other.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0);
    let second = store.append(append("case/1", anjuan::store::Expected::Any, 4..6)).await.unwrap();
    let lag = store.lag().await.unwrap();
    assert_eq!((lag.settled, lag.newest), (first.position, second.position));
    let holder = lag.held_back_by.unwrap();
    assert_eq!(holder.pid, Some(pid));
    assert!(holder.what.contains("nightly job") && holder.since.is_some(), "{holder:?}");
    let seen: Vec<_> = store.read_all(ReadAll::all()).try_collect().await.unwrap();
    assert_eq!(seen.len(), 3);
    // What is in its own stream is seen at once.
    let own_stream: Vec<_> =
        store.read_stream(ReadStream::all(stream_id())).try_collect::<Vec<_>>().await.unwrap();
    assert_eq!(own_stream.len(), 5);
    let waiting = store.appended_after(first.position);
    let ending = async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        other.batch_execute("rollback").await.unwrap();
    };
    let (woken, ()) = tokio::join!(waiting, ending);
    woken.unwrap();
    assert_eq!(store.head().await.unwrap(), second.position);

    other.batch_execute("begin; select pg_current_xact_id(); prepare transaction 'forgotten'").await.unwrap();
    store.append(append("case/1", anjuan::store::Expected::Any, 6..7)).await.unwrap();
    let holder = store.lag().await.unwrap().held_back_by.unwrap();
    assert_eq!((holder.pid, &*holder.what), (None, "prepared transaction forgotten"));
    assert!(holder.since.is_some());
    other.batch_execute("rollback prepared 'forgotten'").await.unwrap();
    assert_eq!(store.lag().await.unwrap().held_back_by, None);
}

fn stream_id() -> anjuan::id::StreamId {
    stream("case/1")
}
