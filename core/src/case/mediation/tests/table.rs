//! Every state against every command, as a text that a lawyer can read: `table.txt` beside this file.
//!
//! One case is brought to each state by commands, and one fitting example of each command is held against it a minute
//! later. The table shows what would happen, or every reason why not. To accept a change after reading it, run the
//! test with `UPDATE_GOLDEN=1`.

use std::fmt::Write as _;
use std::path::Path;

use super::kit::{case_at, context, examples, opening};
use crate::case::code::Phase;
use crate::case::mediation::{Mediation, Step};
use crate::case::skeleton::CommonCommand;
use crate::case::{Case, Kind, ReasonCode};
use crate::decider::Decider;
use crate::event::EventSet;
use crate::words::Words;

fn all_states() -> impl Iterator<Item = Option<Step>> {
    Step::ALL.iter().copied().map(Some).chain([None])
}

const HEAD: &str = "\
Mediation 人民调解: what each command does in each state. One case was brought to each state, and one fitting example
of each command held against it a minute later.

  +  the command is carried out, and these events follow      可以办理，产生所列事件
  -  it is refused, for all of these reasons                  不予办理，列明全部理由
  .  it makes no sense in this state                          此状态下不存在该操作
";

fn table() -> String {
    let words = Words::embedded();
    let zh = |group: &str, code: &str| words.term("zh", group, code);
    let mut text = HEAD.to_owned();
    let minute_later = opening().plus_micros(60_000_000).unwrap();
    for step in all_states() {
        let case = case_at(step);
        let (state, phase) = (case.state_name(), case.phase());
        writeln!(text, "\n{state} {} ({})", zh("state", state), zh("phase", phase.as_str())).unwrap();
        let mut not_here = Vec::new();
        for (command, role, actor) in examples() {
            let name = command.name();
            match Case::decide(&case, &command, &context(minute_later, role, actor)) {
                Ok(events) => {
                    let types: Vec<_> = events.iter().map(EventSet::event_type).collect();
                    let labels: Vec<_> = types.iter().map(|event| zh("event", event)).collect();
                    let (types, labels) = (types.join(", "), labels.join("、"));
                    writeln!(text, "  + {name} -> {types}    {}：{labels}", zh("command", name)).unwrap();
                }
                Err(refusal) if refusal.is_for(ReasonCode::WrongState) => not_here.push(name),
                Err(refusal) => {
                    let codes: Vec<_> = refusal.reasons.iter().map(|reason| reason.code.as_str()).collect();
                    let told: Vec<_> =
                        refusal.explain(&words, "zh").into_iter().map(|told| told.why).collect();
                    let (codes, told) = (codes.join(", "), told.join(""));
                    writeln!(text, "  - {name}: {codes}    {}：{told}", zh("command", name)).unwrap();
                }
            }
        }
        for line in not_here.chunks(5) {
            writeln!(text, "  . {}", line.join(", ")).unwrap();
        }
    }
    text
}

#[test]
fn the_table_is_the_stored_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/case/mediation/tests/table.txt");
    let table = table();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == table,
        "the table has changed; read the new one, then run with UPDATE_GOLDEN=1:\n{table}"
    );
}

/// `available` answers from the tables of commands, `decide` from its guards: they must agree.
#[test]
fn the_tables_of_commands_and_the_guards_know_the_same_states() {
    for step in Step::ALL {
        let case = case_at(Some(*step));
        for (command, role, actor) in examples() {
            let name = command.name();
            let decided = Case::decide(&case, &command, &context(opening(), role, actor));
            let here = !decided.is_err_and(|refusal| refusal.is_for(ReasonCode::WrongState));
            let listed = case.available(role).contains(&name);
            assert_eq!(here, listed, "{name} at {}", case.state_name());
        }
    }
}

#[test]
fn there_is_an_example_of_every_command_and_every_command_has_a_role_and_a_state() {
    let examples: Vec<_> = examples().iter().map(|(command, ..)| command.name()).collect();
    let own = Mediation::COMMANDS.iter().map(|spec| (spec.name, spec.roles.len(), spec.from.len()));
    let common = CommonCommand::COMMANDS.iter().map(|spec| (spec.name, spec.roles.len(), spec.from.len()));
    for (name, roles, states) in own.chain(common) {
        assert!(examples.contains(&name) && roles > 0 && states > 0, "{name}");
    }
    assert_eq!(examples.len(), Mediation::COMMANDS.len() + CommonCommand::COMMANDS.len());
}

/// I1: nothing is added to an archived case but corrections, loans, quality reviews and the name of its continuation.
#[test]
fn the_archive_takes_nothing_but_what_is_owed_to_an_archive() {
    let case = case_at(None);
    assert_eq!(case.phase(), Phase::Archived);
    let mut possible = Vec::new();
    for (command, role, actor) in examples() {
        let name = command.name();
        let decided = Case::decide(&case, &command, &context(opening(), role, actor));
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
