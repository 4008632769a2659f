//! LOG-9: a completed logon brings a new session with a new token; the person's other one ends.

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};
use warifu_domain::audit::EventKind;
use warifu_domain::logon::Logon;
use warifu_domain::person::Person;
use warifu_domain::session::{Session, SessionEnd, check_session};
use warifu_store::Commit;
use warifu_store::tables::sessions;

use crate::audit;
use crate::context::{App, Origin};
use crate::error::AppError;

/// The bearer's side of a session. No `Debug`: whoever holds the token is the person.
pub struct OpenedSession {
    /// 256 random bits (ASVS 7.2.3), base64url.
    pub token: String,
    /// The latest moment the session can last to.
    pub expires_at: Timestamp,
    /// Another session of the same person ended by this.
    pub took_over: bool,
}

/// What is stored of a token.
#[must_use]
pub fn token_hash(token: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(token.as_bytes()))
}

impl App {
    /// Adds to `commit` the new session of a completed logon.
    pub(super) async fn open_session(
        &self,
        commit: &mut Commit,
        person: &Person,
        logon: &Logon,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<OpenedSession, AppError> {
        let live = sessions::live_of(&self.db, &person.id).await?;
        let took_over = live.is_some_and(|s| check_session(&self.profile.session, &s, now).is_ok());
        sessions::end_of_person(commit, &person.id, SessionEnd::TakenOver, now);
        let token = self.new_token();
        let session = Session {
            token_hash: token_hash(&token),
            person_id: person.id.clone(),
            channel: logon.channel,
            created_at: now,
            seen_at: now,
            ended: None,
            took_over,
        };
        sessions::insert(commit, &session);
        let data = json!({ "logon": logon.id.as_str(), "took_over": took_over });
        commit.event(audit::of_person(
            person,
            EventKind::LogonCompleted,
            &data,
            origin,
            now,
        ));
        let absolute = jiff::SignedDuration::from_secs(self.profile.session.absolute_secs);
        let expires_at = now.saturating_add(absolute).unwrap_or(now);
        Ok(OpenedSession {
            token,
            expires_at,
            took_over,
        })
    }
}
