//! Tests across packages.

mod bureau;
mod damage;
mod deadlines;
mod layering;
mod privacy;
mod scenarios;
mod stages;
