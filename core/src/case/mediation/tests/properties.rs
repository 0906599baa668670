//! What holds for any programme of commands, sensible or not.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;

use super::kit::{
    ARCHIVIST, CLERK, HE, MA, MediationCase, QIN, STRANGER, SUN, both, code, context, examples, give, giver,
    opening, session, way_to,
};
use crate::case::code::Role;
use crate::case::mediation::{
    Command, CourtResult, Mediation, Outcome, RecusalGround, SessionResult, Signer, Step,
};
use crate::case::{Case, CaseCommand, CaseEvent, Kind};
use crate::clock::Timestamp;
use crate::decider::Decider;
use crate::event::EventSet;
use crate::id::ActorId;

/// A programme: so many commands of an ordinary case, then moves of any kind.
#[derive(Debug, Clone)]
struct Programme {
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

fn programmes() -> impl Strategy<Value = Programme> {
    let one = (any::<usize>(), any::<usize>(), any::<usize>(), prop_oneof![4 => 0..3_i64, 1 => 0..400_i64]);
    let one = one.prop_map(|(command, particulars, giver, wait_hours)| Move {
        command,
        particulars,
        giver,
        wait_hours,
    });
    (0..20_usize, vec(one, 1..60)).prop_map(|(ordinary, moves)| Programme { ordinary, moves })
}

/// Commands that end a case early; programmes full of them would never get far.
const ENDINGS: &[&str] =
    &["RefuseMediation", "TerminateMediation", "WithdrawByParty", "TransferJurisdiction", "MergeDuplicate"];

fn pick<T: Copy>(from: &[T], number: usize) -> T {
    from[number % from.len()]
}

/// A command: mostly one that is possible now, with fitting or unfitting particulars.
fn command_for(case: &MediationCase, chosen: Move) -> CaseCommand<Mediation> {
    let all = examples();
    let possible: Vec<_> = all
        .iter()
        .filter(|(command, role, _)| case.available(*role).contains(&command.name()))
        .filter(|(command, ..)| chosen.particulars.is_multiple_of(32) || !ENDINGS.contains(&command.name()))
        .collect();
    let command = if possible.is_empty() || chosen.command.is_multiple_of(8) {
        &all[chosen.command / 8 % all.len()].0
    } else {
        &possible[chosen.command / 8 % possible.len()].0
    };
    match command {
        CaseCommand::Own(own) => CaseCommand::Own(vary(own.clone(), chosen.particulars)),
        CaseCommand::Common(common) => CaseCommand::Common(common.clone()),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "most commands have one sensible form")]
fn vary(command: Command, number: usize) -> Command {
    let person = pick(&[SUN, MA, SUN, MA, STRANGER], number);
    let mediator = pick(&[QIN, HE, QIN, CLERK], number);
    match command {
        Command::SeekConsent { .. } => {
            Command::SeekConsent { party: person, given: !number.is_multiple_of(11) }
        }
        Command::SignAgreement { .. } => {
            let signers = [Signer::Party(SUN), Signer::Party(MA), Signer::Mediator(mediator)];
            Command::SignAgreement { signer: pick(&signers, number) }
        }
        Command::AssignMediator { chosen_by, .. } => {
            Command::AssignMediator { mediators: vec![mediator], chosen_by }
        }
        Command::RequestMediatorRecusal { .. } => {
            Command::RequestMediatorRecusal { by: person, mediator, ground: RecusalGround::Interested }
        }
        Command::ReplaceMediator { handover, .. } => {
            Command::ReplaceMediator { from: mediator, to: pick(&[HE, QIN, ARCHIVIST], number / 4), handover }
        }
        Command::HoldSession { .. } => {
            let results = [
                SessionResult::Adjourned,
                SessionResult::TermsFound,
                SessionResult::NoAgreement,
                SessionResult::Reconciled,
            ];
            session(pick(&results, number))
        }
        Command::RecordPerformance { obligation, receipt, .. } => {
            let cents = pick(&[800_000, 400_000, 1, 0, u64::MAX], number);
            Command::RecordPerformance { obligation, cents, receipt }
        }
        Command::RecordCourtResult { ruling, .. } => {
            let results = [
                CourtResult::Accepted,
                CourtResult::Valid,
                CourtResult::Dismissed,
                CourtResult::NotAccepted,
                CourtResult::Withdrawn,
            ];
            Command::RecordCourtResult { result: pick(&results, number), ruling }
        }
        Command::CloseMediation { report, .. } => {
            Command::CloseMediation { outcome: pick(Outcome::ALL, number), report }
        }
        Command::TerminateMediation { notice, remedy, .. } => {
            let grounds = ["IMPOSSIBLE", "NO_AGREEMENT", "TERM_EXPIRED", "PARTY_REFUSED", "WHIM"];
            Command::TerminateMediation { ground: code(pick(&grounds, number)), notice, remedy }
        }
        Command::ApplyConfirmation { application, .. } => {
            let by = if number.is_multiple_of(5) { [SUN].into() } else { both() };
            Command::ApplyConfirmation { by, application }
        }
        other => other,
    }
}

/// Mostly somebody who may give the command.
fn giver_of(command: &CaseCommand<Mediation>, chosen: Move) -> (Role, ActorId) {
    match (chosen.giver % 10, command) {
        (0, _) => (pick(Role::ALL, chosen.giver / 10), pick(&[QIN, HE, CLERK, ARCHIVIST], chosen.giver / 40)),
        (1..5, CaseCommand::Own(Command::SignAgreement { signer: Signer::Party(_) })) => (Role::Party, CLERK),
        (1..3, _) => (giver(command.name()).0, HE),
        _ => giver(command.name()),
    }
}

/// A programme as it ran: the events with their times, and the case at the end.
fn run(programme: &Programme) -> (Vec<(CaseEvent<Mediation>, Timestamp)>, MediationCase) {
    let (mut case, mut history, mut now) = (MediationCase::default(), Vec::new(), opening());
    for (command, role, actor) in way_to(None).into_iter().take(programme.ordinary) {
        let events = give(&mut case, &command, &context(now, role, actor)).unwrap();
        history.extend(events.into_iter().map(|event| (event, now)));
    }
    for chosen in &programme.moves {
        now = now.plus_micros(chosen.wait_hours * 3_600_000_000).unwrap();
        let command = command_for(&case, *chosen);
        let (role, actor) = giver_of(&command, *chosen);
        let context = context(now, role, actor);
        let decided = Case::decide(&case, &command, &context);
        assert_eq!(decided, Case::decide(&case, &command, &context), "a decision is repeatable");
        match decided {
            Ok(events) => {
                assert!(!events.is_empty(), "{} decided nothing", command.name());
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

fn replay(history: &[(CaseEvent<Mediation>, Timestamp)]) -> MediationCase {
    history.iter().fold(MediationCase::default(), |case, (event, at)| {
        Case::evolve(case, event, *at).expect("what was once accepted is accepted again")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever `decide` returns, `evolve` accepts; and a replay gives the same case.
    #[test]
    fn decisions_are_accepted_and_replay_is_deterministic(programme in programmes()) {
        let (history, case) = run(&programme);
        prop_assert_eq!(replay(&history), case);
    }

    /// Every event is the same after a way through its stored bytes, and so is the case.
    #[test]
    fn a_history_survives_its_stored_form(programme in programmes()) {
        let (history, case) = run(&programme);
        let stored: Vec<_> = history
            .iter()
            .map(|(event, at)| {
                let bytes = event.encode().unwrap();
                let read = CaseEvent::<Mediation>::decode(event.event_type(), &bytes).unwrap().unwrap();
                assert_eq!(&read, event);
                (read, *at)
            })
            .collect();
        prop_assert_eq!(replay(&stored), case);
    }

    /// In whatever order events come, the machine answers with a state or an error, and never panics.
    #[test]
    fn misplaced_events_are_refused_and_never_panic(programme in programmes(), shift in any::<usize>()) {
        let (mut history, _) = run(&programme);
        if !history.is_empty() {
            let middle = shift % history.len();
            history.rotate_left(middle);
        }
        let mut case = MediationCase::default();
        for (event, at) in &history {
            case = Case::evolve(case.clone(), event, *at).unwrap_or(case);
        }
    }
}

/// The programmes are worth running: between them they pass through every state but the archive.
#[test]
fn programmes_pass_through_every_state() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut passed = BTreeSet::from([Step::Unopened]);
    for _ in 0..400 {
        let (history, _) = run(&programmes().new_tree(&mut runner).unwrap().current());
        let mut case = MediationCase::default();
        for (event, at) in &history {
            case = Case::evolve(case, event, *at).unwrap();
            passed.insert(Mediation::step(&case.own));
        }
    }
    let missed: Vec<_> = Step::ALL.iter().filter(|step| !passed.contains(step)).collect();
    assert!(missed.is_empty(), "no programme passes through {missed:?}");
}
