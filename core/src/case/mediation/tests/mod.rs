//! The machine of mediation as a whole: its table of states and commands, and what holds for any programme.

mod guards;
mod kit;
mod properties;
mod soundness;
mod table;
