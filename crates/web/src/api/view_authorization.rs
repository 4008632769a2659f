//! `GET /api/v1/authorizations/{id}`: where an authorization stands.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use warifu_app::AppError;
use warifu_app::use_cases::view_authorization::{self, AuthorizationView};
use warifu_domain::authorization::{Approval, State as Standing};
use warifu_domain::content::{Content, from_canonical};
use warifu_domain::factor::Factor;
use warifu_domain::ids::AuthorizationId;
use warifu_domain::operation::{Operation, Stage};

use super::caller::Caller;
use super::contents::BoundContent;
use super::problem::{Document, Problem};
use super::text::RecordId;
use crate::state::Web;

/// Where an authorization stands.
#[derive(Serialize, ToSchema)]
pub(super) struct AuthorizationState {
    /// Names the authorization.
    authorization_id: String,
    /// Whether it waits, is over, or is proven.
    #[schema(schema_with = super::openapi::authorization_state)]
    state: &'static str,
    /// What is protected.
    #[schema(schema_with = super::openapi::operation)]
    operation: Operation,
    /// Which stage of it.
    #[schema(schema_with = super::openapi::stage)]
    stage: Stage,
    /// SHA-256 of the canonical content.
    digest: String,
    /// What must be proven now; empty once it is over.
    #[schema(schema_with = super::openapi::factors)]
    needs: Vec<Factor>,
    /// What the token app said, where it is asked.
    #[schema(schema_with = super::openapi::approval)]
    approval: &'static str,
    /// After this nothing is accepted.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// The number of the last code mailed, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1)]
    issue: Option<u32>,
    /// 受付番号, once authorised.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    receipt: Option<String>,
    /// When it was authorised.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, format = DateTime)]
    authorized_at: Option<Timestamp>,
    /// What the proof is bound to, defaults filled in.
    #[schema(value_type = BoundContent)]
    content: Content,
}

#[utoipa::path(
    get,
    path = "/api/v1/authorizations/{id}",
    tag = "Authorization",
    operation_id = "viewAuthorization",
    summary = "Where an authorization stands",
    params(("id" = String, Path, description = "The `authorization_id`.", max_length = 64)),
    responses(
        (status = 200, description = "Its state.", body = AuthorizationState),
        (status = 404, description = "`not_found`, for another client system's too.",
            body = Document, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(web): State<Web>,
    caller: Caller,
    RecordId(id): RecordId,
) -> Result<Json<AuthorizationState>, Problem> {
    let id = AuthorizationId::from_stored(id);
    let outcome = view_authorization::run(&web.app, &id, &caller.client).await?;
    let view = outcome.map_err(|refusal| Problem::refused(&refusal))?;
    Ok(Json(shown(view)?))
}

fn shown(view: AuthorizationView) -> Result<AuthorizationState, AppError> {
    let authorization = view.authorization;
    let content = from_canonical(&authorization.canonical)
        .ok_or(AppError::Inconsistent("a stored content can't be read"))?;
    let (receipt, authorized_at) = match authorization.state {
        Standing::Authorized { receipt, at, .. } => (Some(receipt), Some(at)),
        Standing::Pending | Standing::Void(_) => (None, None),
    };
    let issue = authorization.mail.issue;
    Ok(AuthorizationState {
        authorization_id: authorization.id.to_string(),
        state: view.state,
        operation: authorization.operation,
        stage: authorization.stage,
        digest: authorization.digest,
        needs: view.needs,
        approval: match authorization.approval {
            Approval::NotAsked => "not-asked",
            Approval::Waiting => "waiting",
            Approval::Approved { .. } => "approved",
        },
        expires_at: authorization.expires_at,
        issue: (issue > 0).then_some(issue),
        receipt,
        authorized_at,
        content,
    })
}
