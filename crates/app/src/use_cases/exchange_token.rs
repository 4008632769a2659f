//! TOK-3: 交換. Whoever used the old hardware token uses the new one, proven by the new one's code.

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::person::Counted;
use warifu_domain::refusal::Refusal;
use warifu_domain::text::fold;
use warifu_domain::token::{Registration, Token, exchange};
use warifu_store::tables::{contracts, tokens};

use super::acting::{Acting, Scene};
use super::current_session::Current;
use super::register_token::Registered;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};
use crate::mail_texts::tokens::TokenNotice;

/// What was typed.
#[derive(Clone, Copy)]
pub struct ExchangeToken<'a> {
    /// シリアル番号 of the token in use.
    pub old_serial: &'a str,
    /// シリアル番号 of the one that takes its place.
    pub new_serial: &'a str,
    /// The code the new one shows.
    pub code: &'a str,
    /// ご契約先確認暗証番号 of whoever exchanges.
    pub confirmation_pin: &'a str,
}

/// Runs the use case.
///
/// # Errors
/// Refused by `domain::token::exchange`, for a wrong PIN or a wrong code.
pub async fn run(
    app: &App,
    current: &Current,
    command: ExchangeToken<'_>,
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
    command: ExchangeToken<'_>,
) -> Result<Result<Registered, Refusal>, Again> {
    let scene = match acting.scene().await? {
        Ok(scene) => scene,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (old, new) = (fold(command.old_serial), fold(command.new_serial));
    let about = json!({ "exchange": old, "for": new });
    let app = acting.app;
    let (Some(old), Some(new)) = (
        app.token_by_serial(&old).await?,
        app.token_by_serial(&new).await?,
    ) else {
        return acting
            .refuse(&scene, Refusal::TokenUnavailable, about)
            .await;
    };
    let exchanged = exchange(
        (&old.token, &new.token),
        (&scene.contract.id, scene.contract.token_mode),
        &scene.all,
        (&new.key, command.code),
        &scene.policy,
        acting.now(),
    );
    match exchanged {
        Ok(Ok((registration, old))) => commit(acting, &scene, registration, &old).await.map(Ok),
        Ok(Err(token)) => {
            let (contract, actor) = (&scene.contract, scene.actor);
            let counted = Counted::TokenOtp;
            let refusal = acting
                .count_wrong(contract, actor, counted, Some(&token))
                .await?;
            Ok(Err(refusal))
        }
        Err(refusal) => acting.refuse(&scene, refusal, about).await,
    }
}

async fn commit(
    acting: &Acting<'_>,
    scene: &Scene,
    registration: Registration,
    old: &Token,
) -> Result<Registered, Again> {
    let Registration { token, persons } = registration;
    let names = Scene::names(&persons);
    let ids: Vec<_> = persons.iter().map(|p| p.id.as_str()).collect();
    let data = json!({
        "serial": token.serial, "step": token.clock.last_step, "persons": ids,
        "instead_of": old.serial,
    });
    let mut commit = acting.done(EventKind::TokenRegistered, &data);
    // The mode was looked at: it must not change in between.
    contracts::update(&mut commit, &scene.contract);
    tokens::update(&mut commit, &token);
    tokens::update(&mut commit, old);
    scene.write_persons(&mut commit, &persons);
    let users = scene.users(&token, &persons);
    let serials = [old.serial.as_str(), token.serial.as_str()];
    let what = (&serials[..], &names[..]);
    acting.tell(&mut commit, scene, TokenNotice::Exchanged, what, &users)?;
    acting.app.commit(commit).await?;
    acting.app.outbox_wake.notify_one();
    Ok(Registered {
        serial: token.serial,
        names,
    })
}
