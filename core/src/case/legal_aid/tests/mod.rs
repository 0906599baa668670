//! The machine of legal aid as a whole: its table of states and commands, its guards, and what holds for any programme.

mod guards;
mod kit;
mod properties;
mod soundness;
mod table;
