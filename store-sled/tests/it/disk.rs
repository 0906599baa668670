//! A disk that is full, that cannot be written, and files that may not be touched.
//!
//! The first two need a file system of their own, so they run in a child that mounts one in a name space of its own;
//! it goes with the child. Where that is not allowed they print a line and ask nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use anjuan::store::{Append, EventStore, Expected, StoreError};
use anjuan_store_sled::{OpenError, Options, SledStore};

use crate::common::*;

const DIRECTORY: &str = "ANJUAN_DISK_DIRECTORY";
const BALLAST: usize = 2 << 20;

/// Runs tests of this file as children, one after the other, on a small file system.
fn on_a_small_disk(tests: &[&str]) {
    const MOUNT: &str = "mount -t tmpfs -o size=8m tmpfs \"$1\" && shift";
    const RUN: &str = "for test; do \"$0\" \"$test\" --exact --ignored --nocapture || exit 1; done";
    let dir = tempfile::tempdir().unwrap();
    let run = |program: &Path, tests: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--propagation", "private", "sh", "-c", &format!("{MOUNT}\n{RUN}")]);
        command.arg(program).arg(dir.path()).args(tests).env(DIRECTORY, dir.path()).output()
    };
    let tried = run(Path::new("true"), &[]);
    if !tried.is_ok_and(|tried| tried.status.success()) {
        println!("skipped: a file system cannot be mounted here");
        return;
    }
    let done = run(&std::env::current_exe().unwrap(), tests).unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    println!("{said}");
}

#[test]
fn a_disk_full_of_great_values_shuts_the_handle_and_loses_nothing() {
    on_a_small_disk(&["disk::full_of_great_values_child", "disk::reopening_child"]);
}

#[test]
fn a_disk_full_of_small_values_shuts_the_handle_and_loses_nothing() {
    on_a_small_disk(&["disk::full_of_small_values_child", "disk::reopening_child"]);
}

#[test]
fn a_disk_that_cannot_be_written_is_an_error_of_the_files() {
    on_a_small_disk(&["disk::read_only_disk_child"]);
}

fn numbered(number: u128, bytes: usize) -> Append {
    let page = event_of("Scanned", number, vec![b'x'; bytes]);
    Append::new(key(number), vec![write("scan/1", Expected::Any, vec![page])])
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs on a disk of its own, started by a test above"]
async fn full_of_great_values_child() {
    fill(64 << 10).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs on a disk of its own, started by a test above"]
async fn full_of_small_values_child() {
    fill(3 << 10).await;
}

/// Appends until the disk is full, and notes how many appends were acknowledged.
async fn fill(bytes: usize) {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let (path, ballast) = (Path::new(&directory).join("log"), Path::new(&directory).join("ballast"));
    fs::write(&ballast, vec![0; BALLAST]).unwrap();
    let store = open(&path).await;
    let mut acknowledged = 0;
    let error = loop {
        match store.append(numbered(acknowledged + 1, bytes)).await {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
    };
    assert!(acknowledged > 0);
    assert!(matches!(error, StoreError::CommitUnknown(_)), "{error}");
    let causes = std::iter::successors(std::error::Error::source(&error), |error| error.source());
    let causes: Vec<String> = causes.map(ToString::to_string).collect();
    println!("full behind {acknowledged} appends of {bytes} bytes: {error}: {}", causes.join(": "));
    assert!(causes[0].starts_with("the database cannot be"), "{causes:?}");
    // The handle does not try again, although there is room now.
    fs::remove_file(&ballast).unwrap();
    let closed = store.append(numbered(acknowledged + 2, bytes)).await.unwrap_err();
    assert!(matches!(closed, StoreError::Closed(Some(_))), "{closed}");
    // Reads go on or say that they cannot, and closing comes to an end.
    match store.find_append(key(1)).await {
        Ok(first) => assert!(first.is_some()),
        Err(error) => assert!(matches!(error, StoreError::Unavailable(_)), "{error}"),
    }
    store.close().await;
    fs::write(Path::new(&directory).join("count"), format!("{acknowledged} {bytes}")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs on a disk of its own, started by a test above"]
async fn reopening_child() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let noted = fs::read_to_string(Path::new(&directory).join("count")).unwrap();
    let (acknowledged, bytes) = noted.split_once(' ').unwrap();
    let (acknowledged, bytes): (u128, usize) = (acknowledged.parse().unwrap(), bytes.parse().unwrap());
    let store = open(&Path::new(&directory).join("log")).await;
    assert!(store.verify().await.is_sound());
    for number in 1..=acknowledged {
        assert!(store.find_append(key(number)).await.unwrap().is_some(), "append {number} is lost");
    }
    let in_doubt = store.find_append(key(acknowledged + 1)).await.unwrap();
    let again = store.append(numbered(acknowledged + 1, bytes)).await.unwrap();
    assert_eq!(again.repeated, in_doubt.is_some());
    assert!(store.find_append(key(acknowledged + 2)).await.unwrap().is_none());
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs on a disk of its own, started by a test above"]
async fn read_only_disk_child() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let path = Path::new(&directory).join("log");
    let store = open(&path).await;
    store.append(append("case/1", Expected::Any, 1..4)).await.unwrap();
    store.close().await;
    let remount = |how: &str| {
        let done = Command::new("mount").args(["-o", how]).arg(&directory).status().unwrap();
        assert!(done.success());
    };
    remount("remount,ro");
    for options in [Options::default(), Options::default().read_only()] {
        let error = SledStore::open(&path, options).await.unwrap_err();
        assert!(matches!(error, OpenError::Io(_)), "{error}");
    }
    assert!(matches!(SledStore::compact(&path).await, Err(OpenError::Io(_))));
    assert!(matches!(SledStore::repair(&path).await, Err(OpenError::Io(_))));
    let none = Path::new(&directory).join("none");
    assert!(matches!(SledStore::open(&none, Options::default()).await, Err(OpenError::Io(_))));
    remount("remount,rw");
    let store = open(&path).await;
    assert!(store.verify().await.is_sound());
    store.close().await;
}

/// Who may do everything is not stopped by permissions; the test asks only where it is stopped.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn files_that_may_not_be_touched_are_an_error_of_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    open(&path).await.close().await;
    let allow = |mode| fs::set_permissions(path.join("db"), fs::Permissions::from_mode(mode)).unwrap();
    allow(0o000);
    if fs::read(path.join("db")).is_ok() {
        println!("skipped: permissions do not stop this user");
        return;
    }
    for options in [Options::default(), Options::default().read_only()] {
        let error = SledStore::open(&path, options).await.unwrap_err();
        assert!(matches!(error, OpenError::Io(_)), "{error}");
    }
    allow(0o600);
    assert!(open(&path).await.verify().await.is_sound());
}
