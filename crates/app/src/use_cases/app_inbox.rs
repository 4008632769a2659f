//! APP-1: what waits for a person's token app, shown to whoever holds the app's key.

use jiff::Timestamp;
use warifu_domain::authorization::{Authorization, State};
use warifu_domain::person::Person;
use warifu_domain::refusal::Refusal;
use warifu_domain::token::{Token, TokenStatus};
use warifu_store::tables::{authorizations, contracts, persons};

use super::held_tokens::Held;
use crate::app_signature::is_signed_by;
use crate::context::App;
use crate::error::{AppError, Outcome};

/// How far the time an app signed may be from ours. Reading again within it shows the same list.
const SIGNED_WITHIN_SECS: u64 = 300;

/// A request signed by a token app.
pub struct AppRequest<'a> {
    /// The token's serial.
    pub serial: &'a str,
    /// Unix seconds at the server, as the app reckons them.
    pub at_secs: i64,
    /// Over `warifu/PURPOSE/v1`, the serial and the time, a line each.
    pub signature: &'a [u8],
}

/// What the app shows.
pub struct Inbox {
    /// The token, with its expiry and whether renewal is due.
    pub token: Token,
    /// What waits, the newest first. The app shows what `canonical` says and nothing else.
    pub waiting: Vec<Authorization>,
    /// Whether the app offers renewal now (TOK-8).
    pub renewal_due: bool,
    /// The server's time.
    pub now: Timestamp,
}

/// Runs the use case.
///
/// # Errors
/// [`Refusal::NotFound`] for a token unknown, out of service, or not signing rightly; which one is not said.
pub async fn run(app: &App, request: &AppRequest<'_>) -> Outcome<Inbox> {
    let now = app.now()?;
    let held = match app.signed_by_app("inbox", request, now).await? {
        Ok(held) => held,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(policy) = &app.profile.token else {
        return Ok(Err(Refusal::NotFound));
    };
    let mut waiting = Vec::new();
    for person in app.persons_of(&held.token).await? {
        waiting.extend(app.waiting(&person, now).await?);
    }
    Ok(Ok(Inbox {
        renewal_due: held.token.renewal_due(policy, now),
        token: held.token,
        waiting,
        now,
    }))
}

impl App {
    /// The token whose app signed a request for `purpose`.
    pub(super) async fn signed_by_app(
        &self,
        purpose: &str,
        request: &AppRequest<'_>,
        now: Timestamp,
    ) -> Result<Result<Held, Refusal>, AppError> {
        let Some(held) = self.token_by_serial(request.serial).await? else {
            return Ok(Err(Refusal::NotFound));
        };
        let message = format!(
            "warifu/{purpose}/v1\n{}\n{}",
            request.serial, request.at_secs
        );
        let alive = self.in_good_standing(&held.token).await?;
        let in_time = now.as_second().abs_diff(request.at_secs) <= SIGNED_WITHIN_SECS;
        let in_use = held.token.status == TokenStatus::InUse;
        let signed = held
            .token
            .app_key
            .as_ref()
            .is_some_and(|key| is_signed_by(key, message.as_bytes(), request.signature));
        Ok(if in_time && in_use && signed && alive {
            Ok(held)
        } else {
            Err(Refusal::NotFound)
        })
    }

    /// Whether the contract runs and somebody who uses the token is not suspended.
    async fn in_good_standing(&self, token: &Token) -> Result<bool, AppError> {
        let Some(id) = &token.contract_id else {
            return Ok(false);
        };
        let stopped = contracts::find(&self.db, id)
            .await?
            .is_none_or(|c| c.stopped);
        let users = self.persons_of(token).await?;
        Ok(!stopped && users.iter().any(|p| p.suspended.is_none()))
    }

    /// The persons who use a token.
    pub(super) async fn persons_of(&self, token: &Token) -> Result<Vec<Person>, AppError> {
        let Some(contract) = &token.contract_id else {
            return Ok(Vec::new());
        };
        let mut persons = persons::of_contract(&self.db, contract).await?;
        persons.retain(|p| p.token.as_ref().is_some_and(|t| t.id == token.id));
        Ok(persons)
    }

    /// What waits for a person's app at `now`.
    pub(super) async fn waiting(
        &self,
        person: &Person,
        now: Timestamp,
    ) -> Result<Vec<Authorization>, AppError> {
        let mut waiting = authorizations::waiting(&self.db, &person.id).await?;
        waiting.retain(|a| a.state == State::Pending && now <= a.expires_at);
        Ok(waiting)
    }

    /// How many wait; nothing is read where policy doesn't ask the app.
    pub(super) async fn waiting_approvals(
        &self,
        person: &Person,
        now: Timestamp,
    ) -> Result<u32, AppError> {
        if person.token.as_ref().is_none_or(|t| !t.confirms_in_app) {
            return Ok(0);
        }
        let waiting = self.waiting(person, now).await?;
        Ok(u32::try_from(waiting.len()).unwrap_or(u32::MAX))
    }
}
