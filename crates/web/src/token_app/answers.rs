//! `POST /app/api/answers`: the phone approves or rejects what it showed (APP-1, APP-2).

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use warifu_app::use_cases::answer_approval::{self, AnswerApproval};
use warifu_domain::ids::AuthorizationId;

use super::base64url::Base64Url;
use super::caller::Caller;
use crate::api::body::Body;
use crate::api::problem::Problem;
use crate::api::text::Text;
use crate::state::Web;

/// What the app sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    serial: Text<64>,
    authorization_id: Text<64>,
    approves: bool,
    /// ECDSA P-256, r and s, over the decision and exactly what was shown.
    signature: Base64Url<64>,
}

/// It was taken.
#[derive(Serialize)]
pub(super) struct Taken {
    approved: bool,
}

pub(super) async fn handle(
    State(web): State<Web>,
    caller: Caller,
    Body(answer): Body<Answer>,
) -> Result<Json<Taken>, Problem> {
    let id = AuthorizationId::from_stored(answer.authorization_id.as_str().to_owned());
    let command = AnswerApproval {
        serial: answer.serial.as_str(),
        authorization_id: &id,
        approves: answer.approves,
        signature: answer.signature.as_slice(),
    };
    let outcome = answer_approval::run(&web.app, command, &caller.origin).await?;
    outcome.map_err(|refusal| Problem::refused(&refusal))?;
    Ok(Json(Taken {
        approved: answer.approves,
    }))
}
