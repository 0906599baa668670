//! The front door: a store, the rules, the calendar, the clock and the keys as one object.

mod access;
mod attempt;
mod beside;
mod bundle;
mod conflicts;
mod desk;
mod difference;
mod named;
mod reading;
mod record;
mod register;
mod request;
mod staffing;
mod together;

use std::sync::Arc;

use tokio::sync::OnceCell;

use attempt::{CaseAttempt, Outcome};

use crate::calendar::Calendar;
use crate::case::code::Role;
use crate::case::{
    Acting, Case, CaseCommand, CaseEvent, CaseId, Context, Kind, Refusal, RefusedRequest, Staff,
};
use crate::clock::{Clock, SystemClock, Timestamp};
use crate::conflict::ConflictIndex;
use crate::event::{Codec, Digest};
use crate::execute::{ExecuteError, Executed, Loader, execute};
use crate::id::{ActorId, Code, CommandKey, DocumentId, Entropy, PersonRef, Revision, SystemEntropy};
use crate::policy::Policy;
use crate::privacy::KeyRing;
use crate::replay::{ReplayError, Replayed, Timeline};
use crate::store::{Appended, EventStore, ReadStream, StoreError, Verification, verify_store};

pub use access::{Access, AccessEvent, CaseRead, Reading, ReadingPurpose, ReadingRefused};
pub use bundle::{Bundle, BundleEvent, BundleOpened, BundledCase};
pub use conflicts::ConflictReport;
pub use difference::{Change, Difference, ExplainedChange};
pub use register::{NumberDrawn, RegisterEvent};
pub use request::{Entry, Receipt, Request};
pub use together::Together;

/// Why a bureau did not do what it was asked. Unless the cause is [`StoreError::CommitUnknown`], nothing was written.
pub type BureauError = ExecuteError<Refusal>;

/// Why a bureau did not carry out several requests together; a refusal names the one that stands in the way.
pub type CatchUpError = ExecuteError<RefusedRequest>;

/// A legal service bureau (公共法律服务中心): what a host embeds.
///
/// It keeps no state of its own but an index of the log, which it builds when it is first needed: two bureaus over one store,
/// in one process or in two, see the same cases and obey the same rules. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bureau {
    store: Arc<dyn EventStore>,
    keys: KeyRing,
    policy: Arc<Policy>,
    calendar: Arc<Calendar>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    conflicts: Arc<OnceCell<ConflictIndex>>,
}

impl Bureau {
    /// A bureau over a store and a ring of keys, with the profiles and the calendar of the library and the machine's
    /// clock.
    #[must_use]
    pub fn new(store: Arc<dyn EventStore>, keys: KeyRing) -> Self {
        Self {
            store,
            keys,
            policy: Arc::new(Policy::embedded()),
            calendar: Arc::new(Calendar::china()),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            conflicts: Arc::default(),
        }
    }

    /// Obeys these rules.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = Arc::new(policy);
        self
    }

    /// Counts by this calendar.
    #[must_use]
    pub fn with_calendar(mut self, calendar: Calendar) -> Self {
        self.calendar = Arc::new(calendar);
        self
    }

    /// Takes the time from this clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Takes randomness for ids from here.
    #[must_use]
    pub fn with_entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn EventStore> {
        &self.store
    }

    /// The keys, for sealing what goes into a command and opening what comes out of a history.
    #[must_use]
    pub const fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// The rules.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// A key for a new intention. Keep it until the answer is there, and repeat with it.
    #[must_use]
    pub fn new_command(&self) -> CommandKey {
        CommandKey::new(self.clock.now(), &*self.entropy)
    }

    /// A pseudonym for a person who is new here.
    #[must_use]
    pub fn new_person(&self) -> PersonRef {
        PersonRef::new(self.clock.now(), &*self.entropy)
    }

    /// A pseudonym for a member of staff who is new here.
    #[must_use]
    pub fn new_actor(&self) -> ActorId {
        ActorId::new(self.clock.now(), &*self.entropy)
    }

    /// A name for a new document.
    #[must_use]
    pub fn new_document(&self) -> DocumentId {
        DocumentId::new(self.clock.now(), &*self.entropy)
    }

    /// Opens a case, which is [`CaseId::opened_by`] the key.
    ///
    /// # Errors
    /// As [`Bureau::execute`].
    pub async fn receive<K: Kind>(
        &self,
        key: CommandKey,
        by: Acting,
        command: K::Command,
    ) -> Result<Receipt<K>, BureauError> {
        self.execute(&Request::open(key, by, CaseCommand::Own(command))).await
    }

    /// Carries out a command: loads the case, decides by the rules in force, appends.
    ///
    /// If somebody else was faster it is decided anew, against what the case has become. A command that was carried
    /// out before under its key is not carried out again, and answers with what it did. What happened before something
    /// already recorded needs a reason for coming [late](Request::late), and is decided against the case as it was then.
    ///
    /// # Errors
    /// The command is refused, with every reason; or the history cannot be read; or the store did not append.
    ///
    /// # Cancel safety
    /// A dropped future has carried out the command or not; repeat it with the same key.
    pub async fn execute<K: Kind>(&self, request: &Request<K>) -> Result<Receipt<K>, BureauError> {
        let requests = std::slice::from_ref(request);
        let codec = K::codec();
        let attempt = self.attempt(request.case, requests, &codec);
        let receipt = self.carry_out(request.key, request.case, request.content()?, attempt, &codec).await;
        receipt.map_err(|error| error.map_refused(|refused| refused.refusal))
    }

    /// Carries out requests to one case together, all or none, in the order in which they happened: what a terminal kept
    /// while it had no network.
    ///
    /// Entries that make sense only together come in together: that the clock was stopped, and that it ran again. The
    /// moment of each is in its request; what a request of the same key has done already is passed over, so a terminal
    /// may send again what it is not sure of. At most [`Limit::EventsPerAppend`](crate::store::Limit) events can come of
    /// it.
    ///
    /// # Errors
    /// As [`Bureau::execute`]; the refusal names the request. A request to another case is
    /// [`StoreError::Invalid`].
    ///
    /// # Cancel safety
    /// A dropped future has carried out all or none; repeat it with the same key.
    pub async fn catch_up<K: Kind>(
        &self,
        key: CommandKey,
        case: CaseId,
        requests: &[Request<K>],
    ) -> Result<Receipt<K>, CatchUpError> {
        if let Some(stray) = requests.iter().find(|request| request.case != case) {
            let reason = format!("request {} is to another case", stray.key);
            return Err(StoreError::Invalid { reason }.into());
        }
        let contents = requests.iter().map(Request::content).collect::<Result<Vec<_>, _>>()?;
        let content = Digest::of_parts(contents.iter().map(|content| content.as_bytes().as_slice()));
        let codec = K::codec();
        let attempt = self.attempt(case, requests, &codec).catching_up();
        self.carry_out(key, case, content, attempt, &codec).await
    }

    async fn carry_out<K: Kind>(
        &self,
        key: CommandKey,
        case: CaseId,
        content: Digest,
        attempt: CaseAttempt<'_, K>,
        codec: &Codec<CaseEvent<K>>,
    ) -> Result<Receipt<K>, CatchUpError> {
        match execute(&*self.store, key, content, attempt).await? {
            Executed::Before(appended) => self.receipt_of(key, case, appended, codec).await,
            Executed::Now(appended, Outcome { events, after, revision }) => {
                let revision = last_revision::<K>(case, &appended).or(revision);
                let position = appended.position;
                Ok(Receipt { case, events, state: after, revision, position, repeated: false })
            }
        }
    }

    /// What the command would lead to, or all reasons why it is refused; nothing is written.
    ///
    /// The answer holds for the present: what somebody else does meanwhile may change it.
    ///
    /// # Errors
    /// [`BureauError::Refused`] with every reason, or the history cannot be read.
    pub async fn may<K: Kind>(&self, request: &Request<K>) -> Result<Vec<CaseEvent<K>>, BureauError> {
        let codec = K::codec();
        let requests = std::slice::from_ref(request);
        let foreseen = self.attempt(request.case, requests, &codec).foresee().await;
        foreseen.map(|outcome| outcome.events).map_err(|error| error.map_refused(|refused| refused.refusal))
    }

    /// The names of the commands that the law lets this role give now, whatever the office; for what somebody in particular
    /// could do, ask [`available_to`](Self::available_to).
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn available<K: Kind>(
        &self,
        case: CaseId,
        role: Role,
    ) -> Result<Vec<&'static str>, ReplayError> {
        Ok(self.case::<K>(case).await?.state.available(role))
    }

    /// The names of the commands that somebody could give now, in their role and for their office, by the rules in force.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn available_to<K: Kind>(
        &self,
        case: CaseId,
        by: &Acting,
    ) -> Result<Vec<&'static str>, ReplayError> {
        let timeline = self.timeline::<K>(case).await?;
        let came_in_at = attempt::first_office(&timeline)?;
        let context = self.context(case, by, came_in_at.as_ref(), self.clock.now());
        Ok(timeline.present().state.available_to(&context))
    }

    /// The world in which somebody acts on a case at a moment; `came_in_at` is the office at which it came in, unless it
    /// comes in now.
    fn context(&self, case: CaseId, by: &Acting, came_in_at: Option<&Code>, now: Timestamp) -> Context {
        Context {
            case,
            actor: by.clone(),
            came_in_at: came_in_at.unwrap_or(&by.office).clone(),
            occurred_at: now,
            recorded_at: now,
            late: None,
            policy: Arc::clone(&self.policy),
            calendar: Arc::clone(&self.calendar),
            number: None,
            staff: Staff::default(),
            other_cases: Default::default(),
            known_cases: Default::default(),
        }
    }

    /// Checks every hash chain of the store.
    pub async fn verify(&self) -> Verification {
        verify_store(&*self.store).await
    }

    fn attempt<'a, K: Kind>(
        &'a self,
        case: CaseId,
        requests: &'a [Request<K>],
        codec: &'a Codec<CaseEvent<K>>,
    ) -> CaseAttempt<'a, K> {
        CaseAttempt::new(self, requests, Loader::new(case.stream(K::KIND), codec))
    }

    /// The answer to a command that was carried out before: what it did then, and the case right after it.
    async fn receipt_of<K: Kind>(
        &self,
        key: CommandKey,
        case: CaseId,
        appended: Appended,
        codec: &Codec<CaseEvent<K>>,
    ) -> Result<Receipt<K>, CatchUpError> {
        let stream = case.stream(K::KIND);
        let written = appended.streams.iter().find(|written| written.stream == stream);
        let written = written.ok_or_else(|| StoreError::Corrupt {
            place: format!("command key {key}"),
            reason: format!("it is remembered without events in {stream}"),
        })?;
        let until_then = ReadStream::all(stream).to(written.last);
        let timeline = Timeline::<Case<K>>::read(codec, self.store.read_stream(until_then)).await?;
        let done = timeline.events().iter().filter(|one| one.recorded.revision >= written.first);
        let events = done.map(|one| one.event.clone()).collect();
        let Replayed { state, head, .. } = timeline.into_replayed();
        let (revision, position) = (head.map(|head| head.revision), appended.position);
        Ok(Receipt { case, events, state, revision, position, repeated: true })
    }
}

fn last_revision<K: Kind>(case: CaseId, appended: &Appended) -> Option<Revision> {
    let stream = case.stream(K::KIND);
    appended.streams.iter().find(|written| written.stream == stream).map(|written| written.last)
}
