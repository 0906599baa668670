//! For the tests of a host, and for our own: repeatable randomness, scenarios that a lawyer can read, and made-up
//! cases in any number.

mod entropy;
pub mod sample;
#[cfg(feature = "cases")]
pub mod scenario;

pub use entropy::SeededEntropy;
