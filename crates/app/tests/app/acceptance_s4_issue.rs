//! S4 sections 2 and 3: the initial setting in steps A to E, word by word, what each step refuses, and
//! the logon of figure 1 afterwards.

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD, HEXLOWER};
use warifu_app::domain::person::{Failures, Suspended};
use warifu_app::domain::pin::PinFault;
use warifu_app::domain::refusal::Refusal;
use warifu_app::domain::session::SessionEnd;
use warifu_app::domain::token::{IssueStep, TokenKind, UsageMode};
use warifu_app::use_cases::activate_token::{self, ActivateToken};
use warifu_app::use_cases::issue_token::{self, IssueToken};
use warifu_app::use_cases::{
    cancel_token_issue, current_session, housekeeping, issue_token::OpenIssue,
};
use warifu_otp::otpauth::OtpAuth;
use warifu_store::Commit;
use warifu_store::tables::{contracts, tokens};
use warifu_testkit::application::{START, origin};
use warifu_testkit::phone::{AppKey, PHONE_MAIL, START_PASSWORD};
use warifu_testkit::tokens::TWO_STEP_PROFILE;
use warifu_testkit::transfers::other_than;
use warifu_testkit::{TestApp, TestPerson, TestPhone};

async fn start(seed: &str) -> TestApp {
    TestApp::sqlite_with(seed, TWO_STEP_PROFILE, START).await
}

async fn open(t: &TestApp, session: &str) -> Option<OpenIssue> {
    let current = t.current(session).await;
    issue_token::open(&t.app, &current).await.unwrap()
}

/// The clerk's session and the link in the mail.
async fn until_mail(t: &TestApp) -> (String, String) {
    let session = t.log_on(&t.clerk).await;
    let command = t.clerk.issue(TokenKind::App);
    t.issue_token(&session, command).await.ok().unwrap();
    (session, t.mailed_link().await)
}

async fn refusal(t: &TestApp, session: &str, command: IssueToken<'_>) -> Refusal {
    t.issue_token(session, command).await.err().unwrap()
}

async fn tokens_there(t: &TestApp) -> usize {
    let id = t.clerk.id();
    let contract = id.contract().to_owned();
    let contract = warifu_app::domain::ids::ContractId::parse(&contract).unwrap();
    tokens::of_contract(&t.db, &contract).await.unwrap().len()
}

/// 手順A〜E, and 図1.
#[tokio::test]
async fn steps_a_to_e_and_the_logon_afterwards() {
    let t = start("s4 steps").await;
    // 手順A: 法人IBへログインし、「ワンタイムパスワードトークン発行」画面へ.
    let session = t.log_on(&t.clerk).await;
    assert_eq!(open(&t, &session).await, None);
    // 手順B: メールアドレスと利用開始パスワードを入力し、「トークン発行」を押下 →「認証確認」画面.
    let issued = t
        .issue_token(&session, t.clerk.issue(TokenKind::App))
        .await
        .ok()
        .unwrap();
    assert!(issued.otpauth_uri.is_none(), "no secret on the PC");
    let shown = open(&t, &session).await.unwrap();
    assert_eq!(shown, issued.issue);
    assert_eq!(
        (shown.kind, shown.step),
        (TokenKind::App, IssueStep::Mailed)
    );
    assert_eq!(
        (shown.service_id.as_str(), shown.user_id.as_str()),
        ("1000000001", "keiri01")
    );
    assert_eq!(shown.mail_to.as_deref(), Some("k***@phone.example"));
    // 手順C: 入力したメールアドレスにURLが届く. What must be typed with it is not in it.
    let link = t.mailed_link().await;
    let mail = t.mails.last_to(PHONE_MAIL).unwrap();
    assert!(
        mail.text
            .contains(&format!("\nhttp://localhost/app/#a={link}\n"))
    );
    assert!(mail.text.contains("有効期限　2026年11月24日 10時30分00秒"));
    assert!(mail.text.contains("サービスID（末尾 0001）・ユーザID"));
    for secret in ["1000000001", "keiri01", START_PASSWORD] {
        assert!(!mail.text.contains(secret), "{secret}");
    }
    assert_eq!(
        t.confirm_token(&session, "123456").await,
        Err(Refusal::WrongState)
    );
    let phone = TestPhone::activate(&t, &t.clerk, &link, START_PASSWORD).await;
    let phone = phone.ok().unwrap();
    assert_eq!(open(&t, &session).await.unwrap().step, IssueStep::Activated);
    // 手順D: スマートフォンに表示されたワンタイムパスワードをパソコン画面へ入力.
    let code = phone.code(&t);
    assert_eq!(code.len(), 6);
    assert_eq!(t.confirm_token(&session, &code).await, Ok(()));
    // 手順E: トップ画面が表示されれば、初期設定が完了.
    assert_eq!(t.current(&session).await.person.id, t.clerk.id());
    assert_eq!(open(&t, &session).await, None);
    // 図1: 手順1 ログインID＆ログインパスワード, 手順2 ワンタイムパスワード. The first code is used up.
    let again = t.log_on_with_code(&t.clerk, &code).await;
    assert_eq!(again, Err(Refusal::CodeUsed));
    t.clock.advance_secs(60);
    let next = phone.code(&t);
    assert_ne!(next, code, "1分毎に切り替わり");
    let session = t.log_on_with_code(&t.clerk, &next).await.unwrap();
    assert_eq!(t.current(&session).await.person.id, t.clerk.id());
    // 任意のお申し込み: whoever has none logs on as before.
    t.log_on(&t.newcomer).await;
}

#[tokio::test]
async fn the_person_and_the_administrator_are_told_at_every_step() {
    let t = start("s4 notices").await;
    let session = t.log_on(&t.clerk).await;
    t.phone_in_service(&session, &t.clerk).await;
    t.deliver().await;
    let told = |address: &str, sentence: &str| {
        let all = t.mails.all();
        all.iter()
            .any(|m| m.to == address && m.text.contains(sentence))
    };
    for address in [
        "notice-keiri01@test-shoji.example",
        "keiri01@test-shoji.example",
        "notice-kanri@test-shoji.example",
    ] {
        for sentence in [
            "トークン発行を受け付けました",
            "初期設定が行われました",
            "利用を開始しました",
        ] {
            assert!(told(address, sentence), "{address}: {sentence}");
        }
    }
    let links = t.mails.all().into_iter().filter(|m| m.text.contains("://"));
    let links: Vec<_> = links.map(|m| m.to).collect();
    assert_eq!(links, [PHONE_MAIL], "the only mail with a link");
}

#[tokio::test]
async fn the_administrator_has_no_user_id_and_leaves_it_empty() {
    let t = start("s4 admin").await;
    let session = t.log_on(&t.admin).await;
    let phone = t.phone_in_service(&session, &t.admin).await;
    t.log_on_with_code(&t.admin, &phone.code(&t)).await.unwrap();
}

#[tokio::test]
async fn what_is_typed_must_follow_the_rules() {
    let t = start("s4 rules").await;
    let session = t.log_on(&t.clerk).await;
    let right = || t.clerk.issue(TokenKind::App);
    for (password, fault) in [
        ("Haji2", PinFault::Length),
        ("Hajime2424242", PinFault::Length),
        ("Haji-me24", PinFault::Characters),
        ("aaaaaa", PinFault::TooEasy),
        ("keiri01", PinFault::TooEasy),
    ] {
        let command = IssueToken {
            start_password: password,
            start_password_again: password,
            ..right()
        };
        let refused = refusal(&t, &session, command).await;
        assert_eq!(refused, Refusal::PinRule(fault), "{password}");
    }
    let command = IssueToken {
        start_password_again: "Hajime25",
        ..right()
    };
    let mismatch = Refusal::PinRule(PinFault::Mismatch);
    assert_eq!(refusal(&t, &session, command).await, mismatch);
    let command = IssueToken {
        mail: "keitai",
        ..right()
    };
    let malformed = Refusal::AddressMalformed;
    assert_eq!(refusal(&t, &session, command).await, malformed);
    let command = IssueToken {
        mail_again: "keitai@other.example",
        ..right()
    };
    let mismatch = Refusal::AddressMismatch;
    assert_eq!(refusal(&t, &session, command).await, mismatch);
    let command = t.clerk.issue(TokenKind::Hardware);
    assert_eq!(refusal(&t, &session, command).await, Refusal::NotPermitted);
    assert_eq!(tokens_there(&t).await, 0);
    // Full-width letters are folded, here and on the phone.
    let command = IssueToken {
        start_password: "Ｈajime24",
        ..right()
    };
    t.issue_token(&session, command).await.ok().unwrap();
    let link = t.mailed_link().await;
    let phone = TestPhone::activate(&t, &t.clerk, &link, "Ｈａｊｉｍｅ２４").await;
    assert!(phone.is_ok());
}

#[tokio::test]
async fn the_confirmation_pin_is_asked_and_wrong_ones_suspend() {
    let t = start("s4 pin").await;
    let session = t.log_on(&t.clerk).await;
    for _ in 0..5 {
        let command = IssueToken {
            confirmation_pin: "wrong1",
            ..t.clerk.issue(TokenKind::App)
        };
        assert_eq!(refusal(&t, &session, command).await, Refusal::WrongAnswer);
    }
    assert!(t.record(&t.clerk).await.suspended.is_some());
    assert_eq!(tokens_there(&t).await, 0);
}

#[tokio::test]
async fn no_more_are_issued_than_the_rate_allows() {
    let t = start("s4 rate").await;
    let session = t.log_on(&t.clerk).await;
    for _ in 0..10 {
        let command = t.clerk.issue(TokenKind::App);
        t.issue_token(&session, command).await.ok().unwrap();
    }
    let refused = refusal(&t, &session, t.clerk.issue(TokenKind::App)).await;
    assert!(matches!(refused, Refusal::RateLimited { .. }));
    assert_eq!(tokens_there(&t).await, 1, "given up ones are erased");
}

async fn activate(t: &TestApp, person: &TestPerson, link: &str, password: &str) -> Refusal {
    let phone = TestPhone::activate(t, person, link, password).await;
    phone.err().unwrap()
}

#[tokio::test]
async fn the_secret_leaves_once() {
    let t = start("s4 once").await;
    let (session, link) = until_mail(&t).await;
    let phone = TestPhone::activate(&t, &t.clerk, &link, START_PASSWORD).await;
    let phone = phone.ok().unwrap();
    let again = activate(&t, &t.clerk, &link, START_PASSWORD).await;
    assert_eq!(again, Refusal::WrongAnswer);
    t.confirm_token(&session, &phone.code(&t)).await.unwrap();
    let again = activate(&t, &t.clerk, &link, START_PASSWORD).await;
    assert_eq!(again, Refusal::WrongAnswer);
}

#[tokio::test]
async fn of_many_activations_at_once_one_gets_the_secret() {
    let t = start("s4 at once").await;
    let (_, link) = until_mail(&t).await;
    let key = AppKey::generate().public();
    let mut all = Vec::new();
    for _ in 0..16 {
        let (app, link, key) = (t.app.clone(), link.clone(), key.clone());
        all.push(tokio::spawn(async move {
            let command = ActivateToken {
                link: &link,
                service_id: "1000000001",
                user_id: "keiri01",
                start_password: START_PASSWORD,
                public_key: &key,
            };
            activate_token::run(&app, command, &origin()).await
        }));
    }
    let mut given = 0;
    for one in all {
        given += usize::from(one.await.unwrap().unwrap().is_ok());
    }
    assert_eq!(given, 1);
}

#[tokio::test]
async fn the_link_alone_is_worth_nothing_and_five_guesses_spoil_it() {
    let t = start("s4 guesses").await;
    let (session, link) = until_mail(&t).await;
    let before = t.record(&t.clerk).await;
    let wrong = [
        (&t.clerk, "Hajime25"),
        (&t.newcomer, START_PASSWORD),
        (&t.admin, START_PASSWORD),
        (&t.clerk, ""),
    ];
    for (person, password) in wrong {
        let refused = activate(&t, person, &link, password).await;
        assert_eq!(refused, Refusal::WrongAnswer);
    }
    let unknown = activate(&t, &t.clerk, "no-such-link", START_PASSWORD).await;
    assert_eq!(unknown, Refusal::WrongAnswer, "looks the same");
    assert_eq!(open(&t, &session).await.unwrap().step, IssueStep::Mailed);
    activate(&t, &t.clerk, &link, "Hajime25").await;
    assert_eq!(open(&t, &session).await, None, "the fifth spoils it");
    assert_eq!(tokens_there(&t).await, 0, "and erases the secret");
    let right = activate(&t, &t.clerk, &link, START_PASSWORD).await;
    assert_eq!(right, Refusal::WrongAnswer);
    // Nothing else was counted, and it can be asked for anew.
    let after = t.record(&t.clerk).await;
    assert_eq!(
        (after.failures, after.suspended),
        (Failures::default(), None)
    );
    assert_eq!(after.version, before.version);
    t.phone_in_service(&session, &t.clerk).await;
}

#[tokio::test]
async fn guesses_at_once_are_all_counted() {
    let t = start("s4 guesses at once").await;
    let (_, link) = until_mail(&t).await;
    let key = AppKey::generate().public();
    let mut all = Vec::new();
    for n in 0..16 {
        let (app, link, key) = (t.app.clone(), link.clone(), key.clone());
        all.push(tokio::spawn(async move {
            let command = ActivateToken {
                link: &link,
                service_id: "1000000001",
                user_id: "keiri01",
                start_password: &format!("guess{n:03}"),
                public_key: &key,
            };
            activate_token::run(&app, command, &origin()).await
        }));
    }
    for one in all {
        let refused = one.await.unwrap().unwrap();
        assert_eq!(refused.err(), Some(Refusal::WrongAnswer));
    }
    let right = activate(&t, &t.clerk, &link, START_PASSWORD).await;
    assert_eq!(right, Refusal::WrongAnswer);
}

#[tokio::test]
async fn a_key_that_is_no_point_of_the_curve_is_refused_and_counts_nothing() {
    let t = start("s4 key").await;
    let (session, link) = until_mail(&t).await;
    let public = AppKey::generate().public();
    let mut off_curve = public.clone();
    off_curve[64] ^= 1;
    for key in [&off_curve[..], &public[1..], &[4; 65], &[]] {
        for _ in 0..5 {
            let command = ActivateToken {
                link: &link,
                service_id: "1000000001",
                user_id: "keiri01",
                start_password: START_PASSWORD,
                public_key: key,
            };
            let refused = activate_token::run(&t.app, command, &origin()).await;
            assert_eq!(refused.unwrap().err(), Some(Refusal::WrongAnswer));
        }
    }
    assert!(open(&t, &session).await.is_some());
}

#[tokio::test]
async fn the_link_lives_for_half_an_hour_and_not_a_microsecond_longer() {
    let t = start("s4 expiry").await;
    let (_, link) = until_mail(&t).await;
    t.clock.advance_secs(1_800);
    let in_time = TestPhone::activate(&t, &t.clerk, &link, START_PASSWORD).await;
    assert!(in_time.is_ok());

    let t = start("s4 expired").await;
    let (_, link) = until_mail(&t).await;
    t.clock.advance_secs(1_800);
    t.clock.advance_micros(1);
    let late = activate(&t, &t.clerk, &link, START_PASSWORD).await;
    assert_eq!(late, Refusal::WrongAnswer);
    // An abandoned issue can be asked for anew; the old link stays dead.
    let session = t.log_on(&t.clerk).await;
    assert_eq!(open(&t, &session).await, None);
    t.phone_in_service(&session, &t.clerk).await;
    assert_eq!(tokens_there(&t).await, 1);
    let late = activate(&t, &t.clerk, &link, START_PASSWORD).await;
    assert_eq!(late, Refusal::WrongAnswer);
}

#[tokio::test]
async fn the_first_code_must_come_within_the_same_half_hour() {
    let t = start("s4 late code").await;
    let (_, link) = until_mail(&t).await;
    let phone = TestPhone::activate(&t, &t.clerk, &link, START_PASSWORD).await;
    let phone = phone.ok().unwrap();
    t.clock.advance_secs(1_800);
    t.clock.advance_micros(1);
    let session = t.log_on(&t.clerk).await;
    let late = t.confirm_token(&session, &phone.code(&t)).await;
    assert_eq!(late, Err(Refusal::Expired));
}

#[tokio::test]
async fn a_new_issue_replaces_the_one_that_is_open() {
    let t = start("s4 anew").await;
    let (session, first) = until_mail(&t).await;
    let command = t.clerk.issue(TokenKind::App);
    t.issue_token(&session, command).await.ok().unwrap();
    let second = t.mailed_link().await;
    assert_ne!(first, second);
    let refused = activate(&t, &t.clerk, &first, START_PASSWORD).await;
    assert_eq!(refused, Refusal::WrongAnswer);
    let phone = TestPhone::activate(&t, &t.clerk, &second, START_PASSWORD).await;
    assert!(phone.is_ok());
    assert_eq!(tokens_there(&t).await, 1);
}

#[tokio::test]
async fn no_token_is_issued_while_one_is_in_service_or_held_back() {
    let t = start("s4 in service").await;
    let session = t.log_on(&t.clerk).await;
    let phone = t.phone_in_service(&session, &t.clerk).await;
    let refused = refusal(&t, &session, t.clerk.issue(TokenKind::App)).await;
    assert_eq!(refused, Refusal::WrongState);
    // 失効後30分後に再度.
    let at = t.app.now().unwrap();
    t.change(&t.clerk, |p| {
        p.token = None;
        p.token_revoked_at = Some(at);
    })
    .await;
    let refused = refusal(&t, &session, t.clerk.issue(TokenKind::App)).await;
    assert!(matches!(refused, Refusal::RevocationHold { .. }));
    drop(phone);
}

#[tokio::test]
async fn wrong_first_codes_suspend_like_any_others() {
    let t = start("s4 wrong codes").await;
    let (session, link) = until_mail(&t).await;
    let phone = TestPhone::activate(&t, &t.clerk, &link, START_PASSWORD).await;
    let phone = phone.ok().unwrap();
    for _ in 0..5 {
        let wrong = other_than(&phone.code(&t));
        let refused = t.confirm_token(&session, &wrong).await;
        assert_eq!(refused, Err(Refusal::WrongAnswer));
    }
    let ended = current_session::run(&t.app, &session, &origin()).await;
    assert_eq!(ended.unwrap().err(), Some(Some(SessionEnd::Suspended)));
    let logon = t.start_logon(&t.clerk, &t.clerk.logon_pin).await;
    assert_eq!(logon.err(), Some(Refusal::WrongAnswer));
}

/// What was open in a backup was served, closed or used since.
#[tokio::test]
async fn after_a_restore_no_link_serves_and_no_session_lives() {
    let t = start("s4 restore").await;
    let (session, link) = until_mail(&t).await;
    let now = t.app.now().unwrap();
    housekeeping::after_restore(&t.db, now).await.unwrap();
    let refused = activate(&t, &t.clerk, &link, START_PASSWORD).await;
    assert_eq!(refused, Refusal::WrongAnswer);
    let ended = current_session::run(&t.app, &session, &origin()).await;
    assert!(ended.unwrap().is_err());
}

#[tokio::test]
async fn a_token_never_used_is_initialised_by_the_administrator_not_by_colleagues() {
    let t = start("s4 initialise").await;
    let (session, link) = until_mail(&t).await;
    let cancel = async |person: &TestPerson| {
        let session = t.log_on(person).await;
        let current = t.current(&session).await;
        let id = t.clerk.id();
        let done = cancel_token_issue::run(&t.app, &current, Some(&id), &origin()).await;
        done.unwrap()
    };
    assert_eq!(cancel(&t.newcomer).await, Err(Refusal::NotPermitted));
    assert!(open(&t, &session).await.is_some());
    assert_eq!(cancel(&t.admin).await, Ok(()));
    assert_eq!(open(&t, &session).await, None);
    let refused = activate(&t, &t.clerk, &link, START_PASSWORD).await;
    assert_eq!(refused, Refusal::WrongAnswer);
}

#[tokio::test]
async fn a_suspended_persons_link_opens_nothing() {
    let t = start("s4 suspended").await;
    let (_, link) = until_mail(&t).await;
    let suspended = Suspended {
        at: t.app.now().unwrap(),
        because: warifu_app::domain::person::Counted::LogonPin,
    };
    t.change(&t.clerk, |p| p.suspended = Some(suspended)).await;
    let refused = activate(&t, &t.clerk, &link, START_PASSWORD).await;
    assert_eq!(refused, Refusal::WrongAnswer);
}

/// TOK-13.
#[tokio::test]
async fn any_authenticator_app_reads_the_uri_and_its_code_brings_it_into_service() {
    let t = start("s4 authenticator").await;
    let session = t.log_on(&t.clerk).await;
    let command = IssueToken {
        mail: "",
        mail_again: "",
        start_password: "",
        start_password_again: "",
        ..t.clerk.issue(TokenKind::Authenticator)
    };
    let issued = t.issue_token(&session, command).await.ok().unwrap();
    let uri = issued.otpauth_uri.unwrap();
    let read = OtpAuth::parse(&uri).ok().unwrap();
    assert_eq!(read.issuer(), "割符信用組合");
    assert_eq!(read.account(), "1000000001/keiri01");
    let code = || {
        let step = read.totp().step_at(t.secs()).unwrap();
        read.totp().code(read.key(), step).expose().to_owned()
    };
    t.confirm_token(&session, &code()).await.unwrap();
    let used = t.log_on_with_code(&t.clerk, &code()).await;
    assert_eq!(used, Err(Refusal::CodeUsed));
    t.clock.advance_secs(30);
    t.log_on_with_code(&t.clerk, &code()).await.unwrap();
    assert!(
        t.mails.all().iter().all(|m| !m.text.contains("otpauth")),
        "the secret is in no mail"
    );
}

#[tokio::test]
async fn where_one_token_is_for_all_nobody_has_one_of_their_own_issued() {
    let t = start("s4 one for all").await;
    let session = t.log_on(&t.clerk).await;
    let mut contract = t.current(&session).await.contract;
    contract.token_mode = UsageMode::OneForAll;
    let mut commit = Commit::housekeeping();
    contracts::update(&mut commit, &contract);
    t.db.commit(commit).await.unwrap();
    let refused = refusal(&t, &session, t.clerk.issue(TokenKind::App)).await;
    assert_eq!(refused, Refusal::TokenMode);
}

/// AUD-2.
#[tokio::test]
async fn neither_secret_nor_link_nor_start_password_stands_in_clear_anywhere() {
    let t = start("s4 in clear").await;
    let (session, link) = until_mail(&t).await;
    let phone = TestPhone::activate(&t, &t.clerk, &link, START_PASSWORD).await;
    let phone = phone.ok().unwrap();
    let code = phone.code(&t);
    t.confirm_token(&session, &code).await.unwrap();
    t.deliver().await;
    let secret = phone.key.expose();
    let forms = [
        secret.to_vec(),
        HEXLOWER.encode(secret).into_bytes(),
        BASE64URL_NOPAD.encode(secret).into_bytes(),
        BASE32_NOPAD.encode(secret).into_bytes(),
        link.into_bytes(),
        START_PASSWORD.as_bytes().to_vec(),
    ];
    for file in std::fs::read_dir(t.directory()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for form in &forms {
            let found = bytes.windows(form.len()).any(|w| w == form);
            assert!(!found, "{}", String::from_utf8_lossy(form));
        }
    }
}
