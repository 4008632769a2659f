//! OCRA, the challenge-response one-time code (RFC 6287), and the code that confirms one
//! transaction without a network (APP-3).
//!
//! What lives here: the suite, the message it prescribes and the code. What does not: making
//! challenges, remembering which were answered, and what a transaction's digest covers.

use std::iter::repeat_n;

use thiserror::Error;

use crate::hotp::{Algorithm, OtpKey, code_over};
use crate::numeric_code::{Digits, NumericCode};

mod suite;

pub use suite::{QuestionFormat, Suite, SuiteError};

/// The place of the question in the message (RFC 6287 §5.1).
const QUESTION_BYTES: usize = 128;

/// The suite of [`transaction_code`]: 8 digits, a question of 64 hexadecimal digits, minutes.
pub const TRANSACTION_SUITE: &str = "OCRA-1:HOTP-SHA256-8:QH64-T1M";

/// What goes into a code besides suite and key (RFC 6287 §5.1). Every part the suite names must be
/// present and no other.
#[derive(Clone, Copy, Default)]
pub struct Inputs<'a> {
    /// C: a counter kept by both sides.
    pub counter: Option<u64>,
    /// Q: the challenge as shown, or in mutual mode both challenges joined (RFC 6287 §7.2).
    pub question: &'a str,
    /// P: the hash of a PIN, as long as the hash named by the suite.
    pub pin_digest: Option<&'a [u8]>,
    /// S: data of the session, filled up with zeros on the left.
    pub session: Option<&'a [u8]>,
    /// T: the number of time steps since 1970.
    pub step: Option<u64>,
}

/// Why no code was computed. Says nothing about the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InputError {
    /// A part named by the suite is missing, or one it does not name is present.
    #[error("the inputs are not those the suite names")]
    OtherParts,
    /// The question is empty, too long or not in the suite's format.
    #[error("the question does not have the format of the suite")]
    Question,
    /// The PIN's digest does not have the length of its hash.
    #[error("the PIN digest has the wrong length")]
    PinDigest,
    /// The session data is longer than the suite allows.
    #[error("the session data is too long")]
    Session,
}

/// The code of `suite` over `inputs`: OCRA = CryptoFunction(K, DataInput) (RFC 6287 §5).
///
/// # Errors
/// [`InputError`] when the inputs are not what the suite asks for.
pub fn ocra(key: &OtpKey, suite: &Suite, inputs: &Inputs<'_>) -> Result<NumericCode, InputError> {
    let counter = inputs.counter.map(u64::to_be_bytes);
    let step = inputs.step.map(u64::to_be_bytes);
    if counter.is_some() != suite.has_counter() || step.is_some() != suite.step_secs().is_some() {
        return Err(InputError::OtherParts);
    }
    let question = question_block(suite, inputs.question).ok_or(InputError::Question)?;
    let pin_digest = match (suite.pin_hash(), inputs.pin_digest) {
        (None, None) => &[],
        (Some(hash), Some(digest)) if digest.len() == digest_bytes(hash) => digest,
        (Some(_), Some(_)) => return Err(InputError::PinDigest),
        _ => return Err(InputError::OtherParts),
    };
    let session = match (suite.session_bytes(), inputs.session) {
        (None, None) => Vec::new(),
        (Some(width), Some(data)) => {
            let zeros = width.checked_sub(data.len()).ok_or(InputError::Session)?;
            repeat_n(0, zeros).chain(data.iter().copied()).collect()
        }
        _ => return Err(InputError::OtherParts),
    };
    let parts = [
        suite.text().as_bytes(),
        &[0],
        counter.as_ref().map_or(&[], <[u8; 8]>::as_slice),
        &question,
        pin_digest,
        &session,
        step.as_ref().map_or(&[], <[u8; 8]>::as_slice),
    ];
    Ok(code_over(key, suite.algorithm(), &parts, suite.digits()))
}

/// The code that confirms the transaction with this SHA-256 digest in a minute, `step` being the
/// minutes since 1970 (APP-3): [`TRANSACTION_SUITE`] with the digest as question. A question holds
/// at most 64 characters (RFC 6287 §6.3), so the digest stands for the content.
#[must_use]
pub fn transaction_code(key: &OtpKey, digest: &[u8; 32], step: u64) -> NumericCode {
    // The digest's hexadecimal digits, packed two to a byte, are the digest again.
    let parts: [&[u8]; 5] = [
        TRANSACTION_SUITE.as_bytes(),
        &[0],
        digest,
        &[0; QUESTION_BYTES - 32],
        &step.to_be_bytes(),
    ];
    code_over(key, Algorithm::Sha256, &parts, Digits::Eight)
}

/// Q, filled up with zeros on the right; `None` when the question does not suit the suite.
fn question_block(suite: &Suite, question: &str) -> Option<[u8; QUESTION_BYTES]> {
    // Mutual mode joins two questions (RFC 6287 §7.2), hence twice the length.
    if question.is_empty() || question.len() > 2 * suite.question_chars_max() {
        return None;
    }
    let mut block = [0; QUESTION_BYTES];
    match suite.question_format() {
        QuestionFormat::Alphanumeric => {
            if !question.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return None;
            }
            for (place, byte) in block.iter_mut().zip(question.bytes()) {
                *place = byte;
            }
        }
        QuestionFormat::Numeric => pack(&mut block, &nibbles_of_decimal(question)?),
        QuestionFormat::Hexadecimal => {
            let nibbles: Option<Vec<u8>> = question
                .chars()
                .map(|digit| u8::try_from(digit.to_digit(16)?).ok())
                .collect();
            pack(&mut block, &nibbles?);
        }
    }
    Some(block)
}

/// A decimal number as hexadecimal digits without leading zeros, as RFC 6287 §5.1 wants it.
fn nibbles_of_decimal(decimal: &str) -> Option<Vec<u8>> {
    // Least significant first while computing.
    let mut nibbles: Vec<u8> = Vec::new();
    for digit in decimal.chars() {
        let mut carry = u8::try_from(digit.to_digit(10)?).ok()?;
        for nibble in &mut nibbles {
            let value = *nibble * 10 + carry;
            *nibble = value & 0x0F;
            carry = value >> 4;
        }
        if carry > 0 {
            nibbles.push(carry);
        }
    }
    nibbles.reverse();
    Some(nibbles)
}

/// Writes hexadecimal digits from the left, two to a byte; half a byte is filled up with zero.
fn pack(block: &mut [u8], nibbles: &[u8]) {
    for (place, pair) in block.iter_mut().zip(nibbles.chunks(2)) {
        let high = pair.first().copied().unwrap_or_default();
        let low = pair.get(1).copied().unwrap_or_default();
        *place = (high << 4) | low;
    }
}

fn digest_bytes(hash: Algorithm) -> usize {
    match hash {
        Algorithm::Sha1 => 20,
        Algorithm::Sha256 => 32,
        Algorithm::Sha512 => 64,
    }
}

#[cfg(test)]
mod tests;
