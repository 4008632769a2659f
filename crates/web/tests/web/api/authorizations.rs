//! Authorizations from opening to receipt, also many at once and again.

use std::collections::HashSet;

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

use super::client::{Api, CLIENT, transfer, wide, with, with_content};

#[tokio::test]
async fn a_transfer_is_opened_mailed_and_authorised() {
    let api = Api::start("api transfer").await;
    let opened = api.client.open(&transfer(&api.test.clerk)).await;
    assert_eq!(opened.body["state"], "pending");
    assert_eq!(
        opened.body["needs"],
        json!(["confirmation-pin", "mail-otp"])
    );
    assert_eq!(opened.body["expires_at"], "2026-11-24T01:30:00Z");
    let path = opened.path();
    assert_eq!(
        path,
        format!("/api/v1/authorizations/{}", opened.text("authorization_id"))
    );
    let mailed = api.client.mail(&path).await;
    assert_eq!(mailed.status, 202);
    assert_eq!(mailed.body["issue"], 1);
    assert_eq!(mailed.body["expires_at"], "2026-11-24T01:10:00Z");
    assert!(mailed.text("sent_to").contains("***"), "{mailed:?}");
    let digest = opened.text("digest");
    let body = with(api.answers(&api.code().await), "digest", json!(digest));
    let authorized = api.client.answer(&path, &body).await;
    assert_eq!(authorized.status, 200, "{authorized:?}");
    assert_eq!(authorized.body["state"], "authorized");
    assert_eq!(authorized.body["digest"], json!(digest));
    assert_eq!(
        authorized.body["factors"],
        json!(["confirmation-pin", "mail-otp"])
    );
    assert_eq!(authorized.body["authorized_at"], "2026-11-24T01:00:00Z");
    let seen = api.client.get(&path).await;
    assert_eq!(seen.status, 200);
    assert_eq!(seen.body["state"], "authorized");
    assert_eq!(seen.body["needs"], json!([]));
    assert_eq!(seen.body["issue"], 1);
    assert_eq!(seen.text("receipt"), authorized.text("receipt"));
    assert_eq!(seen.body["authorized_at"], authorized.body["authorized_at"]);
}

#[tokio::test]
async fn a_pending_one_shows_its_content_with_defaults_filled_in() {
    let api = Api::start("api view").await;
    let opened = api.client.open(&transfer(&api.test.clerk)).await;
    let seen = api.client.get(&opened.path()).await;
    assert_eq!(seen.body["state"], "pending");
    assert_eq!(
        (&seen.body["operation"], &seen.body["stage"]),
        (&json!("transfer"), &json!("transmit"))
    );
    assert_eq!(seen.body["needs"], json!(["confirmation-pin", "mail-otp"]));
    for absent in ["issue", "receipt", "authorized_at"] {
        assert_eq!(seen.body.get(absent), None);
    }
    let content = &seen.body["content"];
    assert_eq!(content["kind"], "transfers");
    assert_eq!(content["from_account"], "001-1234567");
    assert_eq!(content["date"], "2026-11-24");
    assert_eq!(content["transfers"][0]["amount"], 100_648);
    api.test.clock.advance_secs(1_801);
    let seen = api.client.get(&opened.path()).await;
    assert_eq!(
        (&seen.body["state"], &seen.body["needs"]),
        (&json!("expired"), &json!([]))
    );
}

#[tokio::test]
async fn the_confirmation_pin_is_asked_where_no_address_is_registered() {
    let api = Api::start("api pin").await;
    let newcomer = &api.test.newcomer;
    let opened = api.client.open(&transfer(newcomer)).await;
    assert_eq!(opened.body["needs"], json!(["confirmation-pin"]));
    let body = json!({ "confirmation_pin": newcomer.confirmation_pin });
    let authorized = api.client.answer(&opened.path(), &body).await;
    assert_eq!(authorized.status, 200, "{authorized:?}");
    assert_eq!(authorized.body["factors"], json!(["confirmation-pin"]));
}

#[tokio::test]
async fn the_administrator_authorises_with_a_full_width_code_and_an_empty_object() {
    let api = Api::start("api admin").await;
    let opened = api.client.open(&transfer(&api.test.admin)).await;
    let path = opened.path();
    let mailed = api
        .client
        .post(&format!("{path}/mail-otp"), &json!({}))
        .await;
    assert_eq!(mailed.status, 202, "{mailed:?}");
    let address = api.test.admin.otp_mail.clone().unwrap();
    let code = api.test.mailed_code(&address).await;
    let authorized = api
        .client
        .answer(
            &path,
            &json!({ "mail_otp": wide(&code), "confirmation_pin": api.test.admin.confirmation_pin }),
        )
        .await;
    assert_eq!(authorized.status, 200, "{authorized:?}");
}

#[tokio::test]
async fn of_64_right_answers_at_once_one_is_authorised() {
    let api = Api::start("api race").await;
    let (path, _, code) = api.mailed().await;
    let body = api.answers(&code);
    let mut running = Vec::new();
    for _ in 0..64 {
        let (client, path, body) = (api.client.clone(), path.clone(), body.clone());
        running.push(tokio::spawn(
            async move { client.answer(&path, &body).await },
        ));
    }
    let mut authorized = 0;
    for reply in running {
        let reply = reply.await.unwrap();
        match reply.status.as_u16() {
            200 => authorized += 1,
            // More PINs of one contract at once than the pool lets wait.
            503 => reply.assert_problem(503, "busy"),
            _ => reply.assert_problem(409, "already_used"),
        }
    }
    assert_eq!(authorized, 1);
}

#[tokio::test]
async fn a_retry_with_the_same_key_returns_the_first_answer() {
    let api = Api::start("api retry").await;
    let (path, digest, code) = api.mailed().await;
    let answers = format!("{path}/answers");
    let headers = [("idempotency-key", "transfer-4711")];
    let post = async |body: &Value| {
        api.client
            .post_with(&answers, &headers, body.to_string())
            .await
    };
    let body = api.answers(&code);
    let first = post(&body).await;
    assert_eq!(first.status, 200, "{first:?}");
    let mut receipts = HashSet::from([first.text("receipt")]);
    for _ in 0..3 {
        let again = post(&body).await;
        assert_eq!(again.body, first.body);
        receipts.insert(again.text("receipt"));
    }
    assert_eq!(receipts.len(), 1);
    let other = post(&with(body.clone(), "digest", json!(digest))).await;
    other.assert_problem(422, "request_id_reused");
    let without_key = api.client.answer(&path, &body).await;
    without_key.assert_problem(409, "already_used");
}

#[tokio::test]
async fn another_client_system_finds_nothing() {
    let api = Api::start("api other client").await;
    let (path, _, code) = api.mailed().await;
    let other = api.another_client("other-portal").await;
    other.get(&path).await.assert_problem(404, "not_found");
    other.mail(&path).await.assert_problem(404, "not_found");
    let body = api.answers(&code);
    other
        .answer(&path, &body)
        .await
        .assert_problem(404, "not_found");
    assert_eq!(api.client.answer(&path, &body).await.status, 200);
}

#[tokio::test]
async fn every_content_of_the_profile_is_opened_and_folded() {
    let api = Api::start("api contents").await;
    let base = transfer(&api.test.clerk);
    let line = base["content"].clone();
    let several = with(base.clone(), "operation", json!("consecutive-transfer"));
    let several = with(
        several,
        "content",
        json!({ "transfers": [line.clone(), line], "date": "2026-12-01" }),
    );
    assert_eq!(
        api.client.open(&several).await.body["needs"],
        json!(["confirmation-pin", "mail-otp"])
    );
    let registered = with(base.clone(), "stage", json!("register"));
    assert_eq!(api.client.open(&registered).await.body["needs"], json!([]));
    let plain = api.client.open(&base).await.text("digest");
    let wide = with_content(base, "account_number", json!("７６５４３２１"));
    assert_eq!(api.client.open(&wide).await.text("digest"), plain);
}

#[tokio::test]
async fn the_audit_record_names_the_client_system_and_its_address() {
    let api = Api::start("api audit").await;
    let body = Body::from(transfer(&api.test.clerk).to_string());
    let headers = [
        ("content-type", "application/json; charset=utf-8"),
        ("x-forwarded-for", "203.0.113.9"),
    ];
    let opened = api
        .client
        .send(Method::POST, "/api/v1/authorizations", &headers, body)
        .await;
    assert_eq!(opened.status, 201);
    let rows = api
        .test
        .db
        .read("SELECT origin FROM audit_events", &[])
        .await
        .unwrap();
    let expected = format!("pc {CLIENT}@127.0.0.1 req-1");
    let found = rows.iter().any(|row| row.text(0).unwrap() == expected);
    assert!(found, "{expected}");
}
