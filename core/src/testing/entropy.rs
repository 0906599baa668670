//! Randomness that repeats, so that two runs write the same bytes.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::event::Digest;
use crate::id::Entropy;

/// The same bytes in every run that starts from the same seed: SHA-256 over seed and counter.
///
/// Whoever knows the seed knows every key drawn from it. Only for tests and demonstrations.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: Digest,
    drawn: AtomicU64,
}

impl SeededEntropy {
    /// A source that starts from this seed.
    #[must_use]
    pub fn new(seed: &str) -> Self {
        Self { seed: Digest::of_parts([seed.as_bytes()]), drawn: AtomicU64::new(0) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        for block in buffer.chunks_mut(32) {
            let number = self.drawn.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            let bytes = Digest::of_parts([self.seed.as_bytes().as_slice(), number.as_slice()]);
            for (target, byte) in block.iter_mut().zip(bytes.as_bytes()) {
                *target = *byte;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_repeat_and_other_seeds_do_not() {
        let draw = |seed| {
            let entropy = SeededEntropy::new(seed);
            let mut bytes = [[0; 40]; 2];
            bytes.iter_mut().for_each(|half| entropy.fill(half));
            bytes
        };
        assert_eq!(draw("a"), draw("a"));
        assert_ne!(draw("a"), draw("b"));
        assert_ne!(draw("a")[0], draw("a")[1]);
    }
}
