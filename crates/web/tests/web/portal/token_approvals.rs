//! APP-1 to APP-3: a transfer approved or rejected on the phone, with and without network.

use warifu_testkit::TestPhone;
use warifu_testkit::tokens::SOFTWARE_PROFILE;

use super::{base_of, enter_one, shown};
use crate::browser::{Browser, Page, Portal};

/// A clerk whose phone is set up, logged on again with its code.
async fn with_phone(portal: &Portal) -> (Browser, TestPhone) {
    let (test, clerk) = (&portal.test, &portal.test.clerk);
    let mut browser = portal.browser();
    browser.give_pin(clerk).await;
    let session = browser.cookies["warifu"].clone();
    let phone = test.phone_in_service(&session, clerk).await;
    browser.post("/logoff", &[]).await;
    browser.give_pin(clerk).await;
    let page = browser.give_token_code(&phone.code(test)).await;
    assert_eq!(page.path, "/status");
    (browser, phone)
}

async fn execute(browser: &mut Browser, page: &Page, portal: &Portal, code: &str) -> Page {
    let digest = shown(page);
    let fields = [
        ("shown", digest.as_str()),
        ("approval_code", code),
        ("confirmation_pin", &portal.test.clerk.confirmation_pin),
    ];
    let path = format!("{}/execute", base_of(page));
    browser.post(&path, &fields).await
}

#[tokio::test]
async fn a_transfer_waits_until_the_phone_has_approved() {
    let portal = Portal::start_on("approve", SOFTWARE_PROFILE).await;
    let (mut browser, phone) = with_phone(&portal).await;
    let page = enter_one(&mut browser, "5000").await;
    page.assert(
        200,
        &["トークンアプリへお知らせしました", "<svg class=\"qr\""],
    );
    assert!(!page.has("name=\"token_otp\""));
    execute(&mut browser, &page, &portal, "")
        .await
        .assert(422, &["W1235"]);
    let waiting = phone.inbox(&portal.test).await.unwrap().waiting;
    phone.approve(&portal.test, &waiting[0]).await.unwrap();
    let page = browser.get(&format!("{}/confirm", base_of(&page))).await;
    page.assert(200, &["トークンアプリで承認済みです"]);
    assert!(!page.has("<svg") && !page.has("approval_code"));
    let page = execute(&mut browser, &page, &portal, "").await;
    page.assert(200, &["すべての振込を受け付けました。"]);
}

#[tokio::test]
async fn a_rejection_on_the_phone_ends_the_transfer_and_the_page_says_so() {
    let portal = Portal::start_on("reject", SOFTWARE_PROFILE).await;
    let (mut browser, phone) = with_phone(&portal).await;
    let page = enter_one(&mut browser, "5000").await;
    let waiting = phone.inbox(&portal.test).await.unwrap().waiting;
    phone.reject(&portal.test, &waiting[0]).await.unwrap();
    let refused = execute(&mut browser, &page, &portal, "").await;
    refused.assert(200, &["W1236", "取消済み"]);
    let again = browser.get(&format!("{}/confirm", base_of(&page))).await;
    again.assert(200, &["W1236"]);
}

#[tokio::test]
async fn a_phone_without_network_gives_a_code_to_type() {
    let portal = Portal::start_on("offline", SOFTWARE_PROFILE).await;
    let (mut browser, phone) = with_phone(&portal).await;
    let page = enter_one(&mut browser, "5000").await;
    execute(&mut browser, &page, &portal, "00000000")
        .await
        .assert(422, &["W1201"]);
    let waiting = phone.inbox(&portal.test).await.unwrap().waiting;
    let code = phone.transaction_code(&waiting[0], portal.test.secs());
    let page = execute(&mut browser, &page, &portal, &code).await;
    page.assert(200, &["すべての振込を受け付けました。"]);
}

#[tokio::test]
async fn too_many_that_wait_for_the_phone_are_refused() {
    let portal = Portal::start_on("waiting", SOFTWARE_PROFILE).await;
    let (mut browser, _) = with_phone(&portal).await;
    for _ in 0..3 {
        enter_one(&mut browser, "5000")
            .await
            .assert(200, &["トークンアプリへお知らせしました"]);
    }
    let page = enter_one(&mut browser, "5000").await;
    page.assert(422, &["W1238"]);
}
