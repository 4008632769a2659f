//! LOG-1, LOG-4, LCK-1, LCK-4.

use crate::browser::{Page, Portal};

/// A page without what is new on every page: request ID and form token, and what was typed.
fn constant(page: &Page, csrf: &str, typed: &[&str]) -> String {
    let id = page.headers["x-request-id"].to_str().unwrap();
    let mut body = page.body.replace(id, "ID").replace(csrf, "CSRF");
    for typed in typed {
        body = body.replace(&format!("value=\"{typed}\""), "value=\"TYPED\"");
    }
    body
}

#[tokio::test]
async fn whatever_is_wrong_the_page_is_the_same_byte_for_byte() {
    let portal = Portal::start("same refusal").await;
    let clerk = portal.test.clerk.clone();
    let mut browser = portal.browser();
    browser.get("/logon").await;
    for _ in 0..5 {
        let fields = [
            ("contract_id", "1000000001"),
            ("user_id", "keiri02"),
            ("logon_pin", "wrong0"),
        ];
        browser.post("/logon", &fields).await;
    }
    let newcomer_pin = portal.test.newcomer.logon_pin.clone();
    let cases = [
        ("unknown contract", "9999999999", "keiri01", "Kx8274mq"),
        ("unknown user", "1000000001", "nobody", "Kx8274mq"),
        ("wrong PIN", "1000000001", "keiri01", "Kx8274mq"),
        (
            "suspended, right PIN",
            "1000000001",
            "keiri02",
            &newcomer_pin,
        ),
        ("no ID at all", "x", "y/z", "Kx8274mq"),
    ];
    let mut seen = Vec::new();
    for (case, contract, user, pin) in cases {
        let fields = [
            ("contract_id", contract),
            ("user_id", user),
            ("logon_pin", pin),
        ];
        let page = browser.post("/logon", &fields).await;
        page.assert(422, &["W1101"]);
        seen.push((case, constant(&page, &browser.csrf, &[contract, user])));
    }
    for (case, body) in &seen {
        assert_eq!(*body, seen[0].1, "{case}");
    }
    let page = browser.log_on(&clerk).await;
    page.assert(200, &["ステータス"]);
}

#[tokio::test]
async fn the_same_cells_are_asked_until_they_are_right() {
    let portal = Portal::start("same cells").await;
    let clerk = portal.test.clerk.clone();
    let mut browser = portal.browser();
    let page = browser.give_pin(&clerk).await;
    let cells = page.cells();
    assert_eq!(browser.get("/logon/grid").await.cells(), cells);
    let wrong = [("cell_0", "00"), ("cell_1", "x"), ("cell_2", "")];
    let page = browser.post("/logon/grid", &wrong).await;
    page.assert(422, &["W1102"]);
    assert_eq!(page.cells(), cells);
    let mut elsewhere = portal.browser();
    assert_eq!(
        elsewhere.give_pin(&clerk).await.cells(),
        cells,
        "also elsewhere"
    );
    let page = browser.give_cells(&clerk, &page).await;
    page.assert(200, &["ステータス"]);
    let next = elsewhere.give_pin(&clerk).await.cells();
    assert_ne!(next, cells, "a new logon asks for others");
}

#[tokio::test]
async fn five_wrong_grid_answers_suspend() {
    let portal = Portal::start("grid suspends").await;
    let clerk = portal.test.clerk.clone();
    let mut browser = portal.browser();
    browser.give_pin(&clerk).await;
    let wrong = [("cell_0", "xx")];
    for _ in 0..4 {
        browser
            .post("/logon/grid", &wrong)
            .await
            .assert(422, &["W1102"]);
    }
    let page = browser.post("/logon/grid", &wrong).await;
    assert_eq!(page.path, "/logon");
    browser.give_pin(&clerk).await.assert(422, &["W1101"]);
}

#[tokio::test]
async fn a_logon_not_finished_in_time_starts_again() {
    let portal = Portal::start("slow logon").await;
    let mut browser = portal.browser();
    browser.give_pin(&portal.test.clerk).await;
    portal.test.clock.advance_secs(601);
    let page = browser.get("/logon/grid").await;
    assert_eq!(page.path, "/logon");
    page.assert(200, &["W1104"]);
    let mut nobody = portal.browser();
    nobody.get("/logon/grid").await.assert(200, &["W1108"]);
}

#[tokio::test]
async fn empty_fields_are_said_to_be_empty_and_count_nothing() {
    let portal = Portal::start("empty logon").await;
    let mut browser = portal.browser();
    browser.get("/logon").await;
    for _ in 0..6 {
        let fields = [
            ("contract_id", "1000000001"),
            ("user_id", "keiri01"),
            ("logon_pin", ""),
        ];
        browser
            .post("/logon", &fields)
            .await
            .assert(422, &["W2001"]);
    }
    let clerk = portal.test.clerk.clone();
    browser.log_on(&clerk).await.assert(200, &["ステータス"]);
}

#[tokio::test]
async fn a_flood_of_logons_from_one_address_is_held_off() {
    let portal = Portal::start_with("flood", crate::browser::ORIGIN, 3).await;
    let mut browser = portal.browser();
    browser.get("/logon").await;
    let fields = [("contract_id", "1"), ("user_id", "u"), ("logon_pin", "p")];
    for _ in 0..3 {
        browser.post("/logon", &fields).await.assert(422, &[]);
    }
    let page = browser.post("/logon", &fields).await;
    page.assert(429, &["W9429"]);
    assert_eq!(page.headers["retry-after"], "60");
}
