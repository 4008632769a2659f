//! Which TOTP codes are accepted: window, replay, drift and resynchronisation (TOK-4, TOK-5,
//! RFC 6238 §5.2 and §6).
//!
//! What lives here: the decision, from a stored state to a state to store. What does not: the
//! clock, counting wrong tries, and storing the new state, which the caller must do in the same
//! transaction (or under a condition on the old `last_step`), or two requests at once both pass.
//!
//! **What an attacker gains.** At any moment `2n + 1` codes are right, `n` being
//! [`Window::steps_either_side`]: one blind guess at 6 digits succeeds with probability
//! 3 in 1 000 000 for `n` = 1, whatever the drift, because drift moves the window and never widens
//! it. [`resynchronise`] asks for two codes in a row, so a blind guess succeeds with probability
//! `(2 · reach + 1) / 10^12`. Its reach is bounded nevertheless: it is the work an attacker can
//! cause per request, and it limits how old or how far ahead a pair of codes that was overheard
//! may be. The bound on the drift does the same for a token that is led astray step by step.

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use crate::hotp::OtpKey;
use crate::numeric_code::NumericCode;
use crate::totp::Totp;

/// What is stored of one token. It belongs to the token and never to one of its users: a shared
/// token's code is used up for all of them (TOK-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TokenClock {
    /// The newest step whose code was accepted; no code of it or of an earlier one passes again.
    pub last_step: Option<u64>,
    /// How many steps the token's clock was ahead (positive) or behind when last accepted.
    pub drift_steps: i32,
}

/// How far from the expected step a code may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Steps accepted on each side of the expected one. RFC 6238 §5.2 advises 1 at most.
    pub steps_either_side: u8,
    /// The largest drift that is ever learnt, in steps either way (RFC 6238 §6).
    pub max_drift_steps: u16,
}

/// What [`verify`] found. The outward answer to everything but `Right` should be one and the same
/// where the asker has not passed another factor: `Used` confirms that the code was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The code is right; this state must be stored before anything is granted.
    Right(TokenClock),
    /// The code is that of a step already used or passed over: the next one must be waited for.
    Used,
    /// The code fits no step within the window and the drift bound.
    Wrong,
    /// The clock reads earlier than the last accepted code allows, or before 1970. Everything is
    /// refused, or a clock set back would make used codes good again; the operator must be alarmed.
    ClockBehind,
}

/// Judges a typed code. Every candidate is computed and compared, so the time taken says nothing
/// about which one matched. Where a code occurs at two steps, the unused one nearest the expected
/// step counts, the later of two equally near.
#[must_use]
pub fn verify(
    key: &OtpKey,
    totp: Totp,
    clock: TokenClock,
    window: Window,
    typed: &NumericCode,
    unix_secs: i64,
) -> Verdict {
    let Some(line) = Timeline::new(totp, clock, window.max_drift_steps, unix_secs) else {
        return Verdict::ClockBehind;
    };
    let reach = i64::from(window.steps_either_side);
    if line.last > line.middle.saturating_add(reach) {
        return Verdict::ClockBehind;
    }
    let mut used = Choice::from(0);
    let mut right = Choice::from(0);
    let mut matched = 0_i64;
    // From the edges inwards, so that the nearest match is the one that stays.
    for distance in (0..=reach).rev() {
        for step in [
            line.middle.saturating_sub(distance),
            line.middle.saturating_add(distance),
        ] {
            let same = is_same(&candidate(key, totp, step), typed);
            let unused = line.is_unused(step);
            let fits = same & unused & line.is_within_drift(step);
            used |= same & !unused;
            right |= fits;
            matched.conditional_assign(&step, fits);
        }
    }
    match (bool::from(right), bool::from(used)) {
        (true, _) => line
            .state_after(matched)
            .map_or(Verdict::Wrong, Verdict::Right),
        (false, true) => Verdict::Used,
        (false, false) => Verdict::Wrong,
    }
}

/// Finds the clock of a token outside the window by two codes shown one after the other (TOK-5,
/// RFC 4226 §7.4): steps `s` and `s + 1`, both unused, `s` at most `reach_steps` from the expected
/// step and the drift of `s + 1` at most `max_drift_steps`. Both codes are used up by it.
///
/// Should two pairs match, which has the probability of a blind guess, the later one counts.
///
/// `None` when no such pair exists. The work depends on `reach_steps` alone:
/// `2 · reach_steps + 2` codes. Wrong tries must be counted by the caller like those of [`verify`].
#[must_use]
pub fn resynchronise(
    key: &OtpKey,
    totp: Totp,
    clock: TokenClock,
    reach_steps: u16,
    max_drift_steps: u16,
    (first, second): (&NumericCode, &NumericCode),
    unix_secs: i64,
) -> Option<TokenClock> {
    let line = Timeline::new(totp, clock, max_drift_steps, unix_secs)?;
    let reach = i64::from(reach_steps);
    let start = line.middle.saturating_sub(reach);
    let end = line.middle.saturating_add(reach).saturating_add(1);
    let mut found = Choice::from(0);
    let mut matched = 0_i64;
    let mut first_before = Choice::from(0);
    for step in start..=end {
        let code = candidate(key, totp, step);
        let unused = line.is_unused(step);
        // A step after an unused one is unused.
        let pair = first_before & is_same(&code, second) & line.is_within_drift(step);
        found |= pair;
        matched.conditional_assign(&step, pair);
        first_before = is_same(&code, first) & unused;
    }
    if bool::from(found) {
        line.state_after(matched)
    } else {
        None
    }
}

/// Steps as signed numbers: what lies before step 0 then needs no special case.
struct Timeline {
    now: i64,
    /// Where the token's clock is expected to be.
    middle: i64,
    /// The last used step, or -1.
    last: i64,
    max_drift: i64,
}

impl Timeline {
    /// `None` before 1970.
    fn new(totp: Totp, clock: TokenClock, max_drift_steps: u16, unix_secs: i64) -> Option<Self> {
        let now = i64::try_from(totp.step_at(unix_secs)?).ok()?;
        Some(Self {
            now,
            middle: now.saturating_add(i64::from(clock.drift_steps)),
            last: clock
                .last_step
                .map_or(-1, |step| i64::try_from(step).unwrap_or(i64::MAX)),
            max_drift: i64::from(max_drift_steps),
        })
    }

    fn drift_of(&self, step: i64) -> i64 {
        step.saturating_sub(self.now)
    }

    fn is_unused(&self, step: i64) -> Choice {
        Choice::from(u8::from(step > self.last))
    }

    fn is_within_drift(&self, step: i64) -> Choice {
        let drift = self.drift_of(step);
        Choice::from(u8::from(
            drift.unsigned_abs() <= self.max_drift.unsigned_abs(),
        ))
    }

    /// `None` only for steps that [`Timeline::is_within_drift`] refuses.
    fn state_after(&self, step: i64) -> Option<TokenClock> {
        Some(TokenClock {
            last_step: Some(u64::try_from(step).ok()?),
            drift_steps: i32::try_from(self.drift_of(step)).ok()?,
        })
    }
}

/// The code of `step`. That of step 0 stands in for steps before it, so that they cost as much;
/// they are never unused, because `last` is -1 at least.
fn candidate(key: &OtpKey, totp: Totp, step: i64) -> NumericCode {
    totp.code(key, u64::try_from(step).unwrap_or_default())
}

fn is_same(code: &NumericCode, typed: &NumericCode) -> Choice {
    code.expose().as_bytes().ct_eq(typed.expose().as_bytes())
}

#[cfg(test)]
mod tests;
