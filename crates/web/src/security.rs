//! Headers on every response, also on errors, assets and the API.

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::state::Web;

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'none'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Passkeys need a script of ours; no other page of the portal does.
const PASSKEY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
     script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Marks a response whose page needs a passkey.
#[derive(Clone, Copy)]
pub(crate) struct AsksPasskey;

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// The token app is script (S2): its own files only, and nothing but its own API to talk to.
const TOKEN_APP_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The token app reads QR codes with the phone's camera where the browser can.
const TOKEN_APP_PERMISSIONS: &str =
    "camera=(self), geolocation=(), microphone=(), payment=(), usb=()";

// With `no-referrer` browsers would send `Origin: null` with our own forms; `same-origin` tells other
// sites just as little.
const HEADERS: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "same-origin"),
    (
        PERMISSIONS_POLICY,
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Adds them. What isn't said to be kept is not kept.
pub(crate) async fn headers(State(web): State<Web>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let of_app = path.starts_with("/app/") && !path.starts_with("/app/api/");
    let mut response = next.run(request).await;
    let asks_passkey = response.extensions().get::<AsksPasskey>().is_some();
    let headers = response.headers_mut();
    add(headers, web.is_https());
    if asks_passkey {
        let policy = HeaderValue::from_static(PASSKEY_POLICY);
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if of_app {
        let policy = HeaderValue::from_static(TOKEN_APP_POLICY);
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        let permissions = HeaderValue::from_static(TOKEN_APP_PERMISSIONS);
        headers.insert(PERMISSIONS_POLICY, permissions);
    }
    response
}

fn add(headers: &mut HeaderMap, https: bool) {
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if https {
        let two_years = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        headers.insert(STRICT_TRANSPORT_SECURITY, two_years);
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
