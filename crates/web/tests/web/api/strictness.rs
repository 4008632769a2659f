//! What a body must be, and where the fault is when it is not.

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

use super::client::{Api, logon, transfer, with, with_content};

const OPEN: &str = "/api/v1/authorizations";

#[tokio::test]
async fn other_content_types_are_refused() {
    let api = Api::start("api types").await;
    let body = transfer(&api.test.clerk).to_string();
    for other in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "",
    ] {
        let headers = [("content-type", other)];
        let reply = api
            .client
            .send(Method::POST, OPEN, &headers, Body::from(body.clone()))
            .await;
        reply.assert_problem(415, "unsupported_media_type");
    }
    let reply = api
        .client
        .send(Method::POST, OPEN, &[], Body::from(body.clone()))
        .await;
    reply.assert_problem(415, "unsupported_media_type");
    let headers = [("content-type", "Application/JSON;charset=UTF-8")];
    let reply = api
        .client
        .send(Method::POST, OPEN, &headers, Body::from(body))
        .await;
    assert_eq!(reply.status, 201);
}

#[tokio::test]
async fn a_body_may_have_64_kib() {
    let api = Api::start("api size").await;
    let body = transfer(&api.test.clerk).to_string();
    let padded = |bytes: usize| format!("{body}{}", " ".repeat(bytes - body.len()));
    assert_eq!(
        api.client.post_with(OPEN, &[], padded(65_536)).await.status,
        201
    );
    let reply = api.client.post_with(OPEN, &[], padded(65_537)).await;
    reply.assert_problem(413, "too_large");
}

#[tokio::test]
async fn what_is_not_json_is_named_with_its_place() {
    let api = Api::start("api malformed").await;
    let deep = format!("{{\"content\":{}", "[".repeat(1_000));
    for (bytes, place) in [
        (&b""[..], "line 1, column 0"),
        (b"{", "line 1, column 1"),
        (b"{\n \"pin\": \"\xff\"}", "line 2"),
        (br#"{"contract_id":"\ud800"}"#, "line 1"),
        (br#"{"contract_id":"\udc00x"}"#, "line 1"),
        (b"\xef\xbb\xbf{}", "line 1, column 1"),
        (b"{'contract_id':1}", "line 1"),
        (b"{\"contract_id\":\"a\nb\"}", "line 2"),
        (deep.as_bytes(), "line 1, column 138"),
    ] {
        let reply = api.client.post_with(OPEN, &[], bytes.to_vec()).await;
        reply.assert_problem(400, "malformed_json");
        assert!(reply.text("detail").contains(place), "{place}: {reply:?}");
    }
    let trailing = format!("{} {{}}", transfer(&api.test.clerk));
    let reply = api.client.post_with(OPEN, &[], trailing).await;
    reply.assert_problem(400, "malformed_json");
}

#[tokio::test]
async fn faulty_fields_are_named() {
    let api = Api::start("api fields").await;
    let base = transfer(&api.test.clerk);
    for (field, value) in [
        ("contract_id", json!(1_000_000_001)),
        ("contract_id", json!(null)),
        ("contract_id", json!("")),
        ("contract_id", json!("1".repeat(65))),
        ("contract_id", json!("1000000001\u{0}")),
        ("user_id", json!(["keiri01"])),
        ("user_id", json!("keiri01\u{0}")),
        ("user_id", json!("")),
        ("operation", json!("Transfer")),
        ("operation", json!({ "transfer": null })),
        ("stage", json!("send")),
        ("channel", json!("fax")),
        ("channel", json!(null)),
        ("memo", json!(1)),
        ("content", json!("transfer")),
        ("content", json!([1, 2])),
        ("content", json!(null)),
    ] {
        let reply = api
            .client
            .post(OPEN, &with(base.clone(), field, value))
            .await;
        reply.assert_invalid(field);
    }
    for missing in ["contract_id", "operation", "stage", "content"] {
        let mut body = base.clone();
        body.as_object_mut().unwrap().remove(missing);
        api.client.post(OPEN, &body).await.assert_invalid(missing);
    }
    for whole in [
        json!("x"),
        json!(1),
        json!(null),
        json!(["1000000001", null]),
    ] {
        api.client.post(OPEN, &whole).await.assert_invalid("");
    }
}

#[tokio::test]
async fn faulty_contents_are_named_with_their_place() {
    let api = Api::start("api contents wrong").await;
    let base = transfer(&api.test.clerk);
    for (field, value) in [
        ("amount", json!("100648")),
        ("amount", json!(100_648.0)),
        ("amount", json!(0)),
        ("amount", json!(10_000_000_000_i64)),
        ("payee_name", json!("ヤマダ\u{0}")),
        ("payee_name", json!("山田")),
        ("account_number", json!("123456")),
        ("account_type", json!("普通")),
        ("from_account", json!("x")),
        ("date", json!("2026-11-23")),
        ("memo", json!("x")),
        ("from_account\u{0}", json!("x")),
    ] {
        let body = with_content(base.clone(), field, value);
        let reply = api.client.post(OPEN, &body).await;
        reply.assert_invalid(&format!("content.{field}"));
    }
    let line = base["content"].clone();
    let bad = with(line.clone(), "amount", json!(1.5));
    let several = with(base, "operation", json!("consecutive-transfer"));
    for (lines, field) in [
        (json!([line, bad]), "content.transfers[1].amount"),
        (json!([line, [1]]), "content.transfers[1]"),
        (json!([]), "content.transfers"),
    ] {
        let body = with(several.clone(), "content", json!({ "transfers": lines }));
        api.client.post(OPEN, &body).await.assert_invalid(field);
    }
}

#[tokio::test]
async fn a_field_named_twice_is_refused() {
    let api = Api::start("api twice").await;
    let text = transfer(&api.test.clerk).to_string();
    let inside = text.replacen("\"amount\":", "\"amount\":1,\"amount\":", 1);
    let reply = api.client.post_with(OPEN, &[], inside).await;
    reply.assert_invalid("content");
    assert!(reply.text("detail").contains("`amount` twice"), "{reply:?}");
    let outside = text.replacen('{', "{\"stage\":\"register\",", 1);
    let reply = api.client.post_with(OPEN, &[], outside).await;
    reply.assert_problem(422, "invalid_request");
}

#[tokio::test]
async fn answers_and_pins_are_bounded_and_never_repeated() {
    let api = Api::start("api answers").await;
    let clerk = &api.test.clerk;
    let long = json!("9".repeat(257));
    for pin in [
        long.clone(),
        json!(982_471),
        json!("98\u{0}2471"),
        json!(""),
    ] {
        let reply = api
            .client
            .post("/api/v1/logons", &with(logon(clerk, ""), "pin", pin))
            .await;
        reply.assert_invalid("pin");
        assert!(!reply.body.to_string().contains("982471"), "{reply:?}");
    }
    let path = "/api/v1/authorizations/az_1";
    for field in ["confirmation_pin", "mail_otp", "token_otp", "digest"] {
        for value in [long.clone(), json!(123_456), json!("1\n2"), json!({})] {
            let reply = api.client.answer(path, &json!({ field: value })).await;
            reply.assert_invalid(field);
        }
    }
    let reply = api
        .client
        .post(
            &format!("{path}/mail-otp"),
            &json!({ "to": "x@example.com" }),
        )
        .await;
    reply.assert_invalid("to");
}

#[tokio::test]
async fn an_idempotency_key_is_1_to_128_visible_characters() {
    let api = Api::start("api key bounds").await;
    let path = "/api/v1/authorizations/az_1/answers";
    let post = async |key: &str| {
        let headers = [("idempotency-key", key)];
        let body = json!({ "mail_otp": "123456" }).to_string();
        api.client.post_with(path, &headers, body).await
    };
    for wrong in ["", "a b", "a\tb", "鍵", &"k".repeat(129)] {
        post(wrong).await.assert_invalid("Idempotency-Key");
    }
    for fitting in ["k", &"~".repeat(128)] {
        post(fitting).await.assert_problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_long_name_is_not_repeated_whole() {
    let api = Api::start("api long name").await;
    let body: Value = json!({ "x".repeat(60_000): 1 });
    let reply = api.client.post(OPEN, &body).await;
    reply.assert_problem(422, "invalid_request");
    assert!(reply.body.to_string().len() < 1_000);
}
