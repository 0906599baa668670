//! Tests across packages.

mod deadlines;
