//! What the benchmark asks of the machine: one core, an empty page cache, another process, and its memory.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use tokio::runtime::{Builder, Runtime};

/// A runtime on this thread, with all threads of its own on one and the same core: whatever the work hands to
/// another thread, it has no more than one core for all of it.
pub fn on_one_core<T: Send>(work: impl FnOnce(&Runtime) -> Result<T> + Send) -> Result<T> {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            pin()?;
            work(&Builder::new_current_thread().enable_all().build()?)
        });
        match thread.join() {
            Ok(done) => done,
            Err(_) => bail!("the work on one core panicked"),
        }
    })
}

/// Keeps this thread, and those that it starts, on the first core that it may use.
#[cfg(target_os = "linux")]
fn pin() -> Result<()> {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    let allowed = sched_getaffinity(None)?;
    let first = (0..CpuSet::MAX_CPU).find(|core| allowed.is_set(*core)).context("some core is allowed")?;
    let mut one = CpuSet::new();
    one.set(first);
    Ok(sched_setaffinity(None, &one)?)
}

#[cfg(not(target_os = "linux"))]
fn pin() -> Result<()> {
    bail!("only Linux keeps a thread on one core")
}

/// Seconds of work of all threads so far. On one core it is what the wall clock would say if nobody else were there.
#[cfg(target_os = "linux")]
pub fn processor_seconds() -> f64 {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9
}

#[cfg(not(target_os = "linux"))]
pub fn processor_seconds() -> f64 {
    f64::NAN
}

/// Makes the kernel forget the contents of the files in a directory, so that they are read from the disk again.
#[cfg(target_os = "linux")]
pub fn evict(directory: &Path) -> Result<()> {
    use rustix::fs::{Advice, fadvise};

    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            let file = File::open(entry.path())?;
            // Only what was written can be forgotten.
            file.sync_all()?;
            fadvise(&file, 0, None, Advice::DontNeed)?;
        }
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub fn evict(_directory: &Path) -> Result<()> {
    bail!("only Linux forgets a file on demand")
}

/// This program again, as another process that does one thing.
///
/// Dropped, it is killed where it stands, as by SIGKILL.
pub struct Other {
    child: Child,
    said: BufReader<std::process::ChildStdout>,
}

impl Other {
    pub fn start(arguments: &[&str]) -> Result<Self> {
        let program = std::env::current_exe()?;
        let mut child = Command::new(program).arg(CHILD).args(arguments).stdout(Stdio::piped()).spawn()?;
        let said = BufReader::new(child.stdout.take().context("its output is a pipe")?);
        Ok(Self { child, said })
    }

    /// Waits until it says something; after that it may be at work still.
    pub fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.said.read_line(&mut line)?;
        if line.is_empty() {
            bail!("the other process ended without a word");
        }
        Ok(line.trim().to_owned())
    }

    /// The most memory that it ever had, in bytes, where the system tells.
    pub fn peak_memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(peak.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? << 10)
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first argument of a process that is another one's `Other`.
pub const CHILD: &str = "--as-another-process";
