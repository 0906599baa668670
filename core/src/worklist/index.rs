//! The rows of a worklist, in every order in which they are asked for.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

use super::query::{Cursor, Order, Page, Query, Whose};
use super::row::Row;
use crate::case::CaseId;
use crate::case::code::Role;
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, StreamId};

/// Who has a queue of his own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    /// A role in an office. The role comes first, so that an office and all under it lie together.
    Role(Role, Code),
    /// An office.
    Office(Code),
    /// Who handles cases.
    Handler(ActorId),
}

/// The rows, and a queue of their places for every owner and order.
#[derive(Debug, Default)]
pub(super) struct Index {
    rows: HashMap<CaseId, Row>,
    queues: BTreeMap<(Order, Owner), BTreeSet<Cursor>>,
}

impl Index {
    /// Puts a row in, instead of the one that the case had.
    pub(super) fn put(&mut self, row: Row) {
        self.take_out(row.case);
        for order in [Order::Earliest, Order::Statutory] {
            let place = Cursor::of(&row, order);
            for owner in owners(&row) {
                self.queues.entry((order, owner)).or_default().insert(place);
            }
        }
        self.rows.insert(row.case, row);
    }

    /// Takes the row of a stream out; nothing happens if it has none.
    pub(super) fn remove(&mut self, stream: &StreamId) {
        if let Ok(case) = stream.key().parse() {
            self.take_out(case);
        }
    }

    fn take_out(&mut self, case: CaseId) {
        let Some(row) = self.rows.remove(&case) else { return };
        for order in [Order::Earliest, Order::Statutory] {
            let place = Cursor::of(&row, order);
            for owner in owners(&row) {
                let key = (order, owner);
                if let Some(queue) = self.queues.get_mut(&key) {
                    queue.remove(&place);
                    if queue.is_empty() {
                        self.queues.remove(&key);
                    }
                }
            }
        }
    }

    /// Every row, in the order of the cases.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> {
        let in_order: BTreeMap<_, _> = self.rows.iter().collect();
        in_order.into_values()
    }

    /// The rows of a query behind a cursor.
    pub(super) fn page(&self, query: &Query, after: Option<&Cursor>, limit: usize) -> Page {
        let mut places = self.places(query, after.copied());
        let rows: Vec<Row> =
            places.by_ref().take(limit).filter_map(|place| self.rows.get(&place.case).cloned()).collect();
        let more = places.next().is_some();
        let next = rows.last().filter(|_| more).map(|row| Cursor::of(row, query.order));
        Page { rows, next }
    }

    /// How many rows a query has.
    pub(super) fn count(&self, query: &Query) -> usize {
        match query.due_before {
            None => self.queues_of(query).iter().map(|queue| queue.len()).sum(),
            Some(_) => self.places(query, None).count(),
        }
    }

    /// The places of a query in order: those of all its queues, merged.
    ///
    /// It looks at the first place of each queue, and then at one for each that it gives out.
    fn places(&self, query: &Query, after: Option<Cursor>) -> impl Iterator<Item = Cursor> {
        let before = query.due_before.map(Timestamp::as_micros);
        let mut queues: Vec<_> =
            self.queues_of(query).into_iter().map(|queue| behind(queue, after, before)).collect();
        let mut heads: BinaryHeap<_> = queues
            .iter_mut()
            .enumerate()
            .filter_map(|(number, queue)| Some(Reverse((queue.next()?, number))))
            .collect();
        std::iter::from_fn(move || {
            let Reverse((place, number)) = heads.pop()?;
            let next = queues.get_mut(number).and_then(Iterator::next);
            heads.extend(next.map(|next| Reverse((next, number))));
            Some(place)
        })
    }

    /// The queues of a query: one, or those of an office and of all under it.
    fn queues_of(&self, query: &Query) -> Vec<&BTreeSet<Cursor>> {
        let (first, office) = match &query.whose {
            Whose::Handler(handler) => {
                return self.queues.get(&(query.order, Owner::Handler(*handler))).into_iter().collect();
            }
            Whose::Role(office, role) => (Owner::Role(*role, office.clone()), office),
            Whose::Office(office) => (Owner::Office(office.clone()), office),
        };
        let wanted = |owner: &Owner| match (&first, owner) {
            (Owner::Role(role, _), Owner::Role(found, at)) if role == found => Some(at.clone()),
            (Owner::Office(_), Owner::Office(at)) => Some(at.clone()),
            (Owner::Role(..) | Owner::Office(_) | Owner::Handler(_), _) => None,
        };
        self.queues
            .range((query.order, first.clone())..)
            .take_while(|((order, _), _)| *order == query.order)
            .map_while(|((_, owner), queue)| Some((wanted(owner)?, queue)))
            // What begins with the name of the office lies together, and not all of it lies under the office.
            .take_while(|(at, _)| at.as_str().starts_with(office.as_str()))
            .filter(|(at, _)| at.lies_under(office))
            .map(|(_, queue)| queue)
            .collect()
    }
}

/// Everybody in whose queue a row stands.
fn owners(row: &Row) -> impl Iterator<Item = Owner> {
    let roles = row.waits_for.keys().map(|role| Owner::Role(*role, row.office.clone()));
    let handlers = row.handlers.iter().map(|handler| Owner::Handler(*handler));
    roles.chain(handlers).chain([Owner::Office(row.office.clone())])
}

/// The places of a queue behind a cursor that are due before a moment: of what has priority, and then of the rest.
fn behind(
    queue: &BTreeSet<Cursor>,
    after: Option<Cursor>,
    before: Option<i64>,
) -> impl Iterator<Item = Cursor> {
    [false, true].into_iter().flat_map(move |ordinary| {
        let first = after.map_or(Cursor::first(ordinary), |after| after.max(Cursor::first(ordinary)));
        queue
            .range(first..)
            .take_while(move |place| place.ordinary == ordinary)
            .take_while(move |place| before.is_none_or(|before| place.due < before))
            .filter(move |place| Some(**place) != after)
            .copied()
    })
}
