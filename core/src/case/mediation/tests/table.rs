//! Every state of a mediation against every command: `table.txt` beside this file.

use crate::case::mediation::Mediation;
use crate::case::tests::table::{
    assert_archive_is_closed, assert_complete, assert_same_states, assert_stored, table,
};

#[test]
fn the_table_is_the_stored_one() {
    assert_stored(&table::<Mediation>("Mediation 人民调解"), "mediation/tests/table.txt");
}

#[test]
fn the_tables_of_commands_and_the_guards_know_the_same_states() {
    assert_same_states::<Mediation>();
}

#[test]
fn there_is_an_example_of_every_command_and_every_command_has_a_role_and_a_state() {
    assert_complete::<Mediation>();
}

#[test]
fn the_archive_takes_nothing_but_what_is_owed_to_an_archive() {
    assert_archive_is_closed::<Mediation>();
}
