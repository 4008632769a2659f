//! TOK-3: 利用登録解除. The administrator takes a hardware token from users; it stays lent to the contract.

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::ids::PersonId;
use warifu_domain::refusal::Refusal;
use warifu_domain::text::fold;
use warifu_domain::token::{Registration, deregister};
use warifu_store::tables::tokens;

use super::acting::{Acting, Scene};
use super::current_session::Current;
use super::register_token::Registered;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};
use crate::mail_texts::tokens::TokenNotice;

/// What was typed and chosen.
#[derive(Clone, Copy)]
pub struct DeregisterToken<'a> {
    /// シリアル番号.
    pub serial: &'a str,
    /// Who shall not use it any more.
    pub persons: &'a [PersonId],
    /// ご契約先確認暗証番号 of whoever deregisters.
    pub confirmation_pin: &'a str,
}

/// Runs the use case. `names` of the answer are those who lost the token.
///
/// # Errors
/// Refused by `domain::token::deregister`, for a wrong PIN or an unknown person.
pub async fn run(
    app: &App,
    current: &Current,
    command: DeregisterToken<'_>,
    origin: &Origin,
) -> Outcome<Registered> {
    let mut acting = Acting::new(app, current, command.confirmation_pin, origin);
    for _ in 0..MAX_TRIES {
        match attempt(&mut acting, command).await {
            Ok(outcome) => return Ok(outcome),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("token conflicts"))
}

async fn attempt(
    acting: &mut Acting<'_>,
    command: DeregisterToken<'_>,
) -> Result<Result<Registered, Refusal>, Again> {
    let scene = match acting.scene().await? {
        Ok(scene) => scene,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let serial = fold(command.serial);
    let about = json!({ "deregister": serial });
    let Some(held) = acting.app.token_by_serial(&serial).await? else {
        return acting
            .refuse(&scene, Refusal::TokenUnavailable, about)
            .await;
    };
    let decided = scene
        .chosen(command.persons)
        .and_then(|chosen| deregister(&held.token, (&chosen, &scene.all)));
    match decided {
        Ok(registration) => commit(acting, &scene, registration).await.map(Ok),
        Err(refusal) => acting.refuse(&scene, refusal, about).await,
    }
}

async fn commit(
    acting: &Acting<'_>,
    scene: &Scene,
    registration: Registration,
) -> Result<Registered, Again> {
    let Registration { token, persons } = registration;
    let names = Scene::names(&persons);
    let ids: Vec<_> = persons.iter().map(|p| p.id.as_str()).collect();
    let data = json!({ "serial": token.serial, "persons": ids });
    let mut commit = acting.done(EventKind::TokenDeregistered, &data);
    tokens::update(&mut commit, &token);
    scene.write_persons(&mut commit, &persons);
    let users = scene.users(&token, &persons);
    let what = (&[token.serial.as_str()][..], &names[..]);
    acting.tell(&mut commit, scene, TokenNotice::Deregistered, what, &users)?;
    acting.app.commit(commit).await?;
    acting.app.outbox_wake.notify_one();
    Ok(Registered {
        serial: token.serial,
        names,
    })
}
