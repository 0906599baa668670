//! Every corner of the machine of a kind: what is reached, what can never happen, and where nobody gets out.
//!
//! The walk tries every command in several forms in one case of each [`Outline`]. Every step that it takes is really
//! decided and carried out, so whatever it finds is possible. What it proves: no state is out of reach or without a way
//! into the archive, no event and no command is there for nothing, no paper is asked of a file that nobody could ever
//! be asked for, and no two automatic commands compete. What it finds is drawn on a page beside the kind.

mod moves;
mod outline;
mod page;

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::kit::{case_at, context, opening};
use super::programme::Varied;
use crate::case::code::Role;
use crate::case::skeleton::CommonCommand;
use crate::case::{Case, CaseCommand};
use crate::policy::Required;
use crate::testing::explore::{Map, explore_from};

use moves::{lacking, moves};
pub(in crate::case) use outline::{Outline, held};
pub(in crate::case) use page::assert_drawn;

/// A kind whose machine is walked through.
pub(in crate::case) trait Walked: Varied {
    /// The types of its own events.
    fn events() -> Vec<&'static str>;

    /// What decides in a state which commands are possible, and would be lost if the state were all that is known.
    fn marks(case: &Case<Self>) -> Vec<&'static str>;

    /// Forms of commands that neither the examples nor [`Varied::vary`] have.
    fn more_forms() -> Vec<CaseCommand<Self>> {
        Vec::new()
    }

    /// The office at whose desk a role sits.
    fn office_of(_: Role) -> &'static str {
        Self::OFFICE
    }
}

/// More outlines than these hold something that grows.
const OUTLINES_MAX: usize = 2_000;

/// What was seen on the way through a machine.
#[derive(Debug)]
pub(in crate::case) struct Walk {
    /// The outlines, and the ways between them.
    map: Map<Outline>,
    /// The items of the checklist that some closed case lacked.
    lacked: BTreeSet<u32>,
}

/// Walks through the whole machine of a kind, from the beginning and from an ordinary case at each of its steps.
pub(in crate::case) fn walk<K: Walked>() -> Walk {
    let starts = K::STEPS.iter().copied().map(Some).chain([None]).map(case_at::<K>);
    let lacked = RefCell::new(BTreeSet::new());
    let moves = |case: &Case<K>| {
        lacked.borrow_mut().extend(lacking(case));
        moves(case)
    };
    let map = explore_from::<Case<K>, _, _>(starts, Outline::of, moves, OUTLINES_MAX).unwrap();
    Walk { map, lacked: lacked.into_inner() }
}

/// Fails with everything that makes a machine unsound.
pub(in crate::case) fn assert_sound<K: Walked>(walk: &Walk) {
    let map = &walk.map;
    let steps = K::STEPS.iter().map(|step| K::step_name(*step)).chain(["Archived"]);
    let own = K::COMMANDS.iter().map(|spec| spec.name);
    let common = CommonCommand::COMMANDS.iter().map(|spec| spec.name);
    let commands = own.chain(common.filter(|name| !K::OWN_FORMS.contains(name)));
    let stuck = map.without_an_end(|outline| outline.state == "Archived");
    let stuck: Vec<_> = stuck.into_iter().map(|outline| (outline, map.way_to(outline))).collect();
    let faults = [
        ("states that nothing leads to", format!("{:?}", map.never_seen(steps, |outline| outline.state))),
        ("states that nothing leads out of", format!("{stuck:?}")),
        ("events that never happen", format!("{:?}", map.never_happening(K::events()))),
        ("commands that are refused everywhere", format!("{:?}", map.never_possible(commands))),
        ("papers that no file ever lacks", format!("{:?}", never_lacked::<K>(walk))),
        ("automatic commands that compete", format!("{:?}", map.competing(is_automatic::<K>))),
    ];
    let found: Vec<_> = faults.into_iter().filter(|(_, found)| found != "[]").collect();
    assert!(found.is_empty(), "{found:#?}");
}

/// The papers that the checklist asks for and no closed case was found to lack. That those which are lacking can be
/// handed in, the ways into the archive show: every file on them goes in with exactly what it needs.
fn never_lacked<K: Walked>(walk: &Walk) -> Vec<String> {
    let rules = context::<K>(opening(), Role::Clerk, K::STAND_IN).rules(&Case::<K>::default().jurisdiction());
    let asked = rules.checklist(K::KIND).into_iter().filter(|item| item.required != Required::AsNeeded);
    asked.filter(|item| !walk.lacked.contains(&item.item)).map(|item| item.title.clone()).collect()
}

/// Whether only the system gives the command.
fn is_automatic<K: Walked>(name: &str) -> bool {
    roles_of::<K>(name) == [Role::System]
}

/// The roles that may give a command.
fn roles_of<K: Walked>(name: &str) -> &'static [Role] {
    let own = K::COMMANDS.iter().find(|spec| spec.name == name).map(|spec| spec.roles);
    let common = CommonCommand::COMMANDS.iter().find(|spec| spec.name == name).map(|spec| spec.roles);
    own.or(common).unwrap_or(&[])
}
