//! That an acknowledged append was really synced, seen in the system calls and not read off a name.
//!
//! The test runs itself under `strace`: the child appends, the parent reads the trace. Without `strace` it prints a
//! line and asks nothing; where `CI` is set, that is a failure.

use std::process::Command;

use anjuan::id::Code;
use anjuan::store::{
    Append, Checkpoint, CheckpointStore, Claim, EventStore, EventStoreExt, Expected, SaveCheckpoint,
    Snapshot, SnapshotStore,
};

use crate::common::*;

const DIRECTORY: &str = "ANJUAN_TRACED_DIRECTORY";
const APPENDS: u128 = 20;

#[test]
fn every_acknowledged_append_was_synced() {
    let dir = tempfile::tempdir().unwrap();
    let trace = dir.path().join("trace");
    let mut command = Command::new("strace");
    command.args(["-f", "-y", "-e", "trace=fsync,fdatasync,write", "-o"]).arg(&trace);
    command.arg(std::env::current_exe().unwrap()).args(["syncs::traced_child", "--exact", "--ignored"]);
    let status = match command.env(DIRECTORY, dir.path().join("store")).output() {
        Ok(output) => output.status,
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "strace is needed here: {error}");
            println!("skipped: no strace ({error})");
            return;
        }
    };
    assert!(status.success(), "the traced child failed: {status}");
    let trace = std::fs::read_to_string(trace).unwrap();
    let mut synced = false;
    let mut acknowledged = 0;
    for line in trace.lines() {
        if line.contains("fdatasync(") && line.contains("/db>") {
            synced = true;
        } else if line.contains("/acknowledged>") && line.contains("write(") {
            // The witness is written behind the sync and before the answer.
            assert!(synced, "an append was acknowledged without a sync:\n{line}");
            synced = false;
            acknowledged += 1;
        }
    }
    // The great event, the claim, the checkpoint and the snapshot.
    assert_eq!(acknowledged, APPENDS + 4);
    // The great event lies in a file of its own, which sled does not sync.
    assert!(
        trace.lines().any(|line| line.contains("fsync(") && line.contains("/blobs/")),
        "no blob was synced"
    );
}

/// Only run by the test above.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs under strace, started by the test above"]
async fn traced_child() {
    let Some(path) = std::env::var_os(DIRECTORY) else { return };
    let store = open(path.as_ref()).await;
    for number in 1..=APPENDS {
        store.append(append("case/1", Expected::Any, number..number + 1)).await.unwrap();
    }
    let great = event_of("Scanned", 99, vec![b'x'; 1 << 20]);
    store.append(Append::new(key(99), vec![write("case/2", Expected::Any, vec![great])])).await.unwrap();
    // What is kept beside the log is no less safe.
    let (name, history) = (Code::new("view").unwrap(), store.identity().history);
    let fence = store.claim(Claim::new(name.clone(), history, 1)).await.unwrap().fence;
    let checkpoint = Checkpoint { position: store.head().await.unwrap(), state: None };
    CheckpointStore::save(&store, SaveCheckpoint { name, fence, checkpoint }).await.unwrap();
    let head = store.stream_head(&stream("case/1")).await.unwrap().unwrap();
    let snapshot = Snapshot { stream: stream("case/1"), head, version: 1, state: "{}".into() };
    SnapshotStore::save(&store, snapshot).await.unwrap();
    store.close().await;
}
