//! Mailing codes.

use super::fixtures::{Desk, MICROSECOND, RIGHT, WRONG, secs};
use crate::address::{AddressPurpose, apply_proven_address};
use crate::authorization::PinCheck::Right;
use crate::fixtures::{ADDRESS, jst, now, person, profile, profile_with};
use crate::person::Person;
use crate::refusal::Refusal;

#[test]
fn a_code_goes_to_the_registered_address_and_lives_ten_minutes() {
    let mut desk = Desk::opened();
    let issue = desk.issue(RIGHT, now()).unwrap();
    assert_eq!(issue.sent_to, ADDRESS);
    assert_eq!(issue.issue, 1);
    assert_eq!(issue.expires_at, now() + secs(600));
    assert_eq!(desk.authorization.mail.expires_at, Some(issue.expires_at));
    assert_eq!(desk.authorization.mail.sent_to.as_deref(), Some(ADDRESS));
}

#[test]
fn a_code_never_outlives_its_authorization() {
    let mut desk = Desk::opened();
    let end = desk.authorization.expires_at;
    let early = desk.issue(RIGHT, end - secs(600)).unwrap();
    assert_eq!(early.expires_at, end);
    let late = desk.issue(RIGHT, end - secs(1)).unwrap();
    assert_eq!(late.expires_at, end);
    assert!(desk.issue(RIGHT, end).is_ok());
    assert_eq!(desk.issue(RIGHT, end + MICROSECOND), Err(Refusal::Expired));
}

#[test]
fn without_an_address_no_code_is_issued() {
    let mut desk = Desk::opened();
    desk.person.otp_mail = None;
    assert_eq!(desk.issue(RIGHT, now()), Err(Refusal::NoAddress));
    // Nor after the mandatory date, when policy asks for one.
    let mandatory = jst("2027-04-01T00:00:00");
    desk.reopen(2, mandatory);
    assert_eq!(desk.issue(RIGHT, mandatory), Err(Refusal::NoAddress));
}

#[test]
fn where_policy_asks_no_code_none_is_issued() {
    let with_pin_only = profile_with(r#"needs_if_registered = ["mail-otp"]"#, "");
    let mut desk = Desk::opened_by(person(), with_pin_only);
    assert!(desk.issue(RIGHT, now()).is_err());
    assert_eq!(desk.authorization.mail.issue, 0);
}

#[test]
fn for_24_hours_after_a_change_of_address_no_code_is_issued() {
    let mut desk = Desk::opened();
    apply_proven_address(
        &mut desk.person,
        AddressPurpose::Otp,
        "new@example.co.jp",
        now(),
    );
    let until = now() + secs(86_400);
    for at in [now(), now() + secs(1_000)] {
        assert_eq!(desk.issue(RIGHT, at), Err(Refusal::AddressHold { until }));
    }
    desk.reopen(2, until - MICROSECOND);
    assert_eq!(
        desk.issue(RIGHT, until - MICROSECOND),
        Err(Refusal::AddressHold { until })
    );
    assert_eq!(
        desk.issue(RIGHT, until).map(|i| i.sent_to),
        Ok("new@example.co.jp".into())
    );
}

#[test]
fn a_first_registration_is_followed_by_no_hold() {
    let mut desk = Desk::opened_by(
        Person {
            otp_mail: None,
            ..person()
        },
        profile(),
    );
    apply_proven_address(&mut desk.person, AddressPurpose::Otp, ADDRESS, now());
    assert!(desk.issue(RIGHT, now()).is_ok());
}

#[test]
fn ten_codes_are_issued_in_ten_minutes_and_the_eleventh_waits_for_the_end_of_the_window() {
    let mut desk = Desk::opened();
    for number in 1..=10 {
        // Across authorizations: a new one brings no new window.
        desk.reopen(number, now());
        assert!(desk.issue(RIGHT, now() + secs(number.into())).is_ok());
    }
    // The window began with the first code.
    let retry_at = now() + secs(601);
    let limited = Err(Refusal::RateLimited { retry_at });
    assert_eq!(desk.issue(RIGHT, now() + secs(11)), limited);
    assert_eq!(desk.issue(RIGHT, retry_at - MICROSECOND), limited);
    assert!(desk.issue(RIGHT, retry_at).is_ok());
    assert_eq!(desk.person.issue_window.issued, 1);
    assert_eq!(desk.person.issue_window.began_at, Some(retry_at));
}

#[test]
fn a_new_code_supersedes_the_one_before() {
    let mut desk = Desk::mailed();
    assert_eq!(desk.issue(WRONG, now() + secs(1)).unwrap().issue, 2);
    assert_eq!(desk.right(now() + secs(2)), Err(Refusal::Superseded));
    assert!(desk.answer(Right, WRONG, now() + secs(2)).outcome.is_ok());
}

#[test]
fn older_codes_are_told_from_wrong_ones_for_eight_issues() {
    let mut desk = Desk::mailed();
    for number in 0..8 {
        desk.issue(&format!("00000{number}"), now()).unwrap();
    }
    assert_eq!(desk.authorization.mail.superseded.len(), 8);
    assert_eq!(desk.right(now()), Err(Refusal::Superseded));
    desk.issue("000008", now()).unwrap();
    assert_eq!(desk.authorization.mail.superseded.len(), 8);
    assert_eq!(desk.right(now()), Err(Refusal::WrongAnswer));
}

#[test]
fn failures_counted_for_the_person_survive_a_new_code() {
    let mut desk = Desk::mailed();
    for _ in 0..2 {
        desk.answer(Right, WRONG, now());
    }
    desk.issue(RIGHT, now()).unwrap();
    assert_eq!(desk.person.failures.mail_otp, 2);
    assert_eq!(desk.authorization.mail.tries, 0);
}

#[test]
fn the_third_wrong_try_voids_the_code_and_a_new_one_opens_again() {
    let mut desk = Desk::mailed();
    for _ in 0..3 {
        assert_eq!(
            desk.answer(Right, WRONG, now()).outcome,
            Err(Refusal::WrongAnswer)
        );
    }
    assert!(desk.authorization.mail.is_void());
    assert_eq!(desk.right(now()), Err(Refusal::CodeVoid));
    desk.issue("161803", now()).unwrap();
    assert_eq!(
        desk.right(now()),
        Err(Refusal::WrongAnswer),
        "the void code stays void"
    );
    assert!(desk.answer(Right, "161803", now()).outcome.is_ok());
}
