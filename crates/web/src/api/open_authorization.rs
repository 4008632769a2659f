//! `POST /api/v1/authorizations`: opens an authorization for one content (BIND-1).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use warifu_app::use_cases::open_authorization::{self, NotOpened, OpenAuthorization, Opened};
use warifu_domain::factor::Factor;
use warifu_domain::operation::{Operation, Stage};
use warifu_domain::person::Channel;

use super::body::Body;
use super::caller::Caller;
use super::contents::{self, Content};
use super::problem::{Document, Problem};
use super::text::{Text, named};
use crate::state::Web;

/// What is to be authorised, and by whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!(contents::transfer_request()))]
pub(super) struct AuthorizationRequest {
    /// ご契約先 number: ten digits; full-width ones are folded.
    #[schema(value_type = String, min_length = 1, max_length = 64)]
    contract_id: Text<64>,
    /// 利用者 ID of the person who must prove it; null or absent for the administrator.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    user_id: Option<Text<64>>,
    /// What is protected. `reservation-cancel` is not offered in this version.
    #[serde(deserialize_with = "named")]
    #[schema(schema_with = super::openapi::operation)]
    operation: Operation,
    /// Which stage of it.
    #[serde(deserialize_with = "named")]
    #[schema(schema_with = super::openapi::stage)]
    stage: Stage,
    /// What the person is shown and agrees to; its form depends on `operation`.
    #[schema(value_type = Content)]
    content: Value,
    /// Where the person is; `pc` if absent.
    #[serde(default = "pc", deserialize_with = "named")]
    #[schema(schema_with = super::openapi::channel, required = false)]
    channel: Channel,
}

fn pc() -> Channel {
    Channel::Pc
}

/// An authorization that waits for proof.
#[derive(Serialize, ToSchema)]
pub(super) struct OpenedAuthorization {
    /// Names the authorization.
    #[schema(example = "az_5f0e2b9c7d1a4e6f8a3b2c1d0e9f8a7b")]
    authorization_id: String,
    /// SHA-256 of the canonical content, 64 lower-case hexadecimal digits.
    digest: String,
    /// What this person must prove now, in one request of answers; may be empty.
    #[schema(schema_with = super::openapi::factors)]
    needs: Vec<Factor>,
    /// `pending`.
    #[schema(schema_with = super::openapi::authorization_state)]
    state: &'static str,
    /// After this nothing is accepted.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl From<Opened> for OpenedAuthorization {
    fn from(opened: Opened) -> Self {
        let authorization = opened.authorization;
        Self {
            state: authorization.state_name(authorization.created_at),
            authorization_id: authorization.id.to_string(),
            digest: authorization.digest,
            needs: opened.needs,
            expires_at: authorization.expires_at,
        }
    }
}

impl From<NotOpened> for Problem {
    fn from(not_opened: NotOpened) -> Self {
        match not_opened {
            NotOpened::Refused(refusal) => Self::refused(&refusal),
            NotOpened::Content(fault) if fault.field.is_empty() => {
                Self::invalid("content", &fault.reason)
            }
            NotOpened::Content(fault) => {
                Self::invalid(&format!("content.{}", fault.field), &fault.reason)
            }
        }
    }
}

#[utoipa::path(
    post,
    path = "/api/v1/authorizations",
    tag = "Authorization",
    operation_id = "openAuthorization",
    summary = "Open an authorization for one content",
    description = "The content is fixed from here on: the mail shows it, and the proof holds for it \
        alone. Only the client system that opened an authorization can see or answer it.",
    request_body(content = AuthorizationRequest, examples(
        ("transfer" = (summary = "振込", value = json!(contents::transfer_request()))),
        ("consecutive-transfer" = (summary = "連続資金移動",
            value = json!(contents::consecutive_request()))),
        ("tax-payment" = (summary = "税金・各種料金の払込",
            value = json!(contents::tax_payment_request()))),
        ("payroll" = (summary = "給与振込 (a file)", value = json!(contents::file_request()))),
    )),
    responses(
        (status = 201, description = "It waits for proof.", body = OpenedAuthorization,
            headers(("Location" = String, description = "Where it can be looked at."))),
        (status = 403, description = "`not_permitted`, `suspended`, `limit_exceeded`.",
            body = Document, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: no such contract or person.",
            body = Document, content_type = "application/problem+json"),
        (status = 422, description = "`invalid_request` with the `field`; `not_offered`.",
            body = Document, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(web): State<Web>,
    caller: Caller,
    Body(request): Body<AuthorizationRequest>,
) -> Result<
    (
        StatusCode,
        [(HeaderName, String); 1],
        Json<OpenedAuthorization>,
    ),
    Problem,
> {
    if request.operation == Operation::ReservationCancel {
        let reason = "reservations can't be cancelled in this version";
        return Err(Problem::not_offered("operation", reason));
    }
    let command = OpenAuthorization {
        client: &caller.client,
        contract_id: request.contract_id.as_str(),
        user_id: request.user_id.as_ref().map(Text::as_str),
        operation: request.operation,
        stage: request.stage,
        channel: request.channel,
        content: request.content,
    };
    let origin = caller.origin_by(request.channel);
    let opened = open_authorization::run(&web.app, command, &origin).await??;
    let opened = OpenedAuthorization::from(opened);
    let location = format!("/api/v1/authorizations/{}", opened.authorization_id);
    let headers = [(header::LOCATION, location)];
    Ok((StatusCode::CREATED, headers, Json(opened)))
}
