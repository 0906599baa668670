//! What the tests of the kinds share: a case in the hands of a test, the table of its states and commands, and programmes
//! of commands that nobody would give.

pub(super) mod kit;
mod permission;
pub(super) mod programme;
pub(super) mod soundness;
pub(super) mod table;
