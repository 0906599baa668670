//! The index against a list that is sorted anew for every question.

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::index::Index;
use super::{Cursor, Order, Query, Row, RowDue, Whose};
use crate::case::CaseId;
use crate::case::code::{Phase, Role};
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, Revision};
use crate::policy::{CaseKind, Jurisdiction, Layer};

/// Some lie under others, and some only begin alike.
const OFFICES: &[&str] =
    &["CN", "CN/33", "CN/330200", "CN/330200/haishu", "CN/330200/haishu/1", "CN/330200-old", "CN/330200x"];
const ROLES: &[Role] = &[Role::Mediator, Role::Committee, Role::Archivist];

fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000).unwrap()
}

fn due(layer: Layer, seconds: i64) -> RowDue {
    let until = moment(seconds);
    RowDue { until, last_day: until.china_date(), rule: Code::new("MED-D01").unwrap(), layer }
}

fn office() -> impl Strategy<Value = Code> {
    prop::sample::select(OFFICES).prop_map(|office| Code::new(office).unwrap())
}

fn row() -> impl Strategy<Value = Row> {
    let dues =
        prop::collection::vec((prop::sample::select(vec![Layer::Statute, Layer::Promise]), 0..40_i64), 0..3);
    let roles = prop::sample::subsequence(ROLES, 0..=ROLES.len());
    (0..30_u128, office(), any::<bool>(), dues, 0..5_i64, roles, 0..3_u128).prop_map(
        |(case, office, priority, dues, received, roles, handler)| {
            let mut dues: Vec<_> = dues.into_iter().map(|(layer, seconds)| due(layer, seconds)).collect();
            dues.sort();
            Row {
                kind: CaseKind::Mediation,
                case: CaseId::from_uuid(Uuid::from_u128(case)),
                number: None,
                office,
                jurisdiction: Jurisdiction::CN,
                phase: Phase::Handling,
                state: "InSession".into(),
                priority,
                handlers: vec![ActorId::from_uuid(Uuid::from_u128(handler))],
                waits_for: roles.into_iter().map(|role| (role, vec!["HoldSession".into()])).collect(),
                dues,
                clock_stopped: false,
                received_at: moment(received),
                revision: Revision::FIRST,
            }
        },
    )
}

fn query() -> impl Strategy<Value = Query> {
    let whose = prop_oneof![
        (office(), prop::sample::select(ROLES)).prop_map(|(office, role)| Whose::Role(office, role)),
        office().prop_map(Whose::Office),
        (0..3_u128).prop_map(|handler| Whose::Handler(ActorId::from_uuid(Uuid::from_u128(handler)))),
    ];
    let order = prop_oneof![Just(Order::Earliest), Just(Order::Statutory)];
    let before = prop::option::of((0..45_i64).prop_map(moment));
    (whose, order, before).prop_map(|(whose, order, due_before)| Query { whose, order, due_before })
}

/// A row comes or, with `None`, a case is archived.
fn changes() -> impl Strategy<Value = Vec<(Row, bool)>> {
    prop::collection::vec((row(), prop::bool::weighted(0.8)), 0..60)
}

fn due_of(row: &Row, order: Order) -> Option<Timestamp> {
    let of_layer = |due: &&RowDue| order == Order::Earliest || due.layer == Layer::Statute;
    row.dues.iter().filter(of_layer).map(|due| due.until).min()
}

/// What the query says, word by word.
fn wanted<'a>(rows: &'a BTreeMap<CaseId, Row>, query: &Query) -> Vec<&'a Row> {
    let under = |row: &Row, office: &Code| {
        row.office == *office || row.office.as_str().starts_with(&format!("{office}/"))
    };
    let mut wanted: Vec<_> = rows
        .values()
        .filter(|row| match &query.whose {
            Whose::Role(office, role) => under(row, office) && row.waits_for.contains_key(role),
            Whose::Office(office) => under(row, office),
            Whose::Handler(handler) => row.handlers.contains(handler),
        })
        .filter(|row| {
            query.due_before.is_none_or(|before| due_of(row, query.order).is_some_and(|due| due < before))
        })
        .collect();
    wanted.sort_by_key(|row| {
        let due = due_of(row, query.order);
        (!row.priority, due.is_none(), due, row.received_at, row.case)
    });
    wanted
}

proptest! {
    #[test]
    fn pages_are_what_a_sorted_list_gives(changes in changes(), query in query(), limit in 1..7_usize) {
        let (mut index, mut rows) = (Index::default(), BTreeMap::new());
        for (row, comes) in changes {
            if comes {
                index.put(row.clone());
                rows.insert(row.case, row);
            } else {
                index.remove(&row.case.stream(row.kind));
                rows.remove(&row.case);
            }
        }
        prop_assert_eq!(index.rows().collect::<Vec<_>>(), rows.values().collect::<Vec<_>>());
        let wanted = wanted(&rows, &query);
        prop_assert_eq!(index.count(&query), wanted.len());
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = index.page(&query, after.as_ref(), limit);
            prop_assert!(page.rows.len() == limit || page.next.is_none());
            seen.extend(page.rows);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        prop_assert_eq!(seen.iter().collect::<Vec<_>>(), wanted);
    }

    /// The page behind a row that has moved on begins where the row stood.
    #[test]
    fn a_cursor_outlives_its_row(changes in changes(), query in query(), limit in 1..7_usize) {
        let mut index = Index::default();
        changes.into_iter().for_each(|(row, _)| index.put(row));
        let first = index.page(&query, None, limit);
        let behind = index.page(&query, first.next.as_ref(), usize::MAX);
        if let (Some(cursor), Some(last)) = (first.next, first.rows.last()) {
            index.remove(&last.case.stream(last.kind));
            prop_assert_eq!(index.page(&query, Some(&cursor), usize::MAX), behind);
        }
    }
}

#[test]
fn a_cursor_travels_as_text() {
    let cursor = Cursor { due: 7, ..Cursor::first(true) };
    let text = serde_json::to_string(&cursor).unwrap();
    assert_eq!(serde_json::from_str::<Cursor>(&text).unwrap(), cursor);
}

#[test]
fn nothing_asked_of_nothing_is_nothing() {
    let query = Query::of_role(Code::new("CN").unwrap(), Role::Mediator);
    let page = Index::default().page(&query, Some(&Cursor::first(true)), 0);
    assert_eq!((page.rows.len(), page.next), (0, None));
}
