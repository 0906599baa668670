//! The store in real directories: what the conformance suite cannot ask, because it knows no files.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod common;
mod compact;
mod contract;
mod crash;
mod cuts;
mod damage;
mod disk;
mod harm;
mod kept;
mod keys;
mod opening;
mod repair;
mod syncs;
mod ways;
