//! Cases of a public legal service bureau as append-only event histories.

pub mod clock;
pub mod id;

#[cfg(feature = "cases")]
pub mod calendar;
#[cfg(feature = "cases")]
pub mod policy;
