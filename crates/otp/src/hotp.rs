//! HOTP, the event-based one-time code (RFC 4226), over SHA-1, SHA-256 or SHA-512.
//!
//! What lives here: the key, the hash and the code of one counter value. What does not: which
//! counter values are good ([`crate::totp`], [`crate::window`]) and where keys are kept.

use thiserror::Error;
use zeroize::Zeroizing;

use crate::keyed_hash;
use crate::numeric_code::{Digits, NumericCode};

/// The shortest key: 128 bits (RFC 4226 §4, R6).
pub const KEY_BYTES_MIN: usize = 16;
/// The longest key: one block of SHA-512. HMAC hashes anything longer, which adds no strength.
pub const KEY_BYTES_MAX: usize = 128;

/// The hash under the HMAC (RFC 6238 §1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// HMAC-SHA-1, the only one of RFC 4226 and the only one every authenticator app knows.
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

impl Algorithm {
    /// The name under which it is stored and shown: `sha1`, `sha256` or `sha512`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// The algorithm with this [`Algorithm::name`], in either case; `None` for any other text.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Sha1, Self::Sha256, Self::Sha512]
            .into_iter()
            .find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }
}

/// Why bytes are no key. Says nothing about the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an OTP key has {KEY_BYTES_MIN} to {KEY_BYTES_MAX} bytes")]
pub struct KeyLengthError;

/// The secret shared with a token. Wiped when dropped; implements neither `Debug` nor `Display`.
pub struct OtpKey(Zeroizing<Vec<u8>>);

impl OtpKey {
    /// Takes a copy of the secret; wiping `bytes` is the caller's matter.
    ///
    /// # Errors
    /// [`KeyLengthError`] below [`KEY_BYTES_MIN`] (RFC 4226 R6) and above [`KEY_BYTES_MAX`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyLengthError> {
        if (KEY_BYTES_MIN..=KEY_BYTES_MAX).contains(&bytes.len()) {
            Ok(Self(Zeroizing::new(bytes.to_vec())))
        } else {
            Err(KeyLengthError)
        }
    }

    /// The secret in clear: for sealing it and for handing it to the token, once.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

/// The code of one counter value: HOTP(K, C) = Truncate(HMAC(K, C)) (RFC 4226 §5.3).
#[must_use]
pub fn hotp(key: &OtpKey, algorithm: Algorithm, counter: u64, digits: Digits) -> NumericCode {
    code_over(key, algorithm, &[&counter.to_be_bytes()], digits)
}

/// The truncated HMAC of `parts` joined: HOTP over any message, as OCRA needs it (RFC 6287 §5.2).
pub(crate) fn code_over(
    key: &OtpKey,
    algorithm: Algorithm,
    parts: &[&[u8]],
    digits: Digits,
) -> NumericCode {
    let tag = keyed_hash::hmac(algorithm, key.expose(), parts);
    NumericCode::from_value(truncate(&tag), digits)
}

/// Dynamic truncation (RFC 4226 §5.3): the low four bits of the last byte say where 31 bits are
/// taken from. The shortest tag has 20 bytes, so four bytes from place 15 at most always exist.
fn truncate(tag: &[u8]) -> u32 {
    let offset = usize::from(tag.last().copied().unwrap_or_default() & 0x0F);
    let word = tag
        .iter()
        .skip(offset)
        .take(4)
        .fold(0_u32, |word, byte| (word << 8) | u32::from(*byte));
    word & 0x7FFF_FFFF
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4226_appendix_d() {
        let key = OtpKey::from_bytes(b"12345678901234567890").unwrap();
        let expected = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (counter, code) in (0_u64..).zip(expected) {
            let actual = hotp(&key, Algorithm::Sha1, counter, Digits::Six);
            assert_eq!(actual.expose(), code, "counter {counter}");
        }
    }

    #[test]
    fn the_truncated_values_of_rfc_4226_appendix_d() {
        let expected: [u32; 10] = [
            0x4c93cf18, 0x41397eea, 0x082fef30, 0x66ef7655, 0x61c5938a, 0x33c083d4, 0x7256c032,
            0x04e5b397, 0x2823443f, 0x2679dc69,
        ];
        for (counter, value) in (0_u64..).zip(expected) {
            let tag = keyed_hash::hmac(
                Algorithm::Sha1,
                b"12345678901234567890",
                &[&counter.to_be_bytes()],
            );
            assert_eq!(truncate(&tag), value, "counter {counter}");
        }
    }

    #[test]
    fn the_example_of_rfc_4226_section_5_4() {
        let mut tag = [0_u8; 20];
        tag[10..14].copy_from_slice(&[0x50, 0xef, 0x7f, 0x19]);
        tag[19] = 0x5a;
        assert_eq!(truncate(&tag), 0x50ef_7f19);
        let code = NumericCode::from_value(truncate(&tag), Digits::Six);
        assert_eq!(code.expose(), "872921");
    }

    #[test]
    fn keys_below_128_bits_and_above_a_block_are_refused() {
        assert!(OtpKey::from_bytes(&[7; 15]).is_err());
        assert!(OtpKey::from_bytes(&[7; 16]).is_ok());
        assert!(OtpKey::from_bytes(&[7; 128]).is_ok());
        assert!(OtpKey::from_bytes(&[7; 129]).is_err());
    }

    #[test]
    fn names_are_read_back() {
        for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
            assert_eq!(Algorithm::parse(algorithm.name()), Some(algorithm));
        }
        assert_eq!(Algorithm::parse("SHA256"), Some(Algorithm::Sha256));
        assert_eq!(Algorithm::parse("md5"), None);
        assert_eq!(Algorithm::parse(""), None);
    }
}
