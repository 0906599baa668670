//! Tests across packages.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bureau;
mod consultation;
mod damage;
mod deadlines;
mod layering;
mod privacy;
mod refusals;
mod scenario_format;
mod scenarios;
mod stages;
mod worklist;
