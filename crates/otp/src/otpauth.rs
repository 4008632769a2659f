//! `otpauth://totp/` URIs, by which any authenticator app becomes a token (TOK-13).
//!
//! The format is that of the key-uri-format page of Google Authenticator, which no standard
//! covers. What lives here: writing and reading. What does not: the QR code, and deciding whether
//! the profile allows such apps.

use std::fmt::Write as _;

use thiserror::Error;
use zeroize::Zeroizing;

use crate::base32::{self, Base32Error};
use crate::hotp::{Algorithm, OtpKey};
use crate::numeric_code::Digits;
use crate::totp::Totp;

/// The longest URI [`OtpAuth::parse`] looks at.
pub const URI_BYTES_MAX: usize = 2048;
/// The longest issuer or account name, in bytes of UTF-8: 80 Japanese characters.
pub const NAME_BYTES_MAX: usize = 240;

const PREFIX: &str = "otpauth://totp/";

/// What an authenticator app needs to show codes. Holds a secret, so it has no `Debug`.
pub struct OtpAuth {
    issuer: String,
    account: String,
    totp: Totp,
    key: OtpKey,
}

/// Why there is no URI or no content. Says nothing about the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OtpAuthError {
    /// The URI is longer than [`URI_BYTES_MAX`] and was not read.
    #[error("the URI is longer than {URI_BYTES_MAX} bytes")]
    TooLong,
    /// The URI does not begin with `otpauth://totp/` (counter-based tokens are not taken).
    #[error("the URI does not begin with {PREFIX}")]
    NotTotp,
    /// Issuer or account is empty or too long or holds a colon or a control character.
    #[error("the issuer or account name is empty, too long or holds a colon or control character")]
    Name,
    /// Percent-encoding that is broken or no UTF-8.
    #[error("the percent-encoding is broken")]
    Encoding,
    /// The issuer in the label and that in the parameters differ.
    #[error("the URI names two different issuers")]
    TwoIssuers,
    /// A parameter that comes twice.
    #[error("the parameter {0} comes twice")]
    Repeated(&'static str),
    /// A required parameter that is missing.
    #[error("the parameter {0} is missing")]
    Missing(&'static str),
    /// A parameter whose value is not supported.
    #[error("the parameter {0} has an unsupported value")]
    Unsupported(&'static str),
    /// The secret cannot be read.
    #[error("the parameter secret: {0}")]
    Secret(#[from] Base32Error),
}

impl OtpAuth {
    /// Takes the content of a URI. The names are shown by the app above the code.
    ///
    /// # Errors
    /// [`OtpAuthError::Name`] for a name that is empty, longer than [`NAME_BYTES_MAX`] or holds a
    /// colon, which separates the two, or a control character.
    pub fn new(issuer: &str, account: &str, totp: Totp, key: OtpKey) -> Result<Self, OtpAuthError> {
        if is_name(issuer) && is_name(account) {
            Ok(Self {
                issuer: issuer.to_owned(),
                account: account.to_owned(),
                totp,
                key,
            })
        } else {
            Err(OtpAuthError::Name)
        }
    }

    /// Who issued the token.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whose token it is.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The parameters of the code.
    #[must_use]
    pub fn totp(&self) -> Totp {
        self.totp
    }

    /// The secret.
    #[must_use]
    pub fn key(&self) -> &OtpKey {
        &self.key
    }

    /// The URI, secret included. All parameters are written out, even those at their defaults.
    #[must_use]
    pub fn to_uri(&self) -> Zeroizing<String> {
        let secret = base32::encode(&self.key);
        // Room for every byte percent-encoded: growing would leave copies that nobody wipes.
        let room = 6 * self.issuer.len() + 3 * self.account.len() + secret.len() + 128;
        let mut uri = Zeroizing::new(String::with_capacity(room));
        uri.push_str(PREFIX);
        push_encoded(&mut uri, &self.issuer);
        uri.push(':');
        push_encoded(&mut uri, &self.account);
        uri.push_str("?secret=");
        uri.push_str(&secret);
        uri.push_str("&issuer=");
        push_encoded(&mut uri, &self.issuer);
        // Writing to a `String` cannot fail.
        let _ = write!(
            uri,
            "&algorithm={}&digits={}&period={}",
            self.totp.algorithm().name().to_ascii_uppercase(),
            self.totp.digits().count(),
            self.totp.period_secs()
        );
        uri
    }

    /// Reads a URI. Missing `algorithm`, `digits` and `period` mean SHA1, 6 and 30, as apps take
    /// it; unknown parameters (pictures, colours) are ignored, as apps do.
    ///
    /// # Errors
    /// [`OtpAuthError`] names what is wrong without repeating it.
    pub fn parse(uri: &str) -> Result<Self, OtpAuthError> {
        if uri.len() > URI_BYTES_MAX {
            return Err(OtpAuthError::TooLong);
        }
        let (prefix, rest) = uri
            .split_at_checked(PREFIX.len())
            .ok_or(OtpAuthError::NotTotp)?;
        if !prefix.eq_ignore_ascii_case(PREFIX) {
            return Err(OtpAuthError::NotTotp);
        }
        let (label, query) = rest
            .split_once('?')
            .ok_or(OtpAuthError::Missing("secret"))?;
        let parameters = Parameters::parse(query)?;
        let label = decode(label)?;
        let (label_issuer, account) = match label.split_once(':') {
            Some((issuer, account)) => (Some(issuer), account),
            None => (None, label.as_str()),
        };
        let issuer_parameter = parameters.issuer.map(decode).transpose()?;
        let issuer = match (label_issuer, issuer_parameter.as_deref()) {
            (Some(one), Some(other)) if one != other => return Err(OtpAuthError::TwoIssuers),
            (Some(issuer), _) | (None, Some(issuer)) => issuer,
            (None, None) => return Err(OtpAuthError::Missing("issuer")),
        };
        let secret = parameters.secret.ok_or(OtpAuthError::Missing("secret"))?;
        let key = base32::decode(secret)?;
        // Spaces after the colon are allowed by the format and belong to no name.
        Self::new(
            issuer,
            account.trim_start_matches(' '),
            parameters.totp()?,
            key,
        )
    }
}

/// The parameters as written.
#[derive(Default)]
struct Parameters<'a> {
    secret: Option<&'a str>,
    issuer: Option<&'a str>,
    algorithm: Option<&'a str>,
    digits: Option<&'a str>,
    period: Option<&'a str>,
}

impl<'a> Parameters<'a> {
    fn parse(query: &'a str) -> Result<Self, OtpAuthError> {
        let mut parameters = Self::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (place, name) = match name {
                "secret" => (&mut parameters.secret, "secret"),
                "issuer" => (&mut parameters.issuer, "issuer"),
                "algorithm" => (&mut parameters.algorithm, "algorithm"),
                "digits" => (&mut parameters.digits, "digits"),
                "period" => (&mut parameters.period, "period"),
                _ => continue,
            };
            if place.replace(value).is_some() {
                return Err(OtpAuthError::Repeated(name));
            }
        }
        Ok(parameters)
    }

    fn totp(&self) -> Result<Totp, OtpAuthError> {
        let algorithm = Algorithm::parse(self.algorithm.unwrap_or("sha1"))
            .ok_or(OtpAuthError::Unsupported("algorithm"))?;
        let digits = number(self.digits.unwrap_or("6"))
            .and_then(|count| usize::try_from(count).ok())
            .and_then(Digits::from_count)
            .ok_or(OtpAuthError::Unsupported("digits"))?;
        number(self.period.unwrap_or("30"))
            .and_then(|period_secs| Totp::new(algorithm, digits, period_secs))
            .ok_or(OtpAuthError::Unsupported("period"))
    }
}

fn number(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= NAME_BYTES_MAX
        && !name.contains(|character: char| character == ':' || character.is_control())
}

/// Appends everything but unreserved characters percent-encoded (RFC 3986 §2.3). A space becomes
/// `%20`: apps do not agree on what a plus sign means.
fn push_encoded(uri: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
}

fn decode(text: &str) -> Result<String, OtpAuthError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = hex_digit(rest.next()).ok_or(OtpAuthError::Encoding)?;
            let low = hex_digit(rest.next()).ok_or(OtpAuthError::Encoding)?;
            bytes.push((high << 4) | low);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).map_err(|_| OtpAuthError::Encoding)
}

fn hex_digit(byte: Option<u8>) -> Option<u8> {
    let value = char::from(byte?).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests;
