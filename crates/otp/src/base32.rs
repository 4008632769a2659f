//! Secrets as text: Base32 without padding (RFC 4648 §6), the form in which authenticator apps
//! take a key typed by hand (TOK-13).

use data_encoding::BASE32_NOPAD;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::hotp::{KEY_BYTES_MAX, KeyLengthError, OtpKey};
use crate::typed::{fold, is_separator};

/// The longest text [`decode`] looks at: a full key with a separator after every character.
pub const TEXT_BYTES_MAX: usize = 1024;

/// Why text is no secret. Says nothing about the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Base32Error {
    /// The text is longer than [`TEXT_BYTES_MAX`] and was not read.
    #[error("the secret is longer than {TEXT_BYTES_MAX} bytes")]
    TooLong,
    /// The text holds other characters or ends within a byte.
    #[error("the secret is not Base32")]
    NotBase32,
    /// The secret itself is too short or too long.
    #[error(transparent)]
    KeyLength(#[from] KeyLengthError),
}

/// The secret in upper case, without padding.
#[must_use]
pub fn encode(key: &OtpKey) -> Zeroizing<String> {
    Zeroizing::new(BASE32_NOPAD.encode(key.expose()))
}

/// Reads a secret as people copy it: either case, spaces, hyphens, full-width forms and padding are
/// forgiven.
///
/// # Errors
/// [`Base32Error`] when the text is too long, no Base32, or the key has a bad length.
pub fn decode(text: &str) -> Result<OtpKey, Base32Error> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(Base32Error::TooLong);
    }
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    for character in text.trim_end_matches('=').chars().map(fold) {
        if !is_separator(character) {
            digits.push(character.to_ascii_uppercase());
        }
    }
    let mut bytes = Zeroizing::new([0_u8; KEY_BYTES_MAX]);
    let length = BASE32_NOPAD
        .decode_len(digits.len())
        .map_err(|_| Base32Error::NotBase32)?;
    let place = bytes.get_mut(..length).ok_or(KeyLengthError)?;
    BASE32_NOPAD
        .decode_mut(digits.as_bytes(), place)
        .map_err(|_| Base32Error::NotBase32)?;
    Ok(OtpKey::from_bytes(place)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_known_secret() {
        let key = OtpKey::from_bytes(b"12345678901234567890").unwrap();
        assert_eq!(*encode(&key), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn copying_habits_are_forgiven() {
        for text in [
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
            "gezd gnbv gy3t qojq gezd gnbv gy3t qojq",
            "ＧＥＺＤ-gnbv-gy3t-qojq-gezd-gnbv-gy3t-qojq",
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ====",
        ] {
            let key = decode(text).unwrap();
            assert_eq!(key.expose(), b"12345678901234567890", "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        let refusal = |text: &str| decode(text).err();
        assert_eq!(refusal(""), Some(Base32Error::KeyLength(KeyLengthError)));
        assert_eq!(refusal("GEZDGNBVGY3TQOJQ"), Some(KeyLengthError.into()));
        assert_eq!(refusal(&"A".repeat(208)), Some(KeyLengthError.into()));
        assert_eq!(
            refusal("0EZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
            Some(Base32Error::NotBase32)
        );
        assert_eq!(
            refusal("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQA"),
            Some(Base32Error::NotBase32)
        );
        assert_eq!(refusal(&"A".repeat(1025)), Some(Base32Error::TooLong));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(bytes in prop::collection::vec(any::<u8>(), 16..=128)) {
            let key = OtpKey::from_bytes(&bytes).unwrap();
            let read = decode(&encode(&key)).unwrap();
            prop_assert_eq!(read.expose(), bytes);
        }

        #[test]
        fn whatever_is_typed_never_panics(text in "\\PC{0,300}") {
            let _ = decode(&text);
        }
    }
}
