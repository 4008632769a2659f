//! The suite: which hash, how many digits and which inputs (RFC 6287 §6).

use thiserror::Error;

use crate::hotp::Algorithm;
use crate::numeric_code::Digits;

/// The longest text [`Suite::parse`] looks at; the longest valid one is shorter.
pub const SUITE_BYTES_MAX: usize = 64;

/// How a question is written (RFC 6287 §6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionFormat {
    /// QA: letters and digits.
    Alphanumeric,
    /// QN: decimal digits.
    Numeric,
    /// QH: hexadecimal digits.
    Hexadecimal,
}

/// Why a text is no suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SuiteError {
    /// Not three parts separated by colons, or too long.
    #[error("a suite has three parts separated by colons")]
    Shape,
    /// The version is not `OCRA-1`.
    #[error("only OCRA-1 is known")]
    Version,
    /// The function is not HOTP over SHA-1, SHA-256 or SHA-512.
    #[error("the function must be HOTP over SHA1, SHA256 or SHA512")]
    Function,
    /// The RFC also knows 0, 4, 5, 9 and 10 digits; nobody types these here.
    #[error("a code must have 6 to 8 digits")]
    Digits,
    /// The question is missing or its format or length is unknown.
    #[error("the question must be QA, QN or QH with a length from 04 to 64")]
    Question,
    /// A part after the question is unknown, comes twice or in the wrong order.
    #[error("an input after the question is unknown, repeated or out of order")]
    Input,
}

/// A parsed suite (RFC 6287 §6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suite {
    text: String,
    algorithm: Algorithm,
    digits: Digits,
    has_counter: bool,
    question_format: QuestionFormat,
    question_chars_max: usize,
    pin_hash: Option<Algorithm>,
    session_bytes: Option<usize>,
    step_secs: Option<u32>,
}

impl Suite {
    /// Reads `OCRA-1:HOTP-SHAx-n:[C-]Qfnn[-PSHAx][-Snnn][-TnG]`. Upper case only, because the text
    /// itself goes into the code.
    ///
    /// # Errors
    /// [`SuiteError`] names the first part that is not understood.
    pub fn parse(text: &str) -> Result<Self, SuiteError> {
        if text.len() > SUITE_BYTES_MAX {
            return Err(SuiteError::Shape);
        }
        let mut parts = text.split(':');
        let (Some(version), Some(function), Some(inputs), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(SuiteError::Shape);
        };
        if version != "OCRA-1" {
            return Err(SuiteError::Version);
        }
        let function = function.strip_prefix("HOTP-").ok_or(SuiteError::Function)?;
        let (hash, digits) = function.split_once('-').ok_or(SuiteError::Function)?;
        let (has_counter, inputs) = match inputs.strip_prefix("C-") {
            Some(rest) => (true, rest),
            None => (false, inputs),
        };
        let mut inputs = inputs.split('-').peekable();
        let question = inputs.next().ok_or(SuiteError::Question)?;
        let (question_format, question_chars_max) =
            parse_question(question).ok_or(SuiteError::Question)?;
        let pin_hash = take_input(&mut inputs, 'P', parse_hash)?;
        let session_bytes = take_input(&mut inputs, 'S', parse_session)?;
        let step_secs = take_input(&mut inputs, 'T', parse_step)?;
        if inputs.next().is_some() {
            return Err(SuiteError::Input);
        }
        Ok(Self {
            text: text.to_owned(),
            algorithm: parse_hash(hash).ok_or(SuiteError::Function)?,
            digits: parse_number(digits, 1)
                .and_then(Digits::from_count)
                .ok_or(SuiteError::Digits)?,
            has_counter,
            question_format,
            question_chars_max,
            pin_hash,
            session_bytes,
            step_secs,
        })
    }

    /// The text it was read from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The hash under the HMAC.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// How many digits a code has.
    #[must_use]
    pub fn digits(&self) -> Digits {
        self.digits
    }

    /// Whether a counter goes in.
    #[must_use]
    pub fn has_counter(&self) -> bool {
        self.has_counter
    }

    /// How questions are written.
    #[must_use]
    pub fn question_format(&self) -> QuestionFormat {
        self.question_format
    }

    /// The longest question of one side, in characters: 4 to 64.
    #[must_use]
    pub fn question_chars_max(&self) -> usize {
        self.question_chars_max
    }

    /// The hash under which a PIN goes in, if one does.
    #[must_use]
    pub fn pin_hash(&self) -> Option<Algorithm> {
        self.pin_hash
    }

    /// The room for session data in bytes, if any goes in: 1 to 512.
    #[must_use]
    pub fn session_bytes(&self) -> Option<usize> {
        self.session_bytes
    }

    /// The length of a time step in seconds, if the time goes in.
    #[must_use]
    pub fn step_secs(&self) -> Option<u32> {
        self.step_secs
    }
}

/// Takes the next input if it begins with `letter`.
fn take_input<'a, T>(
    inputs: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>,
    letter: char,
    parse: fn(&str) -> Option<T>,
) -> Result<Option<T>, SuiteError> {
    match inputs.next_if(|input| input.starts_with(letter)) {
        None => Ok(None),
        Some(input) => input
            .strip_prefix(letter)
            .and_then(parse)
            .map(Some)
            .ok_or(SuiteError::Input),
    }
}

fn parse_hash(name: &str) -> Option<Algorithm> {
    match name {
        "SHA1" => Some(Algorithm::Sha1),
        "SHA256" => Some(Algorithm::Sha256),
        "SHA512" => Some(Algorithm::Sha512),
        _ => None,
    }
}

/// A number of exactly `width` digits.
fn parse_number(text: &str, width: usize) -> Option<usize> {
    let plain = text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn parse_question(text: &str) -> Option<(QuestionFormat, usize)> {
    let (format, length) = text.split_at_checked(2)?;
    let format = match format {
        "QA" => QuestionFormat::Alphanumeric,
        "QN" => QuestionFormat::Numeric,
        "QH" => QuestionFormat::Hexadecimal,
        _ => return None,
    };
    let length = parse_number(length, 2).filter(|length| (4..=64).contains(length))?;
    Some((format, length))
}

fn parse_session(text: &str) -> Option<usize> {
    parse_number(text, 3).filter(|length| (1..=512).contains(length))
}

/// 1 to 59 seconds or minutes, 1 to 48 hours (RFC 6287 §6.3; its 0 hours would be no step).
fn parse_step(text: &str) -> Option<u32> {
    let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let (unit_secs, count_max) = match unit {
        "S" => (1, 59),
        "M" => (60, 59),
        "H" => (3600, 48),
        _ => return None,
    };
    let count = u32::try_from(parse_number(count, count.len())?).ok()?;
    let written_plainly = !text.starts_with('0') && count <= count_max;
    written_plainly.then_some(count * unit_secs)
}
