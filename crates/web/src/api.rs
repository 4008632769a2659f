//! API v1, for a bank that keeps its own portal: JSON in and out, a bearer key per client system,
//! problems as RFC 9457 says.
//!
//! One file per endpoint: its types, its handler. What they share: `caller` (who asks), `body` and
//! `text` (how strictly it is read), `problem`, `kinds` and `refusals` (how no is said), `contents` and
//! `openapi` (how all of it is described). No rules and no pages.

mod answer_authorization;
mod answer_logon;
pub(crate) mod body;
mod caller;
pub mod contents;
mod issue_mail_otp;
mod json_value;
pub(crate) mod kinds;
mod open_authorization;
mod openapi;
mod ping;
pub(crate) mod problem;
mod refusals;
mod start_logon;
pub(crate) mod text;
mod view_authorization;

use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::middleware;
use axum::routing::{any, get, post};

use crate::state::Web;

/// Largest body of a request.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Every route of the API. `openapi.json` and `ping` are public; all others ask for a key.
pub const ROUTES: &[(Method, &str)] = &[
    (Method::POST, "/api/v1/logons"),
    (Method::POST, "/api/v1/logons/{id}/answers"),
    (Method::POST, "/api/v1/authorizations"),
    (Method::GET, "/api/v1/authorizations/{id}"),
    (Method::POST, "/api/v1/authorizations/{id}/mail-otp"),
    (Method::POST, "/api/v1/authorizations/{id}/answers"),
    (Method::GET, "/api/v1/openapi.json"),
    (Method::GET, "/api/v1/ping"),
];

/// The API with its own limit of bodies; everything else below `/api` is a problem too. It has no
/// fallback of its own, so it can be merged with a router that has one.
pub fn router(web: Web) -> axum::Router {
    let logon_answers = post(answer_logon::handle);
    let authorization_answers = post(answer_authorization::handle);
    axum::Router::new()
        .route("/api/v1/logons", post(start_logon::handle))
        .route("/api/v1/logons/{id}/answers", logon_answers)
        .route("/api/v1/authorizations", post(open_authorization::handle))
        .route(
            "/api/v1/authorizations/{id}",
            get(view_authorization::handle),
        )
        .route(
            "/api/v1/authorizations/{id}/mail-otp",
            post(issue_mail_otp::handle),
        )
        .route("/api/v1/authorizations/{id}/answers", authorization_answers)
        .route("/api/v1/openapi.json", get(openapi::handle))
        .route("/api/v1/ping", get(ping::handle))
        .method_not_allowed_fallback(problem::method_not_allowed)
        .route("/api", any(problem::no_such_route))
        .route("/api/", any(problem::no_such_route))
        .route("/api/{*rest}", any(problem::no_such_route))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn(problem::render))
        .with_state(web)
}
