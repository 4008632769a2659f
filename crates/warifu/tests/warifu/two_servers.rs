//! Two server processes on one PostgreSQL database: whatever happens at both at once happens once.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Barrier};

use warifu_testkit::postgres::{Syncing, fresh_database};

use crate::api::{Person, code_in, wrong};
use crate::http::{Client, Reply};
use crate::mail_sink::{MailDir, MailSink};
use crate::server::Server;
use crate::site::Site;

const AT_ONCE: usize = 64;
const RACES: u32 = 30;

struct Pair {
    site: Site,
    _mails: MailDir,
    sink: MailSink,
    person: Person,
    servers: [Server; 2],
    clients: [Client; 2],
}

impl Pair {
    fn start() -> Self {
        Self::start_by("needs = [\"confirmation-pin\"]")
    }

    /// With what the profile asks before the mandatory date, beside the mailed code.
    fn start_by(needs: &str) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let url = runtime.block_on(fresh_database(Syncing::Off)).unwrap();
        let mails = MailDir::new();
        let sink = mails.start("starttls", 0, &[]);
        let site = Site::postgres(&url, &mails.config(sink.port, "ca.pem"));
        site.change_profile("needs = [\"confirmation-pin\"]", needs);
        site.open_contract();
        let person = site.add_person("keiri01");
        let key = site.add_client("core-portal");
        let start = |config: &Path| Server::serve(config);
        let servers = [start(&site.config), start(&site.second_config())];
        let clients = [0, 1].map(|i: usize| Client::with_key(&servers[i].address, &key));
        Self {
            site,
            _mails: mails,
            sink,
            person,
            servers,
            clients,
        }
    }

    /// Opens an authorization at the first server and asks the second for a code: its ID and code.
    fn until_code(&self) -> (String, String) {
        let opened = self.clients[0]
            .open(&self.person, "ウケトリニン", 1)
            .unwrap();
        assert_eq!(opened.status, 201, "{opened:?}");
        let id = opened.text("authorization_id");
        let issued = self.clients[1].issue(&id).unwrap();
        assert_eq!(issued.status, 202, "{issued:?}");
        (id, code_in(&self.sink.next().text))
    }

    /// The same answer many times at the same moment, half of them at each server: the answers' codes
    /// with how often each came, `200` for an acceptance.
    fn answer_at_once(&self, id: &str, code: &str) -> BTreeMap<String, usize> {
        let together = Arc::new(Barrier::new(AT_ONCE));
        let threads: Vec<_> = (0..AT_ONCE)
            .map(|i| {
                let (client, person) = (self.clients[i % 2].clone(), self.person.clone());
                let (id, code) = (id.to_owned(), code.to_owned());
                let together = Arc::clone(&together);
                std::thread::spawn(move || {
                    together.wait();
                    client
                        .answer(&id, &person, &code, &format!("{code}-{i}"))
                        .unwrap()
                })
            })
            .collect();
        let mut outcomes = BTreeMap::new();
        for thread in threads {
            *outcomes
                .entry(outcome(&thread.join().unwrap()))
                .or_default() += 1;
        }
        outcomes
    }

    fn stop(self) {
        for server in self.servers {
            let (status, log) = server.stop();
            assert!(status.success(), "{log}");
        }
        self.site.done(&["audit", "verify"]);
    }
}

fn outcome(reply: &Reply) -> String {
    if reply.status == 200 {
        "200".to_owned()
    } else {
        reply.code()
    }
}

#[test]
fn of_many_right_answers_at_both_servers_one_is_accepted() {
    let pair = Pair::start();
    let (id, code) = pair.until_code();
    let outcomes = pair.answer_at_once(&id, &code);
    println!("right answers: {outcomes:?}");
    assert_eq!(outcomes["200"], 1);
    let losers = ["200", "already_used", "busy"];
    assert!(
        outcomes.keys().all(|o| losers.contains(&o.as_str())),
        "{outcomes:?}"
    );
    let [a, b] = [0, 1].map(|i: usize| pair.clients[i].view(&id).unwrap());
    assert_eq!(a.text("state"), "authorized");
    assert_eq!(a.text("receipt"), b.text("receipt"));
    pair.stop();
}

#[test]
fn wrong_answers_at_both_servers_are_all_counted_and_suspend() {
    let pair = Pair::start();
    let (id, code) = pair.until_code();
    let outcomes = pair.answer_at_once(&id, &wrong(&code));
    println!("wrong answers, first code: {outcomes:?}");
    assert_eq!(
        outcomes["wrong_answer"], 3,
        "three tries for a code: {outcomes:?}"
    );
    assert_eq!(
        outcome(
            &pair.clients[1]
                .answer(&id, &pair.person, &code, "r")
                .unwrap()
        ),
        "code_void"
    );

    let (id, code) = pair.until_code();
    let outcomes = pair.answer_at_once(&id, &wrong(&code));
    println!("wrong answers, second code: {outcomes:?}");
    assert_eq!(
        outcomes["wrong_answer"], 2,
        "suspended at the fifth: {outcomes:?}"
    );
    assert!(outcomes["suspended"] > 0, "{outcomes:?}");
    for client in &pair.clients {
        let right = client.answer(&id, &pair.person, &code, "r").unwrap();
        assert_eq!(outcome(&right), "suspended");
    }
    pair.stop();
}

/// A new code voids the one before; so an answer with the old code and a new code at the same moment
/// can't both succeed. By the code alone: hashing a PIN would let the new code win every time.
#[test]
fn a_code_is_never_accepted_beside_a_newer_one() {
    let pair = Pair::start_by("needs = []");
    let (mut accepted, mut superseded) = (0, 0);
    for round in 0..RACES {
        let (id, code) = pair.until_code();
        let together = Barrier::new(2);
        let at = usize::try_from(round % 2).unwrap();
        let (answered, issued) = std::thread::scope(|scope| {
            let answer = scope.spawn(|| {
                together.wait();
                pair.clients[at]
                    .answer(&id, &pair.person, &code, "a")
                    .unwrap()
            });
            together.wait();
            let issued = pair.clients[1 - at].issue(&id).unwrap();
            (answer.join().unwrap(), issued)
        });
        match (outcome(&answered).as_str(), issued.status) {
            ("200", 409) => accepted += 1,
            ("superseded", 202) => {
                superseded += 1;
                // Counted as wrong; the new code sets the count back.
                let newer = code_in(&pair.sink.next().text);
                let right = pair.clients[at]
                    .answer(&id, &pair.person, &newer, "b")
                    .unwrap();
                assert_eq!(right.status, 200, "{right:?}");
            }
            other => panic!("{other:?}: {answered:?} {issued:?}"),
        }
    }
    println!("{accepted} answers came first, {superseded} new codes");
    assert!(
        accepted > 0 && superseded > 0,
        "no race: {accepted} {superseded}"
    );
    pair.stop();
}

#[test]
fn a_logon_begun_at_one_server_is_completed_at_the_other() {
    let pair = Pair::start();
    let started = pair.clients[0]
        .start_logon(&pair.person, &pair.person.logon_pin)
        .unwrap();
    assert_eq!(started.status, 201, "{started:?}");
    let complete = pair.clients[1]
        .answer_logon(&pair.person, &started)
        .unwrap();
    assert_eq!(
        (complete.status, complete.text("state").as_str()),
        (200, "complete")
    );
    let again = pair.clients[0]
        .answer_logon(&pair.person, &started)
        .unwrap();
    assert_eq!(outcome(&again), "already_used");
    pair.stop();
}
