//! Client systems of the API. Of their keys only hashes are stored; a key is 256 random bits, so a
//! plain SHA-256 can't be guessed back.

use jiff::Timestamp;

use super::{Cursor, micros, opt_micros};
use crate::{Commit, Db, Row, StoreError};

const BY_KEY: &str = "SELECT id, name, created_at, revoked_at FROM api_clients WHERE key_hash = $1";
const LIST: &str =
    "SELECT id, name, created_at, revoked_at FROM api_clients ORDER BY id LIMIT 1000";
const INSERT: &str = "INSERT INTO api_clients (id, name, key_hash, created_at, revoked_at) \
     VALUES ($1, $2, $3, $4, $5)";
const REVOKE: &str = "UPDATE api_clients SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";

/// One client system.
#[derive(Clone, Debug)]
pub struct ApiClient {
    /// Its ID.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Since when its key is no good.
    pub revoked_at: Option<Timestamp>,
}

/// The client whose key has this hash, revoked or not.
pub async fn by_key_hash(db: &Db, key_hash: &str) -> Result<Option<ApiClient>, StoreError> {
    let row = db.read_point(BY_KEY, vec![key_hash.into()]).await?;
    row.as_ref().map(client).transpose()
}

/// All clients.
pub async fn list(db: &Db) -> Result<Vec<ApiClient>, StoreError> {
    db.read(LIST, &[]).await?.iter().map(client).collect()
}

/// Adds a client.
pub fn insert(commit: &mut Commit, client: &ApiClient, key_hash: &str) {
    commit.guarded(
        INSERT,
        vec![
            client.id.as_str().into(),
            client.name.as_str().into(),
            key_hash.into(),
            micros(client.created_at),
            opt_micros(client.revoked_at),
        ],
    );
}

/// Revokes a client's key.
pub fn revoke(commit: &mut Commit, id: &str, at: Timestamp) {
    commit.guarded(REVOKE, vec![id.into(), micros(at)]);
}

fn client(row: &Row) -> Result<ApiClient, StoreError> {
    let mut c = Cursor::new(row);
    Ok(ApiClient {
        id: c.text()?,
        name: c.text()?,
        created_at: c.time()?,
        revoked_at: c.opt_time()?,
    })
}
