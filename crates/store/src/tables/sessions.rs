//! Sessions. At most one per person is live; the schema sees to that.

use jiff::Timestamp;
use warifu_domain::ids::PersonId;
use warifu_domain::person::Channel;
use warifu_domain::session::{Session, SessionEnd};

use super::{Cursor, micros};
use crate::{Commit, Db, Row, StoreError};

const SELECT: &str = "SELECT token_hash, person_id, channel, created_at, seen_at, ended_at, \
     ended_because, took_over FROM sessions WHERE token_hash = $1";
const LIVE: &str = "SELECT token_hash, person_id, channel, created_at, seen_at, ended_at, \
     ended_because, took_over FROM sessions WHERE person_id = $1 AND ended_at IS NULL";
const INSERT: &str = "INSERT INTO sessions (token_hash, person_id, channel, created_at, seen_at, \
     took_over) VALUES ($1, $2, $3, $4, $5, $6)";
const END_OF_PERSON: &str = "UPDATE sessions SET ended_at = $2, ended_because = $3 \
     WHERE person_id = $1 AND ended_at IS NULL";
const END: &str = "UPDATE sessions SET ended_at = $2, ended_because = $3 \
     WHERE token_hash = $1 AND ended_at IS NULL";
const END_ALL: &str =
    "UPDATE sessions SET ended_at = $1, ended_because = $2 WHERE ended_at IS NULL";
const TOUCH: &str = "UPDATE sessions SET seen_at = $2 WHERE token_hash = $1 AND ended_at IS NULL";
const DELETE_OLD: &str = "DELETE FROM sessions WHERE created_at < $1";

/// Ends every session: after a restore those that were ended since live again.
pub fn end_all(commit: &mut Commit, at: Timestamp) {
    let because = SessionEnd::TimedOut.name().into();
    commit.write(END_ALL, vec![micros(at), because]);
}

/// One session by the hash of its token.
pub async fn find(db: &Db, token_hash: &str) -> Result<Option<Session>, StoreError> {
    let row = db.read_point(SELECT, vec![token_hash.into()]).await?;
    row.as_ref().map(session).transpose()
}

/// The live session of a person.
pub async fn live_of(db: &Db, person: &PersonId) -> Result<Option<Session>, StoreError> {
    let row = db.read_point(LIVE, vec![person.as_str().into()]).await?;
    row.as_ref().map(session).transpose()
}

/// Adds a session. The person's live one must be ended in the same commit.
pub fn insert(commit: &mut Commit, session: &Session) {
    commit.guarded(
        INSERT,
        vec![
            session.token_hash.as_str().into(),
            session.person_id.as_str().into(),
            session.channel.name().into(),
            micros(session.created_at),
            micros(session.seen_at),
            session.took_over.into(),
        ],
    );
}

/// Ends whatever session of the person is live.
pub fn end_of_person(commit: &mut Commit, person: &PersonId, why: SessionEnd, at: Timestamp) {
    commit.write(
        END_OF_PERSON,
        vec![person.as_str().into(), micros(at), why.name().into()],
    );
}

/// Ends one session.
pub fn end(commit: &mut Commit, token_hash: &str, why: SessionEnd, at: Timestamp) {
    commit.write(END, vec![token_hash.into(), micros(at), why.name().into()]);
}

/// Notes that the session was used.
pub fn touch(commit: &mut Commit, token_hash: &str, at: Timestamp) {
    commit.write(TOUCH, vec![token_hash.into(), micros(at)]);
}

/// Forgets sessions begun before `before`.
pub fn delete_old(commit: &mut Commit, before: Timestamp) {
    commit.write(DELETE_OLD, vec![micros(before)]);
}

fn session(row: &Row) -> Result<Session, StoreError> {
    let mut c = Cursor::new(row);
    Ok(Session {
        token_hash: c.text()?,
        person_id: PersonId::from_stored(c.text()?),
        channel: c.named(Channel::parse)?,
        created_at: c.time()?,
        seen_at: c.time()?,
        ended: match (c.opt_time()?, c.opt_named(SessionEnd::parse)?) {
            (Some(at), Some(why)) => Some((at, why)),
            _ => None,
        },
        took_over: c.flag()?,
    })
}
