//! ASVS 7.5.1: whoever changes how they prove who they are proves the confirmation PIN again. Wrong ones count
//! and suspend (LCK-1).

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::person::Counted;
use warifu_domain::refusal::Refusal;
use warifu_store::Commit;
use warifu_store::tables::persons;

use super::current_session::Current;
use super::request_address::verify_confirmation_pin;
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};

/// Judges the PIN of the person logged on. The outcome is told only after a guarded commit, a right one's too: of
/// any number of guesses at once no more than the counter allows learn anything.
///
/// # Errors
/// [`Refusal::WrongAnswer`], [`Refusal::Suspended`].
pub(super) async fn check(
    app: &App,
    current: &Current,
    typed: &str,
    refused: EventKind,
    origin: &Origin,
) -> Outcome<()> {
    let now = current.now;
    for _ in 0..MAX_TRIES {
        let Some(mut person) = persons::find(&app.db, &current.person.id).await? else {
            return Ok(Err(Refusal::NotLoggedOn));
        };
        if let Err(refusal) = person.refuse_if_suspended() {
            return Ok(Err(refusal));
        }
        let right = verify_confirmation_pin(app, &person, typed).await?;
        let mut commit = Commit::housekeeping();
        if right {
            person.reset_failures(Counted::ConfirmationPin);
        } else {
            let policy = &app.profile.suspension;
            let suspends = person.count_failure(Counted::ConfirmationPin, policy, now);
            let data = json!({ "reason": Refusal::WrongAnswer.code() });
            commit.event(audit::of_person(&person, refused, &data, origin, now));
            if suspends {
                app.follow_suspension(&mut commit, &person, &current.contract, origin, now)?;
            }
        }
        persons::update(&mut commit, &person);
        match app.commit(commit).await {
            Ok(()) if right => return Ok(Ok(())),
            Ok(()) => return Ok(Err(Refusal::WrongAnswer)),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("person conflicts"))
}
