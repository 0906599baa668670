//! For the tests of a host, and for our own: repeatable randomness, and scenarios that a lawyer can read.

mod entropy;
#[cfg(feature = "cases")]
pub mod scenario;

pub use entropy::SeededEntropy;
