//! Cases of a public legal service bureau as append-only event histories.

pub mod clock;
pub mod id;

pub mod decider;
pub mod event;
pub mod execute;
pub mod privacy;
pub mod replay;
pub mod store;

#[cfg(feature = "conformance")]
pub mod conformance;
