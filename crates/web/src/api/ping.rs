//! `GET /api/v1/ping`: answers without doing anything, for monitoring and as the yardstick of
//! measurements. Public; asks neither for a key nor the database.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// The server answers.
#[derive(Serialize, ToSchema)]
pub(super) struct Pong {
    /// Always true.
    ok: bool,
}

#[utoipa::path(
    get,
    path = "/api/v1/ping",
    tag = "Service",
    operation_id = "ping",
    summary = "Whether the server answers",
    responses((status = 200, description = "It does.", body = Pong))
)]
pub(super) async fn handle() -> Json<Pong> {
    Json(Pong { ok: true })
}
