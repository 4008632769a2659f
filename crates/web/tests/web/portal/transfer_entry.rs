//! OPS-1: entering several transfers, faults, the search for a bank.

use super::{base_of, entry};
use crate::browser::Portal;

#[tokio::test]
async fn ten_transfers_go_together_and_the_eleventh_is_refused() {
    let portal = Portal::start("ten").await;
    let clerk = portal.test.clerk.clone();
    let mut browser = portal.logged_on(&clerk).await;
    browser.get("/transfers/new").await;
    let one = entry("ウケトリニン１", "1000", "add");
    let page = browser.post("/transfers/new", &one).await;
    page.assert(200, &["I1202"]);
    let path = base_of(&page);
    for _ in 1..10 {
        let page = browser.post(&format!("{path}/edit"), &one).await;
        page.assert(200, &["I1202"]);
    }
    let page = browser.get(&format!("{path}/edit")).await;
    page.assert(200, &["10,000 円"]);
    assert!(!page.has("name=\"amount\""), "no room for one more");
    let page = browser.post(&format!("{path}/edit"), &one).await;
    page.assert(422, &["W2009"]);
    browser
        .post(&format!("{path}/confirm"), &[])
        .await
        .assert(200, &["10 件"]);
    let page = browser.post(&format!("{path}/mail-otp"), &[]).await;
    let code = portal.test.mailed_code("keiri01@test-shoji.example").await;
    let page = super::execute(&mut browser, &page, &clerk, &code).await;
    page.assert(200, &["10,000 円"]);
    assert_eq!(page.body.matches("result-good").count(), 10);
}

#[tokio::test]
async fn a_line_is_changed_and_another_taken_out() {
    let portal = Portal::start("lines").await;
    let mut browser = portal.logged_on(&portal.test.clerk).await;
    browser.get("/transfers/new").await;
    let page = browser
        .post("/transfers/new", &entry("カブシキ", "1000", "add"))
        .await;
    let path = base_of(&page);
    browser
        .post(&format!("{path}/edit"), &entry("ヤマダ", "2000", "add"))
        .await;
    let page = browser.get(&format!("{path}/lines/2/edit")).await;
    page.assert(200, &["value=\"2000\"", "ﾔﾏﾀﾞ"]);
    let page = browser
        .post(
            &format!("{path}/lines/2/edit"),
            &entry("ヤマダ", "3000", "save"),
        )
        .await;
    page.assert(200, &["4,000 円"]);
    let page = browser.post(&format!("{path}/lines/1/remove"), &[]).await;
    page.assert(200, &["I1204", "3,000 円"]);
    assert!(
        !page.has("/lines/1/remove"),
        "the last line is not removed but cancelled"
    );
    browser
        .post(&format!("{path}/lines/1/remove"), &[])
        .await
        .assert(409, &[]);
    browser
        .get(&format!("{path}/lines/9/edit"))
        .await
        .assert(404, &["W9404"]);
    browser
        .get(&format!("{path}/lines/0/edit"))
        .await
        .assert(404, &["W9404"]);
}

#[tokio::test]
async fn every_fault_is_shown_at_its_field_and_nothing_typed_is_lost() {
    let portal = Portal::start("faults").await;
    let mut browser = portal.logged_on(&portal.test.clerk).await;
    browser.get("/transfers/new").await;
    let fields = [
        ("debit_account", "099-0000000"),
        ("bank_code", "12"),
        ("branch_code", ""),
        ("account_number", "12345678"),
        ("payee_name", "漢字の名前"),
        ("amount", "0"),
        ("action", "confirm"),
    ];
    let page = browser.post("/transfers/new", &fields).await;
    let marked = [
        "debit_account",
        "bank_code",
        "branch_code",
        "account_type",
        "account_number",
        "payee_name",
        "amount",
    ];
    for field in marked {
        assert!(page.has(&format!("id=\"{field}-error\"")), "{field}");
    }
    page.assert(
        422,
        &["W2001", "W2002", "W2003", "W2004", "W2007", "漢字の名前"],
    );
}

#[tokio::test]
async fn a_bank_is_found_by_its_name_and_the_form_keeps_what_was_typed() {
    let portal = Portal::start("bank search").await;
    let mut browser = portal.logged_on(&portal.test.clerk).await;
    browser.get("/transfers/new").await;
    let mut fields = entry("ヤマダ", "1234", "find-bank").to_vec();
    let page = browser.post("/transfers/new", &fields).await;
    page.assert(200, &["金融機関・支店の検索", "value=\"1234\""]);
    fields.pop();
    fields.extend([("form_path", "/transfers/new"), ("query", "割符")]);
    let page = browser.post("/transfers/banks", &fields).await;
    page.assert(200, &["name=\"pick_bank\" value=\"9990\""]);
    let mut picked = fields.clone();
    picked.push(("pick_bank", "9990"));
    let page = browser.post("/transfers/banks", &picked).await;
    page.assert(200, &["name=\"pick_branch\" value=\"002\"", "駅前支店"]);
    fields.extend([("chosen_bank", "9990"), ("pick_branch", "002")]);
    let page = browser.post("/transfers/new", &fields).await;
    page.assert(
        200,
        &["value=\"9990\"", "駅前支店", "value=\"1234\"", "ヤマダ"],
    );
    let elsewhere = [("form_path", "https://evil.example/"), ("query", "")];
    let mut fields = entry("ヤマダ", "1", "x").to_vec();
    fields.extend(elsewhere);
    browser
        .post("/transfers/banks", &fields)
        .await
        .assert(422, &["W9422"]);
}
