//! Retries of one request: the same answer, counted once.

use super::fixtures::{Desk, RECEIPT, RIGHT, WRONG, answers};
use crate::authorization::PinCheck::Right;
use crate::authorization::{Answers, Request};
use crate::fixtures::now;
use crate::ids::PersonId;
use crate::refusal::Refusal;

fn request(id: &str, mac: u8) -> Request {
    Request {
        id: id.into(),
        mac: vec![mac; 32],
    }
}

#[test]
fn a_retry_of_the_request_that_proved_it_gets_the_same_receipt() {
    let mut desk = Desk::mailed();
    let given = answers(Right, RIGHT);
    let first = desk.give(&given, Some(&request("q1", 1)), now());
    assert!(!first.replayed);
    let retry = desk.give(&given, Some(&request("q1", 1)), now());
    assert_eq!(retry.outcome, Ok(RECEIPT.into()));
    assert!(retry.replayed);
    assert_eq!(retry.authorization, first.authorization);
    assert_eq!(retry.person, None);
}

#[test]
fn a_retry_of_a_refused_request_gets_the_same_refusal_and_counts_once() {
    for (issued_again, refusal) in [(false, Refusal::WrongAnswer), (true, Refusal::Superseded)] {
        let mut desk = Desk::mailed();
        let typed = if issued_again {
            desk.issue("161803", now()).unwrap();
            RIGHT
        } else {
            WRONG
        };
        for replayed in [false, true, true] {
            let decision = desk.give(&answers(Right, typed), Some(&request("q1", 1)), now());
            assert_eq!(
                (decision.outcome, decision.replayed),
                (Err(refusal.clone()), replayed)
            );
        }
        assert_eq!(
            (desk.person.failures.mail_otp, desk.authorization.mail.tries),
            (1, 1)
        );
    }
}

#[test]
fn the_same_id_with_another_content_is_refused_and_not_judged() {
    let mut desk = Desk::mailed();
    desk.give(&answers(Right, WRONG), Some(&request("q1", 1)), now());
    let reused = desk.give(&answers(Right, RIGHT), Some(&request("q1", 2)), now());
    assert_eq!(reused.outcome, Err(Refusal::RequestIdReused));
    assert_eq!(reused.person, None);
    assert_eq!(desk.person.failures.mail_otp, 1);
}

#[test]
fn another_id_or_none_is_a_new_request() {
    let mut desk = Desk::mailed();
    desk.give(&answers(Right, WRONG), Some(&request("q1", 1)), now());
    desk.give(&answers(Right, WRONG), Some(&request("q2", 1)), now());
    assert_eq!(desk.person.failures.mail_otp, 2);
    assert!(
        desk.give(&answers(Right, RIGHT), None, now())
            .outcome
            .is_ok()
    );
    let again = desk.give(&answers(Right, RIGHT), Some(&request("q3", 1)), now());
    assert_eq!(
        (again.outcome, again.replayed),
        (Err(Refusal::AlreadyUsed), false)
    );
}

#[test]
fn a_request_that_was_never_judged_leaves_its_id_free() {
    let mut desk = Desk::mailed();
    let incomplete = Answers {
        confirmation_pin: Some(Right),
        ..Answers::default()
    };
    let refused = desk.give(&incomplete, Some(&request("q1", 1)), now());
    assert_eq!(refused.outcome, Err(Refusal::MissingAnswer));
    let complete = desk.give(&answers(Right, RIGHT), Some(&request("q1", 2)), now());
    assert_eq!(complete.outcome, Ok(RECEIPT.into()));
}

#[test]
fn another_persons_retry_never_gets_the_receipt() {
    let mut desk = Desk::mailed();
    desk.give(&answers(Right, RIGHT), Some(&request("q1", 1)), now());
    desk.person.id = PersonId::from_stored("1234567890/other".into());
    let stolen = desk.give(&answers(Right, RIGHT), Some(&request("q1", 1)), now());
    assert_eq!(stolen.outcome, Err(Refusal::NotFound));
}
