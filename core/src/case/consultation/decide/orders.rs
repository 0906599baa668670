//! Work orders: from the sending to the answer of the unit. C7 to C10.

use chrono::NaiveDate;

use super::{Desk, Events};
use crate::case::code::ServiceMode;
use crate::case::consultation::RESULT;
use crate::case::consultation::event::{
    Event, WorkOrderAccepted, WorkOrderAnswered, WorkOrderExtended, WorkOrderIssued, WorkOrderReminded,
    WorkOrderReturned, WorkOrderSupervised,
};
use crate::case::consultation::order::{ExtensionGround, OrderKind, Progress, WorkOrder};
use crate::case::consultation::reminders::percents;
use crate::case::consultation::state::Course;
use crate::case::{Reason, ReasonCode};
use crate::id::{Code, DocumentId};
use crate::policy::GroundUse;
use crate::privacy::Sealed;

impl<'a> Desk<'a> {
    pub(super) fn issue(&mut self, order: DocumentId, kind: OrderKind, unit: &Code) -> Events {
        self.at_work()?;
        let twice = self.state().course().is_some_and(|course| course.order(order).is_some());
        self.check.none(twice.then_some(order), ReasonCode::NamedTwice);
        let (unit, by) = (unit.clone(), self.context.actor.id);
        Some(vec![Event::WorkOrderIssued(WorkOrderIssued { order, kind, unit, by })])
    }

    pub(super) fn accept_order(&mut self, order: DocumentId) -> Events {
        let (_, order) = self.order_of_actor(order)?;
        self.check.must(order.progress == Progress::Sent, ReasonCode::OrderTakenOn);
        Some(vec![Event::WorkOrderAccepted(WorkOrderAccepted { order: order.id })])
    }

    /// A unit gives back only what it is not competent for, before it takes it on, and not twice. The clock goes on.
    pub(super) fn return_order(&mut self, order: DocumentId, ground: &Code, to: Option<&Code>) -> Events {
        let (course, order) = self.order_of_actor(order)?;
        self.ground_is_known(ground, GroundUse::Return);
        self.check.must(order.progress == Progress::Sent, ReasonCode::OrderTakenOn);
        let before = |other: &WorkOrder| other.unit == order.unit && other.progress == Progress::Returned;
        let returned = course.orders.iter().any(before);
        self.check.none(returned.then_some(&order.unit), ReasonCode::ReturnedBefore);
        let (order, ground, competent) = (order.id, ground.clone(), to.cloned());
        Some(vec![Event::WorkOrderReturned(WorkOrderReturned { order, ground, competent })])
    }

    pub(super) fn answer_order(&mut self, order: DocumentId, result: DocumentId) -> Events {
        let (_, order) = self.order_of_actor(order)?;
        Some(vec![Event::WorkOrderAnswered(WorkOrderAnswered { order: order.id, result })])
    }

    /// The head of the unit puts the end off before it comes, for a reason, not beyond what the rule allows, and the
    /// caller is told.
    ///
    /// Source: Shandong rules on the 12348 hotline (山东省12348热线平台管理规定, 2017), where they are in force.
    pub(super) fn extend_order(
        &mut self,
        order: DocumentId,
        until: NaiveDate,
        ground: ExtensionGround,
        approval: DocumentId,
        told_by: Option<ServiceMode>,
    ) -> Events {
        let (work, _) = self.handling()?;
        let (_, order) = self.order_with_unit(order)?;
        let Some(clock) = &self.case.common.clock else {
            self.check.must(false, ReasonCode::NoClock);
            return None;
        };
        self.check.must(!clock.is_over_by_earliest(self.context.occurred_at), ReasonCode::TermOver);
        let last_day = clock.earliest_last_day();
        if last_day.is_some_and(|last_day| until <= last_day) {
            let reason = Reason::new(ReasonCode::NotLater).text("until", until).list("last_day", last_day);
            self.check.refuse(reason);
        }
        let (place, pauses) = (self.case.jurisdiction(), &clock.pauses);
        let at_most = self.context.deadline_from(&place, RESULT, Some("extended"), clock.start, pauses);
        let at_most = self.check.deadline(at_most)?;
        if let Some(last) = at_most.warned().filter(|last| until > last.due.due) {
            let reason = Reason::new(ReasonCode::ExtensionTooLong)
                .text("until", until)
                .text("max", last.due.due)
                .text("basis", &last.basis);
            self.check.refuse(reason);
        }
        self.check.must(told_by.is_some(), ReasonCode::CallerNotTold);
        let told_by = told_by?;
        self.can_be_reached(&work.matter.file, told_by);
        let (order, approved_by) = (order.id, self.context.actor.id);
        let extended = WorkOrderExtended { order, until, at_most, ground, approval, approved_by, told_by };
        Some(vec![Event::WorkOrderExtended(extended)])
    }

    /// Once for each share of the time that the rules name, when it has passed.
    pub(super) fn remind(&mut self, order: DocumentId, percent: u32) -> Events {
        let (_, order) = self.order_with_unit(order)?;
        let known = percents(&self.rules()).contains(&percent);
        let moment = self.case.common.clock.as_ref().and_then(|clock| order.moment_of(percent, clock));
        let due = moment.filter(|moment| known && *moment <= self.context.occurred_at);
        if due.is_none() {
            let reason = Reason::new(ReasonCode::ReminderNotDue).text("percent", percent);
            self.check.refuse(reason.list("due", moment.map(|moment| moment.to_china().format("%F %R"))));
        }
        let already = order.reminded.contains(&percent);
        self.check.none(already.then_some(percent), ReasonCode::AlreadyReminded);
        let order = order.id;
        Some(vec![Event::WorkOrderReminded(WorkOrderReminded { order, percent, due: due? })])
    }

    /// Whoever provides or operates the service may not say how well it was done.
    ///
    /// Source: four parties take part, three check each other (四方参与三方制衡), separation SOD-12.
    pub(super) fn supervise(&mut self, order: DocumentId, finding: &Sealed) -> Events {
        let course = self.handled()?;
        let order = self.named(course, order)?.id;
        Some(vec![Event::WorkOrderSupervised(WorkOrderSupervised { order, finding: finding.clone() })])
    }

    /// The order of this name.
    pub(super) fn named(
        &mut self,
        course: impl Into<Option<&'a Course>>,
        order: DocumentId,
    ) -> Option<&'a WorkOrder> {
        let found = course.into().and_then(|course| course.order(order));
        self.check.none(found.is_none().then_some(order), ReasonCode::NoOrder);
        found
    }

    /// The order of this name, which must be with its unit.
    fn order_with_unit(&mut self, order: DocumentId) -> Option<(&'a Course, &'a WorkOrder)> {
        let (_, course) = self.handling()?;
        let order = self.named(course, order)?;
        self.check.must(order.is_with_unit(), ReasonCode::OrderNotThere);
        Some((course, order))
    }

    /// The same, and the actor is of that unit.
    fn order_of_actor(&mut self, order: DocumentId) -> Option<(&'a Course, &'a WorkOrder)> {
        let (course, order) = self.order_with_unit(order)?;
        let office = &self.context.actor.office;
        self.check.none((order.unit != *office).then_some(office), ReasonCode::NotTheUnit);
        Some((course, order))
    }
}
