//! What the institution sets up: nobody twice, nothing guessable, nothing shared.

use std::collections::HashSet;

use warifu_app::domain::contract::Limits;
use warifu_app::domain::ids::{ContractId, UserId};
use warifu_app::domain::person::Role;
use warifu_app::domain::refusal::Refusal;
use warifu_app::use_cases::load_bank_master::{self, NotLoaded};
use warifu_app::use_cases::set_up::{self, NewPerson};
use warifu_store::Commit;
use warifu_store::tables::contracts;
use warifu_testkit::TestApp;
use warifu_testkit::application::{BANK_MASTER, CONTRACT};

fn user(id: &str) -> NewPerson {
    NewPerson {
        user_id: UserId::parse(id).ok(),
        role: Role::General,
        name: id.to_owned(),
        otp_mail: None,
        notice_mail: None,
        limits: Limits::default(),
    }
}

#[tokio::test]
async fn contracts_people_and_clients_exist_once() {
    let t = TestApp::sqlite("once").await;
    let id = ContractId::parse(CONTRACT).unwrap();
    let contract = set_up::contract(&t.app, &id).await.unwrap().unwrap();
    let again = set_up::open_contract(&t.app, &contract).await.unwrap();
    assert_eq!(again, Err(Refusal::WrongState));
    let again = set_up::add_person(&t.app, &id, user("keiri01"))
        .await
        .unwrap();
    assert_eq!(again.err(), Some(Refusal::WrongState));
    assert!(
        set_up::add_api_client(&t.app, "x", "X")
            .await
            .unwrap()
            .is_ok()
    );
    assert!(
        set_up::add_api_client(&t.app, "x", "X")
            .await
            .unwrap()
            .is_err()
    );
    assert_eq!(set_up::api_clients(&t.app).await.unwrap().len(), 1);
    // The one who was there keeps their PIN.
    t.log_on(&t.clerk).await;
}

#[tokio::test]
async fn everyone_gets_their_own_pins_and_their_own_card() {
    let t = TestApp::sqlite("their own").await;
    let id = ContractId::parse(CONTRACT).unwrap();
    let mut pins = HashSet::new();
    let mut cards = HashSet::new();
    for n in 0..8 {
        let handed = set_up::add_person(&t.app, &id, user(&format!("user{n}")))
            .await
            .unwrap();
        let handed = handed.ok().unwrap();
        for pin in [handed.logon_pin, handed.confirmation_pin] {
            assert_eq!(pin.len(), 8);
            assert!(!pin.contains(['0', '1', 'o', 'l', 'i', 'I', 'O']), "{pin}");
            assert!(pins.insert(pin));
        }
        assert_eq!((handed.grid.len(), handed.grid[0].len()), (5, 10));
        assert!(cards.insert(handed.grid));
    }
}

/// The bank stops a contract: nobody logs on, no session lives on, no authorization is answered.
#[tokio::test]
async fn a_stopped_contract_does_nothing() {
    let t = TestApp::sqlite("stopped").await;
    let token = t.log_on(&t.clerk).await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let code = t.api_code(&t.clerk, &opened.id).await;
    let id = ContractId::parse(CONTRACT).unwrap();
    let mut contract = set_up::contract(&t.app, &id).await.unwrap().unwrap();
    contract.stopped = true;
    let mut commit = Commit::housekeeping();
    contracts::update(&mut commit, &contract);
    t.db.commit(commit).await.unwrap();

    let refused = t.start_logon(&t.clerk, &t.clerk.logon_pin).await;
    assert_eq!(refused.err(), Some(Refusal::WrongAnswer));
    let origin = warifu_testkit::application::origin();
    let session = warifu_app::use_cases::current_session::run(&t.app, &token, &origin).await;
    assert!(session.unwrap().is_err());
    assert_eq!(
        t.answer(&t.clerk, &opened.id, &code).await.unwrap_err(),
        Refusal::Suspended
    );
    assert_eq!(t.open(&t.clerk, 1).await.unwrap_err(), Refusal::Suspended);
}

#[tokio::test]
async fn bank_data_is_loaded_whole_or_not_at_all() {
    let t = TestApp::sqlite("master").await;
    let now = t.app.now().unwrap();
    let (banks, branches) = load_bank_master::run(&t.db, BANK_MASTER, now)
        .await
        .unwrap();
    assert!(banks > 100 && branches > banks);
    let cut: String = BANK_MASTER
        .chars()
        .take(10_000)
        .chain("broken".chars())
        .collect();
    let faulty = load_bank_master::run(&t.db, &cut, now).await;
    assert!(matches!(faulty, Err(NotLoaded::Faulty(_))));
    assert_eq!(t.app.banks().search_banks("みずほ", 5)[0].code, "0001");
    assert_eq!(t.app.banks().search_banks("ﾐｽﾞﾎ", 5)[0].code, "0001");
    assert_eq!(t.app.banks().search_banks("ミズホ", 5)[0].code, "0001");
    assert_eq!(
        t.app.banks().search_branches("9990", "", 9).len(),
        3,
        "the institution's own"
    );
}
