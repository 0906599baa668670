//! One way from the present history of a case to the writes of a request.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::Datelike;

use super::register::{NumberDrawn, RegisterEvent};
use super::{Bureau, Request};
use crate::case::{Case, CaseCommand, CaseNumber, Context, Decided, Kind, Refusal, decide_in_time};
use crate::clock::Timestamp;
use crate::event::{Actor, Metadata};
use crate::execute::{Attempt, ExecuteError, Loader, Stamp};
use crate::id::{Code, CorrelationId, Revision, StreamId};
use crate::store::{Conflict, EventStore, EventStoreExt, Expected, StoreError, StreamWrite};

/// By how much the clock of a desk may be behind that of another before its commands are refused as out of order: a
/// minute. A clock that is further off is wrong, and somebody should know.
const CLOCK_LAG_MICROS_MAX: i64 = 60_000_000;

/// A number that is free as long as the register has not moved on.
struct FreeNumber {
    number: CaseNumber,
    register: StreamId,
    expected: Expected,
}

/// A request at a bureau.
#[derive(Clone, Copy)]
struct Desk<'a, K: Kind> {
    bureau: &'a Bureau,
    request: &'a Request<K>,
}

/// What is decided, with everything that is needed to write it.
struct Prepared<K: Kind> {
    decided: Decided<K>,
    context: Context,
    register: Option<StreamWrite>,
    expected: Expected,
}

/// One way from the present history of a case to the writes of a request.
pub(super) struct CaseAttempt<'a, K: Kind> {
    desk: Desk<'a, K>,
    loader: Loader<'a, Case<K>>,
}

impl<'a, K: Kind> CaseAttempt<'a, K> {
    pub(super) const fn new(
        bureau: &'a Bureau,
        request: &'a Request<K>,
        loader: Loader<'a, Case<K>>,
    ) -> Self {
        Self { desk: Desk { bureau, request }, loader }
    }

    /// What the request would lead to, without writing.
    pub(super) async fn foresee(&mut self) -> Result<Decided<K>, ExecuteError<Refusal>> {
        let store = &*self.desk.bureau.store;
        Ok(self.prepare(store, None).await?.decided)
    }

    /// Loads the case, draws a number if the command needs one, and decides.
    async fn prepare(
        &mut self,
        store: &dyn EventStore,
        conflict: Option<&Conflict>,
    ) -> Result<Prepared<K>, ExecuteError<Refusal>> {
        let (desk, stream) = (self.desk, self.loader.stream().clone());
        let timeline = self.loader.load(store, conflict).await?;
        let mut context = desk.context(timeline.present().until);
        let register = desk.draw_number(store, &mut context, &timeline.present().state).await?;
        let decided = decide_in_time(&stream, timeline, &desk.request.command, &context)?;
        let expected = Expected::at(timeline.present().revision());
        Ok(Prepared { decided, context, register, expected })
    }
}

impl<K: Kind> Desk<'_, K> {
    /// The moment is taken after the case was loaded, each time anew: a command that was overtaken would otherwise seem
    /// to happen before what overtook it. So would one from a desk whose clock is a little behind another's; what happens
    /// "now" happens after what the case has seen.
    fn context(&self, last: Option<Timestamp>) -> Context {
        let (bureau, request) = (self.bureau, self.request);
        let now = bureau.clock.now();
        let lags = |last: &Timestamp| {
            (1..=CLOCK_LAG_MICROS_MAX).contains(&last.as_micros().saturating_sub(now.as_micros()))
        };
        let recorded_at = match request.occurred_at {
            None => last.filter(lags).unwrap_or(now),
            Some(_) => now,
        };
        Context {
            actor: request.by.clone(),
            occurred_at: request.occurred_at.unwrap_or(recorded_at),
            recorded_at,
            late: request.late.clone(),
            policy: Arc::clone(&bureau.policy),
            calendar: Arc::clone(&bureau.calendar),
            number: None,
        }
    }

    /// Draws a number for a command that registers the case, into the context; the write that takes it.
    async fn draw_number(
        &self,
        store: &dyn EventStore,
        context: &mut Context,
        case: &Case<K>,
    ) -> Result<Option<StreamWrite>, ExecuteError<Refusal>> {
        let CaseCommand::Own(command) = &self.request.command else { return Ok(None) };
        if !K::registers(command) {
            return Ok(None);
        }
        let FreeNumber { number, register, expected } = free_number::<K>(store, context).await?;
        let drawn = NumberDrawn { number: number.clone(), case: self.request.case };
        context.number = Some(number);
        let event = self.stamp(context, case).seal(&RegisterEvent::NumberDrawn(drawn))?;
        Ok(Some(StreamWrite { stream: register, expected, events: vec![event] }))
    }

    fn stamp(&self, context: &Context, case: &Case<K>) -> Stamp<'_> {
        Stamp {
            occurred_at: context.occurred_at,
            recorded_at: context.recorded_at,
            metadata: self.metadata(context, case).encode(),
            entropy: &*self.bureau.entropy,
        }
    }

    /// Who, how and why; the rules are those of the place the case belongs to when it is decided.
    fn metadata(&self, context: &Context, case: &Case<K>) -> Metadata {
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
            rules: Some(context.rules(&case.jurisdiction()).version().clone()),
            late: request.late.clone(),
        }
    }
}

async fn free_number<K: Kind>(store: &dyn EventStore, context: &Context) -> Result<FreeNumber, StoreError> {
    let (office, year) = (&context.actor.office, context.date().year());
    let register = CaseNumber::register(K::KIND, office, year);
    let head = store.stream_head(&register).await?.map(|head| head.revision);
    let serial = Revision::after(head).get();
    let number = CaseNumber { kind: K::KIND, office: office.clone(), year, serial };
    Ok(FreeNumber { number, register, expected: Expected::at(head) })
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
        let prepared = self.prepare(store, conflict.as_ref()).await?;
        let Prepared { decided, context, register, expected } = prepared;
        let stamp = self.desk.stamp(&context, &decided.after);
        let events = decided.events.iter().map(|event| stamp.seal(event)).collect::<Result<_, _>>()?;
        let mut writes = vec![StreamWrite { stream: self.loader.stream().clone(), expected, events }];
        writes.extend(register);
        Ok((writes, decided))
    }
}
