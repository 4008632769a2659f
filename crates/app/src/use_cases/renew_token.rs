//! TOK-8: the token lives on, renewed on the phone from the day the app offers it.

use jiff::Timestamp;
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::person::Person;
use warifu_domain::refusal::Refusal;
use warifu_domain::token::{self, Token};
use warifu_store::Commit;
use warifu_store::tables::{contracts, tokens};

use super::app_inbox::AppRequest;
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};
use crate::mail_texts::{Asked, SoftwareNotice, software_notice};

/// Runs the use case; the new expiry.
///
/// # Errors
/// [`Refusal::NotFound`] for a token unknown, out of service, or not signing rightly;
/// [`Refusal::WrongState`] too early, [`Refusal::TokenExpired`] too late.
pub async fn run(app: &App, request: &AppRequest<'_>, origin: &Origin) -> Outcome<Timestamp> {
    let now = app.now()?;
    for _ in 0..MAX_TRIES {
        let held = match app.signed_by_app("renewal", request, now).await? {
            Ok(held) => held,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let policy = app.profile.token.as_ref();
        let person = app.persons_of(&held.token).await?.into_iter().next();
        let (Some(policy), Some(person)) = (policy, person) else {
            return Ok(Err(Refusal::NotFound));
        };
        let decided = token::renew(&held.token, policy, now)
            .and_then(|t| t.expires_at.ok_or(Refusal::WrongState).map(|at| (t, at)));
        match attempt(app, (&person, &held.token), decided, origin, now).await {
            Ok(outcome) => return Ok(outcome),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("token conflicts"))
}

async fn attempt(
    app: &App,
    (person, before): (&Person, &Token),
    decided: Result<(Token, Timestamp), Refusal>,
    origin: &Origin,
    now: Timestamp,
) -> Result<Result<Timestamp, Refusal>, Again> {
    let (renewed, expires_at) = match decided {
        Ok(renewed) => renewed,
        Err(refusal) => {
            let data = json!({ "act": "renew", "serial": before.serial, "reason": refusal.code() });
            let event = audit::of_person(person, EventKind::TokenRefused, &data, origin, now);
            app.commit(Commit::audited(event)).await?;
            return Ok(Err(refusal));
        }
    };
    let data = json!({ "serial": renewed.serial, "until": expires_at.to_string() });
    let event = audit::of_person(person, EventKind::TokenRenewed, &data, origin, now);
    let mut commit = Commit::audited(event);
    tokens::update(&mut commit, &renewed);
    notice(app, &mut commit, (person, &renewed), now)
        .await
        .map_err(Again::Fault)?;
    app.commit(commit).await?;
    app.outbox_wake.notify_one();
    Ok(Ok(expires_at))
}

async fn notice(
    app: &App,
    commit: &mut Commit,
    (person, token): (&Person, &Token),
    now: Timestamp,
) -> Result<(), AppError> {
    let contract = contracts::find(&app.db, &person.contract_id).await?;
    let contract = contract.ok_or(AppError::Inconsistent("a person without a contract"))?;
    let asked = Asked {
        contract_name: &contract.name,
        person_name: &person.name,
        at: now,
    };
    let notice = SoftwareNotice::Renewed;
    let text = software_notice(&app.profile, notice, &token.serial, &asked);
    app.tell_person_and_administrator(commit, person, (notice.kind(), &text), now)
        .await
}
