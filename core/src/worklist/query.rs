//! What is asked of a worklist, and what it answers.

use serde::{Deserialize, Serialize};

use super::row::Row;
use crate::case::CaseId;
use crate::case::code::Role;
use crate::clock::Timestamp;
use crate::id::{ActorId, Code};

/// Which rows of a worklist are wanted, and in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// Whose rows.
    pub whose: Whose,
    /// In which order; the green channel comes first in each.
    pub order: Order,
    /// Only rows that are due before this moment, exclusive; `None` for all, also those without a due date.
    pub due_before: Option<Timestamp>,
}

/// Whose rows are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Whose {
    /// What waits for a role in an office and the offices under it.
    Role(Code, Role),
    /// What one person handles, wherever it lies.
    Handler(ActorId),
    /// Every open case of an office and the offices under it.
    Office(Code),
}

impl Query {
    /// What waits for a role in an office and the offices under it; for the whole country the office is `CN`.
    #[must_use]
    pub const fn of_role(office: Code, role: Role) -> Self {
        Self::of(Whose::Role(office, role))
    }

    /// What one person handles.
    #[must_use]
    pub const fn of_handler(handler: ActorId) -> Self {
        Self::of(Whose::Handler(handler))
    }

    /// Every open case of an office and the offices under it.
    #[must_use]
    pub const fn of_office(office: Code) -> Self {
        Self::of(Whose::Office(office))
    }

    const fn of(whose: Whose) -> Self {
        Self { whose, order: Order::Earliest, due_before: None }
    }

    /// In this order.
    #[must_use]
    pub const fn in_order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// Only what is due before this moment, exclusive: now for what is overdue, three days from now for what soon
    /// will be.
    #[must_use]
    pub const fn due_before(mut self, moment: Timestamp) -> Self {
        self.due_before = Some(moment);
        self
    }
}

/// By which due date rows are ordered. Rows without one come last, the oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Order {
    /// By the earliest of all layers: by what to warn.
    Earliest,
    /// By the earliest of the statutes: by what is judged.
    Statutory,
}

/// The place of a row in an order: the next page begins behind it, also if the row has moved on meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cursor {
    /// False comes before true, so what has priority comes first.
    pub(super) ordinary: bool,
    /// The end of all time for what is not due.
    pub(super) due: i64,
    pub(super) received: i64,
    pub(super) case: CaseId,
}

impl Cursor {
    /// Where a row stands in an order.
    pub(super) fn of(row: &Row, order: Order) -> Self {
        let due = match order {
            Order::Earliest => row.earliest(),
            Order::Statutory => row.statutory(),
        };
        Self {
            ordinary: !row.priority,
            due: due.map_or(i64::MAX, |due| due.until.as_micros()),
            received: row.received_at.as_micros(),
            case: row.case,
        }
    }

    /// The first place of a class, before every row in it.
    pub(super) const fn first(ordinary: bool) -> Self {
        Self { ordinary, due: i64::MIN, received: i64::MIN, case: CaseId::from_uuid(uuid::Uuid::nil()) }
    }
}

/// Some rows of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page {
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// Where the next page begins; `None` if this is the last.
    pub next: Option<Cursor>,
}
