//! What users of other systems report about one-time passwords, faults 1, 2, 4 to 7 and 12, each as a test.
//! Fault 3 and parallel guesses are in `token_races`.

use serde_json::Value;
use warifu_app::domain::factor::Factor;
use warifu_app::domain::person::{Channel, Counted};
use warifu_app::domain::refusal::Refusal;
use warifu_app::domain::token::{TokenKind, TokenStatus, UsageMode};
use warifu_app::use_cases::repair_token::{self, RepairToken};
use warifu_app::use_cases::{import_tokens, lend_tokens, release_person, start_logon};
use warifu_app::{AppError, use_cases::answer_authorization};
use warifu_otp::OtpKey;
use warifu_otp::pskc::{KeyPackage, Mode, PskcError};
use warifu_store::Commit;
use warifu_store::tables::tokens;
use warifu_testkit::application::{START, origin};
use warifu_testkit::tokens::{HARDWARE_PROFILE, TWO_STEP_PROFILE};
use warifu_testkit::transfers::entry;
use warifu_testkit::{TestApp, TestPerson, TestToken};

async fn start(seed: &str) -> TestApp {
    TestApp::sqlite_with(seed, HARDWARE_PROFILE, START).await
}

/// The clerk and the newcomer with one token between them.
async fn shared(seed: &str) -> (TestApp, TestToken) {
    let t = start(seed).await;
    t.set_mode(UsageMode::Shared).await;
    let both = [&t.clerk, &t.newcomer];
    let token = t.hand_out("WF-00000001", TokenKind::Hardware, &both).await;
    (t, token)
}

/// Opens an authorization and answers it with a code.
async fn prove(t: &TestApp, person: &TestPerson, code: &str) -> Option<Refusal> {
    let opened = t.open(person, 1_000).await.unwrap();
    t.answer_with(person, &opened.id, code).await.err()
}

async fn repair(
    t: &TestApp,
    session: &str,
    codes: (&str, &str),
    other: Option<(&TestToken, Option<&str>)>,
) -> Result<(), Refusal> {
    let current = t.current(session).await;
    let command = RepairToken {
        serial: other.map(|(token, _)| token.serial.as_str()),
        first: codes.0,
        second: codes.1,
        confirmation_pin: other.and_then(|(_, pin)| pin),
    };
    repair_token::run(&t.app, &current, command, &origin())
        .await
        .unwrap()
}

#[tokio::test]
async fn fault_1_a_code_counts_once_for_the_same_and_for_another_operation() {
    let t = start("fault 1 operation").await;
    let token = t
        .hand_out("WF-00000001", TokenKind::Hardware, &[&t.clerk])
        .await;
    let code = token.code(&t.clock);
    let opened = t.open(&t.clerk, 1_000).await.unwrap();
    assert!(t.answer_with(&t.clerk, &opened.id, &code).await.is_ok());
    let same = t.answer_with(&t.clerk, &opened.id, &code).await;
    assert_eq!(same.err(), Some(Refusal::AlreadyUsed));
    assert_eq!(prove(&t, &t.clerk, &code).await, Some(Refusal::CodeUsed));
    let record = t.record(&t.clerk).await;
    assert_eq!(
        record.failures.token_otp, 0,
        "a used code is nobody's mistake"
    );
}

#[tokio::test]
async fn fault_1_a_colleagues_code_of_a_shared_token_is_used_up_too() {
    let (t, token) = shared("fault 1 colleague").await;
    let code = token.code(&t.clock);
    assert_eq!(prove(&t, &t.clerk, &code).await, None);
    assert_eq!(prove(&t, &t.newcomer, &code).await, Some(Refusal::CodeUsed));
    assert_eq!(t.record(&t.newcomer).await.failures.token_otp, 0);
    assert_eq!(t.token_record(&token).await.failures, 0);
    // As the screen says: with the next one it works.
    t.clock.advance_secs(30);
    assert_eq!(prove(&t, &t.newcomer, &token.code(&t.clock)).await, None);
}

#[tokio::test]
async fn fault_1_a_code_counts_once_for_logon_and_transaction() {
    let t = TestApp::sqlite_with("fault 1 logon", TWO_STEP_PROFILE, START).await;
    let token = t.hand_out("WF-00000001", TokenKind::App, &[&t.clerk]).await;
    let code = token.code(&t.clock);
    let session = t.log_on_with(&t.clerk, &code).await.unwrap();
    assert_eq!(t.log_on_with(&t.clerk, &code).await, Err(Refusal::CodeUsed));
    let id = t.enter(&session, &entry("1000")).await;
    t.prepare(&session, &id).await.unwrap();
    let refused = t.confirm_with(&session, &t.clerk, &id, &code).await;
    assert_eq!(refused.err(), Some(Refusal::CodeUsed));
    t.clock.advance_secs(60);
    let code = token.code(&t.clock);
    assert!(t.confirm_with(&session, &t.clerk, &id, &code).await.is_ok());
    assert_eq!(t.log_on_with(&t.clerk, &code).await, Err(Refusal::CodeUsed));
}

#[tokio::test]
async fn fault_1_a_code_counts_once_for_all_servers() {
    let t = TestApp::postgres_with("fault 1 servers", HARDWARE_PROFILE, START).await;
    let token = t
        .hand_out("WF-00000001", TokenKind::Hardware, &[&t.clerk])
        .await;
    let another = t.another_server().await;
    let code = token.code(&t.clock);
    assert_eq!(prove(&t, &t.clerk, &code).await, None);
    let opened = t.open(&t.clerk, 1_000).await.unwrap();
    let answer = t.clerk.token_answer(&opened.id, &code);
    let refused = answer_authorization::run(&another, answer, &origin()).await;
    assert_eq!(refused.unwrap().err(), Some(Refusal::CodeUsed));
}

#[tokio::test]
async fn fault_2_the_code_that_registered_a_token_proves_nothing_else() {
    let t = start("fault 2").await;
    let token = t.lend("WF-00000001").await;
    let session = t.log_on(&t.admin).await;
    let code = token.code(&t.clock);
    let shown = (token.serial.as_str(), code.as_str());
    t.register_token(&session, &t.admin, shown, &[&t.clerk])
        .await
        .unwrap();
    assert_eq!(prove(&t, &t.clerk, &code).await, Some(Refusal::CodeUsed));
    t.clock.advance_secs(30);
    assert_eq!(prove(&t, &t.clerk, &token.code(&t.clock)).await, None);
}

#[tokio::test]
async fn fault_4_the_code_before_the_last_used_one_is_refused() {
    let t = start("fault 4").await;
    let token = t
        .hand_out("WF-00000001", TokenKind::Hardware, &[&t.clerk])
        .await;
    let before = token.code_in(&t.clock, -1);
    assert_eq!(prove(&t, &t.clerk, &token.code(&t.clock)).await, None);
    assert_eq!(prove(&t, &t.clerk, &before).await, Some(Refusal::CodeUsed));
}

#[tokio::test]
async fn fault_5_a_used_code_stays_used_as_long_as_the_window_knows_it() {
    let t = start("fault 5").await;
    let token = t
        .hand_out("WF-00000001", TokenKind::Hardware, &[&t.clerk])
        .await;
    // The code of the next step, used early: the window, moved by the learnt drift, still reaches it one
    // step later, and is past it after two.
    let early = token.code_in(&t.clock, 1);
    assert_eq!(prove(&t, &t.clerk, &early).await, None);
    for refusal in [Refusal::CodeUsed, Refusal::CodeUsed, Refusal::WrongAnswer] {
        assert_eq!(prove(&t, &t.clerk, &early).await, Some(refusal));
        t.clock.advance_secs(30);
    }
}

#[tokio::test]
async fn fault_6_drift_is_learnt_per_token_and_bounded() {
    let t = start("fault 6").await;
    let mut token = t
        .hand_out("WF-00000001", TokenKind::Hardware, &[&t.clerk])
        .await;
    // Its clock gains a step between uses: each is learnt, up to the profile's 60.
    for drift in 1..=60 {
        token.ahead_secs += 30;
        t.clock.advance_secs(30);
        assert_eq!(
            prove(&t, &t.clerk, &token.code(&t.clock)).await,
            None,
            "{drift}"
        );
        assert_eq!(t.token_record(&token).await.clock.drift_steps, drift);
    }
    token.ahead_secs += 30;
    t.clock.advance_secs(30);
    let refused = prove(&t, &t.clerk, &token.code(&t.clock)).await;
    assert_eq!(refused, Some(Refusal::WrongAnswer));
    assert_eq!(t.token_record(&token).await.clock.drift_steps, 60);
}

#[tokio::test]
async fn fault_7_a_clock_set_back_refuses_before_and_after_a_restart() {
    let t = TestApp::postgres_with("fault 7", HARDWARE_PROFILE, START).await;
    let token = t
        .hand_out("WF-00000001", TokenKind::Hardware, &[&t.clerk])
        .await;
    let opened = t.open(&t.clerk, 1_000).await.unwrap();
    let late = t.open(&t.clerk, 1_000).await.unwrap();
    assert!(
        t.answer_with(&t.clerk, &late.id, &token.code(&t.clock))
            .await
            .is_ok()
    );
    t.clock.advance_secs(-7_200);
    let code = token.code(&t.clock);
    let answer = || t.clerk.token_answer(&opened.id, &code);
    let running = answer_authorization::run(&t.app, answer(), &origin()).await;
    assert!(matches!(running, Err(AppError::ClockBackwards(_))));
    // A server started anew has seen nothing later; the token's record has.
    let restarted = t.another_server().await;
    let refused = answer_authorization::run(&restarted, answer(), &origin()).await;
    assert_eq!(refused.unwrap().err(), Some(Refusal::ClockBehind));
    assert_eq!(t.token_record(&token).await.failures, 0);
}

#[tokio::test]
async fn fault_12_a_token_far_off_is_found_by_two_codes_and_that_is_audited() {
    let t = start("fault 12").await;
    let mut token = t
        .hand_out("WF-00000001", TokenKind::Hardware, &[&t.clerk])
        .await;
    token.ahead_secs = -30 * 40;
    let refused = prove(&t, &t.clerk, &token.code(&t.clock)).await;
    assert_eq!(refused, Some(Refusal::WrongAnswer));
    let session = t.log_on(&t.clerk).await;
    let (first, second) = (token.code(&t.clock), token.code_in(&t.clock, 1));
    let pair = (first.as_str(), second.as_str());
    let swapped = (second.as_str(), first.as_str());
    assert_eq!(
        repair(&t, &session, swapped, None).await,
        Err(Refusal::WrongAnswer)
    );
    assert_eq!(t.record(&t.clerk).await.failures.token_otp, 2);
    assert_eq!(repair(&t, &session, pair, None).await, Ok(()));
    assert_eq!(t.record(&t.clerk).await.failures.token_otp, 0);
    assert_eq!(
        repair(&t, &session, pair, None).await,
        Err(Refusal::WrongAnswer),
        "used up"
    );
    t.clock.advance_secs(60);
    assert_eq!(prove(&t, &t.clerk, &token.code(&t.clock)).await, None);
    let sql = "SELECT data FROM audit_events WHERE kind = 'token-repaired'";
    let rows = t.db.read(sql, &[]).await.unwrap();
    let data: Value = serde_json::from_str(rows[0].text(0).unwrap()).unwrap();
    assert_eq!(data["serial"], "WF-00000001");
    assert_eq!(data["drift"], -39);
}

#[tokio::test]
async fn an_administrator_repairs_any_token_of_the_contract_and_nobody_elses() {
    let t = start("repair others").await;
    let mut token = t
        .hand_out("WF-00000001", TokenKind::Hardware, &[&t.clerk])
        .await;
    token.ahead_secs = 30 * 20;
    let (first, second) = (token.code(&t.clock), token.code_in(&t.clock, 1));
    let pair = (first.as_str(), second.as_str());
    let pin = Some(t.admin.confirmation_pin.as_str());
    let own = t.log_on(&t.newcomer).await;
    let by_general = Some((&token, Some(t.newcomer.confirmation_pin.as_str())));
    let refused = repair(&t, &own, pair, by_general).await;
    assert_eq!(refused, Err(Refusal::NotPermitted));
    assert_eq!(repair(&t, &own, pair, None).await, Err(Refusal::NoToken));
    let session = t.log_on(&t.admin).await;
    let unproven = repair(&t, &session, pair, Some((&token, None))).await;
    assert_eq!(unproven, Err(Refusal::MissingAnswer));
    let unknown = TestToken::new("WF-77777777", 30);
    let refused = repair(&t, &session, pair, Some((&unknown, pin))).await;
    assert_eq!(refused, Err(Refusal::TokenUnavailable));
    assert_eq!(
        repair(&t, &session, pair, Some((&token, pin))).await,
        Ok(())
    );
    assert_eq!(t.token_record(&token).await.clock.drift_steps, 21);
}

#[tokio::test]
async fn by_smartphone_the_logon_asks_for_the_tokens_code() {
    let t = start("smartphone").await;
    let token = t
        .hand_out("WF-00000001", TokenKind::Hardware, &[&t.clerk])
        .await;
    let by_phone = |person: &TestPerson| {
        let (t, person) = (&t, person.clone());
        async move {
            let command = start_logon::StartLogon {
                channel: Channel::Smartphone,
                ..person.logon(&person.logon_pin)
            };
            start_logon::run(&t.app, command, &origin()).await.unwrap()
        }
    };
    let refused = by_phone(&t.newcomer).await;
    assert_eq!(refused.err(), Some(Refusal::NoToken));
    let started = by_phone(&t.clerk).await.ok().unwrap();
    assert_eq!(started.remaining, [Factor::Grid, Factor::TokenOtp]);
    let cells = t.clerk.cells(&started.cells);
    let after = t
        .answer_logon(&started.logon_id, Factor::Grid, &cells)
        .await;
    assert!(after.ok().unwrap().is_none(), "not complete yet");
    let wrong = t
        .answer_logon(&started.logon_id, Factor::TokenOtp, "000000")
        .await;
    assert_eq!(wrong.err(), Some(Refusal::WrongAnswer));
    let code = token.code(&t.clock);
    let done = t
        .answer_logon(&started.logon_id, Factor::TokenOtp, &code)
        .await;
    assert!(done.ok().unwrap().is_some());
}

#[tokio::test]
async fn ten_wrong_codes_of_all_who_share_a_token_lock_it_and_a_manager_unlocks_it() {
    let (t, token) = shared("locked").await;
    for person in [&t.clerk, &t.newcomer] {
        for _ in 0..5 {
            let refused = prove(&t, person, "000000").await;
            assert_eq!(refused, Some(Refusal::WrongAnswer));
        }
        let record = t.record(person).await;
        assert_eq!(record.suspended.unwrap().because, Counted::TokenOtp);
    }
    assert_eq!(t.token_record(&token).await.failures, 10);
    // A third who comes to share it finds it locked.
    let session = t.log_on(&t.admin).await;
    let code = token.code(&t.clock);
    let shown = (token.serial.as_str(), code.as_str());
    let refused = t
        .register_token(&session, &t.admin, shown, &[&t.admin])
        .await;
    assert_eq!(refused, Err(Refusal::TokenLocked));
}

#[tokio::test]
async fn only_tokens_in_stock_are_lent() {
    let t = start("lend").await;
    let contract = t.record(&t.clerk).await.contract_id;
    let token = t.lend("WF-00000001").await;
    let serials = [token.serial.clone(), "WF-77777777".to_owned()];
    let lent = lend_tokens::run(&t.app, &contract, &serials).await.unwrap();
    let expected = serials.map(|serial| (serial, Err(Refusal::TokenUnavailable)));
    assert_eq!(lent.unwrap(), expected);
    assert_eq!(t.token_record(&token).await.status, TokenStatus::Lent);
}

/// A maker's packages `WF-00000000` and on, as a file would yield them.
fn packages(count: u32) -> impl Iterator<Item = Result<KeyPackage, PskcError>> {
    let totp = TestToken::new("x", 30).totp;
    (0..count).map(move |n| {
        Ok(KeyPackage {
            serial: format!("WF-{n:08}"),
            manufacturer: None,
            model: None,
            key_id: n.to_string(),
            key: OtpKey::from_bytes(&[7; 20]).unwrap(),
            mode: Mode::Totp {
                totp,
                time_drift_steps: None,
                time: None,
            },
            start_date: None,
            expiry_date: Some("2030-12-31T00:00:00".to_owned()),
        })
    })
}

#[tokio::test]
async fn an_import_comes_in_slices_and_again_adds_nothing() {
    let sqlite = start("import").await;
    let postgres = TestApp::postgres_with("import", HARDWARE_PROFILE, START).await;
    for t in [sqlite, postgres] {
        let mut told = Vec::new();
        let progress = &mut |n| told.push(n);
        let first = import_tokens::run(&t.app, packages(4_500), "f.xml", progress).await;
        let first = first.unwrap();
        assert_eq!((first.added, first.skipped), (4_500, 0));
        assert_eq!(told, [2_000, 4_000, 4_500]);
        let again = import_tokens::run(&t.app, packages(4_501), "f.xml", &mut |_| {}).await;
        let again = again.unwrap();
        assert_eq!((again.added, again.skipped), (1, 4_500));
        let found = tokens::find_by_serial(&t.db, "WF-00004500").await.unwrap();
        let token = found.unwrap().token;
        assert_eq!(token.status, TokenStatus::Stock);
        // Without an offset it is the institution's time.
        let expiry = "2030-12-30T15:00:00Z".parse().ok();
        assert_eq!(token.expires_at, expiry);
        let sql = "SELECT COUNT(*) FROM audit_events WHERE data LIKE '%tokens_added%'";
        let rows = t.db.read(sql, &[]).await.unwrap();
        assert_eq!(rows[0].int(0).unwrap(), 4);
    }
}

/// A logon that had begun before the token was revoked is not finished during the hold.
#[tokio::test]
async fn a_logon_begun_before_a_revocation_waits_too() {
    let t = TestApp::sqlite_with("held logon", HARDWARE_PROFILE, START).await;
    let started = t.start_logon(&t.clerk, &t.clerk.logon_pin).await;
    let started = started.ok().unwrap();
    let at = t.app.now().unwrap();
    t.change(&t.clerk, |p| p.token_revoked_at = Some(at)).await;
    let cells = t.clerk.cells(&started.cells);
    let answered = t
        .answer_logon(&started.logon_id, Factor::Grid, &cells)
        .await;
    assert!(matches!(
        answered.err(),
        Some(Refusal::RevocationHold { .. })
    ));
}

/// Where everybody shares one token, nobody of the contract may release it: the bank does (LCK-3).
#[tokio::test]
async fn the_bank_releases_a_locked_token_that_all_share() {
    let t = TestApp::sqlite_with("locked for all", HARDWARE_PROFILE, START).await;
    t.set_mode(UsageMode::OneForAll).await;
    let everybody = [&t.admin, &t.clerk, &t.newcomer];
    let shared = t.hand_out("WF-1", TokenKind::Hardware, &everybody).await;
    let mut locked = t.token_record(&shared).await;
    locked.failures = 10;
    let mut commit = Commit::housekeeping();
    tokens::update(&mut commit, &locked);
    t.db.commit(commit).await.unwrap();
    let refused = prove(&t, &t.clerk, &shared.code(&t.clock)).await;
    assert_eq!(refused, Some(Refusal::TokenLocked));
    let released = release_person::run(&t.app, &t.clerk.id(), "no. 7").await;
    assert_eq!(released.unwrap(), Ok(()));
    assert_eq!(t.token_record(&shared).await.failures, 0);
    let again = release_person::run(&t.app, &t.clerk.id(), "no. 8").await;
    assert_eq!(again.unwrap(), Err(Refusal::WrongState));
}
