//! What runs now and then: forgetting what is over, and remembering how late it has been.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_store::tables::{
    authorizations, logons, outbox, passkeys, sessions, settings, token_issues, tokens,
};
use warifu_store::{Commit, CommitError, Db};

use crate::audit;
use crate::context::App;
use crate::error::{Again, AppError};

const KEEP_DAYS: i64 = 35;

/// Forgets ended logons, sessions and mails, and moves the clock's floor up.
///
/// # Errors
/// When the database failed.
pub async fn run(app: &App) -> Result<(), AppError> {
    let now = app.now()?;
    let keep = SignedDuration::from_hours(24 * KEEP_DAYS);
    let before = now.saturating_sub(keep).unwrap_or(now);
    let mut commit = Commit::housekeeping();
    logons::delete_expired(&mut commit, before);
    sessions::delete_old(&mut commit, before);
    outbox::delete_old(&mut commit, before);
    passkeys::delete_expired(&mut commit, now);
    let floor = settings::find(&app.db, settings::CLOCK_FLOOR).await?;
    settings::put(
        &mut commit,
        settings::CLOCK_FLOOR,
        floor.as_ref(),
        now.as_microsecond().to_string(),
    );
    match app.commit(commit).await {
        // Another server did the same at the same moment.
        Ok(()) | Err(Again::Conflict) => Ok(()),
        Err(Again::Fault(fault)) => Err(fault),
    }
}

/// The latest moment any server has written down.
///
/// # Errors
/// When the database failed.
pub async fn clock_floor(db: &Db) -> Result<Option<Timestamp>, AppError> {
    let Some(setting) = settings::find(db, settings::CLOCK_FLOOR).await? else {
        return Ok(None);
    };
    let micros = setting.value.parse().ok();
    let floor = micros.and_then(|m| Timestamp::from_microsecond(m).ok());
    floor
        .map(Some)
        .ok_or(AppError::Inconsistent("clock floor is not a time"))
}

/// After a backup was restored: no code from before may live, used or not. Every open authorization
/// is voided and the epoch of codes goes up. Servers must be stopped.
///
/// # Errors
/// When the database failed.
pub async fn after_restore(db: &Db, now: Timestamp) -> Result<u64, CommitError> {
    let before = settings::find(db, settings::EPOCH).await?;
    let epoch = before
        .as_ref()
        .and_then(|s| s.value.parse::<u64>().ok())
        .unwrap_or(1)
        + 1;
    let data = json!({ "after_restore": epoch });
    let event = audit::of_institution(EventKind::InstitutionAct, &data, "command line", now);
    let mut commit = Commit::audited(event);
    authorizations::void_all(&mut commit, now);
    tokens::after_restore(&mut commit, now.as_second());
    token_issues::cancel_all(&mut commit);
    sessions::end_all(&mut commit, now);
    logons::close_all(&mut commit, now);
    passkeys::delete_all_challenges(&mut commit);
    settings::put(
        &mut commit,
        settings::EPOCH,
        before.as_ref(),
        epoch.to_string(),
    );
    db.commit(commit).await?;
    Ok(epoch)
}
