//! The store in real directories: what the conformance suite cannot ask, because it knows no files.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod common;
mod contract;
mod damage;
mod kept;
mod keys;
mod opening;
mod syncs;
