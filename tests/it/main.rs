//! Tests across packages.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod bureau;
#[path = "../../store-pg/tests/cluster/mod.rs"]
mod cluster;
mod conflict;
mod consultation;
mod damage;
mod deadlines;
mod equivalence;
mod layering;
mod lives;
mod mechanisms;
mod moving;
mod privacy;
mod refusals;
mod scenario_format;
mod scenarios;
mod separation;
mod staff;
mod staffing;
mod stages;
mod time;
mod together;
mod twenty;
mod window_desk;
mod worklist;
