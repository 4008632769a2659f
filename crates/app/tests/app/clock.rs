//! A clock that goes back: nothing that depends on time is judged, nothing expired lives again.

use warifu_app::AppError;
use warifu_app::domain::refusal::Refusal;
use warifu_app::use_cases::{
    answer_authorization, answer_logon, current_session, deliver_mail, housekeeping,
    issue_mail_otp, settle_instruction, start_logon, view_authorization,
};
use warifu_testkit::TestApp;
use warifu_testkit::application::{cells, origin};
use warifu_testkit::transfers::CLIENT;

fn backwards<T>(answered: &Result<T, AppError>) -> bool {
    matches!(answered, Err(AppError::ClockBackwards(60)))
}

#[tokio::test]
async fn while_the_clock_is_behind_nothing_is_judged_and_then_all_goes_on() {
    let t = TestApp::sqlite("clock back").await;
    let token = t.log_on(&t.clerk).await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let id = &opened.id;
    let code = t.api_code(&t.clerk, id).await;
    let started = t
        .start_logon(&t.admin, &t.admin.logon_pin)
        .await
        .ok()
        .unwrap();
    let (app, origin) = (&t.app, origin());

    t.clock.advance_secs(-60);
    let logon = t.clerk.logon(&t.clerk.logon_pin);
    assert!(backwards(&start_logon::run(app, logon, &origin).await));
    assert!(backwards(
        &answer_logon::run(app, &started.logon_id, cells("000000"), &origin).await
    ));
    assert!(backwards(&current_session::run(app, &token, &origin).await));
    assert!(backwards(
        &issue_mail_otp::run(app, id, CLIENT, &origin).await
    ));
    let answer = t.clerk.answer(id, &code);
    assert!(backwards(
        &answer_authorization::run(app, answer, &origin).await
    ));
    assert!(backwards(&view_authorization::run(app, id, CLIENT).await));
    assert!(backwards(&deliver_mail::run(app).await));
    assert!(backwards(&settle_instruction::run_left_over(app).await));
    assert!(backwards(&housekeeping::run(app).await));

    t.clock.advance_secs(60);
    assert!(t.answer(&t.clerk, id, &code).await.is_ok());
    t.current(&token).await;
}

#[tokio::test]
async fn two_seconds_back_are_a_correction_and_time_stands_still_meanwhile() {
    let t = TestApp::sqlite("clock corrected").await;
    let before = t.app.now().unwrap();
    t.clock.advance_secs(-2);
    assert_eq!(t.app.now().unwrap(), before);
    t.clock.advance_micros(-1);
    assert!(matches!(t.app.now(), Err(AppError::ClockBackwards(2))));
    t.clock.advance_secs(3);
    assert!(t.app.now().unwrap() > before);
}

#[tokio::test]
async fn what_expired_stays_expired() {
    let t = TestApp::sqlite("stays expired").await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let code = t.api_code(&t.clerk, &opened.id).await;
    t.clock.advance_secs(601);
    assert_eq!(
        t.answer(&t.clerk, &opened.id, &code).await.unwrap_err(),
        Refusal::Expired
    );
    t.clock.advance_secs(-2);
    assert_eq!(
        t.answer(&t.clerk, &opened.id, &code).await.unwrap_err(),
        Refusal::Expired
    );
    t.clock.advance_secs(-100);
    let answer = t.clerk.answer(&opened.id, &code);
    let answered = answer_authorization::run(&t.app, answer, &origin()).await;
    assert!(matches!(answered, Err(AppError::ClockBackwards(102))));
}

/// What a server writes down bounds the clocks of all that start later.
#[tokio::test]
async fn the_latest_moment_is_written_down() {
    let t = TestApp::sqlite("clock floor").await;
    assert_eq!(housekeeping::clock_floor(&t.db).await.unwrap(), None);
    housekeeping::run(&t.app).await.unwrap();
    let floor = housekeeping::clock_floor(&t.db).await.unwrap();
    assert_eq!(floor, Some(t.app.now().unwrap()));
    t.clock.advance_secs(60);
    housekeeping::run(&t.app).await.unwrap();
    assert!(housekeeping::clock_floor(&t.db).await.unwrap() > floor);
}

/// A restored backup revives neither used nor unused codes.
#[tokio::test]
async fn after_a_restore_no_code_from_before_counts() {
    let t = TestApp::sqlite("restore").await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let code = t.api_code(&t.clerk, &opened.id).await;
    let epoch = housekeeping::after_restore(&t.db, t.app.now().unwrap())
        .await
        .unwrap();
    assert_eq!(epoch, 2);
    assert_eq!(
        t.answer(&t.clerk, &opened.id, &code).await.unwrap_err(),
        Refusal::WrongState
    );
}
