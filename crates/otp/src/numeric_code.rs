//! Decimal codes that are sent to a person and typed back (MAIL-*).
//!
//! What a code is bound to is the matter of [`crate::code_mac`]; expiry and attempts belong to the
//! caller.

use std::fmt::Write as _;

use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::typed::{fold, is_separator};
use crate::uniform;

/// The longest input [`parse_code`] looks at: eight full-width digits, each followed by a
/// full-width separator, are 48 bytes.
pub const INPUT_BYTES_MAX: usize = 64;

/// How many digits a code has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digits {
    /// 000000 to 999999.
    Six,
    /// 0000000 to 9999999.
    Seven,
    /// 00000000 to 99999999.
    Eight,
}

impl Digits {
    /// The variant with `count` digits; `None` outside 6 to 8.
    #[must_use]
    pub fn from_count(count: usize) -> Option<Self> {
        match count {
            6 => Some(Self::Six),
            7 => Some(Self::Seven),
            8 => Some(Self::Eight),
            _ => None,
        }
    }

    /// The number of digits.
    #[must_use]
    pub fn count(self) -> usize {
        match self {
            Self::Six => 6,
            Self::Seven => 7,
            Self::Eight => 8,
        }
    }

    /// How many codes there are.
    fn codes(self) -> u32 {
        match self {
            Self::Six => 1_000_000,
            Self::Seven => 10_000_000,
            Self::Eight => 100_000_000,
        }
    }
}

/// A secret decimal code of 6 to 8 ASCII digits. Wiped when dropped.
///
/// It can be neither printed nor serialised by accident; [`NumericCode::expose`] is for the mail.
pub struct NumericCode(Zeroizing<String>);

impl NumericCode {
    /// Draws a code, every code equally likely. `random` must fill the slice with bytes from a
    /// cryptographic source.
    #[must_use]
    pub fn from_entropy(digits: Digits, random: &mut impl FnMut(&mut [u8])) -> Self {
        let value = Zeroizing::new(uniform::below(digits.codes(), random));
        Self::from_value(*value, digits)
    }

    /// The last digits of a number, filled up with zeros on the left.
    pub(crate) fn from_value(value: u32, digits: Digits) -> Self {
        let value = Zeroizing::new(value % digits.codes());
        let width = digits.count();
        // The room is reserved first: growing would leave a copy behind that nobody wipes.
        let mut text = Zeroizing::new(String::with_capacity(width));
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{:0width$}", *value);
        Self(text)
    }

    /// Whether `other` has the same digits, compared in constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }

    /// The digits in clear.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Why typed text is no code. Says nothing about what was typed, so that it may be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CodeFormatError {
    /// The input is longer than [`INPUT_BYTES_MAX`] and was not read.
    #[error("the input is longer than {INPUT_BYTES_MAX} bytes")]
    InputTooLong,
    /// Something other than digits, spaces and hyphens was typed.
    #[error("the input holds something other than digits, spaces and hyphens")]
    NotADigit,
    /// The number of digits is not the expected one.
    #[error("the code does not have {expected} digits")]
    WrongLength {
        /// How many digits the code must have.
        expected: usize,
    },
}

/// Reads a code as people type it: full-width digits count as digits, spaces and hyphens are
/// dropped, anything else is refused.
///
/// # Errors
/// [`CodeFormatError`] when the input is too long, holds other characters or has another number
/// of digits.
pub fn parse_code(input: &str, digits: Digits) -> Result<NumericCode, CodeFormatError> {
    if input.len() > INPUT_BYTES_MAX {
        return Err(CodeFormatError::InputTooLong);
    }
    let mut text = Zeroizing::new(String::with_capacity(INPUT_BYTES_MAX));
    for character in input.chars().map(fold) {
        if character.is_ascii_digit() {
            text.push(character);
        } else if !is_separator(character) {
            return Err(CodeFormatError::NotADigit);
        }
    }
    if text.len() == digits.count() {
        Ok(NumericCode(text))
    } else {
        Err(CodeFormatError::WrongLength {
            expected: digits.count(),
        })
    }
}

#[cfg(test)]
mod tests;
