//! `POST /app/api/renewal`: the token lives on (TOK-8).

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use warifu_app::use_cases::renew_token;

use super::caller::Caller;
use super::inbox::Signed;
use crate::api::body::Body;
use crate::api::problem::Problem;
use crate::state::Web;

/// The new expiry.
#[derive(Serialize)]
pub(super) struct Renewed {
    expires_at: Timestamp,
}

pub(super) async fn handle(
    State(web): State<Web>,
    caller: Caller,
    Body(signed): Body<Signed>,
) -> Result<Json<Renewed>, Problem> {
    let outcome = renew_token::run(&web.app, &signed.request(), &caller.origin).await?;
    let expires_at = outcome.map_err(|refusal| Problem::refused(&refusal))?;
    Ok(Json(Renewed { expires_at }))
}
