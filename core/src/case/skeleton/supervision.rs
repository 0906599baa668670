//! What is demanded of an institution that is late or wrong: orders, their verification, accountability (监督、责任追究).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Common;
use super::complaint::ComplaintFinding;
use super::decide::{Desk, Events};
use super::event::CommonEvent;
use crate::case::code::codes;
use crate::case::{Kind, ReasonCode};
use crate::id::{ActorId, Code, DocumentId};
use crate::policy::Layer;

codes! {
    /// In which form something is demanded.
    pub enum OrderForm {
        /// An order (督办单).
        Order = "ORDER",
        /// A table of tasks (任务表).
        TaskTable = "TASK_TABLE",
        /// A plan (计划单).
        PlanSheet = "PLAN_SHEET",
        /// A letter (提醒函).
        ReminderLetter = "REMINDER_LETTER",
    }
}

codes! {
    /// How somebody is held to account, from the mildest to the hardest.
    pub enum AccountabilityLevel {
        /// They are reminded (提醒).
        Reminder = "REMINDER",
        /// They are criticised in writing (书面批评).
        WrittenCriticism = "WRITTEN_CRITICISM",
        /// Part of the allowance is kept (扣除补贴).
        SubsidyDeduction = "SUBSIDY_DEDUCTION",
        /// They are suspended (暂停).
        Suspension = "SUSPENSION",
        /// They are removed (退出).
        Removal = "REMOVAL",
    }
}

/// Demands that something be put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueSupervisionOrder {
    /// Its name in this case (`S1`).
    pub order: Code,
    /// In which form.
    pub form: OrderForm,
    /// Until when.
    pub due: NaiveDate,
    /// The paper.
    pub decision: DocumentId,
}

/// Something is to be put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionOrderIssued {
    /// Its name in this case.
    pub order: Code,
    /// In which form.
    pub form: OrderForm,
    /// Until when.
    pub due: NaiveDate,
    /// The paper.
    pub decision: DocumentId,
    /// Who demands it.
    pub decided_by: ActorId,
}

/// Looks whether it was put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyRectification {
    /// Which order.
    pub order: Code,
    /// Whether it was; if not, the order stays open.
    pub passed: bool,
    /// The record of it.
    pub decision: DocumentId,
}

/// It was looked whether something was put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RectificationVerified {
    /// Which order.
    pub order: Code,
    /// Whether it was.
    pub passed: bool,
    /// The record of it.
    pub decision: DocumentId,
    /// Who looked.
    pub decided_by: ActorId,
}

/// The term of the case ended, and the case had not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineMissed {
    /// Which rule.
    pub deadline: Code,
    /// How binding the rule is whose last day is over.
    pub layer: Layer,
    /// The last day.
    pub last_day: NaiveDate,
}

/// Holds somebody to account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAccountability {
    /// Whom.
    pub against: ActorId,
    /// How.
    pub level: AccountabilityLevel,
    /// The decision.
    pub decision: DocumentId,
}

/// Somebody is held to account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountabilityOpened {
    /// Whom.
    pub against: ActorId,
    /// How.
    pub level: AccountabilityLevel,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
}

/// Something that is to be put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Until when.
    pub due: NaiveDate,
    /// Whether it was looked at, and with which result; the last one counts.
    pub passed: Option<bool>,
}

/// The orders in a case, by the names they have in it.
pub type Orders = BTreeMap<Code, Order>;

impl Common {
    pub(super) fn rectification_verified(&mut self, verified: &RectificationVerified) -> Option<()> {
        self.orders.get_mut(&verified.order)?.passed = Some(verified.passed);
        Some(())
    }
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn issue_supervision_order(&mut self, command: &IssueSupervisionOrder) -> Events {
        let IssueSupervisionOrder { order, form, due, decision } = command.clone();
        let known = self.case.common.orders.contains_key(&order);
        self.check.none_of(known.then_some(&order), ReasonCode::ItemTwice);
        self.actor_is_no_handler();
        self.is_no_day_past(due);
        let decided_by = self.context.actor.id;
        let issued = SupervisionOrderIssued { order, form, due, decision, decided_by };
        Some(vec![CommonEvent::SupervisionOrderIssued(issued)])
    }

    pub(super) fn verify_rectification(&mut self, command: &VerifyRectification) -> Events {
        let VerifyRectification { order, passed, decision } = command.clone();
        let found = self.case.common.orders.get(&order);
        self.check.must(found.is_some_and(|order| order.passed != Some(true)), ReasonCode::NoSuchOrder);
        self.actor_is_no_handler();
        let decided_by = self.context.actor.id;
        let verified = RectificationVerified { order, passed, decision, decided_by };
        Some(vec![CommonEvent::RectificationVerified(verified)])
    }

    /// Each end that passes is noted once: first that of a promise, later that of the law.
    pub(super) fn note_missed_deadline(&mut self) -> Events {
        let Some(clock) = &self.case.common.clock else {
            self.check.must(false, ReasonCode::NoClock);
            return None;
        };
        let deadline = &clock.deadline.id;
        let passed = clock.passed(self.context.occurred_at);
        let missed =
            passed.map(|(layer, last_day)| DeadlineMissed { deadline: deadline.clone(), layer, last_day });
        let new = missed.filter(|missed| !self.case.common.missed.contains(missed));
        let new = new.min_by_key(|missed| missed.last_day);
        self.check.must(new.is_some(), ReasonCode::NothingMissed);
        Some(vec![CommonEvent::DeadlineMissed(new?)])
    }

    /// Only for what the history shows: a term that was missed, a complaint that is right, an order without effect.
    pub(super) fn open_accountability(&mut self, command: &OpenAccountability) -> Events {
        let common = &self.case.common;
        let upheld =
            common.complaints.values().any(|one| one.finding.is_some_and(ComplaintFinding::is_upheld));
        let in_vain = common.orders.values().any(|order| order.passed == Some(false));
        let borne_out = !common.missed.is_empty() || upheld || in_vain;
        self.check.must(borne_out, ReasonCode::NothingMissed);
        let decided_by = self.context.actor.id;
        self.check.must(command.against != decided_by, ReasonCode::SamePerson);
        let OpenAccountability { against, level, decision } = *command;
        let opened = AccountabilityOpened { against, level, decision, decided_by };
        Some(vec![CommonEvent::AccountabilityOpened(opened)])
    }
}
