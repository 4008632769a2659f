//! LCK-1, LCK-3: the bank restores a suspended person on a written request. All counters start anew, those of the
//! person's token too: where everybody shares one token, nobody of the contract can release it.

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::ids::PersonId;
use warifu_domain::person::Failures;
use warifu_domain::refusal::Refusal;
use warifu_store::Commit;
use warifu_store::tables::{persons, tokens};

use crate::audit;
use crate::context::{App, MAX_TRIES};
use crate::error::{Again, AppError, Outcome};

/// Runs the use case. `request` names the customer's written request in the record.
///
/// # Errors
/// Refused if there is no such person, or they are not suspended.
pub async fn run(app: &App, id: &PersonId, request: &str) -> Outcome<()> {
    let now = app.now()?;
    for _ in 0..MAX_TRIES {
        let Some(mut person) = persons::find(&app.db, id).await? else {
            return Ok(Err(Refusal::NotFound));
        };
        let suspended = person.suspended.take();
        let token = app.token_of(&person).await?.map(|held| held.token);
        let counted = token.filter(|token| token.failures > 0);
        if suspended.is_none() && counted.is_none() {
            return Ok(Err(Refusal::WrongState));
        }
        person.failures = Failures::default();
        let data = json!({
            "released": id.as_str(),
            "because": suspended.map(|s| s.because.name()),
            "token": counted.as_ref().map(|token| token.serial.as_str()),
            "request": request,
        });
        let mut event =
            audit::of_institution(EventKind::InstitutionAct, &data, "command line", now);
        event.chain = person.contract_id.to_string();
        event.person_id = Some(id.to_string());
        let mut commit = Commit::audited(event);
        persons::update(&mut commit, &person);
        if let Some(mut token) = counted {
            token.failures = 0;
            tokens::update(&mut commit, &token);
        }
        match app.commit(commit).await {
            Ok(()) => return Ok(Ok(())),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("person conflicts"))
}
