//! Where an authorization stands. Nobody but the client that opened it may see it.

use warifu_domain::authorization::Authorization;
use warifu_domain::factor::Factor;
use warifu_domain::ids::AuthorizationId;
use warifu_domain::refusal::Refusal;
use warifu_store::tables::{authorizations, persons};

use crate::context::App;
use crate::error::Outcome;

/// What can be told of it.
pub struct AuthorizationView {
    /// The record.
    pub authorization: Authorization,
    /// `pending`, `expired`, `authorized` or `void`, at this moment.
    pub state: &'static str,
    /// What is asked now; empty once it is over.
    pub needs: Vec<Factor>,
}

/// Runs the use case.
///
/// # Errors
/// Refused as not found, for another client's too.
pub async fn run(app: &App, id: &AuthorizationId, client: &str) -> Outcome<AuthorizationView> {
    let now = app.now()?;
    let found = authorizations::find(&app.db, id).await?;
    let Some(authorization) = found.filter(|a| a.client == client) else {
        return Ok(Err(Refusal::NotFound));
    };
    let state = authorization.state_name(now);
    let person = persons::find(&app.db, &authorization.person_id).await?;
    let needs = match person {
        Some(person) if state == "pending" => authorization
            .needs(&app.profile, &person, now)
            .unwrap_or_default(),
        _ => Vec::new(),
    };
    Ok(Ok(AuthorizationView {
        authorization,
        state,
        needs,
    }))
}
