//! A passkey as proof of an operation, where policy says so. A challenge is random and can't carry the transaction, so what
//! it was made for is written beside it: one authorization with its digest (BIND-1).

use jiff::Timestamp;
use warifu_domain::authorization::Authorization;
use warifu_domain::person::Person;
use warifu_domain::refusal::Refusal;

use super::passkey_challenges::{PasskeyChallenge, PasskeyReply, Proven};
use crate::context::App;
use crate::error::{AppError, Outcome};

const PURPOSE: &str = "authorize";

/// Asks for a passkey for exactly what this authorization says.
///
/// # Errors
/// [`Refusal::NotPermitted`] where passkeys are not offered.
pub async fn start(app: &App, authorization: &Authorization) -> Outcome<PasskeyChallenge> {
    let now = app.now()?;
    let ceremonies = match app.passkeys() {
        Ok(ceremonies) => ceremonies,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let started = ceremonies
        .start_authentication()
        .ok_or(AppError::Inconsistent("a passkey can't be asked for"))?;
    let purpose = (PURPOSE, &*subject(authorization));
    Ok(Ok(app.keep_challenge(purpose, started, now).await?))
}

/// Judges the reply: a passkey of this very person, for this very content.
pub(super) async fn judge(
    app: &App,
    (authorization, person): (&Authorization, &Person),
    reply: PasskeyReply<'_>,
    now: Timestamp,
) -> Result<Result<Proven, Refusal>, AppError> {
    let purpose = (PURPOSE, &*subject(authorization));
    let proven = app.prove_passkey(purpose, reply, now).await?;
    // A challenge used up or of another transaction is a wrong answer to this one.
    let own = proven.ok().filter(|p| p.passkey.person_id == person.id);
    Ok(own.ok_or(Refusal::WrongAnswer))
}

fn subject(authorization: &Authorization) -> String {
    format!("{} {}", authorization.id, authorization.digest)
}
