//! The API's callers: bearer keys, of which only hashes are stored. Known keys are remembered for a
//! few seconds, so that not every call asks the database; a revoked key dies within that time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use warifu_store::tables::api_clients::{self, ApiClient};

use crate::context::App;
use crate::error::AppError;

const REMEMBERED_SECS: i64 = 5;
const REMEMBERED_MAX: usize = 1_000;

/// Keys seen lately. One per server.
#[derive(Default)]
pub struct KnownClients(Mutex<HashMap<String, (ApiClient, Timestamp)>>);

/// What is stored of a key.
#[must_use]
pub fn key_hash(key: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(key.as_bytes()))
}

/// The client whose key this is; `None` for an unknown or revoked one.
///
/// # Errors
/// When the database failed.
pub async fn run(
    app: &App,
    known: &KnownClients,
    key: &str,
) -> Result<Option<ApiClient>, AppError> {
    let now = app.now()?;
    let hash = key_hash(key);
    if let Some(client) = known.find(&hash, now) {
        return Ok(Some(client));
    }
    let found = api_clients::by_key_hash(&app.db, &hash).await?;
    let found = found.filter(|client| client.revoked_at.is_none());
    if let Some(client) = &found {
        known.remember(hash, client.clone(), now);
    }
    Ok(found)
}

impl KnownClients {
    fn find(&self, hash: &str, now: Timestamp) -> Option<ApiClient> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (client, seen) = known.get(hash)?;
        let fresh = now.duration_since(*seen) < SignedDuration::from_secs(REMEMBERED_SECS);
        fresh.then(|| client.clone())
    }

    fn remember(&self, hash: String, client: ApiClient, now: Timestamp) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED_MAX {
            known.clear();
        }
        known.insert(hash, (client, now));
    }
}
