//! TOK-2, S3 2(3): 利用形態設定. A mode that contradicts what is registered is refused; the registrations are
//! to be removed first.

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::refusal::Refusal;
use warifu_domain::token::{UsageMode, check_mode};
use warifu_store::tables::contracts;

use super::acting::Acting;
use super::current_session::Current;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};

/// Runs the use case.
///
/// # Errors
/// [`Refusal::TokenMode`], [`Refusal::NotPermitted`], or for a wrong PIN.
pub async fn run(
    app: &App,
    current: &Current,
    mode: UsageMode,
    confirmation_pin: &str,
    origin: &Origin,
) -> Outcome<()> {
    let mut acting = Acting::new(app, current, confirmation_pin, origin);
    for _ in 0..MAX_TRIES {
        match attempt(&mut acting, mode).await {
            Ok(outcome) => return Ok(outcome),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("contract conflicts"))
}

async fn attempt(acting: &mut Acting<'_>, mode: UsageMode) -> Result<Result<(), Refusal>, Again> {
    let scene = match acting.scene().await? {
        Ok(scene) => scene,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let data = json!({ "from": scene.contract.token_mode.name(), "token_mode": mode.name() });
    if let Err(refusal) = check_mode(mode, &scene.all) {
        return acting.refuse(&scene, refusal, data).await;
    }
    let mut commit = acting.done(EventKind::ContractChanged, &data);
    let mut contract = scene.contract.clone();
    contract.token_mode = mode;
    contracts::update(&mut commit, &contract);
    scene.write_persons(&mut commit, &[]);
    acting.app.commit(commit).await?;
    Ok(Ok(()))
}
