//! What is PostgreSQL's own: rights, migrations, the fence, failures of the server and of the network.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(
    clippy::disallowed_methods,
    reason = "failures come when they come; and tasks end with the test's runtime"
)]

#[path = "../cluster/mod.rs"]
mod cluster;
mod common;
mod crash;
mod damage;
mod failures;
mod fence;
mod keys;
mod listening;
mod migrations;
mod moving;
mod processes;
mod proxy;
mod replica;
mod rights;
mod soak;
mod statistics;
