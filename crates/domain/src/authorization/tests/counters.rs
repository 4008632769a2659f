//! MAIL-8, LCK-1: what counts, toward what, and what suspends.

use super::fixtures::{Desk, RIGHT, WRONG, answers};
use crate::authorization::PinCheck::{self, Right, Wrong};
use crate::authorization::{Answers, State};
use crate::fixtures::now;
use crate::person::{Counted, Failures, Suspended};
use crate::refusal::Refusal;

fn counted_after(pin: PinCheck, code: &str) -> (Failures, u32) {
    let mut desk = Desk::mailed();
    let decision = desk.answer(pin, code, now());
    assert_eq!(decision.outcome, Err(Refusal::WrongAnswer));
    (desk.person.failures, desk.authorization.mail.tries)
}

#[test]
fn a_wrong_pin_and_a_wrong_code_count_apart_and_are_refused_alike() {
    let pin = Failures {
        confirmation_pin: 1,
        ..Failures::default()
    };
    let code = Failures {
        mail_otp: 1,
        ..Failures::default()
    };
    let both = Failures {
        confirmation_pin: 1,
        mail_otp: 1,
        ..Failures::default()
    };
    assert_eq!(counted_after(Wrong, RIGHT), (pin, 0));
    assert_eq!(counted_after(Right, WRONG), (code, 1));
    assert_eq!(counted_after(Wrong, WRONG), (both, 1));
}

#[test]
fn text_that_is_no_code_counts_as_a_wrong_one() {
    let code = Failures {
        mail_otp: 1,
        ..Failures::default()
    };
    for text in [
        "",
        "abc",
        "31415",
        "3141599",
        "314159; --",
        &"3".repeat(10_000),
    ] {
        assert_eq!(counted_after(Right, text), (code, 1), "{text}");
    }
}

#[test]
fn an_older_code_with_a_wrong_pin_is_a_wrong_answer_like_any_other() {
    let mut desk = Desk::mailed();
    desk.issue(WRONG, now()).unwrap();
    assert_eq!(
        desk.answer(Wrong, RIGHT, now()).outcome,
        Err(Refusal::WrongAnswer)
    );
    assert_eq!(desk.person.failures.mail_otp, 1);
    assert_eq!(
        desk.answer(Right, RIGHT, now()).outcome,
        Err(Refusal::Superseded)
    );
    assert_eq!(desk.person.failures.mail_otp, 2);
}

#[test]
fn a_missing_answer_is_refused_and_not_counted() {
    let desk = Desk::mailed();
    for given in [
        Answers::default(),
        Answers {
            confirmation_pin: Some(Right),
            ..Answers::default()
        },
        Answers {
            confirmation_pin: Some(Wrong),
            ..Answers::default()
        },
        Answers {
            mail_otp: Some(RIGHT),
            ..Answers::default()
        },
        Answers {
            mail_otp: Some(WRONG),
            ..Answers::default()
        },
    ] {
        let decision = desk.decide(&given, None, now());
        assert_eq!(decision.outcome, Err(Refusal::MissingAnswer));
        assert_eq!(decision.authorization, desk.authorization);
        assert_eq!(decision.person, None);
    }
}

#[test]
fn five_wrong_codes_suspend_across_codes_and_authorizations() {
    let mut desk = Desk::mailed();
    for count in 1..=5 {
        desk.reopen(count, now());
        desk.issue(RIGHT, now()).unwrap();
        let decision = desk.answer(Right, WRONG, now());
        assert_eq!(decision.suspended, count == 5);
    }
    let suspended = Suspended {
        at: now(),
        because: Counted::MailOtp,
    };
    assert_eq!(desk.person.suspended, Some(suspended));
    assert_eq!(desk.right(now()), Err(Refusal::Suspended));
    assert_eq!(desk.issue(RIGHT, now()), Err(Refusal::Suspended));
}

#[test]
fn five_wrong_confirmation_pins_suspend_and_leave_the_code_alone() {
    let mut desk = Desk::mailed();
    for count in 1..=5 {
        assert_eq!(desk.answer(Wrong, RIGHT, now()).suspended, count == 5);
    }
    assert_eq!(
        desk.person.suspended.map(|s| s.because),
        Some(Counted::ConfirmationPin)
    );
    assert_eq!(desk.authorization.mail.tries, 0);
    assert_eq!(desk.authorization.state, State::Pending);
}

#[test]
fn right_answers_reset_the_counters_of_what_was_proven_only() {
    let mut desk = Desk::mailed();
    desk.person.failures = Failures {
        logon_pin: 1,
        confirmation_pin: 2,
        grid: 3,
        mail_otp: 4,
        token_otp: 4,
    };
    assert!(desk.answer(Right, RIGHT, now()).outcome.is_ok());
    let left = Failures {
        logon_pin: 1,
        confirmation_pin: 0,
        grid: 3,
        mail_otp: 0,
        token_otp: 4,
    };
    assert_eq!(desk.person.failures, left);
}

#[test]
fn a_right_code_with_a_wrong_pin_resets_nothing() {
    let mut desk = Desk::mailed();
    desk.person.failures.mail_otp = 4;
    desk.answer(Wrong, RIGHT, now());
    assert_eq!(desk.person.failures.mail_otp, 4);
}

#[test]
fn a_confirmation_pin_that_policy_does_not_ask_is_not_judged() {
    let profile = crate::fixtures::profile_with(
        "needs = [\"confirmation-pin\"]\nneeds_if_registered",
        "needs = []\nneeds_if_registered",
    );
    let mut desk = Desk::opened_by(crate::fixtures::person(), profile);
    desk.issue(RIGHT, now()).unwrap();
    let decision = desk.decide(&answers(Wrong, RIGHT), None, now());
    assert!(decision.outcome.is_ok());
}
