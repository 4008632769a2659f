//! The outbox: what was committed is delivered, what was not is not, and no text outlives its use
//! (NOT-4).

use warifu_app::domain::refusal::Refusal;
use warifu_app::ports::MailFailure;
use warifu_app::use_cases::{deliver_mail, issue_mail_otp};
use warifu_store::Commit;
use warifu_store::tables::{audit_trail, outbox};
use warifu_testkit::TestApp;
use warifu_testkit::application::origin;
use warifu_testkit::transfers::{CLIENT, other_than};

const SEALED: &str = "SELECT COUNT(*) FROM outbox WHERE sealed IS NOT NULL";

async fn number(t: &TestApp, sql: &'static str) -> i64 {
    t.db.read(sql, &[]).await.unwrap()[0].int(0).unwrap()
}

/// A result mail, which doesn't expire, waits in the outbox.
async fn two_results_wait(t: &TestApp) {
    t.transfer(&t.clerk, "100,648").await.unwrap();
    assert_eq!(deliver_mail::waiting(&t.app).await.unwrap(), 2);
}

#[tokio::test]
async fn what_the_server_puts_off_is_tried_again_later_and_later() {
    let t = TestApp::sqlite("put off").await;
    two_results_wait(&t).await;
    t.mails
        .fail_with(Some(MailFailure::Temporary("451 try later".into())));
    t.deliver().await;
    t.mails.fail_with(None);
    t.deliver().await;
    assert_eq!(
        deliver_mail::waiting(&t.app).await.unwrap(),
        2,
        "not at once"
    );
    t.clock.advance_secs(1);
    t.deliver().await;
    assert_eq!(deliver_mail::waiting(&t.app).await.unwrap(), 2);

    t.clock.advance_secs(1);
    t.mails
        .fail_with(Some(MailFailure::Temporary("451 try later".into())));
    t.deliver().await;
    t.mails.fail_with(None);
    t.clock.advance_secs(3);
    t.deliver().await;
    assert_eq!(
        deliver_mail::waiting(&t.app).await.unwrap(),
        2,
        "the wait doubles"
    );
    t.clock.advance_secs(1);
    t.deliver().await;
    assert_eq!(deliver_mail::waiting(&t.app).await.unwrap(), 0);
}

#[tokio::test]
async fn a_mail_keeps_its_message_id_through_all_tries() {
    let t = TestApp::sqlite("message id").await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let issued = issue_mail_otp::run(&t.app, &opened.id, CLIENT, &origin()).await;
    let id = issued.unwrap().unwrap().mail_id;
    t.mails
        .fail_with(Some(MailFailure::Temporary("421".into())));
    t.deliver().await;
    t.mails.fail_with(None);
    t.clock.advance_secs(60);
    t.deliver().await;
    let mails = t.mails.all();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].message_id, format!("{id}@bank.warifu.example"));
}

#[tokio::test]
async fn what_the_server_will_never_take_is_shown_to_staff_and_recorded() {
    let t = TestApp::sqlite("never taken").await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let issued = issue_mail_otp::run(&t.app, &opened.id, CLIENT, &origin()).await;
    let id = issued.unwrap().unwrap().mail_id;
    t.mails
        .fail_with(Some(MailFailure::Permanent("550 no such user".into())));
    t.deliver().await;
    assert!(deliver_mail::has_failed(&t.app, &id).await.unwrap());
    let failed = deliver_mail::failed(&t.app).await.unwrap();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].recipient, "k***@test-shoji.example");
    assert_eq!(
        (failed[0].kind.as_str(), failed[0].failure.as_str()),
        ("mail-otp", "550 no such user")
    );
    assert_eq!(number(&t, SEALED).await, 0, "its text is gone");
    let events = audit_trail::of_person(&t.db, &t.clerk.id(), 1)
        .await
        .unwrap();
    assert_eq!(events[0].kind, "mail-failed");
    t.clock.advance_secs(86_400);
    t.deliver().await;
    assert!(t.mails.all().is_empty());
}

/// About two days of temporary failures end like a permanent one.
#[tokio::test]
async fn after_the_last_try_a_mail_is_given_up() {
    let t = TestApp::sqlite("given up").await;
    two_results_wait(&t).await;
    t.mails
        .fail_with(Some(MailFailure::Temporary("451".into())));
    for _ in 0..22 {
        t.deliver().await;
        t.clock.advance_secs(4 * 3_600);
    }
    assert!(deliver_mail::failed(&t.app).await.unwrap().is_empty());
    t.deliver().await;
    assert_eq!(deliver_mail::failed(&t.app).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_code_that_expired_on_the_way_is_not_delivered_any_more() {
    let t = TestApp::sqlite("expired mail").await;
    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let issued = issue_mail_otp::run(&t.app, &opened.id, CLIENT, &origin()).await;
    issued.unwrap().unwrap();
    t.clock.advance_secs(601);
    t.deliver().await;
    assert!(t.mails.all().is_empty());
    assert_eq!(deliver_mail::waiting(&t.app).await.unwrap(), 0);
    assert_eq!(number(&t, SEALED).await, 0);
}

/// Each mail is judged, and leased, at its own moment, not at that of the first in the queue.
#[tokio::test]
async fn a_code_that_expires_while_the_server_is_slow_is_not_delivered() {
    let t = TestApp::sqlite("slow server").await;
    for person in [&t.clerk, &t.admin] {
        let opened = t.open(person, 1).await.unwrap();
        let issued = issue_mail_otp::run(&t.app, &opened.id, CLIENT, &origin()).await;
        issued.unwrap().unwrap();
    }
    t.mails.take_secs(&t.clock, 601);
    t.deliver().await;
    assert_eq!(t.mails.all().len(), 1);
    assert_eq!(deliver_mail::waiting(&t.app).await.unwrap(), 0);
}

#[tokio::test]
async fn the_text_is_erased_once_the_server_has_it() {
    let t = TestApp::sqlite("erased").await;
    two_results_wait(&t).await;
    assert_eq!(number(&t, SEALED).await, 2);
    t.deliver().await;
    assert_eq!(number(&t, SEALED).await, 0);
}

#[tokio::test]
async fn what_was_refused_mails_nothing() {
    let t = TestApp::sqlite("refused").await;
    let opened = t.open(&t.newcomer, 100_648).await.unwrap();
    let issued = issue_mail_otp::run(&t.app, &opened.id, CLIENT, &origin()).await;
    assert_eq!(issued.unwrap().unwrap_err(), Refusal::NoAddress);

    let opened = t.open(&t.clerk, 100_648).await.unwrap();
    let code = t.api_code(&t.clerk, &opened.id).await;
    assert!(
        t.answer(&t.clerk, &opened.id, &other_than(&code))
            .await
            .is_err()
    );
    for _ in 0..9 {
        t.api_code(&t.clerk, &opened.id).await;
    }
    let issued = issue_mail_otp::run(&t.app, &opened.id, CLIENT, &origin())
        .await
        .unwrap();
    assert!(matches!(issued, Err(Refusal::RateLimited { .. })));
    t.deliver().await;
    assert_eq!(t.mails.all().len(), 10);
}

/// A worker took the mail and died: nobody else touches it before the lease is over.
#[tokio::test]
async fn a_mail_whose_worker_died_is_taken_up_after_the_lease() {
    let t = TestApp::sqlite("lease").await;
    two_results_wait(&t).await;
    let now = t.app.now().unwrap();
    let until = "2026-11-24T01:02:00Z".parse().unwrap();
    let mut commit = Commit::housekeeping();
    for mail in outbox::due(&t.db, now).await.unwrap() {
        outbox::lease(&mut commit, &mail, until);
    }
    t.db.commit(commit).await.unwrap();
    let before = t.mails.all().len();

    t.clock.advance_secs(119);
    t.deliver().await;
    assert_eq!(t.mails.all().len(), before);
    t.clock.advance_secs(1);
    t.deliver().await;
    assert_eq!(t.mails.all().len(), before + 2);
}

#[tokio::test]
async fn a_mail_that_can_not_be_read_keeps_no_other_waiting() {
    let t = TestApp::sqlite("damaged mail").await;
    two_results_wait(&t).await;
    let mut commit = Commit::housekeeping();
    let damage =
        "UPDATE outbox SET sealed = $1 WHERE recipient = 'notice-keiri01@test-shoji.example'";
    commit.write(damage, vec![vec![0_u8; 40].into()]);
    t.db.commit(commit).await.unwrap();
    t.deliver().await;
    assert!(t.mails.last_to("notice-kanri@test-shoji.example").is_some());
    assert_eq!(deliver_mail::waiting(&t.app).await.unwrap(), 1);
}

/// A mail that asks for a click trains people for phishing.
#[tokio::test]
async fn no_mail_holds_a_link_or_a_whole_account_number() {
    let t = TestApp::sqlite("no links").await;
    t.transfer(&t.clerk, "100,648").await.unwrap();
    for _ in 0..5 {
        assert!(t.start_logon(&t.clerk, "wrong1").await.is_err());
    }
    t.deliver().await;
    let mails = t.mails.all();
    assert_eq!(
        mails.len(),
        5,
        "the code, two results, two of the suspension"
    );
    for mail in &mails {
        assert!(
            !mail.text.contains("http") && !mail.text.contains("www."),
            "{}",
            mail.text
        );
        assert!(!mail.text.contains("1234567"), "{}", mail.text);
        assert!(mail.subject.starts_with("【割符銀行】"));
        assert!(mail.text.contains("電話 0120-000-000"));
    }
    for mail in mails.iter().filter(|m| !m.subject.contains("停止")) {
        assert!(
            mail.text.contains("ｳｹﾄﾘﾆﾝ1") && mail.text.contains("123***7"),
            "{}",
            mail.text
        );
        assert!(mail.text.contains("100,648 円"), "{}", mail.text);
    }
}
