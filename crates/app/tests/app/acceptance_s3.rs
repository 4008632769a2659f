//! S3, the notice on hardware tokens, paragraph by paragraph. File transfer and client certificates are
//! not part of this version.

use warifu_app::domain::authorization::Authorization;
use warifu_app::domain::ids::PersonId;
use warifu_app::domain::instruction::Status;
use warifu_app::domain::person::Counted;
use warifu_app::domain::refusal::Refusal;
use warifu_app::domain::token::{TokenKind, TokenStatus, UsageMode};
use warifu_app::use_cases::deregister_token::{self, DeregisterToken};
use warifu_app::use_cases::exchange_token::{self, ExchangeToken};
use warifu_app::use_cases::register_token::{self, RegisterToken};
use warifu_app::use_cases::{set_token_mode, token_overview};
use warifu_testkit::application::{START, origin};
use warifu_testkit::tokens::HARDWARE_PROFILE;
use warifu_testkit::transfers::entry;
use warifu_testkit::{TestApp, TestPerson, TestToken};

async fn start(seed: &str) -> TestApp {
    TestApp::sqlite_with(seed, HARDWARE_PROFILE, START).await
}

async fn set_mode(t: &TestApp, session: &str, mode: UsageMode) -> Result<(), Refusal> {
    let current = t.current(session).await;
    let pin = &t.admin.confirmation_pin;
    let set = set_token_mode::run(&t.app, &current, mode, pin, &origin()).await;
    set.unwrap()
}

async fn mode(t: &TestApp, session: &str) -> UsageMode {
    let current = t.current(session).await;
    let overview = token_overview::run(&t.app, &current).await.unwrap();
    overview.unwrap().mode
}

async fn deregister(
    t: &TestApp,
    session: &str,
    token: &TestToken,
    persons: &[&TestPerson],
) -> Result<(), Refusal> {
    let current = t.current(session).await;
    let ids: Vec<PersonId> = persons.iter().map(|p| p.id()).collect();
    let command = DeregisterToken {
        serial: &token.serial,
        persons: &ids,
        confirmation_pin: &t.admin.confirmation_pin,
    };
    let done = deregister_token::run(&t.app, &current, command, &origin()).await;
    done.unwrap().map(|_| ())
}

/// Who was mailed about something since the last look, by subject.
async fn mailed(t: &TestApp, seen: &mut usize, subject: &str) -> Vec<String> {
    t.deliver().await;
    let all = t.mails.all();
    let new = all[*seen..].iter().filter(|m| m.subject.contains(subject));
    let mut to: Vec<_> = new.map(|m| m.to.clone()).collect();
    to.sort();
    *seen = all.len();
    to
}

const ADMIN_MAILS: [&str; 2] = [
    "kanri@test-shoji.example",
    "notice-kanri@test-shoji.example",
];
const CLERK_MAILS: [&str; 2] = [
    "keiri01@test-shoji.example",
    "notice-keiri01@test-shoji.example",
];
const NEWCOMER_MAILS: [&str; 1] = ["notice-keiri02@test-shoji.example"];

fn sorted(parts: &[&[&str]]) -> Vec<String> {
    let mut all: Vec<_> = parts.concat().into_iter().map(str::to_owned).collect();
    all.sort();
    all
}

/// 「トークン…をご登録されていないご契約者様につきましては…お取引ができなくなります」.
#[tokio::test]
async fn without_a_registered_token_nothing_is_transacted() {
    let t = start("s3 none").await;
    let session = t.log_on(&t.clerk).await;
    let id = t.enter(&session, &entry("100000")).await;
    let prepared = t.prepare(&session, &id).await;
    let refused = match prepared {
        Ok(_) => t
            .confirm_with(&session, &t.clerk, &id, "123456")
            .await
            .err(),
        Err(refusal) => Some(refusal),
    };
    assert_eq!(refused, Some(Refusal::NoToken));
}

/// １（１）「管理者が利用者に対してトークンを登録する必要があります」: nobody else can.
#[tokio::test]
async fn the_administrator_registers_and_no_user_does() {
    let t = start("s3 who").await;
    let token = t.lend("WF-00000001").await;
    let code = token.code(&t.clock);
    let own = t.log_on(&t.clerk).await;
    let shown = (token.serial.as_str(), code.as_str());
    let refused = t.register_token(&own, &t.clerk, shown, &[&t.clerk]).await;
    assert_eq!(refused, Err(Refusal::NotPermitted));
    let current = t.current(&own).await;
    let listed = token_overview::run(&t.app, &current).await.unwrap();
    assert_eq!(listed.err(), Some(Refusal::NotPermitted));
    let session = t.log_on(&t.admin).await;
    let done = t
        .register_token(&session, &t.admin, shown, &[&t.clerk])
        .await;
    assert_eq!(done.unwrap().names, ["テスト keiri01"]);
}

/// １（２）①「１つのトークンを全利用者で利用する」.
#[tokio::test]
async fn one_token_for_all_users() {
    let t = start("s3 mode 1").await;
    let token = t.lend("WF-00000001").await;
    let session = t.log_on(&t.admin).await;
    set_mode(&t, &session, UsageMode::OneForAll).await.unwrap();
    let code = token.code(&t.clock);
    let shown = (token.serial.as_str(), code.as_str());
    let done = t.register_token(&session, &t.admin, shown, &[]).await;
    assert_eq!(done.unwrap().names.len(), 3);
    t.clock.advance_secs(30);
    for person in [&t.clerk, &t.newcomer] {
        let opened = t.open(person, 1_000).await.unwrap();
        let code = token.code(&t.clock);
        assert!(t.answer_with(person, &opened.id, &code).await.is_ok());
        t.clock.advance_secs(30);
    }
}

/// １（２）②「担当者Ａ・Ｂの 2 名が同じ「トークン」を使用し、担当者Ｃは別の「トークン」を使用」.
#[tokio::test]
async fn one_token_shared_by_some_and_another_for_the_rest() {
    let t = start("s3 mode 2").await;
    let (shared, own) = (t.lend("WF-00000001").await, t.lend("WF-00000002").await);
    let session = t.log_on(&t.admin).await;
    set_mode(&t, &session, UsageMode::Shared).await.unwrap();
    for (token, persons) in [(&shared, &[&t.admin, &t.clerk][..]), (&own, &[&t.newcomer])] {
        let code = token.code(&t.clock);
        let shown = (token.serial.as_str(), code.as_str());
        let done = t.register_token(&session, &t.admin, shown, persons).await;
        assert_eq!(done.unwrap().names.len(), persons.len());
    }
    let used = async |person: &TestPerson| t.record(person).await.token.unwrap().id;
    assert_eq!(used(&t.admin).await, used(&t.clerk).await);
    assert_ne!(used(&t.clerk).await, used(&t.newcomer).await);
    // Who shares is shown.
    let current = t.current(&session).await;
    let overview = token_overview::run(&t.app, &current)
        .await
        .unwrap()
        .unwrap();
    let row = overview
        .persons
        .iter()
        .find(|r| r.person.id == t.clerk.id());
    assert_eq!(row.unwrap().sharers, ["テスト 管理者"]);
}

/// １（２）③「担当者Ａ・Ｂ・Ｃの３名が別々の「トークン」を使用」.
#[tokio::test]
async fn one_token_each() {
    let t = start("s3 mode 3").await;
    let token = t.lend("WF-00000001").await;
    let session = t.log_on(&t.admin).await;
    assert_eq!(mode(&t, &session).await, UsageMode::OneEach);
    let code = token.code(&t.clock);
    let shown = (token.serial.as_str(), code.as_str());
    let both = [&t.clerk, &t.newcomer];
    let refused = t.register_token(&session, &t.admin, shown, &both).await;
    assert_eq!(refused, Err(Refusal::TokenMode));
    let done = t
        .register_token(&session, &t.admin, shown, &both[..1])
        .await;
    assert!(done.is_ok(), "a refused registration used up nothing");
    t.clock.advance_secs(30);
    let code = token.code(&t.clock);
    let shown = (token.serial.as_str(), code.as_str());
    let refused = t
        .register_token(&session, &t.admin, shown, &both[1..])
        .await;
    assert_eq!(refused, Err(Refusal::TokenMode));
}

/// ２（３）「利用形態を選択し」: it changes only to what holds for the registrations there are.
#[tokio::test]
async fn the_usage_mode_changes_once_registrations_allow() {
    let t = start("s3 change mode").await;
    t.set_mode(UsageMode::Shared).await;
    let both = [&t.clerk, &t.newcomer];
    let token = t.hand_out("WF-00000001", TokenKind::Hardware, &both).await;
    let session = t.log_on(&t.admin).await;
    let refused = set_mode(&t, &session, UsageMode::OneEach).await;
    assert_eq!(refused, Err(Refusal::TokenMode));
    assert_eq!(mode(&t, &session).await, UsageMode::Shared);
    deregister(&t, &session, &token, &both[1..]).await.unwrap();
    set_mode(&t, &session, UsageMode::OneEach).await.unwrap();
    assert_eq!(mode(&t, &session).await, UsageMode::OneEach);
    let own = t.log_on(&t.clerk).await;
    let refused = set_mode(&t, &own, UsageMode::Shared).await;
    assert_eq!(refused, Err(Refusal::NotPermitted));
}

/// １（３）「次の４つが必要です」: card and PIN at logon; here the confirmation PIN and the token.
#[tokio::test]
async fn registration_needs_the_confirmation_pin_the_serial_and_the_shown_code() {
    let t = start("s3 four").await;
    let token = t.lend("WF-00000001").await;
    let session = t.log_on(&t.admin).await;
    let current = t.current(&session).await;
    let code = token.code(&t.clock);
    let ids = [t.clerk.id()];
    let right = RegisterToken {
        serial: &token.serial,
        code: &code,
        persons: &ids,
        confirmation_pin: &t.admin.confirmation_pin,
    };
    let register = async |command| {
        let done = register_token::run(&t.app, &current, command, &origin()).await;
        done.unwrap().map(|_| ())
    };
    let wrong_pin = RegisterToken {
        confirmation_pin: "wrong-1",
        ..right
    };
    assert_eq!(register(wrong_pin).await, Err(Refusal::WrongAnswer));
    assert_eq!(t.record(&t.admin).await.failures.confirmation_pin, 1);
    let unknown = RegisterToken {
        serial: "WF-99999999",
        ..right
    };
    assert_eq!(register(unknown).await, Err(Refusal::TokenUnavailable));
    let nobody = RegisterToken {
        persons: &[],
        ..right
    };
    assert_eq!(register(nobody).await, Err(Refusal::MissingAnswer));
    let wrong_code = RegisterToken {
        code: "000000",
        ..right
    };
    assert_eq!(register(wrong_code).await, Err(Refusal::WrongAnswer));
    assert_eq!(t.record(&t.admin).await.failures.token_otp, 1);
    assert_eq!(t.token_record(&token).await.failures, 1);
    assert!(t.record(&t.clerk).await.token.is_none());
    // As on a form: full-width, with blanks around it.
    let typed = RegisterToken {
        serial: " ＷＦ-００００００01 ",
        ..right
    };
    assert_eq!(register(typed).await, Ok(()));
    let record = t.token_record(&token).await;
    assert_eq!((record.status, record.failures), (TokenStatus::InUse, 0));
    assert_eq!(t.record(&t.admin).await.failures.confirmation_pin, 0);
}

/// LCK-1: guessing the confirmation PIN on these screens suspends as everywhere.
#[tokio::test]
async fn five_wrong_confirmation_pins_suspend_the_administrator() {
    let t = start("s3 wrong pins").await;
    let session = t.log_on(&t.admin).await;
    let current = t.current(&session).await;
    for _ in 0..5 {
        let pin = "wrong-1";
        let refused =
            set_token_mode::run(&t.app, &current, UsageMode::Shared, pin, &origin()).await;
        assert_eq!(refused.unwrap(), Err(Refusal::WrongAnswer));
    }
    let record = t.record(&t.admin).await;
    assert_eq!(record.suspended.unwrap().because, Counted::ConfirmationPin);
    let pin = &t.admin.confirmation_pin;
    let refused = set_token_mode::run(&t.app, &current, UsageMode::Shared, pin, &origin()).await;
    assert_eq!(refused.unwrap(), Err(Refusal::Suspended));
}

/// ２（６）＜表＞個別トークン: the administrator always, and the token's user.
#[tokio::test]
async fn an_individual_tokens_mails_go_to_the_administrator_and_its_user() {
    let t = start("s3 mails").await;
    let (old, new) = (t.lend("WF-00000001").await, t.lend("WF-00000002").await);
    let session = t.log_on(&t.admin).await;
    let mut seen = 0;
    mailed(&t, &mut seen, "").await;
    let expected = sorted(&[&ADMIN_MAILS, &CLERK_MAILS]);
    let code = old.code(&t.clock);
    let shown = (old.serial.as_str(), code.as_str());
    t.register_token(&session, &t.admin, shown, &[&t.clerk])
        .await
        .unwrap();
    assert_eq!(mailed(&t, &mut seen, "トークンの利用登録").await, expected);
    let mail = t.mails.last_to(CLERK_MAILS[1]).unwrap();
    for told in [
        "WF-00000001",
        "テスト keiri01",
        "株式会社テスト商事",
        "テスト 管理者",
    ] {
        assert!(mail.text.contains(told), "{told}: {}", mail.text);
    }
    let code = new.code(&t.clock);
    let command = ExchangeToken {
        old_serial: &old.serial,
        new_serial: &new.serial,
        code: &code,
        confirmation_pin: &t.admin.confirmation_pin,
    };
    let current = t.current(&session).await;
    let exchanged = exchange_token::run(&t.app, &current, command, &origin()).await;
    assert_eq!(exchanged.unwrap().unwrap().serial, new.serial);
    assert_eq!(mailed(&t, &mut seen, "トークンの交換").await, expected);
    deregister(&t, &session, &new, &[&t.clerk]).await.unwrap();
    let told = mailed(&t, &mut seen, "トークンの利用登録解除").await;
    assert_eq!(told, expected);
}

/// ２（６）＜表＞共通トークン: the administrator, and all who use it, whoever the act concerned.
#[tokio::test]
async fn a_shared_tokens_mails_go_to_all_its_users() {
    let t = start("s3 shared mails").await;
    t.set_mode(UsageMode::Shared).await;
    let token = t.lend("WF-00000001").await;
    let session = t.log_on(&t.admin).await;
    let mut seen = 0;
    mailed(&t, &mut seen, "").await;
    let all = sorted(&[&ADMIN_MAILS, &CLERK_MAILS, &NEWCOMER_MAILS]);
    for (person, told) in [
        (&t.clerk, sorted(&[&ADMIN_MAILS, &CLERK_MAILS])),
        (&t.newcomer, all.clone()),
    ] {
        let code = token.code(&t.clock);
        let shown = (token.serial.as_str(), code.as_str());
        t.register_token(&session, &t.admin, shown, &[person])
            .await
            .unwrap();
        assert_eq!(mailed(&t, &mut seen, "トークンの利用登録").await, told);
        t.clock.advance_secs(30);
    }
    deregister(&t, &session, &token, &[&t.newcomer])
        .await
        .unwrap();
    assert_eq!(mailed(&t, &mut seen, "トークンの利用登録解除").await, all);
    assert_eq!(t.token_record(&token).await.status, TokenStatus::InUse);
}

/// １（３）ハ「故障、不具合による交換」: the new one works, the old one no more.
#[tokio::test]
async fn after_an_exchange_only_the_new_token_counts() {
    let t = start("s3 exchange").await;
    let old = t
        .hand_out("WF-00000001", TokenKind::Hardware, &[&t.clerk])
        .await;
    let new = t.lend("WF-00000002").await;
    let session = t.log_on(&t.admin).await;
    let current = t.current(&session).await;
    let exchange = async |code: &str| {
        let command = ExchangeToken {
            old_serial: &old.serial,
            new_serial: &new.serial,
            code,
            confirmation_pin: &t.admin.confirmation_pin,
        };
        let done = exchange_token::run(&t.app, &current, command, &origin()).await;
        done.unwrap().map(|_| ())
    };
    let foreign = old.code(&t.clock);
    assert_eq!(exchange(&foreign).await, Err(Refusal::WrongAnswer));
    assert_eq!(exchange(&new.code(&t.clock)).await, Ok(()));
    let again = exchange(&new.code_in(&t.clock, 1)).await;
    assert_eq!(
        again,
        Err(Refusal::TokenUnavailable),
        "nobody uses the old one"
    );
    assert_eq!(t.token_record(&old).await.status, TokenStatus::Lent);
    t.clock.advance_secs(60);
    let opened: Authorization = t.open(&t.clerk, 1_000).await.unwrap();
    let refused = t
        .answer_with(&t.clerk, &opened.id, &old.code(&t.clock))
        .await;
    assert_eq!(refused.err(), Some(Refusal::WrongAnswer));
    let proven = t
        .answer_with(&t.clerk, &opened.id, &new.code(&t.clock))
        .await;
    assert!(proven.is_ok());
}

/// 利用登録解除: from then on the user transacts no more, and the token can be registered for another.
#[tokio::test]
async fn a_deregistered_token_can_be_registered_anew() {
    let t = start("s3 deregister").await;
    let token = t
        .hand_out("WF-00000001", TokenKind::Hardware, &[&t.clerk])
        .await;
    let session = t.log_on(&t.admin).await;
    let refused = deregister(&t, &session, &token, &[&t.newcomer]).await;
    assert_eq!(refused, Err(Refusal::TokenUnavailable));
    deregister(&t, &session, &token, &[&t.clerk]).await.unwrap();
    assert_eq!(t.token_record(&token).await.status, TokenStatus::Lent);
    let opened = t.open(&t.clerk, 1_000).await.unwrap();
    let refused = t
        .answer_with(&t.clerk, &opened.id, &token.code(&t.clock))
        .await;
    assert_eq!(refused.err(), Some(Refusal::NoToken));
    let code = token.code(&t.clock);
    let shown = (token.serial.as_str(), code.as_str());
    let done = t
        .register_token(&session, &t.admin, shown, &[&t.newcomer])
        .await;
    assert!(done.is_ok());
}

/// １＜表＞ オンライン取引 資金移動「ワンタイムパスワード」, with a token whose codes `oathtool` computes.
#[tokio::test]
async fn a_transfer_is_confirmed_by_the_tokens_code() {
    let t = start("s3 transfer").await;
    let token = t
        .hand_out("WF-00000001", TokenKind::Hardware, &[&t.clerk])
        .await;
    let session = t.log_on(&t.clerk).await;
    let id = t.enter(&session, &entry("100000")).await;
    t.prepare(&session, &id).await.unwrap();
    let refused = t.confirm_with(&session, &t.clerk, &id, "000000").await;
    assert_eq!(refused.err(), Some(Refusal::WrongAnswer));
    let code = token.oathtool_code(&t.clock);
    assert_eq!(code.len(), 6);
    let confirmed = t
        .confirm_with(&session, &t.clerk, &id, &code)
        .await
        .unwrap();
    assert_eq!(confirmed.status, Status::Accepted);
    // The same code carries no second transfer.
    let second = t.enter(&session, &entry("100000")).await;
    t.prepare(&session, &second).await.unwrap();
    let refused = t.confirm_with(&session, &t.clerk, &second, &code).await;
    assert_eq!(refused.err(), Some(Refusal::CodeUsed));
    t.clock.advance_secs(30);
    let code = token.oathtool_code(&t.clock);
    assert!(
        t.confirm_with(&session, &t.clerk, &second, &code)
            .await
            .is_ok()
    );
}
