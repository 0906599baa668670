//! Readers of the log in use: subscriptions, projections and snapshots over the store in memory.
//!
//! The log is one of numbers, written by many at once. What a reader made of it is compared with what the log says when
//! all is over: nothing lost, nothing twice, nothing out of order, whoever was killed or replaced meanwhile.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod log;
mod projections;
mod snapshots;
mod subscriptions;
mod timelines;
