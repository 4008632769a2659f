//! LOG-9: who is asking, checked on every request.

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::contract::Contract;
use warifu_domain::person::Person;
use warifu_domain::session::{Session, SessionEnd, check_session, needs_touch};
use warifu_store::Commit;
use warifu_store::tables::{contracts, persons, sessions};

use super::session_opening::token_hash;
use crate::audit;
use crate::context::{App, Origin};
use crate::error::AppError;

/// Who is logged on.
#[derive(Clone, Debug)]
pub struct Current {
    /// The person.
    pub person: Person,
    /// Their contract.
    pub contract: Contract,
    /// Their session.
    pub session: Session,
    /// The time of this request.
    pub now: Timestamp,
}

/// Finds the session of a token.
///
/// # Errors
/// The outer: the system failed. The inner: nobody is logged on, and why, if there was a session.
pub async fn run(
    app: &App,
    token: &str,
    origin: &Origin,
) -> Result<Result<Current, Option<SessionEnd>>, AppError> {
    let now = app.now()?;
    let Some(session) = sessions::find(&app.db, &token_hash(token)).await? else {
        return Ok(Err(None));
    };
    let Some(person) = persons::find(&app.db, &session.person_id).await? else {
        return Ok(Err(None));
    };
    if let Err(end) = check_session(&app.profile.session, &session, now) {
        if session.ended.is_none() {
            end_timed_out(app, &session, &person, origin, now).await?;
        }
        return Ok(Err(Some(end)));
    }
    let contract = contracts::find(&app.db, &person.contract_id).await?;
    let Some(contract) = contract.filter(|c| !c.stopped && person.suspended.is_none()) else {
        return Ok(Err(Some(SessionEnd::Suspended)));
    };
    if needs_touch(&session, now) {
        let mut commit = Commit::housekeeping();
        sessions::touch(&mut commit, &session.token_hash, now);
        app.record(commit).await?;
    }
    Ok(Ok(Current {
        person,
        contract,
        session,
        now,
    }))
}

async fn end_timed_out(
    app: &App,
    session: &Session,
    person: &Person,
    origin: &Origin,
    now: Timestamp,
) -> Result<(), AppError> {
    let data = json!({ "because": SessionEnd::TimedOut.name() });
    let event = audit::of_person(person, EventKind::SessionEnded, &data, origin, now);
    let mut commit = Commit::audited(event);
    sessions::end(&mut commit, &session.token_hash, SessionEnd::TimedOut, now);
    app.record(commit).await
}
