//! The history, its filter and pages.

use super::{base_of, enter_one};
use crate::browser::{Portal, encoded};

#[tokio::test]
async fn transfers_are_found_by_state_payee_amount_and_day() {
    let portal = Portal::start("history").await;
    let mut browser = portal.logged_on(&portal.test.clerk).await;
    browser
        .get("/history")
        .await
        .assert(200, &["取引履歴はまだありません"]);
    let page = enter_one(&mut browser, "100,648").await;
    let id = base_of(&page).replace("/transfers/", "/history/");
    for (query, found) in [
        (vec![], true),
        (vec![("state", "registered")], true),
        (vec![("state", "accepted")], false),
        (vec![("payee", "ウケトリ")], true),
        (vec![("payee", "ヤマダ")], false),
        (vec![("amount_yen", "１００，６４８")], true),
        (vec![("amount_yen", "100649")], false),
        (vec![("from", "2026-11-24"), ("to", "2026-11-24")], true),
        (vec![("to", "2026-11-23")], false),
    ] {
        let page = browser.get(&format!("/history?{}", encoded(&query))).await;
        page.assert(200, &[]);
        assert_eq!(page.has(&id), found, "{query:?}");
    }
    browser
        .get(&id)
        .await
        .assert(200, &["100,648 円", "取引認証待ち"]);
    let page = browser.get("/history?from=2026-11-24&to=2026-11-01").await;
    page.assert(422, &["W2013"]);
}

#[tokio::test]
async fn more_than_a_page_is_turned_over() {
    let portal = Portal::start("pages").await;
    let mut browser = portal.logged_on(&portal.test.clerk).await;
    for _ in 0..21 {
        enter_one(&mut browser, "1000").await;
    }
    let first = browser.get("/history").await;
    assert_eq!(first.body.matches("class=\"badge").count(), 20);
    first.assert(200, &["href=\"/history?page=2\""]);
    let second = browser.get("/history?page=2").await;
    assert_eq!(second.body.matches("class=\"badge").count(), 1);
    let past = browser.get("/history?page=99").await;
    assert_eq!(
        past.body.matches("class=\"badge").count(),
        1,
        "the last page"
    );
}
