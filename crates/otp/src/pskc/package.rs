//! One `KeyPackage` (RFC 6030 §4 and §5): the device, its key and how codes are made.

use zeroize::Zeroizing;

use super::cipher;
use super::container::ContainerKeys;
use super::date_time::is_date_time;
use super::error::PackageFault;
use super::xml::{Element, Namespace, Repeated};
use crate::hotp::{Algorithm, OtpKey};
use crate::numeric_code::Digits;
use crate::totp::Totp;

/// The shortest secret: 128 bits (RFC 4226 §4, R6).
pub const SECRET_BYTES_MIN: usize = 16;
/// The longest secret: 512 bits, the longest any hash here makes use of.
pub const SECRET_BYTES_MAX: usize = 64;

/// The longest name, serial or identifier, in bytes.
const NAME_BYTES_MAX: usize = 256;

/// A token as its maker delivers it. Holds a secret, so it has no `Debug`.
pub struct KeyPackage {
    /// `DeviceInfo/SerialNo`. Whether it is new is the caller's matter.
    pub serial: String,
    /// `DeviceInfo/Manufacturer`.
    pub manufacturer: Option<String>,
    /// `DeviceInfo/Model`.
    pub model: Option<String>,
    /// The identifier of the key.
    pub key_id: String,
    /// The secret.
    pub key: OtpKey,
    /// How codes are made.
    pub mode: Mode,
    /// `Policy/StartDate`, or else that of `DeviceInfo`: an ISO 8601 date and time, only its form
    /// checked.
    pub start_date: Option<String>,
    /// `ExpiryDate` likewise.
    pub expiry_date: Option<String>,
}

/// How codes are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// By a counter (RFC 4226).
    Hotp {
        /// The hash.
        algorithm: Algorithm,
        /// The length of a code.
        digits: Digits,
        /// The next counter value.
        counter: u64,
    },
    /// By the time (RFC 6238).
    Totp {
        /// Hash, digits and period.
        totp: Totp,
        /// `TimeDrift` in steps: how far the device's clock was off when the file was made. RFC
        /// 6030 does not say which way, so it is for information.
        time_drift_steps: Option<u64>,
        /// `Time`, in whatever unit the maker uses. For information.
        time: Option<u64>,
    },
}

impl From<Repeated> for PackageFault {
    fn from(_: Repeated) -> Self {
        Self::Repeated
    }
}

/// The serial for an error message, if it can be read.
pub(super) fn serial_of(package: &Element) -> Option<String> {
    let device = package
        .child(Namespace::Pskc, "DeviceInfo")
        .ok()
        .flatten()?;
    name(device, "SerialNo").ok().flatten()
}

/// Reads a package. Secrets are decrypted with `keys`.
pub(super) fn read(package: &Element, keys: &ContainerKeys) -> Result<KeyPackage, PackageFault> {
    let device = required(package, "DeviceInfo")?;
    let key = required(package, "Key")?;
    let key_id = key.attribute("Id").ok_or(PackageFault::Missing("Id"))?;
    let policy = key.child(Namespace::Pskc, "Policy")?;
    if let Some(policy) = policy {
        check_policy(policy)?;
    }
    // The key's own dates go before the device's (RFC 6030 §4.3.1 and §5).
    let date = |name| match policy.map_or(Ok(None), |policy| date(policy, name))? {
        Some(text) => Ok(Some(text)),
        None => date(device, name),
    };
    Ok(KeyPackage {
        serial: name(device, "SerialNo")?.ok_or(PackageFault::Missing("SerialNo"))?,
        manufacturer: name(device, "Manufacturer")?,
        model: name(device, "Model")?,
        key_id: checked_name(key_id).ok_or(PackageFault::BadValue("Id"))?,
        mode: mode(key, keys)?,
        start_date: date("StartDate")?,
        expiry_date: date("ExpiryDate")?,
        key: secret(key, keys)?,
    })
}

/// Hash, digits and moving factor.
fn mode(key: &Element, keys: &ContainerKeys) -> Result<Mode, PackageFault> {
    let by_time = match key.attribute("Algorithm") {
        None => return Err(PackageFault::Missing("Algorithm")),
        Some("urn:ietf:params:xml:ns:keyprov:pskc:hotp") => false,
        Some("urn:ietf:params:xml:ns:keyprov:pskc:totp") => true,
        Some(_) => return Err(PackageFault::Algorithm),
    };
    let parameters = required(key, "AlgorithmParameters")?;
    let algorithm = match parameters.child(Namespace::Pskc, "Suite")? {
        None => Algorithm::Sha1,
        Some(suite) => hash(suite.text()).ok_or(PackageFault::BadValue("Suite"))?,
    };
    let digits = digits(required(parameters, "ResponseFormat")?)?;
    let data = key.child(Namespace::Pskc, "Data")?;
    let number = |name| data.map_or(Ok(None), |data| number(data, name, keys));
    if !by_time {
        // Figure 7 of RFC 6030 has no counter, which can only mean a token never used.
        let counter = number("Counter")?.unwrap_or_default();
        return Ok(Mode::Hotp {
            algorithm,
            digits,
            counter,
        });
    }
    // No default: a wrong period would only be noticed when the tokens are in the users' hands.
    let period = number("TimeInterval")?.ok_or(PackageFault::Missing("TimeInterval"))?;
    let totp = u32::try_from(period)
        .ok()
        .and_then(|period_secs| Totp::new(algorithm, digits, period_secs))
        .ok_or(PackageFault::BadValue("TimeInterval"))?;
    Ok(Mode::Totp {
        totp,
        time_drift_steps: number("TimeDrift")?,
        time: number("Time")?,
    })
}

/// The hash of `Suite`: makers write `HMAC-SHA256`, `HMAC-SHA-256` or `SHA256`.
fn hash(suite: &str) -> Option<Algorithm> {
    let name = suite.strip_prefix("HMAC-").unwrap_or(suite);
    Algorithm::parse(&name.replacen("SHA-", "SHA", 1))
}

fn digits(format: &Element) -> Result<Digits, PackageFault> {
    if format.attribute("Encoding") != Some("DECIMAL") {
        return Err(PackageFault::BadValue("Encoding"));
    }
    // A check digit would be one more digit, computed over the code.
    // The text of RFC 6030 §4.3.4 and its schema differ by a letter.
    for name in ["CheckDigit", "CheckDigits"] {
        if !matches!(format.attribute(name), None | Some("false" | "0")) {
            return Err(PackageFault::BadValue(name));
        }
    }
    format
        .attribute("Length")
        .and_then(|length| length.parse().ok())
        .and_then(Digits::from_count)
        .ok_or(PackageFault::BadValue("Length"))
}

fn secret(key: &Element, keys: &ContainerKeys) -> Result<OtpKey, PackageFault> {
    let data = key.child(Namespace::Pskc, "Data")?;
    let secret = match data {
        None => None,
        Some(data) => data.child(Namespace::Pskc, "Secret")?,
    };
    let bytes = match value(secret.ok_or(PackageFault::NoSecret)?, keys)? {
        Value::Plain(_) if keys.is_encrypted() => return Err(PackageFault::PlainSecret),
        Value::Plain(text) => cipher::base64(text).ok_or(PackageFault::BadValue("PlainValue"))?,
        Value::Decrypted(bytes) => bytes,
    };
    if !(SECRET_BYTES_MIN..=SECRET_BYTES_MAX).contains(&bytes.len()) {
        return Err(PackageFault::SecretLength);
    }
    OtpKey::from_bytes(&bytes).map_err(|_| PackageFault::SecretLength)
}

/// A number of `Data`: plain in decimal, encrypted as 4 or 8 bytes, the highest first.
fn number(
    data: &Element,
    name: &'static str,
    keys: &ContainerKeys,
) -> Result<Option<u64>, PackageFault> {
    let Some(element) = data.child(Namespace::Pskc, name)? else {
        return Ok(None);
    };
    let number = match value(element, keys)? {
        Value::Plain(text) => decimal(text),
        Value::Decrypted(bytes) => big_endian(&bytes),
    };
    number.map(Some).ok_or(PackageFault::BadValue(name))
}

fn decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn big_endian(bytes: &[u8]) -> Option<u64> {
    match bytes.len() {
        4 => Some(u64::from(u32::from_be_bytes(bytes.try_into().ok()?))),
        8 => Some(u64::from_be_bytes(bytes.try_into().ok()?)),
        _ => None,
    }
}

/// A value of `Data` (RFC 6030 §4.1).
enum Value<'a> {
    Plain(&'a str),
    Decrypted(Zeroizing<Vec<u8>>),
}

fn value<'a>(element: &'a Element, keys: &ContainerKeys) -> Result<Value<'a>, PackageFault> {
    let plain = element.child(Namespace::Pskc, "PlainValue")?;
    let encrypted = element.child(Namespace::Pskc, "EncryptedValue")?;
    match (plain, encrypted) {
        (None, None) => Err(PackageFault::Missing("PlainValue or EncryptedValue")),
        (Some(_), Some(_)) => Err(PackageFault::Repeated),
        (Some(plain), None) => Ok(Value::Plain(plain.text())),
        (None, Some(encrypted)) => {
            let mac = element.child(Namespace::Pskc, "ValueMAC")?;
            Ok(Value::Decrypted(keys.open(encrypted, mac)?))
        }
    }
}

fn required<'a>(parent: &'a Element, name: &'static str) -> Result<&'a Element, PackageFault> {
    let child = parent.child(Namespace::Pskc, name)?;
    child.ok_or(PackageFault::Missing(name))
}

fn name(parent: &Element, name: &'static str) -> Result<Option<String>, PackageFault> {
    let Some(element) = parent.child(Namespace::Pskc, name)? else {
        return Ok(None);
    };
    let name = checked_name(element.text()).ok_or(PackageFault::BadValue(name))?;
    Ok(Some(name))
}

fn checked_name(text: &str) -> Option<String> {
    let good = !text.is_empty() && text.len() <= NAME_BYTES_MAX && !text.contains(char::is_control);
    good.then(|| text.to_owned())
}

/// Refuses a key that its maker bars from making codes, and one with a condition that is not
/// known or would have to be kept by the server (RFC 6030 §5): it must not be used.
fn check_policy(policy: &Element) -> Result<(), PackageFault> {
    let mut has_usage = false;
    let mut has_otp = false;
    for child in policy.children() {
        match child.name() {
            "StartDate" | "ExpiryDate" => {}
            "KeyUsage" => {
                has_usage = true;
                has_otp |= child.text() == "OTP";
            }
            "PINPolicy" if matches!(child.attribute("PINUsageMode"), None | Some("Local")) => {}
            _ => return Err(PackageFault::BadValue("Policy")),
        }
    }
    if has_usage && !has_otp {
        return Err(PackageFault::BadValue("KeyUsage"));
    }
    Ok(())
}

fn date(policy: &Element, name: &'static str) -> Result<Option<String>, PackageFault> {
    let Some(element) = policy.child(Namespace::Pskc, name)? else {
        return Ok(None);
    };
    let text = element.text();
    if is_date_time(text) {
        Ok(Some(text.to_owned()))
    } else {
        Err(PackageFault::BadValue(name))
    }
}
