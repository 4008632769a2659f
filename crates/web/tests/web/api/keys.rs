//! Who may ask, how often, and what else answers below `/api`.

use axum::body::Body;
use axum::http::{Method, Request};
use warifu_app::use_cases::set_up;
use warifu_web::api::ROUTES;

use super::client::{Api, CLIENT, answer, transfer};

const PUBLIC: [&str; 2] = ["/api/v1/openapi.json", "/api/v1/ping"];

fn request(method: &Method, path: &str, authorization: Option<&str>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    request.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn every_route_but_the_public_ones_asks_for_a_key() {
    let api = Api::start("api keys").await;
    let key = &api.client.key;
    let (basic, extended) = (format!("Basic {key}"), format!("Bearer {key}x"));
    for (method, route) in ROUTES {
        let path = route.replace("{id}", "az_1");
        for wrong in [
            None,
            Some("Bearer"),
            Some("Bearer wk_"),
            Some("Bearer x"),
            Some(&*basic),
            Some(&*extended),
        ] {
            let reply = answer(&api.router, request(method, &path, wrong)).await;
            if PUBLIC.contains(route) {
                assert_eq!(reply.status, 200, "{route}");
            } else {
                reply.assert_problem(401, "unauthorized");
            }
        }
    }
}

#[tokio::test]
async fn a_key_sent_twice_is_none() {
    let api = Api::start("api two keys").await;
    let bearer = format!("Bearer {}", api.client.key);
    let mut request = request(&Method::GET, "/api/v1/authorizations/az_1", Some(&bearer));
    let value = bearer.parse().unwrap();
    request.headers_mut().append("authorization", value);
    answer(&api.router, request)
        .await
        .assert_problem(401, "unauthorized");
}

#[tokio::test]
async fn a_revoked_key_dies_within_seconds() {
    let api = Api::start("api revoked").await;
    let opened = api.client.open(&transfer(&api.test.clerk)).await;
    let revoked = set_up::revoke_api_client(&api.test.app, CLIENT).await;
    revoked.unwrap().unwrap();
    api.test.clock.advance_secs(6);
    let reply = api.client.get(&opened.path()).await;
    reply.assert_problem(401, "unauthorized");
}

#[tokio::test]
async fn a_client_system_over_its_rate_waits_and_others_do_not() {
    let api = Api::start_with_rate("api rate of clients", 3).await;
    let mut last = api.client.get("/api/v1/authorizations/az_1").await;
    for _ in 0..20 {
        if last.status == 429 {
            break;
        }
        last = api.client.get("/api/v1/authorizations/az_1").await;
    }
    last.assert_problem(429, "rate_limited");
    assert_eq!(last.header("retry-after"), "1");
    let other = api.another_client("other-portal").await;
    let reply = other.get("/api/v1/authorizations/az_1").await;
    reply.assert_problem(404, "not_found");
}

#[tokio::test]
async fn ping_answers_without_a_key() {
    let api = Api::start("api ping").await;
    let reply = answer(&api.router, request(&Method::GET, "/api/v1/ping", None)).await;
    assert_eq!(
        (reply.status.as_u16(), reply.body.to_string()),
        (200, r#"{"ok":true}"#.to_owned())
    );
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems_too() {
    let api = Api::start("api paths").await;
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v2/logons",
        "/api/v1/logons/",
        "/api/v1/authorizations/a/b/c",
    ] {
        api.client.get(path).await.assert_problem(404, "not_found");
    }
    for id in ["%ff", "%00", "a%2Fb", "%E5%89%B2", &"x".repeat(65)] {
        let reply = api
            .client
            .get(&format!("/api/v1/authorizations/{id}"))
            .await;
        reply.assert_problem(404, "not_found");
    }
    for (method, route) in ROUTES {
        let path = route.replace("{id}", "az_1");
        let reply = answer(&api.router, request(&Method::DELETE, &path, None)).await;
        reply.assert_problem(405, "method_not_allowed");
        assert!(reply.header("allow").contains(method.as_str()), "{reply:?}");
    }
}

#[tokio::test]
async fn a_broken_database_is_a_fault_that_tells_nothing() {
    let api = Api::start("api fault").await;
    api.test.db.close().await;
    let reply = api.client.get("/api/v1/authorizations/az_1").await;
    reply.assert_problem(500, "fault");
    assert!(!reply.body.to_string().contains("store"), "{reply:?}");
    let ping = answer(&api.router, request(&Method::GET, "/api/v1/ping", None)).await;
    assert_eq!(ping.status, 200);
}
