//! The front door: a store, the rules, the calendar, the clock and the keys as one object.

mod attempt;
mod register;
mod request;

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt};

use attempt::CaseAttempt;

use crate::calendar::Calendar;
use crate::case::code::Role;
use crate::case::{Acting, Case, CaseCommand, CaseEvent, CaseId, Context, Kind, Refusal};
use crate::clock::{Clock, SystemClock};
use crate::event::Codec;
use crate::execute::{ExecuteError, Executed, Loader, execute};
use crate::id::{ActorId, CommandKey, DocumentId, Entropy, PersonRef, Revision, SystemEntropy};
use crate::policy::Policy;
use crate::privacy::KeyRing;
use crate::replay::{ReplayError, Replayed, decode_and_apply, replay};
use crate::store::{Appended, EventStore, ReadStream, StoreError, Verification, verify_store};
use crate::worklist::Worklist;

pub use register::{NumberDrawn, RegisterEvent};
pub use request::{Entry, Receipt, Request};

/// Why a bureau did not do what it was asked. Unless the cause is [`StoreError::CommitUnknown`], nothing was written.
pub type BureauError = ExecuteError<Refusal>;

/// A legal service bureau (公共法律服务中心): what a host embeds.
///
/// It keeps no state of its own: two bureaus over one store, in one process or in two, see the same cases and obey the
/// same rules. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bureau {
    store: Arc<dyn EventStore>,
    keys: KeyRing,
    policy: Arc<Policy>,
    calendar: Arc<Calendar>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
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
    /// out before under its key is not carried out again, and answers with what it did.
    ///
    /// # Errors
    /// The command is refused, with every reason; or the history cannot be read; or the store did not append.
    ///
    /// # Cancel safety
    /// A dropped future has carried out the command or not; repeat it with the same key.
    pub async fn execute<K: Kind>(&self, request: &Request<K>) -> Result<Receipt<K>, BureauError> {
        let codec = K::codec();
        let content = request.content()?;
        let attempt = self.attempt(request, &codec);
        match execute(&*self.store, request.key, content, attempt).await? {
            Executed::Before(appended) => self.receipt_of(request, appended, &codec).await,
            Executed::Now(appended, decided) => {
                let revision = last_revision::<K>(request.case, &appended);
                let (case, events, state) = (request.case, decided.events, decided.after);
                let position = appended.position;
                Ok(Receipt { case, events, state, revision, position, repeated: false })
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
        let mut attempt = self.attempt(request, &codec);
        let (loaded, _) = attempt.prepare(&*self.store, None).await?;
        attempt.decide(&loaded).map(|decided| decided.events)
    }

    /// The names of the commands that this role could give now.
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

    /// The case as it is now. One that nobody has opened is `Unopened` and has no head.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn case<K: Kind>(&self, case: CaseId) -> Result<Replayed<Case<K>>, ReplayError> {
        let events = self.store.read_stream(ReadStream::all(case.stream(K::KIND)));
        replay::<Case<K>>(&K::codec(), events).await
    }

    /// What waits for whom: a list of all open cases, true for now; [`Worklist::catch_up`] keeps it so.
    ///
    /// # Errors
    /// A history cannot be read.
    pub async fn worklist(&self) -> Result<Worklist, ReplayError> {
        Worklist::build(Arc::clone(&self.store)).await
    }

    /// Everything that happened in a case, in the order in which it was recorded; nothing if nobody has opened it.
    ///
    /// # Errors
    /// The history cannot be read.
    pub async fn history<K: Kind>(&self, case: CaseId) -> Result<Vec<Entry<K>>, ReplayError> {
        let codec = K::codec();
        let mut at = Replayed { state: Case::<K>::default(), head: None };
        let mut events = self.store.read_stream(ReadStream::all(case.stream(K::KIND)));
        let mut entries = Vec::new();
        while let Some(recorded) = events.next().await {
            let recorded = recorded?;
            let (event, after) = decode_and_apply::<Case<K>>(&codec, at, &recorded)?;
            at = after;
            entries.push(Entry {
                revision: recorded.revision,
                id: recorded.id,
                event,
                occurred_at: recorded.occurred_at,
                recorded_at: recorded.recorded_at,
                metadata: recorded.decode_metadata()?,
                state: at.state.state_name(),
                digest: recorded.digest,
            });
        }
        Ok(entries)
    }

    /// Checks every hash chain of the store.
    pub async fn verify(&self) -> Verification {
        verify_store(&*self.store).await
    }

    fn attempt<'a, K: Kind>(
        &'a self,
        request: &'a Request<K>,
        codec: &'a Codec<CaseEvent<K>>,
    ) -> CaseAttempt<'a, K> {
        let recorded_at = self.clock.now();
        let context = Context {
            case: request.case,
            actor: request.by.clone(),
            occurred_at: request.occurred_at.unwrap_or(recorded_at),
            recorded_at,
            late: request.late.clone(),
            policy: Arc::clone(&self.policy),
            calendar: Arc::clone(&self.calendar),
            number: None,
        };
        let loader = Loader::new(request.case.stream(K::KIND), codec);
        CaseAttempt { bureau: self, request, loader, context }
    }

    /// The answer to a command that was carried out before: what it did then, and the case right after it.
    async fn receipt_of<K: Kind>(
        &self,
        request: &Request<K>,
        appended: Appended,
        codec: &Codec<CaseEvent<K>>,
    ) -> Result<Receipt<K>, BureauError> {
        let (case, stream) = (request.case, request.case.stream(K::KIND));
        let written = appended.streams.iter().find(|written| written.stream == stream);
        let written = written.ok_or_else(|| StoreError::Corrupt {
            place: format!("command key {}", request.key),
            reason: format!("it is remembered without events in {stream}"),
        })?;
        let until_then = ReadStream::all(stream).to(written.last);
        let recorded: Vec<_> =
            self.store.read_stream(until_then).try_collect().await.map_err(ReplayError::from)?;
        let mut at = Replayed { state: Case::<K>::default(), head: None };
        let mut events = Vec::new();
        for recorded in &recorded {
            let (event, after) = decode_and_apply::<Case<K>>(codec, at, recorded)?;
            at = after;
            if recorded.revision >= written.first {
                events.push(event);
            }
        }
        let (revision, position) = (at.revision(), appended.position);
        Ok(Receipt { case, events, state: at.state, revision, position, repeated: true })
    }
}

fn last_revision<K: Kind>(case: CaseId, appended: &Appended) -> Option<Revision> {
    let stream = case.stream(K::KIND);
    appended.streams.iter().find(|written| written.stream == stream).map(|written| written.last)
}
