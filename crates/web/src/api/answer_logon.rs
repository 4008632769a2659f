//! `POST /api/v1/logons/{id}/answers`: a further proof of a logon (LOG-1, LOG-4).

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use warifu_app::use_cases::answer_logon;
use warifu_domain::factor::Factor;
use warifu_domain::ids::LogonId;

use super::body::Body;
use super::caller::Caller;
use super::problem::{Document, Problem};
use super::start_logon::{LogonState, Session};
use super::text::{RecordId, Text, named};
use crate::state::Web;

/// The answer to one proof asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "factor": "grid", "answer": "482913" }))]
pub(super) struct LogonAnswer {
    /// Which proof: the first of `factors` that is not answered yet, `grid` or `token-otp`.
    #[serde(deserialize_with = "named")]
    #[schema(schema_with = super::openapi::factor)]
    factor: Factor,
    /// For `grid`: the digits of the asked cells, in their order. For `token-otp`: the code the token
    /// shows. Full-width digits are folded.
    #[schema(value_type = String, min_length = 1, max_length = 64, format = Password)]
    answer: Text<64>,
}

/// How far the logon is now.
#[derive(Serialize, ToSchema)]
pub(super) struct LogonProgress {
    /// Whether more is asked.
    state: LogonState,
    /// The session, once the logon is complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    session: Option<Session>,
}

#[utoipa::path(
    post,
    path = "/api/v1/logons/{id}/answers",
    tag = "Logon",
    operation_id = "answerLogon",
    summary = "Answer a proof of a logon",
    description = "Wrong answers are counted; too many in a row suspend the person. A complete logon \
        ends the person's other session.",
    params(("id" = String, Path, description = "The `logon_id`.", max_length = 64)),
    request_body = LogonAnswer,
    responses(
        (status = 200, description = "The answer was right.", body = LogonProgress),
        (status = 401, description = "`wrong_answer`; `unauthorized` if it is the key.",
            body = Document, content_type = "application/problem+json"),
        (status = 403, description = "`suspended`.",
            body = Document, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`.",
            body = Document, content_type = "application/problem+json"),
        (status = 409, description = "`expired`, `already_used`; `wrong_state`: these cells were \
            answered in another logon, begin anew; `code_used`: this token showed that code to us \
            before, wait for the next; `token_expired`, `token_locked`, `no_token`.",
            body = Document, content_type = "application/problem+json"),
        (status = 422, description = "`invalid_request`; `not_offered` for another factor.",
            body = Document, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(web): State<Web>,
    caller: Caller,
    RecordId(id): RecordId,
    Body(request): Body<LogonAnswer>,
) -> Result<Json<LogonProgress>, Problem> {
    if !matches!(request.factor, Factor::Grid | Factor::TokenOtp) {
        let reason = "`grid` and `token-otp` are asked at a logon";
        return Err(Problem::not_offered("factor", reason));
    }
    let id = LogonId::from_stored(id);
    let answer = answer_logon::LogonAnswer {
        factor: request.factor,
        typed: request.answer.as_str(),
    };
    let outcome = answer_logon::run(&web.app, &id, answer, caller.origin()).await?;
    let progress = outcome.map_err(|refusal| Problem::refused_logon(&refusal))?;
    let session = progress
        .session
        .map(|s| Session::new(s.token, s.expires_at));
    Ok(Json(LogonProgress {
        state: match session {
            Some(_) => LogonState::Complete,
            None => LogonState::NeedsFactors,
        },
        session,
    }))
}
