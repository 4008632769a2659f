//! S3 and S4: registration, exchange, deregistration, usage mode, revocation and release in the portal.

use warifu_app::domain::token::{TokenKind, UsageMode};
use warifu_testkit::tokens::{HARDWARE_PROFILE, TWO_STEP_PROFILE};
use warifu_testkit::{TestPerson, TestToken};

use crate::browser::{Browser, Page, Portal};

/// The form of トークンの登録.
async fn register(
    browser: &mut Browser,
    (token, code): (&TestToken, &str),
    users: &[&str],
    admin: &TestPerson,
) -> Page {
    let mut fields = vec![
        ("register_serial", token.serial.as_str()),
        ("token_code", code),
        ("confirmation_pin", &admin.confirmation_pin),
    ];
    fields.extend(users.iter().map(|user| (*user, "1")));
    browser.post("/admin/tokens/register", &fields).await
}

#[tokio::test]
async fn a_token_is_registered_exchanged_and_taken_away() {
    let portal = Portal::start_on("register", HARDWARE_PROFILE).await;
    let (test, admin) = (&portal.test, &portal.test.admin);
    let (first, second) = (
        test.lend("WF-00000012").await,
        test.lend("WF-00000013").await,
    );
    let mut browser = portal.logged_on(admin).await;
    let page = browser.get("/admin/tokens").await;
    page.assert(200, &["WF-00000012", "未登録", "非登録"]);
    let code = first.code(&test.clock);
    let page = register(&mut browser, (&first, &code), &["user_keiri01"], admin).await;
    page.assert(200, &["ワンタイムパスワード利用登録", "テスト keiri01"]);
    browser.get("/admin/tokens").await.assert(
        200,
        &[
            "サービス利用中",
            "/admin/tokens/exchange?serial=WF-00000012",
        ],
    );

    let page = browser
        .get("/admin/tokens/exchange?serial=WF-00000012")
        .await;
    page.assert(200, &["テスト keiri01"]);
    let code = second.code(&test.clock);
    let fields = [
        ("serial", "WF-00000012"),
        ("new_serial", "WF-00000013"),
        ("token_code", &code),
        ("confirmation_pin", &admin.confirmation_pin),
    ];
    let page = browser.post("/admin/tokens/exchange", &fields).await;
    page.assert(200, &["トークンの交換が完了しました", "WF-00000013"]);

    browser
        .get("/admin/tokens/deregister?serial=WF-00000013")
        .await
        .assert(200, &["テスト keiri01"]);
    let fields = [
        ("serial", "WF-00000013"),
        ("user_keiri01", "1"),
        ("confirmation_pin", &admin.confirmation_pin),
    ];
    let page = browser.post("/admin/tokens/deregister", &fields).await;
    page.assert(200, &["トークンの利用登録を解除しました"]);
    assert_eq!(test.record(&test.clerk).await.token, None);
}

#[tokio::test]
async fn what_is_wrong_with_a_registration_is_said_and_nothing_is_registered() {
    let portal = Portal::start_on("register wrong", HARDWARE_PROFILE).await;
    let (test, admin) = (&portal.test, &portal.test.admin);
    let token = test.lend("WF-00000012").await;
    let mut browser = portal.logged_on(admin).await;
    browser.get("/admin/tokens/register").await;
    let code = token.code(&test.clock);
    let page = register(&mut browser, (&token, &code), &[], admin).await;
    page.assert(422, &["W2014"]);
    let page = register(&mut browser, (&token, ""), &["user_keiri01"], admin).await;
    page.assert(
        422,
        &[
            "W2001",
            "id=\"user_keiri01\" name=\"user_keiri01\" type=\"checkbox\" value=\"1\" checked",
        ],
    );
    let page = register(&mut browser, (&token, "x"), &["user_keiri01"], admin).await;
    page.assert(422, &["W1201"]);
    let two = ["user_keiri01", "user_keiri02"];
    let page = register(&mut browser, (&token, &code), &two, admin).await;
    page.assert(422, &["W1402"]);
    let other = TestToken::new("WF-99999999", 30);
    let page = register(&mut browser, (&other, &code), &["user_keiri01"], admin).await;
    page.assert(422, &["W1401"]);
    assert_eq!(test.record(&test.clerk).await.token, None);
}

#[tokio::test]
async fn one_token_for_all_is_registered_for_everybody() {
    let portal = Portal::start_on("one for all", HARDWARE_PROFILE).await;
    let (test, admin) = (&portal.test, &portal.test.admin);
    let token = test.lend("WF-00000012").await;
    let mut browser = portal.logged_on(admin).await;
    browser.get("/admin/tokens/mode").await.assert(200, &[]);
    let pin = ("confirmation_pin", admin.confirmation_pin.as_str());
    let fields = [("token_mode", "one-for-all"), pin];
    let page = browser.post("/admin/tokens/mode", &fields).await;
    page.assert(200, &["I1404", "全ての利用者が同じトークンを利用する"]);
    let page = browser.get("/admin/tokens/register").await;
    page.assert(200, &["全利用者に登録されます"]);
    let code = token.code(&test.clock);
    let page = register(&mut browser, (&token, &code), &[], admin).await;
    page.assert(200, &["テスト 管理者", "テスト keiri01", "テスト keiri02"]);
    let fields = [("token_mode", "one-each"), pin];
    let page = browser.post("/admin/tokens/mode", &fields).await;
    page.assert(422, &["W1402"]);
}

#[tokio::test]
async fn a_drifted_token_is_repaired_by_its_user_and_by_the_administrator() {
    let portal = Portal::start_on("repair", HARDWARE_PROFILE).await;
    let (test, admin) = (&portal.test, &portal.test.admin);
    let mut token = test
        .hand_out("WF-00000012", TokenKind::Hardware, &[&test.clerk])
        .await;
    token.ahead_secs = 600;
    let mut clerk = portal.logged_on(&test.clerk).await;
    clerk
        .get("/tokens/repair")
        .await
        .assert(200, &["WF-00000012"]);
    let wrong = [("repair_first", "x"), ("repair_second", "y")];
    clerk
        .post("/tokens/repair", &wrong)
        .await
        .assert(422, &["W1414"]);
    let pair =
        |test: &warifu_testkit::TestApp| (token.code(&test.clock), token.code_in(&test.clock, 1));
    let (first, second) = pair(test);
    let codes = [("repair_first", first.as_str()), ("repair_second", &second)];
    clerk
        .post("/tokens/repair", &codes)
        .await
        .assert(200, &["I1403"]);

    test.clock.advance_secs(300);
    let mut browser = portal.logged_on(admin).await;
    browser
        .get("/admin/tokens/repair?serial=WF-00000012")
        .await
        .assert(200, &[]);
    let (first, second) = pair(test);
    let codes = [
        ("serial", "WF-00000012"),
        ("repair_first", &first),
        ("repair_second", &second),
        ("confirmation_pin", &admin.confirmation_pin),
    ];
    let page = browser.post("/admin/tokens/repair", &codes).await;
    page.assert(200, &["I1403"]);
}

#[tokio::test]
async fn a_revoked_user_is_logged_off_and_waits_thirty_minutes() {
    let portal = Portal::start_on("revoke", TWO_STEP_PROFILE).await;
    let (test, admin, clerk) = (&portal.test, &portal.test.admin, &portal.test.clerk);
    let token = test.hand_out("WF-00000012", TokenKind::App, &[clerk]).await;
    let mut user = portal.browser();
    user.give_pin(clerk).await;
    user.give_token_code(&token.code(&test.clock)).await;
    let mut browser = portal.browser();
    browser.give_pin(admin).await.assert(200, &["ステータス"]);
    let page = browser.get("/admin/tokens/revoke").await;
    page.assert(200, &["30 分間ログオンできません", "name=\"user_keiri01\""]);
    assert!(!page.has("name=\"user_keiri02\""), "without a token");
    let wrong = [("user_keiri01", "1"), ("confirmation_pin", "wrong0")];
    browser
        .post("/admin/tokens/revoke", &wrong)
        .await
        .assert(422, &["W1213"]);
    let both = [
        ("user_keiri01", "1"),
        ("user_keiri02", "1"),
        ("confirmation_pin", &admin.confirmation_pin),
    ];
    let page = browser.post("/admin/tokens/revoke", &both).await;
    page.assert(200, &["失効しました", "W1417", "失効中"]);

    let page = user.get("/status").await;
    page.assert(200, &["W1113"]);
    let page = user.give_pin(clerk).await;
    page.assert(422, &["W1110", "10:30"]);
    test.clock.advance_secs(1_800);
    let page = user.give_pin(clerk).await;
    page.assert(200, &["ステータス", "I1108", "href=\"/tokens\""]);
}

#[tokio::test]
async fn suspended_users_are_released_by_somebody_else() {
    let portal = Portal::start_on("release", TWO_STEP_PROFILE).await;
    let (test, admin, clerk) = (&portal.test, &portal.test.admin, &portal.test.clerk);
    let token = test.hand_out("WF-00000012", TokenKind::App, &[clerk]).await;
    let mut user = portal.browser();
    user.give_pin(clerk).await;
    for _ in 0..5 {
        user.give_token_code("x").await;
    }
    let mut browser = portal.browser();
    browser.give_pin(admin).await;
    let page = browser.get("/admin/tokens/release").await;
    page.assert(200, &["利用停止中", "name=\"user_keiri01\""]);
    let pin = ("confirmation_pin", admin.confirmation_pin.as_str());
    browser
        .post("/admin/tokens/release", &[pin])
        .await
        .assert(422, &["W2014"]);
    let chosen = [("user_keiri01", "1"), pin];
    let page = browser.post("/admin/tokens/release", &chosen).await;
    page.assert(200, &["解除しました", "サービス利用中"]);
    user.give_pin(clerk).await;
    let page = user.give_token_code(&token.code(&test.clock)).await;
    page.assert(200, &["ステータス"]);
    let page = browser.post("/admin/tokens/release", &chosen).await;
    page.assert(200, &["W1416"]);
}

#[tokio::test]
async fn the_mode_is_no_affair_of_software_tokens() {
    let portal = Portal::start_on("no hardware", TWO_STEP_PROFILE).await;
    portal.test.set_mode(UsageMode::OneEach).await;
    let mut browser = portal.browser();
    browser.give_pin(&portal.test.admin).await;
    let page = browser.get("/admin/tokens").await;
    assert!(!page.has("利用形態"));
    browser.get("/admin/tokens/mode").await.assert(404, &[]);
    browser.get("/admin/tokens/register").await.assert(404, &[]);
}

#[tokio::test]
async fn where_there_are_no_tokens_there_are_no_pages_of_them() {
    let portal = Portal::start("no tokens").await;
    let mut browser = portal.logged_on(&portal.test.admin).await;
    let page = browser.get("/status").await;
    assert!(!page.has("href=\"/tokens\"") && !page.has("/admin/tokens"));
    browser.get("/tokens").await.assert(404, &[]);
    browser.get("/admin/tokens").await.assert(403, &["W1211"]);
}
