//! Programmes of commands, sensible or not, and what holds of every one of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::kit::{Given, Tested, all_examples, context, give, opening};
use crate::case::code::Role;
use crate::case::{Case, CaseCommand, CaseEvent};
use crate::clock::Timestamp;
use crate::decider::Decider;
use crate::event::EventSet;
use crate::id::ActorId;

/// A kind whose commands have several forms worth trying.
pub(in crate::case) trait Varied: Tested {
    /// The actors whom a programme sends.
    const ACTORS: &'static [ActorId];
    /// The actor who stands in for the one of the example now and then.
    const STAND_IN: ActorId;
    /// Commands that end a case early, or take the hands from it; programmes full of them would never get far.
    const ENDINGS: &'static [&'static str];

    /// The common commands that lead to states of its own.
    const LEADING: &'static [&'static str];

    /// A command with other particulars, fitting the case or not.
    fn vary(case: &Case<Self>, command: Self::Command, number: usize) -> Self::Command;

    /// Who gives a command in a case, where it is not always the same.
    fn giver_in(case: &Case<Self>, command: &CaseCommand<Self>) -> (Role, ActorId);
}

/// A programme: so many commands of an ordinary case, then moves of any kind.
#[derive(Debug, Clone)]
pub(in crate::case) struct Programme {
    ordinary: usize,
    moves: Vec<Move>,
}

/// One move of a programme: small numbers that choose a command, its giver, its particulars and the time before it.
#[derive(Debug, Clone, Copy)]
struct Move {
    command: usize,
    particulars: usize,
    giver: usize,
    wait_hours: i64,
}

pub(in crate::case) fn programmes() -> impl Strategy<Value = Programme> {
    let one = (any::<usize>(), any::<usize>(), any::<usize>(), prop_oneof![4 => 0..3_i64, 1 => 0..400_i64]);
    let one = one.prop_map(|(command, particulars, giver, wait_hours)| Move {
        command,
        particulars,
        giver,
        wait_hours,
    });
    (0..20_usize, vec(one, 1..60)).prop_map(|(ordinary, moves)| Programme { ordinary, moves })
}

pub(in crate::case) fn pick<T: Copy>(from: &[T], number: usize) -> T {
    from[number % from.len()]
}

/// A command: mostly one that is possible now, with fitting or unfitting particulars.
fn command_for<K: Varied>(case: &Case<K>, chosen: Move, all: &[Given<K>]) -> CaseCommand<K> {
    let endings = chosen.particulars.is_multiple_of(32);
    let mut offered = BTreeMap::new();
    let mut is_offered =
        |role: Role, name: &str| offered.entry(role).or_insert_with(|| case.available(role)).contains(&name);
    let possible = all.iter().filter(|(command, role, _)| {
        is_offered(*role, command.name()) && (endings || !K::ENDINGS.contains(&command.name()))
    });
    // Those that lead somewhere; the others are many, and stand beside.
    let (leading, beside): (Vec<&Given<K>>, Vec<&Given<K>>) = possible.partition(|(command, ..)| {
        matches!(command, CaseCommand::Own(_)) || K::LEADING.contains(&command.name())
    });
    let number = chosen.command / 8;
    let (command, ..) = match chosen.command % 8 {
        1 if !beside.is_empty() => beside[number % beside.len()],
        2.. if !leading.is_empty() => leading[number % leading.len()],
        _ => &all[number % all.len()],
    };
    match command {
        CaseCommand::Own(own) => CaseCommand::Own(K::vary(case, own.clone(), chosen.particulars)),
        CaseCommand::Common(common) => CaseCommand::Common(common.clone()),
    }
}

/// Mostly somebody who may give the command.
fn giver_of<K: Varied>(case: &Case<K>, command: &CaseCommand<K>, chosen: Move) -> (Role, ActorId) {
    match chosen.giver % 10 {
        0 => (pick(Role::ALL, chosen.giver / 10), pick(K::ACTORS, chosen.giver / 40)),
        1 => (K::giver_in(case, command).0, K::STAND_IN),
        _ => K::giver_in(case, command),
    }
}

/// The events of a programme with their times, and the case at its end.
type Run<K> = (Vec<(CaseEvent<K>, Timestamp)>, Case<K>);

fn run<K: Varied>(programme: &Programme) -> Run<K> {
    let (mut case, mut history, mut now) = (Case::<K>::default(), Vec::new(), opening());
    let way = K::way_to(None);
    let ordinary = programme.ordinary % (way.len() + 1);
    for (command, role, actor) in way.into_iter().take(ordinary) {
        let events = give(&mut case, &command, &context::<K>(now, role, actor)).unwrap();
        history.extend(events.into_iter().map(|event| (event, now)));
    }
    let all = all_examples::<K>();
    for chosen in &programme.moves {
        now = now.plus_micros(chosen.wait_hours * 3_600_000_000).unwrap();
        let command = command_for(&case, *chosen, &all);
        let (role, actor) = giver_of(&case, &command, *chosen);
        let context = context::<K>(now, role, actor);
        let decided = Case::decide(&case, &command, &context);
        assert_eq!(decided, Case::decide(&case, &command, &context), "a decision is repeatable");
        match decided {
            Ok(events) => {
                let first = events.first().expect("a decision has an event");
                let recalled = first.recall().expect("its first event recalls the command");
                assert_eq!(Case::decide(&case, &recalled, &context).as_ref(), Ok(&events), "{recalled:?}");
                assert!(case.available(role).contains(&command.name()), "{} was not offered", command.name());
                for event in events {
                    case = Case::evolve(case, &event, now).expect("what was decided is accepted");
                    history.push((event, now));
                }
            }
            Err(refusal) => assert!(!refusal.reasons.is_empty(), "a refusal without a reason"),
        }
    }
    (history, case)
}

fn replay<K: Varied>(history: &[(CaseEvent<K>, Timestamp)]) -> Case<K> {
    history.iter().fold(Case::default(), |case, (event, at)| {
        Case::evolve(case, event, *at).expect("what was once accepted is accepted again")
    })
}

/// Whatever `decide` returns, `evolve` accepts; and a replay gives the same case.
pub(in crate::case) fn replays<K: Varied>(programme: &Programme) -> Result<(), TestCaseError> {
    let (history, case) = run::<K>(programme);
    prop_assert_eq!(replay(&history), case);
    Ok(())
}

/// A case that is kept as JSON comes back as it was.
pub(in crate::case) fn survives_keeping<K: Varied>(programme: &Programme) -> Result<(), TestCaseError> {
    let (_, case) = run::<K>(programme);
    let bytes = serde_json::to_vec(&case).unwrap();
    prop_assert_eq!(serde_json::from_slice::<Case<K>>(&bytes).unwrap(), case);
    Ok(())
}

/// Every event is the same after a way through its stored bytes, and so is the case.
pub(in crate::case) fn survives_storing<K: Varied>(programme: &Programme) -> Result<(), TestCaseError> {
    let (history, case) = run::<K>(programme);
    let stored: Vec<_> = history
        .iter()
        .map(|(event, at)| {
            let bytes = event.encode().unwrap();
            let read = CaseEvent::<K>::decode(event.event_type(), &bytes).unwrap().unwrap();
            assert_eq!(&read, event);
            (read, *at)
        })
        .collect();
    prop_assert_eq!(replay(&stored), case);
    Ok(())
}

/// In whatever order events come, the machine answers with a state or an error, and never panics.
pub(in crate::case) fn never_panics<K: Varied>(programme: &Programme, shift: usize) {
    let (mut history, _) = run::<K>(programme);
    if !history.is_empty() {
        let middle = shift % history.len();
        history.rotate_left(middle);
    }
    let mut case = Case::<K>::default();
    for (event, at) in &history {
        case = Case::evolve(case.clone(), event, *at).unwrap_or(case);
    }
}

/// The programmes are worth running: between them they pass through every state but the archive.
pub(in crate::case) fn assert_far_enough<K: Varied>()
where
    K::Step: Ord + fmt::Debug,
{
    let mut runner = TestRunner::deterministic();
    let mut passed = BTreeSet::from([K::STEPS[0]]);
    for _ in 0..600 {
        let (history, _) = run::<K>(&programmes().new_tree(&mut runner).unwrap().current());
        let mut case = Case::default();
        for (event, at) in &history {
            case = Case::evolve(case, event, *at).unwrap();
            passed.insert(K::step(&case.own));
        }
    }
    let missed: Vec<_> = K::STEPS.iter().filter(|step| !passed.contains(step)).collect();
    assert!(missed.is_empty(), "no programme passes through {missed:?}");
}
