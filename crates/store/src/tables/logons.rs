//! Logons under way.

use jiff::Timestamp;
use warifu_domain::factor::Factor;
use warifu_domain::ids::{LogonId, PersonId};
use warifu_domain::logon::Logon;
use warifu_domain::person::Channel;

use super::{Cursor, micros, opt_micros};
use crate::{Commit, Db, StoreError};

const SELECT: &str = "SELECT person_id, channel, remaining, expires_at, closed_at, version \
     FROM logons WHERE id = $1";
const INSERT: &str = "INSERT INTO logons (id, person_id, channel, remaining, expires_at, closed_at, \
     version) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const UPDATE: &str = "UPDATE logons SET remaining = $2, closed_at = $3, version = $4 + 1 \
     WHERE id = $1 AND version = $4";
const CLOSE_ALL: &str =
    "UPDATE logons SET closed_at = $1, version = version + 1 WHERE closed_at IS NULL";
const DELETE_OLD: &str = "DELETE FROM logons WHERE expires_at < $1";

/// Closes every logon under way, after a restore.
pub fn close_all(commit: &mut Commit, at: Timestamp) {
    commit.write(CLOSE_ALL, vec![micros(at)]);
}

/// One logon.
pub async fn find(db: &Db, id: &LogonId) -> Result<Option<Logon>, StoreError> {
    let Some(row) = db.read_point(SELECT, vec![id.as_str().into()]).await? else {
        return Ok(None);
    };
    let mut c = Cursor::new(&row);
    Ok(Some(Logon {
        id: id.clone(),
        person_id: PersonId::from_stored(c.text()?),
        channel: c.named(Channel::parse)?,
        remaining: c.named(factors)?,
        expires_at: c.time()?,
        closed_at: c.opt_time()?,
        version: c.int()?,
    }))
}

/// Adds a logon.
pub fn insert(commit: &mut Commit, logon: &Logon) {
    commit.guarded(
        INSERT,
        vec![
            logon.id.as_str().into(),
            logon.person_id.as_str().into(),
            logon.channel.name().into(),
            names(&logon.remaining).into(),
            micros(logon.expires_at),
            opt_micros(logon.closed_at),
            logon.version.into(),
        ],
    );
}

/// Changes a logon, unless somebody changed it since it was read.
pub fn update(commit: &mut Commit, logon: &Logon) {
    commit.guarded(
        UPDATE,
        vec![
            logon.id.as_str().into(),
            names(&logon.remaining).into(),
            opt_micros(logon.closed_at),
            logon.version.into(),
        ],
    );
}

/// Forgets logons that expired before `before`.
pub fn delete_expired(commit: &mut Commit, before: Timestamp) {
    commit.write(DELETE_OLD, vec![micros(before)]);
}

/// Factors as `logon-pin,grid`.
pub(super) fn names(factors: &[Factor]) -> String {
    factors
        .iter()
        .map(|f| f.name())
        .collect::<Vec<_>>()
        .join(",")
}

/// Reads what [`names`] wrote.
pub(super) fn factors(names: &str) -> Option<Vec<Factor>> {
    names
        .split(',')
        .filter(|name| !name.is_empty())
        .map(Factor::parse)
        .collect()
}
