//! S1, the overview of security measures, paragraph by paragraph. Client certificates are not part of
//! this version.

use warifu_app::domain::factor::Factor;
use warifu_app::domain::operation::{Operation, Stage};
use warifu_app::domain::person::Counted;
use warifu_app::domain::pin::PinKind;
use warifu_app::domain::refusal::Refusal;
use warifu_app::domain::session::SessionEnd;
use warifu_app::use_cases::change_pin::{self, ChangePin};
use warifu_app::use_cases::{
    answer_logon, current_session, logoff, release_person, start_logon, status,
};
use warifu_testkit::application::origin;
use warifu_testkit::transfers::{entry, other_than};
use warifu_testkit::{TestApp, TestPerson};

async fn last_kinds(t: &TestApp, token: &str) -> Vec<(String, bool)> {
    let view = status::run(&t.app, &t.current(token).await).await.unwrap();
    view.last_uses
        .into_iter()
        .map(|u| (u.kind, u.succeeded))
        .collect()
}

async fn answer(
    t: &TestApp,
    started: &start_logon::Started,
    typed: &str,
) -> Result<String, Refusal> {
    let answered = t.answer_logon(&started.logon_id, Factor::Grid, typed).await;
    answered.map(|opened| opened.unwrap().token)
}

/// 「管理者」は契約法人暗証番号と乱数表、「利用者」は利用者暗証番号と乱数表.
#[tokio::test]
async fn administrator_and_user_log_on_with_their_pin_and_their_grid_card() {
    let t = TestApp::sqlite("s1 logon").await;
    for person in [&t.admin, &t.clerk] {
        let started = t.start_logon(person, &person.logon_pin).await.ok().unwrap();
        assert_eq!(started.remaining, [Factor::Grid]);
        assert_eq!(started.cells.len(), 3);
        assert!(started.session.is_none(), "the PIN alone opens nothing");
        let token = answer(&t, &started, &person.cells(&started.cells))
            .await
            .unwrap();
        assert_eq!(t.current(&token).await.person.id, person.id());
    }
    // One person's card is of no use to another.
    let started = t
        .start_logon(&t.clerk, &t.clerk.logon_pin)
        .await
        .ok()
        .unwrap();
    let foreign = t.admin.cells(&started.cells);
    assert_eq!(
        answer(&t, &started, &foreign).await,
        Err(Refusal::WrongAnswer)
    );
}

/// 「ログオンの都度…1回限りのパスワード」; the same cells until they are answered (LOG-4).
#[tokio::test]
async fn cells_change_with_every_logon_and_stay_until_answered() {
    let t = TestApp::sqlite("s1 grid").await;
    let mut asked = Vec::new();
    for _ in 0..6 {
        let started = t
            .start_logon(&t.clerk, &t.clerk.logon_pin)
            .await
            .ok()
            .unwrap();
        let right = t.clerk.cells(&started.cells);
        assert_eq!(
            answer(&t, &started, &other_than(&right)).await,
            Err(Refusal::WrongAnswer)
        );
        let shown = answer_logon::challenge(&t.app, &started.logon_id)
            .await
            .unwrap();
        assert_eq!(
            shown.ok().unwrap().cells,
            started.cells,
            "a reload asks the same"
        );
        let again = t
            .start_logon(&t.clerk, &t.clerk.logon_pin)
            .await
            .ok()
            .unwrap();
        assert_eq!(again.cells, started.cells, "a new try asks the same");
        answer(&t, &again, &right).await.unwrap();
        assert_eq!(answer(&t, &again, &right).await, Err(Refusal::AlreadyUsed));
        asked.push(started.cells);
    }
    asked.dedup();
    assert_eq!(asked.len(), 6);
}

/// 「『ステータス』表示画面で、直近3回のご利用履歴を表示します」.
#[tokio::test]
async fn the_status_page_shows_the_last_three_uses() {
    let t = TestApp::sqlite("s1 last uses").await;
    t.transfer(&t.clerk, "100,648").await.unwrap();
    t.clock.advance_secs(60);
    assert!(t.start_logon(&t.clerk, "wrong1").await.is_err());
    t.clock.advance_secs(60);
    let token = t.log_on(&t.clerk).await;
    let kinds = last_kinds(&t, &token).await;
    let expected = [
        ("logon-completed", true),
        ("logon-refused", false),
        ("authorized", true),
    ];
    assert_eq!(kinds, expected.map(|(kind, ok)| (kind.to_owned(), ok)));
    let view = status::run(&t.app, &t.current(&token).await).await.unwrap();
    assert_eq!(view.last_uses[0].address, "192.0.2.10");
    assert_eq!(view.last_uses[0].channel, "pc");
    assert_eq!(view.last_uses[2].at.to_string(), "2026-11-24T01:00:00Z");
    // Nobody sees another's uses.
    let token = t.log_on(&t.admin).await;
    assert_eq!(
        last_kinds(&t, &token).await,
        [("logon-completed".to_owned(), true)]
    );
}

/// 「管理者が設定した権限のある利用者のみが…操作を可能とします」.
#[tokio::test]
async fn each_stage_needs_its_permission() {
    let t = TestApp::sqlite("s1 permissions").await;
    let token = t.log_on(&t.clerk).await;
    let id = t.enter(&token, &entry("100,648")).await;
    let without = |operation, stage| {
        move |p: &mut warifu_app::domain::person::Person| {
            p.permissions.0.retain(|pair| *pair != (operation, stage));
        }
    };
    t.change(&t.clerk, without(Operation::Transfer, Stage::Transmit))
        .await;
    assert_eq!(
        t.prepare(&token, &id).await.unwrap_err(),
        Refusal::NotPermitted
    );
    assert_eq!(
        t.open(&t.clerk, 1).await.unwrap_err(),
        Refusal::NotPermitted
    );

    t.change(&t.clerk, without(Operation::Transfer, Stage::Register))
        .await;
    let raw = entry("1");
    let change = warifu_app::use_cases::register_transfer::Change::Add(&raw);
    assert_eq!(
        t.register(&token, None, change).await.err(),
        Some(Refusal::NotPermitted)
    );
}

/// A permission taken away after the code was mailed stops the transaction (BIND-4).
#[tokio::test]
async fn a_permission_taken_away_meanwhile_stops_the_transfer() {
    let t = TestApp::sqlite("s1 permission taken").await;
    let (token, id, code) = t.until_code(&t.clerk, "100,648").await;
    t.change(&t.clerk, |p| p.permissions.0.clear()).await;
    let answers = (Some(t.clerk.confirmation_pin.as_str()), Some(code.as_str()));
    assert_eq!(
        t.confirm(&token, &id, answers).await,
        Err(Refusal::NotPermitted)
    );
}

/// 「『管理者』または操作を行った『利用者』の方宛てに、お取引結果をEメールでご通知します」.
#[tokio::test]
async fn results_are_mailed_to_whom_the_profile_names() {
    let admin = "notice-kanri@test-shoji.example";
    let clerk = "notice-keiri01@test-shoji.example";
    for (rule, expected) in [
        ("both", vec![clerk, admin]),
        ("administrator", vec![admin]),
        ("acting-user", vec![clerk]),
    ] {
        let profile = warifu_testkit::application::MAIL_OTP_PROFILE.replace(
            "result_notice = \"both\"",
            &format!("result_notice = \"{rule}\""),
        );
        let t = TestApp::sqlite_with(rule, &profile, "2026-11-24T10:00:00").await;
        t.transfer(&t.clerk, "100,648").await.unwrap();
        t.deliver().await;
        let results = t
            .mails
            .all()
            .into_iter()
            .filter(|m| m.subject.contains("お取引結果"));
        let results: Vec<_> = results.collect();
        let to: Vec<_> = results.iter().map(|m| m.to.as_str()).collect();
        assert_eq!(to, expected);
        assert!(
            results[0]
                .text
                .contains(" 取引金額　100,648 円\n 結果　　　受付済\n")
        );
    }
}

/// 「一定期間変更がないお客さまに対して…『セキュリティ上のお知らせ』を表示します」.
#[tokio::test]
async fn an_old_pin_brings_a_notice_until_it_is_changed() {
    let t = TestApp::sqlite("s1 old PIN").await;
    t.clock.advance_secs(90 * 86_400 - 1);
    let token = t.log_on(&t.clerk).await;
    let view = status::run(&t.app, &t.current(&token).await).await.unwrap();
    assert!(!view.logon_pin_old && !view.confirmation_pin_old);

    t.clock.advance_secs(1);
    let view = status::run(&t.app, &t.current(&token).await).await.unwrap();
    assert!(view.logon_pin_old && view.confirmation_pin_old);

    let change = ChangePin {
        kind: PinKind::Logon,
        current_pin: &t.clerk.logon_pin,
        new_pin: "Sakura2027",
        repeated: "Sakura2027",
    };
    let current = t.current(&token).await;
    change_pin::run(&t.app, &current, change, &origin())
        .await
        .unwrap()
        .unwrap();
    let view = status::run(&t.app, &t.current(&token).await).await.unwrap();
    assert!(!view.logon_pin_old && view.confirmation_pin_old);
    assert!(t.start_logon(&t.clerk, &t.clerk.logon_pin).await.is_err());
    assert!(t.start_logon(&t.clerk, "Sakura2027").await.is_ok());
    t.deliver().await;
    let told = t.mails.last_to("keiri01@test-shoji.example").unwrap();
    assert_eq!(told.subject, "【割符銀行】暗証番号変更のお知らせ");
}

async fn suspend(t: &TestApp, person: &TestPerson) {
    for _ in 0..5 {
        assert_eq!(
            t.start_logon(person, "wrong1").await.err(),
            Some(Refusal::WrongAnswer)
        );
    }
}

/// 「当社所定の回数を連続して入力間違えした場合は、サービスの利用を停止します」.
#[tokio::test]
async fn consecutive_wrong_pins_suspend_end_the_session_and_are_told() {
    let t = TestApp::sqlite("s1 suspension").await;
    let token = t.log_on(&t.clerk).await;
    suspend(&t, &t.clerk).await;
    let record = t.record(&t.clerk).await;
    assert_eq!(record.suspended.unwrap().because, Counted::LogonPin);

    let session = current_session::run(&t.app, &token, &origin())
        .await
        .unwrap();
    assert_eq!(session.err(), Some(Some(SessionEnd::Suspended)));
    let right = t.start_logon(&t.clerk, &t.clerk.logon_pin).await;
    assert_eq!(
        right.err(),
        Some(Refusal::WrongAnswer),
        "to the outside nothing changed"
    );
    t.deliver().await;
    let told = t.mails.last_to("keiri01@test-shoji.example").unwrap();
    assert_eq!(told.subject, "【割符銀行】ご利用停止のお知らせ");
    // The others go on.
    t.log_on(&t.admin).await;
}

/// 「変更申込み書の提出が必要となります」: only the bank restores, and all counts start anew.
#[tokio::test]
async fn the_bank_releases_on_a_written_request_once() {
    let t = TestApp::sqlite("s1 release").await;
    let id = t.clerk.id();
    let release = async || release_person::run(&t.app, &id, "2026-0042").await.unwrap();
    assert_eq!(
        release().await,
        Err(Refusal::WrongState),
        "nobody is suspended"
    );
    let token = t.log_on(&t.clerk).await;
    suspend(&t, &t.clerk).await;
    assert!(t.start_logon(&t.clerk, &t.clerk.logon_pin).await.is_err());
    assert_eq!(release().await, Ok(()));
    let session = current_session::run(&t.app, &token, &origin())
        .await
        .unwrap();
    assert_eq!(
        session.err(),
        Some(Some(SessionEnd::Suspended)),
        "it stays ended"
    );
    assert_eq!(t.record(&t.clerk).await.failures.logon_pin, 0);
    t.log_on(&t.clerk).await;
    assert_eq!(release().await, Err(Refusal::WrongState));
}

#[tokio::test]
async fn only_consecutive_failures_suspend() {
    let t = TestApp::sqlite("s1 consecutive").await;
    for _ in 0..3 {
        for _ in 0..4 {
            assert!(t.start_logon(&t.clerk, "wrong1").await.is_err());
        }
        t.log_on(&t.clerk).await;
    }
    assert_eq!(t.record(&t.clerk).await.suspended, None);
}

#[tokio::test]
async fn wrong_cells_suspend_too_and_a_new_logon_does_not_start_the_count_anew() {
    let t = TestApp::sqlite("s1 wrong cells").await;
    for _ in 0..5 {
        let started = t
            .start_logon(&t.clerk, &t.clerk.logon_pin)
            .await
            .ok()
            .unwrap();
        let wrong = other_than(&t.clerk.cells(&started.cells));
        assert_eq!(
            answer(&t, &started, &wrong).await,
            Err(Refusal::WrongAnswer)
        );
    }
    let record = t.record(&t.clerk).await;
    assert_eq!(record.suspended.unwrap().because, Counted::Grid);
}

/// LCK-4: an unknown ID, a wrong PIN and a suspended person are told the same.
#[tokio::test]
async fn a_stranger_learns_nothing_about_who_exists() {
    let t = TestApp::sqlite("s1 stranger").await;
    let mut nobody = t.clerk.clone();
    nobody.user_id = "nobody".to_owned();
    let mut no_contract = t.clerk.clone();
    no_contract.contract_id = "9999999999".to_owned();
    suspend(&t, &t.newcomer).await;
    for person in [&nobody, &no_contract, &t.clerk, &t.newcomer] {
        let refused = t.start_logon(person, "wrong1").await;
        assert_eq!(refused.err(), Some(Refusal::WrongAnswer));
    }
}

/// LOG-9: one live session; the other learns why it ended. Logoff ends for good.
#[tokio::test]
async fn a_second_logon_takes_over_and_logoff_ends_the_session() {
    let t = TestApp::sqlite("s1 sessions").await;
    let first = t.log_on(&t.clerk).await;
    let second = t.log_on(&t.clerk).await;
    assert_ne!(first, second);
    let old = current_session::run(&t.app, &first, &origin())
        .await
        .unwrap();
    assert_eq!(old.err(), Some(Some(SessionEnd::TakenOver)));
    let current = t.current(&second).await;
    assert!(current.session.took_over);
    logoff::run(&t.app, &current, &origin()).await.unwrap();
    let off = current_session::run(&t.app, &second, &origin())
        .await
        .unwrap();
    assert_eq!(off.err(), Some(Some(SessionEnd::Logoff)));
    let never = current_session::run(&t.app, "never issued", &origin())
        .await
        .unwrap();
    assert_eq!(never.err(), Some(None));
}

#[tokio::test]
async fn idle_sessions_and_unfinished_logons_end() {
    let t = TestApp::sqlite("s1 time-out").await;
    let token = t.log_on(&t.clerk).await;
    t.clock.advance_secs(901);
    let idle = current_session::run(&t.app, &token, &origin())
        .await
        .unwrap();
    assert_eq!(idle.err(), Some(Some(SessionEnd::TimedOut)));

    let started = t
        .start_logon(&t.clerk, &t.clerk.logon_pin)
        .await
        .ok()
        .unwrap();
    t.clock.advance_secs(601);
    let right = t.clerk.cells(&started.cells);
    assert_eq!(answer(&t, &started, &right).await, Err(Refusal::Expired));
}
