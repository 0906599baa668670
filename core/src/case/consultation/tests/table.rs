//! Every state of a consultation against every command: `table.txt` beside this file.

use super::kit::{AnyCommand, at};
use crate::case::Case;
use crate::case::consultation::{Consultation, Step};
use crate::case::tests::kit::{all_examples, context, example, give, now};
use crate::case::tests::table::{
    assert_archive_is_closed, assert_complete, assert_same_states, assert_stored, table,
};
use crate::decider::Decider;

#[test]
fn the_table_is_the_stored_one() {
    assert_stored(&table::<Consultation>("Consultation 法律咨询"), "consultation/tests/table.txt");
}

#[test]
fn the_tables_of_commands_and_the_guards_know_the_same_states() {
    assert_same_states::<Consultation>();
}

#[test]
fn there_is_an_example_of_every_command_and_every_command_has_a_role_and_a_state() {
    assert_complete::<Consultation>();
}

#[test]
fn the_archive_takes_nothing_but_what_is_owed_to_an_archive() {
    assert_archive_is_closed::<Consultation>();
}

/// What a machine says is kept, and is an answer nowhere: no state is different for it.
#[test]
fn an_automatic_answer_changes_nothing_that_a_guard_sees() {
    for step in Step::ALL {
        let (case, mut answered) = (at(*step), at(*step));
        let (automatic, role, actor) = example::<Consultation>("RecordAutoAnswer");
        if give(&mut answered, &automatic, &context::<Consultation>(now(&case), role, actor)).is_err() {
            continue;
        }
        for (command, role, actor) in all_examples::<Consultation>() {
            let context = context::<Consultation>(now(&case), role, actor);
            let decide =
                |case: &Case<Consultation>, command: &AnyCommand| Case::decide(case, command, &context);
            assert_eq!(
                decide(&case, &command),
                decide(&answered, &command),
                "{} at {step:?}",
                command.name()
            );
        }
    }
}
