//! Mail over a real SMTP server (NOT-4): what arrives, what is tried again, what staff see.

use std::time::Instant;

use serde_json::Value;

use crate::api::{Person, code_in};
use crate::http::Client;
use crate::mail_sink::{MailDir, MailSink};
use crate::server::Server;
use crate::site::Site;

struct Bank {
    site: Site,
    mails: MailDir,
    person: Person,
    key: String,
}

impl Bank {
    /// With a configuration for a mail server on `port`, trusting `ca`.
    fn new(mails: MailDir, port: u16, ca: &str) -> Self {
        let site = Site::sqlite(&mails.config(port, ca));
        site.open_contract();
        let person = site.add_person("keiri01");
        let key = site.add_client("core-portal");
        Self {
            site,
            mails,
            person,
            key,
        }
    }

    fn start(&self) -> (Server, Client) {
        let server = Server::serve(&self.site.config);
        let client = Client::with_key(&server.address, &self.key);
        (server, client)
    }

    /// Opens an authorization and asks for a code.
    fn issue(&self, client: &Client) -> String {
        let opened = client
            .open(&self.person, "カ）トリヒキサキ", 100_648)
            .unwrap();
        let id = opened.text("authorization_id");
        let issued = client.issue(&id).unwrap();
        assert_eq!(issued.status, 202, "{issued:?}");
        id
    }

    fn authorized_with(&self, client: &Client, id: &str, code: &str) {
        let authorized = client.answer(id, &self.person, code, "k").unwrap();
        assert_eq!(authorized.status, 200, "{authorized:?}");
    }
}

fn sink(answers: &[&str]) -> (MailDir, MailSink) {
    let mails = MailDir::new();
    let sink = mails.start("starttls", 0, answers);
    (mails, sink)
}

/// A port on which nobody listens at the moment.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn deferred(server: &mut Server) -> Value {
    let line = server.wait_for_line(|line| line.contains("mail deferred"));
    serde_json::from_str(&line.expect("the mail is deferred")).unwrap()
}

#[test]
fn a_code_arrives_over_starttls_readable_and_without_links() {
    let (mails, sink) = sink(&[]);
    let bank = Bank::new(mails, sink.port, "ca.pem");
    let (server, client) = bank.start();
    let id = bank.issue(&client);
    let mail = sink.next();
    assert!(mail.tls && mail.authenticated, "{mail:?}");
    let raw = std::fs::read(&mail.raw).unwrap();
    assert!(raw.is_ascii(), "only ASCII on the wire");
    assert!(raw.split(|b| *b == b'\n').all(|line| line.len() <= 998));
    assert_eq!(
        mail.subject,
        "【割符銀行】メールワンタイムパスワードのご連絡"
    );
    assert_eq!(mail.from_, "割符銀行 <otp@bank.warifu.example>");
    assert_eq!(
        (mail.to.join(" "), mail.sender.as_str()),
        (
            bank.person.otp_mail.clone().unwrap(),
            "otp@bank.warifu.example"
        )
    );
    assert_eq!(mail.content_type, "text/plain");
    assert!(mail.date.is_some(), "{mail:?}");
    for line in [
        " 受取人名 カ）トリヒキサキ",
        " 取引金額 100,648 円",
        " 口座番号 123***7",
    ] {
        assert!(mail.text.contains(line), "{line}: {}", mail.text);
    }
    assert!(
        !mail.text.contains("1234567"),
        "the account is masked: {}",
        mail.text
    );
    assert!(!mail.text.contains("http"), "{}", mail.text);
    bank.authorized_with(&client, &id, &code_in(&mail.text));
    drop(server);
}

#[test]
fn a_mail_refused_for_now_is_tried_again_under_the_same_message_id() {
    let (mails, sink) = sink(&["451 4.3.0 later", "451 4.3.0 later"]);
    let bank = Bank::new(mails, sink.port, "ca.pem");
    let (_server, client) = bank.start();
    let id = bank.issue(&client);
    let tries = [sink.next(), sink.next(), sink.next()];
    assert_eq!(
        tries.each_ref().map(|mail| &mail.answer[..3]),
        ["451", "451", "250"]
    );
    assert!(
        tries[0].message_id.ends_with("@bank.warifu.example>"),
        "{tries:?}"
    );
    assert!(
        tries
            .iter()
            .all(|mail| mail.message_id == tries[0].message_id),
        "{tries:?}"
    );
    bank.authorized_with(&client, &id, &code_in(&tries[2].text));
}

#[test]
fn a_mail_refused_for_good_is_shown_to_staff_and_recorded() {
    let (mails, sink) = sink(&["550 5.1.1 no such mailbox"]);
    let bank = Bank::new(mails, sink.port, "ca.pem");
    assert_eq!(bank.site.done(&["failed-mails"]), "");
    let (mut server, client) = bank.start();
    bank.issue(&client);
    assert!(sink.next().answer.starts_with("550"));
    server
        .wait_for_line(|line| line.contains("mail can't be delivered"))
        .expect("is logged");
    // Beside the running server, and after it: it may not have written it down yet.
    bank.site.done(&["failed-mails"]);
    assert!(server.stop().0.success());
    let failed: Value = serde_json::from_str(&bank.site.done(&["failed-mails", "--json"])).unwrap();
    assert_eq!(failed["kind"], "mail-otp");
    assert_eq!(failed["recipient"], "k***@test-shoji.example");
    assert!(
        failed["failure"]
            .as_str()
            .unwrap()
            .contains("no such mailbox"),
        "{failed}"
    );
    let db = rusqlite::Connection::open(bank.site.path("warifu.db")).unwrap();
    let sql = "SELECT data FROM audit_events WHERE kind = 'mail-failed' AND chain = '1000000001'";
    let data: String = db.query_row(sql, [], |row| row.get(0)).unwrap();
    assert!(data.contains(failed["id"].as_str().unwrap()), "{data}");
}

#[test]
fn a_mail_waits_for_a_mail_server_that_is_down() {
    let mails = MailDir::new();
    let port = free_port();
    let bank = Bank::new(mails, port, "ca.pem");
    let (mut server, client) = bank.start();
    let id = bank.issue(&client);
    assert_eq!(deferred(&mut server)["attempt"], 1);
    let sink = bank.mails.start("starttls", port, &[]);
    bank.authorized_with(&client, &id, &code_in(&sink.next().text));
}

#[test]
fn a_mail_server_that_cant_prove_who_it_is_gets_nothing() {
    let (mails, sink) = sink(&[]);
    let bank = Bank::new(mails, sink.port, "other-ca.pem");
    let (mut server, client) = bank.start();
    bank.issue(&client);
    let reason = deferred(&mut server)["reason"].to_string();
    assert!(reason.to_lowercase().contains("certificate"), "{reason}");
    assert!(!bank.mails.path().join("1.eml").exists());
}

/// The mail stays queued, and goes out at the next start without waiting for the end of its lease.
#[test]
#[expect(clippy::disallowed_methods, reason = "measures")]
fn a_mail_server_that_says_nothing_does_not_keep_the_server_from_stopping() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mails = MailDir::new();
    let bank = Bank::new(mails, silent.local_addr().unwrap().port(), "ca.pem");
    bank.site
        .reconfigure("timeout_secs = 5", "timeout_secs = 600");
    bank.site.reconfigure("[server]", "[server]\nstop_secs = 1");
    let (server, client) = bank.start();
    let id = bank.issue(&client);
    let connected = silent.accept().unwrap();
    let told = Instant::now();
    assert!(server.stop().0.success());
    assert!(told.elapsed().as_secs() < 30, "{:?}", told.elapsed());
    let port = silent.local_addr().unwrap().port();
    drop((connected, silent));
    let sink = bank.mails.start("starttls", port, &[]);
    let (_server, client) = bank.start();
    bank.authorized_with(&client, &id, &code_in(&sink.next().text));
}

#[test]
fn a_mail_never_goes_out_in_clear() {
    let mails = MailDir::new();
    let sink = mails.start("plain", 0, &[]);
    let bank = Bank::new(mails, sink.port, "ca.pem");
    let (mut server, client) = bank.start();
    bank.issue(&client);
    deferred(&mut server);
    assert_eq!(deferred(&mut server)["attempt"], 2);
    assert!(!bank.mails.path().join("1.eml").exists());
}
