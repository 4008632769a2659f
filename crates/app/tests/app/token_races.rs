//! Fault 3 and parallel guesses: every scenario on SQLite in one server, and on PostgreSQL with two.

use warifu_app::domain::person::Role;
use warifu_app::domain::refusal::Refusal;
use warifu_app::domain::token::{TokenKind, UsageMode, check_mode};
use warifu_app::use_cases::register_token::{self, RegisterToken};
use warifu_app::use_cases::{answer_authorization, set_token_mode};
use warifu_store::tables::persons;
use warifu_testkit::application::origin;
use warifu_testkit::tokens::HARDWARE_PROFILE;

use crate::races::{Place, count, successes, until_served};

#[tokio::test(flavor = "multi_thread")]
async fn of_64_posts_of_one_right_code_one_succeeds_whoever_posts_it_for_what() {
    for place in Place::both_with("64 codes", HARDWARE_PROFILE).await {
        let t = &place.t;
        t.set_mode(UsageMode::Shared).await;
        let both = [&t.clerk, &t.newcomer];
        let token = t.hand_out("WF-00000001", TokenKind::Hardware, &both).await;
        let mut opened = Vec::new();
        for n in 0..64 {
            let person = both[n % 2].clone();
            let id = t.open(&person, 1_000).await.unwrap().id;
            opened.push((person, id));
        }
        let code = token.code(&t.clock);
        let answers = place.at_once(64, |app, n| {
            let ((person, id), code) = (opened[n].clone(), code.clone());
            async move {
                let answer = || person.token_answer(&id, &code);
                until_served(|| async {
                    answer_authorization::run(&app, answer(), &origin()).await
                })
                .await
            }
        });
        let answers = answers.await;
        assert_eq!(successes(&answers), 1);
        assert_eq!(count(&answers, &Refusal::CodeUsed), 63);
        assert_eq!(t.token_record(&token).await.failures, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_wrong_codes_at_once_no_more_are_judged_than_the_token_allows() {
    for place in Place::both_with("64 guesses", HARDWARE_PROFILE).await {
        let t = &place.t;
        t.set_mode(UsageMode::Shared).await;
        let third = t.add_user("keiri03", Role::General).await;
        let all = [&t.clerk, &t.newcomer, &third];
        let token = t.hand_out("WF-00000001", TokenKind::Hardware, &all).await;
        let mut opened = Vec::new();
        for n in 0..64 {
            let person = all[n % 3].clone();
            let id = t.open(&person, 1_000).await.unwrap().id;
            opened.push((person, id));
        }
        let answers = place.at_once(64, |app, n| {
            let (person, id) = opened[n].clone();
            async move {
                let answer = || person.token_answer(&id, "000000");
                until_served(|| async {
                    answer_authorization::run(&app, answer(), &origin()).await
                })
                .await
            }
        });
        let answers = answers.await;
        assert_eq!(count(&answers, &Refusal::WrongAnswer), 10);
        assert_eq!(t.token_record(&token).await.failures, 10);
        let mut counted = 0;
        for person in all {
            let failures = t.record(person).await.failures.token_otp;
            assert!(failures <= 5, "{failures}");
            counted += failures;
        }
        assert_eq!(counted, 10);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_confirmation_pins_at_once_five_are_judged() {
    for place in Place::both_with("64 pins", HARDWARE_PROFILE).await {
        let t = &place.t;
        let token = t.lend("WF-00000001").await;
        let session = t.log_on(&t.admin).await;
        let current = t.current(&session).await;
        // A right PIN among them would be told apart by what is refused after it.
        let answers = place.at_once(64, |app, n| {
            let (current, token) = (current.clone(), token.clone());
            async move {
                let pin = format!("wrong-{n}");
                let command = RegisterToken {
                    serial: &token.serial,
                    code: "000000",
                    persons: &[],
                    confirmation_pin: &pin,
                };
                until_served(|| async {
                    register_token::run(&app, &current, command, &origin()).await
                })
                .await
            }
        });
        let answers = answers.await;
        assert_eq!(count(&answers, &Refusal::WrongAnswer), 5);
        assert_eq!(count(&answers, &Refusal::Suspended), 59);
        assert_eq!(t.token_record(&token).await.failures, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_and_a_change_of_the_mode_at_once_never_contradict_each_other() {
    for place in Place::both_with("mode race", HARDWARE_PROFILE).await {
        let t = &place.t;
        t.set_mode(UsageMode::Shared).await;
        let master = t.add_user("masuta", Role::Master).await;
        let token = t.lend("WF-00000001").await;
        let code = token.code(&t.clock);
        let admins = t.current(&t.log_on(&t.admin).await).await;
        let masters = t.current(&t.log_on(&master).await).await;
        let chosen = [t.clerk.id(), t.newcomer.id()];
        let answers = place.at_once(2, |app, n| {
            let (admins, masters, code) = (admins.clone(), masters.clone(), code.clone());
            let (chosen, token) = (chosen.clone(), token.clone());
            let (pin, masters_pin) = (
                t.admin.confirmation_pin.clone(),
                master.confirmation_pin.clone(),
            );
            async move {
                if n == 1 {
                    let mode = UsageMode::OneEach;
                    let pin = &masters_pin;
                    let set = set_token_mode::run(&app, &masters, mode, pin, &origin()).await;
                    return set.unwrap();
                }
                let command = RegisterToken {
                    serial: &token.serial,
                    code: &code,
                    persons: &chosen,
                    confirmation_pin: &pin,
                };
                let done = register_token::run(&app, &admins, command, &origin()).await;
                done.unwrap().map(|_| ())
            }
        });
        let answers = answers.await;
        assert_eq!(successes(&answers), 1);
        assert_eq!(count(&answers, &Refusal::TokenMode), 1);
        let current = t.current(&t.log_on(&t.admin).await).await;
        let all = persons::of_contract(&t.db, &current.contract.id)
            .await
            .unwrap();
        assert_eq!(check_mode(current.contract.token_mode, &all), Ok(()));
    }
}
