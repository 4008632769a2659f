//! LOG-8: a person's passkeys, listed, named and removed.

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::ids::PasskeyId;
use warifu_domain::refusal::Refusal;
use warifu_store::Commit;
use warifu_store::tables::passkeys::{self, PersonPasskey};
use warifu_store::tables::persons;

use super::current_session::Current;
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};

/// The person's passkeys, the oldest first.
///
/// # Errors
/// When the database failed.
pub async fn list(app: &App, current: &Current) -> Result<Vec<PersonPasskey>, AppError> {
    Ok(passkeys::of_person(&app.db, &current.person.id).await?)
}

/// Whether this profile and this server offer passkeys.
#[must_use]
pub fn offered(app: &App) -> bool {
    app.profile.offers_passkeys() && app.passkeys().is_ok()
}

/// Removes one. Whoever lost a phone needs this at once: no PIN is asked.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn remove(app: &App, current: &Current, id: &PasskeyId, origin: &Origin) -> Outcome<()> {
    let now = current.now;
    for _ in 0..MAX_TRIES {
        let own = passkeys::of_person(&app.db, &current.person.id).await?;
        let Some(passkey) = own.into_iter().find(|p| p.id == *id) else {
            return Ok(Err(Refusal::NotFound));
        };
        let Some(mut person) = persons::find(&app.db, &current.person.id).await? else {
            return Ok(Err(Refusal::NotLoggedOn));
        };
        person.passkeys = person.passkeys.saturating_sub(1);
        let data = json!({ "passkey": id.as_str(), "name": passkey.name });
        let kind = EventKind::PasskeyRemoved;
        let mut commit = Commit::audited(audit::of_person(&person, kind, &data, origin, now));
        passkeys::delete(&mut commit, &passkey);
        persons::update(&mut commit, &person);
        app.tell_of_passkey(&mut commit, &person, false, now)
            .await?;
        match app.commit(commit).await {
            Ok(()) => return Ok(Ok(())),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("passkey conflicts"))
}
