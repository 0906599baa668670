//! Every state of a notary matter against every command: `table.txt` beside this file.

use crate::case::notary::Notary;
use crate::case::tests::table::{assert_complete, assert_same_states, assert_stored, table};

#[test]
fn the_table_is_the_stored_one() {
    assert_stored(&table::<Notary>("Notary 公证"), "notary/tests/table.txt");
}

#[test]
fn the_tables_of_commands_and_the_guards_know_the_same_states() {
    assert_same_states::<Notary>();
}

#[test]
fn there_is_an_example_of_every_command_and_every_command_has_a_role_and_a_state() {
    assert_complete::<Notary>();
}
