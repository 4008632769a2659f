//! `POST /api/v1/authorizations/{id}/mail-otp`: mails a code (MAIL-1, MAIL-3).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use warifu_app::use_cases::issue_mail_otp;
use warifu_domain::ids::AuthorizationId;

use super::body::NoBody;
use super::caller::Caller;
use super::problem::{Document, Problem};
use super::text::RecordId;
use crate::state::Web;

/// A code is on its way.
#[derive(Serialize, ToSchema)]
pub(super) struct MailedCode {
    /// Where it goes, masked.
    #[schema(example = "ke***@test-shoji.example")]
    sent_to: String,
    /// Until when it counts, that moment included.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Its number within the authorization, from 1. Only the last one counts.
    #[schema(minimum = 1)]
    issue: u32,
}

#[utoipa::path(
    post,
    path = "/api/v1/authorizations/{id}/mail-otp",
    tag = "Authorization",
    operation_id = "mailOneTimePassword",
    summary = "Mail a one-time password for this content",
    description = "The mail shows the content. A new code voids the one before. The body is empty \
        or `{}`.",
    params(("id" = String, Path, description = "The `authorization_id`.", max_length = 64)),
    responses(
        (status = 202, description = "It is on its way.", body = MailedCode),
        (status = 403, description = "`not_permitted`, `suspended`.",
            body = Document, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`.",
            body = Document, content_type = "application/problem+json"),
        (status = 409, description = "`no_address`, `address_hold` with `until`, `expired`, \
            `already_used`, `content_changed`, `wrong_state`.",
            body = Document, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`: too many codes for this person, with \
            `retry_at`; or too many requests of this client system.",
            body = Document, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(web): State<Web>,
    caller: Caller,
    RecordId(id): RecordId,
    _: NoBody,
) -> Result<(StatusCode, Json<MailedCode>), Problem> {
    let id = AuthorizationId::from_stored(id);
    let outcome = issue_mail_otp::run(&web.app, &id, &caller.client, caller.origin()).await?;
    let issued = match outcome {
        Ok(issued) => issued,
        Err(refusal) => return Err(Problem::refused_at(&refusal, web.app.now()?)),
    };
    let mailed = MailedCode {
        sent_to: issued.sent_to,
        expires_at: issued.expires_at,
        issue: issued.issue,
    };
    Ok((StatusCode::ACCEPTED, Json(mailed)))
}
