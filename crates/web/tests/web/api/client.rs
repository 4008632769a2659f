//! A client system: the router, a key, and what it sends most.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;
use warifu_app::use_cases::set_up;
use warifu_testkit::{TestApp, TestPerson};
use warifu_web::origin::RequestId;
use warifu_web::{WebSettings, WebState, api};

/// The ID of the client system of most tests.
pub const CLIENT: &str = "bank-portal";

/// A test application with the API before it.
pub struct Api {
    pub test: TestApp,
    pub router: Router,
    pub client: ApiClient,
}

/// One client system's calls.
#[derive(Clone)]
pub struct ApiClient {
    router: Router,
    pub key: String,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Api {
    pub async fn start(seed: &str) -> Self {
        Self::start_with_rate(seed, 1_000_000).await
    }

    pub async fn start_with_rate(seed: &str, api_requests_per_second: u32) -> Self {
        let test = TestApp::sqlite(seed).await;
        let settings = WebSettings {
            public_origin: "http://localhost".to_owned(),
            trusted_proxies: Vec::new(),
            demo: false,
            api_requests_per_second,
            logons_per_minute: 1_000,
        };
        let router = api::router(WebState::new(test.app.clone(), settings));
        let client = add_client(&test, &router, CLIENT).await;
        Self {
            test,
            router,
            client,
        }
    }

    pub async fn another_client(&self, id: &str) -> ApiClient {
        add_client(&self.test, &self.router, id).await
    }

    /// The code in the newest mail to the clerk.
    pub async fn code(&self) -> String {
        let address = self.test.clerk.otp_mail.clone().unwrap();
        self.test.mailed_code(&address).await
    }

    /// What the clerk answers, with this code.
    pub fn answers(&self, code: &str) -> Value {
        json!({ "confirmation_pin": self.test.clerk.confirmation_pin, "mail_otp": code })
    }

    /// An authorization of the clerk with a mailed code; its path, digest and the code.
    pub async fn mailed(&self) -> (String, String, String) {
        let opened = self.client.open(&transfer(&self.test.clerk)).await;
        let path = opened.path();
        let mailed = self.client.mail(&path).await;
        assert_eq!(mailed.status, 202, "{mailed:?}");
        (path, opened.text("digest"), self.code().await)
    }
}

async fn add_client(test: &TestApp, router: &Router, id: &str) -> ApiClient {
    let key = set_up::add_api_client(&test.app, id, "A portal").await;
    ApiClient {
        router: router.clone(),
        key: key.unwrap().unwrap(),
    }
}

impl ApiClient {
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_with(path, &[], body.to_string()).await
    }

    pub async fn post_with(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Reply {
        let mut all = vec![("content-type", "application/json")];
        all.extend(headers);
        self.send(Method::POST, path, &all, body.into()).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    /// Sends with the key; headers replace those named alike.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Reply {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().unwrap();
        let bearer = format!("Bearer {}", self.key);
        request
            .headers_mut()
            .insert("authorization", bearer.parse().unwrap());
        for (name, value) in headers {
            let name: axum::http::HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        answer(&self.router, request).await
    }

    pub async fn open(&self, body: &Value) -> Reply {
        let opened = self.post("/api/v1/authorizations", body).await;
        assert_eq!(opened.status, 201, "{opened:?}");
        opened
    }

    pub async fn mail(&self, path: &str) -> Reply {
        let path = format!("{path}/mail-otp");
        self.send(Method::POST, &path, &[], Body::empty()).await
    }

    pub async fn answer(&self, path: &str, body: &Value) -> Reply {
        self.post(&format!("{path}/answers"), body).await
    }

    pub async fn start_logon(&self, person: &TestPerson, pin: &str) -> Reply {
        let body = logon(person, pin);
        self.post("/api/v1/logons", &body).await
    }
}

/// Sends a request as it is, with the request ID that the outermost layer would give it.
pub async fn answer(router: &Router, mut request: Request<Body>) -> Reply {
    request
        .extensions_mut()
        .insert(RequestId("req-1".to_owned()));
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Reply {
        status: parts.status,
        headers: parts.headers,
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    }
}

impl Reply {
    pub fn text(&self, field: &str) -> String {
        let text = self.body[field].as_str();
        text.unwrap_or_else(|| panic!("no {field}: {self:?}"))
            .to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Where an opened authorization is.
    pub fn path(&self) -> String {
        self.header("location").to_owned()
    }

    /// Checks that it is a whole problem of that status and code.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status.as_u16(), self.text("code")),
            (status, code.to_owned()),
            "{self:?}"
        );
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.text("type"), format!("urn:warifu:problem:{code}"));
        assert_eq!(self.text("request_id"), "req-1");
        assert!(self.text("detail").ends_with('.'), "{self:?}");
        assert!(!self.text("title").is_empty());
        let challenged = self.headers.contains_key("www-authenticate");
        assert_eq!(challenged, status == 401);
    }

    /// Checks that a field is named as faulty.
    #[track_caller]
    pub fn assert_invalid(&self, field: &str) {
        self.assert_problem(422, "invalid_request");
        assert_eq!(self.text("field"), field, "{self:?}");
    }
}

/// The first step of a logon.
pub fn logon(person: &TestPerson, pin: &str) -> Value {
    json!({
        "contract_id": person.contract_id, "user_id": user_id(person), "pin": pin, "channel": "pc",
    })
}

/// A transfer of 100,648 yen to be transmitted.
pub fn transfer(person: &TestPerson) -> Value {
    json!({
        "contract_id": person.contract_id,
        "user_id": user_id(person),
        "operation": "transfer",
        "stage": "transmit",
        "content": {
            "payee_name": "ヤマダ タロウ", "bank_code": "9991", "branch_code": "002",
            "account_type": "ordinary", "account_number": "7654321", "amount": 100_648,
        },
    })
}

/// The same with one field of its content replaced.
pub fn with_content(mut body: Value, field: &str, value: Value) -> Value {
    body["content"][field] = value;
    body
}

/// The same with one field replaced.
pub fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

/// The same in full-width letters and digits.
pub fn wide(plain: &str) -> String {
    plain
        .chars()
        .map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap())
        .collect()
}

fn user_id(person: &TestPerson) -> Option<&str> {
    Some(person.user_id.as_str()).filter(|id| !id.is_empty())
}
