//! LOG-8: a passkey stands for ID and password. What else policy asks, such as the token's code, follows as usual.

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::person::Channel;
use warifu_domain::refusal::Refusal;
use warifu_store::Commit;

use super::passkey_challenges::{PasskeyChallenge, PasskeyReply};
use super::start_logon::{self, Started};
use crate::audit;
use crate::context::{App, Origin};
use crate::error::{AppError, Outcome};

const PURPOSE: (&str, &str) = ("logon", "");

/// Asks for a passkey, whoever's it is.
///
/// # Errors
/// [`Refusal::NotPermitted`] where passkeys are not offered.
pub async fn start(app: &App) -> Outcome<PasskeyChallenge> {
    let now = app.now()?;
    let ceremonies = match app.passkeys() {
        Ok(ceremonies) if app.profile.offers_passkeys() => ceremonies,
        _ => return Ok(Err(Refusal::NotPermitted)),
    };
    let started = ceremonies
        .start_authentication()
        .ok_or(AppError::Inconsistent("a passkey can't be asked for"))?;
    Ok(Ok(app.keep_challenge(PURPOSE, started, now).await?))
}

/// Runs the use case.
///
/// # Errors
/// [`Refusal::WrongAnswer`] whatever was wrong; what `start_logon` tells those whose first proof was right.
pub async fn finish(
    app: &App,
    reply: PasskeyReply<'_>,
    channel: Channel,
    origin: &Origin,
) -> Outcome<Started> {
    let now = app.now()?;
    let proven = match app.prove_passkey(PURPOSE, reply, now).await? {
        Ok(proven) => proven,
        Err(refusal) => {
            let data = json!({ "reason": refusal.code(), "by": "passkey" });
            let line = audit::origin_line(origin);
            let event = audit::of_institution(EventKind::LogonRefused, &data, &line, now);
            app.record(Commit::audited(event)).await?;
            return Ok(Err(Refusal::WrongAnswer));
        }
    };
    start_logon::by_passkey(app, &proven, channel, (origin, now)).await
}
