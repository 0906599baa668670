//! One line of a worklist: what a case waits for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::case::code::{Phase, Role};
use crate::case::skeleton::{CaseClock, CommonCommand, PriorityStage};
use crate::case::{Case, CaseId, CaseNumber, Kind};
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, Revision};
use crate::policy::{CaseKind, Deadline, Jurisdiction, Layer, LayerDue};

/// An open case, as a worklist shows it. Nothing in it is personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Row {
    /// The kind of case.
    pub kind: CaseKind,
    /// The case.
    pub case: CaseId,
    /// Its number, once it is registered.
    pub number: Option<CaseNumber>,
    /// The office to which it belongs: where it is registered, or until then where it was sent on to or came in.
    pub office: Code,
    /// The place whose rules hold.
    pub jurisdiction: Jurisdiction,
    /// The phase it is in.
    pub phase: Phase,
    /// The state it is in.
    pub state: Cow<'static, str>,
    /// Whether it goes first at this stage (绿色通道).
    pub priority: bool,
    /// Those who handle it now.
    pub handlers: Vec<ActorId>,
    /// The steps that could be taken next, by who may take them.
    pub waits_for: BTreeMap<Role, Vec<Cow<'static, str>>>,
    /// The due dates that still have to be met, the earliest first; empty if none runs.
    pub dues: Vec<RowDue>,
    /// Whether its statutory clock stands still, so that nobody knows its end.
    pub clock_stopped: bool,
    /// When it came in.
    pub received_at: Timestamp,
    /// The last event that is in this row.
    pub revision: Revision,
}

/// A due date in a worklist, by one layer of rules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RowDue {
    /// The first moment that is too late.
    pub until: Timestamp,
    /// The last day.
    pub last_day: NaiveDate,
    /// The rule; of a day that somebody set, the event that set it (`ReferralSent`, `SupervisionOrderIssued`).
    pub rule: Code,
    /// How binding it is.
    pub layer: Layer,
}

impl Row {
    /// The earliest due date of any layer.
    #[must_use]
    pub fn earliest(&self) -> Option<&RowDue> {
        self.dues.first()
    }

    /// The earliest due date by statute.
    #[must_use]
    pub fn statutory(&self) -> Option<&RowDue> {
        self.dues.iter().find(|due| due.layer == Layer::Statute)
    }
}

/// What the row needs beside the state: whose history it is, and how it begins and ends.
pub(super) struct History {
    pub(super) case: CaseId,
    /// The office of whoever gave the first command.
    pub(super) came_in_at: Code,
    pub(super) received_at: Timestamp,
    pub(super) revision: Revision,
}

/// The row of a case; `None` if it is not open: nothing has happened, or its file lies in the archive.
pub(super) fn row<K: Kind>(case: &Case<K>, history: History) -> Option<Row> {
    let phase = case.phase();
    if matches!(phase, Phase::Unopened | Phase::Archived) {
        return None;
    }
    let number = K::number(&case.own).cloned();
    let office = case.office(&history.came_in_at).clone();
    Some(Row {
        kind: K::KIND,
        case: history.case,
        number,
        office,
        jurisdiction: case.jurisdiction(),
        phase,
        state: case.state_name().into(),
        priority: stages_of(phase).iter().any(|stage| case.common.priority.contains(stage)),
        handlers: K::responsible(&case.own),
        waits_for: waits_for(case),
        dues: dues(case),
        clock_stopped: case.common.clock.as_ref().is_some_and(CaseClock::is_stopped),
        received_at: history.received_at,
        revision: history.revision,
    })
}

/// The stages of the green channel at which a case may stand in a phase.
const fn stages_of(phase: Phase) -> &'static [PriorityStage] {
    match phase {
        Phase::Received => &[PriorityStage::Reception, PriorityStage::Acceptance],
        Phase::UnderReview => &[PriorityStage::Acceptance, PriorityStage::Review, PriorityStage::Assignment],
        Phase::Assigned | Phase::Handling => &[PriorityStage::Answer],
        Phase::Unopened | Phase::Closed | Phase::Archived => &[],
    }
}

/// The commands of the kind that are possible now, and those that settle something else that stands open.
fn waits_for<K: Kind>(case: &Case<K>) -> BTreeMap<Role, Vec<Cow<'static, str>>> {
    let step = K::step(&case.own);
    let own = K::COMMANDS.iter().filter(|spec| spec.from.contains(&step)).map(|spec| (spec.name, spec.roles));
    let own = own.filter(|_| case.common.gone.is_none());
    let tasks = case.common.open_tasks(case.is_closed());
    let common = CommonCommand::COMMANDS
        .iter()
        .filter(|spec| tasks.contains(&spec.name) && case.knows(spec.name))
        .map(|spec| (spec.name, spec.roles));
    let mut waits: BTreeMap<Role, Vec<Cow<'static, str>>> = BTreeMap::new();
    for (name, roles) in own.chain(common) {
        for role in roles {
            waits.entry(*role).or_default().push(Cow::Borrowed(name));
        }
    }
    waits
}

/// The due dates that still have to be met.
fn dues<K: Kind>(case: &Case<K>) -> Vec<RowDue> {
    let clock = case.common.clock.as_ref().filter(|_| K::clock_runs(&case.own));
    let mut dues: Vec<RowDue> = clock.into_iter().flat_map(clock_dues).collect();
    dues.extend(K::owed(&case.own).into_iter().chain(case.common.owed()).flat_map(deadline_dues));
    dues.extend(case.common.days_set().filter_map(|(event, day)| day_set(event, day)));
    dues.sort();
    dues
}

/// The ends of the case's clock. Where the parties have put the end off together, no layer ends earlier.
fn clock_dues(clock: &CaseClock) -> Vec<RowDue> {
    if clock.is_stopped() {
        return Vec::new();
    }
    let mut dues = deadline_dues(&clock.deadline);
    if let Some((day, until)) = clock.extended_until.and_then(|day| Some((day, end_of(day)?))) {
        dues.iter_mut().for_each(|due| (due.last_day, due.until) = (day, until));
    }
    dues
}

fn deadline_dues(deadline: &Deadline) -> Vec<RowDue> {
    let due = |layer: &LayerDue| RowDue {
        until: layer.due.until,
        last_day: layer.due.due,
        rule: deadline.id.clone(),
        layer: layer.layer,
    };
    deadline.dues.iter().map(due).collect()
}

/// A day that no rule computed. It is a promise, for no statute is behind it.
fn day_set(event: &str, day: NaiveDate) -> Option<RowDue> {
    Some(RowDue { until: end_of(day)?, last_day: day, rule: Code::new(event).ok()?, layer: Layer::Promise })
}

/// The first moment after a day in China.
fn end_of(day: NaiveDate) -> Option<Timestamp> {
    day.checked_add_days(Days::new(1)).and_then(|next| Timestamp::start_of_china_day(next).ok())
}
