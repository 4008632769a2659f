//! Every state with every event.

use super::fixtures::{Desk, MICROSECOND, RECEIPT, RIGHT, WRONG, answers};
use crate::authorization::PinCheck::{Right, Wrong};
use crate::authorization::{Answers, State, Void};
use crate::factor::Factor;
use crate::fixtures::now;
use crate::refusal::Refusal;

/// Each closed state with the one refusal it gives to everything.
fn closed() -> Vec<(Desk, Refusal)> {
    let mut proven = Desk::mailed();
    assert!(proven.answer(Right, RIGHT, now()).outcome.is_ok());
    let mut all = vec![(proven, Refusal::AlreadyUsed)];
    for (reason, refusal) in [
        (Void::ContentChanged, Refusal::ContentChanged),
        (Void::Cancelled, Refusal::WrongState),
        (Void::Restored, Refusal::WrongState),
    ] {
        let mut desk = Desk::mailed();
        desk.authorization.void(reason);
        all.push((desk, refusal));
    }
    let mut expired = Desk::mailed();
    expired.authorization.expires_at = now() - MICROSECOND;
    all.push((expired, Refusal::Expired));
    all
}

fn every_answer() -> Vec<Answers<'static>> {
    vec![
        answers(Right, RIGHT),
        answers(Wrong, RIGHT),
        answers(Right, WRONG),
        answers(Wrong, WRONG),
        Answers {
            digest: Some("of something else"),
            ..answers(Right, RIGHT)
        },
        Answers {
            mail_otp: None,
            ..answers(Right, RIGHT)
        },
        Answers::default(),
    ]
}

#[test]
fn a_pending_one_takes_the_right_answers_and_refuses_every_other() {
    use Refusal::{ContentChanged, MissingAnswer, WrongAnswer};
    let expected = [
        None,
        Some(WrongAnswer),
        Some(WrongAnswer),
        Some(WrongAnswer),
        Some(ContentChanged),
        Some(MissingAnswer),
        Some(MissingAnswer),
    ];
    for (given, refusal) in every_answer().iter().zip(expected) {
        let decision = Desk::mailed().decide(given, None, now());
        assert_eq!(decision.outcome.err(), refusal, "{given:?}");
        let proven = matches!(decision.authorization.state, State::Authorized { .. });
        assert_eq!(proven, refusal.is_none());
    }
}

#[test]
fn a_closed_one_refuses_every_answer_and_changes_nothing() {
    for (desk, refusal) in closed() {
        for given in every_answer() {
            let decision = desk.decide(&given, None, now());
            assert_eq!(decision.outcome, Err(refusal.clone()));
            assert_eq!(decision.authorization, desk.authorization);
            assert_eq!(decision.person, None);
        }
    }
}

#[test]
fn for_a_closed_one_no_code_is_issued() {
    for (mut desk, refusal) in closed() {
        assert_eq!(desk.issue(WRONG, now()), Err(refusal));
    }
}

#[test]
fn proof_is_kept_with_time_receipt_and_factors_and_its_code_is_gone() {
    let mut desk = Desk::mailed();
    desk.answer(Right, RIGHT, now());
    let proven = State::Authorized {
        at: now(),
        receipt: RECEIPT.into(),
        factors: vec![Factor::ConfirmationPin, Factor::MailOtp],
    };
    assert_eq!(desk.authorization.state, proven);
    assert_eq!(desk.authorization.mail.mac, None);
    assert!(desk.authorization.mail.superseded.is_empty());
}

#[test]
fn only_a_pending_one_can_be_voided() {
    for (mut desk, _) in closed() {
        if desk.authorization.state == State::Pending {
            continue;
        }
        let before = desk.authorization.clone();
        desk.authorization.void(Void::Cancelled);
        assert_eq!(desk.authorization, before);
    }
    let mut pending = Desk::mailed();
    pending.authorization.void(Void::Cancelled);
    assert_eq!(pending.authorization.state, State::Void(Void::Cancelled));
    assert_eq!(pending.authorization.mail.mac, None);
}

#[test]
fn a_state_is_named_by_the_record_and_the_time() {
    let desk = Desk::mailed();
    let end = desk.authorization.expires_at;
    assert_eq!(desk.authorization.state_name(end), "pending");
    assert_eq!(desk.authorization.state_name(end + MICROSECOND), "expired");
    let names: Vec<_> = closed()
        .iter()
        .map(|(desk, _)| desk.authorization.state_name(now()))
        .collect();
    assert_eq!(names, ["authorized", "void", "void", "void", "expired"]);
    for reason in [Void::ContentChanged, Void::Cancelled, Void::Restored] {
        assert_eq!(Void::parse(reason.name()), Some(reason));
    }
    assert_eq!(Void::parse("expired"), None);
}
