//! How two cases with the same persons stand to each other.
