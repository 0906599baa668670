//! One way from the present history of a case to the writes of requests.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::beside::Beside;
use super::conflicts;
use super::desk::Desk;
use super::named;
use super::staffing::Records;
use super::{Bureau, CatchUpError, Request};
use crate::case::skeleton::ConflictFound;
use crate::case::{Case, CaseEvent, Context, Decided, Kind, NamedCase, RefusedRequest, decide_in_time};
use crate::conflict::Involved;
use crate::execute::{Attempt, Loader};
use crate::id::{Code, Revision, StreamId};
use crate::replay::{ReplayError, Timeline};
use crate::store::{Conflict, EventStore, Expected, StreamWrite};

/// Requests to one case that are carried out together.
pub(super) struct CaseAttempt<'a, K: Kind> {
    bureau: &'a Bureau,
    requests: &'a [Request<K>],
    loader: Loader<'a, Case<K>>,
    /// Whether some of the requests may have been carried out before: alone, or with others.
    catches_up: bool,
    /// The cases that are written in the same append.
    together_with: &'a [NamedCase],
}

/// What requests lead to.
pub(super) struct Outcome<K: Kind> {
    pub(super) events: Vec<CaseEvent<K>>,
    pub(super) after: Case<K>,
    /// The last revision before.
    pub(super) revision: Option<Revision>,
}

/// What is decided, with everything that is needed to write it.
struct Prepared<'a, K: Kind> {
    decided: Decided<K>,
    desks: Vec<(Desk<'a, K>, Context)>,
    revision: Option<Revision>,
}

impl<K: Kind> Prepared<'_, K> {
    fn outcome(self) -> Outcome<K> {
        let events = self.decided.events.into_iter().map(|decision| decision.event).collect();
        Outcome { events, after: self.decided.after, revision: self.revision }
    }
}

impl<'a, K: Kind> CaseAttempt<'a, K> {
    pub(super) const fn new(
        bureau: &'a Bureau,
        requests: &'a [Request<K>],
        loader: Loader<'a, Case<K>>,
    ) -> Self {
        Self { bureau, requests, loader, catches_up: false, together_with: &[] }
    }

    /// The same, where some of the requests may have been carried out before.
    pub(super) const fn catching_up(mut self) -> Self {
        self.catches_up = true;
        self
    }

    /// The same, where these cases are written in the same append.
    pub(super) const fn together_with(mut self, cases: &'a [NamedCase]) -> Self {
        self.together_with = cases;
        self
    }

    /// What the requests would lead to, without writing.
    pub(super) async fn foresee(&mut self) -> Result<Outcome<K>, CatchUpError> {
        Ok(self.prepare(&*self.bureau.store, None, &mut Beside::default()).await?.outcome())
    }

    /// What the requests write to the case, and what they lead to. What they need beside it is drawn and checked.
    pub(super) async fn write(
        &mut self,
        store: &dyn EventStore,
        conflict: Option<&Conflict>,
        beside: &mut Beside,
    ) -> Result<(StreamWrite, Outcome<K>), CatchUpError> {
        let prepared = self.prepare(store, conflict, beside).await?;
        let decided = &prepared.decided;
        let stamps: Vec<_> =
            prepared.desks.iter().map(|(desk, context)| desk.stamp(context, &decided.after)).collect();
        let events = decided.events.iter().map(|decision| {
            let stamp = stamps.get(decision.number).expect("a decision has the number of its command");
            stamp.at(decision.at).seal(&decision.event)
        });
        let events = events.collect::<Result<_, _>>()?;
        let (stream, expected) = (self.loader.stream().clone(), Expected::at(prepared.revision));
        Ok((StreamWrite { stream, expected, events }, prepared.outcome()))
    }

    /// Loads the case, draws a number for a command that needs one, and decides.
    async fn prepare(
        &mut self,
        store: &dyn EventStore,
        conflict: Option<&Conflict>,
        beside: &mut Beside,
    ) -> Result<Prepared<'a, K>, CatchUpError> {
        let (bureau, requests, stream) = (self.bureau, self.requests, self.loader.stream().clone());
        let timeline = self.loader.load(store, conflict).await?;
        let present = timeline.present();
        let came_in_at = came_in_at(timeline, requests)?;
        let (mut desks, mut keys) = (Vec::new(), BTreeSet::new());
        let involved = |state: &Case<K>| {
            let revision = present.revision().unwrap_or(Revision::FIRST);
            requests.first().map(|request| Involved::of::<K>(request.case, revision, state))
        };
        let here = involved(&present.state);
        for request in requests {
            let is_new = keys.insert(request.key);
            if self.catches_up && (!is_new || is_known(timeline, request)?) {
                continue;
            }
            let desk = Desk { bureau, request };
            let records = Records::look_up(store, request).await?;
            let mut context = desk.context(present.until.max(records.until()), came_in_at.as_ref());
            context.staff = records.say(request, context.occurred_at)?;
            records.unchanged().for_each(|check| beside.check(check));
            context.other_cases = other_cases(bureau, request, &here, beside).await?;
            context.known_cases = named::look_up(store, request, self.together_with, beside).await?;
            desks.push((desk, context));
        }
        // Numbers are given in the order in which things happened.
        desks.sort_by_key(|(_, context)| context.occurred_at);
        for (desk, context) in &mut desks {
            desk.draw_number(store, context, &present.state, beside).await?;
        }
        let mut decided = decide(&stream, timeline, &desks)?;
        // Whoever comes in with these requests was not there when other cases were looked at.
        let after = involved(&decided.after);
        if after.as_ref().map(|after| &after.persons) != here.as_ref().map(|here| &here.persons) {
            for (desk, context) in &mut desks {
                context.other_cases = other_cases(bureau, desk.request, &after, beside).await?;
            }
            decided = decide(&stream, timeline, &desks)?;
        }
        Ok(Prepared { decided, desks, revision: present.revision() })
    }
}

fn decide<K: Kind>(
    stream: &StreamId,
    timeline: &Timeline<Case<K>>,
    desks: &[(Desk<'_, K>, Context)],
) -> Result<Decided<K>, CatchUpError> {
    let given: Vec<_> = desks.iter().map(|(desk, context)| desk.given(context)).collect();
    decide_in_time(stream, timeline, &given)
}

/// What other cases say against those of whom a request is a search, or whom it assigns, in a case with these people; the
/// open ones among them must not change before the append.
async fn other_cases<K: Kind>(
    bureau: &Bureau,
    request: &Request<K>,
    here: &Option<Involved>,
    beside: &mut Beside,
) -> Result<BTreeSet<ConflictFound>, ReplayError> {
    let Some(here) = here else { return Ok(BTreeSet::new()) };
    let search = bureau.other_cases(here, &request.command.asks_of()).await?;
    conflicts::unchanged(&search).for_each(|check| beside.check(check));
    Ok(search.found)
}

/// The office of the first event of a case.
pub(super) fn first_office<K: Kind>(timeline: &Timeline<Case<K>>) -> Result<Option<Code>, ReplayError> {
    let first = timeline.events().iter().find(|one| one.recorded.revision == Revision::FIRST);
    Ok(first.map(|one| one.recorded.decode_metadata()).transpose()?.map(|metadata| metadata.actor.office))
}

/// The office at which a case came in: that of its first event, or of the request that comes first.
fn came_in_at<K: Kind>(
    timeline: &Timeline<Case<K>>,
    requests: &[Request<K>],
) -> Result<Option<Code>, ReplayError> {
    if let Some(office) = first_office(timeline)? {
        return Ok(Some(office));
    }
    let first = requests.iter().min_by_key(|request| (request.occurred_at.is_none(), request.occurred_at));
    Ok(first.map(|request| request.by.office.clone()))
}

/// Whether what a request led to is among the events of its moment.
fn is_known<K: Kind>(timeline: &Timeline<Case<K>>, request: &Request<K>) -> Result<bool, ReplayError> {
    let Some(moment) = request.occurred_at else { return Ok(false) };
    for one in timeline.at(moment) {
        if one.recorded.decode_metadata()?.command == request.key {
            return Ok(true);
        }
    }
    Ok(false)
}

#[async_trait]
impl<K: Kind> Attempt for CaseAttempt<'_, K> {
    type Output = Outcome<K>;
    type Refusal = RefusedRequest;

    async fn attempt(
        &mut self,
        store: &dyn EventStore,
        conflict: Option<Conflict>,
    ) -> Result<(Vec<StreamWrite>, Outcome<K>), CatchUpError> {
        let mut beside = Beside::default();
        let (write, outcome) = self.write(store, conflict.as_ref(), &mut beside).await?;
        Ok((beside.with(vec![write]), outcome))
    }
}
