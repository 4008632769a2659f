mod token;

use jiff::SignedDuration;

use super::*;
use crate::fixtures::{jst, now, person, profile, profile_with};
use crate::person::{Failures, Suspended};

const MICROSECOND: SignedDuration = SignedDuration::from_micros(1);

fn step(pin_right: bool, new_cells: &str) -> FirstStep {
    FirstStep {
        logon_id: LogonId::from_entropy([1; 16]),
        channel: Channel::Pc,
        proof: FirstProof::Pin(pin_right),
        new_cells: new_cells.into(),
    }
}

fn first(person: &Person, pin_right: bool) -> FirstDecision {
    decide_first(
        person,
        false,
        &profile(),
        step(pin_right, "B3,E1,H4"),
        now(),
    )
}

/// A person and their logon after the right PIN.
fn begun() -> (Person, Logon) {
    let decision = first(&person(), true);
    (decision.person, decision.outcome.unwrap())
}

fn grid(person: &Person, logon: &Logon, right: bool) -> Result<AnswerDecision, Refusal> {
    decide_grid(person, logon, right, &profile(), now())
}

#[test]
fn the_right_pin_brings_a_logon_that_still_needs_the_grid() {
    let (person, logon) = begun();
    assert_eq!(logon.remaining, [Factor::Grid]);
    assert_eq!(logon.closed_at, None);
    assert_eq!(logon.person_id, person.id);
    assert_eq!(logon.expires_at, now() + SignedDuration::from_secs(600));
    assert_eq!(person.grid_pending.as_deref(), Some("B3,E1,H4"));
}

#[test]
fn a_wrong_pin_brings_no_logon_no_cells_and_counts() {
    let decision = first(&person(), false);
    assert_eq!(decision.outcome, Err(Refusal::WrongAnswer));
    assert_eq!(decision.reason, Some("wrong-pin"));
    assert_eq!(
        decision.person.failures,
        Failures {
            logon_pin: 1,
            ..Failures::default()
        }
    );
    assert_eq!(decision.person.grid_pending, None);
}

#[test]
fn every_failure_of_the_first_step_looks_the_same_from_outside() {
    let suspended = Person {
        suspended: Some(Suspended {
            at: now(),
            because: Counted::MailOtp,
        }),
        ..person()
    };
    let no_smartphone = profile_with(r#"channels = ["pc", "smartphone"]"#, r#"channels = ["pc"]"#);
    let by_phone = FirstStep {
        channel: Channel::Smartphone,
        ..step(true, "")
    };
    let decisions = [
        (first(&person(), false), "wrong-pin"),
        (first(&suspended, true), "suspended"),
        (first(&suspended, false), "suspended"),
        (
            decide_first(&person(), true, &profile(), step(true, ""), now()),
            "contract-stopped",
        ),
        (
            decide_first(&person(), false, &no_smartphone, by_phone, now()),
            "no-logon-by-this-channel",
        ),
        (
            decide_first(
                &person(),
                false,
                &profile(),
                step(true, ""),
                jst("2015-03-31T23:59:59"),
            ),
            "no-logon-by-this-channel",
        ),
    ];
    for (decision, reason) in decisions {
        assert_eq!(decision.outcome, Err(Refusal::WrongAnswer), "{reason}");
        assert_eq!(decision.reason, Some(reason));
        assert!(!decision.suspended);
    }
}

#[test]
fn a_suspended_person_is_neither_counted_nor_let_in_by_the_right_pin() {
    let suspended = Person {
        suspended: Some(Suspended {
            at: now(),
            because: Counted::LogonPin,
        }),
        ..person()
    };
    assert_eq!(first(&suspended, false).person, suspended);
    assert_eq!(first(&suspended, true).person, suspended);
}

#[test]
fn the_fifth_wrong_pin_suspends_and_the_right_one_comes_too_late() {
    let mut person = person();
    for count in 1..=5 {
        let decision = first(&person, false);
        assert_eq!(decision.suspended, count == 5);
        person = decision.person;
    }
    assert_eq!(person.suspended.map(|s| s.because), Some(Counted::LogonPin));
    assert_eq!(first(&person, true).reason, Some("suspended"));
}

#[test]
fn the_right_pin_resets_the_pin_counter_and_no_other() {
    let mut person = person();
    person.failures = Failures {
        logon_pin: 4,
        confirmation_pin: 3,
        grid: 2,
        mail_otp: 1,
        token_otp: 1,
    };
    let after = first(&person, true).person;
    assert_eq!(
        after.failures,
        Failures {
            logon_pin: 0,
            confirmation_pin: 3,
            grid: 2,
            mail_otp: 1,
            token_otp: 1
        }
    );
}

#[test]
fn where_policy_asks_the_pin_alone_the_logon_is_complete_at_once() {
    let text = crate::fixtures::PROFILE
        .replace(r#"channels = ["pc", "smartphone"]"#, r#"channels = ["pc"]"#)
        .replace(
            r#"needs = ["logon-pin", "grid"]"#,
            r#"needs = ["logon-pin"]"#,
        );
    let profile = Profile::parse(&text).unwrap();
    let decision = decide_first(&person(), false, &profile, step(true, "A1,A2,A3"), now());
    let logon = decision.outcome.unwrap();
    assert!(logon.remaining.is_empty());
    assert_eq!(logon.closed_at, Some(now()));
    assert_eq!(decision.person.grid_pending, None);
}

#[test]
fn the_same_cells_are_asked_until_they_are_answered_right() {
    let (person, logon) = begun();
    let wrong = grid(&person, &logon, false).unwrap();
    assert_eq!(wrong.person.grid_pending.as_deref(), Some("B3,E1,H4"));
    let reload = decide_first(
        &wrong.person,
        false,
        &profile(),
        step(true, "A1,A2,A3"),
        now(),
    );
    assert_eq!(reload.person.grid_pending.as_deref(), Some("B3,E1,H4"));
    let right = grid(&reload.person, &reload.outcome.unwrap(), true).unwrap();
    assert_eq!(right.person.grid_pending, None);
    let next = decide_first(
        &right.person,
        false,
        &profile(),
        step(true, "A1,A2,A3"),
        now(),
    );
    assert_eq!(next.person.grid_pending.as_deref(), Some("A1,A2,A3"));
}

#[test]
fn the_right_cells_complete_the_logon_and_reset_the_grid_counter_only() {
    let (mut person, logon) = begun();
    person.failures = Failures {
        logon_pin: 0,
        confirmation_pin: 3,
        grid: 4,
        mail_otp: 1,
        token_otp: 1,
    };
    let decision = grid(&person, &logon, true).unwrap();
    assert_eq!(decision.outcome, Ok(()));
    assert!(decision.logon.remaining.is_empty());
    assert_eq!(decision.logon.closed_at, Some(now()));
    assert_eq!(
        decision.person.failures,
        Failures {
            logon_pin: 0,
            confirmation_pin: 3,
            grid: 0,
            mail_otp: 1,
            token_otp: 1
        }
    );
}

#[test]
fn a_completed_logon_is_used_once() {
    let (person, logon) = begun();
    let done = grid(&person, &logon, true).unwrap();
    for right in [true, false] {
        let again = grid(&done.person, &done.logon, right);
        assert_eq!(again.err(), Some(Refusal::AlreadyUsed));
    }
}

#[test]
fn cells_answered_in_one_logon_can_not_be_answered_in_another_again() {
    let (person, one) = begun();
    let other = Logon {
        id: LogonId::from_entropy([2; 16]),
        ..one.clone()
    };
    let done = grid(&person, &one, true).unwrap();
    assert_eq!(
        grid(&done.person, &other, true).err(),
        Some(Refusal::WrongState)
    );
    assert_eq!(
        grid(&done.person, &other, false).err(),
        Some(Refusal::WrongState)
    );
}

#[test]
fn a_logon_is_answered_until_its_expiry_and_not_a_microsecond_later() {
    let (person, logon) = begun();
    let at = |moment| decide_grid(&person, &logon, true, &profile(), moment);
    assert!(at(logon.expires_at).is_ok());
    assert_eq!(
        at(logon.expires_at + MICROSECOND).err(),
        Some(Refusal::Expired)
    );
}

#[test]
fn the_fifth_wrong_grid_answer_suspends_and_closes_the_logon() {
    let (mut person, mut logon) = begun();
    for count in 1..=5 {
        let decision = grid(&person, &logon, false).unwrap();
        assert_eq!(decision.outcome, Err(Refusal::WrongAnswer));
        assert_eq!(decision.suspended, count == 5);
        assert_eq!(decision.logon.closed_at.is_some(), count == 5);
        (person, logon) = (decision.person, decision.logon);
    }
    assert_eq!(person.suspended.map(|s| s.because), Some(Counted::Grid));
    assert_eq!(
        grid(&person, &logon, true).err(),
        Some(Refusal::AlreadyUsed)
    );
}

#[test]
fn grid_failures_outlive_the_logon_in_which_they_were_made() {
    let (mut person, _) = begun();
    for _ in 0..5 {
        let again = first(&person, true);
        person = grid(&again.person, &again.outcome.unwrap(), false)
            .unwrap()
            .person;
    }
    assert!(person.suspended.is_some());
}

#[test]
fn a_suspension_stops_logons_already_under_way() {
    let (mut person, logon) = begun();
    person.suspended = Some(Suspended {
        at: now(),
        because: Counted::MailOtp,
    });
    assert_eq!(grid(&person, &logon, true).err(), Some(Refusal::Suspended));
}

#[test]
fn a_stranger_without_the_pin_never_reaches_the_grid_counter() {
    let mut person = person();
    for _ in 0..10 {
        let decision = first(&person, false);
        assert!(decision.outcome.is_err());
        person = decision.person;
    }
    assert_eq!(person.failures.grid, 0);
    assert_eq!(person.grid_pending, None);
}

#[test]
fn another_persons_answer_to_a_logon_is_refused_and_not_counted() {
    let (person, logon) = begun();
    let stranger = Person {
        id: PersonId::from_stored("1234567890/other".into()),
        ..person
    };
    for right in [true, false] {
        assert_eq!(
            grid(&stranger, &logon, right).err(),
            Some(Refusal::NotFound)
        );
    }
}

#[test]
fn only_the_factor_that_is_due_can_be_answered() {
    let (person, logon) = begun();
    for factor in Factor::ALL {
        let expected = if factor == Factor::Grid {
            Ok(())
        } else {
            Err(Refusal::WrongState)
        };
        assert_eq!(precheck_answer(&person, &logon, factor, now()), expected);
    }
}

#[test]
fn the_pin_notice_is_due_from_the_ninetieth_day_on() {
    let changed = jst("2026-08-01T09:30:00");
    let due = changed + SignedDuration::from_hours(90 * 24);
    assert!(!pin_notice_due(&profile(), changed, due - MICROSECOND));
    assert!(pin_notice_due(&profile(), changed, due));
}
