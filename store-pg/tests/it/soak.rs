//! The fence against everything at once: sixteen writers, appends to one to three streams, transactions that have written
//! elsewhere before, pauses between the statements and before the commit, rollbacks, and readers that follow meanwhile by
//! three rules. The store's rule loses nothing, doubles nothing and keeps every stream in order. The other two must lose
//! something, or the test asks nothing.
//!
//! The writers call the function of the append themselves, because the store itself does not pause and does not roll back.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anjuan::id::{Entropy, SystemEntropy};
use anjuan::store::{EventStore, ReadAll, ReadStreams};
use anjuan_store_pg::{Options, PgStore};
use futures_util::TryStreamExt;
use tokio::task::JoinSet;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::common::*;

const WRITERS: usize = 16;
const STREAMS: u32 = 20;
const EVENTS: i64 = 10_000;

fn random(below: u32) -> u32 {
    let mut bytes = [0; 4];
    SystemEntropy.fill(&mut bytes);
    u32::from_be_bytes(bytes) % below
}

async fn pause(millis_max: u32) {
    if random(3) == 0 {
        tokio::time::sleep(std::time::Duration::from_micros(u64::from(random(millis_max * 1_000)))).await;
    }
}

type Heads = HashMap<String, (i64, Vec<u8>)>;

/// One transaction of a writer. Answers how many events it committed.
async fn transaction(client: &mut Client, heads: &mut Heads) -> i64 {
    let streams: std::collections::BTreeSet<String> =
        (0..=random(3)).map(|_| format!("case/{}", random(STREAMS))).collect();
    let streams: Vec<String> = streams.into_iter().collect();
    let transaction = client.transaction().await.unwrap();
    if random(10) < 3 {
        transaction.batch_execute("insert into elsewhere values (1)").await.unwrap();
        pause(5).await;
    }
    let per_stream = 1 + i64::from(random(3));
    for _ in 0..3 {
        let told = append_once(&transaction, &streams, per_stream, heads).await;
        if told == Told::Overtaken {
            break;
        }
        if told == Told::Written {
            pause(8).await;
            if random(20) == 0 {
                transaction.rollback().await.unwrap();
                for stream in &streams {
                    heads.remove(stream);
                }
                return 0;
            }
            transaction.commit().await.unwrap();
            return per_stream * streams.len() as i64;
        }
        pause(2).await;
    }
    transaction.rollback().await.unwrap();
    0
}

#[derive(PartialEq)]
enum Told {
    Written,
    /// The heads were others; they are known now, and locked.
    Stale,
    /// Another one began a stream meanwhile, and the transaction is over.
    Overtaken,
}

async fn append_once(
    transaction: &tokio_postgres::Transaction<'_>,
    streams: &[String],
    per_stream: i64,
    heads: &mut Heads,
) -> Told {
    let none = (0, Vec::new());
    let before: Vec<_> = streams.iter().map(|stream| heads.get(stream).unwrap_or(&none).clone()).collect();
    let revisions: Vec<i64> = before.iter().map(|head| head.0).collect();
    let digests: Vec<Vec<u8>> = before.iter().map(|head| head.1.clone()).collect();
    let mut events: Vec<(&str, i64)> = Vec::new();
    for (stream, revision) in streams.iter().zip(&revisions) {
        events.extend((1..=per_stream).map(|n| (&**stream, revision + n)));
    }
    let mut digest = vec![0; 32];
    SystemEntropy.fill(&mut digest);
    let count = events.len();
    let key = Uuid::from_u128(u128::from_be_bytes(digest[..16].try_into().unwrap()));
    let after: Vec<i64> = revisions.iter().map(|revision| revision + per_stream).collect();
    let now = std::time::SystemTime::UNIX_EPOCH;
    let answer = transaction
        .query_one(
            "select stale_streams, stale_revisions, stale_digests from anjuan.append($1, $2, $3, $4, $5, $6, $7, $8, \
             $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
            &[
                &1_i32,
                identity().history.as_uuid(),
                &streams,
                &revisions,
                &digests,
                &after,
                &vec![&*digest; streams.len()],
                &vec![key],
                &vec![key],
                &vec![&*digest],
                &vec![i32::try_from(count).unwrap()],
                &vec!["[]"],
                &events.iter().map(|event| event.0).collect::<Vec<_>>(),
                &events.iter().map(|event| event.1).collect::<Vec<_>>(),
                &vec![key; count],
                &vec!["CaseNoted"; count],
                &vec![1_i64; count],
                &vec![now; count],
                &vec![now; count],
                &vec![&b"{}"[..]; count],
                &vec![&b"{}"[..]; count],
                &vec![&*digest; count],
            ],
        )
        .await;
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            assert_eq!(
                error.code(),
                Some(&tokio_postgres::error::SqlState::T_R_SERIALIZATION_FAILURE),
                "{error:?}"
            );
            return Told::Overtaken;
        }
    };
    let Some(stale) = answer.get::<_, Option<Vec<String>>>(0) else {
        for (stream, revision) in streams.iter().zip(after) {
            heads.insert(stream.clone(), (revision, digest.clone()));
        }
        return Told::Written;
    };
    let links = answer.get::<_, Vec<i64>>(1).into_iter().zip(answer.get::<_, Vec<Vec<u8>>>(2));
    for (stream, head) in stale.into_iter().zip(links) {
        heads.insert(stream, head);
    }
    Told::Stale
}

/// What a reader saw: positions, streams and revisions.
type Seen = Vec<(u64, String, u64)>;

/// Follows by the store's rule, through waiting and reading in turn.
async fn follow(store: Arc<PgStore>, written: Arc<AtomicBool>) -> Seen {
    let mut seen: Seen = Vec::new();
    let mut at = None;
    loop {
        let last_round = written.load(Ordering::Acquire);
        let mut read = ReadAll::all();
        read.after = at;
        let new: Vec<_> = store.read_all(read).try_collect().await.unwrap();
        if new.is_empty() && last_round {
            return seen;
        }
        at = new.last().map(|event| event.position).or(at);
        seen.extend(
            new.into_iter().map(|event| {
                (event.position.ordinal(), event.stream.as_str().to_owned(), event.revision.get())
            }),
        );
        if let Some(at) = at {
            let _ =
                tokio::time::timeout(std::time::Duration::from_millis(200), store.appended_after(at)).await;
        }
    }
}

/// Follows by a rule of its own.
async fn follow_wrongly(client: Client, gate: &str, written: Arc<AtomicBool>) -> Seen {
    let sql = format!(
        "select position, stream, revision from anjuan.event where position > $1 and {gate} order by position limit 500"
    );
    let mut seen: Seen = Vec::new();
    loop {
        let last_round = written.load(Ordering::Acquire);
        let at = seen.last().map_or(0, |event| event.0.cast_signed());
        let rows = client.query(&sql, &[&at]).await.unwrap();
        if rows.is_empty() && last_round {
            return seen;
        }
        seen.extend(rows.iter().map(|row| {
            (row.get::<_, i64>(0).cast_unsigned(), row.get(1), row.get::<_, i64>(2).cast_unsigned())
        }));
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}

/// How many of all events were missed, doubled, or came out of the order of their streams.
fn judge(seen: &Seen, all: &HashMap<u64, (String, u64)>) -> (usize, usize, usize) {
    let positions: std::collections::HashSet<u64> = seen.iter().map(|event| event.0).collect();
    let lost = all.keys().filter(|position| !positions.contains(position)).count();
    let mut last: HashMap<&str, u64> = HashMap::new();
    let inverted = seen
        .iter()
        .filter(|(_, stream, revision)| last.insert(stream, *revision).is_some_and(|last| last >= *revision))
        .count();
    (lost, seen.len() - positions.len(), inverted)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_writers_and_three_rules() {
    let Some(own) = crate::cluster::Own::start(&["fsync=off"]) else { return };
    let world = World::on(&own.cluster, anjuan_store_pg::Feed::Fenced).await;
    world.sql("create table elsewhere (n int)").await;
    let written = Arc::new(AtomicBool::new(false));
    let store = Arc::new(world.open_with(Options::default().listen(true)).await);
    let fenced = tokio::spawn(follow(Arc::clone(&store), Arc::clone(&written)));
    let naive = tokio::spawn(follow_wrongly(world.plain().await, "true", Arc::clone(&written)));
    let older = "xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
    let older = tokio::spawn(follow_wrongly(world.plain().await, older, Arc::clone(&written)));

    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let mut client = world.plain().await;
        writers.spawn(async move {
            let (mut heads, mut events) = (Heads::new(), 0);
            while events < EVENTS / WRITERS as i64 + 20 {
                events += transaction(&mut client, &mut heads).await;
            }
            events
        });
    }
    let committed: i64 = writers.join_all().await.into_iter().sum();
    written.store(true, Ordering::Release);
    let (fenced, naive, older) = (fenced.await.unwrap(), naive.await.unwrap(), older.await.unwrap());

    let all: Vec<_> = store.read_streams(ReadStreams::all()).try_collect().await.unwrap();
    let all: HashMap<u64, (String, u64)> = all
        .into_iter()
        .map(|event| (event.position.ordinal(), (event.stream.as_str().to_owned(), event.revision.get())))
        .collect();
    assert_eq!(all.len() as i64, committed);
    assert!(committed >= EVENTS);
    let [fenced, naive, older] = [fenced, naive, older].map(|seen| judge(&seen, &all));
    println!(
        "{committed} events; lost, doubled, inverted: fenced {fenced:?}, naive {naive:?}, older than all {older:?}"
    );
    assert_eq!(fenced, (0, 0, 0));
    assert!(naive.0 > 0 && older.0 > 0, "the wrong rules lost nothing: the test asks nothing");
}
