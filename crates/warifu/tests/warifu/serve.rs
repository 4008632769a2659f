//! `warifu serve` as an operator meets it: refusing to start, starting, being watched, being stopped,
//! coming back from a backup.

use std::io::{Read, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::api::{Person, code_in};
use crate::http::{Client, read_reply};
use crate::mail_sink::MailDir;
use crate::server::{Server, eventually};
use crate::site::{NO_MAIL, Site, files_below, holds, warifu};

/// Starts the server, which must refuse: what it says.
fn refused(site: &Site) -> String {
    let ran = site.run(&["serve"]);
    assert_eq!(ran.exit, 2, "{ran:?}");
    ran.err
}

/// In `[database]`, whose keys depend on `kind`, the line is the section's.
#[test]
fn an_unknown_key_is_refused_with_its_line() {
    for (section, line) in [("[server]", 5), ("[database]", 7), ("[mail]", 11)] {
        let site = Site::bare(NO_MAIL);
        site.reconfigure(section, &format!("{section}\nbogus = 1"));
        let said = refused(&site);
        assert!(said.contains("bogus"), "{said}");
        assert!(said.contains(&format!("line {line}")), "{section}: {said}");
    }
}

#[test]
fn a_missing_file_is_named() {
    for name in ["profile.toml", "keys", "warifu.toml"] {
        let site = Site::sqlite(NO_MAIL);
        std::fs::remove_file(site.path(name)).unwrap();
        let said = refused(&site);
        assert!(
            said.contains(site.path(name).to_str().unwrap()),
            "{name}: {said}"
        );
    }
}

#[test]
fn another_key_file_is_refused() {
    let site = Site::sqlite(NO_MAIL);
    site.open_contract();
    let key = data_encoding::BASE64.encode(&[8; 32]);
    std::fs::write(site.path("keys"), format!("k1 {key}\n")).unwrap();
    let said = refused(&site);
    assert!(said.contains("key"), "{said}");
}

#[test]
fn a_database_without_schema_is_refused_with_the_way_out() {
    let said = refused(&Site::bare(NO_MAIL));
    assert!(said.contains("warifu migrate"), "{said}");
}

#[test]
fn a_demos_data_are_refused() {
    let site = Site::bare(NO_MAIL);
    let demo = site.path("demo");
    assert!(Server::demo(&demo).stop().0.success());
    let database = site.path("warifu.db");
    site.reconfigure(
        database.to_str().unwrap(),
        demo.join("warifu.db").to_str().unwrap(),
    );
    site.reconfigure(
        site.path("keys").to_str().unwrap(),
        demo.join("keys").to_str().unwrap(),
    );
    let said = refused(&site);
    assert!(said.contains("demo"), "{said}");
}

#[test]
fn one_database_file_has_one_server() {
    let site = Site::sqlite(NO_MAIL);
    let server = Server::serve(&site.config);
    let said = refused(&site);
    assert!(said.contains("database"), "{said}");
    assert_eq!(server.client().get("/readyz").unwrap().status, 200);
}

#[test]
fn health_and_metrics_are_where_they_belong_and_the_demo_is_nowhere() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let site = Site::sqlite(NO_MAIL);
    let listen = format!("[server]\nmetrics_listen = \"127.0.0.1:{port}\"");
    site.reconfigure("[server]", &listen);
    let server = Server::serve(&site.config);
    let public = server.client();
    for path in ["/healthz", "/readyz", "/api/v1/ping"] {
        assert_eq!(public.get(path).unwrap().status, 200, "{path}");
    }
    let metrics = Client::to(&format!("127.0.0.1:{port}"));
    let scraped = eventually("a scrape", || {
        let scraped = metrics.get("/metrics").ok()?;
        scraped
            .body
            .contains("warifu_mails_waiting")
            .then_some(scraped)
    });
    assert_eq!(scraped.status, 200);
    for path in ["/metrics", "/demo/mail", "/demo/mail.json", "/demo/clock"] {
        assert_eq!(public.get(path).unwrap().status, 404, "{path}");
    }
    let moved = public
        .post("/demo/clock", &json!({ "advance_secs": 1 }))
        .unwrap();
    assert_eq!(moved.status, 404, "{moved:?}");
}

#[test]
fn a_request_under_way_is_finished_before_the_server_ends() {
    let site = Site::sqlite(NO_MAIL);
    site.open_contract();
    let person = site.add_person("keiri01");
    let key = site.add_client("core-portal");
    let server = Server::serve(&site.config);
    let client = Client::with_key(&server.address, &key);
    let body = json!({
        "contract_id": person.contract_id, "user_id": person.user_id, "pin": person.logon_pin,
        "channel": "pc",
    })
    .to_string();
    let mut stream = client.connect().unwrap();
    let head = client.head(
        "POST /api/v1/logons",
        &[("expect", "100-continue")],
        body.len(),
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    server.terminate();
    eventually("no new connections", || {
        client.connect().is_none().then_some(())
    });
    stream.write_all(body.as_bytes()).unwrap();
    let reply = read_reply(&mut stream).expect("an answer");
    assert_eq!(reply.status, 201, "{reply:?}");
    assert!(server.wait().success());
}

#[test]
fn a_restored_backup_is_noticed_and_its_codes_are_dead() {
    let mails = MailDir::new();
    let sink = mails.start("starttls", 0, &[]);
    let site = Site::sqlite(&mails.config(sink.port, "ca.pem"));
    site.open_contract();
    let person = site.add_person("keiri01");
    let key = site.add_client("core-portal");

    let server = Server::serve(&site.config);
    let client = Client::with_key(&server.address, &key);
    let id = client
        .open(&person, "ウケトリニン", 1)
        .unwrap()
        .text("authorization_id");
    assert_eq!(client.issue(&id).unwrap().status, 202);
    let code = code_in(&sink.next().text);
    assert!(server.stop().0.success());
    let seen = || std::fs::read_to_string(site.path("state/clock-floor")).ok();
    let seen_before = seen();
    let backup = site.path("backup.db");
    let db = rusqlite::Connection::open(site.path("warifu.db")).unwrap();
    db.execute("VACUUM INTO ?1", [backup.to_str().unwrap()])
        .unwrap();
    drop(db);

    let server = Server::serve(&site.config);
    let client = Client::with_key(&server.address, &key);
    let used = client.answer(&id, &person, &code, "k").unwrap();
    assert_eq!(used.status, 200, "{used:?}");
    eventually("the server remembers how late it is", || {
        (seen() != seen_before).then_some(())
    });
    assert!(server.stop().0.success());

    put_back(&site, &backup);
    let said = refused(&site);
    assert!(
        said.contains("restored") && said.contains("warifu after-restore"),
        "{said}"
    );
    site.done(&["after-restore"]);
    let server = Server::serve(&site.config);
    let client = Client::with_key(&server.address, &key);
    let again = client.answer(&id, &person, &code, "k").unwrap();
    assert_eq!(again.status, 409, "{again:?}");
    assert_ne!(client.view(&id).unwrap().text("state"), "authorized");
    drop(server);
    site.done(&["audit", "verify"]);
}

fn put_back(site: &Site, backup: &Path) {
    for suffix in ["-wal", "-shm"] {
        // Gone already if the server closed the database.
        let _ = std::fs::remove_file(site.path(&format!("warifu.db{suffix}")));
    }
    std::fs::copy(backup, site.path("warifu.db")).unwrap();
}

#[test]
fn logs_are_json_with_request_ids_and_without_secrets() {
    let mails = MailDir::new();
    let sink = mails.start("starttls", 0, &["451 4.3.0 later"]);
    let site = Site::sqlite(&mails.config(sink.port, "ca.pem"));
    site.reconfigure("[mail]", "[log]\nlevel = \"debug\"\n[mail]");
    site.open_contract();
    let person = site.add_person("keiri01");
    let key = site.add_client("core-portal");
    let server = Server::serve(&site.config);
    let client = Client::with_key(&server.address, &key);
    let mut secrets = whole_scenario(&client, &person);
    let id = client
        .open(&person, "ウケトリニン", 1)
        .unwrap()
        .text("authorization_id");
    client.issue(&id).unwrap();
    let mail = [sink.next(), sink.next()];
    let code = code_in(&mail[1].text);
    assert_eq!(client.answer(&id, &person, &code, "k").unwrap().status, 200);
    secrets.extend([code, key]);
    let (status, log) = server.stop();
    assert!(status.success());

    let mut ids = 0;
    for line in log.lines().filter(|line| !line.starts_with("warifu ")) {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        ids += usize::from(line.to_string().contains("request_id"));
    }
    assert!(ids > 0, "no request_id: {log}");
    for secret in &secrets {
        assert!(!holds(log.as_bytes(), secret), "{secret} in the log");
        for (file, bytes) in files_below(site.dir.path()) {
            assert!(!holds(&bytes, secret), "{secret} in {}", file.display());
        }
    }
    let checked = warifu(&["audit", "verify", "--config", site.config.to_str().unwrap()]);
    assert_eq!(checked.exit, 0, "{checked:?}");
}

/// A logon, wrong and right: everything that must not be found anywhere afterwards.
fn whole_scenario(client: &Client, person: &Person) -> Vec<String> {
    let typed = "Typed9Wrongly";
    assert_eq!(client.start_logon(person, typed).unwrap().status, 401);
    let started = client.start_logon(person, &person.logon_pin).unwrap();
    let complete = client.answer_logon(person, &started).unwrap();
    let token = complete.json()["session"]["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut secrets = person.secrets();
    secrets.extend([token, typed.to_owned()]);
    secrets
}
