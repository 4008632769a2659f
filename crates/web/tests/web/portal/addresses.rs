//! MAIL-4 to MAIL-6.

use super::{base_of, enter_one};
use crate::browser::{Browser, Page, Portal};

const NEW: &str = "keitai@test-shoji.example";

async fn type_code(portal: &Portal, browser: &mut Browser, page: &Page) -> Page {
    let code = portal.test.mailed_code(NEW).await;
    let path = format!("{}/verify", page.path);
    browser.post(&path, &[("address_code", &code)]).await
}

#[tokio::test]
async fn who_has_no_address_is_led_to_register_one() {
    let portal = Portal::start("first address").await;
    let mut browser = portal.browser();
    let page = browser.log_on(&portal.test.newcomer).await;
    assert_eq!(page.path, "/logon/address");
    page.assert(200, &["2027年4月1日"]);
    let fields = [("otp_address", NEW), ("otp_address_again", NEW)];
    let page = browser.post("/logon/address", &fields).await;
    page.assert(200, &["k***@test-shoji.example"]);
    let wrong = format!("{}/verify", page.path);
    browser
        .post(&wrong, &[("address_code", "x")])
        .await
        .assert(422, &["W1307"]);
    let page = type_code(&portal, &mut browser, &page).await;
    assert_eq!(page.path, "/status");
    page.assert(200, &["I1302"]);
    // A first registration holds nothing.
    let page = enter_one(&mut browser, "5000").await;
    page.assert(200, &["/mail-otp"]);
    assert!(!page.has("W1207"));
}

#[tokio::test]
async fn registering_can_wait_before_the_mandatory_date_and_not_after() {
    let portal = Portal::start("skip").await;
    let newcomer = portal.test.newcomer.clone();
    let mut browser = portal.logged_on(&newcomer).await;
    let page = browser.post("/logon/address/skip", &[]).await;
    assert_eq!(page.path, "/status");
    page.assert(200, &["I1105"]);
    let page = enter_one(&mut browser, "5000").await;
    page.assert(200, &["name=\"confirmation_pin\""]);

    portal.test.clock.set("2027-04-01T00:00:00");
    let mut browser = portal.browser();
    let page = browser.log_on(&newcomer).await;
    assert_eq!(page.path, "/logon/address");
    assert!(!page.has("/logon/address/skip"));
    browser
        .post("/logon/address/skip", &[])
        .await
        .assert(422, &["W1316"]);
    browser.get("/status").await.assert(200, &["W1208"]);
    let page = enter_one(&mut browser, "5000").await;
    page.assert(200, &["W1208"]);
    assert!(!page.has("name=\"confirmation_pin\""));
}

#[tokio::test]
async fn a_changed_address_holds_transactions_for_24_hours() {
    let portal = Portal::start("hold").await;
    let clerk = portal.test.clerk.clone();
    let mut browser = portal.logged_on(&clerk).await;
    browser.get("/settings/address").await;
    let fields = [
        ("otp_address", NEW),
        ("otp_address_again", NEW),
        ("otp_confirmation_pin", &*clerk.confirmation_pin),
    ];
    let page = browser.post("/settings/address/otp", &fields).await;
    let page = type_code(&portal, &mut browser, &page).await;
    assert_eq!(page.path, "/settings/address");
    page.assert(200, &["I1303", "I1104", "2026年11月25日 10:00"]);
    let page = enter_one(&mut browser, "5000").await;
    page.assert(200, &["W1207", "2026年11月25日 10:00"]);
    let path = base_of(&page);
    browser
        .post(&format!("{path}/mail-otp"), &[])
        .await
        .assert(422, &["W1207"]);
    portal.test.clock.set("2026-11-25T10:00:00");
    let mut browser = portal.logged_on(&clerk).await;
    let page = browser.post(&format!("{path}/confirm"), &[]).await;
    assert!(!page.has("W1207"));
    let page = browser.post(&format!("{path}/mail-otp"), &[]).await;
    page.assert(200, &["I1201"]);
}

#[tokio::test]
async fn an_address_that_breaks_a_rule_is_refused_at_its_field() {
    let portal = Portal::start("address rules").await;
    let clerk = portal.test.clerk.clone();
    let mut browser = portal.logged_on(&clerk).await;
    browser.get("/settings/address").await;
    let pin = clerk.confirmation_pin.as_str();
    let current = clerk.otp_mail.as_deref().unwrap();
    for (address, again, pin, code) in [
        ("no address", "no address", pin, "W1301"),
        ("a@b.example", "c@b.example", pin, "W1302"),
        ("me@gmail.com", "me@gmail.com", pin, "W1303"),
        (current, current, pin, "W1306"),
        (NEW, NEW, "wrong0", "W1213"),
        (NEW, NEW, "", "W2001"),
    ] {
        let fields = [
            ("otp_address", address),
            ("otp_address_again", again),
            ("otp_confirmation_pin", pin),
        ];
        let page = browser.post("/settings/address/otp", &fields).await;
        page.assert(422, &[code]);
    }
}

#[tokio::test]
async fn a_new_code_can_be_sent_and_the_notice_address_is_proven_too() {
    let portal = Portal::start("resend").await;
    let clerk = portal.test.clerk.clone();
    let mut browser = portal.logged_on(&clerk).await;
    browser.get("/settings/address").await;
    let fields = [
        ("notice_address", NEW),
        ("notice_address_again", NEW),
        ("notice_confirmation_pin", &*clerk.confirmation_pin),
    ];
    let page = browser.post("/settings/address/notice", &fields).await;
    let old = portal.test.mailed_code(NEW).await;
    let page = browser.post(&format!("{}/resend", page.path), &[]).await;
    page.assert(200, &["I1305"]);
    let new = portal.test.mailed_code(NEW).await;
    assert_ne!(old, new);
    let verify = format!("{}/verify", page.path);
    browser
        .post(&verify, &[("address_code", &old)])
        .await
        .assert(422, &["W1307"]);
    let page = browser.post(&verify, &[("address_code", &new)]).await;
    page.assert(200, &["I1304", NEW]);
}
