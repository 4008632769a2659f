//! Refused and failed requests outside of forms become pages, in the person's language, wherever they
//! came from: a handler, an extractor, the router or a panic.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::portal::Cx;
use crate::state::Web;
use crate::views::error::ErrorPage;
use crate::views::message::{Message, MessageId};

/// Marks a response that is complete as it is, whatever its status.
#[derive(Clone, Copy)]
pub(crate) struct AsIs;

/// Writes the pages.
pub(crate) async fn render(State(web): State<Web>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.starts_with("/api") || path.starts_with("/app/api") {
        return problem(next.run(request).await);
    }
    let (parts, body) = request.into_parts();
    let cx = Cx::read(&web, &parts);
    let response = next.run(Request::from_parts(parts, body)).await;
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    if !failed || response.extensions().get::<AsIs>().is_some() {
        return response;
    }
    let message = response.extensions().get::<Message>().cloned();
    let message = message.unwrap_or_else(|| message_of(status));
    let shell = cx.shell();
    let mut page = cx
        .render(status, &ErrorPage { shell, message })
        .into_response();
    for (name, value) in response.headers() {
        if name != CONTENT_TYPE && name != "content-length" {
            page.headers_mut().append(name.clone(), value.clone());
        }
    }
    page
}

fn message_of(status: StatusCode) -> Message {
    match status {
        StatusCode::FORBIDDEN => MessageId::Forbidden.into(),
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => MessageId::NotFound.into(),
        StatusCode::REQUEST_TIMEOUT => MessageId::OutcomeUnknown.into(),
        StatusCode::CONFLICT => MessageId::Stale.into(),
        StatusCode::PAYLOAD_TOO_LARGE => Message::new(MessageId::TooLarge).with("max", "64 KiB"),
        StatusCode::TOO_MANY_REQUESTS => Message::new(MessageId::TooMany).with("minutes", "1"),
        StatusCode::SERVICE_UNAVAILABLE => MessageId::Busy.into(),
        status if status.is_client_error() => MessageId::Unreadable.into(),
        _ => MessageId::Fault.into(),
    }
}

/// The APIs speak for themselves; only what never reached it (a panic, a time-out) is said here.
fn problem(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE);
    let is_json = kind.is_some_and(|k| k.as_bytes().ends_with(b"json"));
    if !(status.is_client_error() || status.is_server_error()) || is_json {
        return response;
    }
    let code = match status {
        StatusCode::REQUEST_TIMEOUT => "outcome_unknown",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        _ => "fault",
    };
    let title = status.canonical_reason().unwrap_or_default();
    let status_number = status.as_u16();
    let json = serde_json::json!({ "title": title, "status": status_number, "code": code });
    let body = Body::from(json.to_string());
    (status, [(CONTENT_TYPE, "application/problem+json")], body).into_response()
}
