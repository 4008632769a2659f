//! A person who authorises one transfer after the other, whatever happens to the server.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{JoinHandle, spawn};

use super::world::{Record, World};
use crate::api::{Person, wrong};
use crate::http::{Lost, Reply};

/// Codes a person may ask for in one window.
const CODES_PER_WINDOW: u32 = 10;
/// The mailbox itself waits for mails on their way.
const MAILBOX_READS: u32 = 5;

/// One thread for each person, so that a person's answers come one after the other.
pub fn all(world: &Arc<World>) -> Vec<JoinHandle<()>> {
    let begin = |person: &Person| {
        let (world, person) = (Arc::clone(world), person.clone());
        spawn(move || work(&world, &person))
    };
    world.people.iter().map(begin).collect()
}

fn work(world: &World, person: &Person) {
    let mut codes_left = CODES_PER_WINDOW;
    while !world.ended.load(Ordering::SeqCst) {
        let about_something = world.gate.read().unwrap();
        let codes = transfer(world, person);
        drop(about_something);
        // A lost answer may stand for a code that was issued.
        codes_left = codes_left.saturating_sub(codes);
        if codes_left < 2 {
            world.wait_for_next_window();
            codes_left = CODES_PER_WINDOW;
        }
    }
}

/// One authorization from its opening to its receipt; how often a code was asked for.
fn transfer(world: &World, person: &Person) -> u32 {
    let payee = world.new_payee();
    let Ok(opened) = world.ask(|client| client.open(person, &payee, 1)) else {
        return 0;
    };
    assert_eq!(opened.status, 201, "{opened:?}");
    let mut record = Record {
        id: opened.text("authorization_id"),
        person: person.clone(),
        payee,
        issued: false,
        issue_lost: false,
        proof: None,
        receipt: None,
    };
    let issued = world.ask(|client| client.issue(&record.id));
    let codes = u32::from(!matches!(issued, Err(Lost::NotSent)));
    match issued {
        Ok(issued) => {
            assert_eq!(issued.status, 202, "{issued:?}");
            record.issued = true;
            prove(world, &mut record);
        }
        Err(Lost::NoAnswer) => record.issue_lost = true,
        Err(Lost::NotSent) => {}
    }
    world.records.lock().unwrap().push(record);
    codes
}

/// Reads the code and answers; every third time with a wrong code first.
fn prove(world: &World, record: &mut Record) {
    let Some(code) = mailed_code(world, &record.payee) else {
        return;
    };
    let key = format!("right-{}", record.id);
    if record.id.ends_with(['0', '3', '6', '9', 'c']) {
        let refused = insist(
            world,
            record,
            &wrong(&code),
            &format!("wrong-{}", record.id),
        );
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (403, "wrong_answer")
        );
    }
    record.proof = Some((code.clone(), key.clone()));
    let authorized = insist(world, record, &code, &key);
    assert_eq!(authorized.status, 200, "{record:?}: {authorized:?}");
    let receipt = authorized.text("receipt");
    record.receipt = Some(receipt.clone());
    if let Ok(again) = world.ask(|client| client.answer(&record.id, &record.person, &code, &key)) {
        assert_eq!((again.status, again.text("receipt")), (200, receipt));
    }
    let id = &record.id;
    if let Ok(used) = world.ask(|client| client.answer(id, &record.person, &code, "another")) {
        assert_eq!((used.status, used.code().as_str()), (409, "already_used"));
    }
}

/// The code, unless reading the mailbox was cut off again and again.
fn mailed_code(world: &World, payee: &str) -> Option<String> {
    for _ in 0..MAILBOX_READS {
        let mailbox = world.ask(|client| client.get("/demo/mail.json"));
        if let Ok(mailbox) = mailbox {
            world.note_mails(&mailbox);
        }
        if let Some(code) = world.code_for(payee) {
            return Some(code);
        }
    }
    None
}

/// Repeats the same request with the same Idempotency-Key until it is answered.
fn insist(world: &World, record: &Record, code: &str, key: &str) -> Reply {
    loop {
        match world.ask(|client| client.answer(&record.id, &record.person, code, key)) {
            Ok(reply) if reply.status != 503 => return reply,
            Ok(_) | Err(Lost::NotSent) => {}
            Err(Lost::NoAnswer) => {
                world.faults.proofs_lost.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
}
