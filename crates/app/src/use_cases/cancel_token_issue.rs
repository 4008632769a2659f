//! A token that never came into service is initialised: its issue is given up and its secret erased. By
//! the person it is for, or by an administrator or master of the contract.

use serde_json::json;
use warifu_domain::audit::EventKind;
use warifu_domain::ids::PersonId;
use warifu_domain::person::{Person, Role};
use warifu_domain::refusal::Refusal;
use warifu_domain::token::{Issue, IssueStep};
use warifu_store::Commit;
use warifu_store::tables::{persons, token_issues, tokens};

use super::current_session::Current;
use crate::audit;
use crate::context::{App, MAX_TRIES, Origin};
use crate::error::{Again, AppError, Outcome};

/// Runs the use case; `person` is absent for one's own issue.
///
/// # Errors
/// [`Refusal::NotFound`] for nobody of this contract, [`Refusal::NotPermitted`],
/// [`Refusal::WrongState`] if nothing is being issued.
pub async fn run(
    app: &App,
    current: &Current,
    person: Option<&PersonId>,
    origin: &Origin,
) -> Outcome<()> {
    let id = person.unwrap_or(&current.person.id);
    for _ in 0..MAX_TRIES {
        let found = persons::find(&app.db, id).await?;
        let person = found.filter(|p| p.contract_id == current.contract.id);
        let Some(person) = person else {
            return Ok(Err(Refusal::NotFound));
        };
        if !may_cancel(&current.person, &person) {
            return Ok(Err(Refusal::NotPermitted));
        }
        let mut commit = Commit::housekeeping();
        let Some(issue) = app.give_up_open_issue(&mut commit, &person).await? else {
            return Ok(Err(Refusal::WrongState));
        };
        let data = json!({
            "issue": issue.id.as_str(),
            "act": "initialise",
            "by": current.person.id.as_str(),
        });
        let kind = EventKind::TokenDeregistered;
        commit.event(audit::of_person(&person, kind, &data, origin, current.now));
        match app.commit(commit).await {
            Ok(()) => return Ok(Ok(())),
            Err(Again::Fault(fault)) => return Err(fault),
            Err(Again::Conflict) => {}
        }
    }
    Err(AppError::Busy("token issue conflicts"))
}

fn may_cancel(actor: &Person, person: &Person) -> bool {
    actor.id == person.id || matches!(actor.role, Role::Master | Role::Administrator)
}

impl App {
    /// Adds to `commit` that the person's open issue, expired or not, is given up and its token erased.
    /// Returns the issue, if there was one.
    pub(super) async fn give_up_open_issue(
        &self,
        commit: &mut Commit,
        person: &Person,
    ) -> Result<Option<Issue>, AppError> {
        let Some(mut issue) = token_issues::open_of(&self.db, &person.id).await? else {
            return Ok(None);
        };
        issue.step = IssueStep::Cancelled;
        token_issues::update(commit, &issue);
        if let Some(sealed) = tokens::find(&self.db, &issue.token_id).await? {
            tokens::erase(commit, &sealed.token);
        }
        Ok(Some(issue))
    }
}
