//! What each guard of the skeleton lets through and what it stops, on the plainest kind of case.

mod errand;
mod gaps;
mod handling;
mod incoming;
mod invariants;
mod judging;
mod keeping;
mod kit;
mod passing_on;
