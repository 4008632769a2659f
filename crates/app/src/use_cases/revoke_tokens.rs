//! TOK-10, S4 appendix 2: an administrator or master revokes the tokens of several users at once. Their live
//! sessions end in the same commit, and their logons wait for the profile's time.

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::ids::PersonId;
use warifu_domain::refusal::Refusal;
use warifu_domain::session::SessionEnd;
use warifu_domain::token::{Revocation, revoke};
use warifu_store::tables::{sessions, tokens};

use super::acting::{Acting, Scene};
use super::current_session::Current;
use super::each_person::{EachPerson, each};
use crate::context::{App, Origin};
use crate::error::{Again, Outcome};
use crate::mail_texts::tokens::TokenNotice;

/// Runs the use case: one commit per person, and what came of each, by name.
///
/// # Errors
/// Refused as a whole for nobody chosen, a wrong PIN, or somebody who may not.
pub async fn run(
    app: &App,
    current: &Current,
    persons: &[PersonId],
    confirmation_pin: &str,
    origin: &Origin,
) -> Outcome<EachPerson> {
    let acting = Acting::new(app, current, confirmation_pin, origin);
    each(acting, persons, attempt).await
}

async fn attempt(
    acting: &Acting<'_>,
    scene: &Scene,
    id: &PersonId,
) -> Result<Result<(), Refusal>, Again> {
    let about = json!({ "revoke": id.as_str() });
    let Some(person) = scene.all.iter().find(|p| p.id == *id) else {
        return acting.refuse(scene, Refusal::NotFound, about).await;
    };
    let Some(held) = acting.app.token_of(person).await? else {
        return acting.refuse(scene, Refusal::NoToken, about).await;
    };
    let now = acting.now();
    let Revocation { person, token } =
        match revoke(&scene.actor, person, &held.token, &scene.all, now) {
            Ok(revocation) => revocation,
            Err(refusal) => return acting.refuse(scene, refusal, about).await,
        };
    let data =
        json!({ "serial": token.serial, "person": id.as_str(), "status": token.status.name() });
    let mut commit = acting.done(EventKind::TokenRevoked, &data);
    tokens::update(&mut commit, &token);
    sessions::end_of_person(&mut commit, id, SessionEnd::TokenRevoked, now);
    let names = [person.name.clone()];
    let revoked = [person];
    scene.write_persons(&mut commit, &revoked);
    let users = scene.users(&token, &revoked);
    let what = (&[token.serial.as_str()][..], &names[..]);
    acting.tell(&mut commit, scene, TokenNotice::Revoked, what, &users)?;
    acting.app.commit(commit).await?;
    acting.app.outbox_wake.notify_one();
    Ok(Ok(()))
}
