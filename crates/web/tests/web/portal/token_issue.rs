//! S4 steps A to E, TOK-6, TOK-13: a software token from the application to the first code.

use warifu_app::domain::token::{Algorithm, Digits, Totp};
use warifu_otp::{OtpKey, base32};
use warifu_testkit::phone::{PHONE_MAIL, START_PASSWORD};
use warifu_testkit::tokens::TWO_STEP_PROFILE;
use warifu_testkit::{TestPerson, TestPhone};

use crate::browser::{Browser, Page, Portal};

fn application(person: &TestPerson) -> [(&str, &str); 5] {
    [
        ("token_mail", PHONE_MAIL),
        ("token_mail_again", PHONE_MAIL),
        ("start_password", START_PASSWORD),
        ("start_password_again", START_PASSWORD),
        ("confirmation_pin", &person.confirmation_pin),
    ]
}

async fn first_code(browser: &mut Browser, code: &str) -> Page {
    browser
        .post("/tokens/confirm", &[("first_code", code)])
        .await
}

#[tokio::test]
async fn an_app_is_set_up_and_its_first_code_brings_it_into_service() {
    let portal = Portal::start_on("issue", TWO_STEP_PROFILE).await;
    let (test, clerk) = (&portal.test, &portal.test.clerk);
    let mut browser = portal.browser();
    browser
        .give_pin(clerk)
        .await
        .assert(200, &["I1108", "href=\"/tokens\""]);
    browser
        .get("/tokens")
        .await
        .assert(200, &["非登録", "href=\"/tokens/issue\""]);
    browser.get("/tokens/issue").await.assert(200, &[]);
    let page = browser.post("/tokens/issue/app", &application(clerk)).await;
    assert_eq!(page.path, "/tokens/confirm");
    page.assert(200, &["1000000001", "keiri01", "k***@phone.example"]);
    first_code(&mut browser, "123456")
        .await
        .assert(422, &["W1411"]);
    browser
        .get("/status")
        .await
        .assert(200, &["I1107", "href=\"/tokens/confirm\""]);

    let link = test.mailed_link().await;
    let phone = TestPhone::activate(test, clerk, &link, START_PASSWORD).await;
    let phone = phone.ok().unwrap();
    browser
        .get("/tokens/confirm")
        .await
        .assert(200, &["アプリの設定が完了しました"]);
    first_code(&mut browser, "x").await.assert(422, &["W1112"]);
    let page = first_code(&mut browser, &phone.code(test)).await;
    assert_eq!(page.path, "/status");
    page.assert(200, &["I1401", "有効期限"]);
    let page = browser.get("/tokens").await;
    page.assert(200, &["サービス利用中", &phone.serial, "トークンアプリ"]);
    let page = browser.get("/tokens/issue").await;
    assert_eq!(page.path, "/tokens", "one is in service");
    test.clock.advance_secs(60);
    let mut again = portal.browser();
    again.give_pin(clerk).await;
    let page = again.give_token_code(&phone.code(test)).await;
    assert_eq!(page.path, "/status");
}

#[tokio::test]
async fn an_authenticators_secret_is_shown_once() {
    let portal = Portal::start_on("authenticator", TWO_STEP_PROFILE).await;
    let (test, clerk) = (&portal.test, &portal.test.clerk);
    let mut browser = portal.browser();
    browser.give_pin(clerk).await;
    browser.get("/tokens/issue").await;
    let pin = [(
        "authenticator_confirmation_pin",
        clerk.confirmation_pin.as_str(),
    )];
    let page = browser.post("/tokens/issue/authenticator", &pin).await;
    page.assert(200, &["<svg class=\"qr\"", "一度だけ表示します"]);
    let typed = page.body.split("<dt>キー</dt><dd class=\"digits\">").nth(1);
    let typed = typed.unwrap().split('<').next().unwrap();
    let secret = typed.replace(' ', "");
    assert_eq!(secret.len(), 32);
    let again = browser.get("/tokens/confirm").await;
    assert!(!again.has("<svg") && !again.has(typed), "never again");
    let key: OtpKey = base32::decode(&secret).unwrap();
    let totp = Totp::new(Algorithm::Sha1, Digits::Six, 30).unwrap();
    let step = totp.step_at(test.secs()).unwrap();
    let page = first_code(&mut browser, totp.code(&key, step).expose()).await;
    page.assert(200, &["I1401"]);
    browser
        .get("/tokens")
        .await
        .assert(200, &["ほかの認証アプリ"]);
}

#[tokio::test]
async fn what_is_wrong_with_an_application_is_said_at_its_field() {
    let portal = Portal::start_on("issue wrong", TWO_STEP_PROFILE).await;
    let clerk = &portal.test.clerk;
    let mut browser = portal.browser();
    browser.give_pin(clerk).await;
    browser.get("/tokens/issue").await;
    for (name, value, code) in [
        ("token_mail", "", "W2001"),
        ("token_mail", "no address", "W1301"),
        ("token_mail_again", "other@phone.example", "W1302"),
        ("start_password_again", "Owari2424", "W1419"),
        ("confirmation_pin", "wrong0", "W1213"),
    ] {
        let mut fields = application(clerk);
        let field = fields.iter_mut().find(|(n, _)| *n == name).unwrap();
        field.1 = value;
        let page = browser.post("/tokens/issue/app", &fields).await;
        let marked = format!("{name}-error");
        page.assert(422, &[code, &marked]);
        assert!(!page.has(START_PASSWORD), "no password is written back");
    }
    let mut easy = application(clerk);
    (easy[2].1, easy[3].1) = ("111111", "111111");
    browser
        .post("/tokens/issue/app", &easy)
        .await
        .assert(422, &["W1418", "start_password-error"]);
}

#[tokio::test]
async fn an_issue_is_given_up_by_the_person_or_by_an_administrator() {
    let portal = Portal::start_on("give up", TWO_STEP_PROFILE).await;
    let (test, clerk) = (&portal.test, &portal.test.clerk);
    let mut browser = portal.browser();
    browser.give_pin(clerk).await;
    browser.get("/tokens/issue").await;
    browser.post("/tokens/issue/app", &application(clerk)).await;
    let page = browser.post("/tokens/cancel", &[]).await;
    page.assert(200, &["I1402", "非登録"]);
    browser.post("/tokens/issue/app", &application(clerk)).await;
    let mut admin = portal.browser();
    admin.give_pin(&test.admin).await;
    admin
        .get("/admin/tokens")
        .await
        .assert(200, &["発行中", "発行を取り消す"]);
    let page = admin
        .post("/admin/tokens/initialise", &[("user_keiri01", "1")])
        .await;
    page.assert(200, &["I1402"]);
    assert!(!page.has("発行中"));
    assert_eq!(browser.get("/tokens/confirm").await.path, "/tokens");
}
