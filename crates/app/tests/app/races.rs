//! What happens at once: every scenario runs on SQLite in one server, and on PostgreSQL with two.

use std::collections::HashSet;
use std::future::Future;

use warifu_app::domain::address::AddressPurpose;
use warifu_app::domain::ids::InstructionId;
use warifu_app::domain::instruction::Status;
use warifu_app::domain::person::Counted;
use warifu_app::domain::refusal::Refusal;
use warifu_app::use_cases::request_address::{self, RequestAddress};
use warifu_app::use_cases::{
    answer_authorization, answer_logon, confirm_instruction, current_session, deliver_mail,
    issue_mail_otp, prove_address, settle_instruction, start_logon,
};
use warifu_app::{App, AppError, Outcome};
use warifu_store::Commit;
use warifu_store::tables::ledger;
use warifu_testkit::TestApp;
use warifu_testkit::application::{MAIL_OTP_PROFILE, START, cells, origin};
use warifu_testkit::transfers::{CLIENT, entry, other_than, pin_and_code};

/// A test application with the servers people reach it by.
pub(crate) struct Place {
    pub(crate) t: TestApp,
    pub(crate) servers: [App; 2],
}

impl Place {
    async fn both(seed: &str) -> [Self; 2] {
        Self::both_with(seed, MAIL_OTP_PROFILE).await
    }

    pub(crate) async fn both_with(seed: &str, profile: &str) -> [Self; 2] {
        let t = TestApp::sqlite_with(seed, profile, START).await;
        let sqlite = Self {
            servers: [t.app.clone(), t.app.clone()],
            t,
        };
        let t = TestApp::postgres_with(seed, profile, START).await;
        let second = t.another_server().await;
        let postgres = Self {
            servers: [t.app.clone(), second],
            t,
        };
        [sqlite, postgres]
    }

    /// Starts `count` tasks, on one server and the other in turns, and waits for all.
    pub(crate) async fn at_once<T, F>(&self, count: usize, task: impl Fn(App, usize) -> F) -> Vec<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let app = |n: usize| self.servers[n % 2].clone();
        let running: Vec<_> = (0..count).map(|n| tokio::spawn(task(app(n), n))).collect();
        let mut answers = Vec::new();
        for each in running {
            answers.push(each.await.unwrap());
        }
        answers
    }

    /// What stands in one number of the database.
    async fn number(&self, sql: &'static str) -> i64 {
        self.t.db.read(sql, &[]).await.unwrap()[0].int(0).unwrap()
    }
}

/// A client that was told to come back later does.
pub(crate) async fn until_served<T, F: Future<Output = Outcome<T>>>(
    call: impl Fn() -> F,
) -> Result<T, Refusal> {
    loop {
        match call().await {
            Err(AppError::Busy(_)) => tokio::task::yield_now().await,
            answered => return answered.unwrap(),
        }
    }
}

pub(crate) fn count<T>(answers: &[Result<T, Refusal>], refusal: &Refusal) -> usize {
    answers
        .iter()
        .filter(|a| a.as_ref().err() == Some(refusal))
        .count()
}

pub(crate) fn successes<T>(answers: &[Result<T, Refusal>]) -> usize {
    answers.iter().filter(|a| a.is_ok()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_right_answers_one_succeeds() {
    for place in Place::both("64 right").await {
        let t = &place.t;
        // Without limits per day nothing but the authorization's own guard stands between them.
        let no_limits = "UPDATE contracts SET per_day_yen = NULL";
        let mut commit = Commit::housekeeping();
        commit.write(no_limits, Vec::new());
        t.db.commit(commit).await.unwrap();
        let opened = t.open(&t.clerk, 100_648).await.unwrap();
        let code = t.api_code(&t.clerk, &opened.id).await;
        let answers = place.at_once(64, |app, _| {
            let (person, id, code) = (t.clerk.clone(), opened.id.clone(), code.clone());
            async move {
                let answer = || person.answer(&id, &code);
                until_served(|| async {
                    answer_authorization::run(&app, answer(), &origin()).await
                })
                .await
            }
        });
        let answers = answers.await;
        assert_eq!(successes(&answers), 1);
        assert_eq!(count(&answers, &Refusal::AlreadyUsed), 63);
        assert_eq!(place.number(PROVEN).await, 1);
    }
}
const PROVEN: &str = "SELECT COUNT(*) FROM audit_events WHERE kind = 'authorized'";

#[tokio::test(flavor = "multi_thread")]
async fn of_64_wrong_codes_at_once_five_are_judged() {
    for place in Place::both("64 wrong").await {
        let t = &place.t;
        let opened = t.open(&t.clerk, 100_648).await.unwrap();
        let mut judged = Vec::new();
        for _ in 0..2 {
            let wrong = other_than(&t.api_code(&t.clerk, &opened.id).await);
            let answers = place.at_once(64, |app, _| {
                let (person, id, wrong) = (t.clerk.clone(), opened.id.clone(), wrong.clone());
                async move {
                    let answer = || person.answer(&id, &wrong);
                    until_served(|| async {
                        answer_authorization::run(&app, answer(), &origin()).await
                    })
                    .await
                }
            });
            judged.push(count(&answers.await, &Refusal::WrongAnswer));
        }
        // Three void the first code, two more suspend.
        assert_eq!(judged, [3, 2]);
        let record = t.record(&t.clerk).await;
        assert_eq!(record.failures.mail_otp, 5);
        assert_eq!(record.suspended.unwrap().because, Counted::MailOtp);
        t.log_on(&t.admin).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_wrong_pins_at_once_five_are_counted() {
    for place in Place::both("64 wrong PINs").await {
        let t = &place.t;
        let answers = place.at_once(64, |app, _| {
            let person = t.clerk.clone();
            async move {
                let command = || person.logon("wrong1");
                until_served(|| async { start_logon::run(&app, command(), &origin()).await }).await
            }
        });
        let answers = answers.await;
        assert_eq!(
            count(&answers, &Refusal::WrongAnswer),
            64,
            "all are told the same"
        );
        let record = t.record(&t.clerk).await;
        assert_eq!(record.failures.logon_pin, 5);
        assert_eq!(record.suspended.unwrap().because, Counted::LogonPin);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_guesses_at_an_address_three_are_judged() {
    for place in Place::both("64 proofs").await {
        let t = &place.t;
        let token = t.log_on(&t.newcomer).await;
        let current = t.current(&token).await;
        let address = "keitai@test-shoji.example";
        let command = RequestAddress {
            purpose: AddressPurpose::Otp,
            address,
            repeated: address,
            warned: false,
            confirmation_pin: None,
        };
        let sent = request_address::run(&t.app, &current, command, &origin())
            .await
            .unwrap();
        let id = sent.ok().unwrap().change_id;
        let wrong = other_than(&t.mailed_code(address).await);
        let answers = place.at_once(64, |app, _| {
            let (current, id, wrong) = (current.clone(), id.clone(), wrong.clone());
            async move {
                let proven = prove_address::run(&app, &current, &id, &wrong, &origin()).await;
                proven.unwrap().map(|_| ())
            }
        });
        let answers = answers.await;
        assert_eq!(count(&answers, &Refusal::WrongAnswer), 3);
        assert_eq!(count(&answers, &Refusal::CodeVoid), 61);
        assert_eq!(t.record(&t.newcomer).await.failures.mail_otp, 3);
    }
}

/// Either the old code was used before the new one was made, or it is superseded: never both.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_code_and_an_answer_with_the_old_one_exclude_each_other() {
    for place in Place::both("issue and answer").await {
        let t = &place.t;
        for _ in 0..24 {
            t.clock.advance_secs(601);
            let opened = t.open(&t.clerk, 1).await.unwrap();
            let old = t.api_code(&t.clerk, &opened.id).await;
            let results = place.at_once(2, |app, n| {
                let (person, id, old) = (t.clerk.clone(), opened.id.clone(), old.clone());
                async move {
                    if n == 0 {
                        let answer = person.answer(&id, &old);
                        let answered = answer_authorization::run(&app, answer, &origin()).await;
                        answered.unwrap().map(|_| ())
                    } else {
                        // About as long as the answer's PIN takes.
                        let _ = start_logon::run(&app, person.logon(&person.logon_pin), &origin())
                            .await;
                        let issued = issue_mail_otp::run(&app, &id, CLIENT, &origin()).await;
                        issued.unwrap().map(|_| ())
                    }
                }
            });
            match results.await.as_slice() {
                [Ok(()), Err(Refusal::AlreadyUsed)] => {}
                [Err(Refusal::Superseded), Ok(())] => {
                    let new = t.mailed_code("keiri01@test-shoji.example").await;
                    assert!(t.answer(&t.clerk, &opened.id, &new).await.is_ok());
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn issues_at_once_respect_the_rate_limit() {
    for place in Place::both("issues").await {
        let t = &place.t;
        let mut ids = Vec::new();
        for _ in 0..4 {
            ids.push(t.open(&t.clerk, 1).await.unwrap().id);
        }
        let answers = place.at_once(40, |app, n| {
            let id = ids[n % 4].clone();
            async move {
                issue_mail_otp::run(&app, &id, CLIENT, &origin())
                    .await
                    .unwrap()
            }
        });
        assert_eq!(successes(&answers.await), 10);
        t.deliver().await;
        assert_eq!(t.mails.all().len(), 10);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn logons_at_once_leave_one_live_session() {
    for place in Place::both("logons").await {
        let t = &place.t;
        let mut tokens = Vec::new();
        for _ in 0..4 {
            let clerk = &t.clerk;
            let started = place.at_once(6, |app, _| {
                let person = clerk.clone();
                async move {
                    let command = person.logon(&person.logon_pin);
                    let started = start_logon::run(&app, command, &origin()).await;
                    started.unwrap().ok().unwrap()
                }
            });
            let started = started.await;
            let opened = place.at_once(6, |app, n| {
                let (id, typed) = (started[n].logon_id.clone(), clerk.cells(&started[n].cells));
                async move {
                    let opened = answer_logon::run(&app, &id, cells(&typed), &origin()).await;
                    opened.unwrap().map(|o| o.session.unwrap().token)
                }
            });
            tokens.extend(opened.await.into_iter().flatten());
            assert_eq!(place.number(LIVE).await, 1);
        }
        assert_eq!(
            tokens.len(),
            4,
            "the cells of one challenge open one session"
        );
        assert_eq!(
            t.record(&t.clerk).await.failures.grid,
            0,
            "the others are not counted as wrong"
        );
        let mut live = 0;
        for token in &tokens {
            let session = current_session::run(&t.app, token, &origin())
                .await
                .unwrap();
            live += usize::from(session.is_ok());
        }
        assert_eq!(live, 1);
    }
}
const LIVE: &str = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL";

#[tokio::test(flavor = "multi_thread")]
async fn transfers_at_once_never_pass_the_daily_limit() {
    for place in Place::both("daily limit").await {
        let t = &place.t;
        let before = ledger::sum(&t.db).await.unwrap();
        let mut ready = Vec::new();
        for person in [&t.clerk, &t.admin] {
            let token = t.log_on(person).await;
            for _ in 0..6 {
                let id = t.enter(&token, &entry("1,000,000")).await;
                let code = t.code_for(person, &token, &id).await;
                ready.push((
                    person.confirmation_pin.clone(),
                    t.current(&token).await,
                    id.clone(),
                    t.digest(&id).await,
                    code,
                ));
            }
        }
        let answers = place.at_once(12, |app, n| {
            let (pin, current, id, digest, code) = ready[n].clone();
            async move {
                let typed = pin_and_code((Some(&pin), Some(&code)));
                confirm_instruction::run(&app, &current, &id, (&digest, typed), &origin())
                    .await
                    .unwrap()
            }
        });
        let answers = answers.await;
        assert_eq!(
            successes(&answers),
            8,
            "of 1,000,000 yen each under 8,000,000 a day"
        );
        let limit = Refusal::LimitExceeded {
            limit_yen: 8_000_000,
            per_day: true,
        };
        assert_eq!(count(&answers, &limit), 4);
        let account = ledger::find(&t.db, "001-1234567").await.unwrap().unwrap();
        assert_eq!(account.balance_yen, 2_000_000);
        assert_eq!(ledger::sum(&t.db).await.unwrap(), before);
    }
}

/// An instruction that was authorized while the bank didn't answer.
async fn on_its_way(t: &TestApp) -> InstructionId {
    t.bank.cut_off(true);
    let left = t.transfer(&t.clerk, "100,648").await.unwrap();
    assert_eq!(left.status, Status::Transmitting);
    t.bank.cut_off(false);
    left.id
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instruction_settled_at_once_by_many_is_posted_and_told_once() {
    for place in Place::both("settle").await {
        let t = &place.t;
        let before = ledger::sum(&t.db).await.unwrap();
        let id = on_its_way(t).await;
        let settled = place.at_once(16, |app, _| {
            let id = id.clone();
            async move { settle_instruction::run(&app, &id).await }
        });
        assert!(settled.await.iter().all(Result::is_ok));
        let account = ledger::find(&t.db, "001-1234567").await.unwrap().unwrap();
        assert_eq!(account.balance_yen, 10_000_000 - 100_648);
        assert_eq!(ledger::sum(&t.db).await.unwrap(), before);
        assert_eq!(place.number(POSTINGS).await, 1);
        assert_eq!(
            place.number(RESULTS).await,
            2,
            "one to the clerk, one to the administrator"
        );
    }
}
const POSTINGS: &str = "SELECT COUNT(*) FROM ledger_postings";
const RESULTS: &str = "SELECT COUNT(*) FROM outbox WHERE kind = 'transfer-result'";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_on_its_way_is_settled_by_any_server_after_some_seconds() {
    for place in Place::both("left over").await {
        let t = &place.t;
        on_its_way(t).await;
        let tried = settle_instruction::run_left_over(&place.servers[1])
            .await
            .unwrap();
        assert_eq!(tried, 0, "whoever confirmed it may still be at it");
        t.clock.advance_secs(5);
        let tried = settle_instruction::run_left_over(&place.servers[1])
            .await
            .unwrap();
        assert_eq!(tried, 1);
        assert_eq!(place.number(POSTINGS).await, 1);
        assert_eq!(settle_instruction::run_left_over(&t.app).await.unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_at_once_deliver_each_mail_once() {
    for place in Place::both("outbox workers").await {
        let t = &place.t;
        for person in [&t.clerk, &t.admin] {
            let opened = t.open(person, 1).await.unwrap();
            for _ in 0..10 {
                let issued = issue_mail_otp::run(&t.app, &opened.id, CLIENT, &origin()).await;
                issued.unwrap().unwrap();
            }
        }
        let delivered = place.at_once(
            6,
            |app, _| async move { deliver_mail::run(&app).await.unwrap() },
        );
        assert_eq!(delivered.await.iter().sum::<usize>(), 20);
        let ids: HashSet<_> = t.mails.all().into_iter().map(|m| m.message_id).collect();
        assert_eq!((ids.len(), t.mails.all().len()), (20, 20));
    }
}
