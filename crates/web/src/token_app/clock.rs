//! `GET /app/api/clock`: the server's time, by which the app notices that the phone's is off (TOK-9).

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::caller::Caller;
use crate::api::problem::Problem;
use crate::state::Web;

/// The time.
#[derive(Serialize)]
pub(super) struct Clock {
    /// Unix milliseconds.
    now_ms: i64,
}

pub(super) async fn handle(State(web): State<Web>, _: Caller) -> Result<Json<Clock>, Problem> {
    let now_ms = web.app.now()?.as_millisecond();
    Ok(Json(Clock { now_ms }))
}
