//! The one task that writes: group commit without a timer.
//!
//! While one call is on its way, the appends that come meanwhile gather in the queue, and travel together in the next. So a
//! lone caller waits for one round trip and no longer, and many callers share one.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use anjuan::id::CommandKey;
use anjuan::store::{Append, StoreError};
use deadpool_postgres::{Object, Pool};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::append::{Draft, Verdict};
use crate::call::{self, Answer};
use crate::error::no_connection;
use crate::feed::Settler;
use crate::log::Log;
use crate::read;
use crate::tasks::Ahead;

/// A call takes no further append once it has so many; with the limits of one append this bounds what is sent.
const CALL_APPENDS: usize = 256;
const CALL_EVENTS: usize = 4_000;
const CALL_BYTES: usize = 8 << 20;
/// How often the task lets others run that may have something to append.
const YIELDS_MAX: usize = 16;
/// How often a call is drafted anew because others were faster, before its callers are told that the store is busy.
const ROUNDS_MAX: usize = 50;

/// The handle of the writing task. Dropping it stops the task.
#[derive(Debug)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
    task: Ahead<()>,
}

#[derive(Debug)]
struct Job {
    append: Append,
    answer: oneshot::Sender<Result<Verdict, StoreError>>,
}

/// What the task works with.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) log: Arc<Log>,
    /// A connection of its own: readers cannot keep it waiting.
    pub(crate) pool: Pool,
    pub(crate) settler: Arc<Settler>,
}

impl Writer {
    /// Starts the task.
    pub(crate) fn start(desk: Desk, queue: usize) -> Self {
        let (jobs, waiting) = mpsc::channel(queue);
        Self { jobs, task: Ahead::begin(desk.work(waiting)) }
    }

    /// Hands in an append and waits until it is safe, or refused.
    ///
    /// While the queue is full, nothing is handed in: dropped there, the append never happened.
    pub(crate) async fn append(&self, append: Append) -> Result<Verdict, StoreError> {
        let (answer, verdict) = oneshot::channel();
        self.jobs.send(Job { append, answer }).await.map_err(|_| StoreError::Closed(None))?;
        verdict.await.unwrap_or_else(|silence| Err(StoreError::CommitUnknown(silence.into())))
    }

    /// Lets the task finish what waits.
    pub(crate) async fn close(self) {
        let Self { jobs, task } = self;
        drop(jobs);
        let _ = task.end().await;
    }
}

impl Desk {
    async fn work(self, mut waiting: mpsc::Receiver<Job>) {
        let mut before = 1;
        while let Some(first) = waiting.recv().await {
            let mut jobs = Jobs::default();
            jobs.add(first);
            jobs.gather(&mut waiting);
            // Those who were answered together mostly come again together, and the first of them should not travel alone.
            for _ in 0..YIELDS_MAX {
                if jobs.all.len() >= before || jobs.is_full() {
                    break;
                }
                tokio::task::yield_now().await;
                jobs.gather(&mut waiting);
            }
            before = jobs.all.len();
            self.commit(jobs.all).await;
        }
    }

    async fn commit(&self, mut jobs: Vec<Job>) {
        for _ in 0..ROUNDS_MAX {
            if jobs.is_empty() {
                return;
            }
            let appends = jobs.iter().map(|job| &job.append);
            let draft = Draft::of(appends, &mut self.log.heads(), self.log.identity.hash);
            match self.call(&draft, &jobs).await {
                Ok(Answer::Written(positions)) => return self.tell(&draft, jobs, &positions),
                Ok(Answer::Otherwise { heads, known }) => {
                    self.log.heads().learn(heads);
                    jobs = self.repeat(jobs, &known).await;
                }
                Ok(Answer::Overtaken) => {}
                Err(error) => return fail(&draft, jobs, error),
            }
        }
        for job in jobs {
            // Whoever dropped the future does not want to know, here and below.
            let _ = job.answer.send(Err(StoreError::Busy));
        }
    }

    async fn call(&self, draft: &Draft, jobs: &[Job]) -> Result<Answer, StoreError> {
        let client = self.pool.get().await.map_err(no_connection)?;
        let keys: Vec<Uuid> = jobs.iter().map(|job| *job.append.key.as_uuid()).collect();
        let calling = call::append(&client, &self.log, draft, &keys);
        let called = tokio::time::timeout(self.log.patience, calling).await;
        called.unwrap_or_else(|late| {
            // The call may still be carried out, and its answer must not be taken for that of the next.
            drop(Object::take(client));
            Err(StoreError::CommitUnknown(late.into()))
        })
    }

    fn tell(&self, draft: &Draft, jobs: Vec<Job>, positions: &[i64]) {
        self.log.heads().learn(draft.streams.iter().map(|(stream, seen)| (stream.clone(), seen.after)));
        let position = |command: usize| {
            let ordinal = positions.get(command).copied()?;
            Some(self.log.position(u64::try_from(ordinal).ok()?))
        };
        for (place, job) in jobs.into_iter().enumerate() {
            let verdict = draft.verdict(place, &job.append, position);
            let _ = job.answer.send(verdict);
        }
        if !positions.is_empty() {
            self.settler.appended();
        }
    }

    /// Answers those whose key is known, and gives back the others.
    async fn repeat(&self, jobs: Vec<Job>, known: &[CommandKey]) -> Vec<Job> {
        let (repeated, others): (Vec<_>, Vec<_>) =
            jobs.into_iter().partition(|job| known.contains(&job.append.key));
        for job in repeated {
            let first = read::answer(&self.log, job.append.key).await;
            let answer = match first {
                Ok(Some(first)) => first.repeat(&job.append).map(Verdict::Appended),
                // Nothing is ever removed, so this server is not the one that was asked before.
                Ok(None) => Err(StoreError::Busy),
                Err(error) => Err(error),
            };
            let _ = job.answer.send(answer);
        }
        others
    }
}

/// What will travel in one call.
#[derive(Default)]
struct Jobs {
    all: Vec<Job>,
    events: usize,
    bytes: usize,
}

impl Jobs {
    fn add(&mut self, job: Job) {
        // Whoever is gone will ask again with the same key, if ever.
        if !job.answer.is_closed() {
            self.events += job.append.event_count();
            self.bytes += byte_count(&job.append);
            self.all.push(job);
        }
    }

    /// Takes what waits, without waiting.
    fn gather(&mut self, waiting: &mut mpsc::Receiver<Job>) {
        while !self.is_full() {
            let Ok(job) = waiting.try_recv() else { return };
            self.add(job);
        }
    }

    const fn is_full(&self) -> bool {
        self.all.len() >= CALL_APPENDS || self.events >= CALL_EVENTS || self.bytes >= CALL_BYTES
    }
}

fn byte_count(append: &Append) -> usize {
    let events = append.writes.iter().flat_map(|write| &write.events);
    events.map(|event| event.data.len() + event.metadata.len()).sum()
}

/// Tells all callers of a call what became of it.
fn fail(draft: &Draft, jobs: Vec<Job>, error: StoreError) {
    let failure = Failure::from(error);
    for (place, job) in jobs.into_iter().enumerate() {
        let _ = job.answer.send(Err(failure.told(draft.writes(place))));
    }
}

/// A failure that many hear of.
#[derive(Debug, Clone)]
enum Failure {
    Busy,
    Closed(Option<Shared>),
    Corrupt { place: String, reason: String },
    Unknown(Shared),
    Unavailable(Shared),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "what concerns one request alone cannot end a call"
        )]
        match error {
            StoreError::Busy => Self::Busy,
            StoreError::Closed(cause) => Self::Closed(cause.map(|cause| Shared(cause.into()))),
            StoreError::Corrupt { place, reason } => Self::Corrupt { place, reason },
            StoreError::CommitUnknown(cause) => Self::Unknown(Shared(cause.into())),
            StoreError::Unavailable(cause) => Self::Unavailable(Shared(cause.into())),
            error => Self::Unavailable(Shared(Arc::new(error))),
        }
    }
}

impl Failure {
    fn told(&self, writes: bool) -> StoreError {
        match self.clone() {
            Self::Busy => StoreError::Busy,
            Self::Closed(cause) => StoreError::Closed(cause.map(Into::into)),
            Self::Corrupt { place, reason } => StoreError::Corrupt { place, reason },
            Self::Unknown(cause) if writes => StoreError::CommitUnknown(cause.into()),
            Self::Unknown(cause) | Self::Unavailable(cause) => StoreError::Unavailable(cause.into()),
        }
    }
}

/// The cause of a failure that many hear of.
#[derive(Debug, Clone)]
struct Shared(Arc<dyn Error + Send + Sync>);

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Error for Shared {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}
