//! What argon2id alone allows on this machine: the parameters, threads and priority of the product's
//! pool, without the product.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::anyhow;
use argon2::{Algorithm, Argon2, Block, Params, Version};

use crate::database::threads;
use crate::outside::instant;

/// Hashes a second, on as many threads as the product's pool has.
pub fn argon2id_rate(duration: Duration) -> anyhow::Result<f64> {
    let fault = |error: argon2::Error| anyhow!("argon2id: {error}");
    let params = Params::new(19 * 1024, 2, 1, Some(32)).map_err(fault)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let began = instant();
    std::thread::scope(|scope| {
        for _ in 0..threads() {
            scope.spawn(|| {
                let mut memory = vec![Block::default(); params.block_count()];
                let mut out = [0; 32];
                while !stop.load(Ordering::Relaxed) {
                    let hashed = argon2.hash_password_into_with_memory(
                        &[1; 32],
                        &[2; 16],
                        &mut out,
                        &mut memory,
                    );
                    if hashed.is_ok() {
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        std::thread::sleep(duration);
        stop.store(true, Ordering::Relaxed);
    });
    Ok(done.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64())
}
