//! S2, paragraph by paragraph, as far as it is about the token app: issue, transaction confirmation,
//! smartphones, expiry and renewal. Logon by biometrics has a file of its own.

use warifu_app::domain::authorization::Approval;
use warifu_app::domain::factor::Factor;
use warifu_app::domain::instruction::Status;
use warifu_app::domain::person::Channel;
use warifu_app::domain::refusal::Refusal;
use warifu_app::domain::token::TokenKind;
use warifu_app::use_cases::answer_authorization::Typed;
use warifu_app::use_cases::start_logon::{self, StartLogon, Started};
use warifu_testkit::application::{START, origin};
use warifu_testkit::tokens::SOFTWARE_PROFILE;
use warifu_testkit::transfers::entry;
use warifu_testkit::{TestApp, TestPerson, TestPhone};

const DAY: i64 = 86_400;

async fn start(seed: &str) -> (TestApp, String, TestPhone) {
    let t = TestApp::sqlite_with(seed, SOFTWARE_PROFILE, START).await;
    let session = t.log_on(&t.clerk).await;
    let phone = t.phone_in_service(&session, &t.clerk).await;
    (t, session, phone)
}

async fn by_smartphone(t: &TestApp, person: &TestPerson) -> Result<Started, Refusal> {
    let command = StartLogon {
        channel: Channel::Smartphone,
        ..person.logon(&person.logon_pin)
    };
    let started = start_logon::run(&t.app, command, &origin()).await;
    started.unwrap()
}

/// 「1分毎に自動更新される使い捨てパスワード…1分後にはそのパスワードは無効」.
#[tokio::test]
async fn a_password_is_shown_for_a_minute_and_used_once() {
    let (t, _, phone) = start("s2 minute").await;
    let code = phone.code(&t);
    t.clock.advance_secs(59 - t.secs() % 60);
    assert_eq!(phone.code(&t), code);
    t.clock.advance_secs(1);
    assert_ne!(phone.code(&t), code);
    let code = phone.code(&t);
    t.log_on_with_code(&t.clerk, &code).await.unwrap();
    let again = t.log_on_with_code(&t.clerk, &code).await;
    assert_eq!(again, Err(Refusal::CodeUsed));
    // Stolen and unused: worthless when the phone shows the one after the next.
    t.clock.advance_secs(60);
    let stolen = phone.code(&t);
    t.clock.advance_secs(120);
    let late = t.log_on_with_code(&t.clerk, &stolen).await;
    assert_eq!(late, Err(Refusal::WrongAnswer));
}

/// 「スマートフォンでご利用の場合はワンタイムパスワードが必須」.
#[tokio::test]
async fn by_smartphone_nobody_logs_on_without_a_one_time_password() {
    let (t, _, phone) = start("s2 smartphone").await;
    let without = by_smartphone(&t, &t.newcomer).await;
    assert_eq!(without.err(), Some(Refusal::NoToken));
    let started = by_smartphone(&t, &t.clerk).await.ok().unwrap();
    assert!(started.session.is_none());
    assert_eq!(started.remaining, [Factor::TokenOtp]);
    let code = phone.code(&t);
    let id = &started.logon_id;
    let opened = t.answer_logon(id, Factor::TokenOtp, &code).await;
    assert!(opened.ok().unwrap().is_some());
}

/// 「振込取引が実行される前に…取引内容をお知らせし…確認したうえで、振込取引の実行」.
#[tokio::test]
async fn a_transfer_is_shown_and_approved_on_the_phone_before_it_is_executed() {
    let (t, session, phone) = start("s2 confirmation").await;
    let id = t.enter(&session, &entry("100,648")).await;
    let confirmation = t.prepare(&session, &id).await.unwrap();
    assert_eq!(
        confirmation.needs,
        [Factor::ConfirmationPin, Factor::AppApproval]
    );
    let pin = || Typed {
        confirmation_pin: Some(&t.clerk.confirmation_pin),
        ..Typed::default()
    };
    let early = t.confirm_typed(&session, &id, pin()).await.err();
    assert_eq!(early, Some(Refusal::NotApproved));
    let shown = phone.inbox(&t).await.ok().unwrap().waiting.remove(0);
    for word in ["100648", "1234567", "0001"] {
        assert!(shown.canonical.contains(word), "{}", shown.canonical);
    }
    phone.approve(&t, &shown).await.unwrap();
    let done = t.confirm_typed(&session, &id, pin()).await.unwrap();
    assert_eq!(done.status, Status::Accepted);
}

/// 「機能を追加することが可能」: whoever has not, types the password of the token.
#[tokio::test]
async fn where_the_app_does_not_confirm_the_one_time_password_is_typed() {
    let profile = SOFTWARE_PROFILE.replace("confirms_in_app = true", "confirms_in_app = false");
    let t = TestApp::sqlite_with("s2 typed", &profile, START).await;
    let session = t.log_on(&t.clerk).await;
    let phone = t.phone_in_service(&session, &t.clerk).await;
    let id = t.enter(&session, &entry("100,648")).await;
    let confirmation = t.prepare(&session, &id).await.unwrap();
    assert_eq!(confirmation.authorization.approval, Approval::NotAsked);
    let code = phone.code(&t);
    let typed = Typed {
        confirmation_pin: Some(&t.clerk.confirmation_pin),
        token_otp: Some(&code),
        ..Typed::default()
    };
    let done = t.confirm_typed(&session, &id, typed).await.unwrap();
    assert_eq!(done.status, Status::Accepted);
}

/// 「有効期限…トークンアプリ画面に表示」「180日前から…更新の案内」.
#[tokio::test]
async fn from_180_days_before_its_expiry_the_app_offers_renewal() {
    let (t, _, phone) = start("s2 renewal").await;
    let expiry = phone.expires_at.unwrap();
    let shown = phone.inbox(&t).await.ok().unwrap();
    assert_eq!(shown.token.expires_at, Some(expiry));
    assert!(!shown.renewal_due);
    let until_offer = expiry.as_second() - t.secs() - 180 * DAY;
    t.clock.advance_secs(until_offer - 1);
    assert!(!phone.inbox(&t).await.ok().unwrap().renewal_due);
    assert_eq!(phone.renew(&t).await, Err(Refusal::WrongState));
    t.clock.advance_secs(1);
    assert!(phone.inbox(&t).await.ok().unwrap().renewal_due);
    let renewed = phone.renew(&t).await.unwrap();
    assert_eq!(renewed.as_second(), t.secs() + 1_095 * DAY);
    assert_eq!(phone.renew(&t).await, Err(Refusal::WrongState), "once");
    let shown = phone.inbox(&t).await.ok().unwrap();
    assert_eq!(shown.token.expires_at, Some(renewed));
    t.deliver().await;
    let mail = t.mails.last_to("notice-keiri01@test-shoji.example");
    assert!(mail.unwrap().text.contains("有効期限を更新しました"));
    // Past the first expiry the phone goes on.
    t.clock.advance_secs(181 * DAY);
    t.log_on_with_code(&t.clerk, &phone.code(&t)).await.unwrap();
}

#[tokio::test]
async fn an_expired_token_is_refused_and_can_be_issued_anew() {
    let (t, _, phone) = start("s2 expired").await;
    let expiry = phone.expires_at.unwrap();
    t.clock.advance_secs(expiry.as_second() - t.secs() - 1);
    let session = t.log_on_with_code(&t.clerk, &phone.code(&t)).await.unwrap();
    let early = t.issue_token(&session, t.clerk.issue(TokenKind::App)).await;
    assert_eq!(early.err(), Some(Refusal::WrongState));
    t.clock.advance_secs(1);
    assert_eq!(phone.renew(&t).await, Err(Refusal::TokenExpired));
    let refused = t.log_on_with_code(&t.clerk, &phone.code(&t)).await;
    assert_eq!(refused, Err(Refusal::TokenExpired));
    let id = t.enter(&session, &entry("1,000")).await;
    let shown = t.prepare(&session, &id).await.unwrap().authorization;
    let approved = phone.approve(&t, &shown).await;
    assert_eq!(approved, Err(Refusal::TokenExpired));
    // In the session that is still open a new one is issued; the old phone is of no use any more.
    let next = t.phone_in_service(&session, &t.clerk).await;
    assert_eq!(phone.inbox(&t).await.err(), Some(Refusal::NotFound));
    t.log_on_with_code(&t.clerk, &next.code(&t)).await.unwrap();
}
