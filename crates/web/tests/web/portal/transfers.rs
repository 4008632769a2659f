//! MAIL-1 to MAIL-3, BIND-1: from the entry to the result.

use axum::http::StatusCode;
use warifu_app::ports::MailFailure;

use super::{base_of, enter_one, entry, execute, shown};
use crate::browser::Portal;

const CLERK_MAIL: &str = "keiri01@test-shoji.example";

#[tokio::test]
async fn a_transfer_with_a_mailed_code_in_japanese_and_english() {
    for (language, issued, done) in [
        ("ja", "I1201", "すべての振込を受け付けました。"),
        ("en", "I1201", "All transfers were accepted."),
    ] {
        let portal = Portal::start(&format!("transfer {language}")).await;
        let clerk = portal.test.clerk.clone();
        let mut browser = portal.browser();
        browser.language = language;
        browser.log_on(&clerk).await;
        let page = enter_one(&mut browser, "１００，６４８円").await;
        page.assert(200, &["100,648", "1234567", "ｳｹﾄﾘﾆﾝ1"]);
        let page = browser
            .post(&format!("{}/mail-otp", base_of(&page)), &[])
            .await;
        page.assert(200, &[issued, "k***@test-shoji.example"]);
        let code = portal.test.mailed_code(CLERK_MAIL).await;
        let mail = portal.test.mails.last_to(CLERK_MAIL).unwrap();
        assert!(mail.text.contains("123***7") && mail.text.contains("100,648 円"));
        let page = execute(&mut browser, &page, &clerk, &code).await;
        page.assert(200, &[done]);
        let receipt = page
            .body
            .split("<dd class=\"digits big\">R")
            .nth(1)
            .unwrap();
        let receipt = format!("R{}", &receipt[..16]);
        let history = browser.get("/history").await;
        history.assert(200, &[&receipt, "ｳｹﾄﾘﾆﾝ1"]);
    }
}

#[tokio::test]
async fn a_wrong_answer_stays_on_the_page_and_the_right_one_still_counts() {
    let portal = Portal::start("wrong answer").await;
    let clerk = portal.test.clerk.clone();
    let mut browser = portal.logged_on(&clerk).await;
    let page = enter_one(&mut browser, "5000").await;
    let path = base_of(&page);
    let page = browser.post(&format!("{path}/mail-otp"), &[]).await;
    let code = portal.test.mailed_code(CLERK_MAIL).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    execute(&mut browser, &page, &clerk, wrong)
        .await
        .assert(422, &["W1201"]);
    let fields = [
        ("shown", &*shown(&page)),
        ("mail_otp", ""),
        ("confirmation_pin", ""),
    ];
    let empty = browser.post(&format!("{path}/execute"), &fields).await;
    empty.assert(422, &["W2001"]);
    let done = execute(&mut browser, &page, &clerk, &code).await;
    done.assert(200, &["result-good"]);
    // A second click shows the same result, and nothing happens twice.
    let again = execute(&mut browser, &page, &clerk, &code).await;
    assert_eq!(again.path, done.path);
    let status = browser.get("/status").await;
    status.assert(200, &["9,995,000"]);
}

#[tokio::test]
async fn a_change_after_the_code_was_issued_voids_it() {
    let portal = Portal::start("change voids").await;
    let clerk = portal.test.clerk.clone();
    let mut browser = portal.logged_on(&clerk).await;
    let path = base_of(&enter_one(&mut browser, "5000").await);
    let confirm = browser.post(&format!("{path}/mail-otp"), &[]).await;
    let code = portal.test.mailed_code(CLERK_MAIL).await;
    let changed = entry("ウケトリニン１", "500000", "save");
    let page = browser
        .post(&format!("{path}/lines/1/edit"), &changed)
        .await;
    page.assert(200, &["I1203", "500,000"]);
    let page = execute(&mut browser, &confirm, &clerk, &code).await;
    assert!(page.path.ends_with("/edit"), "{}", page.path);
    page.assert(200, &["W1205"]);
    // A new authorization shows the new content; the old code is not its code.
    let confirm = browser.post(&format!("{path}/confirm"), &[]).await;
    confirm.assert(200, &["500,000"]);
    let page = browser.post(&format!("{path}/mail-otp"), &[]).await;
    let page = execute(&mut browser, &page, &clerk, &code).await;
    page.assert(422, &[]);
    browser.get("/status").await.assert(200, &["10,000,000"]);
}

#[tokio::test]
async fn what_another_window_changed_is_not_confirmed_unseen() {
    let portal = Portal::start("two windows").await;
    let newcomer = portal.test.newcomer.clone();
    let mut browser = portal.logged_on(&newcomer).await;
    browser.post("/logon/address/skip", &[]).await;
    let confirm = enter_one(&mut browser, "5000").await;
    let path = base_of(&confirm);
    let mut window = browser.clone();
    let changed = entry("ウケトリニン１", "900000", "save");
    window.post(&format!("{path}/lines/1/edit"), &changed).await;
    window
        .post(&format!("{path}/confirm"), &[])
        .await
        .assert(200, &["900,000"]);
    let fields = [
        ("shown", &*shown(&confirm)),
        ("confirmation_pin", &newcomer.confirmation_pin),
    ];
    let page = browser.post(&format!("{path}/execute"), &fields).await;
    page.assert(422, &["W1205", "900,000"]);
    browser.get("/status").await.assert(200, &["10,000,000"]);
}

#[tokio::test]
async fn only_the_last_of_several_codes_counts() {
    let portal = Portal::start("last code").await;
    let clerk = portal.test.clerk.clone();
    let mut browser = portal.logged_on(&clerk).await;
    let path = base_of(&enter_one(&mut browser, "5000").await);
    browser.post(&format!("{path}/mail-otp"), &[]).await;
    let first = portal.test.mailed_code(CLERK_MAIL).await;
    let page = browser.post(&format!("{path}/mail-otp"), &[]).await;
    let last = portal.test.mailed_code(CLERK_MAIL).await;
    execute(&mut browser, &page, &clerk, &first)
        .await
        .assert(422, &["W1203"]);
    execute(&mut browser, &page, &clerk, &last)
        .await
        .assert(200, &["result-good"]);
}

#[tokio::test]
async fn a_mail_that_could_not_be_delivered_is_told() {
    let portal = Portal::start("undelivered").await;
    let clerk = portal.test.clerk.clone();
    let mut browser = portal.logged_on(&clerk).await;
    let path = base_of(&enter_one(&mut browser, "5000").await);
    let failure = MailFailure::Permanent("550 no such mailbox".to_owned());
    portal.test.mails.fail_with(Some(failure));
    browser.post(&format!("{path}/mail-otp"), &[]).await;
    portal.test.deliver().await;
    let page = browser.get(&format!("{path}/confirm")).await;
    page.assert(200, &["W1210"]);
}

#[tokio::test]
async fn while_the_bank_does_not_answer_the_page_asks_again() {
    let portal = Portal::start("on its way").await;
    let clerk = portal.test.clerk.clone();
    let mut browser = portal.logged_on(&clerk).await;
    let path = base_of(&enter_one(&mut browser, "5000").await);
    let page = browser.post(&format!("{path}/mail-otp"), &[]).await;
    let code = portal.test.mailed_code(CLERK_MAIL).await;
    portal.test.bank.cut_off(true);
    let page = execute(&mut browser, &page, &clerk, &code).await;
    page.assert(200, &["送信しています"]);
    assert_eq!(page.headers["refresh"], "3");
    portal.test.bank.cut_off(false);
    portal.test.clock.advance_secs(10);
    warifu_app::use_cases::settle_instruction::run_left_over(&portal.test.app)
        .await
        .unwrap();
    let page = browser.get(&path).await;
    page.assert(200, &["result-good"]);
    assert!(!page.headers.contains_key("refresh"));
}

#[tokio::test]
async fn a_cancelled_transfer_can_not_be_confirmed() {
    let portal = Portal::start("cancel").await;
    let clerk = portal.test.clerk.clone();
    let mut browser = portal.logged_on(&clerk).await;
    let path = base_of(&enter_one(&mut browser, "5000").await);
    let confirm = browser.post(&format!("{path}/mail-otp"), &[]).await;
    let code = portal.test.mailed_code(CLERK_MAIL).await;
    let page = browser.post(&format!("{path}/cancel"), &[]).await;
    assert_eq!(page.path, "/status");
    page.assert(200, &["I1205", "10,000,000"]);
    let page = execute(&mut browser, &confirm, &clerk, &code).await;
    assert!(page.path.starts_with("/history/"), "{}", page.path);
    page.assert(200, &["取消済み"]);
    let page = browser.post(&format!("{path}/cancel"), &[]).await;
    page.assert(409, &["W1212"]);
}

#[tokio::test]
async fn looking_at_the_confirmation_opens_nothing() {
    let portal = Portal::start("get is safe").await;
    let mut browser = portal.logged_on(&portal.test.clerk).await;
    browser.get("/transfers/new").await;
    let fields = entry("ウケトリニン１", "5000", "add");
    let page = browser.post("/transfers/new", &fields).await;
    let path = base_of(&page);
    let page = browser.get_once(&format!("{path}/confirm")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.location(), format!("{path}/edit"));
}

#[tokio::test]
async fn a_limit_is_told_before_any_code_is_mailed() {
    let portal = Portal::start("limit").await;
    let mut browser = portal.logged_on(&portal.test.clerk).await;
    let page = enter_one(&mut browser, "5,000,001").await;
    page.assert(422, &["W1222", "5,000,000 円"]);
}
