//! The token app as a phone calls it: its files and its JSON, through all layers.

mod any_body;
mod endpoints;
mod files;
mod push;
mod strictness;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use data_encoding::BASE64URL_NOPAD;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;
use warifu_app::domain::token::TokenKind;
use warifu_testkit::application::START;
use warifu_testkit::phone::{AppKey, START_PASSWORD};
use warifu_testkit::tokens::SOFTWARE_PROFILE;
use warifu_testkit::{TestApp, TestPhone};
use warifu_web::{WebSettings, WebState};

const ORIGIN: &str = "http://localhost";
const JSON: (&str, &str) = ("content-type", "application/json");
const OURS: (&str, &str) = ("origin", ORIGIN);

/// The endpoints that take bodies.
const POSTS: [&str; 5] = [
    "/app/api/activation",
    "/app/api/inbox",
    "/app/api/answers",
    "/app/api/renewal",
    "/app/api/push",
];

/// A test application with everything before it.
struct Server {
    test: TestApp,
    router: Router,
}

/// What was answered.
#[derive(Debug)]
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
    bytes: Vec<u8>,
}

impl Server {
    async fn start(seed: &str) -> Self {
        Self::start_with_rate(seed, 1_000_000).await
    }

    async fn start_with_rate(seed: &str, logons_per_minute: u32) -> Self {
        let test = TestApp::sqlite_with(seed, SOFTWARE_PROFILE, START).await;
        let web = WebState::new(test.app.clone(), settings(logons_per_minute));
        let router = warifu_web::layers(warifu_web::router(web.clone()), &web);
        Self { test, router }
    }

    /// The clerk's phone in service, and their session at the PC.
    async fn phone(&self) -> (TestPhone, String) {
        let session = self.test.log_on(&self.test.clerk).await;
        let phone = self.test.phone_in_service(&session, &self.test.clerk).await;
        (phone, session)
    }

    /// The link of an activation mail to the clerk, and the session that asked for it.
    async fn link(&self) -> (String, String) {
        let session = self.test.log_on(&self.test.clerk).await;
        let command = self.test.clerk.issue(TokenKind::App);
        let issued = self.test.issue_token(&session, command).await;
        assert!(issued.is_ok());
        (self.test.mailed_link().await, session)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Reply {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            bytes,
        }
    }

    async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    /// As the app does it.
    async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, &[JSON, OURS], body.to_string())
            .await
    }

    fn signed(&self, phone: &TestPhone, purpose: &str) -> Value {
        let at = self.test.secs();
        let signature = phone.signing.sign_request(purpose, &phone.serial, at);
        let signature = BASE64URL_NOPAD.encode(&signature);
        json!({ "serial": phone.serial, "at": at, "signature": signature })
    }
}

impl Reply {
    #[track_caller]
    fn assert_problem(&self, status: u16, code: &str) {
        let got = (self.status.as_u16(), self.body["code"].as_str());
        assert_eq!(got, (status, Some(code)), "{self:?}");
        assert!(self.body["detail"].is_string(), "{self:?}");
    }

    #[track_caller]
    fn assert_invalid(&self, field: &str) {
        self.assert_problem(422, "invalid_request");
        assert_eq!(self.body["field"], field, "{self:?}");
    }
}

fn settings(logons_per_minute: u32) -> WebSettings {
    WebSettings {
        public_origin: ORIGIN.to_owned(),
        trusted_proxies: Vec::new(),
        demo: false,
        api_requests_per_second: 1_000,
        logons_per_minute,
    }
}

/// What the app sends to be set up for the clerk.
fn activation(link: &str) -> Value {
    json!({
        "link": link,
        "service_id": "1000000001",
        "user_id": "keiri01",
        "start_password": START_PASSWORD,
        "public_key": BASE64URL_NOPAD.encode(&AppKey::generate().public()),
    })
}

/// A body of the right form for each of [`POSTS`].
fn well_formed(path: &str) -> Value {
    let signature = "A".repeat(86);
    match path {
        "/app/api/activation" => activation("no-such-link"),
        "/app/api/answers" => json!({
            "serial": "WA000000000000", "authorization_id": "az_1", "approves": true,
            "signature": signature,
        }),
        "/app/api/push" => json!({
            "serial": "WA000000000000", "at": 0, "signature": signature, "subscription": {
                "endpoint": "https://push.example/a", "p256dh": "A".repeat(87), "auth": "A".repeat(22),
            },
        }),
        _ => json!({ "serial": "WA000000000000", "at": 0, "signature": signature }),
    }
}
