//! LOG-9: takeover, logoff, time-outs, fixation.

use crate::browser::Portal;

#[tokio::test]
async fn a_second_logon_takes_over_and_both_sides_are_told() {
    let portal = Portal::start("takeover").await;
    let clerk = portal.test.clerk.clone();
    let mut first = portal.logged_on(&clerk).await;
    let mut second = portal.browser();
    second.log_on(&clerk).await.assert(200, &["I1102"]);
    let page = first.get("/status").await;
    assert_eq!(page.path, "/logon");
    page.assert(200, &["W1107"]);
    second.get("/status").await.assert(200, &[]);
}

#[tokio::test]
async fn after_logoff_the_session_is_of_no_use_in_any_window() {
    let portal = Portal::start("logoff").await;
    let mut browser = portal.logged_on(&portal.test.clerk).await;
    let mut window = browser.clone();
    let page = browser.post("/logoff", &[]).await;
    assert_eq!(page.path, "/logged-off");
    assert!(!browser.cookies.contains_key("warifu"));
    assert_eq!(window.get("/status").await.path, "/logon");
}

#[tokio::test]
async fn an_idle_session_ends_and_says_so() {
    let portal = Portal::start("idle").await;
    let mut browser = portal.logged_on(&portal.test.clerk).await;
    portal.test.clock.advance_secs(900);
    browser.get("/status").await.assert(200, &["ステータス"]);
    portal.test.clock.advance_secs(901);
    let page = browser.get("/status").await;
    assert_eq!(page.path, "/logon");
    page.assert(200, &["W1105"]);
}

#[tokio::test]
async fn a_planted_session_never_becomes_a_persons() {
    let portal = Portal::start("fixation").await;
    let mut browser = portal.browser();
    browser
        .cookies
        .insert("warifu".into(), "planted-by-somebody".into());
    browser
        .log_on(&portal.test.clerk)
        .await
        .assert(200, &["ステータス"]);
    assert_ne!(browser.cookies["warifu"], "planted-by-somebody");
    let mut planter = portal.browser();
    planter
        .cookies
        .insert("warifu".into(), "planted-by-somebody".into());
    assert_eq!(planter.get("/status").await.path, "/logon");
}

#[tokio::test]
async fn a_form_from_before_the_logon_is_not_taken_after_it() {
    let portal = Portal::start("old form").await;
    let mut browser = portal.browser();
    browser.get("/logon").await;
    let before = browser.csrf.clone();
    browser.log_on(&portal.test.clerk).await;
    browser.csrf = before;
    browser.post("/logoff", &[]).await.assert(403, &["W9403"]);
    browser.get("/status").await.assert(200, &[]);
}

#[tokio::test]
async fn over_https_cookies_are_bound_to_the_host() {
    let portal = Portal::start_with("https", "https://bank.example", 10).await;
    let mut browser = portal.browser();
    let page = browser.get("/logon").await;
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-warifu_pre="), "{cookie}");
    assert!(cookie.contains("; Secure") && cookie.contains("; HttpOnly"));
    assert!(page.headers.contains_key("strict-transport-security"));
}
