//! The phone says where it can be told that something waits.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use warifu_testkit::TestPhone;
use warifu_testkit::push_service::{TestSubscriber, push_all};
use warifu_testkit::transfers::entry;
use warifu_web::{WebState, layers, router};

use super::{Server, settings};

const PATH: &str = "/app/api/push";

fn wish(s: &Server, phone: &TestPhone, browser: Option<&TestSubscriber>) -> Value {
    let mut body = s.signed(phone, "push");
    body["subscription"] = browser.map_or(Value::Null, |browser| {
        json!({
            "endpoint": browser.endpoint,
            "p256dh": BASE64URL_NOPAD.encode(&browser.p256dh),
            "auth": BASE64URL_NOPAD.encode(&browser.auth),
        })
    });
    body
}

/// Something begins to wait for the phone; how many pushes there were in all.
async fn ask(s: &Server, session: &str) -> usize {
    let id = s.test.enter(session, &entry("100,648")).await;
    s.test.prepare(session, &id).await.unwrap();
    push_all(&s.test.app).await;
    s.test.clock.advance_secs(10);
    s.test.pushes.all().len()
}

#[tokio::test]
async fn a_phone_is_told_from_subscription_to_removal() {
    let s = Server::start("app push").await;
    let (phone, session) = s.phone().await;
    let key = s.get(PATH).await;
    assert_eq!(key.status, 200, "{key:?}");
    let point = key.body["public_key"].as_str().unwrap();
    let point = BASE64URL_NOPAD.decode(point.as_bytes()).unwrap();
    assert_eq!((point.len(), point[0]), (65, 4));
    assert_eq!(s.get(PATH).await.body, key.body, "the key stays");
    assert_eq!(ask(&s, &session).await, 0);
    let browser = TestSubscriber::new("a");
    let kept = s.post(PATH, &wish(&s, &phone, Some(&browser))).await;
    assert_eq!(kept.body, json!({ "subscribed": true }), "{kept:?}");
    assert_eq!(ask(&s, &session).await, 1);
    let removed = s.post(PATH, &wish(&s, &phone, None)).await;
    assert_eq!(removed.body, json!({ "subscribed": false }), "{removed:?}");
    assert_eq!(ask(&s, &session).await, 1);
}

#[tokio::test]
async fn only_the_phone_itself_can_say_so() {
    let s = Server::start("app push unsigned").await;
    let (phone, session) = s.phone().await;
    let browser = TestSubscriber::new("a");
    let mut inbox = wish(&s, &phone, Some(&browser));
    inbox["signature"] = s.signed(&phone, "inbox")["signature"].clone();
    let mut forged = wish(&s, &phone, Some(&browser));
    forged["signature"] = json!("A".repeat(86));
    let late = wish(&s, &phone, Some(&browser));
    for body in [&inbox, &forged] {
        s.post(PATH, body).await.assert_problem(404, "not_found");
    }
    s.test.clock.advance_secs(301);
    s.post(PATH, &late).await.assert_problem(404, "not_found");
    assert_eq!(ask(&s, &session).await, 0);
}

#[tokio::test]
async fn what_is_no_subscription_of_a_known_push_service_is_refused() {
    let s = Server::start("app push malformed").await;
    let (phone, session) = s.phone().await;
    let right = wish(&s, &phone, Some(&TestSubscriber::new("a")));
    let changed = |field: &str, value: Value| {
        let mut body = right.clone();
        body["subscription"][field] = value;
        body
    };
    for (field, value) in [
        ("endpoint", json!("")),
        ("endpoint", json!("https://push.example/\n")),
        (
            "endpoint",
            json!(format!("https://push.example/{}", "a".repeat(2_048))),
        ),
        ("p256dh", json!("A".repeat(86))),
        ("auth", json!("A".repeat(23))),
        ("auth", json!(null)),
        ("keys", json!({})),
    ] {
        let reply = s.post(PATH, &changed(field, value)).await;
        reply.assert_invalid(&format!("subscription.{field}"));
    }
    for (field, value) in [
        ("endpoint", json!("https://127.0.0.1/a")),
        ("endpoint", json!("https://evil.example/a")),
        ("endpoint", json!("http://push.example/a")),
        ("p256dh", json!("A".repeat(87))),
    ] {
        let reply = s.post(PATH, &changed(field, value)).await;
        reply.assert_problem(403, "not_permitted");
    }
    assert_eq!(ask(&s, &session).await, 0);
}

#[tokio::test]
async fn a_server_without_push_says_so() {
    let mut s = Server::start("app push off").await;
    let (phone, _) = s.phone().await;
    let web = WebState::new(s.test.without_push().await, settings(1_000_000));
    s.router = layers(router(web.clone()), &web);
    s.get(PATH).await.assert_problem(404, "not_found");
    let body = wish(&s, &phone, Some(&TestSubscriber::new("a")));
    s.post(PATH, &body).await.assert_problem(404, "not_found");
}
