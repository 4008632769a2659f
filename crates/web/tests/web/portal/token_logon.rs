//! LOG-2, TOK-4, LCK-2: the code of a token at logon and on transactions.

use warifu_app::domain::token::{TokenKind, UsageMode};
use warifu_testkit::tokens::{HARDWARE_PROFILE, TWO_STEP_PROFILE};

use super::{base_of, enter_one, shown};
use crate::browser::Portal;

#[tokio::test]
async fn only_with_the_tokens_code_the_menu_opens() {
    let portal = Portal::start_on("two steps", TWO_STEP_PROFILE).await;
    let (test, clerk) = (&portal.test, &portal.test.clerk);
    let token = test.hand_out("WF-00000012", TokenKind::App, &[clerk]).await;
    let mut browser = portal.browser();
    let page = browser.get("/logon").await;
    page.assert(200, &["トークンをご利用の方は"]);
    assert!(!page.has("乱数表"), "this institution has no grid cards");
    let page = browser.give_pin(clerk).await;
    assert_eq!(page.path, "/logon/token");
    page.assert(200, &["*******0012", "60 秒"]);
    assert_eq!(browser.get("/status").await.path, "/logon", "no menu yet");
    browser
        .give_token_code("")
        .await
        .assert(422, &["W2001", "token_code-error"]);
    let right = token.code(&test.clock);
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    browser.give_token_code(wrong).await.assert(422, &["W1112"]);
    let page = browser.give_token_code(&right).await;
    page.assert(200, &["ステータス"]);
}

#[tokio::test]
async fn a_used_code_says_to_wait_for_the_next() {
    let portal = Portal::start_on("used code", TWO_STEP_PROFILE).await;
    let (test, clerk, newcomer) = (&portal.test, &portal.test.clerk, &portal.test.newcomer);
    test.set_mode(UsageMode::Shared).await;
    let token = test
        .hand_out("WF-00000012", TokenKind::App, &[clerk, newcomer])
        .await;
    let mut browser = portal.browser();
    browser.give_pin(clerk).await;
    let code = token.code(&test.clock);
    browser.give_token_code(&code).await.assert(200, &[]);
    let mut colleague = portal.browser();
    colleague.give_pin(newcomer).await;
    let page = colleague.give_token_code(&code).await;
    page.assert(422, &["W1231"]);
    test.clock.advance_secs(60);
    let page = colleague.give_token_code(&token.code(&test.clock)).await;
    assert_eq!(page.path, "/status");
}

#[tokio::test]
async fn wrong_codes_suspend_and_the_notice_names_who_releases() {
    let portal = Portal::start_on("wrong codes", TWO_STEP_PROFILE).await;
    let (test, clerk) = (&portal.test, &portal.test.clerk);
    test.hand_out("WF-00000012", TokenKind::App, &[clerk]).await;
    let mut browser = portal.browser();
    browser.give_pin(clerk).await;
    for _ in 0..4 {
        browser.give_token_code("x").await.assert(422, &["W1112"]);
    }
    let page = browser.give_token_code("x").await;
    assert_eq!(page.path, "/logon");
    page.assert(200, &["W1114"]);
    browser.give_pin(clerk).await.assert(422, &["W1101"]);
}

#[tokio::test]
async fn a_transfer_asks_the_tokens_code_and_nothing_else() {
    let portal = Portal::start_on("transfer with token", HARDWARE_PROFILE).await;
    let (test, clerk) = (&portal.test, &portal.test.clerk);
    let token = test
        .hand_out("WF-00000012", TokenKind::Hardware, &[clerk])
        .await;
    let mut browser = portal.logged_on(clerk).await;
    let page = enter_one(&mut browser, "5000").await;
    page.assert(200, &["*******0012", "name=\"token_otp\""]);
    assert!(!page.has("name=\"confirmation_pin\"") && !page.has("name=\"mail_otp\""));
    let path = format!("{}/execute", base_of(&page));
    let digest = shown(&page);
    let answer = |code: String| {
        let digest = digest.clone();
        [("shown", digest), ("token_otp", code)]
    };
    let fields = answer("x".to_owned());
    let fields = fields.each_ref().map(|(n, v)| (*n, v.as_str()));
    browser.post(&path, &fields).await.assert(422, &["W1201"]);
    let fields = answer(token.code(&test.clock));
    let fields = fields.each_ref().map(|(n, v)| (*n, v.as_str()));
    let page = browser.post(&path, &fields).await;
    page.assert(200, &["すべての振込を受け付けました。"]);
    browser
        .get(&page.path.replace("transfers", "history"))
        .await
        .assert(200, &["トークンのワンタイムパスワード"]);
    let page = enter_one(&mut browser, "6000").await;
    let path = format!("{}/execute", base_of(&page));
    let used = token.code(&test.clock);
    let digest = shown(&page);
    let again = [("shown", digest.as_str()), ("token_otp", &used)];
    browser
        .post(&path, &again)
        .await
        .assert(422, &["W1231", "token_otp-error"]);
}

#[tokio::test]
async fn without_a_token_in_service_the_page_says_what_to_do() {
    let portal = Portal::start_on("no token", HARDWARE_PROFILE).await;
    let mut browser = portal.logged_on(&portal.test.clerk).await;
    let page = enter_one(&mut browser, "5000").await;
    page.assert(200, &["W1234", "href=\"/tokens\""]);
    assert!(!page.has("name=\"token_otp\""));
}
