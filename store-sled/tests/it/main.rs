//! The store in real directories: what the conformance suite cannot ask, because it knows no files.

mod common;
mod contract;
mod damage;
mod opening;
