//! PIN change, languages.

use crate::browser::Portal;

#[tokio::test]
async fn a_changed_pin_is_the_one_that_counts() {
    let portal = Portal::start("pin change").await;
    let mut clerk = portal.test.clerk.clone();
    let mut browser = portal.logged_on(&clerk).await;
    browser.get("/settings/pin").await.assert(200, &[]);
    let fields = [
        ("pin_kind", "logon"),
        ("current_pin", clerk.logon_pin.as_str()),
        ("new_pin", "Ｎｅｗ８２７４x"),
        ("new_pin_again", "New8274x"),
    ];
    let page = browser.post("/settings/pin", &fields).await;
    page.assert(200, &["I1301"]);
    browser.post("/logoff", &[]).await;
    browser.give_pin(&clerk).await.assert(422, &["W1101"]);
    clerk.logon_pin = "New8274x".to_owned();
    browser.log_on(&clerk).await.assert(200, &["ステータス"]);
}

#[tokio::test]
async fn a_pin_that_breaks_a_rule_is_refused_at_its_field() {
    let portal = Portal::start("pin rules").await;
    let clerk = portal.test.clerk.clone();
    let mut browser = portal.logged_on(&clerk).await;
    browser.get("/settings/pin").await;
    let now = clerk.logon_pin.as_str();
    for (current, new, again, code) in [
        ("wrong0", "New8274x", "New8274x", "W1311"),
        (now, "New8274x", "New8274y", "W1312"),
        (now, "111111", "111111", "W1313"),
        (now, now, now, "W1314"),
        (now, "", "", "W2001"),
    ] {
        let fields = [
            ("pin_kind", "logon"),
            ("current_pin", current),
            ("new_pin", new),
            ("new_pin_again", again),
        ];
        let page = browser.post("/settings/pin", &fields).await;
        page.assert(422, &[code]);
        assert!(
            !page.has(now) && !page.has("New8274x"),
            "no PIN is written back"
        );
    }
}

#[tokio::test]
async fn the_switch_changes_the_language_and_leads_back_to_this_site_only() {
    let portal = Portal::start("language").await;
    let mut browser = portal.logged_on(&portal.test.clerk).await;
    let page = browser.get("/language/en?back=%2Fhistory").await;
    assert_eq!(page.path, "/history");
    page.assert(200, &["<html lang=\"en\">"]);
    let page = browser
        .get_once("/language/ja?back=%2F%2Fevil.example")
        .await;
    assert_eq!(page.location(), "/");
    browser.get("/language/fr").await.assert(404, &[]);
}
