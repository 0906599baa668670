//! Tests across packages.

mod deadlines;
mod layering;
mod scenarios;
