//! Tests across packages.

mod bureau;
mod deadlines;
mod layering;
mod privacy;
mod scenarios;
mod stages;
