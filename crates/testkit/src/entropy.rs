//! Entropy from a seed, so that a failing test fails again. Each test names its own seed.

use std::sync::Mutex;

use sha2::{Digest, Sha256};
use warifu_app::ports::Entropy;

/// SHA-256 in counter mode over the seed.
pub struct SeededEntropy {
    seed: String,
    counter: Mutex<u64>,
}

impl SeededEntropy {
    /// Two with the same seed give the same bytes.
    #[must_use]
    pub fn new(seed: &str) -> Self {
        Self {
            seed: seed.to_owned(),
            counter: Mutex::new(0),
        }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        let mut counter = self.counter.lock().expect("not poisoned");
        for chunk in bytes.chunks_mut(32) {
            *counter += 1;
            let block = Sha256::new()
                .chain_update(self.seed.as_bytes())
                .chain_update(counter.to_be_bytes())
                .finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }
}
