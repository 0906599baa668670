//! One way from the present history of a case to the writes of a request.

use async_trait::async_trait;
use chrono::Datelike;

use super::register::{NumberDrawn, RegisterEvent};
use super::{Bureau, Request};
use crate::case::{Case, CaseCommand, CaseEvent, CaseNumber, Context, Kind, Refusal, Register};
use crate::clock::Timestamp;
use crate::decider::Decider;
use crate::event::{Actor, Metadata};
use crate::execute::{Attempt, ExecuteError, Loader, Stamp};
use crate::id::{Code, CorrelationId, Revision, StreamId};
use crate::replay::{ReplayError, Replayed};
use crate::store::{Conflict, EventStore, EventStoreExt, Expected, StoreError, StreamWrite};

/// By how much the clock of a desk may be behind that of another before its commands are refused as out of order: a
/// minute. A clock that is further off is wrong, and somebody should know.
const CLOCK_LAG_MICROS_MAX: i64 = 60_000_000;

/// A number that is free as long as the register has not moved on.
struct FreeNumber {
    number: CaseNumber,
    stream: StreamId,
    expected: Expected,
}

/// What a request decides, and the case after it.
pub(super) struct Decided<K: Kind> {
    pub(super) events: Vec<CaseEvent<K>>,
    pub(super) after: Case<K>,
}

pub(super) struct CaseAttempt<'a, K: Kind> {
    pub(super) bureau: &'a Bureau,
    pub(super) request: &'a Request<K>,
    pub(super) loader: Loader<'a, Case<K>>,
    pub(super) context: Context,
}

impl<K: Kind> CaseAttempt<'_, K> {
    /// Decides against a state, without writing.
    pub(super) fn decide(&self, loaded: &Replayed<Case<K>>) -> Result<Decided<K>, ExecuteError<Refusal>> {
        let events = Case::<K>::decide(&loaded.state, &self.request.command, &self.context)
            .map_err(ExecuteError::Refused)?;
        let mut after = loaded.state.clone();
        let mut revision = Revision::after(loaded.revision());
        for event in &events {
            after = Case::evolve(after, event, self.context.occurred_at)
                .map_err(|source| self.misplaced(revision, event, source))?;
            revision = revision.next();
        }
        Ok(Decided { events, after })
    }

    /// What was decided does not fit the case: a fault of the library, and nothing is written.
    fn misplaced(
        &self,
        revision: Revision,
        event: &CaseEvent<K>,
        source: crate::decider::Misplaced,
    ) -> ReplayError {
        let stream = self.loader.stream().clone();
        ReplayError::misplaced(stream, revision, event, source)
    }

    /// Loads the case, and draws a number if the command needs one.
    pub(super) async fn prepare(
        &mut self,
        store: &dyn EventStore,
        conflict: Option<&Conflict>,
    ) -> Result<(Replayed<Case<K>>, Option<StreamWrite>), ExecuteError<Refusal>> {
        let loaded = self.loader.load(store, conflict).await?;
        self.look_at_the_clock(loaded.state.common.last_occurred_at);
        let CaseCommand::Own(command) = &self.request.command else { return Ok((loaded, None)) };
        let Some(register) = K::register(command) else { return Ok((loaded, None)) };
        let FreeNumber { number, stream, expected } = self.free_number(store, register).await?;
        let drawn = NumberDrawn { register, number: number.clone(), case: self.request.case };
        self.context.number = Some(number);
        let event = self.stamp(&loaded.state).seal(&RegisterEvent::NumberDrawn(drawn))?;
        Ok((loaded, Some(StreamWrite { stream, expected, events: vec![event] })))
    }

    /// The moment is taken after the case was loaded, each time anew: a command that was overtaken would otherwise seem
    /// to happen before what overtook it. So would one from a desk whose clock is a little behind another's; what happens
    /// "now" happens after what the case has seen.
    fn look_at_the_clock(&mut self, last: Option<Timestamp>) {
        let now = self.bureau.clock.now();
        let lags = |last: &Timestamp| {
            (1..=CLOCK_LAG_MICROS_MAX).contains(&last.as_micros().saturating_sub(now.as_micros()))
        };
        let now = match self.request.occurred_at {
            None => last.filter(lags).unwrap_or(now),
            Some(_) => now,
        };
        self.context.recorded_at = now;
        self.context.occurred_at = self.request.occurred_at.unwrap_or(now);
    }

    async fn free_number(
        &self,
        store: &dyn EventStore,
        register: Register,
    ) -> Result<FreeNumber, StoreError> {
        let (office, year) = (&self.context.actor.office, self.context.date().year());
        let stream = register.stream(K::KIND, office, year);
        let head = store.stream_head(&stream).await?.map(|head| head.revision);
        let serial = Revision::after(head).get();
        let number = CaseNumber { kind: K::KIND, office: office.clone(), year, serial };
        Ok(FreeNumber { number, stream, expected: Expected::at(head) })
    }

    fn stamp(&self, case: &Case<K>) -> Stamp<'_> {
        Stamp {
            occurred_at: self.context.occurred_at,
            recorded_at: self.context.recorded_at,
            metadata: self.metadata(case).encode(),
            entropy: &*self.bureau.entropy,
        }
    }

    /// Who, how and why; the rules are those of the place the case belongs to when it is decided.
    fn metadata(&self, case: &Case<K>) -> Metadata {
        let request = self.request;
        let whole_case = CorrelationId::from_uuid(*request.case.as_uuid());
        Metadata {
            command: request.key,
            correlation: request.correlation.unwrap_or(whole_case),
            causation: request.causation,
            actor: Actor {
                id: request.by.id,
                role: code(request.by.role.as_str()),
                office: request.by.office.clone(),
            },
            on_behalf_of: request.on_behalf_of,
            channel: request.channel.map(|channel| code(channel.as_str())),
            device: request.device.clone(),
            rules: Some(self.context.rules(&case.jurisdiction()).version().clone()),
            late: request.late.clone(),
        }
    }
}

fn code(text: &str) -> Code {
    Code::new(text).expect("the codes of the tables are codes")
}

#[async_trait]
impl<K: Kind> Attempt for CaseAttempt<'_, K> {
    type Output = Decided<K>;
    type Refusal = Refusal;

    async fn attempt(
        &mut self,
        store: &dyn EventStore,
        conflict: Option<Conflict>,
    ) -> Result<(Vec<StreamWrite>, Decided<K>), ExecuteError<Refusal>> {
        let (loaded, register) = self.prepare(store, conflict.as_ref()).await?;
        let decided = self.decide(&loaded)?;
        let stamp = self.stamp(&decided.after);
        let events = decided.events.iter().map(|event| stamp.seal(event)).collect::<Result<_, _>>()?;
        let (stream, expected) = (self.loader.stream().clone(), Expected::at(loaded.revision()));
        let mut writes = vec![StreamWrite { stream, expected, events }];
        writes.extend(register);
        Ok((writes, decided))
    }
}
