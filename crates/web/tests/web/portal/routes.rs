//! Every route of the table: headers, who is let in, and that foreign forms change nothing.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{HeaderMap, Method};
use warifu_app::domain::contract::{Contract, Limits};
use warifu_app::domain::ids::ContractId;
use warifu_app::domain::person::Role;
use warifu_app::domain::token::{TokenKind, UsageMode};
use warifu_app::use_cases::set_up;
use warifu_testkit::TestPerson;
use warifu_testkit::tokens::HARDWARE_PROFILE;
use warifu_testkit::tokens::SOFTWARE_PROFILE;
use warifu_web::routes::{self, Access};

use super::{base_of, enter_one};
use crate::browser::{Browser, Page, Portal, encoded};

/// Every route by hand: one that is missing here, or only here, fails the test.
const CASES: &[(&str, &str, Access)] = {
    use Access::{ApiKey, LogonUnderWay, Manager, Public, Session};
    &[
        ("GET", "/healthz", Public),
        ("GET", "/readyz", Public),
        ("GET", "/assets/{name}", Public),
        ("GET", "/language/{tag}", Public),
        ("GET", "/", Public),
        ("GET", "/logon", Public),
        ("POST", "/logon", Public),
        ("GET", "/logon/grid", LogonUnderWay),
        ("POST", "/logon/grid", LogonUnderWay),
        ("GET", "/logged-off", Public),
        ("POST", "/logoff", Session),
        ("GET", "/logon/address", Session),
        ("POST", "/logon/address", Session),
        ("POST", "/logon/address/skip", Session),
        ("GET", "/logon/address/{change}", Session),
        ("POST", "/logon/address/{change}/verify", Session),
        ("POST", "/logon/address/{change}/resend", Session),
        ("GET", "/status", Session),
        ("GET", "/transfers/new", Session),
        ("POST", "/transfers/new", Session),
        ("POST", "/transfers/banks", Session),
        ("GET", "/transfers/{id}", Session),
        ("GET", "/transfers/{id}/edit", Session),
        ("POST", "/transfers/{id}/edit", Session),
        ("GET", "/transfers/{id}/lines/{line}/edit", Session),
        ("POST", "/transfers/{id}/lines/{line}/edit", Session),
        ("POST", "/transfers/{id}/lines/{line}/remove", Session),
        ("GET", "/transfers/{id}/confirm", Session),
        ("POST", "/transfers/{id}/confirm", Session),
        ("POST", "/transfers/{id}/mail-otp", Session),
        ("POST", "/transfers/{id}/execute", Session),
        ("POST", "/transfers/{id}/cancel", Session),
        ("GET", "/history", Session),
        ("GET", "/history/{id}", Session),
        ("GET", "/logon/token", LogonUnderWay),
        ("POST", "/logon/token", LogonUnderWay),
        ("GET", "/tokens", Session),
        ("POST", "/tokens/cancel", Session),
        ("GET", "/tokens/repair", Session),
        ("POST", "/tokens/repair", Session),
        ("GET", "/tokens/issue", Session),
        ("POST", "/tokens/issue/app", Session),
        ("POST", "/tokens/issue/authenticator", Session),
        ("GET", "/tokens/confirm", Session),
        ("POST", "/tokens/confirm", Session),
        ("GET", "/admin/tokens", Manager),
        ("POST", "/admin/tokens/initialise", Manager),
        ("GET", "/admin/tokens/revoke", Manager),
        ("POST", "/admin/tokens/revoke", Manager),
        ("GET", "/admin/tokens/release", Manager),
        ("POST", "/admin/tokens/release", Manager),
        ("GET", "/admin/tokens/mode", Manager),
        ("POST", "/admin/tokens/mode", Manager),
        ("GET", "/admin/tokens/register", Manager),
        ("POST", "/admin/tokens/register", Manager),
        ("GET", "/admin/tokens/exchange", Manager),
        ("POST", "/admin/tokens/exchange", Manager),
        ("GET", "/admin/tokens/deregister", Manager),
        ("POST", "/admin/tokens/deregister", Manager),
        ("GET", "/admin/tokens/repair", Manager),
        ("POST", "/admin/tokens/repair", Manager),
        ("GET", "/settings/pin", Session),
        ("POST", "/settings/pin", Session),
        ("GET", "/logon/passkey", Public),
        ("POST", "/logon/passkey", Public),
        ("GET", "/settings/passkeys", Session),
        ("POST", "/settings/passkeys/new", Session),
        ("POST", "/settings/passkeys/register", Session),
        ("POST", "/settings/passkeys/{id}/remove", Session),
        ("GET", "/settings/address", Session),
        ("POST", "/settings/address/otp", Session),
        ("POST", "/settings/address/notice", Session),
        ("GET", "/settings/address/{change}", Session),
        ("POST", "/settings/address/{change}/verify", Session),
        ("POST", "/settings/address/{change}/resend", Session),
        ("POST", "/api/v1/logons", ApiKey),
        ("POST", "/api/v1/logons/{id}/answers", ApiKey),
        ("POST", "/api/v1/authorizations", ApiKey),
        ("GET", "/api/v1/authorizations/{id}", ApiKey),
        ("POST", "/api/v1/authorizations/{id}/mail-otp", ApiKey),
        ("POST", "/api/v1/authorizations/{id}/answers", ApiKey),
        ("GET", "/api/v1/openapi.json", ApiKey),
    ]
};
/// The API's other public route.
const PING: (&str, &str, Access) = ("GET", "/api/v1/ping", Access::ApiKey);

/// The token app's routes, which have tests of their own.
const TOKEN_APP: [(&str, &str, Access); 9] = {
    use Access::TokenApp;
    [
        ("GET", "/app/", TokenApp),
        ("GET", "/app/{file}", TokenApp),
        ("GET", "/app/api/clock", TokenApp),
        ("POST", "/app/api/activation", TokenApp),
        ("POST", "/app/api/inbox", TokenApp),
        ("POST", "/app/api/answers", TokenApp),
        ("POST", "/app/api/renewal", TokenApp),
        ("GET", "/app/api/push", TokenApp),
        ("POST", "/app/api/push", TokenApp),
    ]
};

/// What every form of the portal together would send.
const FIELDS: &[(&str, &str)] = &[
    ("contract_id", "1000000001"),
    ("user_id", "keiri01"),
    ("logon_pin", "wrong0"),
    ("cell_0", "00"),
    ("otp_address", "thief@evil.example"),
    ("otp_address_again", "thief@evil.example"),
    ("otp_confirmation_pin", "wrong0"),
    ("notice_address", "thief@evil.example"),
    ("notice_address_again", "thief@evil.example"),
    ("notice_confirmation_pin", "wrong0"),
    ("address_code", "000000"),
    ("debit_account", "001-1234567"),
    ("bank_code", "0001"),
    ("branch_code", "001"),
    ("account_type", "ordinary"),
    ("account_number", "7654321"),
    ("payee_name", "ドロボウ"),
    ("amount", "999"),
    ("action", "add"),
    ("form_path", "/transfers/new"),
    ("query", ""),
    ("challenge", "none"),
    ("reply", "{}"),
    ("passkey_name", "thief"),
    ("shown", "00"),
    ("mail_otp", "000000"),
    ("confirmation_pin", "wrong0"),
    ("token_code", "000000"),
    ("token_mail", "thief@evil.example"),
    ("token_mail_again", "thief@evil.example"),
    ("start_password", "Dorobo24"),
    ("start_password_again", "Dorobo24"),
    ("authenticator_confirmation_pin", "wrong0"),
    ("first_code", "000000"),
    ("repair_first", "000000"),
    ("repair_second", "000001"),
    ("user_keiri01", "1"),
    ("token_mode", "shared"),
    ("register_serial", "WF-00000012"),
    ("serial", "WF-00000012"),
    ("new_serial", "WF-00000013"),
];

fn concrete(path: &str, id: &str) -> String {
    let path = path.replace("{id}", id).replace("{line}", "1");
    let path = path.replace("{name}", "warifu.css").replace("{tag}", "en");
    path.replace("{change}", "ac_0")
}

/// A portal, the clerk's browser, and the ID of a transfer that waits.
async fn with_transfer(seed: &str) -> (Portal, Browser, String) {
    let portal = Portal::start(seed).await;
    let mut browser = portal.logged_on(&portal.test.clerk).await;
    let page = enter_one(&mut browser, "100,648").await;
    let id = base_of(&page).replace("/transfers/", "");
    (portal, browser, id)
}

async fn send(browser: &mut Browser, method: &Method, path: &str) -> Page {
    if *method == Method::GET {
        browser.get_once(path).await
    } else {
        browser.post_once(path, FIELDS).await
    }
}

#[test]
fn every_route_has_a_case() {
    let table: BTreeSet<_> = routes::all()
        .map(|(m, p, a)| format!("{m} {p} {a:?}"))
        .collect();
    let cases = CASES.iter().chain([&PING]).chain(&TOKEN_APP);
    let cases: BTreeSet<_> = cases.map(|(m, p, a)| format!("{m} {p} {a:?}")).collect();
    assert_eq!(table, cases);
}

fn assert_headers(path: &str, headers: &HeaderMap) {
    let is = |name: &str, value: &str| assert_eq!(headers[name], value, "{path}: {name}");
    let policy = headers["content-security-policy"].to_str().unwrap();
    for directive in [
        "default-src 'none'",
        "script-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(directive), "{path}: {directive}");
    }
    is("x-content-type-options", "nosniff");
    is("x-frame-options", "DENY");
    is("referrer-policy", "same-origin");
    is("cross-origin-opener-policy", "same-origin");
    is("cross-origin-resource-policy", "same-origin");
    assert!(headers.contains_key("permissions-policy"), "{path}");
    assert!(headers.contains_key("x-request-id"), "{path}");
    let kept = headers["cache-control"].to_str().unwrap();
    if path.starts_with("/assets/") && !path.ends_with("none") {
        assert!(kept.contains("immutable"), "{path}: {kept}");
    } else {
        assert!(kept.contains("no-store"), "{path}: {kept}");
    }
}

#[tokio::test]
async fn every_answer_has_the_headers_also_where_there_is_no_route() {
    let (portal, mut clerk, id) = with_transfer("headers").await;
    for (method, path, access) in routes::all() {
        if access == Access::TokenApp {
            continue;
        }
        let path = concrete(path, &id);
        let mut nobody = portal.browser();
        assert_headers(&path, &send(&mut nobody, &method, &path).await.headers);
        if access == Access::Session && method == Method::GET {
            assert_headers(&path, &clerk.get_once(&path).await.headers);
        }
    }
    for path in ["/nowhere", "/assets/none", "/api/v1/nowhere"] {
        let page = clerk.get_once(path).await;
        page.assert(404, &[]);
        assert_headers(path, &page.headers);
    }
}

#[tokio::test]
async fn who_is_not_logged_on_is_sent_to_the_logon_page() {
    let (portal, _, id) = with_transfer("anonymous").await;
    for (method, path, access) in routes::all() {
        if !matches!(
            access,
            Access::Session | Access::Manager | Access::LogonUnderWay
        ) {
            continue;
        }
        let mut nobody = portal.browser();
        nobody.get("/logon").await;
        let page = send(&mut nobody, &method, &concrete(path, &id)).await;
        assert_eq!(page.status, 303, "{method} {path}");
        assert_eq!(page.location(), "/logon", "{method} {path}");
    }
}

#[tokio::test]
async fn a_post_from_elsewhere_is_refused_and_changes_nothing() {
    let (portal, mut clerk, id) = with_transfer("forged").await;
    let before = clerk.get(&format!("/history/{id}")).await;
    let mails = portal.test.mails.all().len();
    for (method, path, access) in routes::all() {
        if method != Method::POST || matches!(access, Access::ApiKey | Access::TokenApp) {
            continue;
        }
        let path = concrete(path, &id);
        let csrf = clerk.csrf.clone();
        let with_token = encoded(&[&[("csrf", csrf.as_str())], FIELDS].concat());
        let ours = Some(("origin", "http://localhost"));
        for (case, from, body) in [
            ("no token", ours, encoded(FIELDS)),
            (
                "wrong token",
                ours,
                encoded(&[&[("csrf", "x")], FIELDS].concat()),
            ),
            (
                "foreign origin",
                Some(("origin", "https://evil.example")),
                with_token.clone(),
            ),
            (
                "cross-site",
                Some(("sec-fetch-site", "cross-site")),
                with_token.clone(),
            ),
            ("no origin at all", None, with_token),
        ] {
            let mut request = clerk.request(Method::POST, &path);
            if let Some((name, value)) = from {
                request = request.header(name, value);
            }
            let kind = "application/x-www-form-urlencoded";
            let request = request.header("content-type", kind).body(Body::from(body));
            let page = clerk.send(request.unwrap()).await;
            assert_eq!(page.status, 403, "{path}: {case}");
        }
    }
    portal.test.deliver().await;
    assert_eq!(portal.test.mails.all().len(), mails, "no mail was sent");
    let after = clerk.get(&format!("/history/{id}")).await;
    let lines = |page: &Page| {
        page.body
            .split("<main")
            .nth(1)
            .unwrap()
            .split("<footer")
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        lines(&after),
        lines(&before),
        "still logged on, and all as it was"
    );
}

#[tokio::test]
async fn what_administrators_do_is_refused_to_general_users() {
    let portal = Portal::start_on("general", HARDWARE_PROFILE).await;
    let test = &portal.test;
    test.hand_out("WF-00000012", TokenKind::Hardware, &[&test.admin])
        .await;
    let mut clerk = portal.logged_on(&test.clerk).await;
    let mut admin = portal.logged_on(&test.admin).await;
    let (mut refused, mails) = (0, test.mails.all().len());
    for (method, path, access) in routes::all() {
        if access != Access::Manager {
            continue;
        }
        let path = match path {
            "/admin/tokens/exchange" | "/admin/tokens/deregister" | "/admin/tokens/repair" => {
                format!("{path}?serial=WF-00000012")
            }
            path => path.to_owned(),
        };
        let page = send(&mut clerk, &method, &path).await;
        assert_eq!(page.status, 403, "{method} {path}");
        page.assert(403, &["W1211"]);
        refused += 1;
        if method == Method::GET {
            admin.get_once(&path).await.assert(200, &[]);
        }
    }
    assert!(refused > 10);
    test.deliver().await;
    assert_eq!(test.mails.all().len(), mails);
}

/// The administrator of another contract.
async fn stranger(portal: &Portal) -> TestPerson {
    let id = ContractId::parse("2000000002").unwrap();
    let contract = Contract {
        id: id.clone(),
        name: "別の会社".to_owned(),
        stopped: false,
        limits: Limits::default(),
        representative_account: "001-9999999".to_owned(),
        token_mode: UsageMode::OneEach,
        version: 1,
    };
    let app = &portal.test.app;
    set_up::open_contract(app, &contract)
        .await
        .unwrap()
        .unwrap();
    let new = set_up::NewPerson {
        user_id: None,
        role: Role::Administrator,
        name: "別人".to_owned(),
        otp_mail: Some("betsu@other.example".to_owned()),
        notice_mail: None,
        limits: Limits::default(),
    };
    let handed = set_up::add_person(app, &id, new).await.unwrap().unwrap();
    TestPerson {
        contract_id: id.to_string(),
        user_id: String::new(),
        logon_pin: handed.logon_pin,
        confirmation_pin: handed.confirmation_pin,
        grid: handed.grid,
        otp_mail: None,
    }
}

#[tokio::test]
async fn another_contracts_session_finds_nothing_and_changes_nothing() {
    let (portal, mut clerk, id) = with_transfer("stranger").await;
    let stranger = stranger(&portal).await;
    let mut other = portal.logged_on(&stranger).await;
    other.get("/status").await.assert(200, &[]);
    for (method, path, access) in routes::all() {
        if access == Access::Session && path.contains("{id}") {
            let page = send(&mut other, &method, &concrete(path, &id)).await;
            assert_eq!(page.status, 404, "{method} {path}");
            assert!(!page.has("100,648"), "{method} {path}");
        }
    }
    let history = other.get("/history").await;
    assert!(!history.has(&id));
    clerk
        .get(&format!("/transfers/{id}/edit"))
        .await
        .assert(200, &["100,648"]);
}

#[tokio::test]
async fn a_colleague_sees_a_transfer_and_can_not_touch_it() {
    let (portal, mut clerk, id) = with_transfer("colleague").await;
    let mut admin = portal.logged_on(&portal.test.admin).await;
    admin
        .get(&format!("/history/{id}"))
        .await
        .assert(200, &["100,648"]);
    for (method, path, access) in routes::all() {
        let changes = access == Access::Session && path.starts_with("/transfers/{id}/");
        if changes {
            let page = send(&mut admin, &method, &concrete(path, &id)).await;
            assert_eq!(page.status, 404, "{method} {path}");
        }
    }
    clerk
        .get(&format!("/transfers/{id}/confirm"))
        .await
        .assert(200, &["100,648"]);
}

#[tokio::test]
async fn the_server_says_that_it_lives_and_is_ready() {
    let portal = Portal::start("health").await;
    let mut browser = portal.browser();
    browser.get("/healthz").await.assert(200, &["ok"]);
    browser.get("/readyz").await.assert(200, &["ready"]);
}

#[tokio::test]
async fn only_a_page_that_asks_for_a_passkey_may_run_our_script() {
    let portal = Portal::start_on("passkey policy", SOFTWARE_PROFILE).await;
    let mut browser = portal.browser();
    for (path, script) in [("/logon/passkey", "'self'"), ("/logon", "'none'")] {
        let page = browser.get(path).await;
        page.assert(200, &[]);
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains(&format!("script-src {script}")),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
    }
}
