//! What is tried in a case by whoever walks through the machine of its kind.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::Walked;
use crate::case::code::Role;
use crate::case::skeleton::SubmitArchive;
use crate::case::tests::kit::{Given, all_examples, code, context, now};
use crate::case::{Case, CaseCommand, Context};
use crate::id::{ActorId, Code};
use crate::testing::explore::Move;

/// How many forms of each own command are tried.
const FORMS: usize = 12;

/// An hour later, in microseconds.
const SOON: i64 = 3_600_000_000;

/// Two months later: every term is over.
const LATE: i64 = 60 * 24 * SOON;

/// Somebody who has not been in the case before.
const NEWCOMER: ActorId = ActorId::from_uuid(Uuid::from_u128(99));

/// Every form of every command that is offered, given soon and late by whoever gives such a one,
/// and soon by a newcomer.
pub(super) fn moves<K: Walked>(case: &Case<K>) -> Vec<Move<CaseCommand<K>, Context>> {
    let mut moves = Vec::new();
    for (command, role, usual) in forms::<K>(case) {
        for (wait, actor) in [(SOON, usual), (LATE, usual), (SOON, NEWCOMER)] {
            let at = now(case).plus_micros(wait).unwrap();
            let mut context = context::<K>(at, role, actor);
            context.actor.office = office_of(case, &command, role);
            moves.push(Move { name: command.name(), command: command.clone(), context, at });
        }
    }
    moves
}

fn forms<K: Walked>(case: &Case<K>) -> Vec<Given<K>> {
    let offered: BTreeMap<Role, Vec<&str>> =
        Role::ALL.iter().map(|role| (*role, case.available(*role))).collect();
    let given = |command: CaseCommand<K>| {
        let (role, actor) = K::giver_in(case, &command);
        offered[&role].contains(&command.name()).then_some((command, role, actor))
    };
    let examples = all_examples::<K>().into_iter().map(|(command, ..)| command);
    let file = CaseCommand::Common(SubmitArchive { items: lacking(case).collect() }.into());
    // A file goes in with exactly what it needs, and not with all that there could be.
    let examples = examples.filter(|command| command.name() != file.name()).chain([file.clone()]);
    let mut forms: Vec<Given<K>> = examples.chain(K::more_forms()).filter_map(given).collect();
    for (command, ..) in forms.clone() {
        if let CaseCommand::Own(own) = command {
            let varied = (0..FORMS).map(|number| CaseCommand::Own(K::vary(case, own.clone(), number)));
            for form in varied.filter_map(given) {
                if !forms.contains(&form) {
                    forms.push(form);
                }
            }
        }
    }
    forms
}

/// The items of the checklist without which the file of a closed case is not complete.
pub(super) fn lacking<K: Walked>(case: &Case<K>) -> impl Iterator<Item = u32> + use<K> {
    let (role, actor) = (Role::Clerk, K::STAND_IN);
    let rules = context::<K>(now(case), role, actor).rules(&case.jurisdiction());
    let closed = case.is_closed();
    let items = rules.checklist(K::KIND).into_iter().filter(|item| closed && K::file_needs(case, item));
    items.map(|item| item.item).collect::<BTreeSet<_>>().into_iter()
}

/// The office at whose desk a command is given: only the institution to which a matter was sent can say that it has it.
fn office_of<K: Walked>(case: &Case<K>, command: &CaseCommand<K>, role: Role) -> Code {
    let there = case.common.authority().filter(|_| command.name() == "ReceiveByAuthority");
    there.cloned().unwrap_or_else(|| code(K::office_of(role)))
}
