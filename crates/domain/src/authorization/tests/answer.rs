//! Proving: what is asked at the moment of the answer, and of whom.

use super::fixtures::{Desk, MICROSECOND, RECEIPT, RIGHT, WRONG, answers, mac_of, secs};
use crate::address::{AddressPurpose, apply_proven_address};
use crate::authorization::PinCheck::{Right, Wrong};
use crate::authorization::{Answers, State, precheck};
use crate::contract::Limits;
use crate::factor::Factor;
use crate::fixtures::{ADDRESS, jst, now, person, profile, profile_with};
use crate::ids::{ContractId, PersonId};
use crate::limits::UsedToday;
use crate::person::{Counted, Permissions, Person, Suspended};
use crate::refusal::Refusal;

#[test]
fn the_right_pin_and_code_prove_it() {
    let mut desk = Desk::mailed();
    assert_eq!(desk.answer(Right, RIGHT, now()).outcome, Ok(RECEIPT.into()));
    assert_eq!(desk.right(now()), Err(Refusal::AlreadyUsed));
}

#[test]
fn a_code_typed_full_width_or_grouped_is_the_same_code() {
    for typed in ["３１４１５９", "314 159", "３１４－１５９", " 314159 "] {
        let decision = Desk::mailed().decide(&answers(Right, typed), None, now());
        assert_eq!(decision.outcome, Ok(RECEIPT.into()), "{typed}");
    }
}

#[test]
fn before_a_code_was_issued_none_is_right() {
    assert_eq!(Desk::opened().right(now()), Err(Refusal::NotIssued));
}

#[test]
fn a_code_is_accepted_at_its_expiry_and_refused_a_microsecond_later() {
    let desk = Desk::mailed();
    let expiry = now() + secs(600);
    assert!(desk.right(expiry).is_ok());
    let late = desk.decide(&answers(Right, RIGHT), None, expiry + MICROSECOND);
    assert_eq!(late.outcome, Err(Refusal::Expired));
    assert_eq!(late.person, None, "a late answer is not counted");
}

#[test]
fn an_authorization_is_answered_at_its_expiry_and_not_a_microsecond_later() {
    let mut desk = Desk::opened();
    let expiry = desk.authorization.expires_at;
    desk.issue(RIGHT, expiry - secs(60)).unwrap();
    assert!(desk.right(expiry).is_ok());
    assert_eq!(desk.right(expiry + MICROSECOND), Err(Refusal::Expired));
}

#[test]
fn what_is_executed_must_be_what_was_opened() {
    let desk = Desk::mailed();
    let digest = desk.authorization.digest.clone();
    let with = |digest| Answers {
        digest: Some(digest),
        ..answers(Right, RIGHT)
    };
    assert!(desk.decide(&with(&digest), None, now()).outcome.is_ok());
    for other in ["", &digest[1..], &digest.to_uppercase()] {
        let decision = desk.decide(&with(other), None, now());
        assert_eq!(decision.outcome, Err(Refusal::ContentChanged));
        assert_eq!(decision.person, None);
    }
}

#[test]
fn a_code_issued_for_another_authorization_is_wrong() {
    let mut desk = Desk::mailed();
    let mail = desk.authorization.mail.clone();
    desk.reopen(2, now());
    // The same number of issue, the same code, even the same stored MAC.
    desk.authorization.mail = mail;
    assert_eq!(desk.right(now()), Err(Refusal::WrongAnswer));
    desk.issue(WRONG, now()).unwrap();
    assert_eq!(desk.right(now()), Err(Refusal::WrongAnswer));
}

#[test]
fn a_code_from_before_a_new_epoch_is_wrong() {
    let mut desk = Desk::mailed();
    desk.epoch += 1;
    assert_eq!(desk.right(now()), Err(Refusal::WrongAnswer));
    desk.issue(RIGHT, now()).unwrap();
    assert!(desk.right(now()).is_ok());
}

#[test]
fn a_mac_is_good_for_its_own_issue_only() {
    let mut desk = Desk::mailed();
    desk.authorization.mail.mac = Some(mac_of(&desk.authorization, 2, desk.epoch, RIGHT));
    assert_eq!(desk.right(now()), Err(Refusal::WrongAnswer));
}

#[test]
fn a_suspended_person_or_stopped_contract_proves_nothing() {
    let mut desk = Desk::mailed();
    desk.person.suspended = Some(Suspended {
        at: now(),
        because: Counted::Grid,
    });
    assert_eq!(desk.right(now()), Err(Refusal::Suspended));
    let mut desk = Desk::mailed();
    desk.contract.stopped = true;
    assert_eq!(desk.right(now()), Err(Refusal::Suspended));
    assert_eq!(desk.issue(RIGHT, now()), Err(Refusal::Suspended));
}

#[test]
fn another_person_or_contract_can_neither_answer_nor_have_a_code_issued() {
    let mut colleague = Desk::mailed();
    colleague.person.id = PersonId::from_stored("1234567890/other".into());
    let mut other_contract = Desk::mailed();
    other_contract.contract.id = ContractId::parse("0987654321").unwrap();
    for mut desk in [colleague, other_contract] {
        for given in [answers(Right, RIGHT), answers(Wrong, WRONG)] {
            let decision = desk.decide(&given, None, now());
            assert_eq!(decision.outcome, Err(Refusal::NotFound));
            assert_eq!(decision.person, None);
        }
        assert_eq!(desk.issue(RIGHT, now()), Err(Refusal::NotFound));
    }
}

#[test]
fn a_permission_withdrawn_after_opening_holds_at_the_answer() {
    let mut desk = Desk::mailed();
    desk.person.permissions = Permissions::default();
    assert_eq!(desk.right(now()), Err(Refusal::NotPermitted));
    assert_eq!(desk.issue(RIGHT, now()), Err(Refusal::NotPermitted));
}

#[test]
fn limits_are_those_of_the_person_and_contract_at_the_answer() {
    let too_low = Limits {
        per_transfer_yen: Some(100_647),
        per_day_yen: None,
    };
    let per_transfer = Refusal::LimitExceeded {
        limit_yen: 100_647,
        per_day: false,
    };
    let mut desk = Desk::mailed();
    desk.person.limits = too_low;
    assert_eq!(desk.right(now()), Err(per_transfer.clone()));
    let mut desk = Desk::mailed();
    desk.contract.limits = too_low;
    assert_eq!(desk.right(now()), Err(per_transfer));
}

#[test]
fn what_left_since_the_opening_counts_toward_the_days_limit() {
    let mut desk = Desk::mailed();
    desk.contract.limits.per_day_yen = Some(200_000);
    desk.used = UsedToday {
        contract_yen: 99_352,
        person_yen: 0,
    };
    assert!(desk.right(now()).is_ok());
    desk.used.contract_yen += 1;
    let refused = Refusal::LimitExceeded {
        limit_yen: 200_000,
        per_day: true,
    };
    assert_eq!(desk.right(now()), Err(refused));
}

#[test]
fn what_policy_asks_is_decided_at_the_answer_and_not_at_the_opening() {
    let mandatory = now() + secs(600);
    let soon = profile_with("2027-04-01T00:00:00", "2026-11-24T10:10:00");
    let desk = Desk::opened_by(
        Person {
            otp_mail: None,
            ..person()
        },
        soon,
    );
    let pin_only = Answers {
        confirmation_pin: Some(Right),
        ..Answers::default()
    };
    let before = desk.decide(&pin_only, None, mandatory - MICROSECOND);
    assert_eq!(before.outcome, Ok(RECEIPT.into()));
    let after = desk.decide(&pin_only, None, mandatory);
    assert_eq!(after.outcome, Err(Refusal::NoAddress));
}

#[test]
fn a_transfer_is_proven_on_its_day_and_not_a_microsecond_after_it() {
    let last = jst("2026-12-01T00:00:00") - MICROSECOND;
    let mut desk = Desk::opened();
    desk.reopen(2, last);
    desk.issue(RIGHT, last).unwrap();
    assert_eq!(desk.right(last), Ok(RECEIPT.into()));
    let late = desk.decide(&answers(Wrong, WRONG), None, last + MICROSECOND);
    assert_eq!(late.outcome, Err(Refusal::Expired));
    assert_eq!(late.person, None);
}

#[test]
fn a_new_profile_holds_for_authorizations_already_open() {
    let mut desk = Desk::mailed();
    let old = desk.profile.version.clone();
    desk.profile = profile_with("2027-04-01T00:00:00", "2026-11-24T09:00:00");
    let mut unregistered = Desk::opened_by(
        Person {
            otp_mail: None,
            ..person()
        },
        profile(),
    );
    unregistered.profile = desk.profile.clone();
    assert_eq!(unregistered.right(now()), Err(Refusal::NoAddress));
    assert!(desk.answer(Right, RIGHT, now()).outcome.is_ok());
    assert_ne!(desk.authorization.policy_version, old);
    assert_eq!(desk.authorization.policy_version, desk.profile.version);
}

#[test]
fn an_address_registered_after_the_opening_brings_the_code_it_needs() {
    let mut desk = Desk::opened_by(
        Person {
            otp_mail: None,
            ..person()
        },
        profile(),
    );
    assert!(desk.right(now()).is_ok());
    apply_proven_address(&mut desk.person, AddressPurpose::Otp, ADDRESS, now());
    assert_eq!(desk.right(now()), Err(Refusal::NotIssued));
}

#[test]
fn a_change_of_address_after_the_code_went_out_brings_the_hold() {
    let mut desk = Desk::mailed();
    apply_proven_address(
        &mut desk.person,
        AddressPurpose::Otp,
        "new@example.co.jp",
        now(),
    );
    let until = now() + secs(86_400);
    assert_eq!(desk.right(now()), Err(Refusal::AddressHold { until }));
}

#[test]
fn a_code_sent_to_the_old_address_is_void_even_without_a_hold() {
    let no_hold = profile_with(
        "hold_after_change_secs = 86400",
        "hold_after_change_secs = 0",
    );
    let mut desk = Desk::opened_by(person(), no_hold);
    desk.issue(RIGHT, now()).unwrap();
    apply_proven_address(
        &mut desk.person,
        AddressPurpose::Otp,
        "new@example.co.jp",
        now(),
    );
    assert_eq!(desk.right(now()), Err(Refusal::Superseded));
    desk.issue(RIGHT, now()).unwrap();
    assert!(desk.right(now()).is_ok());
}

#[test]
fn a_damaged_content_proves_nothing() {
    let mut desk = Desk::mailed();
    desk.authorization.canonical = "{}".into();
    assert_eq!(desk.right(now()), Err(Refusal::ContentChanged));
}

#[test]
fn the_factors_needed_are_told_before_anything_is_judged() {
    let desk = Desk::mailed();
    let needs = precheck(
        &desk.authorization,
        &desk.person,
        desk.facts(),
        &answers(Wrong, WRONG),
        now(),
    );
    assert_eq!(needs, Ok(vec![Factor::ConfirmationPin, Factor::MailOtp]));
    assert_eq!(desk.authorization.state, State::Pending);
}
