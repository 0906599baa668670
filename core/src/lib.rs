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

#[cfg(feature = "cases")]
pub mod bureau;
#[cfg(feature = "cases")]
pub mod calendar;
#[cfg(feature = "cases")]
pub mod case;
#[cfg(feature = "cases")]
pub mod policy;
#[cfg(feature = "cases")]
pub mod words;

#[cfg(feature = "testing")]
pub mod testing;
