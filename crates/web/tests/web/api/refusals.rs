//! Each refusal of an authorization, met over HTTP.

use serde_json::{Value, json};
use warifu_app::domain::address::AddressPurpose;
use warifu_app::use_cases::{prove_address, request_address};
use warifu_testkit::application::origin;

use super::client::{Api, transfer, with, with_content};

/// A code that is not this one.
fn another(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn a_wrong_code_is_refused_and_the_third_voids_it() {
    let api = Api::start("api wrong").await;
    let (path, _, code) = api.mailed().await;
    for _ in 0..3 {
        let reply = api.client.answer(&path, &api.answers(another(&code))).await;
        reply.assert_problem(403, "wrong_answer");
    }
    let reply = api.client.answer(&path, &api.answers(&code)).await;
    reply.assert_problem(409, "code_void");
}

#[tokio::test]
async fn five_wrong_codes_suspend_the_person() {
    let api = Api::start("api suspend").await;
    let (path, _, code) = api.mailed().await;
    for _ in 0..3 {
        api.client.answer(&path, &api.answers(another(&code))).await;
    }
    assert_eq!(api.client.mail(&path).await.status, 202);
    let code = api.code().await;
    for _ in 0..2 {
        let reply = api.client.answer(&path, &api.answers(another(&code))).await;
        reply.assert_problem(403, "wrong_answer");
    }
    let reply = api.client.answer(&path, &api.answers(&code)).await;
    reply.assert_problem(403, "suspended");
    api.client
        .mail(&path)
        .await
        .assert_problem(403, "suspended");
    let reply = api
        .client
        .post("/api/v1/authorizations", &transfer(&api.test.clerk))
        .await;
    reply.assert_problem(403, "suspended");
}

#[tokio::test]
async fn only_the_last_code_counts() {
    let api = Api::start("api superseded").await;
    let (path, _, old) = api.mailed().await;
    assert_eq!(api.client.mail(&path).await.body["issue"], 2);
    let reply = api.client.answer(&path, &api.answers(&old)).await;
    reply.assert_problem(403, "superseded");
    let body = api.answers(&api.code().await);
    assert_eq!(api.client.answer(&path, &body).await.status, 200);
}

#[tokio::test]
async fn a_code_not_issued_missing_or_late_is_refused() {
    let api = Api::start("api late").await;
    let opened = api.client.open(&transfer(&api.test.clerk)).await;
    let reply = api
        .client
        .answer(&opened.path(), &json!({ "mail_otp": "123456" }))
        .await;
    reply.assert_problem(409, "not_issued");
    let (path, _, code) = api.mailed().await;
    let reply = api.client.answer(&path, &json!({})).await;
    reply.assert_problem(422, "missing_answer");
    api.test.clock.advance_secs(601);
    let reply = api.client.answer(&path, &api.answers(&code)).await;
    reply.assert_problem(409, "expired");
}

#[tokio::test]
async fn another_digest_is_refused_and_the_right_one_still_counts() {
    let api = Api::start("api digest").await;
    let (path, digest, code) = api.mailed().await;
    let body = with(api.answers(&code), "digest", json!("0".repeat(64)));
    let reply = api.client.answer(&path, &body).await;
    reply.assert_problem(409, "content_changed");
    let body = with(api.answers(&code), "digest", json!(digest));
    assert_eq!(api.client.answer(&path, &body).await.status, 200);
    api.client
        .mail(&path)
        .await
        .assert_problem(409, "already_used");
}

#[tokio::test]
async fn a_token_code_proves_nothing_where_none_is_asked() {
    let api = Api::start("api token").await;
    let (path, _, code) = api.mailed().await;
    let wrong = with(api.answers("000000"), "token_otp", json!("123456"));
    let reply = api.client.answer(&path, &wrong).await;
    reply.assert_problem(403, "wrong_answer");
    let right = with(api.answers(&code), "token_otp", json!("123456"));
    assert_eq!(api.client.answer(&path, &right).await.status, 200);
}

#[tokio::test]
async fn limits_permissions_and_unknown_persons_are_refused_at_opening() {
    let api = Api::start("api opening").await;
    let base = transfer(&api.test.clerk);
    let post = async |body: Value| api.client.post("/api/v1/authorizations", &body).await;
    let reply = post(with_content(base.clone(), "amount", json!(5_000_001))).await;
    reply.assert_problem(403, "limit_exceeded");
    assert_eq!(reply.body["limit_yen"], 5_000_000);
    let file = json!({ "sha256": "ab".repeat(32), "count": 1, "total": 1, "date": "2026-11-30" });
    let payroll = with(
        with(base.clone(), "operation", json!("payroll")),
        "content",
        file,
    );
    post(payroll).await.assert_problem(403, "not_permitted");
    let cancel = with(base.clone(), "operation", json!("reservation-cancel"));
    post(cancel).await.assert_problem(422, "not_offered");
    for (field, value) in [
        ("contract_id", "9999999999"),
        ("contract_id", "x"),
        ("user_id", "nobody"),
    ] {
        let reply = post(with(base.clone(), field, json!(value))).await;
        reply.assert_problem(404, "not_found");
    }
}

#[tokio::test]
async fn the_days_limit_names_itself() {
    let api = Api::start("api day limit").await;
    let newcomer = &api.test.newcomer;
    let large = with_content(transfer(newcomer), "amount", json!(5_000_000));
    let opened = api.client.open(&large).await;
    let body = json!({ "confirmation_pin": newcomer.confirmation_pin });
    assert_eq!(api.client.answer(&opened.path(), &body).await.status, 200);
    let reply = api.client.post("/api/v1/authorizations", &large).await;
    reply.assert_problem(403, "limit_exceeded");
    assert_eq!(reply.body["limit_yen"], 8_000_000);
}

#[tokio::test]
async fn mail_is_refused_without_an_address() {
    let api = Api::start("api no address").await;
    let opened = api.client.open(&transfer(&api.test.newcomer)).await;
    let reply = api.client.mail(&opened.path()).await;
    reply.assert_problem(409, "no_address");
}

#[tokio::test]
async fn too_many_codes_are_refused_until_the_window_is_over() {
    let api = Api::start("api rate").await;
    let opened = api.client.open(&transfer(&api.test.clerk)).await;
    for _ in 0..10 {
        assert_eq!(api.client.mail(&opened.path()).await.status, 202);
    }
    api.test.clock.advance_secs(100);
    let reply = api.client.mail(&opened.path()).await;
    reply.assert_problem(429, "rate_limited");
    assert_eq!(reply.body["retry_at"], "2026-11-24T01:10:00Z");
    assert_eq!(reply.header("retry-after"), "501");
    api.test.clock.advance_secs(501);
    assert_eq!(api.client.mail(&opened.path()).await.status, 202);
}

#[tokio::test]
async fn a_changed_address_holds_transactions() {
    let api = Api::start("api hold").await;
    let (path, _, code) = api.mailed().await;
    let clerk = &api.test.clerk;
    let current = api.test.current(&api.test.log_on(clerk).await).await;
    let address = "new@test-shoji.example";
    let command = request_address::RequestAddress {
        purpose: AddressPurpose::Otp,
        address,
        repeated: address,
        warned: true,
        confirmation_pin: Some(&clerk.confirmation_pin),
    };
    let app = &api.test.app;
    let sent = request_address::run(app, &current, command, &origin()).await;
    let change = sent.unwrap().unwrap().change_id;
    let proof = api.test.mailed_code(address).await;
    let proven = prove_address::run(app, &current, &change, &proof, &origin()).await;
    assert!(proven.unwrap().unwrap().hold_until.is_some());
    let reply = api.client.answer(&path, &api.answers(&code)).await;
    reply.assert_problem(409, "address_hold");
    assert_eq!(reply.body["until"], "2026-11-25T01:00:00Z");
    api.client
        .mail(&path)
        .await
        .assert_problem(409, "address_hold");
}

#[tokio::test]
async fn nothing_is_judged_while_the_clock_is_behind() {
    let api = Api::start("api clock").await;
    let (path, _, code) = api.mailed().await;
    api.test.clock.advance_secs(-60);
    let reply = api.client.answer(&path, &api.answers(&code)).await;
    reply.assert_problem(503, "clock_backwards");
}
