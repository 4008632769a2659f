//! What no page of ours sends: always a page that says what to do, never a fault of the server.

use axum::body::Body;
use axum::http::{Method, Request};
use warifu_web::routes::{self, Access};

use super::entry;
use crate::browser::{Browser, ORIGIN, Page, Portal};

async fn post_raw(browser: &mut Browser, path: &str, kind: &str, body: Vec<u8>) -> Page {
    let request = browser
        .request(Method::POST, path)
        .header("origin", ORIGIN)
        .header("content-type", kind);
    browser.send(request.body(Body::from(body)).unwrap()).await
}

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn malformed_forms_are_refused_with_a_page_in_both_languages() {
    for (language, title) in [("ja", "<html lang=\"ja\">"), ("en", "<html lang=\"en\">")] {
        let portal = Portal::start(&format!("malformed {language}")).await;
        let mut browser = portal.browser();
        browser.language = language;
        browser.log_on(&portal.test.clerk).await;
        let token = format!("csrf={}&", browser.csrf);
        let form = |rest: &str| format!("{token}{rest}").into_bytes();
        let many: String = (0..100).map(|i| format!("f{i}=1&")).collect();
        for (case, kind, body, status) in [
            (
                "another content type",
                "application/json",
                b"{}".to_vec(),
                415,
            ),
            ("no content type", "", b"".to_vec(), 415),
            (
                "a field twice",
                FORM,
                form("pin_kind=logon&pin_kind=logon"),
                422,
            ),
            ("fields missing", FORM, form(""), 422),
            ("no UTF-8", FORM, form("pin_kind=%FF"), 422),
            ("a NUL", FORM, form("pin_kind=%00"), 422),
            ("half an escape", FORM, form("pin_kind=%4"), 422),
            ("an unknown choice", FORM, form("pin_kind=other"), 422),
            (
                "a long value",
                FORM,
                form(&format!("pin_kind={}", "x".repeat(5_000))),
                422,
            ),
            ("many fields", FORM, form(&many), 422),
            ("a huge form", FORM, form(&"x".repeat(70_000)), 413),
            ("a monstrous body", FORM, vec![b'x'; 300_000], 413),
        ] {
            let page = post_raw(&mut browser, "/settings/pin", kind, body).await;
            assert_eq!(page.status, status, "{case}");
            page.assert(status, &[title, "W9"]);
        }
        browser.get("/nowhere").await.assert(404, &[title, "W9404"]);
        let page = browser.post("/status", &[]).await;
        page.assert(405, &[title, "W9404"]);
        browser
            .get("/transfers/%FF/edit")
            .await
            .assert(400, &[title, "W9422"]);
        browser
            .get("/history?page=x")
            .await
            .assert(422, &[title, "W9422"]);
        browser
            .get("/history?payee=%FF")
            .await
            .assert(422, &[title, "W9422"]);
    }
}

#[tokio::test]
async fn odd_values_in_every_field_never_bring_a_fault() {
    let portal = Portal::start("odd values").await;
    let mut browser = portal.logged_on(&portal.test.clerk).await;
    browser.get("/transfers/new").await;
    let long = "あ".repeat(1_000);
    let odd = [
        "",
        " ",
        "'\"<script>",
        "-1",
        "9999999999999999999999",
        "٣",
        "𠮷",
        "１",
        &long,
    ];
    for value in odd {
        for field in 0..7 {
            let mut fields = entry("ウケトリニン", "100", "add");
            fields[field].1 = value;
            let page = browser.post_once("/transfers/new", &fields).await;
            assert!(
                page.status.as_u16() < 500,
                "{} = {value:.20}",
                fields[field].0
            );
            assert!(!page.has("<script>"));
        }
        let fields = [("address_code", value)];
        let page = browser.post("/settings/address/ac_1/verify", &fields).await;
        assert!(page.status.is_client_error());
        for path in [
            "/history?from=",
            "/history?to=",
            "/history?payee=",
            "/history?amount_yen=",
        ] {
            let query = crate::browser::encoded(&[("", value)]);
            let page = browser.get(&format!("{path}{}", &query[1..])).await;
            assert!(page.status.as_u16() < 500, "{path}{value:.20}");
        }
    }
}

#[tokio::test]
async fn no_route_fails_on_an_empty_form_or_an_unknown_id() {
    let portal = Portal::start("empty forms").await;
    for (method, path, access) in routes::all() {
        if access == Access::ApiKey {
            continue;
        }
        let mut browser = portal.logged_on(&portal.test.clerk).await;
        let path = path.replace(['{', '}'], "");
        let page = if method == Method::POST {
            browser.post_once(&path, &[]).await
        } else {
            browser.get_once(&path).await
        };
        assert!(
            page.status.as_u16() < 500,
            "{method} {path}: {}",
            page.status
        );
    }
}

#[tokio::test]
async fn while_the_clock_is_behind_nothing_is_judged() {
    let portal = Portal::start("clock").await;
    let mut browser = portal.logged_on(&portal.test.clerk).await;
    portal.test.clock.advance_secs(-3600);
    let page = browser.get("/status").await;
    page.assert(503, &["W9503"]);
    assert_eq!(page.headers["retry-after"], "5");
}

#[tokio::test]
async fn a_head_request_gets_no_body() {
    let portal = Portal::start("head").await;
    let mut browser = portal.browser();
    let request = Request::builder().method(Method::HEAD).uri("/logon");
    let page = browser.send(request.body(Body::empty()).unwrap()).await;
    page.assert(200, &[]);
    assert!(page.body.is_empty());
}
