//! Histories on the move: from store to store, into a file and back.
//!
//! Whatever was interrupted, refused or damaged on the way: what arrives is the history that left, or an error says where
//! it is not. The stores are in memory; the tests across packages do the same with a store on disk.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod backups;
mod copies;
mod damage;
mod kit;
mod random;
mod stores;
