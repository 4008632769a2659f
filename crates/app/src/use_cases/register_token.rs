//! TOK-3, S3 2: the administrator registers a hardware token for chosen users, by its serial, the code it
//! shows and the contract's confirmation PIN. The code is used up by that (fault 2).

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::ids::PersonId;
use warifu_domain::person::Counted;
use warifu_domain::refusal::Refusal;
use warifu_domain::text::fold;
use warifu_domain::token::{Registration, register};
use warifu_store::tables::{contracts, tokens};

use super::acting::{Acting, Scene};
use super::current_session::Current;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};
use crate::mail_texts::tokens::TokenNotice;

/// What was typed and chosen.
#[derive(Clone, Copy)]
pub struct RegisterToken<'a> {
    /// シリアル番号 on the token's back.
    pub serial: &'a str,
    /// The code it shows.
    pub code: &'a str,
    /// Who shall use it; in mode ① everybody does, whoever is named.
    pub persons: &'a [PersonId],
    /// ご契約先確認暗証番号 of whoever registers.
    pub confirmation_pin: &'a str,
}

/// A token is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Its serial.
    pub serial: String,
    /// Who uses it from now on.
    pub names: Vec<String>,
}

/// Runs the use case.
///
/// # Errors
/// Refused by `domain::token::register`, for a wrong PIN, a wrong code or an unknown person.
pub async fn run(
    app: &App,
    current: &Current,
    command: RegisterToken<'_>,
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
    command: RegisterToken<'_>,
) -> Result<Result<Registered, Refusal>, Again> {
    let scene = match acting.scene().await? {
        Ok(scene) => scene,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let serial = fold(command.serial);
    let about = json!({ "register": serial });
    let chosen = match scene.chosen(command.persons) {
        Ok(chosen) => chosen,
        Err(refusal) => return acting.refuse(&scene, refusal, about).await,
    };
    let Some(held) = acting.app.token_by_serial(&serial).await? else {
        return acting
            .refuse(&scene, Refusal::TokenUnavailable, about)
            .await;
    };
    let registered = register(
        &held.token,
        (&scene.contract.id, scene.contract.token_mode),
        (&chosen, &scene.all),
        (&held.key, command.code),
        &scene.policy,
        acting.now(),
    );
    match registered {
        Ok(Ok(registration)) => commit(acting, &scene, registration).await.map(Ok),
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
) -> Result<Registered, Again> {
    let Registration { token, persons } = registration;
    let names = Scene::names(&persons);
    let ids: Vec<_> = persons.iter().map(|p| p.id.as_str()).collect();
    let data = json!({
        "serial": token.serial, "step": token.clock.last_step, "persons": ids,
        "mode": scene.contract.token_mode.name(),
    });
    let mut commit = acting.done(EventKind::TokenRegistered, &data);
    // The mode was looked at: it must not change in between.
    contracts::update(&mut commit, &scene.contract);
    tokens::update(&mut commit, &token);
    scene.write_persons(&mut commit, &persons);
    let users = scene.users(&token, &persons);
    let what = (&[token.serial.as_str()][..], &names[..]);
    acting.tell(&mut commit, scene, TokenNotice::Registered, what, &users)?;
    acting.app.commit(commit).await?;
    acting.app.outbox_wake.notify_one();
    Ok(Registered {
        serial: token.serial,
        names,
    })
}
