//! TOTP, the time-based one-time code (RFC 6238): HOTP whose counter is the number of the time
//! step.
//!
//! What lives here: the parameters of a token and the arithmetic between time and steps. What does
//! not: the clock, and which steps are accepted ([`crate::window`]).

use crate::hotp::{Algorithm, OtpKey, hotp};
use crate::numeric_code::{Digits, NumericCode};

/// The longest time step, in seconds. RFC 6238 §5.2 advises 30; tokens with 60 exist (TOK-6).
pub const PERIOD_SECS_MAX: u32 = 3600;

/// The parameters on which token and server must agree (RFC 6238 §4.1). T0 is always 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totp {
    algorithm: Algorithm,
    digits: Digits,
    period_secs: u32,
}

impl Totp {
    /// `None` when `period_secs` is not in 1 to [`PERIOD_SECS_MAX`].
    #[must_use]
    pub fn new(algorithm: Algorithm, digits: Digits, period_secs: u32) -> Option<Self> {
        (1..=PERIOD_SECS_MAX)
            .contains(&period_secs)
            .then_some(Self {
                algorithm,
                digits,
                period_secs,
            })
    }

    /// The hash under the HMAC.
    #[must_use]
    pub fn algorithm(self) -> Algorithm {
        self.algorithm
    }

    /// How many digits the token shows.
    #[must_use]
    pub fn digits(self) -> Digits {
        self.digits
    }

    /// The length of a time step X, in seconds.
    #[must_use]
    pub fn period_secs(self) -> u32 {
        self.period_secs
    }

    /// The step in which a moment lies: T = floor(unix time / X) (RFC 6238 §4.2). `None` before
    /// 1970.
    #[must_use]
    pub fn step_at(self, unix_secs: i64) -> Option<u64> {
        u64::try_from(unix_secs.div_euclid(i64::from(self.period_secs))).ok()
    }

    /// The code of a step.
    #[must_use]
    pub fn code(self, key: &OtpKey, step: u64) -> NumericCode {
        hotp(key, self.algorithm, step, self.digits)
    }

    /// How long the code shown at this moment stays, in seconds: 1 to `period_secs`.
    #[must_use]
    pub fn secs_left(self, unix_secs: i64) -> u32 {
        let passed = unix_secs.rem_euclid(i64::from(self.period_secs));
        // The remainder is below the period, so it fits and nothing goes below 1.
        self.period_secs - u32::try_from(passed).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys of the reference code in RFC 6238 appendix A (its appendix B names only the
    /// shortest; erratum 2866).
    fn key(algorithm: Algorithm) -> OtpKey {
        let text = "1234567890".repeat(7);
        let length = match algorithm {
            Algorithm::Sha1 => 20,
            Algorithm::Sha256 => 32,
            Algorithm::Sha512 => 64,
        };
        OtpKey::from_bytes(&text.as_bytes()[..length]).unwrap()
    }

    #[test]
    fn the_vectors_of_rfc_6238_appendix_b() {
        let vectors = [
            (59, 0x1, ["94287082", "46119246", "90693936"]),
            (1111111109, 0x23523EC, ["07081804", "68084774", "25091201"]),
            (1111111111, 0x23523ED, ["14050471", "67062674", "99943326"]),
            (1234567890, 0x273EF07, ["89005924", "91819424", "93441116"]),
            (2000000000, 0x3F940AA, ["69279037", "90698825", "38618901"]),
            (
                20000000000,
                0x27BC86AA,
                ["65353130", "77737706", "47863826"],
            ),
        ];
        for (unix_secs, step, codes) in vectors {
            let algorithms = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];
            for (algorithm, expected) in algorithms.into_iter().zip(codes) {
                let totp = Totp::new(algorithm, Digits::Eight, 30).unwrap();
                assert_eq!(totp.step_at(unix_secs), Some(step));
                assert_eq!(totp.code(&key(algorithm), step).expose(), expected);
            }
        }
    }

    #[test]
    fn periods_outside_one_second_to_an_hour_are_refused() {
        let with = |period| Totp::new(Algorithm::Sha1, Digits::Six, period);
        assert_eq!(with(0), None);
        assert!(with(1).is_some());
        assert!(with(3600).is_some());
        assert_eq!(with(3601), None);
    }

    #[test]
    fn a_code_stays_until_the_step_ends() {
        let totp = Totp::new(Algorithm::Sha1, Digits::Six, 30).unwrap();
        assert_eq!(totp.secs_left(0), 30);
        assert_eq!(totp.secs_left(29), 1);
        assert_eq!(totp.secs_left(30), 30);
        assert_eq!(totp.step_at(29), Some(0));
        assert_eq!(totp.step_at(30), Some(1));
    }

    #[test]
    fn the_ends_of_time() {
        let totp = Totp::new(Algorithm::Sha1, Digits::Six, 1).unwrap();
        assert_eq!(totp.step_at(-1), None);
        assert_eq!(totp.step_at(i64::MIN), None);
        assert_eq!(totp.step_at(i64::MAX), Some(i64::MAX.unsigned_abs()));
        assert_eq!(totp.secs_left(i64::MIN), 1);
        assert_eq!(totp.secs_left(i64::MAX), 1);
    }
}
