//! A store with many cases in it, filled by another process that is killed when it is done.

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use anjuan::id::{CommandKey, StreamId};
use anjuan::store::{Append, EventStore, Expected, StreamWrite};
use anjuan::testing::sample::{SampleCase, SampleCases};
use anjuan_store_sled::{Durability, Options, SledStore};
use anyhow::{Result, ensure};
use futures_util::{StreamExt, TryStreamExt, future, stream};
use tokio::runtime::Runtime;

use crate::machine::Other;

const SEED: &str = "benchmark";
/// So many cases are open at the same time, and get their events in turn.
const OPEN_CASES: u64 = 1_000;
/// From one of some cases to the next. A prime number comes by all of them before it repeats one.
const STEP: u64 = 7_919;
/// So many callers append at the same time.
const CALLERS: usize = 32;

/// A store as a killed process left it.
pub struct Filled {
    pub cases: u64,
    /// Its files, never opened again; parts work on copies.
    left: PathBuf,
    /// The most memory that filling it took.
    pub peak_memory: Option<u64>,
    /// The bytes of its payloads, and of its metadata.
    pub payload: u64,
    pub metadata: u64,
}

impl Filled {
    /// Has another process fill a store beside which there is room for copies.
    pub fn make(root: &Path, cases: u64) -> Result<Self> {
        let left = root.join(format!("left-{cases}"));
        let sizes = root.join(format!("left-{cases}.sizes"));
        let mut peak_memory = None;
        if !sizes.exists() {
            eprintln!("filling a store with {cases} cases");
            let mut other = Other::start(&["fill", &left.to_string_lossy(), &cases.to_string()])?;
            let said = other.line()?;
            peak_memory = other.peak_memory();
            drop(other);
            fs::write(&sizes, said)?;
        }
        let said = fs::read_to_string(&sizes)?;
        let sizes = said.split_whitespace().map(str::parse).collect::<Result<Vec<u64>, _>>()?;
        ensure!(sizes.len() == 2, "the filling process says two sizes");
        let [payload, metadata] = [0, 1].map(|at| sizes.get(at).copied().unwrap_or_default());
        Ok(Self { cases, left, peak_memory, payload, metadata })
    }

    /// How many events are in it.
    pub fn events(&self) -> u64 {
        self.cases * SampleCases::EVENTS_PER_CASE as u64
    }

    /// A copy of it as it was left, under this name.
    pub fn copy(&self, name: &str) -> Result<Copied> {
        let to = self.left.with_file_name(name);
        if to.exists() {
            fs::remove_dir_all(&to)?;
        }
        copy_directory(&self.left, &to)?;
        Ok(Copied(to))
    }

    /// Streams of cases all over the store, always the same ones.
    pub fn some_streams(&self, count: u64, from: u64) -> Vec<StreamId> {
        let cases = SampleCases::new(SEED);
        (from..from + count).map(|nth| cases.case(nth * STEP % self.cases).stream).collect()
    }
}

/// A copy of the store, removed when it is dropped: its files would push those of the next one out of memory.
pub struct Copied(PathBuf);

impl Deref for Copied {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        // What is left goes with the directory of the whole run.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy_directory(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_directory(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The work of the other process. Says the sizes when everything is acknowledged, and is killed.
pub fn fill(runtime: &Runtime, path: &Path, cases: u64) -> Result<()> {
    runtime.block_on(async {
        let options = Options::default().durability(Durability::ProcessCrash);
        let store = SledStore::open(path, options).await?;
        let (mut payload, mut metadata) = (0, 0);
        for first in (0..cases).step_by(usize::try_from(OPEN_CASES)?) {
            let open: Vec<_> = cases_of(first..cases.min(first + OPEN_CASES)).collect();
            for event in open.iter().flat_map(|case| &case.events) {
                payload += event.data.len();
                metadata += event.metadata.len();
            }
            let appends = (0..SampleCases::EVENTS_PER_CASE)
                .flat_map(|step| open.iter().map(move |case| append_of(case, step, 1)))
                .map(|append| store.append(append));
            stream::iter(appends).buffered(CALLERS).try_for_each(|_| future::ok(())).await?;
        }
        println!("{payload} {metadata}");
        // The store is open, and nothing of it is synced, when the end comes.
        future::pending().await
    })
}

/// Cases of the samples.
pub fn cases_of(numbers: impl Iterator<Item = u64>) -> impl Iterator<Item = SampleCase> {
    let cases = SampleCases::new(SEED);
    numbers.map(move |number| cases.case(number))
}

/// The append of some events of a case, from the event with index `first` on.
pub fn append_of(case: &SampleCase, first: usize, count: usize) -> Append {
    let events: Vec<_> = case.events.iter().skip(first).take(count).cloned().collect();
    let key = events.first().map_or(case_key(case), |event| *event.id.as_uuid());
    let write = StreamWrite { stream: case.stream.clone(), expected: Expected::Any, events };
    Append::new(CommandKey::from_uuid(key), vec![write])
}

fn case_key(case: &SampleCase) -> uuid::Uuid {
    case.stream.key().parse().unwrap_or_default()
}
