//! LCK-1: the bank restores a suspended person on a written request. All counters start anew.

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::ids::PersonId;
use warifu_domain::person::Failures;
use warifu_domain::refusal::Refusal;
use warifu_store::Commit;
use warifu_store::tables::persons;

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
        let Some(suspended) = person.suspended.take() else {
            return Ok(Err(Refusal::WrongState));
        };
        person.failures = Failures::default();
        let data = json!({
            "released": id.as_str(),
            "because": suspended.because.name(),
            "request": request,
        });
        let mut event =
            audit::of_institution(EventKind::InstitutionAct, &data, "command line", now);
        event.chain = person.contract_id.to_string();
        event.person_id = Some(id.to_string());
        let mut commit = Commit::audited(event);
        persons::update(&mut commit, &person);
        match app.commit(commit).await {
            Ok(()) => return Ok(Ok(())),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("person conflicts"))
}
