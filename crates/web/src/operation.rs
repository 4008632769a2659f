//! What whoever runs the service needs: whether it lives, a trace and a count of every request, and
//! a limit on how long one may take.

use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::{Instant, timeout};
use tracing::Instrument;

use crate::error_page::AsIs;
use crate::origin::RequestId;
use crate::state::Web;

const REQUEST_SECS: u64 = 30;

/// `GET /healthz`: the process lives.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers too, so requests may be sent here.
pub(crate) async fn readyz(State(web): State<Web>) -> Response {
    match web.app.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(fault) => {
            tracing::warn!(%fault, "not ready");
            let mut response = (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response();
            response.extensions_mut().insert(AsIs);
            response
        }
    }
}

/// Names, traces and counts a request. Neither query nor body nor cookies are written anywhere.
pub(crate) async fn observe(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let id = web.request_ids.next();
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or("unmatched", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!("request", request_id = %id, %method, %route);
    // How long it really took, whatever the calendar says.
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = began.elapsed();
    let status = response.status().as_u16();
    let latency_micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(status, latency_micros, "answered"));
    let labels = [("route", route.clone()), ("status", status.to_string())];
    metrics::counter!("warifu_http_requests_total", &labels).increment(1);
    metrics::histogram!("warifu_http_request_seconds", "route" => route).record(took.as_secs_f64());
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// Gives a request up after 30 s. What it committed stays committed.
pub(crate) async fn limit_time(request: Request, next: Next) -> Response {
    let answered = timeout(Duration::from_secs(REQUEST_SECS), next.run(request)).await;
    answered.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response())
}
