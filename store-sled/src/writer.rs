//! The one thread that writes: group commit without a timer.
//!
//! While one group is being made safe on disk, the next gathers in the queue. So a lone caller waits for one sync
//! and no longer, and many callers share one.

use std::io;
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};

use anjuan::store::{Append, StoreError};
use tokio::sync::{mpsc, oneshot, watch};

use crate::append::{Staged, Verdict};
use crate::error::Failure;
use crate::heads::Heads;
use crate::kept::{Answer, Change, Kept};
use crate::log::Log;
use crate::options::Durability;
use crate::sync::Syncer;
use crate::witness::Witness;

/// A group takes no further append once it has so many; with the limits of one append this bounds the batch.
const GROUP_APPENDS: usize = 256;
const GROUP_EVENTS: usize = 4_000;
const GROUP_BYTES: usize = 8 << 20;

/// The handle of the writer's thread. Dropping it lets the thread finish what waits, and joins it.
#[derive(Debug)]
pub(crate) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    failure: Arc<OnceLock<Failure>>,
}

enum Job {
    Append { append: Append, answer: oneshot::Sender<Result<Verdict, StoreError>> },
    Keep { change: Change, bytes: usize },
}

/// What a caller is told once the group is safe, or could not be made so.
enum Told {
    Append { verdict: Result<Verdict, StoreError>, answer: oneshot::Sender<Result<Verdict, StoreError>> },
    Keep(Answer),
}

/// What the thread works with.
pub(crate) struct Desk {
    pub(crate) log: Arc<Log>,
    pub(crate) syncer: Syncer,
    pub(crate) witness: Witness,
    pub(crate) durability: Durability,
    /// The ordinal up to which everything is safe. Dropped with the desk, which wakes all who wait.
    pub(crate) settled: watch::Sender<u64>,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(desk: Desk, queue: usize) -> io::Result<Self> {
        let (jobs, waiting) = mpsc::channel(queue);
        let failure = Arc::new(OnceLock::new());
        let told = Arc::clone(&failure);
        let thread = thread::Builder::new()
            .name("anjuan-writer".to_owned())
            .spawn(move || desk.work(waiting, &told))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), failure })
    }

    /// A writer that refuses everything.
    pub(crate) fn none() -> Self {
        Self { jobs: None, thread: None, failure: Arc::new(OnceLock::from(Failure::ReadOnly)) }
    }

    /// Hands in an append and waits until it is safe, or refused.
    ///
    /// While the queue is full, nothing is handed in: dropped there, the append never happened.
    pub(crate) async fn append(&self, append: Append) -> Result<Verdict, StoreError> {
        let (answer, verdict) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or_else(|| self.closed())?;
        jobs.send(Job::Append { append, answer }).await.map_err(|_| self.closed())?;
        verdict.await.unwrap_or_else(|_| Err(StoreError::CommitUnknown(self.why().into())))
    }

    /// Hands in a change of what is kept beside the log, and waits until it is safe, or refused.
    ///
    /// `bytes` is about how much it writes. A change that is refused must not have changed anything.
    pub(crate) async fn keep<T, E>(
        &self,
        bytes: usize,
        change: impl FnOnce(&mut Kept, &Log) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, told) = oneshot::channel();
        let change: Change = Box::new(move |kept, log| {
            let changed = change(kept, log);
            Box::new(move |written| {
                let unknown = |failure: &Failure| StoreError::CommitUnknown(failure.clone().into()).into();
                let told = changed.and_then(|changed| written.as_ref().map(|()| changed).map_err(unknown));
                // Whoever dropped the future does not want to know.
                let _ = answer.send(told);
            })
        });
        let jobs = self.jobs.as_ref().ok_or_else(|| self.closed())?;
        jobs.send(Job::Keep { change, bytes }).await.map_err(|_| self.closed())?;
        told.await.unwrap_or_else(|_| {
            // A writer that shut itself has told everybody whose change it had begun to write.
            let is_untouched = self.failure.get().is_some();
            Err(if is_untouched { self.closed() } else { StoreError::CommitUnknown(self.why().into()) }
                .into())
        })
    }

    /// The error of a store that takes nothing any more.
    pub(crate) fn closed(&self) -> StoreError {
        StoreError::Closed(Some(self.why().into()))
    }

    fn why(&self) -> Failure {
        self.failure.get().cloned().unwrap_or(Failure::Silent)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic in the thread has already reached every caller as an error.
            let _ = thread.join();
        }
    }
}

impl Desk {
    fn work(mut self, mut waiting: mpsc::Receiver<Job>, told: &OnceLock<Failure>) {
        let mut heads = Heads::default();
        while let Some(first) = waiting.blocking_recv() {
            let group = gather(first, &mut waiting);
            if let Err(failure) = self.commit(group, &mut heads) {
                // What the disk holds is unknown from here on, so nothing more is written or promised.
                let failure = told.get_or_init(|| failure);
                waiting.close();
                while let Some(job) = waiting.blocking_recv() {
                    match job {
                        Job::Append { answer, .. } => {
                            let _ = answer.send(Err(StoreError::Closed(Some(failure.clone().into()))));
                        }
                        // Dropping it says the same.
                        Job::Keep { .. } => {}
                    }
                }
                return;
            }
        }
    }

    fn commit(&mut self, group: Vec<Job>, heads: &mut Heads) -> Result<(), Failure> {
        let mut staged = Staged::behind(*self.settled.borrow());
        let mut answers = Vec::with_capacity(group.len());
        for job in group {
            answers.push(match job {
                Job::Append { append, answer } => {
                    Told::Append { verdict: staged.add(append, &self.log, heads), answer }
                }
                Job::Keep { change, .. } => Told::Keep(staged.keep(change, &self.log)),
            });
        }
        let written = match staged.finish() {
            Some((batch, last)) => self.write(batch, last),
            None => Ok(()),
        };
        for told in answers {
            match told {
                Told::Append { verdict, answer } => {
                    let told = match &written {
                        Ok(()) => verdict,
                        Err(failure) => Err(after_failure(verdict, failure)),
                    };
                    // Whoever dropped the future does not want to know; rule 10 leaves the append as it is.
                    let _ = answer.send(told);
                }
                Told::Keep(answer) => answer(&written),
            }
        }
        written
    }

    fn write(&mut self, batch: sled::Batch, last: u64) -> Result<(), Failure> {
        self.log.db.apply_batch(batch).inspect_err(|_| self.log.never_close())?;
        self.log.db.flush()?;
        match self.durability {
            Durability::PowerLoss => self.syncer.sync()?,
            Durability::ProcessCrash => {}
        }
        self.witness.note(last)?;
        self.settled.send_replace(last);
        Ok(())
    }
}

fn gather(first: Job, waiting: &mut mpsc::Receiver<Job>) -> Vec<Job> {
    let (mut events, mut bytes) = (0, 0);
    let mut group = Vec::new();
    let mut next = Some(first);
    while let Some(job) = next {
        match &job {
            Job::Append { append, .. } => {
                events += append.event_count();
                bytes += byte_count(append);
            }
            Job::Keep { bytes: kept, .. } => bytes += kept,
        }
        group.push(job);
        let full = group.len() >= GROUP_APPENDS || events >= GROUP_EVENTS || bytes >= GROUP_BYTES;
        next = if full { None } else { waiting.try_recv().ok() };
    }
    group
}

fn byte_count(append: &Append) -> usize {
    let events = append.writes.iter().flat_map(|write| &write.events);
    events.map(|event| event.data.len() + event.metadata.len()).sum()
}

/// What to say about a verdict whose group could not be made safe.
fn after_failure(verdict: Result<Verdict, StoreError>, failure: &Failure) -> StoreError {
    let cause = failure.clone().into();
    match verdict {
        Ok(Verdict::Appended(_)) => StoreError::CommitUnknown(cause),
        Ok(Verdict::Conflict(_)) => StoreError::Closed(Some(cause)),
        Err(error) => error,
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use anjuan::clock::{Clock, SystemClock};
    use anjuan::event::{EventType, NewEvent};
    use anjuan::id::{CommandKey, EventId, StreamId, SystemEntropy};
    use anjuan::store::{Expected, StreamWrite};

    use super::*;
    use crate::open;
    use crate::options::Options;

    #[expect(clippy::unwrap_used, reason = "the names are well formed")]
    fn append() -> Append {
        let now = SystemClock.now();
        let event = NewEvent {
            id: EventId::new(now, &SystemEntropy),
            event_type: EventType::new("CaseNoted").unwrap(),
            schema_version: 1,
            occurred_at: now,
            recorded_at: now,
            metadata: "{}".into(),
            data: "{}".into(),
        };
        let (stream, expected) = (StreamId::new("case/1").unwrap(), Expected::Any);
        let writes = vec![StreamWrite { stream, expected, events: vec![event] }];
        Append::new(CommandKey::new(now, &SystemEntropy), writes)
    }

    #[expect(clippy::unwrap_used, reason = "the directory is there")]
    fn on_a_failing_disk(directory: &std::path::Path) -> (Writer, watch::Receiver<u64>) {
        let log = Arc::new(open::open(directory, &Options::default()).unwrap());
        let (tell, settled) = watch::channel(0);
        let desk = Desk {
            witness: Witness::open(directory, log.identity.history).unwrap(),
            syncer: Syncer::failing(directory).unwrap(),
            durability: Durability::PowerLoss,
            settled: tell,
            log,
        };
        (Writer::start(desk, 4).unwrap(), settled)
    }

    #[tokio::test]
    async fn a_kept_value_that_may_not_be_safe_is_told_so() {
        let dir = tempfile::tempdir().unwrap();
        let (writer, _settled) = on_a_failing_disk(dir.path());
        let refused = writer.keep(0, |_, _| Err::<(), _>(StoreError::Busy)).await.unwrap_err();
        assert!(matches!(refused, StoreError::Busy), "{refused}");
        let change = |kept: &mut Kept, _: &Log| {
            kept.put(b"C".to_vec(), b"");
            Ok::<_, StoreError>(())
        };
        let first = writer.keep(0, change).await.unwrap_err();
        assert!(matches!(first, StoreError::CommitUnknown(_)), "{first}");
        let second = writer.keep(0, change).await.unwrap_err();
        assert!(matches!(second, StoreError::Closed(_)), "{second}");
    }

    #[tokio::test]
    async fn a_failed_sync_shuts_the_writer() {
        let dir = tempfile::tempdir().unwrap();
        let (writer, mut settled) = on_a_failing_disk(dir.path());
        let first = writer.append(append()).await.unwrap_err();
        assert!(matches!(first, StoreError::CommitUnknown(_)), "{first}");
        let kept = writer.keep(0, |_, _| Ok::<_, StoreError>(())).await.unwrap_err();
        assert!(matches!(kept, StoreError::Closed(_)), "{kept}");
        let second = writer.append(append()).await.unwrap_err();
        let StoreError::Closed(Some(cause)) = second else { panic!("{second}") };
        assert_eq!(cause.to_string(), "the database cannot be made safe on disk");
        // Nothing of it is shown to readers, and who waits is woken.
        assert!(settled.changed().await.is_err());
        assert_eq!(*settled.borrow(), 0);
    }
}
