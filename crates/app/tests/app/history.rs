//! The contract's history: pages, searches, and whose it is.

use warifu_app::domain::content::RawEntry;
use warifu_app::domain::instruction::Status;
use warifu_app::domain::refusal::Refusal;
use warifu_app::use_cases::history::{self, PAGE_SIZE, Page, Search};
use warifu_testkit::TestApp;
use warifu_testkit::transfers::entry;

fn all() -> Search {
    Search {
        from: "2026-11-24".parse().unwrap(),
        to: "2026-11-24".parse().unwrap(),
        status: None,
        payee: String::new(),
        total_yen: None,
    }
}

async fn page(t: &TestApp, token: &str, search: &Search, page: i64) -> Page {
    let current = t.current(token).await;
    history::run(&t.app, &current, search, page).await.unwrap()
}

#[tokio::test]
async fn pages_hold_twenty_the_newest_first_and_past_the_end_is_the_last() {
    let t = TestApp::sqlite("pages").await;
    let token = t.log_on(&t.clerk).await;
    assert_eq!(
        page(&t, &token, &all(), 1).await.pages,
        1,
        "an empty history has a page"
    );
    for n in 1..=45 {
        t.enter(&token, &entry(&n.to_string())).await;
        t.clock.advance_secs(1);
    }
    let first = page(&t, &token, &all(), 1).await;
    assert_eq!((first.page, first.pages, first.total), (1, 3, 45));
    assert_eq!(first.rows.len() as i64, PAGE_SIZE);
    assert_eq!(first.rows[0].instruction.lines[0].transfer.amount, 45);
    let last = page(&t, &token, &all(), 3).await;
    let amounts: Vec<_> = last
        .rows
        .iter()
        .map(|row| row.instruction.lines[0].transfer.amount)
        .collect();
    assert_eq!(amounts, [5, 4, 3, 2, 1]);
    assert_eq!(page(&t, &token, &all(), 99).await.page, 3);
    assert_eq!(page(&t, &token, &all(), -1).await.page, 1);
}

#[tokio::test]
async fn searches_find_kana_in_any_width_status_and_total() {
    let t = TestApp::sqlite("search").await;
    t.transfer(&t.clerk, "100,648").await.unwrap();
    let token = t.log_on(&t.clerk).await;
    let yamada = RawEntry {
        payee_name: "株式会社ヤマダ".into(),
        ..entry("5,000")
    };
    t.enter(&token, &yamada).await;
    let search = async |search: Search| -> Vec<i64> {
        let page = page(&t, &token, &search, 1).await;
        page.rows
            .iter()
            .map(|row| row.instruction.lines[0].transfer.amount)
            .collect()
    };
    for typed in ["ヤマダ", "ﾔﾏﾀﾞ", "やまだ", " ヤマダ ", "ｶ)ﾔ"] {
        assert_eq!(
            search(Search {
                payee: typed.into(),
                ..all()
            })
            .await,
            [5_000],
            "{typed}"
        );
    }
    let none: [i64; 0] = [];
    for nobody in ["ヤマモト", "%", "_", "' OR 1=1 --"] {
        assert_eq!(
            search(Search {
                payee: nobody.into(),
                ..all()
            })
            .await,
            none,
            "{nobody}"
        );
    }
    assert_eq!(
        search(Search {
            status: Some(Status::Accepted),
            ..all()
        })
        .await,
        [100_648]
    );
    assert_eq!(
        search(Search {
            status: Some(Status::Registered),
            ..all()
        })
        .await,
        [5_000]
    );
    assert_eq!(
        search(Search {
            total_yen: Some(100_648),
            ..all()
        })
        .await,
        [100_648]
    );
    assert_eq!(
        search(Search {
            total_yen: Some(100_649),
            ..all()
        })
        .await,
        none
    );
}

#[tokio::test]
async fn days_are_those_of_the_institution() {
    let t = TestApp::sqlite("days").await;
    t.clock.set("2026-11-24T23:59:59");
    let token = t.log_on(&t.clerk).await;
    t.enter(&token, &entry("1")).await;
    t.clock.set("2026-11-25T00:00:00");
    t.enter(&token, &entry("2")).await;
    assert_eq!(page(&t, &token, &all(), 1).await.total, 1);
    let both = Search {
        to: "2026-11-25".parse().unwrap(),
        ..all()
    };
    assert_eq!(page(&t, &token, &both, 1).await.total, 2);
    let backwards = Search {
        from: "2026-11-26".parse().unwrap(),
        ..all()
    };
    assert_eq!(page(&t, &token, &backwards, 1).await.total, 0);
}

#[tokio::test]
async fn details_tell_who_proved_what_and_to_no_other_contract() {
    let t = TestApp::sqlite("detail").await;
    let done = t.transfer(&t.clerk, "100,648").await.unwrap();
    let token = t.log_on(&t.admin).await;
    let current = t.current(&token).await;
    let detail = history::detail(&t.app, &current, &done.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(detail.maker_name, "テスト keiri01");
    let (at, factors) = detail.proven.unwrap();
    assert_eq!(at, t.app.now().unwrap());
    assert_eq!(factors.len(), 2);

    let mut stranger = current.clone();
    stranger.contract.id = warifu_app::domain::ids::ContractId::parse("2000000002").unwrap();
    let hidden = history::detail(&t.app, &stranger, &done.id).await.unwrap();
    assert_eq!(hidden.unwrap_err(), Refusal::NotFound);
    let none = history::run(&t.app, &stranger, &all(), 1).await.unwrap();
    assert_eq!(none.total, 0);
}
