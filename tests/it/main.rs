//! Tests across packages.

mod bureau;
mod deadlines;
mod layering;
mod privacy;
mod refusals;
mod scenario_format;
mod scenarios;
mod stages;
