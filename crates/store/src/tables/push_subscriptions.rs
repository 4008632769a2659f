//! Where a token's phone can be told that something waits: at most one place per token, sealed.

use jiff::Timestamp;
use warifu_domain::ids::TokenId;

use super::{Cursor, micros};
use crate::{Commit, Db, StoreError};

const FIND: &str = "SELECT sealed, created_at FROM push_subscriptions WHERE token_id = $1";
const PUT: &str = "INSERT INTO push_subscriptions (token_id, sealed, created_at) \
     VALUES ($1, $2, $3) ON CONFLICT (token_id) DO UPDATE \
     SET sealed = excluded.sealed, created_at = excluded.created_at";
const CLAIM: &str = "UPDATE push_subscriptions SET pushed_at = $2 \
     WHERE token_id = $1 AND (pushed_at IS NULL OR pushed_at <= $3)";
const DELETE: &str = "DELETE FROM push_subscriptions WHERE token_id = $1";
const DELETE_THIS: &str = "DELETE FROM push_subscriptions WHERE token_id = $1 AND created_at = $2";

/// The table's name, for sealing.
pub const TABLE: &str = "push_subscriptions";

/// A subscription as kept.
pub struct SealedSubscription {
    /// Endpoint and keys, sealed.
    pub sealed: Vec<u8>,
    /// Since when.
    pub created_at: Timestamp,
}

/// The subscription of a token.
pub async fn find(db: &Db, token: &TokenId) -> Result<Option<SealedSubscription>, StoreError> {
    let row = db.read_point(FIND, vec![token.as_str().into()]).await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let mut c = Cursor::new(&row);
    Ok(Some(SealedSubscription {
        sealed: c.blob()?,
        created_at: c.time()?,
    }))
}

/// Keeps a subscription in place of the one before. When the token was pushed to last stays known.
pub fn put(commit: &mut Commit, token: &TokenId, subscription: SealedSubscription) {
    let created_at = micros(subscription.created_at);
    commit.write(
        PUT,
        vec![
            token.as_str().into(),
            subscription.sealed.into(),
            created_at,
        ],
    );
}

/// Takes the right to push to a token; a conflict if that was done later than `before`, by any server.
pub fn claim(commit: &mut Commit, token: &TokenId, now: Timestamp, before: Timestamp) {
    commit.guarded(
        CLAIM,
        vec![token.as_str().into(), micros(now), micros(before)],
    );
}

/// Forgets a token's subscription, whichever it is.
pub fn delete(commit: &mut Commit, token: &TokenId) {
    commit.write(DELETE, vec![token.as_str().into()]);
}

/// Forgets a subscription unless a newer one has taken its place.
pub fn delete_this(commit: &mut Commit, token: &TokenId, created_at: Timestamp) {
    commit.write(DELETE_THIS, vec![token.as_str().into(), micros(created_at)]);
}
