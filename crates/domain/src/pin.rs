//! What a PIN may be. Hashing lives in `app`, next to the pool that bounds it.

use crate::policy::PinPolicy;
use crate::text::fold;

/// Which of the two PINs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PinKind {
    /// 暗証番号.
    Logon,
    /// 確認暗証番号.
    Confirmation,
}

/// Why a new PIN was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinFault {
    /// Too short or too long.
    Length,
    /// Something else than letters and digits.
    Characters,
    /// Too easy: one character only, a run, or an ID of the person.
    TooEasy,
    /// The two entries differ.
    Mismatch,
    /// The same as before.
    Unchanged,
}

impl PinKind {
    /// The name in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Logon => "logon-pin",
            Self::Confirmation => "confirmation-pin",
        }
    }
}

/// Folds what was typed (full-width letters and digits) and bounds it; what is too long to be any
/// PIN becomes empty, which no PIN is.
#[must_use]
pub fn fold_pin(typed: &str) -> String {
    if typed.len() > 256 {
        return String::new();
    }
    fold(typed)
}

/// Checks a new PIN (folded) against the profile and the person's IDs.
///
/// # Errors
/// The first rule it breaks.
pub fn check_new_pin(policy: &PinPolicy, pin: &str, ids: &[&str]) -> Result<(), PinFault> {
    if !(usize::from(policy.min_len)..=usize::from(policy.max_len)).contains(&pin.len()) {
        return Err(PinFault::Length);
    }
    if !pin.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(PinFault::Characters);
    }
    let bytes = pin.as_bytes();
    let steps: Vec<i16> = bytes
        .windows(2)
        .filter_map(|w| Some(i16::from(*w.get(1)?) - i16::from(*w.first()?)))
        .collect();
    let run = [-1, 0, 1]
        .into_iter()
        .any(|step| steps.iter().all(|s| *s == step));
    let is_id = ids
        .iter()
        .any(|id| !id.is_empty() && id.eq_ignore_ascii_case(pin));
    if run || is_id {
        Err(PinFault::TooEasy)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> PinPolicy {
        PinPolicy {
            min_len: 6,
            max_len: 12,
            reminder_after_days: 90,
        }
    }

    #[test]
    fn a_good_pin_passes_and_each_rule_refuses() {
        let check = |pin| check_new_pin(&policy(), pin, &["keiri01", "1234509876"]);
        assert_eq!(check("Kx8274mq"), Ok(()));
        assert_eq!(check("a1b2c"), Err(PinFault::Length));
        assert_eq!(check("a1b2c3d4e5f6g"), Err(PinFault::Length));
        assert_eq!(check("abc-123"), Err(PinFault::Characters));
        assert_eq!(check("777777"), Err(PinFault::TooEasy));
        assert_eq!(check("123456"), Err(PinFault::TooEasy));
        assert_eq!(check("987654"), Err(PinFault::TooEasy));
        assert_eq!(check("KEIRI01"), Err(PinFault::TooEasy));
    }

    #[test]
    fn typed_pins_are_folded_and_bounded() {
        assert_eq!(fold_pin("Ａｂ１２３４"), "Ab1234");
        assert_eq!(fold_pin(&"x".repeat(300)), "");
    }
}
