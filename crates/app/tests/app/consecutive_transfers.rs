//! OPS-1: up to ten transfers confirmed together, and what the bank says to each.

use warifu_app::domain::content::{EntryFault, RawEntry};
use warifu_app::domain::ids::InstructionId;
use warifu_app::domain::instruction::{Instruction, LineResult, Status};
use warifu_app::domain::refusal::Refusal;
use warifu_app::use_cases::cancel_instruction;
use warifu_app::use_cases::register_transfer::{Change, Registered};
use warifu_store::tables::ledger;
use warifu_testkit::TestApp;
use warifu_testkit::application::origin;
use warifu_testkit::transfers::entry;

/// An account of the contract itself at the institution's own branch 002.
fn own_bank(amount: &str) -> RawEntry {
    RawEntry {
        bank_code: "9990".into(),
        branch_code: "002".into(),
        account_number: "7654321".into(),
        payee_name: "カ）テストシヨウジ".into(),
        ..entry(amount)
    }
}

async fn lines(t: &TestApp, token: &str, raws: &[RawEntry]) -> InstructionId {
    let id = t.enter(token, &raws[0]).await;
    for raw in &raws[1..] {
        let added = t.register(token, Some(&id), Change::Add(raw)).await;
        assert!(matches!(added, Ok(Registered::Instruction(_))));
    }
    id
}

async fn confirmed(t: &TestApp, raws: &[RawEntry]) -> Instruction {
    let token = t.log_on(&t.clerk).await;
    let id = lines(t, &token, raws).await;
    let code = t.code_for(&t.clerk, &token, &id).await;
    let answers = (Some(t.clerk.confirmation_pin.as_str()), Some(code.as_str()));
    t.confirm(&token, &id, answers).await.unwrap()
}

async fn balance(t: &TestApp, id: &str) -> i64 {
    ledger::find(&t.db, id).await.unwrap().unwrap().balance_yen
}

#[tokio::test]
async fn ten_transfers_go_together_and_an_eleventh_does_not() {
    let t = TestApp::sqlite("ten lines").await;
    let raws: Vec<_> = (1..=10).map(|n| entry(&format!("{n},000"))).collect();
    let done = confirmed(&t, &raws).await;
    assert_eq!(done.status, Status::Accepted);
    assert_eq!(balance(&t, "001-1234567").await, 10_000_000 - 55_000);
    assert_eq!(balance(&t, "other-banks").await, 55_000);

    let token = t.log_on(&t.clerk).await;
    let id = lines(&t, &token, &raws).await;
    let eleventh = t.register(&token, Some(&id), Change::Add(&raws[0])).await;
    assert_eq!(eleventh.err(), Some(Refusal::WrongState));
}

#[tokio::test]
async fn lines_are_changed_and_taken_out_until_one_is_left() {
    let t = TestApp::sqlite("changing lines").await;
    let token = t.log_on(&t.clerk).await;
    let id = lines(&t, &token, &[entry("1"), entry("2"), entry("3")]).await;
    let change = async |change| match t.register(&token, Some(&id), change).await {
        Ok(Registered::Instruction(i)) => Ok(i
            .lines
            .iter()
            .map(|l| l.transfer.amount)
            .collect::<Vec<_>>()),
        Ok(Registered::Faults(faults)) => panic!("{faults:?}"),
        Err(refusal) => Err(refusal),
    };
    let raw = entry("20");
    assert_eq!(change(Change::Replace(1, &raw)).await, Ok(vec![1, 20, 3]));
    assert_eq!(
        change(Change::Replace(3, &raw)).await,
        Err(Refusal::NotFound)
    );
    assert_eq!(change(Change::Remove(0)).await, Ok(vec![20, 3]));
    assert_eq!(change(Change::Remove(1)).await, Ok(vec![20]));
    assert_eq!(change(Change::Remove(0)).await, Err(Refusal::WrongState));
}

#[tokio::test]
async fn a_transfer_within_the_bank_arrives() {
    let t = TestApp::sqlite("own bank").await;
    let done = confirmed(&t, &[own_bank("100,648")]).await;
    assert_eq!(done.status, Status::Accepted);
    assert_eq!(balance(&t, "001-1234567").await, 10_000_000 - 100_648);
    assert_eq!(balance(&t, "002-7654321").await, 500_000 + 100_648);
}

/// The account is good for two of three.
#[tokio::test]
async fn what_the_account_can_not_pay_is_refused_and_the_rest_goes() {
    let t = TestApp::sqlite("insufficient").await;
    for _ in 0..2 {
        confirmed(&t, &[entry("3,900,000")]).await;
        t.clock.advance_secs(86_400);
    }
    let raws = [entry("1,000,000"), entry("4,000,000"), entry("500,000")];
    let done = confirmed(&t, &raws).await;
    assert_eq!(done.status, Status::PartlyRefused);
    let results: Vec<_> = done.lines.into_iter().map(|l| l.result).collect();
    let refused = LineResult::Refused("insufficient_funds".to_owned());
    assert_eq!(
        results,
        [LineResult::Accepted, refused.clone(), LineResult::Accepted]
    );
    assert_eq!(balance(&t, "001-1234567").await, 700_000);
    t.deliver().await;
    let mail = t
        .mails
        .last_to("notice-keiri01@test-shoji.example")
        .unwrap();
    assert!(
        mail.text
            .contains(" 取引金額　4,000,000 円\n 結果　　　不能（お取引は行われていません）\n")
    );

    t.clock.advance_secs(86_400);
    let done = confirmed(&t, &[entry("700,001")]).await;
    assert_eq!(
        (done.status, &done.lines[0].result),
        (Status::Refused, &refused)
    );
}

/// 口座確認: the holder has another name, or the entry is faulty in several fields at once.
#[tokio::test]
async fn an_entry_that_can_not_be_right_is_told_field_by_field() {
    let t = TestApp::sqlite("faulty entry").await;
    let token = t.log_on(&t.clerk).await;
    let faults = async |raw: &RawEntry| match t.register(&token, None, Change::Add(raw)).await {
        Ok(Registered::Faults(faults)) => faults,
        _ => panic!("was registered"),
    };
    let differs = RawEntry {
        payee_name: "ベツジン".into(),
        ..own_bank("1")
    };
    assert_eq!(faults(&differs).await, [EntryFault::PayeeNameDiffers]);
    let unknown = RawEntry {
        bank_code: "9999".into(),
        amount: "0".into(),
        ..entry("1")
    };
    assert_eq!(
        faults(&unknown).await,
        [EntryFault::BankUnknown, EntryFault::Amount]
    );
    let unknown = RawEntry {
        branch_code: "999".into(),
        ..own_bank("1")
    };
    assert_eq!(faults(&unknown).await, [EntryFault::BranchUnknown]);
}

#[tokio::test]
async fn a_cancelled_instruction_never_leaves_and_nobody_touches_anothers() {
    let t = TestApp::sqlite("cancelled").await;
    let (token, id, code) = t.until_code(&t.clerk, "100,648").await;
    let admin = t.log_on(&t.admin).await;
    let foreign = t.current(&admin).await;
    let refused = cancel_instruction::run(&t.app, &foreign, &id, &origin())
        .await
        .unwrap();
    assert_eq!(refused, Err(Refusal::NotFound));

    let current = t.current(&token).await;
    cancel_instruction::run(&t.app, &current, &id, &origin())
        .await
        .unwrap()
        .unwrap();
    let answers = (Some(t.clerk.confirmation_pin.as_str()), Some(code.as_str()));
    assert!(t.confirm(&token, &id, answers).await.is_err());
    let twice = cancel_instruction::run(&t.app, &current, &id, &origin())
        .await
        .unwrap();
    assert_eq!(twice, Err(Refusal::WrongState));
    assert_eq!(balance(&t, "001-1234567").await, 10_000_000);
}
