//! AUD-2: after a busy day no secret stands in clear in any file of the database or in the record.

use std::fs;

use warifu_app::domain::address::AddressPurpose;
use warifu_app::domain::pin::PinKind;
use warifu_app::use_cases::change_pin::{self, ChangePin};
use warifu_app::use_cases::request_address::{self, RequestAddress};
use warifu_app::use_cases::{issue_mail_otp, set_up};
use warifu_testkit::application::origin;
use warifu_testkit::transfers::CLIENT;
use warifu_testkit::{TestApp, TestPerson};

const AUDIT: &str = "SELECT origin, data FROM audit_events";

fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack
        .windows(needle.len())
        .any(|w| w == needle.as_bytes())
}

fn secrets_of(person: &TestPerson) -> Vec<String> {
    let mut secrets = vec![person.logon_pin.clone(), person.confirmation_pin.clone()];
    // Cells are two digits; a run of five is enough to know the card by.
    secrets.extend(person.grid.iter().map(|row| row[..5].concat()));
    secrets.extend(person.grid.iter().map(|row| row[..5].join(",")));
    secrets
}

/// Everything that may hold a secret in passing; returns what must not be found.
async fn busy_day(t: &TestApp) -> Vec<String> {
    let mut secrets: Vec<_> = [&t.admin, &t.clerk, &t.newcomer].map(secrets_of).concat();
    secrets.push(
        set_up::add_api_client(&t.app, "portal-x", "Portal X")
            .await
            .unwrap()
            .unwrap(),
    );

    let (token, id, code) = t.until_code(&t.clerk, "100,648").await;
    let answers = (Some(t.clerk.confirmation_pin.as_str()), Some(code.as_str()));
    t.confirm(&token, &id, answers).await.unwrap();
    assert!(t.start_logon(&t.clerk, "Guess2027").await.is_err());
    secrets.extend([code, "Guess2027".to_owned()]);

    let current = t.current(&token).await;
    let (current_pin, new_pin) = (t.clerk.logon_pin.as_str(), "Sakura2027");
    let change = ChangePin {
        kind: PinKind::Logon,
        current_pin,
        new_pin,
        repeated: new_pin,
    };
    change_pin::run(&t.app, &current, change, &origin())
        .await
        .unwrap()
        .unwrap();
    let address = "keitai@test-shoji.example";
    let request = RequestAddress {
        purpose: AddressPurpose::Otp,
        address,
        repeated: address,
        warned: false,
        confirmation_pin: Some(&t.clerk.confirmation_pin),
    };
    let sent = request_address::run(&t.app, &current, request, &origin())
        .await
        .unwrap();
    assert!(sent.is_ok());
    secrets.extend([token, new_pin.to_owned(), t.mailed_code(address).await]);

    // One code more, still in the outbox; it is only known once it is delivered.
    let opened = t.open(&t.clerk, 5_000).await.unwrap();
    issue_mail_otp::run(&t.app, &opened.id, CLIENT, &origin())
        .await
        .unwrap()
        .unwrap();
    secrets
}

#[tokio::test]
async fn no_secret_stands_in_a_database_file() {
    let t = TestApp::sqlite("secrets on disk").await;
    let mut secrets = busy_day(&t).await;
    let read_files = || -> Vec<(String, Vec<u8>)> {
        let files = fs::read_dir(t.directory()).unwrap().map(Result::unwrap);
        files
            .map(|f| (f.path().display().to_string(), fs::read(f.path()).unwrap()))
            .collect()
    };
    let while_queued = read_files();
    t.deliver().await;
    secrets.push(
        t.mails
            .last_to("keiri01@test-shoji.example")
            .unwrap()
            .code(),
    );

    let files = [while_queued, read_files()].concat();
    let found = |needle: &str| files.iter().any(|(_, bytes)| holds(bytes, needle));
    assert!(
        found("keiri01@test-shoji.example"),
        "the search finds what is there"
    );
    assert!(files.iter().any(|(name, _)| name.ends_with("-wal")));
    for secret in &secrets {
        for (name, bytes) in &files {
            assert!(!holds(bytes, secret), "{secret} stands in {name}");
        }
    }
    assert!(
        !found("ワンタイムパスワード"),
        "a mail's text stands in a file"
    );
}

#[tokio::test]
async fn no_secret_stands_in_the_record() {
    let t = TestApp::sqlite("secrets in the record").await;
    let secrets = busy_day(&t).await;
    let rows = t.db.read(AUDIT, &[]).await.unwrap();
    assert!(rows.len() > 15);
    for row in &rows {
        let line = format!("{} {}", row.text(0).unwrap(), row.text(1).unwrap());
        for secret in &secrets {
            assert!(!line.contains(secret.as_str()), "{secret} stands in {line}");
        }
    }
}
