//! Client systems of the API: keys, whose authorizations are whose, retries.

use warifu_app::domain::refusal::Refusal;
use warifu_app::use_cases::answer_authorization::{self, Answer};
use warifu_app::use_cases::authenticate_client::{self, KnownClients};
use warifu_app::use_cases::{set_up, view_authorization};
use warifu_testkit::TestApp;
use warifu_testkit::application::origin;
use warifu_testkit::transfers::{CLIENT, other_than};

#[tokio::test]
async fn a_key_names_its_client_until_it_is_revoked() {
    let t = TestApp::sqlite("keys").await;
    let key = set_up::add_api_client(&t.app, "portal-x", "Portal X")
        .await
        .unwrap()
        .unwrap();
    assert!(key.starts_with("wk_") && key.len() == 46, "{key}");
    let known = KnownClients::default();
    let who = async |key: &str| {
        let client = authenticate_client::run(&t.app, &known, key).await.unwrap();
        client.map(|c| c.id)
    };
    assert_eq!(who(&key).await.as_deref(), Some("portal-x"));
    assert_eq!(who(&format!("{key}x")).await, None);
    assert_eq!(who("").await, None);

    set_up::revoke_api_client(&t.app, "portal-x")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        who(&key).await.as_deref(),
        Some("portal-x"),
        "remembered for a moment"
    );
    t.clock.advance_secs(5);
    assert_eq!(who(&key).await, None);
    let again = set_up::revoke_api_client(&t.app, "portal-x").await.unwrap();
    assert_eq!(again, Err(Refusal::NotFound));
}

#[tokio::test]
async fn a_client_sees_and_answers_its_own_authorizations_only() {
    let t = TestApp::sqlite("whose").await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let code = t.api_code(&t.clerk, &opened.id).await;
    let seen = view_authorization::run(&t.app, &opened.id, "another")
        .await
        .unwrap();
    assert_eq!(seen.err(), Some(Refusal::NotFound));
    let foreign = Answer {
        client: "another",
        ..t.clerk.answer(&opened.id, &code)
    };
    let answered = answer_authorization::run(&t.app, foreign, &origin())
        .await
        .unwrap();
    assert_eq!(answered.unwrap_err(), Refusal::NotFound);

    let state = async || {
        let view = view_authorization::run(&t.app, &opened.id, CLIENT)
            .await
            .unwrap();
        view.ok().unwrap().state
    };
    assert_eq!(state().await, "pending");
    t.answer(&t.clerk, &opened.id, &code).await.unwrap();
    assert_eq!(state().await, "authorized");
}

#[tokio::test]
async fn the_state_says_expired_as_soon_as_it_is() {
    let t = TestApp::sqlite("state").await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    t.clock.advance_secs(1_800);
    let view = view_authorization::run(&t.app, &opened.id, CLIENT)
        .await
        .unwrap()
        .ok()
        .unwrap();
    assert_eq!((view.state, view.needs.len()), ("pending", 2));
    t.clock.advance_micros(1);
    let view = view_authorization::run(&t.app, &opened.id, CLIENT)
        .await
        .unwrap()
        .ok()
        .unwrap();
    assert_eq!((view.state, view.needs.len()), ("expired", 0));
}

/// BIND-4: what the client is about to execute must be what was opened.
#[tokio::test]
async fn another_digest_is_refused_and_counts_nothing() {
    let t = TestApp::sqlite("digest").await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let code = t.api_code(&t.clerk, &opened.id).await;
    let other = t.open(&t.clerk, 100_649).await.unwrap();
    let answer = |digest| Answer {
        digest: Some(digest),
        ..t.clerk.answer(&opened.id, &code)
    };
    let answered = answer_authorization::run(&t.app, answer(&other.digest), &origin()).await;
    assert_eq!(answered.unwrap().unwrap_err(), Refusal::ContentChanged);
    assert_eq!(t.record(&t.clerk).await.failures.mail_otp, 0);
    let answered = answer_authorization::run(&t.app, answer(&opened.digest), &origin()).await;
    assert_eq!(answered.unwrap().unwrap().digest, opened.digest);
}

#[tokio::test]
async fn a_retry_with_the_same_request_id_returns_the_first_answer() {
    let t = TestApp::sqlite("retry").await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let code = t.api_code(&t.clerk, &opened.id).await;
    let wrong = other_than(&code);
    let send = async |id, code: &str| {
        let answer = Answer {
            request_id: Some(id),
            ..t.clerk.answer(&opened.id, code)
        };
        let answered = answer_authorization::run(&t.app, answer, &origin()).await;
        answered.unwrap().map(|a| a.receipt)
    };
    assert_eq!(send("r1", &wrong).await, Err(Refusal::WrongAnswer));
    assert_eq!(send("r1", &wrong).await, Err(Refusal::WrongAnswer));
    assert_eq!(
        t.record(&t.clerk).await.failures.mail_otp,
        1,
        "counted once"
    );
    assert_eq!(send("r1", &code).await, Err(Refusal::RequestIdReused));

    let receipt = send("r2", &code).await.unwrap();
    assert_eq!(send("r2", &code).await, Ok(receipt));
    assert_eq!(send("r3", &code).await, Err(Refusal::AlreadyUsed));
}
