//! Killed at any moment: nothing that was acknowledged is lost, and nothing is half there.
//!
//! The test runs itself as a child that appends with eight concurrent callers and says on a pipe what it begins and
//! what was acknowledged. The parent kills it after a random time (`SIGKILL`: no destructor, no buffer, no farewell),
//! opens the store and compares. What the kernel had been handed it keeps, so this proves the order of the steps
//! within the process; what a loss of power leaves is the matter of `cuts.rs`.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anjuan::id::{Entropy, SystemEntropy};
use anjuan::store::{Append, EventStore, Expected, ReadStream};
use anjuan_store_sled::{Options, SledStore};
use futures_util::TryStreamExt;
use futures_util::future::join_all;

use crate::common::*;

const DIRECTORY: &str = "ANJUAN_CRASH_DIRECTORY";
const ROUND: &str = "ANJUAN_CRASH_ROUND";
const ROUNDS: u128 = 50;
/// So many kills meet the same store.
const ROUNDS_PER_STORE: u128 = 10;
const CALLERS: u128 = 8;

/// The append with this number: mostly a few events to one stream, every fifth to three streams, every eightieth of
/// a mebibyte.
fn numbered(number: u128) -> Append {
    let events = |from: u128, count: u128| (from..from + count).map(|n| event(number * 16 + n)).collect();
    let home = format!("mediation/{}", number % 31);
    let writes = match number % 80 {
        0 => vec![write("scan/1", Expected::Any, vec![event_of("Scanned", number * 16, great(number))])],
        n if n % 5 == 0 => vec![
            write(&home, Expected::Any, events(0, 2)),
            write("register/1", Expected::Any, events(2, 1)),
            write(&format!("review/{}", number % 7), Expected::Any, events(3, 3)),
        ],
        n => vec![write(&home, Expected::Any, events(0, n % 3 + 1))],
    };
    Append::new(key(number), writes)
}

fn great(number: u128) -> Vec<u8> {
    number.to_be_bytes().repeat((1 << 20) / 16)
}

/// What one child said before it was killed.
#[derive(Default)]
struct Said {
    begun: HashSet<u128>,
    acknowledged: HashMap<u128, u64>,
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (mut acknowledged, mut in_doubt, mut events) = (0, 0, 0);
    for store in 0..ROUNDS / ROUNDS_PER_STORE {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let (mut all, mut settled) = (Said::default(), 0);
        for round in store * ROUNDS_PER_STORE..(store + 1) * ROUNDS_PER_STORE {
            let said = killed(&path, round);
            all.acknowledged.extend(&said.acknowledged);
            in_doubt += said.begun.len() - said.acknowledged.len();
            settled = runtime.block_on(check(&path, &said, &all, settled));
        }
        acknowledged += all.acknowledged.len();
        events += settled;
    }
    println!("{ROUNDS} kills: {acknowledged} acknowledged, {in_doubt} in doubt, {events} events");
    assert!(acknowledged as u128 > ROUNDS, "the children were killed before they did anything");
}

/// Starts a child, kills it after a while, and answers what it said.
fn killed(path: &Path, round: u128) -> Said {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["crash::appending_child", "--exact", "--ignored", "--nocapture"])
        .env(DIRECTORY, path)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut random = [0; 2];
    SystemEntropy.fill(&mut random);
    let patience = Duration::from_millis(u64::from(u16::from_be_bytes(random)) % 500);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (begun, begins) = mpsc::channel();
    std::thread::scope(|scope| {
        let hearing = scope.spawn(move || {
            let mut said = Said::default();
            for line in lines.map_while(Result::ok) {
                said.hear(&line);
                if !said.begun.is_empty() {
                    let _ = begun.send(());
                }
            }
            said
        });
        // Every fifth is killed while it opens the store, the others while they append.
        if !round.is_multiple_of(5) {
            begins.recv_timeout(Duration::from_secs(60)).unwrap();
        }
        std::thread::park_timeout(patience);
        child.kill().unwrap();
        child.wait().unwrap();
        hearing.join().unwrap()
    })
}

impl Said {
    /// A line that was cut by the kill says nothing.
    fn hear(&mut self, line: &str) {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["begin", number, "end"] => drop(self.begun.insert(number.parse().unwrap())),
            ["done", number, position, "end"] => {
                self.acknowledged.insert(number.parse().unwrap(), position.parse().unwrap());
            }
            _ => {}
        }
    }
}

/// Opens the store and holds it against what was said. Answers how many events it has.
async fn check(path: &Path, said: &Said, all: &Said, before: u64) -> u64 {
    if !path.exists() {
        assert!(all.acknowledged.is_empty());
        return 0;
    }
    let store = SledStore::open(path, Options::default()).await.unwrap();
    let found = store.verify().await;
    assert!(found.is_sound(), "{:?}", found.faults);
    let head = store.head().await.unwrap().ordinal();
    assert!(head >= before && found.events == head, "{head} events, before there were {before}");
    for (number, position) in &all.acknowledged {
        let first = store.find_append(key(*number)).await.unwrap();
        let first = first.unwrap_or_else(|| panic!("append {number} was acknowledged and is lost"));
        assert_eq!(first.position.ordinal(), *position, "append {number}");
    }
    for number in &said.begun {
        settle(&store, *number).await;
    }
    let head = store.head().await.unwrap().ordinal();
    store.close().await;
    head
}

/// An append that was begun is there entirely or not at all; repeated, it is there once.
async fn settle(store: &SledStore, number: u128) {
    let asked = store.find_append(key(number)).await.unwrap();
    let answer = store.append(numbered(number)).await.unwrap();
    assert_eq!(answer.repeated, asked.is_some(), "append {number}");
    assert!(asked.is_none_or(|asked| asked == answer), "append {number}");
    for (write, to) in numbered(number).writes.iter().zip(&answer.streams) {
        let read = ReadStream::all(to.stream.clone()).from(to.first).to(to.last);
        let events: Vec<_> = store.read_stream(read).try_collect().await.unwrap();
        assert!(
            events.iter().map(|event| event.to_new()).eq(write.events.iter().cloned()),
            "append {number}"
        );
    }
}

/// Only run by the test above: appends until it is killed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "is killed, started by the test above"]
async fn appending_child() {
    let (Some(path), Ok(round)) = (std::env::var_os(DIRECTORY), std::env::var(ROUND)) else { return };
    let store = &SledStore::open(path.as_os_str(), Options::default()).await.unwrap();
    let round: u128 = round.parse().unwrap();
    let say = |line: String| {
        let mut out = std::io::stdout().lock();
        out.write_all(line.as_bytes()).and_then(|()| out.flush()).unwrap();
    };
    // The test harness has begun a line of its own.
    say("\n".to_owned());
    join_all((0..CALLERS).map(|caller| async move {
        for step in 1.. {
            let number = round * 1_000_000 + step * CALLERS + caller;
            say(format!("begin {number} end\n"));
            let done = store.append(numbered(number)).await.unwrap();
            say(format!("done {number} {} end\n", done.position.ordinal()));
        }
    }))
    .await;
}
