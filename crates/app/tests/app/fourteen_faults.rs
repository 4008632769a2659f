//! Faults reported of other products' one-time passwords, each with the test that shows it absent.
//!
//! | # | fault | test |
//! |---|---|---|
//! | 1 | a code is accepted again, elsewhere or by somebody else | `fault_01`; across servers: `races` |
//! | 2 | the code of an enrolment works again | `fault_02` |
//! | 3 | two requests at once both pass | `races::of_64_right_answers_one_succeeds` |
//! | 4 | an older code stays good | `fault_04` |
//! | 5 | a used code is forgotten before it expires | `fault_05` |
//! | 6 | clock drift without bounds | tokens, not in this version |
//! | 7 | a clock set back revives codes | `clock` |
//! | 8 | failures are counted per session | `fault_08` |
//! | 9 | guesses at once pass the limit | `races::of_64_wrong_codes_at_once_five_are_judged` |
//! | 10 | a side door doesn't count, a session outlives the lock | `fault_10` |
//! | 11 | a stranger can lock somebody's OTP | `fault_11` |
//! | 12 | drift of hardware is not learnt | tokens, not in this version |
//! | 13 | the answer tells that a code was right but used | `fault_13` |
//! | 14 | an expired operation can be confirmed | `fault_14` |

use warifu_app::domain::address::AddressPurpose;
use warifu_app::domain::person::Counted;
use warifu_app::domain::pin::PinKind;
use warifu_app::domain::refusal::Refusal;
use warifu_app::use_cases::change_pin::{self, ChangePin};
use warifu_app::use_cases::request_address::{self, RequestAddress};
use warifu_app::use_cases::{answer_authorization, current_session, issue_mail_otp, prove_address};
use warifu_testkit::TestApp;
use warifu_testkit::application::origin;
use warifu_testkit::transfers::{CLIENT, other_than};

const NEW: &str = "keitai@test-shoji.example";

fn to_new(purpose: AddressPurpose, pin: &str) -> RequestAddress<'_> {
    RequestAddress {
        purpose,
        address: NEW,
        repeated: NEW,
        warned: false,
        confirmation_pin: Some(pin),
    }
}

#[tokio::test]
async fn fault_01_a_used_code_opens_nothing_else() {
    let t = TestApp::sqlite("fault 1").await;
    let first = t.open(&t.clerk, 100_648).await.unwrap();
    let code = t.api_code(&t.clerk, &first.id).await;
    t.answer(&t.clerk, &first.id, &code).await.unwrap();
    assert_eq!(
        t.answer(&t.clerk, &first.id, &code).await.unwrap_err(),
        Refusal::AlreadyUsed
    );

    let same = t.open(&t.clerk, 100_648).await.unwrap();
    t.api_code(&t.clerk, &same.id).await;
    assert_eq!(
        t.answer(&t.clerk, &same.id, &code).await.unwrap_err(),
        Refusal::WrongAnswer
    );
    let colleague = t.open(&t.admin, 100_648).await.unwrap();
    t.api_code(&t.admin, &colleague.id).await;
    assert_eq!(
        t.answer(&t.admin, &colleague.id, &code).await.unwrap_err(),
        Refusal::WrongAnswer
    );
}

#[tokio::test]
async fn fault_02_the_code_that_proved_an_address_is_no_transaction_code() {
    let t = TestApp::sqlite("fault 2").await;
    let token = t.log_on(&t.newcomer).await;
    let current = t.current(&token).await;
    let command = to_new(AddressPurpose::Otp, "");
    let sent = request_address::run(&t.app, &current, command, &origin())
        .await
        .unwrap();
    let id = sent.ok().unwrap().change_id;
    let code = t.mailed_code(NEW).await;
    let proven = prove_address::run(&t.app, &current, &id, &code, &origin())
        .await
        .unwrap();
    assert!(proven.is_ok());
    let again = prove_address::run(&t.app, &current, &id, &code, &origin())
        .await
        .unwrap();
    assert_eq!(again.err(), Some(Refusal::WrongState));

    let mut person = t.newcomer.clone();
    person.otp_mail = Some(NEW.to_owned());
    let opened = t.open(&person, 100_648).await.unwrap();
    t.api_code(&person, &opened.id).await;
    assert_eq!(
        t.answer(&person, &opened.id, &code).await.unwrap_err(),
        Refusal::WrongAnswer
    );
}

#[tokio::test]
async fn fault_04_an_older_code_is_refused_however_many_came_after() {
    let t = TestApp::sqlite("fault 4").await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let oldest = t.api_code(&t.clerk, &opened.id).await;
    let older = t.api_code(&t.clerk, &opened.id).await;
    for _ in 0..8 {
        t.api_code(&t.clerk, &opened.id).await;
    }
    // The oldest is not even remembered; it counts for as little.
    assert_eq!(
        t.answer(&t.clerk, &opened.id, &oldest).await.unwrap_err(),
        Refusal::WrongAnswer
    );
    assert_eq!(
        t.answer(&t.clerk, &opened.id, &older).await.unwrap_err(),
        Refusal::Superseded
    );
}

#[tokio::test]
async fn fault_05_a_used_code_stays_used_to_the_end_of_its_life_and_after() {
    let t = TestApp::sqlite("fault 5").await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let code = t.api_code(&t.clerk, &opened.id).await;
    t.answer(&t.clerk, &opened.id, &code).await.unwrap();
    for secs in [1, 598, 1, 1, 1_800, 86_400 * 40] {
        t.clock.advance_secs(secs);
        warifu_app::use_cases::housekeeping::run(&t.app)
            .await
            .unwrap();
        let again = t.answer(&t.clerk, &opened.id, &code).await;
        assert_eq!(again.unwrap_err(), Refusal::AlreadyUsed);
    }
}

#[tokio::test]
async fn fault_08_failures_survive_new_sessions_new_codes_and_new_authorizations() {
    let t = TestApp::sqlite("fault 8").await;
    let mut refusals = Vec::new();
    for _ in 0..6 {
        let opened = match t.open(&t.clerk, 100_648).await {
            Ok(opened) => opened,
            Err(refusal) => {
                refusals.push(refusal);
                continue;
            }
        };
        t.log_on(&t.clerk).await;
        let code = t.api_code(&t.clerk, &opened.id).await;
        let wrong = other_than(&code);
        refusals.push(t.answer(&t.clerk, &opened.id, &wrong).await.unwrap_err());
    }
    assert_eq!(refusals[..5], vec![Refusal::WrongAnswer; 5]);
    assert_eq!(refusals[5], Refusal::Suspended);
    let because = t.record(&t.clerk).await.suspended.unwrap().because;
    assert_eq!(because, Counted::MailOtp);
}

/// The confirmation PIN is asked at three places; they share one counter, and so does the session.
#[tokio::test]
async fn fault_10_every_door_counts_and_the_lock_ends_the_session() {
    let t = TestApp::sqlite("fault 10").await;
    let token = t.log_on(&t.clerk).await;
    let current = t.current(&token).await;
    let change = || ChangePin {
        kind: PinKind::Confirmation,
        current_pin: "wrong1",
        new_pin: "Sakura2027",
        repeated: "Sakura2027",
    };
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let code = t.api_code(&t.clerk, &opened.id).await;
    let mut guessing = t.clerk.clone();
    guessing.confirmation_pin = "wrong1".to_owned();
    for _ in 0..2 {
        let door = change_pin::run(&t.app, &current, change(), &origin()).await;
        assert_eq!(door.unwrap(), Err(Refusal::WrongAnswer));
        let command = to_new(AddressPurpose::Otp, "wrong1");
        let door = request_address::run(&t.app, &current, command, &origin()).await;
        assert_eq!(door.unwrap().err(), Some(Refusal::WrongAnswer));
    }
    assert_eq!(t.record(&t.clerk).await.failures.confirmation_pin, 4);
    let door = t.answer(&guessing, &opened.id, &code).await;
    assert_eq!(door.unwrap_err(), Refusal::WrongAnswer);

    let because = t.record(&t.clerk).await.suspended.unwrap().because;
    assert_eq!(because, Counted::ConfirmationPin);
    let session = current_session::run(&t.app, &token, &origin())
        .await
        .unwrap();
    assert!(session.is_err(), "the session ended with the lock");
    // A request that was already under way gets nowhere either.
    let late = change_pin::run(&t.app, &current, change(), &origin())
        .await
        .unwrap();
    assert_eq!(late, Err(Refusal::Suspended));
    assert_eq!(
        t.answer(&t.clerk, &opened.id, &code).await.unwrap_err(),
        Refusal::Suspended
    );
}

/// Proving a mailbox of one's own must not reset the count of guesses at transactions.
#[tokio::test]
async fn fault_10_a_proven_address_does_not_buy_more_guesses() {
    let t = TestApp::sqlite("fault 10 proof").await;
    let token = t.log_on(&t.clerk).await;
    let current = t.current(&token).await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let wrong = other_than(&t.api_code(&t.clerk, &opened.id).await);
    for _ in 0..2 {
        assert!(t.answer(&t.clerk, &opened.id, &wrong).await.is_err());
    }
    let command = to_new(AddressPurpose::Notice, &t.clerk.confirmation_pin);
    let sent = request_address::run(&t.app, &current, command, &origin())
        .await
        .unwrap();
    let id = sent.ok().unwrap().change_id;
    let code = t.mailed_code(NEW).await;
    let wrong = other_than(&code);
    let refused = prove_address::run(&t.app, &current, &id, &wrong, &origin())
        .await
        .unwrap();
    assert_eq!(refused.err(), Some(Refusal::WrongAnswer));
    let proven = prove_address::run(&t.app, &current, &id, &code, &origin())
        .await
        .unwrap();
    assert!(proven.is_ok());
    assert_eq!(t.record(&t.clerk).await.failures.mail_otp, 3);
}

#[tokio::test]
async fn fault_11_a_stranger_reaches_no_counter_but_that_of_the_first_factor() {
    let t = TestApp::sqlite("fault 11").await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    for _ in 0..4 {
        assert!(t.start_logon(&t.clerk, "wrong1").await.is_err());
        let mut foreign = t.clerk.answer(&opened.id, "000000");
        foreign.client = "another-client";
        let refused = answer_authorization::run(&t.app, foreign, &origin())
            .await
            .unwrap();
        assert_eq!(refused.unwrap_err(), Refusal::NotFound);
        let refused = issue_mail_otp::run(&t.app, &opened.id, "another-client", &origin()).await;
        assert_eq!(refused.unwrap().unwrap_err(), Refusal::NotFound);
    }
    let record = t.record(&t.clerk).await;
    let failures = (
        record.failures.grid,
        record.failures.mail_otp,
        record.failures.confirmation_pin,
    );
    assert_eq!(failures, (0, 0, 0));
    assert_eq!(record.issue_window.issued, 0);
}

#[tokio::test]
async fn fault_13_what_was_right_once_is_answered_like_what_never_was() {
    let t = TestApp::sqlite("fault 13").await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let code = t.api_code(&t.clerk, &opened.id).await;
    t.answer(&t.clerk, &opened.id, &code).await.unwrap();
    let never = other_than(&code);
    for typed in [&code, &never] {
        let again = t.answer(&t.clerk, &opened.id, typed).await;
        assert_eq!(again.unwrap_err(), Refusal::AlreadyUsed);
    }
    // An older code is named as such only to whoever also knows the PIN.
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let older = t.api_code(&t.clerk, &opened.id).await;
    t.api_code(&t.clerk, &opened.id).await;
    let mut guessing = t.clerk.clone();
    guessing.confirmation_pin = "wrong1".to_owned();
    let told = t.answer(&guessing, &opened.id, &older).await;
    assert_eq!(told.unwrap_err(), Refusal::WrongAnswer);
}

#[tokio::test]
async fn fault_14_expiry_needs_no_job() {
    let t = TestApp::sqlite("fault 14").await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let other = t.open(&t.clerk, 100_648).await.unwrap();
    t.clock.advance_secs(1_300);
    let code = t.api_code(&t.clerk, &opened.id).await;
    let late = t.api_code(&t.clerk, &other.id).await;
    t.clock.advance_secs(500);
    assert!(
        t.answer(&t.clerk, &opened.id, &code).await.is_ok(),
        "the last moment counts"
    );
    t.clock.advance_micros(1);
    assert_eq!(
        t.answer(&t.clerk, &other.id, &late).await.unwrap_err(),
        Refusal::Expired
    );
    let issued = issue_mail_otp::run(&t.app, &other.id, CLIENT, &origin())
        .await
        .unwrap();
    assert_eq!(issued.unwrap_err(), Refusal::Expired);
}
