//! `Token::judge` and what makes a token unusable.

use jiff::SignedDuration;

use crate::fixtures::{hardware_profile, now, token, token_code, token_key};
use crate::policy::TokenPolicy;
use crate::refusal::Refusal;
use crate::token::{Judged, Token, TokenKind, TokenStatus};

fn policy() -> TokenPolicy {
    hardware_profile().token.unwrap()
}

fn judge(token: &Token, typed: &str) -> Judged {
    token.judge(&token_key(), typed, &policy(), now()).unwrap()
}

fn right(token: &Token, typed: &str) -> Token {
    match judge(token, typed) {
        Judged::Right(token) => token,
        other => panic!("{other:?}"),
    }
}

fn wrong(token: &Token, typed: &str) -> Token {
    match judge(token, typed) {
        Judged::Wrong(token) => token,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_right_code_uses_up_its_step_and_clears_the_count() {
    let before = Token {
        failures: 4,
        ..token()
    };
    let after = right(&before, &token_code(now(), 0));
    let step = before.totp.step_at(now().as_second());
    assert_eq!((after.clock.last_step, after.failures), (step, 0));
}

#[test]
fn a_code_is_right_once_and_the_one_before_it_never_after_it() {
    let after = right(&token(), &token_code(now(), 0));
    for steps in [0, -1] {
        assert_eq!(judge(&after, &token_code(now(), steps)), Judged::Used);
    }
    // The next one is good.
    right(&after, &token_code(now(), 1));
}

#[test]
fn one_step_either_side_is_right_and_two_are_wrong() {
    for steps in [-1, 0, 1] {
        let after = right(&token(), &token_code(now(), steps));
        assert_eq!(i64::from(after.clock.drift_steps), steps);
    }
    for steps in [-2, 2] {
        wrong(&token(), &token_code(now(), steps));
    }
}

#[test]
fn a_wrong_code_is_counted_and_uses_up_nothing() {
    for typed in ["000000", "12345", "1234567", "", "abcdef"] {
        let after = wrong(&token(), typed);
        assert_eq!((after.failures, after.clock), (1, token().clock), "{typed}");
    }
}

#[test]
fn full_width_digits_are_digits() {
    let wide = |c: char| char::from_u32(u32::from(c) - 0x30 + 0xFF10).unwrap();
    let typed: String = token_code(now(), 0).chars().map(wide).collect();
    right(&token(), &typed);
}

#[test]
fn a_clock_behind_the_last_use_refuses_even_the_right_code() {
    let mut used = token();
    used.clock.last_step = token().totp.step_at(now().as_second() + 3_600);
    let judged = used.judge(&token_key(), &token_code(now(), 0), &policy(), now());
    assert_eq!(judged, Err(Refusal::ClockBehind));
}

#[test]
fn only_a_token_in_use_is_usable() {
    for status in [
        TokenStatus::Stock,
        TokenStatus::Lent,
        TokenStatus::Issuing,
        TokenStatus::Revoked,
    ] {
        let token = Token { status, ..token() };
        let refused = token.refuse_unusable(&policy(), now());
        assert_eq!(refused, Err(Refusal::NoToken), "{status:?}");
    }
    assert_eq!(token().refuse_unusable(&policy(), now()), Ok(()));
}

#[test]
fn a_token_expires_at_its_moment_and_not_before() {
    let mut token = token();
    token.expires_at = now().checked_add(SignedDuration::from_micros(1)).ok();
    assert_eq!(token.refuse_unusable(&policy(), now()), Ok(()));
    token.expires_at = Some(now());
    let refused = token.refuse_unusable(&policy(), now());
    assert_eq!(refused, Err(Refusal::TokenExpired));
}

#[test]
fn ten_wrong_codes_lock_a_token_for_all() {
    let mut token = token();
    for _ in 0..9 {
        token = wrong(&token, "000000");
        assert_eq!(token.refuse_unusable(&policy(), now()), Ok(()));
    }
    token = wrong(&token, "000000");
    let refused = token.refuse_unusable(&policy(), now());
    assert_eq!(refused, Err(Refusal::TokenLocked));
}

#[test]
fn renewal_is_due_from_180_days_before_expiry() {
    let days = |days: i64| {
        now()
            .checked_add(SignedDuration::from_hours(24 * days))
            .ok()
    };
    let mut token = token();
    assert!(!token.renewal_due(&policy(), now()), "it never expires");
    token.expires_at = days(181);
    assert!(!token.renewal_due(&policy(), now()));
    token.expires_at = days(180);
    assert!(token.renewal_due(&policy(), now()));
}

#[test]
fn kinds_and_statuses_are_found_by_their_names_only() {
    for kind in TokenKind::ALL {
        assert_eq!(TokenKind::parse(kind.name()), Some(kind));
    }
    for status in TokenStatus::ALL {
        assert_eq!(TokenStatus::parse(status.name()), Some(status));
    }
    assert_eq!(TokenKind::parse("Hardware"), None);
    assert_eq!(TokenStatus::parse(""), None);
}
