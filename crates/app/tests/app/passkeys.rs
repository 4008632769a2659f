//! LOG-8, as far as no authenticator is needed; the ceremonies themselves are walked in Chromium with a
//! virtual one (`e2e/tests/passkey.test.mjs`).

use warifu_app::domain::ids::PersonId;
use warifu_app::domain::person::{Channel, Counted};
use warifu_app::domain::refusal::Refusal;
use warifu_app::use_cases::passkey_challenges::{PasskeyChallenge, PasskeyReply};
use warifu_app::use_cases::{own_passkeys, passkey_logon, register_passkey};
use warifu_store::tables::persons;
use warifu_testkit::TestApp;
use warifu_testkit::application::{START, origin};
use warifu_testkit::tokens::SOFTWARE_PROFILE;

const JUNK: &str = r#"{"rawId":"AAAA","id":"AAAA","type":"public-key","response":{}}"#;

async fn start(t: &TestApp, token: &str, pin: &str) -> Result<PasskeyChallenge, Refusal> {
    let current = t.current(token).await;
    register_passkey::start(&t.app, &current, pin, &origin())
        .await
        .unwrap()
}

async fn finish(t: &TestApp, token: &str, challenge: &str) -> Result<(), Refusal> {
    let current = t.current(token).await;
    let reply = PasskeyReply {
        challenge,
        reply: JUNK,
    };
    register_passkey::finish(&t.app, &current, reply, "電話", &origin())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_new_passkey_needs_the_confirmation_pin_and_wrong_ones_suspend() {
    let t = TestApp::sqlite_with("passkey pin", SOFTWARE_PROFILE, START).await;
    let token = t.log_on(&t.clerk).await;
    let asked = start(&t, &token, &t.clerk.confirmation_pin).await;
    let options = asked.unwrap().options;
    assert!(options.contains(r#""userVerification":"required""#));
    assert!(options.contains(r#""residentKey":"required""#));
    for _ in 0..5 {
        let wrong = start(&t, &token, "wrong1").await;
        assert_eq!(wrong.err(), Some(Refusal::WrongAnswer));
    }
    let id = PersonId::from_stored("1000000001/keiri01".to_owned());
    let clerk = persons::find(&t.db, &id).await.unwrap().unwrap();
    let because = clerk.suspended.map(|s| s.because);
    assert_eq!(because, Some(Counted::ConfirmationPin));
}

#[tokio::test]
async fn where_the_profile_has_none_nothing_is_asked() {
    let t = TestApp::sqlite("passkey none").await;
    let token = t.log_on(&t.clerk).await;
    let asked = start(&t, &token, &t.clerk.confirmation_pin).await;
    assert_eq!(asked.err(), Some(Refusal::NotPermitted));
    assert!(!own_passkeys::offered(&t.app));
    let logon = passkey_logon::start(&t.app).await.unwrap();
    assert_eq!(logon.err(), Some(Refusal::NotPermitted));
}

#[tokio::test]
async fn a_reply_counts_for_its_own_challenge_person_purpose_and_time_only() {
    let t = TestApp::sqlite_with("passkey challenge", SOFTWARE_PROFILE, START).await;
    let (clerk, admin) = (t.log_on(&t.clerk).await, t.log_on(&t.admin).await);
    let asked = start(&t, &clerk, &t.clerk.confirmation_pin).await;
    let challenge = asked.unwrap().id;
    let logon = passkey_logon::start(&t.app).await.unwrap().unwrap();

    assert_eq!(
        finish(&t, &clerk, &challenge).await,
        Err(Refusal::WrongAnswer),
        "junk"
    );
    assert_eq!(
        finish(&t, &admin, &challenge).await,
        Err(Refusal::WrongAnswer),
        "hers"
    );
    assert_eq!(
        finish(&t, &clerk, &logon.id).await,
        Err(Refusal::WrongAnswer),
        "a logon's"
    );
    assert_eq!(finish(&t, &clerk, "none").await, Err(Refusal::AlreadyUsed));
    t.clock.advance_secs(301);
    assert_eq!(finish(&t, &clerk, &challenge).await, Err(Refusal::Expired));
    let current = t.current(&clerk).await;
    assert!(
        own_passkeys::list(&t.app, &current)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_logon_by_something_that_is_no_passkey_is_refused_and_recorded() {
    let t = TestApp::sqlite_with("passkey logon", SOFTWARE_PROFILE, START).await;
    let asked = passkey_logon::start(&t.app).await.unwrap().unwrap();
    for reply in [JUNK, "", "{}", "null", &"x".repeat(20_000)] {
        let reply = PasskeyReply {
            challenge: &asked.id,
            reply,
        };
        let answered = passkey_logon::finish(&t.app, reply, Channel::Pc, &origin()).await;
        assert_eq!(answered.unwrap().err(), Some(Refusal::WrongAnswer));
    }
}
