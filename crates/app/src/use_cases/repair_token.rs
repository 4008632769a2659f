//! TOK-5: a token whose clock is off the window is found again by two consecutive codes. A person repairs
//! their own, an administrator or master any of the contract.

use serde_json::{Value, json};
use warifu_domain::audit::EventKind;
use warifu_domain::contract::Contract;
use warifu_domain::person::{Counted, Person};
use warifu_domain::policy::TokenPolicy;
use warifu_domain::refusal::Refusal;
use warifu_domain::text::fold;
use warifu_domain::token::{Token, TokenStatus, repair_drift};
use warifu_store::tables::{persons, tokens};

use super::acting::Acting;
use super::current_session::Current;
use super::held_tokens::Held;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};

/// What was typed.
#[derive(Clone, Copy)]
pub struct RepairToken<'a> {
    /// シリアル番号; `None` for one's own token.
    pub serial: Option<&'a str>,
    /// The code it showed.
    pub first: &'a str,
    /// The one it showed next.
    pub second: &'a str,
    /// ご契約先確認暗証番号; needed with a serial.
    pub confirmation_pin: Option<&'a str>,
}

/// Runs the use case.
///
/// # Errors
/// [`Refusal::WrongAnswer`] if the codes don't fit: counted toward the person's suspension and the token's.
pub async fn run(
    app: &App,
    current: &Current,
    command: RepairToken<'_>,
    origin: &Origin,
) -> Outcome<()> {
    let pin = command.confirmation_pin;
    if command.serial.is_some() && pin.is_none() {
        return Ok(Err(Refusal::MissingAnswer));
    }
    let mut acting = Acting::new(app, current, pin.unwrap_or_default(), origin);
    for _ in 0..MAX_TRIES {
        let tried = match command.serial {
            Some(serial) => of_contract(&mut acting, serial, command).await,
            None => own(&acting, command).await,
        };
        match tried {
            Ok(outcome) => return Ok(outcome),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("token conflicts"))
}

async fn of_contract(
    acting: &mut Acting<'_>,
    serial: &str,
    command: RepairToken<'_>,
) -> Result<Result<(), Refusal>, Again> {
    let scene = match acting.scene().await? {
        Ok(scene) => scene,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let serial = fold(serial);
    let about = json!({ "repair": serial });
    let found = acting.app.token_by_serial(&serial).await?;
    let lent = |h: &Held| h.token.contract_id.as_ref() == Some(&scene.contract.id);
    let Some(held) = found.filter(lent) else {
        return acting
            .refuse(&scene, Refusal::TokenUnavailable, about)
            .await;
    };
    match judge(&held, command, (&scene.policy, acting)) {
        Ok(Ok(token)) => write(acting, &token, &scene.actor).await.map(Ok),
        Ok(Err(token)) => wrong(acting, &scene.contract, scene.actor, &token).await,
        Err(refusal) => acting.refuse(&scene, refusal, about).await,
    }
}

async fn own(acting: &Acting<'_>, command: RepairToken<'_>) -> Result<Result<(), Refusal>, Again> {
    let app = acting.app;
    let Some(mut person) = persons::find(&app.db, &acting.current.person.id).await? else {
        return Ok(Err(Refusal::NotLoggedOn));
    };
    let held = app.token_of(&person).await?;
    let (Some(policy), Some(held)) = (&app.profile.token, held) else {
        return refuse(acting, &person, Refusal::NoToken).await;
    };
    let judged = person
        .refuse_if_suspended()
        .and_then(|()| judge(&held, command, (policy, acting)));
    match judged {
        Ok(Ok(token)) => {
            person.reset_failures(Counted::TokenOtp);
            write(acting, &token, &person).await.map(Ok)
        }
        Ok(Err(token)) => wrong(acting, &acting.current.contract, person, &token).await,
        Err(refusal) => refuse(acting, &person, refusal).await,
    }
}

fn judge(
    held: &Held,
    command: RepairToken<'_>,
    (policy, acting): (&TokenPolicy, &Acting<'_>),
) -> Result<Result<Token, Token>, Refusal> {
    if !matches!(held.token.status, TokenStatus::InUse | TokenStatus::Lent) {
        return Err(Refusal::TokenUnavailable);
    }
    let codes = (command.first, command.second);
    repair_drift(&held.token, &held.key, codes, policy, acting.now())
}

async fn write(acting: &Acting<'_>, token: &Token, actor: &Person) -> Result<(), Again> {
    let data = json!({
        "serial": token.serial, "step": token.clock.last_step, "drift": token.clock.drift_steps,
    });
    let mut commit = acting.done(EventKind::TokenRepaired, &data);
    tokens::update(&mut commit, token);
    persons::update(&mut commit, actor);
    acting.app.commit(commit).await
}

async fn wrong(
    acting: &Acting<'_>,
    contract: &Contract,
    actor: Person,
    token: &Token,
) -> Result<Result<(), Refusal>, Again> {
    let counted = Counted::TokenOtp;
    let refusal = acting
        .count_wrong(contract, actor, counted, Some(token))
        .await?;
    Ok(Err(refusal))
}

/// Nothing was judged: only the record of it is written.
async fn refuse(
    acting: &Acting<'_>,
    person: &Person,
    refusal: Refusal,
) -> Result<Result<(), Refusal>, Again> {
    let commit = acting.refused(person, &refusal, &Value::Null);
    acting.app.commit(commit).await?;
    Ok(Err(refusal))
}
