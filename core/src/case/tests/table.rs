//! Every state against every command, as a text that a lawyer can read.
//!
//! One case is brought to each state by commands, and one fitting example of each command is held against it a minute
//! later. The table shows what would happen, or every reason why not. To accept a change after reading it, run the
//! tests with `UPDATE_GOLDEN=1`.

use std::fmt::Write as _;
use std::path::Path;

use super::kit::{Given, Tested, all_examples, case_at, context, now};
use crate::case::code::Phase;
use crate::case::skeleton::CommonCommand;
use crate::case::{Case, ReasonCode};
use crate::decider::Decider;
use crate::event::EventSet;
use crate::words::Words;

const LEGEND: &str = "One case was brought to each state, and one fitting example
of each command held against it a minute later.

  +  the command is carried out, and these events follow      可以办理，产生所列事件
  -  it is refused, for all of these reasons                  不予办理，列明全部理由
  .  it makes no sense in this state                          此状态下不存在该操作
";

/// The table of a kind, under a title.
pub(in crate::case) fn table<K: Tested>(title: &str) -> String {
    let words = Words::embedded();
    let mut text = format!("{title}: what each command does in each state. {LEGEND}");
    for step in K::STEPS.iter().copied().map(Some).chain([None]) {
        state(&case_at::<K>(step), &words, &mut text);
    }
    text
}

fn state<K: Tested>(case: &Case<K>, words: &Words, text: &mut String) {
    let zh = |group: &str, code: &str| words.term("zh", group, code);
    let (state, phase) = (case.state_name(), case.phase());
    writeln!(text, "\n{state} {} ({})", zh("state", state), zh("phase", phase.as_str())).unwrap();
    let minute_later = now(case).plus_micros(60_000_000).unwrap();
    let mut not_here = Vec::new();
    for (command, role, actor) in all_examples::<K>() {
        let name = command.name();
        match Case::decide(case, &command, &context::<K>(minute_later, role, actor)) {
            Ok(events) => {
                let types: Vec<_> = events.iter().map(EventSet::event_type).collect();
                let labels: Vec<_> = types.iter().map(|event| zh("event", event)).collect();
                let (types, labels) = (types.join(", "), labels.join("、"));
                writeln!(text, "  + {name} -> {types}    {}：{labels}", zh("command", name)).unwrap();
            }
            Err(refusal) if refusal.is_for(ReasonCode::WrongState) => not_here.push(name),
            Err(refusal) => {
                let codes: Vec<_> = refusal.reasons.iter().map(|reason| reason.code.as_str()).collect();
                let told: Vec<_> = refusal.explain(words, "zh").into_iter().map(|told| told.why).collect();
                let (codes, told) = (codes.join(", "), told.join(""));
                writeln!(text, "  - {name}: {codes}    {}：{told}", zh("command", name)).unwrap();
            }
        }
    }
    for line in not_here.chunks(5) {
        writeln!(text, "  . {}", line.join(", ")).unwrap();
    }
}

/// Holds a table against the stored one, or stores it.
pub(in crate::case) fn assert_stored(table: &str, file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/case").join(file);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, table).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == table,
        "the table has changed; read the new one, then run with UPDATE_GOLDEN=1:\n{table}"
    );
}

/// `available` answers from the tables of commands, `decide` from its guards: they must agree.
pub(in crate::case) fn assert_same_states<K: Tested>() {
    for step in K::STEPS.iter().copied().map(Some).chain([None]) {
        let case = case_at::<K>(step);
        for (command, role, actor) in all_examples::<K>() {
            let name = command.name();
            let decided = Case::decide(&case, &command, &context::<K>(now(&case), role, actor));
            let out_of_place = [ReasonCode::WrongState, ReasonCode::Archived];
            let here = !decided.is_err_and(|refusal| out_of_place.iter().any(|code| refusal.is_for(*code)));
            let listed = case.available(role).contains(&name);
            assert_eq!(here, listed, "{name} at {}", case.state_name());
        }
    }
}

/// I1: nothing is added to an archived case but corrections, loans, quality reviews and the name of its continuation.
pub(in crate::case) fn assert_archive_is_closed<K: Tested>() {
    let case = case_at::<K>(None);
    assert_eq!(case.phase(), Phase::Archived);
    let mut possible = Vec::new();
    for (command, role, actor) in all_examples::<K>() {
        let name = command.name();
        let decided = Case::decide(&case, &command, &context::<K>(now(&case), role, actor));
        let refused = decided.is_err_and(|refusal| refusal.is_for(ReasonCode::Archived));
        assert_eq!(refused, !case.available(role).contains(&name), "{name}");
        if !refused {
            possible.push(name);
        }
    }
    let exceptions = [
        "CorrectRecord",
        "ConfirmCorrection",
        "LendFile",
        "ReturnFile",
        "OpenQualityReview",
        "ScoreQualityReview",
        "FinaliseQualityReview",
        "ReopenCase",
    ];
    assert_eq!(possible, exceptions);
}

/// There is an example of every command, and every command has a role and a state.
pub(in crate::case) fn assert_complete<K: Tested>() {
    let examples: Vec<Given<K>> = all_examples::<K>();
    let names: Vec<_> = examples.iter().map(|(command, ..)| command.name()).collect();
    let own = K::COMMANDS.iter().map(|spec| (spec.name, spec.roles.len(), spec.from.len()));
    let common = CommonCommand::COMMANDS.iter().map(|spec| (spec.name, spec.roles.len(), spec.from.len()));
    for (name, roles, states) in own.chain(common) {
        assert!(names.contains(&name) && roles > 0 && states > 0, "{name}");
    }
    assert_eq!(names.len(), K::COMMANDS.len() + CommonCommand::COMMANDS.len());
}
