//! Tests across packages.

mod layering;
