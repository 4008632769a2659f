//! LCK-2, S4 appendix 1: an administrator or master releases users whom wrong token codes suspended. Nobody
//! releases themselves; if all who could are suspended, the bank does (`release_person`).

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::ids::PersonId;
use warifu_domain::refusal::Refusal;
use warifu_domain::token::{Release, release};
use warifu_store::tables::tokens;

use super::acting::{Acting, Scene};
use super::current_session::Current;
use super::each_person::{EachPerson, each};
use super::held_tokens::Held;
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
    let about = json!({ "release": id.as_str() });
    let Some(person) = scene.all.iter().find(|p| p.id == *id) else {
        return acting.refuse(scene, Refusal::NotFound, about).await;
    };
    let held = acting.app.token_of(person).await?;
    let own = held.as_ref().map(|h: &Held| &h.token);
    let Release { person, token } = match release(&scene.actor, person, own) {
        Ok(released) => released,
        Err(refusal) => return acting.refuse(scene, refusal, about).await,
    };
    let serial = own.map_or("-", |t| t.serial.as_str());
    let data = json!({ "person": id.as_str(), "serial": serial });
    let mut commit = acting.done(EventKind::PersonReleased, &data);
    if let Some(token) = &token {
        tokens::update(&mut commit, token);
    }
    let names = [person.name.clone()];
    let mut users = own.map_or_else(Vec::new, |t| scene.users(t, &[]));
    users.push(person.clone());
    scene.write_persons(&mut commit, &[person]);
    let what = (&[serial][..], &names[..]);
    acting.tell(&mut commit, scene, TokenNotice::Released, what, &users)?;
    acting.app.commit(commit).await?;
    acting.app.outbox_wake.notify_one();
    Ok(Ok(()))
}
