//! S0 and S1 on mail addresses: registered after logon, proven by a code, held after a change, and
//! told to everyone concerned (MAIL-4 to MAIL-6, NOT-2).

use warifu_app::domain::address::AddressPurpose;
use warifu_app::domain::refusal::Refusal;
use warifu_app::use_cases::request_address::{self, ProofSent, RequestAddress};
use warifu_app::use_cases::{prove_address, status};
use warifu_testkit::application::origin;
use warifu_testkit::transfers::{entry, other_than};
use warifu_testkit::{TestApp, TestPerson};

const NEW: &str = "keitai@test-shoji.example";

async fn request(
    t: &TestApp,
    token: &str,
    (purpose, address): (AddressPurpose, &str),
    pin: Option<&str>,
) -> Result<ProofSent, Refusal> {
    let command = RequestAddress {
        purpose,
        address,
        repeated: address,
        warned: true,
        confirmation_pin: pin,
    };
    let current = t.current(token).await;
    let sent = request_address::run(&t.app, &current, command, &origin()).await;
    sent.unwrap()
}

/// Asks for an address and proves it.
async fn register(
    t: &TestApp,
    person: &TestPerson,
    purpose: AddressPurpose,
    address: &str,
) -> String {
    let token = t.log_on(person).await;
    let sent = request(
        t,
        &token,
        (purpose, address),
        Some(&person.confirmation_pin),
    )
    .await;
    let id = sent.ok().unwrap().change_id;
    let code = t.mailed_code(address).await;
    let current = t.current(&token).await;
    let proven = prove_address::run(&t.app, &current, &id, &code, &origin()).await;
    assert!(proven.unwrap().is_ok());
    token
}

/// 「ログオンすると…送信先アドレス登録画面が表示されます」.
#[tokio::test]
async fn whoever_has_no_address_is_led_to_register_one_and_uses_it_at_once() {
    let t = TestApp::sqlite("led to register").await;
    let token = t.log_on(&t.newcomer).await;
    let view = status::run(&t.app, &t.current(&token).await).await.unwrap();
    assert!(view.address_missing);
    assert_eq!(
        view.mandatory_from.unwrap().to_string(),
        "2027-03-31T15:00:00Z"
    );

    let token = register(&t, &t.newcomer, AddressPurpose::Otp, NEW).await;
    let view = status::run(&t.app, &t.current(&token).await).await.unwrap();
    assert!(!view.address_missing);
    assert_eq!(view.hold_until, None, "a first registration holds nothing");
    let id = t.enter(&token, &entry("100,648")).await;
    let screen = t.prepare(&token, &id).await.unwrap();
    assert!(t.issue(&screen.authorization.id).await.is_ok());
}

#[tokio::test]
async fn an_address_counts_only_after_its_code_came_back() {
    let t = TestApp::sqlite("proven first").await;
    let token = t.log_on(&t.newcomer).await;
    let sent = request(&t, &token, (AddressPurpose::Otp, NEW), None)
        .await
        .ok()
        .unwrap();
    assert_eq!(sent.sent_to, "k***@test-shoji.example");
    let code = t.mailed_code(NEW).await;
    let current = t.current(&token).await;
    let prove = async |code: &str| {
        let proven = prove_address::run(&t.app, &current, &sent.change_id, code, &origin()).await;
        proven.unwrap().map(|_| ())
    };
    assert_eq!(prove(&other_than(&code)).await, Err(Refusal::WrongAnswer));
    assert_eq!(t.record(&t.newcomer).await.otp_mail, None);
    assert_eq!(prove(&code).await, Ok(()));
    assert_eq!(t.record(&t.newcomer).await.otp_mail.as_deref(), Some(NEW));
    assert_eq!(prove(&code).await, Err(Refusal::WrongState), "once only");
}

#[tokio::test]
async fn a_code_sent_again_replaces_the_one_before_and_both_expire() {
    let t = TestApp::sqlite("sent again").await;
    let token = t.log_on(&t.newcomer).await;
    let sent = request(&t, &token, (AddressPurpose::Otp, NEW), None)
        .await
        .ok()
        .unwrap();
    let first = t.mailed_code(NEW).await;
    let current = t.current(&token).await;
    let id = &sent.change_id;
    prove_address::send_again(&t.app, &current, id, &origin())
        .await
        .unwrap()
        .ok()
        .unwrap();
    let second = t.mailed_code(NEW).await;
    let old = prove_address::run(&t.app, &current, id, &first, &origin())
        .await
        .unwrap();
    assert_eq!(old.err(), Some(Refusal::WrongAnswer));

    t.clock.advance_secs(601);
    let current = t.current(&token).await;
    let late = prove_address::run(&t.app, &current, id, &second, &origin())
        .await
        .unwrap();
    assert_eq!(late.err(), Some(Refusal::Expired));
}

/// 「フリーメールアドレスは…登録しないようにしてください」.
#[tokio::test]
async fn free_mail_is_refused_for_codes_and_allowed_for_results() {
    let t = TestApp::sqlite("free mail").await;
    let token = t.log_on(&t.newcomer).await;
    let pin = Some(t.newcomer.confirmation_pin.as_str());
    for free in [
        "keiri@gmail.com",
        "keiri@YAHOO.co.jp",
        "keiri@mail.yahoo.co.jp",
    ] {
        let asked = request(&t, &token, (AddressPurpose::Otp, free), None).await;
        assert_eq!(asked.err(), Some(Refusal::FreeMail), "{free}");
    }
    let asked = request(&t, &token, (AddressPurpose::Otp, "no-at.example"), None).await;
    assert_eq!(asked.err(), Some(Refusal::AddressMalformed));
    let asked = request(&t, &token, (AddressPurpose::Notice, "keiri@gmail.com"), pin).await;
    assert!(asked.is_ok());
}

/// 「取引結果通知メールアドレスと別のメールアドレスが登録できます」.
#[tokio::test]
async fn codes_and_results_go_to_their_own_addresses() {
    let t = TestApp::sqlite("two addresses").await;
    t.transfer(&t.clerk, "100,648").await.unwrap();
    t.deliver().await;
    let subjects = |to: &str| -> Vec<String> {
        let all = t.mails.all().into_iter();
        all.filter(|m| m.to == to).map(|m| m.subject).collect()
    };
    let code = "【割符銀行】メールワンタイムパスワードのご連絡";
    let result = "【割符銀行】お取引結果のお知らせ";
    assert_eq!(subjects("keiri01@test-shoji.example"), [code]);
    assert_eq!(subjects("notice-keiri01@test-shoji.example"), [result]);
}

/// 「変更した場合…24 時間メールワンタイムパスワードの対象取引が行えません」.
#[tokio::test]
async fn after_a_change_transactions_wait_24_hours_and_say_until_when() {
    let t = TestApp::sqlite("hold").await;
    let token = register(&t, &t.clerk, AddressPurpose::Otp, NEW).await;
    let until = "2026-11-25T01:00:00Z".parse().unwrap();
    let view = status::run(&t.app, &t.current(&token).await).await.unwrap();
    assert_eq!(view.hold_until, Some(until));

    let id = t.enter(&token, &entry("100,648")).await;
    let screen = t.prepare(&token, &id).await.unwrap();
    assert_eq!(screen.obstacle, Some(Refusal::AddressHold { until }));
    let issued = t.issue(&screen.authorization.id).await;
    assert_eq!(issued.unwrap_err(), Refusal::AddressHold { until });
    let answers = (Some(t.clerk.confirmation_pin.as_str()), Some("123456"));
    assert_eq!(
        t.confirm(&token, &id, answers).await,
        Err(Refusal::AddressHold { until })
    );

    t.clock.set("2026-11-25T09:59:59");
    let opened = t.open(&t.clerk, 1).await.unwrap();
    assert!(
        t.answer(&t.clerk, &opened.id, "123456")
            .await
            .is_err_and(|r| r == Refusal::AddressHold { until })
    );
    t.clock.set("2026-11-25T10:00:00");
    let mut clerk = t.clerk.clone();
    clerk.otp_mail = Some(NEW.to_owned());
    assert!(t.transfer(&clerk, "100,648").await.is_ok());
}

/// A code that went to the old address is void once the address changed, hold or not.
#[tokio::test]
async fn a_code_mailed_before_the_change_is_good_for_nothing() {
    let profile = warifu_testkit::application::MAIL_OTP_PROFILE.replace(
        "hold_after_change_secs = 86400",
        "hold_after_change_secs = 0",
    );
    let t = TestApp::sqlite_with("old address", &profile, "2026-11-24T10:00:00").await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let code = t.api_code(&t.clerk, &opened.id).await;
    register(&t, &t.clerk, AddressPurpose::Otp, NEW).await;
    let answered = t.answer(&t.clerk, &opened.id, &code).await;
    assert_eq!(answered.unwrap_err(), Refusal::Superseded);
}

/// Whom notices of a changed address went to.
fn told(t: &TestApp) -> Vec<String> {
    let all = t.mails.all().into_iter();
    let notices = all.filter(|m| m.subject.contains("Eメールアドレス変更通知"));
    let mut to: Vec<_> = notices.map(|m| m.to).collect();
    to.sort();
    to
}

/// 「変更前後のEメールアドレスに…通知。利用者の…場合は、管理者…にも」.
#[tokio::test]
async fn a_change_is_told_to_the_old_and_the_new_address_and_to_the_administrator() {
    let t = TestApp::sqlite("told").await;
    register(&t, &t.clerk, AddressPurpose::Otp, NEW).await;
    t.deliver().await;
    let expected = [
        "keiri01@test-shoji.example",
        NEW,
        "notice-kanri@test-shoji.example",
    ];
    assert_eq!(told(&t), expected);
}

#[tokio::test]
async fn a_change_by_the_administrator_is_told_to_both_addresses() {
    let t = TestApp::sqlite("told the administrator").await;
    let (old, new) = (
        "notice-kanri@test-shoji.example",
        "kanri-new@test-shoji.example",
    );
    register(&t, &t.admin, AddressPurpose::Notice, new).await;
    t.deliver().await;
    assert_eq!(told(&t), [new, old]);
}

#[tokio::test]
async fn a_change_needs_the_confirmation_pin_and_wrong_ones_count() {
    let t = TestApp::sqlite("change needs PIN").await;
    let token = t.log_on(&t.clerk).await;
    let asked = request(&t, &token, (AddressPurpose::Otp, NEW), None).await;
    assert_eq!(asked.err(), Some(Refusal::MissingAnswer));
    let asked = request(&t, &token, (AddressPurpose::Otp, NEW), Some("wrong1")).await;
    assert_eq!(asked.err(), Some(Refusal::WrongAnswer));
    assert_eq!(t.record(&t.clerk).await.failures.confirmation_pin, 1);
}
