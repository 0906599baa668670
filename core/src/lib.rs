//! Cases of a Chinese public legal service bureau (公共法律服务中心) as append-only event histories.
//!
//! A **command** says what somebody wants. A pure function **decides** it against the state of the case, the actor, the
//! moment and the rules in force then: it answers with **events**, or refuses with every reason. Events are appended to
//! the case's stream, with the inputs of the decision in them, and chained by digests. The state is never stored: it is
//! **replayed** from the events, today and in thirty years, with the same result.
//!
//! | to | see |
//! |---|---|
//! | open a bureau and give it commands | [`bureau`] |
//! | read what a mediation is, and who may do what when | [`case::mediation`] |
//! | know when something is due, and why | [`calendar`], [`policy`] |
//! | know who may be assigned and who is on duty | [`staff`] |
//! | show what waits for whom | [`worklist`] |
//! | know who acted for the other side | [`conflict`] |
//! | show codes and refusals to people, in their language | [`words`] |
//! | keep personal data out of the log | [`privacy`] |
//! | understand what a store promises, or write one | [`store`], [`conformance`](mod@conformance) |
//! | build other state machines over the log | [`decider`], [`replay`], [`execute`], [`snapshot`] |
//! | move a history: to another store, into a file and back | [`copy`](mod@copy), [`backup`] |
//! | follow the log, and keep views of it | [`subscription`], [`projection`] |
//!
//! The upper half of that list is the domain, behind the default feature `cases`; the lower half knows no law and is all
//! that a store needs (`default-features = false`).
//!
//! # Features
//!
//! - `cases` (default): calendar, policy, cases, words and the front door.
//! - `conformance`: the suite to which every store is held.
//! - `testing`: repeatable randomness, and scenarios as files.
//!
//! # What is promised
//!
//! Stored events stay readable: a schema that changes gets a new version and a step from the old one, and nothing in the
//! log is ever rewritten. The digests of a history are the same in every store and every version. The Rust interface may
//! change between minor versions, with a line in the changelog.

pub mod clock;
pub mod id;

pub mod backup;
pub mod copy;
pub mod decider;
pub mod event;
pub mod execute;
pub mod privacy;
pub mod projection;
pub mod replay;
pub mod snapshot;
pub mod store;
pub mod subscription;

#[cfg(feature = "conformance")]
pub mod conformance;

#[cfg(feature = "cases")]
pub mod bureau;
#[cfg(feature = "cases")]
pub mod calendar;
#[cfg(feature = "cases")]
pub mod case;
#[cfg(feature = "cases")]
pub mod conflict;
#[cfg(feature = "cases")]
mod data_file;
#[cfg(feature = "cases")]
pub mod policy;
#[cfg(feature = "cases")]
pub mod staff;
#[cfg(feature = "cases")]
pub mod words;
#[cfg(feature = "cases")]
pub mod worklist;

#[cfg(any(test, feature = "testing"))]
pub mod testing;

#[cfg(all(doctest, feature = "cases"))]
#[doc = include_str!("../../README.md")]
struct Readme;
