//! S0, the announcement of mail one-time passwords, paragraph by paragraph.

use warifu_app::domain::content::RawEntry;
use warifu_app::domain::factor::Factor;
use warifu_app::domain::instruction::Status;
use warifu_app::domain::operation::{Operation, Stage};
use warifu_app::domain::person::Channel;
use warifu_app::domain::refusal::Refusal;
use warifu_app::use_cases::register_transfer::Change;
use warifu_app::use_cases::{issue_mail_otp, open_authorization, status};
use warifu_testkit::TestApp;
use warifu_testkit::application::{MAIL_OTP_PROFILE, origin};
use warifu_testkit::transfers::{CLIENT, entry, other_than};

const MAIL: &str = "■ワンタイムパスワード

CODE

■取引内容
 受取人名 ｳｹﾄﾘﾆﾝ1
 金融機関 0001 みずほ 001 東京営業部
 口座番号 123***7
 取引金額 100,648 円
 取引日　 2026-11-24
 引落口座 001-123***7

■お申込み
 ご契約先 株式会社テスト商事
 利用者　 テスト keiri01
 申請日時 2026年11月24日 10時00分00秒
 有効期限 2026年11月24日 10時10分00秒

■ご確認ください
・このパスワードは、上記の取引にのみ、1回限り有効です。
・取引内容に心当たりがない場合や、画面の表示と異なる場合は、入力せずに、下記までご連絡ください。
・複数回発行した場合は、最後に発行したパスワードのみ有効です。
・当行からパスワードをお尋ねすることはありません。

割符銀行
お客さまサポートセンター
電話 0120-000-000
受付時間 平日 9:00〜24:00 / 土・日・祝日 9:00〜17:00
1月1日〜1月3日、5月3日〜5月5日、12月31日は休止します。
";

/// 「利用者確認暗証番号に加えてワンタイムパスワードを入力することにより取引時の認証を行う」.
#[tokio::test]
async fn a_code_is_mailed_with_the_transaction_and_completes_it_with_the_pin() {
    let t = TestApp::sqlite("s0 what it is").await;
    let (token, id, code) = t.until_code(&t.clerk, "100,648").await;

    let mail = t.mails.last_to("keiri01@test-shoji.example").unwrap();
    assert_eq!(
        mail.subject,
        "【割符銀行】メールワンタイムパスワードのご連絡"
    );
    assert_eq!(mail.text, MAIL.replace("CODE", &code));

    let answers = (Some(t.clerk.confirmation_pin.as_str()), Some(code.as_str()));
    let done = t.confirm(&token, &id, answers).await.unwrap();
    assert_eq!(done.status, Status::Accepted);
    assert!(done.receipt.unwrap().starts_with('R'));
}

/// 「万が一第三者に不正ログオンされた場合でも…不正送金被害の防止が図れます」.
#[tokio::test]
async fn neither_the_pin_nor_the_code_alone_moves_money() {
    let t = TestApp::sqlite("s0 stolen logon").await;
    let (token, id, code) = t.until_code(&t.clerk, "100,648").await;
    let pin = t.clerk.confirmation_pin.as_str();
    let wrong = other_than(&code);
    for (answers, refusal) in [
        ((Some(pin), None), Refusal::MissingAnswer),
        ((None, Some(code.as_str())), Refusal::MissingAnswer),
        ((Some(pin), Some(wrong.as_str())), Refusal::WrongAnswer),
        ((Some("wrong1"), Some(code.as_str())), Refusal::WrongAnswer),
    ] {
        assert_eq!(t.confirm(&token, &id, answers).await, Err(refusal));
    }
    let accounts = status::run(&t.app, &t.current(&token).await).await.unwrap();
    assert_eq!(accounts.accounts[0].balance_yen, 10_000_000);
}

/// 「MITB 攻撃による取引内容の改ざんへの対策」: whatever is changed after the mail voids its code.
#[tokio::test]
async fn a_change_of_payee_account_or_amount_voids_the_code() {
    let t = TestApp::sqlite("s0 mitb").await;
    let pin = t.clerk.confirmation_pin.clone();
    let tampered = [
        RawEntry {
            payee_name: "ベツジン".into(),
            ..entry("100,648")
        },
        RawEntry {
            account_number: "7654321".into(),
            ..entry("100,648")
        },
        entry("100,649"),
    ];
    for raw in &tampered {
        let (token, id, code) = t.until_code(&t.clerk, "100,648").await;
        let changed = t.register(&token, Some(&id), Change::Replace(0, raw)).await;
        assert!(changed.is_ok());
        let answers = (Some(pin.as_str()), Some(code.as_str()));
        assert_eq!(
            t.confirm(&token, &id, answers).await,
            Err(Refusal::WrongState)
        );
        // On the screen for what it says now, the old code is not even one that was issued.
        t.prepare(&token, &id).await.unwrap();
        assert_eq!(
            t.confirm(&token, &id, answers).await,
            Err(Refusal::NotIssued)
        );
    }
}

/// 「導入日」 and 「当面は、メールアドレスを登録せず従来の操作でのご利用も可能ですが、将来的には必須」.
#[tokio::test]
async fn who_needs_a_code_depends_on_the_date_and_the_registration() {
    for (local, with_address, without) in [
        ("2015-10-17T23:59:59", false, Ok(())),
        ("2015-10-18T00:00:00", true, Ok(())),
        ("2027-03-31T23:59:59", true, Ok(())),
        ("2027-04-01T00:00:00", true, Err(Refusal::NoAddress)),
    ] {
        let t = TestApp::sqlite_with(local, MAIL_OTP_PROFILE, local).await;
        let token = t.log_on(&t.clerk).await;
        let id = t.enter(&token, &entry("100,648")).await;
        let screen = t.prepare(&token, &id).await.unwrap();
        assert_eq!(
            screen.needs.contains(&Factor::MailOtp),
            with_address,
            "{local}"
        );
        assert!(screen.needs.contains(&Factor::ConfirmationPin));

        let token = t.log_on(&t.newcomer).await;
        let id = t.enter(&token, &entry("100,648")).await;
        let screen = t.prepare(&token, &id).await.unwrap();
        assert_eq!(screen.obstacle, without.clone().err(), "{local}");
        let skipped = status::skip_address(&t.app, &t.current(&token).await);
        let refused = without.clone().map_err(|_| Refusal::SkipNotAllowed);
        assert_eq!(skipped, refused, "{local}");
        let answers = (Some(t.newcomer.confirmation_pin.as_str()), None);
        let answered = t.confirm(&token, &id, answers).await.map(|_| ());
        assert_eq!(answered, without, "{local}");
    }
}

/// 「対象取引: 資金移動（連続資金移動を含む）、税金・各種料金の払込」.
#[tokio::test]
async fn consecutive_transfers_and_tax_payments_are_protected_too() {
    let t = TestApp::sqlite("s0 operations").await;
    let token = t.log_on(&t.clerk).await;
    let id = t.enter(&token, &entry("100,648")).await;
    t.register(&token, Some(&id), Change::Add(&entry("5,000")))
        .await
        .unwrap();
    let screen = t.prepare(&token, &id).await.unwrap();
    assert_eq!(
        screen.authorization.operation,
        Operation::ConsecutiveTransfer
    );
    assert_eq!(screen.needs, [Factor::ConfirmationPin, Factor::MailOtp]);
    t.issue(&screen.authorization.id).await.unwrap();
    t.deliver().await;
    let mail = t.mails.last_to("keiri01@test-shoji.example").unwrap();
    assert!(mail.text.contains(" （2件目）\n"), "{}", mail.text);
    assert!(
        mail.text.contains(" 合計　　 2件 105,648 円\n"),
        "{}",
        mail.text
    );

    let content = serde_json::json!({
        "payee_name": "ゼイムシヨ", "collector_number": "00200", "payment_number": "1234567890",
        "amount": 48_300,
    });
    let tax = open_authorization::OpenAuthorization {
        client: CLIENT,
        contract_id: &t.clerk.contract_id,
        user_id: Some(&t.clerk.user_id),
        operation: Operation::TaxPayment,
        stage: Stage::Transmit,
        channel: Channel::Pc,
        content,
    };
    let opened = open_authorization::run(&t.app, tax, &origin())
        .await
        .unwrap();
    let opened = opened.ok().unwrap();
    assert_eq!(opened.needs, [Factor::ConfirmationPin, Factor::MailOtp]);
    let code = t.api_code(&t.clerk, &opened.authorization.id).await;
    let mail = t.mails.last_to("keiri01@test-shoji.example").unwrap();
    assert!(mail.text.contains(" 取引金額 48,300 円\n"), "{}", mail.text);
    assert!(
        t.answer(&t.clerk, &opened.authorization.id, &code)
            .await
            .is_ok()
    );
}

/// 「ワンタイムパスワードは該当の取引で発行した取引のみ有効です」.
#[tokio::test]
async fn a_code_is_good_for_its_transaction_only() {
    let t = TestApp::sqlite("s0 only this one").await;
    let (token, first, code) = t.until_code(&t.clerk, "100,648").await;
    let second = t.enter(&token, &entry("100,648")).await;
    let _ = t.code_for(&t.clerk, &token, &second).await;
    let answers = (Some(t.clerk.confirmation_pin.as_str()), Some(code.as_str()));
    assert_eq!(
        t.confirm(&token, &second, answers).await,
        Err(Refusal::WrongAnswer)
    );
    assert!(t.confirm(&token, &first, answers).await.is_ok());
}

/// 「一定時間有効です。一定時間経過後は再度…発行してください」.
#[tokio::test]
async fn a_code_lives_for_its_time_and_another_can_be_issued_after() {
    let t = TestApp::sqlite("s0 lifetime").await;
    let pin = t.clerk.confirmation_pin.clone();
    let (token, id, code) = t.until_code(&t.clerk, "100,648").await;
    t.clock.advance_secs(600);
    t.clock.advance_micros(1);
    let answers = (Some(pin.as_str()), Some(code.as_str()));
    assert_eq!(t.confirm(&token, &id, answers).await, Err(Refusal::Expired));

    let again = t.code_for(&t.clerk, &token, &id).await;
    t.clock.advance_secs(600);
    let answers = (Some(pin.as_str()), Some(again.as_str()));
    assert!(
        t.confirm(&token, &id, answers).await.is_ok(),
        "the last moment counts"
    );
}

/// 「複数回発行した場合は、最後に発行したワンタイムパスワードが有効です」.
#[tokio::test]
async fn of_several_codes_the_last_one_is_good() {
    let t = TestApp::sqlite("s0 last one").await;
    let pin = t.clerk.confirmation_pin.clone();
    let (token, id, first) = t.until_code(&t.clerk, "100,648").await;
    let second = t.code_for(&t.clerk, &token, &id).await;
    let third = t.code_for(&t.clerk, &token, &id).await;
    for old in [&first, &second] {
        let answers = (Some(pin.as_str()), Some(old.as_str()));
        assert_eq!(
            t.confirm(&token, &id, answers).await,
            Err(Refusal::Superseded)
        );
    }
    let answers = (Some(pin.as_str()), Some(third.as_str()));
    assert!(t.confirm(&token, &id, answers).await.is_ok());
    assert_eq!(
        t.confirm(&token, &id, answers).await,
        Err(Refusal::AlreadyUsed)
    );
}

/// 「送信元アドレス」: the profile's, in every mail.
#[tokio::test]
async fn mail_comes_from_the_address_to_allow() {
    let t = TestApp::sqlite("s0 sender").await;
    t.transfer(&t.clerk, "100,648").await.unwrap();
    t.deliver().await;
    let mails = t.mails.all();
    assert_eq!(mails.len(), 3, "the code, and the result twice");
    assert!(
        mails
            .iter()
            .all(|m| m.from == "割符銀行 <otp@bank.warifu.example>")
    );
}

/// A person without an address asks in vain, and nothing is mailed.
#[tokio::test]
async fn without_an_address_no_code_can_be_asked_for() {
    let t = TestApp::sqlite("s0 no address").await;
    let opened = t.open(&t.newcomer, 100_648).await.unwrap();
    let issued = issue_mail_otp::run(&t.app, &opened.id, CLIENT, &origin()).await;
    assert_eq!(issued.unwrap().unwrap_err(), Refusal::NoAddress);
    t.deliver().await;
    assert!(t.mails.all().is_empty());
}
