//! A request at a bureau: the world in which it is decided, and the envelope of what it leads to.

use chrono::Datelike;

use super::beside::Beside;
use super::register::{NumberDrawn, RegisterEvent};
use super::{Bureau, CatchUpError, Request};
use crate::case::{Case, CaseCommand, CaseNumber, Context, Given, Kind};
use crate::clock::Timestamp;
use crate::event::{Actor, Metadata};
use crate::execute::Stamp;
use crate::id::{Code, CorrelationId};
use crate::store::EventStore;

/// By how much the clock of a desk may be behind that of another before its commands are refused as out of order: a
/// minute. A clock that is further off is wrong, and somebody should know.
const CLOCK_LAG_MICROS_MAX: i64 = 60_000_000;

/// A request at a bureau.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a, K: Kind> {
    pub(super) bureau: &'a Bureau,
    pub(super) request: &'a Request<K>,
}

impl<'a, K: Kind> Desk<'a, K> {
    /// The world in which the request is decided; `last` is the latest moment in the case, `came_in_at` the office at
    /// which it came in, unless the request opens it.
    ///
    /// The moment is taken after the case was loaded, each time anew: a command that was overtaken would otherwise seem
    /// to happen before what overtook it. So would one from a desk whose clock is a little behind another's; what happens
    /// "now" happens after what the case has seen.
    pub(super) fn context(&self, last: Option<Timestamp>, came_in_at: Option<&Code>) -> Context {
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
            occurred_at: request.occurred_at.unwrap_or(recorded_at),
            late: request.late.clone(),
            ..bureau.context(request.case, &request.by, came_in_at, recorded_at)
        }
    }

    /// Draws a number for a command that registers something, into the context.
    pub(super) async fn draw_number(
        &self,
        store: &dyn EventStore,
        context: &mut Context,
        case: &Case<K>,
        beside: &mut Beside,
    ) -> Result<(), CatchUpError> {
        let CaseCommand::Own(command) = &self.request.command else { return Ok(()) };
        let Some(register) = K::register(command) else { return Ok(()) };
        let (office, year) = (&context.actor.office, context.date().year());
        let draw = beside.register(store, register.stream(K::KIND, office, year)).await?;
        let number = CaseNumber { kind: K::KIND, office: office.clone(), year, serial: draw.serial() };
        let drawn = NumberDrawn { register, number: number.clone(), case: self.request.case };
        context.number = Some(number);
        draw.take(self.stamp(context, case).seal(&RegisterEvent::NumberDrawn(drawn))?);
        Ok(())
    }

    /// Its command, to be decided.
    pub(super) const fn given(&self, context: &'a Context) -> Given<'a, K> {
        Given { key: self.request.key, command: &self.request.command, context }
    }

    /// What all events of the request have in common.
    pub(super) fn stamp(&self, context: &Context, case: &Case<K>) -> Stamp<'a> {
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

fn code(text: &str) -> Code {
    Code::new(text).expect("the codes of the tables are codes")
}
