//! A token's code as the proof (S3): judged, used up, counted for the person and for the token.

use warifu_otp::OtpKey;

use super::fixtures::{Desk, RECEIPT};
use crate::authorization::PinCheck::{Right, Wrong};
use crate::authorization::{Answers, Decision, Facts, HeldToken, Proof, decide_answer};
use crate::fixtures::{hardware_profile, now, person, person_with, token, token_code, token_key};
use crate::person::Counted;
use crate::policy::Profile;
use crate::refusal::Refusal;
use crate::token::{Token, TokenStatus};

/// A desk whose transfers need the token's code.
fn desk() -> Desk {
    Desk::opened_by(person_with(&token()), hardware_profile())
}

/// The shipped profile with the confirmation PIN asked besides.
fn with_pin() -> Profile {
    let text = include_str!("../../../../../profiles/hardware-token.toml");
    let both = text.replace(
        r#"needs = ["token-otp"]"#,
        r#"needs = ["confirmation-pin", "token-otp"]"#,
    );
    Profile::parse(&both).unwrap()
}

fn answer(desk: &Desk, held: Option<&Token>, answers: &Answers<'_>) -> Decision {
    let key: OtpKey = token_key();
    let facts = Facts {
        token: held.map(|token| HeldToken { token, key: &key }),
        ..desk.facts()
    };
    let proof = Proof {
        key: &warifu_otp::CodeKey::new([7; 32]),
        epoch: 1,
        receipt: RECEIPT.to_owned(),
    };
    let given = (answers, None);
    decide_answer(
        &desk.authorization,
        &desk.person,
        facts,
        given,
        proof,
        now(),
    )
}

fn typed(code: &str) -> Answers<'_> {
    Answers {
        token_otp: Some(code),
        ..Answers::default()
    }
}

#[test]
fn the_right_code_proves_and_is_used_up_in_the_same_decision() {
    let code = token_code(now(), 0);
    let decision = answer(&desk(), Some(&token()), &typed(&code));
    assert_eq!(decision.outcome, Ok(RECEIPT.into()));
    let after = decision.token.unwrap();
    assert_eq!(
        after.clock.last_step,
        token().totp.step_at(now().as_second())
    );
    let again = answer(&desk(), Some(&after), &typed(&code));
    assert_eq!(again.outcome, Err(Refusal::CodeUsed));
    assert_eq!(
        (again.person, again.token),
        (None, None),
        "nobody's counter moves"
    );
}

#[test]
fn a_wrong_code_counts_for_the_person_and_for_the_token() {
    let mut desk = desk();
    let mut held = token();
    for n in 1..=5 {
        let decision = answer(&desk, Some(&held), &typed("000000"));
        assert_eq!(decision.outcome, Err(Refusal::WrongAnswer));
        held = decision.token.unwrap();
        desk.person = decision.person.unwrap();
        assert_eq!((held.failures, desk.person.failures.token_otp), (n, n));
        assert_eq!(decision.suspended, n == 5);
    }
    let because = desk.person.suspended.map(|s| s.because);
    assert_eq!(because, Some(Counted::TokenOtp));
    let code = token_code(now(), 0);
    let right = answer(&desk, Some(&held), &typed(&code));
    assert_eq!(right.outcome, Err(Refusal::Suspended));
}

#[test]
fn a_right_code_clears_the_persons_count() {
    let mut desk = desk();
    desk.person.failures.token_otp = 4;
    let code = token_code(now(), 0);
    let decision = answer(&desk, Some(&token()), &typed(&code));
    assert_eq!(decision.person.unwrap().failures.token_otp, 0);
}

#[test]
fn nothing_is_judged_without_a_code_or_without_a_usable_token() {
    let code = token_code(now(), 0);
    let refused = |desk: &Desk, held: Option<&Token>, answers: &Answers<'_>| {
        let decision = answer(desk, held, answers);
        assert_eq!((decision.person, decision.token), (None, None));
        decision.outcome.unwrap_err()
    };
    let missing = refused(&desk(), Some(&token()), &Answers::default());
    assert_eq!(missing, Refusal::MissingAnswer);
    let tokenless = Desk::opened_by(person(), hardware_profile());
    let none = refused(&tokenless, None, &typed(&code));
    assert_eq!(none, Refusal::NoToken);
    let foreign = Token {
        id: crate::ids::TokenId::from_entropy([2; 16]),
        ..token()
    };
    assert_eq!(
        refused(&desk(), Some(&foreign), &typed(&code)),
        Refusal::NoToken
    );
    for (held, refusal) in [
        (
            Token {
                status: TokenStatus::Revoked,
                ..token()
            },
            Refusal::NoToken,
        ),
        (
            Token {
                expires_at: Some(now()),
                ..token()
            },
            Refusal::TokenExpired,
        ),
        (
            Token {
                failures: 10,
                ..token()
            },
            Refusal::TokenLocked,
        ),
    ] {
        assert_eq!(refused(&desk(), Some(&held), &typed(&code)), refusal);
    }
    let mut ahead = token();
    ahead.clock.last_step = token().totp.step_at(now().as_second() + 3_600);
    assert_eq!(
        refused(&desk(), Some(&ahead), &typed(&code)),
        Refusal::ClockBehind
    );
}

#[test]
fn with_a_wrong_pin_neither_a_right_nor_a_used_code_is_told_or_used_up() {
    let desk = Desk::opened_by(person_with(&token()), with_pin());
    let code = token_code(now(), 0);
    let with = |pin| Answers {
        confirmation_pin: Some(pin),
        ..typed(&code)
    };
    let mut used = token();
    used.clock.last_step = token().totp.step_at(now().as_second());
    for held in [token(), used.clone()] {
        let decision = answer(&desk, Some(&held), &with(Wrong));
        assert_eq!(decision.outcome, Err(Refusal::WrongAnswer));
        assert_eq!(decision.token, None);
        let failures = decision.person.unwrap().failures;
        assert_eq!((failures.confirmation_pin, failures.token_otp), (1, 0));
    }
    assert!(answer(&desk, Some(&token()), &with(Right)).outcome.is_ok());
    let told = answer(&desk, Some(&used), &with(Right)).outcome;
    assert_eq!(told, Err(Refusal::CodeUsed));
}
