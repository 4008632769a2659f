//! Passkeys of persons, and the challenges under way. A challenge is deleted, guarded, in the very commit that makes use
//! of it: a reply sent twice finds none.

use jiff::Timestamp;
use warifu_domain::ids::{PasskeyId, PersonId};

use super::{Cursor, micros, opt_micros};
use crate::{Commit, Db, Row, StoreError};

macro_rules! columns {
    () => {
        "id, person_id, credential_id, name, public, created_at, used_at, version"
    };
}

const OF_PERSON: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM passkeys WHERE person_id = $1 ORDER BY created_at LIMIT 100"
);
const BY_CREDENTIAL: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM passkeys WHERE credential_id = $1"
);
const INSERT: &str = concat!(
    "INSERT INTO passkeys (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);
const UPDATE: &str = "UPDATE passkeys SET name = $2, public = $3, used_at = $4, version = $5 + 1 \
     WHERE id = $1 AND version = $5";
const DELETE: &str = "DELETE FROM passkeys WHERE id = $1 AND person_id = $2 AND version = $3";
const CHALLENGE: &str =
    "SELECT purpose, subject, state, expires_at FROM passkey_challenges WHERE id = $1";
const INSERT_CHALLENGE: &str = "INSERT INTO passkey_challenges (id, purpose, subject, state, \
     expires_at) VALUES ($1, $2, $3, $4, $5)";
const TAKE_CHALLENGE: &str = "DELETE FROM passkey_challenges WHERE id = $1";
const DELETE_EXPIRED: &str = "DELETE FROM passkey_challenges WHERE expires_at < $1";

/// One passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonPasskey {
    /// Its ID.
    pub id: PasskeyId,
    /// Whose.
    pub person_id: PersonId,
    /// The credential's ID, base64url.
    pub credential_id: String,
    /// As its owner calls it.
    pub name: String,
    /// Public key and counters, JSON.
    pub public: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Last use.
    pub used_at: Option<Timestamp>,
    /// Guard of the record.
    pub version: i64,
}

/// A challenge under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Its ID, which only the browser that asked knows.
    pub id: String,
    /// What it is good for: `register`, `logon` or `authorize`.
    pub purpose: String,
    /// For whom or what: a person's ID, or an authorization's with the digest; empty for a logon.
    pub subject: String,
    /// The library's state, JSON.
    pub state: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// The passkeys of a person, the oldest first.
pub async fn of_person(db: &Db, id: &PersonId) -> Result<Vec<PersonPasskey>, StoreError> {
    let rows = db.read(OF_PERSON, &[id.as_str().into()]).await?;
    rows.iter().map(passkey).collect()
}

/// The passkey with that credential.
pub async fn by_credential(db: &Db, credential: &str) -> Result<Option<PersonPasskey>, StoreError> {
    let row = db
        .read_point(BY_CREDENTIAL, vec![credential.into()])
        .await?;
    row.as_ref().map(passkey).transpose()
}

/// Adds a passkey; a credential there already is a conflict.
pub fn insert(commit: &mut Commit, p: &PersonPasskey) {
    commit.guarded(
        INSERT,
        vec![
            p.id.as_str().into(),
            p.person_id.as_str().into(),
            p.credential_id.as_str().into(),
            p.name.as_str().into(),
            p.public.as_str().into(),
            micros(p.created_at),
            opt_micros(p.used_at),
            p.version.into(),
        ],
    );
}

/// Changes name, counters or last use, unless somebody changed it since it was read.
pub fn update(commit: &mut Commit, p: &PersonPasskey) {
    commit.guarded(
        UPDATE,
        vec![
            p.id.as_str().into(),
            p.name.as_str().into(),
            p.public.as_str().into(),
            opt_micros(p.used_at),
            p.version.into(),
        ],
    );
}

/// Removes a passkey.
pub fn delete(commit: &mut Commit, p: &PersonPasskey) {
    let (id, person) = (p.id.as_str().into(), p.person_id.as_str().into());
    commit.guarded(DELETE, vec![id, person, p.version.into()]);
}

/// A challenge by its ID.
pub async fn challenge(db: &Db, id: &str) -> Result<Option<Challenge>, StoreError> {
    let Some(row) = db.read_point(CHALLENGE, vec![id.into()]).await? else {
        return Ok(None);
    };
    let mut c = Cursor::new(&row);
    Ok(Some(Challenge {
        id: id.to_owned(),
        purpose: c.text()?,
        subject: c.text()?,
        state: c.text()?,
        expires_at: c.time()?,
    }))
}

/// Adds a challenge.
pub fn insert_challenge(commit: &mut Commit, challenge: &Challenge) {
    commit.guarded(
        INSERT_CHALLENGE,
        vec![
            challenge.id.as_str().into(),
            challenge.purpose.as_str().into(),
            challenge.subject.as_str().into(),
            challenge.state.as_str().into(),
            micros(challenge.expires_at),
        ],
    );
}

/// Uses a challenge up; one that was used meanwhile is a conflict.
pub fn take_challenge(commit: &mut Commit, challenge: &Challenge) {
    commit.guarded(TAKE_CHALLENGE, vec![challenge.id.as_str().into()]);
}

/// Forgets every challenge: after a restore none may be answered again.
pub fn delete_all_challenges(commit: &mut Commit) {
    commit.write("DELETE FROM passkey_challenges", Vec::new());
}

/// Forgets challenges nobody answered.
pub fn delete_expired(commit: &mut Commit, before: Timestamp) {
    commit.write(DELETE_EXPIRED, vec![micros(before)]);
}

fn passkey(row: &Row) -> Result<PersonPasskey, StoreError> {
    let mut c = Cursor::new(row);
    Ok(PersonPasskey {
        id: PasskeyId::from_stored(c.text()?),
        person_id: PersonId::from_stored(c.text()?),
        credential_id: c.text()?,
        name: c.text()?,
        public: c.text()?,
        created_at: c.time()?,
        used_at: c.opt_time()?,
        version: c.int()?,
    })
}
