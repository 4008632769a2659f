//! TOK-12: each state of the list; TOK-10: the 30 minutes.

use jiff::{SignedDuration, Timestamp};

use crate::fixtures::{hardware_profile, now, person, person_with, token};
use crate::person::{Counted, Person, Suspended};
use crate::token::{OtpState, Token, TokenStatus, otp_state};

fn state(person: &Person, token: Option<&Token>) -> OtpState {
    otp_state(person, token, &hardware_profile().token.unwrap(), now())
}

fn with(change: impl FnOnce(&mut Token)) -> Token {
    let mut token = token();
    change(&mut token);
    token
}

fn ago(secs: i64) -> Timestamp {
    now().checked_sub(SignedDuration::from_secs(secs)).unwrap()
}

#[test]
fn every_state_of_the_list_is_told() {
    let user = person_with(&token());
    let suspended = |because| Person {
        suspended: Some(Suspended { at: now(), because }),
        ..user.clone()
    };
    let revoked = Person {
        token_revoked_at: Some(ago(60)),
        ..person()
    };
    let until = ago(60).checked_add(SignedDuration::from_mins(30)).unwrap();
    assert_eq!(state(&person(), None), OtpState::NotRegistered);
    let issuing = with(|t| t.status = TokenStatus::Issuing);
    assert_eq!(state(&person(), Some(&issuing)), OtpState::Issuing);
    assert_eq!(state(&user, Some(&token())), OtpState::InService);
    let by_codes = suspended(Counted::TokenOtp);
    assert_eq!(state(&by_codes, Some(&token())), OtpState::Suspended);
    let locked = with(|t| t.failures = 10);
    assert_eq!(state(&user, Some(&locked)), OtpState::Suspended);
    assert_eq!(state(&revoked, None), OtpState::Revoked(until));
    let expired = with(|t| t.expires_at = Some(now()));
    assert_eq!(state(&user, Some(&expired)), OtpState::Expired);
    // A suspension for another reason is not the token's.
    let by_pins = suspended(Counted::LogonPin);
    assert_eq!(state(&by_pins, Some(&token())), OtpState::InService);
}

#[test]
fn the_hold_after_a_revocation_ends_after_thirty_minutes_sharp() {
    let policy = hardware_profile().token.unwrap();
    let held = |secs| {
        let person = Person {
            token_revoked_at: Some(ago(secs)),
            ..person()
        };
        person.revocation_hold(Some(&policy), now())
    };
    let second = now().checked_add(SignedDuration::from_secs(1)).ok();
    assert_eq!(held(1_799), second);
    assert_eq!(held(1_800), None);
    assert_eq!(person().revocation_hold(Some(&policy), now()), None);
    let revoked = Person {
        token_revoked_at: Some(now()),
        ..person()
    };
    assert_eq!(revoked.revocation_hold(None, now()), None);
}
