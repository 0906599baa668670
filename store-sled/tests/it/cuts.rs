//! Loss of power at any moment between two syncs: nothing that was acknowledged is lost without a word.
//!
//! The files are copied behind every acknowledged append. What differs between two copies is what was written
//! between two syncs; a drive that loses power then holds the old copy with any part of that. So for each step such
//! files are built: the first sectors only, as a drive writes that keeps the order; and any of them, as one does that
//! does not. With the old or the new length, with the new files of great values whole, empty or missing.
//!
//! It proves what follows from sectors of 512 bytes that are written whole or not at all. It does not prove what a
//! drive does that lies about its syncs, nor what happens while sled moves old values (see the crate's
//! documentation): the programme is too short for that.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anjuan::id::{Entropy, SystemEntropy};
use anjuan::store::{Append, EventStore, EventStoreExt, Expected};
use anjuan_store_sled::{OpenError, Options, SledStore};

use crate::common::*;

const SECTOR: usize = 512;
const STEPS: u128 = 12;

/// The files of a store by their names, but for what no sync covers.
type Files = BTreeMap<PathBuf, Vec<u8>>;

fn step(number: u128) -> Append {
    let events = |from: u128, count: u128| (from..from + count).map(|n| event(number * 100 + n)).collect();
    let great = || vec![event_of("Scanned", number * 100, vec![b'x'; 1 << 20])];
    let writes = match number % 4 {
        0 => vec![write("mediation/1", Expected::Any, events(0, 40))],
        1 => vec![
            write("mediation/1", Expected::Any, events(0, 2)),
            write("review/1", Expected::Any, events(2, 2)),
        ],
        2 if number == 6 => vec![write("scan/1", Expected::Any, great())],
        _ => vec![write("mediation/2", Expected::Any, events(0, 1))],
    };
    Append::new(key(number), writes)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_loss_of_power() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let store = open(&path).await;
    let mut states = Vec::new();
    for number in 1..=STEPS {
        store.append(step(number)).await.unwrap();
        states.push((files(&path), store.head().await.unwrap().ordinal()));
    }
    let written = store.all_events().await.unwrap();
    store.close().await;
    let (mut tried, mut refused) = (0, 0);
    for (before, after) in states.iter().zip(&states[1..]) {
        for (index, cut) in cuts(&before.0, &after.0).into_iter().enumerate() {
            let at = dir.path().join(format!("cut-{}-{index}", before.1));
            lay(&cut.files, &at);
            tried += 1;
            match SledStore::open(&at, Options::default()).await {
                Ok(store) => {
                    let head = store.head().await.unwrap().ordinal();
                    assert!([before.1, after.1].contains(&head), "{}: {head} of {}", cut.name, before.1);
                    let events = store.all_events().await.unwrap();
                    assert!(events == written[..usize::try_from(head).unwrap()], "{}", cut.name);
                    assert!(store.verify().await.is_sound(), "{}", cut.name);
                    store.close().await;
                }
                Err(OpenError::Damaged { place, reason }) => {
                    assert!(!cut.in_order, "{}: {place}: {reason}", cut.name);
                    refused += 1;
                }
                Err(error) => panic!("{}: {error}", cut.name),
            }
            fs::remove_dir_all(at).unwrap();
        }
    }
    println!(
        "{tried} states of the disk: {refused} were refused as damaged, all others held what was acknowledged"
    );
}

/// A state in which a loss of power may leave the files.
struct Cut {
    name: String,
    in_order: bool,
    files: Files,
}

fn cuts(before: &Files, after: &Files) -> Vec<Cut> {
    let (old, new) = (&before[Path::new("db")], &after[Path::new("db")]);
    let mut base = old.clone();
    base.resize(new.len(), 0);
    let changed: Vec<usize> =
        (0..new.len()).step_by(SECTOR).filter(|at| sector(&base, *at) != sector(new, *at)).collect();
    let mut cuts = Vec::new();
    let mut push = |name: String, in_order: bool, sectors: &mut dyn Iterator<Item = usize>| {
        let mut files = after.clone();
        let database = files.get_mut(Path::new("db")).unwrap();
        database.clone_from(&base);
        for at in sectors {
            let end = new.len().min(at + SECTOR);
            database[at..end].copy_from_slice(sector(new, at));
        }
        cuts.push(Cut { name, in_order, files });
    };
    let points: Vec<usize> = (0..=5).map(|part| changed.len() * part / 5).collect();
    for first in points {
        push(format!("the first {first} sectors"), true, &mut changed.iter().copied().take(first));
        push(
            format!("all but the first {first} sectors"),
            first == 0,
            &mut changed.iter().copied().skip(first),
        );
    }
    for round in 0..3 {
        let mut random = vec![0; changed.len()];
        SystemEntropy.fill(&mut random);
        let any = changed.iter().zip(&random).filter(|(_, random)| **random < 128).map(|(at, _)| *at);
        push(format!("some of the sectors, {round}"), false, &mut any.collect::<Vec<_>>().into_iter());
    }
    // Files of great values are synced before the file of the log, and are not whole before that.
    let fresh: Vec<&PathBuf> = after.keys().filter(|name| !before.contains_key(*name)).collect();
    for name in fresh {
        for length in [None, Some(0), Some(after[name].len() / 2)] {
            let mut files = after.clone();
            files.insert("db".into(), base.clone());
            let blob = files.remove(name).unwrap();
            if let Some(length) = length {
                files.insert(name.clone(), blob[..length].to_vec());
            }
            cuts.push(Cut { name: format!("a great value of {length:?} bytes"), in_order: true, files });
        }
    }
    // What was removed between the two syncs may still be there.
    for cut in &mut cuts {
        for (name, content) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
            cut.files.insert(name.clone(), content.clone());
        }
        cut.files.insert("acknowledged".into(), before[Path::new("acknowledged")].clone());
    }
    cuts
}

fn sector(file: &[u8], at: usize) -> &[u8] {
    &file[at..file.len().min(at + SECTOR)]
}

fn files(path: &Path) -> Files {
    let mut files = Files::new();
    for part in ["", "blobs"] {
        for entry in fs::read_dir(path.join(part)).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                files.insert(Path::new(part).join(entry.file_name()), fs::read(entry.path()).unwrap());
            }
        }
    }
    files
}

fn lay(files: &Files, path: &Path) {
    fs::create_dir_all(path.join("blobs")).unwrap();
    for (name, content) in files {
        fs::write(path.join(name), content).unwrap();
    }
}
