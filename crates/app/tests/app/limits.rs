//! OPS-5: limits per transfer and per day, of the contract and of the person, up to the last moment.

use warifu_app::domain::contract::Limits;
use warifu_app::domain::ids::ContractId;
use warifu_app::domain::refusal::Refusal;
use warifu_app::use_cases::set_up;
use warifu_store::Commit;
use warifu_store::tables::contracts;
use warifu_testkit::TestApp;
use warifu_testkit::application::CONTRACT;
use warifu_testkit::transfers::entry;

fn over(limit_yen: i64, per_day: bool) -> Refusal {
    Refusal::LimitExceeded { limit_yen, per_day }
}

#[tokio::test]
async fn one_yen_over_the_contracts_limit_is_refused() {
    let t = TestApp::sqlite("per transfer").await;
    assert!(t.open(&t.clerk, 5_000_000).await.is_ok());
    assert_eq!(
        t.open(&t.clerk, 5_000_001).await.unwrap_err(),
        over(5_000_000, false)
    );
    let token = t.log_on(&t.clerk).await;
    let id = t.enter(&token, &entry("5,000,001")).await;
    assert_eq!(
        t.prepare(&token, &id).await.unwrap_err(),
        over(5_000_000, false)
    );
}

#[tokio::test]
async fn a_persons_own_limit_is_narrower_and_theirs_alone() {
    let t = TestApp::sqlite("own limit").await;
    let own = Limits {
        per_transfer_yen: Some(200_000),
        per_day_yen: Some(300_000),
    };
    t.change(&t.clerk, |p| p.limits = own).await;
    assert_eq!(
        t.open(&t.clerk, 200_001).await.unwrap_err(),
        over(200_000, false)
    );
    t.transfer(&t.clerk, "200,000").await.unwrap();
    assert_eq!(
        t.open(&t.clerk, 100_001).await.unwrap_err(),
        over(300_000, true)
    );
    assert!(t.open(&t.clerk, 100_000).await.is_ok());
    assert!(t.open(&t.admin, 5_000_000).await.is_ok());
}

#[tokio::test]
async fn the_days_limit_is_shared_by_the_contract_and_begins_anew_at_midnight() {
    let t = TestApp::sqlite("per day").await;
    t.transfer(&t.clerk, "5,000,000").await.unwrap();
    assert_eq!(
        t.open(&t.admin, 3_000_001).await.unwrap_err(),
        over(8_000_000, true)
    );
    t.transfer(&t.admin, "3,000,000").await.unwrap();
    assert_eq!(
        t.open(&t.clerk, 1).await.unwrap_err(),
        over(8_000_000, true)
    );
    t.clock.set("2026-11-24T23:59:59");
    assert!(t.open(&t.clerk, 1).await.is_err());
    t.clock.set("2026-11-25T00:00:00");
    assert!(t.open(&t.clerk, 5_000_000).await.is_ok());
}

/// BIND-4: a limit lowered, or used up, between the code and the answer counts.
#[tokio::test]
async fn limits_are_checked_again_when_the_answer_comes() {
    let t = TestApp::sqlite("checked again").await;
    let (token, id, code) = t.until_code(&t.clerk, "100,648").await;
    let contract_id = ContractId::parse(CONTRACT).unwrap();
    let mut contract = set_up::contract(&t.app, &contract_id)
        .await
        .unwrap()
        .unwrap();
    contract.limits.per_transfer_yen = Some(100_647);
    let mut commit = Commit::housekeeping();
    contracts::update(&mut commit, &contract);
    t.db.commit(commit).await.unwrap();

    let answers = (Some(t.clerk.confirmation_pin.as_str()), Some(code.as_str()));
    let refused = t.confirm(&token, &id, answers).await;
    assert_eq!(refused, Err(over(100_647, false)));
}

/// What was authorized yesterday doesn't leave today under another date.
#[tokio::test]
async fn midnight_voids_what_was_agreed_for_the_day_before() {
    let t = TestApp::sqlite("midnight").await;
    t.clock.set("2026-11-24T23:55:00");
    let (token, id, code) = t.until_code(&t.clerk, "100,648").await;
    t.clock.set("2026-11-25T00:00:00");
    let answers = (Some(t.clerk.confirmation_pin.as_str()), Some(code.as_str()));
    assert_eq!(t.confirm(&token, &id, answers).await, Err(Refusal::Expired));
    let screen = t.prepare(&token, &id).await.unwrap();
    assert_eq!(screen.instruction.date.to_string(), "2026-11-25");
    let code = t.code_for(&t.clerk, &token, &id).await;
    let answers = (Some(t.clerk.confirmation_pin.as_str()), Some(code.as_str()));
    assert!(t.confirm(&token, &id, answers).await.is_ok());
}
