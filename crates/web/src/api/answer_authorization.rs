//! `POST /api/v1/authorizations/{id}/answers`: proves an authorization, once (MAIL-1, BIND-4).

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use warifu_app::use_cases::answer_authorization::{self, Answer, Typed};
use warifu_domain::factor::Factor;
use warifu_domain::ids::AuthorizationId;

use super::body::Body;
use super::caller::Caller;
use super::problem::{Document, Problem};
use super::text::{RecordId, Text};
use crate::state::Web;

const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
const MAX_IDEMPOTENCY_KEY_BYTES: usize = 128;

/// Everything that `needs` names, in one request: answers are judged together.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "confirmation_pin": "w4n8c3hz", "mail_otp": "493817",
}))]
pub(super) struct AuthorizationAnswers {
    /// 確認暗証番号, for `confirmation-pin`; at most 256 bytes, full-width letters folded.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 256, format = Password)]
    confirmation_pin: Option<Text<256>>,
    /// The mailed code, for `mail-otp`; full-width digits are folded.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, format = Password)]
    mail_otp: Option<Text<64>>,
    /// The code the token shows, for `token-otp`; full-width digits are folded.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, format = Password)]
    token_otp: Option<Text<64>>,
    /// For `app-approval` on a phone without network: the eight digits the app made from what it
    /// showed. A phone with network approves by itself, and this stays away.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, format = Password)]
    approval_code: Option<Text<64>>,
    /// The digest of what is about to be executed. If it is another than the one opened, nothing
    /// is authorised.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    digest: Option<Text<64>>,
}

/// The proof.
#[derive(Serialize, ToSchema)]
pub(super) struct Authorized {
    /// `authorized`.
    #[schema(schema_with = super::openapi::authorization_state)]
    state: &'static str,
    /// 受付番号: names the proof.
    #[schema(example = "R7K2M9XW4TQ8H3BDF")]
    receipt: String,
    /// What was agreed to.
    digest: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    authorized_at: Timestamp,
    /// What was proven.
    #[schema(schema_with = super::openapi::factors)]
    factors: Vec<Factor>,
}

#[utoipa::path(
    post,
    path = "/api/v1/authorizations/{id}/answers",
    tag = "Authorization",
    operation_id = "answerAuthorization",
    summary = "Prove an authorization",
    description = "Of any number of requests at most one is answered 200. With an Idempotency-Key a \
        retry of the same request returns the first answer and counts nothing.",
    params(
        ("id" = String, Path, description = "The `authorization_id`.", max_length = 64),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 128,
            description = "1 to 128 visible ASCII characters, new for every request that is not a retry.")
    ),
    request_body = AuthorizationAnswers,
    responses(
        (status = 200, description = "Authorised.", body = Authorized),
        (status = 403, description = "`wrong_answer`; `superseded`: an older code than the last; \
            `suspended`, `not_permitted`, `limit_exceeded`.",
            body = Document, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`.",
            body = Document, content_type = "application/problem+json"),
        (status = 409, description = "`already_used`, `expired`, `code_void`, `not_issued`, \
            `content_changed`, `address_hold` with `until`, `no_address`, `wrong_state`; `code_used`: \
            this token showed that code to us before, wait for the next; `no_token`, `token_expired`, \
            `token_locked`; `not_approved`, `rejected` on the phone.",
            body = Document, content_type = "application/problem+json"),
        (status = 422, description = "`missing_answer`, `request_id_reused`, `invalid_request`.",
            body = Document, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(web): State<Web>,
    caller: Caller,
    RecordId(id): RecordId,
    headers: HeaderMap,
    Body(request): Body<AuthorizationAnswers>,
) -> Result<Json<Authorized>, Problem> {
    let answer = Answer {
        id: &AuthorizationId::from_stored(id),
        client: &caller.client,
        typed: Typed {
            confirmation_pin: request.confirmation_pin.as_ref().map(Text::as_str),
            mail_otp: request.mail_otp.as_ref().map(Text::as_str),
            token_otp: request.token_otp.as_ref().map(Text::as_str),
            approval_code: request.approval_code.as_ref().map(Text::as_str),
            passkey: None,
        },
        digest: request.digest.as_ref().map(Text::as_str),
        request_id: idempotency_key(&headers)?,
    };
    let outcome = answer_authorization::run(&web.app, answer, caller.origin()).await?;
    let proof = outcome.map_err(|refusal| Problem::refused(&refusal))?;
    Ok(Json(Authorized {
        state: "authorized",
        receipt: proof.receipt,
        digest: proof.digest,
        authorized_at: proof.at,
        factors: proof.factors,
    }))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let visible = |key: &&str| key.bytes().all(|b| b.is_ascii_graphic());
    let key = value.to_str().ok().filter(visible);
    let fits = |key: &&str| (1..=MAX_IDEMPOTENCY_KEY_BYTES).contains(&key.len());
    match key.filter(fits) {
        Some(key) if values.next().is_none() => Ok(Some(key)),
        _ => {
            let reason = "1 to 128 visible ASCII characters, sent once";
            Err(Problem::invalid(IDEMPOTENCY_KEY, reason))
        }
    }
}
