//! Each endpoint as the app uses it, and what it says when it refuses.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use warifu_app::domain::authorization::Authorization;
use warifu_testkit::TestPhone;

use super::{Server, activation};
use warifu_testkit::transfers::entry;

const DAY: i64 = 86_400;

fn answer(phone: &TestPhone, shown: &Authorization, approves: bool) -> Value {
    let signature = phone.sign_answer(shown, approves);
    json!({
        "serial": phone.serial,
        "authorization_id": shown.id.as_str(),
        "approves": approves,
        "signature": BASE64URL_NOPAD.encode(&signature),
    })
}

#[tokio::test]
async fn the_clock_is_the_servers() {
    let s = Server::start("app clock").await;
    let reply = s.get("/app/api/clock").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body, json!({ "now_ms": s.test.secs() * 1_000 }));
    assert_eq!(reply.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn the_app_is_set_up_once() {
    let s = Server::start("app set up").await;
    let (link, session) = s.link().await;
    let body = activation(&link);
    let reply = s.post("/app/api/activation", &body).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.headers["cache-control"], "no-store");
    let secret = reply.body["secret"].as_str().unwrap();
    let secret = BASE64URL_NOPAD.decode(secret.as_bytes()).unwrap();
    assert_eq!(secret.len(), 20);
    let said = |field: &str| reply.body[field].clone();
    assert_eq!(said("algorithm"), "SHA-1");
    assert_eq!((said("digits"), said("period_secs")), (json!(6), json!(60)));
    assert_eq!(said("institution"), "割符銀行");
    assert_eq!(said("service_id"), "1000000001");
    assert_eq!(said("user_id"), "keiri01");
    assert_eq!(said("contract_name"), "株式会社テスト商事");
    assert_eq!(said("person_name"), "テスト keiri01");
    assert_eq!(said("expires_at"), "2029-11-23T01:00:00Z");
    assert!(said("serial").as_str().unwrap().starts_with("WA"));
    let again = s.post("/app/api/activation", &body).await;
    again.assert_problem(403, "wrong_answer");
    assert!(again.body.get("secret").is_none());
    drop(session);
}

#[tokio::test]
async fn whatever_is_wrong_with_an_activation_looks_the_same() {
    let s = Server::start("app alike").await;
    let (link, _) = s.link().await;
    let mut bodies = Vec::new();
    for (field, value) in [
        ("link", "no-such-link"),
        ("service_id", "1000000002"),
        ("service_id", "x"),
        ("user_id", ""),
        ("start_password", "Hajime25"),
    ] {
        let mut body = activation(&link);
        body[field] = json!(value);
        let reply = s.post("/app/api/activation", &body).await;
        reply.assert_problem(403, "wrong_answer");
        let mut said = reply.body.clone();
        said["request_id"] = Value::Null;
        bodies.push(said);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
    // Four of them were of this link; the fifth spoils it.
    let mut body = activation(&link);
    body["start_password"] = json!("Hajime26");
    s.post("/app/api/activation", &body).await;
    let right = s.post("/app/api/activation", &activation(&link)).await;
    right.assert_problem(403, "wrong_answer");
}

#[tokio::test]
async fn the_inbox_shows_what_waits_and_answers_approve_it() {
    let s = Server::start("app inbox").await;
    let (phone, session) = s.phone().await;
    let id = s.test.enter(&session, &entry("100,648")).await;
    let shown = s.test.prepare(&session, &id).await.unwrap().authorization;
    let inbox = s.post("/app/api/inbox", &s.signed(&phone, "inbox")).await;
    assert_eq!(inbox.status, 200, "{inbox:?}");
    assert_eq!(inbox.body["now_ms"], s.test.secs() * 1_000);
    assert_eq!(inbox.body["renewal_due"], false);
    let expiry = phone.expires_at.unwrap().to_string();
    assert_eq!(inbox.body["expires_at"], expiry);
    let waiting = json!([{
        "authorization_id": shown.id.as_str(),
        "canonical": shown.canonical,
        "asked_at": shown.created_at.to_string(),
        "expires_at": shown.expires_at.to_string(),
    }]);
    assert_eq!(inbox.body["waiting"], waiting);
    let taken = s
        .post("/app/api/answers", &answer(&phone, &shown, true))
        .await;
    assert_eq!(taken.status, 200, "{taken:?}");
    let again = s
        .post("/app/api/answers", &answer(&phone, &shown, true))
        .await;
    again.assert_problem(409, "wrong_state");
    let inbox = s.post("/app/api/inbox", &s.signed(&phone, "inbox")).await;
    assert_eq!(inbox.body["waiting"], json!([]));
}

#[tokio::test]
async fn a_rejection_is_taken_and_a_forged_one_is_not() {
    let s = Server::start("app reject").await;
    let (phone, session) = s.phone().await;
    let id = s.test.enter(&session, &entry("100,648")).await;
    let shown = s.test.prepare(&session, &id).await.unwrap().authorization;
    let mut forged = answer(&phone, &shown, true);
    forged["approves"] = json!(false);
    let reply = s.post("/app/api/answers", &forged).await;
    reply.assert_problem(404, "not_found");
    let reply = s
        .post("/app/api/answers", &answer(&phone, &shown, false))
        .await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let late = s
        .post("/app/api/answers", &answer(&phone, &shown, true))
        .await;
    late.assert_problem(409, "rejected");
}

#[tokio::test]
async fn renewal_is_refused_too_early_and_granted_in_time() {
    let s = Server::start("app renewal").await;
    let (phone, _) = s.phone().await;
    let early = s
        .post("/app/api/renewal", &s.signed(&phone, "renewal"))
        .await;
    early.assert_problem(409, "wrong_state");
    s.test.clock.advance_secs(1_000 * DAY);
    let other = s.post("/app/api/renewal", &s.signed(&phone, "inbox")).await;
    other.assert_problem(404, "not_found");
    let reply = s
        .post("/app/api/renewal", &s.signed(&phone, "renewal"))
        .await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let until = reply.body["expires_at"].as_str().unwrap();
    assert!(until.starts_with("2032-08-19"), "{until}");
}
