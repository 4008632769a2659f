//! `warifu demo` as a program finds it that tests against Warifu.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Instant;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::{Person, code_in};
use crate::http::Client;
use crate::server::Server;
use crate::site::{files_below, holds, warifu};

#[derive(Debug, Deserialize)]
struct Mail {
    to: String,
    from: String,
    subject: String,
    text: String,
    at: String,
}

fn demo_json(directory: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(directory.join("demo.json")).unwrap()).unwrap()
}

/// A client with the demo's key, where `demo.json` says that the demo is.
fn client(demo: &Value) -> Client {
    let address = demo["url"]
        .as_str()
        .unwrap()
        .strip_prefix("http://")
        .unwrap();
    Client::with_key(address, demo["api_key"].as_str().unwrap())
}

/// 山田 太郎 of the first company.
fn person(demo: &Value) -> Person {
    let people = demo["people"].as_array().unwrap();
    let found = people.iter().find(|p| p["user_id"] == "keiri01").unwrap();
    serde_json::from_value(found.clone()).unwrap()
}

fn mails(client: &Client) -> Vec<Mail> {
    serde_json::from_str(&client.get("/demo/mail.json").unwrap().body).unwrap()
}

fn now(client: &Client) -> String {
    client.get("/demo/clock").unwrap().text("now")
}

fn advance(client: &Client, secs: i64) -> String {
    client
        .post("/demo/clock", &json!({ "advance_secs": secs }))
        .unwrap()
        .text("now")
}

/// Opens an authorization, asks for a code, reads it: ID and code.
fn until_code(client: &Client, person: &Person) -> (String, String) {
    let opened = client.open(person, "ウケトリニン", 648).unwrap();
    let id = opened.text("authorization_id");
    assert_eq!(client.issue(&id).unwrap().status, 202);
    (id, code_in(&mails(client).pop().unwrap().text))
}

#[test]
fn demo_json_names_everything_a_program_needs() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::demo(directory.path());
    let file = directory.path().join("demo.json");
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let demo = demo_json(directory.path());
    assert_eq!(demo["url"], format!("http://{}", server.address));
    assert_eq!(
        demo["mail_url"],
        format!("http://{}/demo/mail", server.address)
    );
    assert_eq!(
        demo["clock_url"],
        format!("http://{}/demo/clock", server.address)
    );
    assert_eq!(demo["profile"], "mail-otp");
    assert!(demo["api_key"].as_str().unwrap().starts_with("wk_"));
    let people = demo["people"].as_array().unwrap();
    assert!(people.len() >= 10, "{people:?}");
    for person in people {
        for key in [
            "contract_id",
            "role",
            "name",
            "logon_pin",
            "confirmation_pin",
        ] {
            assert!(!person[key].as_str().unwrap().is_empty(), "{key}: {person}");
        }
        for key in ["user_id", "otp_mail", "token"] {
            assert!(
                person[key].is_null() || person[key].is_string(),
                "{key}: {person}"
            );
        }
        let (grid, columns) = (person["grid"].as_array().unwrap(), &person["grid_columns"]);
        assert_eq!(grid.len(), person["grid_rows"].as_array().unwrap().len());
        assert_eq!(
            grid[0].as_array().unwrap().len(),
            columns.as_array().unwrap().len()
        );
        assert!(person["accounts"][0].is_string(), "{person}");
    }
    assert!(
        people
            .iter()
            .any(|p| p["user_id"].is_null() && p["role"] == "administrator")
    );
    assert!(people.iter().any(|p| p["otp_mail"].is_null()));
}

#[test]
fn a_transfer_is_authorised_from_logon_to_receipt() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::demo(directory.path());
    let demo = demo_json(directory.path());
    let (client, person) = (client(&demo), person(&demo));
    let started = client.start_logon(&person, &person.logon_pin).unwrap();
    assert_eq!(started.status, 201, "{started:?}");
    let complete = client.answer_logon(&person, &started).unwrap();
    assert_eq!(complete.text("state"), "complete");
    let token = complete.json()["session"]["token"]
        .as_str()
        .unwrap()
        .to_owned();

    let (id, code) = until_code(&client, &person);
    let mail = mails(&client).pop().unwrap();
    assert_eq!(Some(&mail.to), person.otp_mail.as_ref());
    assert!(mail.from.contains("otp@bank.warifu.example"), "{mail:?}");
    assert!(
        mail.subject.contains("メールワンタイムパスワード"),
        "{mail:?}"
    );
    assert!(mail.at.ends_with('Z'), "{mail:?}");
    let authorized = client.answer(&id, &person, &code, "k").unwrap();
    assert_eq!(authorized.status, 200, "{authorized:?}");
    let view = client.view(&id).unwrap();
    assert_eq!(view.text("receipt"), authorized.text("receipt"));

    // While it runs and after it has stopped, nothing of this lies anywhere in clear.
    let mut secrets = person.secrets();
    secrets.extend([code, token, demo["api_key"].as_str().unwrap().to_owned()]);
    nowhere(directory.path(), &secrets);
    assert!(server.stop().0.success());
    nowhere(directory.path(), &secrets);
}

/// In no file but the one that is made to tell them.
fn nowhere(directory: &Path, secrets: &[String]) {
    for (file, bytes) in files_below(directory) {
        if file.ends_with("demo.json") {
            continue;
        }
        for secret in secrets {
            assert!(!holds(&bytes, secret), "{secret} in {}", file.display());
        }
    }
}

#[test]
fn a_restart_keeps_people_key_mails_and_clock() {
    let directory = tempfile::tempdir().unwrap();
    let first = Server::demo(directory.path());
    let before = demo_json(directory.path());
    let person = person(&before);
    let (id, code) = until_code(&client(&before), &person);
    let moved = advance(&client(&before), 86_400);
    first.kill();

    let _second = Server::demo(directory.path());
    let after = demo_json(directory.path());
    assert_eq!(before["people"], after["people"]);
    assert_eq!(before["api_key"], after["api_key"]);
    let client = client(&after);
    assert!(now(&client) >= moved, "{moved}");
    assert_eq!(code_in(&mails(&client).pop().unwrap().text), code);
    // A day later the code of before counts no more.
    let late = client.answer(&id, &person, &code, "k").unwrap();
    assert_eq!((late.status, late.code().as_str()), (409, "expired"));
}

#[test]
fn a_clock_that_goes_back_stops_judgement_until_it_is_right() {
    let directory = tempfile::tempdir().unwrap();
    let _server = Server::demo(directory.path());
    let demo = demo_json(directory.path());
    let (client, person) = (client(&demo), person(&demo));
    let (id, code) = until_code(&client, &person);
    let before = now(&client);
    let back = advance(&client, -3_600);
    assert!(back < before, "{back} {before}");
    let stopped = client.answer(&id, &person, &code, "k").unwrap();
    assert_eq!(
        (stopped.status, stopped.code().as_str()),
        (503, "clock_backwards")
    );
    advance(&client, 3_600);
    assert_eq!(client.answer(&id, &person, &code, "k").unwrap().status, 200);
}

#[test]
fn the_clock_refuses_what_is_no_advance() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::demo(directory.path());
    let client = server.client();
    for body in [
        json!({ "advance_secs": "x" }),
        json!({ "advance": 1 }),
        json!({ "advance_secs": i64::MAX }),
    ] {
        let refused = client.post("/demo/clock", &body).unwrap();
        assert!((400..500).contains(&refused.status), "{body}: {refused:?}");
    }
}

#[test]
fn an_unknown_profile_is_refused_with_those_there_are() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path().to_str().unwrap();
    let ran = warifu(&[
        "demo",
        "--data-dir",
        at,
        "--listen",
        "127.0.0.1:0",
        "--profile",
        "none",
    ]);
    assert_eq!(ran.exit, 2, "{ran:?}");
    assert!(ran.err.contains("mail-otp"), "{ran:?}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "measures")]
fn the_demo_is_ready_at_once() {
    let directory = tempfile::tempdir().unwrap();
    for start in ["first start, with people to be made", "later start"] {
        let begun = Instant::now();
        let server = Server::demo(directory.path());
        println!("{start}: ready after {} ms", begun.elapsed().as_millis());
        assert!(begun.elapsed().as_secs() < 10, "{start}");
        server.kill();
    }
}
