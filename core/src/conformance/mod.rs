//! The suite that every event store passes: one check for each rule of the contract.
//!
//! The rules stand on [`EventStore`](crate::store::EventStore). A backend brings a [`Fixture`] and one line;
//! [`conformance!`](crate::conformance!) makes a test of each rule, so a check that is added here runs for every
//! backend untouched.
//!
//! ```
//! use std::sync::Arc;
//!
//! use anjuan::clock::{Clock, SystemClock};
//! use anjuan::conformance::{Fixture, Reopened};
//! use anjuan::event::HashAlgorithm;
//! use anjuan::id::SystemEntropy;
//! use anjuan::store::{EventStore, Identity, MemoryStore};
//!
//! struct Memory;
//!
//! #[async_trait::async_trait]
//! impl Fixture for Memory {
//!     async fn open(&self) -> Arc<dyn EventStore> {
//!         Arc::new(MemoryStore::new(Identity::new(SystemClock.now(), &SystemEntropy, HashAlgorithm::Sm3)))
//!     }
//!
//!     async fn reopen(&self, _: Arc<dyn EventStore>) -> Reopened {
//!         Reopened::Declined("nothing survives the process")
//!     }
//! }
//!
//! anjuan::conformance!(Memory);
//! ```
//!
//! Rule 13 concerns checkpoints and snapshots, which are no part of [`EventStore`](crate::store::EventStore): it has a
//! check for each, and a backend without them declines. What lies beneath a store (a full disk, a dead connection, a changed byte in a file) can only
//! be brought about by its own tests.
//!
//! The suite is itself tested: stores that break one rule each must fail the checks of that rule.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a check wants one error and takes every other for a violation"
)]

mod atomic;
mod bounds;
mod bytes;
mod cancel;
mod chain;
mod checkpoint;
mod conflict;
mod error;
mod feed;
mod fixture;
mod key;
mod lifetime;
mod limit;
mod position;
mod probe;
mod revision;
mod sample;
mod seam;
mod snapshot;
mod violation;
mod winner;

use std::fmt;
use std::time::Duration;

use futures_util::future::BoxFuture;

pub use fixture::{Fixture, Offered, Reopened};
pub use violation::Violation;

/// How long a check may take before it counts as hanging.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// What a check found: the rule is kept, declined with a reason, or broken.
pub type Verdict = Result<Outcome, Violation>;

/// How a check ended without a violation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The store keeps the rule.
    Kept,
    /// The backend does not promise what the rule is about, for this reason.
    Declined(&'static str),
}

/// The check of one rule.
#[derive(Clone, Copy)]
pub struct Check {
    /// Number and name of the rule (`rule_01_all_or_nothing`).
    pub name: &'static str,
    /// The check itself, for a runtime of one's own; [`Check::verdict`] brings one, and a time limit.
    pub run: for<'a> fn(&'a dyn Fixture) -> BoxFuture<'a, Verdict>,
}

impl Check {
    /// Runs the check on several threads. A check that hangs ends in a violation too.
    ///
    /// # Errors
    /// The store breaks the rule.
    ///
    /// # Panics
    /// Called from asynchronous code, or the machine gives no threads.
    pub fn verdict(&self, fixture: &dyn Fixture) -> Verdict {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(4)
            .enable_all()
            .build()
            .expect("the machine gives threads");
        let verdict = runtime.block_on(async {
            tokio::time::timeout(TIME_LIMIT, (self.run)(fixture))
                .await
                .unwrap_or_else(|_| Err(Violation::new(format!("no end after {} s", TIME_LIMIT.as_secs()))))
        });
        // A store that hangs would hold the test for ever if its tasks were waited for.
        runtime.shutdown_background();
        verdict
    }

    /// Runs the check as a test: a violation panics with all its causes, a declined rule is printed.
    ///
    /// # Panics
    /// The store breaks the rule; or as [`Check::verdict`].
    pub fn assert(&self, fixture: &dyn Fixture) {
        match self.verdict(fixture) {
            Ok(Outcome::Kept) => {}
            Ok(Outcome::Declined(reason)) => println!("{} declined: {reason}", self.name),
            Err(violation) => panic!("{} is broken: {}", self.name, violation.chain()),
        }
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Check").field(&self.name).finish()
    }
}

/// Writes the list of checks and the macro that makes tests of them from the one list below. `$d` is a dollar sign,
/// for the macro that is written.
macro_rules! suite {
    ($d:tt $($module:ident::$rule:ident,)*) => {
        $(pub use $module::$rule;)*

        /// Every check, in the order of the rules.
        pub const CHECKS: &[Check] = &[
            $(Check { name: stringify!($rule), run: |fixture| Box::pin($rule(fixture)) },)*
        ];

        /// Makes a test of every rule for one backend; see [the module](mod@crate::conformance).
        ///
        /// The argument is an expression that gives a [`Fixture`](crate::conformance::Fixture). It is evaluated for
        /// each test, and dropped at its end.
        #[macro_export]
        macro_rules! conformance {
            ($d fixture:expr) => {
                $(
                    #[test]
                    fn $rule() {
                        let check = $crate::conformance::Check {
                            name: stringify!($rule),
                            run: |fixture| Box::pin($crate::conformance::$rule(fixture)),
                        };
                        check.assert(&$d fixture);
                    }
                )*
            };
        }
    };
}

suite! { $
    atomic::rule_01_all_or_nothing,
    winner::rule_02_one_winner,
    conflict::rule_03_a_conflict_tells,
    revision::rule_04_dense_revisions,
    feed::rule_05_nothing_appears_behind_a_reader,
    bounds::rule_06_bounds,
    bytes::rule_07_bytes_come_back,
    lifetime::rule_08_a_stream_owns_its_data,
    lifetime::rule_09_acknowledged_is_there,
    cancel::rule_10_dropping_is_safe,
    key::rule_11_a_key_works_once,
    seam::rule_12_one_seam,
    checkpoint::rule_13_checkpoints_never_go_backwards,
    snapshot::rule_13_snapshots_never_go_backwards,
    error::rule_14_errors_tell,
    chain::rule_15_the_chain_verifies,
    position::rule_16_foreign_positions_are_refused,
    limit::rule_17_limits_are_typed_errors,
}
