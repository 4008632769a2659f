use proptest::prelude::*;

use super::*;
use crate::hotp::Algorithm;
use crate::numeric_code::{Digits, parse_code};

const WINDOW: Window = Window {
    steps_either_side: 1,
    max_drift_steps: 10,
};
/// The step in which most tests take place.
const NOW: u64 = 1_000_000;

fn key() -> OtpKey {
    OtpKey::from_bytes(b"12345678901234567890").unwrap()
}

fn totp() -> Totp {
    Totp::new(Algorithm::Sha1, Digits::Eight, 30).unwrap()
}

fn secs(step: u64) -> i64 {
    i64::try_from(step * 30).unwrap()
}

fn code(step: u64) -> NumericCode {
    totp().code(&key(), step)
}

/// What is found when the code of `step` is typed while the server's clock is in step `now`.
fn typed_at(clock: TokenClock, step: u64, now: u64) -> Verdict {
    verify(&key(), totp(), clock, WINDOW, &code(step), secs(now))
}

fn clock(last_step: u64, drift_steps: i32) -> TokenClock {
    TokenClock {
        last_step: Some(last_step),
        drift_steps,
    }
}

#[test]
fn the_edges_of_the_window_pass_and_the_next_steps_do_not() {
    let fresh = TokenClock::default();
    assert_eq!(
        typed_at(fresh, NOW - 1, NOW),
        Verdict::Right(clock(NOW - 1, -1))
    );
    assert_eq!(typed_at(fresh, NOW, NOW), Verdict::Right(clock(NOW, 0)));
    assert_eq!(
        typed_at(fresh, NOW + 1, NOW),
        Verdict::Right(clock(NOW + 1, 1))
    );
    assert_eq!(typed_at(fresh, NOW - 2, NOW), Verdict::Wrong);
    assert_eq!(typed_at(fresh, NOW + 2, NOW), Verdict::Wrong);
}

#[test]
fn a_code_works_once_and_none_before_it_works_after() {
    assert_eq!(typed_at(clock(NOW, 0), NOW, NOW), Verdict::Used);
    assert_eq!(typed_at(clock(NOW, 0), NOW - 1, NOW), Verdict::Used);
    assert_eq!(
        typed_at(clock(NOW, 0), NOW + 1, NOW),
        Verdict::Right(clock(NOW + 1, 1))
    );
}

#[test]
fn a_used_code_stays_used_as_long_as_it_is_in_the_window() {
    for now in NOW..=NOW + 1 {
        assert_eq!(typed_at(clock(NOW, 0), NOW, now), Verdict::Used);
    }
    assert_eq!(typed_at(clock(NOW, 0), NOW, NOW + 2), Verdict::Wrong);
}

#[test]
fn drift_moves_the_window_and_does_not_widen_it() {
    let behind = clock(NOW - 100, -4);
    assert_eq!(
        typed_at(behind, NOW - 5, NOW),
        Verdict::Right(clock(NOW - 5, -5))
    );
    assert_eq!(typed_at(behind, NOW - 2, NOW), Verdict::Wrong);
    assert_eq!(typed_at(behind, NOW, NOW), Verdict::Wrong);
}

#[test]
fn no_step_beyond_the_drift_bound_passes() {
    let edge = clock(NOW - 100, 10);
    assert_eq!(
        typed_at(edge, NOW + 10, NOW),
        Verdict::Right(clock(NOW + 10, 10))
    );
    assert_eq!(typed_at(edge, NOW + 11, NOW), Verdict::Wrong);
    let other_edge = clock(NOW - 100, -10);
    assert_eq!(typed_at(other_edge, NOW - 11, NOW), Verdict::Wrong);
    // A state learnt under a wider bound than today's.
    assert_eq!(
        typed_at(clock(NOW - 100, 50), NOW + 50, NOW),
        Verdict::Wrong
    );
}

#[test]
fn drift_is_followed_one_step_at_a_time() {
    let mut state = TokenClock::default();
    for drift in 1..=10_u64 {
        let now = NOW + drift * 1000;
        let Verdict::Right(next) = typed_at(state, now + drift, now) else {
            unreachable!("drift {drift} is within the bound");
        };
        assert_eq!(next, clock(now + drift, i32::try_from(drift).unwrap()));
        state = next;
    }
    let now = NOW + 11_000;
    assert_eq!(typed_at(state, now + 11, now), Verdict::Wrong);
}

#[test]
fn a_clock_set_back_refuses_every_code() {
    let state = clock(NOW, 0);
    for step in NOW - 4..=NOW + 1 {
        assert_eq!(typed_at(state, step, NOW - 2), Verdict::ClockBehind);
    }
    // One step back is within the window: nothing is refused that was not used.
    assert_eq!(typed_at(state, NOW, NOW - 1), Verdict::Used);
    let before_1970 = verify(&key(), totp(), TokenClock::default(), WINDOW, &code(0), -1);
    assert_eq!(before_1970, Verdict::ClockBehind);
}

#[test]
fn the_first_steps_of_1970_have_no_steps_before_them() {
    let fresh = TokenClock::default();
    assert_eq!(typed_at(fresh, 0, 0), Verdict::Right(clock(0, 0)));
    assert_eq!(typed_at(fresh, 1, 0), Verdict::Right(clock(1, 1)));
    let far_behind = TokenClock {
        last_step: None,
        drift_steps: -5,
    };
    assert!(!matches!(typed_at(far_behind, 0, 0), Verdict::Right(_)));
    assert_eq!(resync(fresh, 0, 0, 0), None);
    assert_eq!(resync(fresh, 0, 1, 0), Some(clock(1, 1)));
}

#[test]
fn a_code_of_another_length_is_wrong() {
    let six = parse_code(&code(NOW).expose()[2..], Digits::Six).unwrap();
    let verdict = verify(
        &key(),
        totp(),
        TokenClock::default(),
        WINDOW,
        &six,
        secs(NOW),
    );
    assert_eq!(verdict, Verdict::Wrong);
}

#[test]
fn of_two_steps_with_one_code_the_unused_one_nearest_the_middle_counts() {
    // Two steps at most 100 apart share a 6-digit code; found by trying, which takes a moment.
    let totp = Totp::new(Algorithm::Sha1, Digits::Six, 30).unwrap();
    let key = key();
    let wide = Window {
        steps_either_side: 120,
        max_drift_steps: 200,
    };
    let mut recent = std::collections::VecDeque::new();
    let (older, newer) = (NOW..NOW + 200_000)
        .find_map(|step| {
            let text = totp.code(&key, step).expose().to_owned();
            let seen = recent.iter().find(|(_, other)| *other == text);
            let found = seen.map(|(earlier, _)| (*earlier, step));
            recent.push_back((step, text));
            if recent.len() > 100 {
                recent.pop_front();
            }
            found
        })
        .unwrap();
    let typed = totp.code(&key, older);
    let at = |clock, now| verify(&key, totp, clock, wide, &typed, secs(now));
    assert_eq!(
        at(TokenClock::default(), older),
        Verdict::Right(clock(older, 0))
    );
    assert_eq!(
        at(TokenClock::default(), newer),
        Verdict::Right(clock(newer, 0))
    );
    let gap = i32::try_from(newer - older).unwrap();
    assert_eq!(
        at(clock(older, 0), older),
        Verdict::Right(clock(newer, gap))
    );
    assert_eq!(at(clock(newer, 0), older), Verdict::Used);
}

/// The result of typing the codes of two steps to resynchronise with reach 50 and bound 40.
fn resync(state: TokenClock, first: u64, second: u64, now: u64) -> Option<TokenClock> {
    let codes = (&code(first), &code(second));
    resynchronise(&key(), totp(), state, 50, 40, codes, secs(now))
}

#[test]
fn two_codes_in_a_row_find_the_clock_again() {
    let fresh = TokenClock::default();
    assert_eq!(
        resync(fresh, NOW + 30, NOW + 31, NOW),
        Some(clock(NOW + 31, 31))
    );
    assert_eq!(
        resync(fresh, NOW - 30, NOW - 29, NOW),
        Some(clock(NOW - 29, -29))
    );
    // The same pair never works again, nor does one that overlaps it.
    let state = clock(NOW + 31, 31);
    assert_eq!(resync(state, NOW + 30, NOW + 31, NOW), None);
    assert_eq!(resync(state, NOW + 31, NOW + 32, NOW), None);
    assert_eq!(
        resync(state, NOW + 32, NOW + 33, NOW),
        Some(clock(NOW + 33, 33))
    );
}

#[test]
fn two_codes_not_in_a_row_resynchronise_nothing() {
    let fresh = TokenClock::default();
    assert_eq!(resync(fresh, NOW + 30, NOW + 32, NOW), None);
    assert_eq!(resync(fresh, NOW + 31, NOW + 30, NOW), None);
    assert_eq!(resync(fresh, NOW + 30, NOW + 30, NOW), None);
}

#[test]
fn resynchronising_ends_at_its_reach_and_at_the_drift_bound() {
    let fresh = TokenClock::default();
    assert!(resync(fresh, NOW + 39, NOW + 40, NOW).is_some());
    assert_eq!(resync(fresh, NOW + 40, NOW + 41, NOW), None);
    assert!(resync(fresh, NOW - 41, NOW - 40, NOW).is_some());
    assert_eq!(resync(fresh, NOW - 42, NOW - 41, NOW), None);
    let codes = (&code(NOW + 6), &code(NOW + 7));
    let with_reach =
        |reach| resynchronise(&key(), totp(), fresh, reach, 40, codes, secs(NOW)).is_some();
    assert!(with_reach(6));
    assert!(!with_reach(5));
}

proptest! {
    #[test]
    fn accepted_steps_only_grow_and_drift_stays_bounded(
        tries in prop::collection::vec((0_u64..4, -14_i64..=14), 1..40),
    ) {
        let mut state = TokenClock::default();
        let mut now = NOW;
        for (passed, offset) in tries {
            now += passed;
            let step = now.checked_add_signed(offset).unwrap();
            if let Verdict::Right(next) = typed_at(state, step, now) {
                prop_assert_eq!(next.last_step, Some(step));
                prop_assert!(next.last_step > state.last_step);
                prop_assert!(next.drift_steps.unsigned_abs() <= 10);
                prop_assert_eq!(typed_at(next, step, now), Verdict::Used);
                prop_assert_eq!(typed_at(next, step - 1, now), Verdict::Used);
                state = next;
            }
        }
    }

    #[test]
    fn extremes_never_panic(
        last in prop::option::of(any::<u64>()),
        drift in any::<i32>(),
        either_side in prop::sample::select(vec![0_u8, 1, 255]),
        max_drift in any::<u16>(),
        unix_secs in prop_oneof![any::<i64>(), Just(i64::MAX), Just(i64::MIN), Just(0)],
    ) {
        let second = Totp::new(Algorithm::Sha1, Digits::Six, 1).unwrap();
        let state = TokenClock { last_step: last, drift_steps: drift };
        let window = Window { steps_either_side: either_side, max_drift_steps: max_drift };
        let typed = second.code(&key(), 0);
        if let Verdict::Right(next) =
            verify(&key(), second, state, window, &typed, unix_secs)
        {
            prop_assert!(next.last_step > last);
            prop_assert!(next.drift_steps.unsigned_abs() <= u32::from(max_drift));
        }
        let codes = (&typed, &typed);
        let found = resynchronise(&key(), second, state, 3, max_drift, codes, unix_secs);
        prop_assert!(found.is_none_or(|next| next.last_step > last));
    }
}
