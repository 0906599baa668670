//! For the tests of a host, and for our own: repeatable randomness, scenarios that a lawyer can read, made-up cases in
//! any number, and a walker that looks into every corner of a state machine.

mod entropy;
pub mod explore;
pub mod sample;
#[cfg(feature = "cases")]
pub mod scenario;

pub use entropy::SeededEntropy;
