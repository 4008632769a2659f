//! What the customers, the killer and the final account share.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, RwLock};

use serde::Deserialize;

use crate::api::{Person, code_in};
use crate::http::{Client, Lost, Reply};
use crate::server::Server;

/// What happened, not what was tried.
#[derive(Default)]
pub struct Faults {
    pub kills: AtomicU64,
    pub kills_in_flight: AtomicU64,
    pub kills_in_start: AtomicU64,
    pub answers_lost: AtomicU64,
    pub proofs_lost: AtomicU64,
}

/// One authorization whose opening was acknowledged.
#[derive(Clone, Debug)]
pub struct Record {
    pub id: String,
    pub person: Person,
    pub payee: String,
    /// Whether a code was acknowledged.
    pub issued: bool,
    /// Whether an answer to asking for a code was lost: there may be more codes than acknowledged.
    pub issue_lost: bool,
    /// The right code and its Idempotency-Key, once sent.
    pub proof: Option<(String, String)>,
    /// The receipt, once acknowledged.
    pub receipt: Option<String>,
}

/// A mail of the demo's mailbox.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub at: String,
}

/// The server's address and how often it was started; none while it is down.
#[derive(Default)]
struct Up {
    address: Option<String>,
    window: u64,
}

pub struct World {
    key: String,
    pub people: Vec<Person>,
    pub faults: Faults,
    pub ended: AtomicBool,
    /// Customers hold it for reading while they are about something.
    pub gate: RwLock<()>,
    /// Every acknowledged authorization.
    pub records: Mutex<Vec<Record>>,
    /// Mails by the payee they name; every authorization has its own.
    pub mails: Mutex<HashMap<String, Vec<Mail>>>,
    accounted_for: AtomicUsize,
    next_payee: AtomicU64,
    in_flight: AtomicUsize,
    /// Requests answered.
    pub answered: AtomicU64,
    /// Customers who may not ask for codes at the moment.
    waiting: AtomicUsize,
    up: Mutex<Up>,
    changed: Condvar,
}

#[derive(Deserialize)]
struct DemoFile {
    api_key: String,
    people: Vec<Person>,
}

impl World {
    /// Of the people in a demo's `demo.json`.
    pub fn of_demo(directory: &Path) -> Self {
        let text = std::fs::read_to_string(directory.join("demo.json")).unwrap();
        let demo: DemoFile = serde_json::from_str(&text).unwrap();
        Self {
            key: demo.api_key,
            people: demo
                .people
                .into_iter()
                .filter(|p| p.otp_mail.is_some())
                .collect(),
            faults: Faults::default(),
            ended: AtomicBool::new(false),
            gate: RwLock::new(()),
            records: Mutex::default(),
            mails: Mutex::default(),
            accounted_for: AtomicUsize::new(0),
            next_payee: AtomicU64::new(0),
            in_flight: AtomicUsize::new(0),
            answered: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
            up: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Lets customers go on.
    pub fn serve_at(&self, address: &str) {
        self.up.lock().unwrap().address = Some(address.to_owned());
        self.changed.notify_all();
    }

    /// SIGKILL.
    pub fn kill(&self, server: Server) {
        let lost_before = self.faults.answers_lost.load(Ordering::SeqCst);
        self.up.lock().unwrap().address = None;
        server.kill();
        while self.in_flight.load(Ordering::SeqCst) > 0 {
            std::thread::yield_now();
        }
        self.faults.kills.fetch_add(1, Ordering::SeqCst);
        if self.faults.answers_lost.load(Ordering::SeqCst) > lost_before {
            self.faults.kills_in_flight.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Asks the server that is up, or the next one.
    pub fn ask(&self, request: impl Fn(&Client) -> Result<Reply, Lost>) -> Result<Reply, Lost> {
        let mut up = self.up.lock().unwrap();
        let address = loop {
            match &up.address {
                Some(address) => break address.clone(),
                None => up = self.changed.wait(up).unwrap(),
            }
        };
        // Counted before the lock is let go, so that a kill knows of it.
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        drop(up);
        let result = request(&Client::with_key(&address, &self.key));
        match result {
            Ok(_) => self.answered.fetch_add(1, Ordering::SeqCst),
            Err(Lost::NoAnswer) => self.faults.answers_lost.fetch_add(1, Ordering::SeqCst),
            Err(Lost::NotSent) => 0,
        };
        self.in_flight.fetch_sub(1, Ordering::SeqCst);
        result
    }

    /// A payee that no other authorization has.
    pub fn new_payee(&self) -> String {
        format!("ﾃｽﾄ {:07}", self.next_payee.fetch_add(1, Ordering::SeqCst))
    }

    /// Waits until people may ask for codes again.
    pub fn wait_for_next_window(&self) {
        let up = self.up.lock().unwrap();
        let now = up.window;
        let ended = || self.ended.load(Ordering::SeqCst);
        self.waiting.fetch_add(1, Ordering::SeqCst);
        drop(
            self.changed
                .wait_while(up, |up| up.window == now && !ended())
                .unwrap(),
        );
        self.waiting.fetch_sub(1, Ordering::SeqCst);
    }

    /// Whether no customer can do anything before the next window.
    pub fn all_wait(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) == self.people.len()
    }

    /// People may ask for codes again.
    pub fn next_window(&self) {
        self.up.lock().unwrap().window += 1;
        self.changed.notify_all();
    }

    /// Reads the mailbox.
    pub fn collect_mails(&self, client: &Client) {
        self.note_mails(&client.get("/demo/mail.json").unwrap());
    }

    /// Keeps what a reading of the mailbox shows.
    pub fn note_mails(&self, mailbox: &Reply) {
        let arrived: Vec<Mail> = serde_json::from_str(&mailbox.body).unwrap();
        let mut mails = self.mails.lock().unwrap();
        for mail in arrived {
            let payee = mail
                .text
                .lines()
                .find_map(|line| line.trim().strip_prefix("受取人名 "));
            let known = mails.entry(payee.unwrap().to_owned()).or_default();
            if !known.contains(&mail) {
                known.push(mail);
            }
        }
    }

    /// The only code mailed for a payee.
    pub fn code_for(&self, payee: &str) -> Option<String> {
        let mails = self.mails.lock().unwrap();
        mails.get(payee)?.first().map(|mail| code_in(&mail.text))
    }

    /// Whether each code acknowledged in this window has its mail.
    pub fn all_mails_arrived(&self) -> bool {
        let records = self.records.lock().unwrap();
        let mails = self.mails.lock().unwrap();
        let here = self.accounted_for.load(Ordering::SeqCst);
        records[here..]
            .iter()
            .filter(|r| r.issued)
            .all(|r| mails.contains_key(&r.payee))
    }

    /// Mails of what was issued so far are no longer awaited.
    pub fn window_is_over(&self) {
        let count = self.records.lock().unwrap().len();
        self.accounted_for.store(count, Ordering::SeqCst);
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let now = |count: &AtomicU64| count.load(Ordering::SeqCst);
        write!(
            f,
            "{} kills under load, {} of them hit requests; {} kills during a start; {} answers lost, \
             {} of them to proofs",
            now(&self.kills),
            now(&self.kills_in_flight),
            now(&self.kills_in_start),
            now(&self.answers_lost),
            now(&self.proofs_lost),
        )
    }
}
