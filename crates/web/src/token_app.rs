//! The token app on the phone: its files, and what it asks of the server as JSON.
//!
//! One file per endpoint. There are no cookies and no keys in headers: a request is worth what its link
//! or its signature is worth. Bodies are read and problems said as in `api`. No rules.

mod activation;
mod answers;
mod base64url;
mod caller;
mod clock;
mod files;
mod inbox;
mod push;
mod renewal;

use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::middleware;
use axum::routing::{any, get, post};

use crate::api::problem;
use crate::state::Web;

/// Largest body of a request.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Every route of the token app.
pub const ROUTES: &[(Method, &str)] = &[
    (Method::GET, "/app/"),
    (Method::GET, "/app/{file}"),
    (Method::GET, "/app/api/clock"),
    (Method::POST, "/app/api/activation"),
    (Method::POST, "/app/api/inbox"),
    (Method::POST, "/app/api/answers"),
    (Method::POST, "/app/api/renewal"),
    (Method::GET, "/app/api/push"),
    (Method::POST, "/app/api/push"),
];

/// The app's files and its API; everything else below `/app/api` is a problem too.
pub(crate) fn router(web: Web) -> axum::Router {
    let api = axum::Router::new()
        .route("/app/api/clock", get(clock::handle))
        .route("/app/api/activation", post(activation::handle))
        .route("/app/api/inbox", post(inbox::handle))
        .route("/app/api/answers", post(answers::handle))
        .route("/app/api/renewal", post(renewal::handle))
        .route("/app/api/push", get(push::key).post(push::handle))
        .method_not_allowed_fallback(problem::method_not_allowed)
        .route("/app/api", any(problem::no_such_route))
        .route("/app/api/", any(problem::no_such_route))
        .route("/app/api/{*rest}", any(problem::no_such_route))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn(problem::render));
    let files = axum::Router::new()
        .route("/app/", get(files::index))
        .route("/app/{file}", get(files::serve));
    files.merge(api).with_state(web)
}
