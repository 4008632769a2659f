//! Content as an API client sends it: unknown fields, wrong types and missing fields are refused,
//! each with its place (RFC 9396 §5). Full-width digits are folded.

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;
use warifu_zengin::kana;

use super::{Content, MAX_AMOUNT_YEN, MAX_TRANSFERS, Transfer};
use crate::account::AccountType;
use crate::operation::Operation;
use crate::text::{digits_exactly, fold};

/// One thing wrong with a content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct ContentFault {
    /// Which field, as a path: `transfers[2].amount`.
    pub field: String,
    /// What is wrong, in words.
    pub reason: String,
}

impl ContentFault {
    /// From where `serde` stopped and what it said. The value found is left out: it may be a secret
    /// in the wrong place.
    #[must_use]
    pub fn of_json(path: &str, message: &str) -> Self {
        let path = if path == "." { "" } else { path };
        let quoted = |prefix| message.strip_prefix(prefix)?.split('`').next();
        if let Some(name) = quoted("missing field `") {
            let dot = if path.is_empty() { "" } else { "." };
            return fault(format!("{path}{dot}{name}"), "is missing");
        }
        if quoted("unknown field `").is_some() {
            return fault(path, "is not a field of this object");
        }
        let expected = message.rsplit_once(", expected ");
        let reason = match expected {
            Some((_, "i64")) => "expected an integer".to_owned(),
            Some((_, expected)) => format!("expected {expected}"),
            None => message.to_owned(),
        };
        fault(path, reason)
    }
}

/// What absent fields mean.
#[derive(Clone, Debug)]
pub struct Defaults {
    /// The contract's representative account.
    pub from_account: String,
    /// Today at the institution.
    pub today: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTransfer {
    payee_name: String,
    bank_code: String,
    branch_code: String,
    account_type: String,
    account_number: String,
    amount: i64,
    from_account: Option<String>,
    date: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTransfers {
    transfers: Vec<RawLine>,
    from_account: Option<String>,
    date: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLine {
    payee_name: String,
    bank_code: String,
    branch_code: String,
    account_type: String,
    account_number: String,
    amount: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTaxPayment {
    payee_name: String,
    collector_number: String,
    payment_number: String,
    amount: i64,
    from_account: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    sha256: String,
    count: i64,
    total: i64,
    date: String,
}

fn fault(field: impl Into<String>, reason: impl Into<String>) -> ContentFault {
    ContentFault {
        field: field.into(),
        reason: reason.into(),
    }
}

/// Reads a content for `operation`.
///
/// # Errors
/// The first fault, with its field.
pub fn parse_content(
    operation: Operation,
    content: Value,
    defaults: &Defaults,
) -> Result<Content, ContentFault> {
    match operation {
        Operation::Transfer => one_transfer(read(content)?, defaults),
        Operation::ConsecutiveTransfer => several_transfers(read(content)?, defaults),
        Operation::TaxPayment => tax_payment(read(content)?, defaults),
        Operation::BulkTransfer
        | Operation::Payroll
        | Operation::Bonus
        | Operation::DirectDebit
        | Operation::ExternalSend
        | Operation::ExternalReceive => file(&read(content)?, defaults),
        Operation::ReservationCancel => Err(fault(
            "operation",
            "reservation-cancel is not offered in this version",
        )),
    }
}

fn read<T: for<'de> Deserialize<'de>>(content: Value) -> Result<T, ContentFault> {
    refuse_positional(&content)?;
    serde_path_to_error::deserialize(content)
        .map_err(|e| ContentFault::of_json(&e.path().to_string(), &e.inner().to_string()))
}

/// serde would also read an array for an object, its fields by position: then it is not what was
/// written that says which number is the amount.
fn refuse_positional(content: &Value) -> Result<(), ContentFault> {
    let object = content
        .as_object()
        .ok_or_else(|| fault("", "expected an object"))?;
    let lines = object.get("transfers").and_then(Value::as_array);
    let mut lines = lines.into_iter().flatten();
    match lines.position(|line| !line.is_object()) {
        Some(i) => Err(fault(format!("transfers[{i}]"), "expected an object")),
        None => Ok(()),
    }
}

fn one_transfer(raw: RawTransfer, defaults: &Defaults) -> Result<Content, ContentFault> {
    let line = RawLine {
        payee_name: raw.payee_name,
        bank_code: raw.bank_code,
        branch_code: raw.branch_code,
        account_type: raw.account_type,
        account_number: raw.account_number,
        amount: raw.amount,
    };
    Ok(Content::Transfers {
        from_account: from_account(raw.from_account, defaults)?,
        date: date(raw.date.as_deref(), defaults)?,
        transfers: vec![transfer(&line, "")?],
    })
}

fn several_transfers(raw: RawTransfers, defaults: &Defaults) -> Result<Content, ContentFault> {
    if raw.transfers.is_empty() || raw.transfers.len() > MAX_TRANSFERS {
        return Err(fault(
            "transfers",
            format!("1 to {MAX_TRANSFERS} transfers"),
        ));
    }
    let lines = raw.transfers.iter().enumerate();
    let transfers = lines
        .map(|(i, line)| transfer(line, &format!("transfers[{i}].")))
        .collect::<Result<_, _>>()?;
    Ok(Content::Transfers {
        from_account: from_account(raw.from_account, defaults)?,
        date: date(raw.date.as_deref(), defaults)?,
        transfers,
    })
}

fn tax_payment(raw: RawTaxPayment, defaults: &Defaults) -> Result<Content, ContentFault> {
    let payment_number = fold(&raw.payment_number);
    let fits = (1..=20).contains(&payment_number.len());
    if !fits || !payment_number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(fault("payment_number", "1 to 20 digits"));
    }
    Ok(Content::TaxPayment {
        from_account: from_account(raw.from_account, defaults)?,
        collector_number: digits("collector_number", &raw.collector_number, 5)?,
        payment_number,
        payee_name: payee("payee_name", &raw.payee_name)?,
        amount: amount("amount", raw.amount)?,
    })
}

fn file(raw: &RawFile, defaults: &Defaults) -> Result<Content, ContentFault> {
    let sha256 = raw.sha256.to_ascii_lowercase();
    if sha256.len() != 64 || !sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(fault("sha256", "64 hexadecimal digits"));
    }
    if !(1..=999_999).contains(&raw.count) {
        return Err(fault("count", "1 to 999999"));
    }
    if !(1..=999_999_999_999).contains(&raw.total) {
        return Err(fault("total", "1 to 999999999999 yen"));
    }
    let date = date(Some(&raw.date), defaults)?;
    Ok(Content::File {
        sha256,
        count: raw.count,
        total: raw.total,
        date,
    })
}

fn transfer(raw: &RawLine, path: &str) -> Result<Transfer, ContentFault> {
    let account_type = AccountType::parse(&raw.account_type).ok_or_else(|| {
        fault(
            format!("{path}account_type"),
            "ordinary, current or savings",
        )
    })?;
    Ok(Transfer {
        bank_code: digits(&format!("{path}bank_code"), &raw.bank_code, 4)?,
        bank_name: String::new(),
        branch_code: digits(&format!("{path}branch_code"), &raw.branch_code, 3)?,
        branch_name: String::new(),
        account_type,
        account_number: digits(&format!("{path}account_number"), &raw.account_number, 7)?,
        payee_name: payee(&format!("{path}payee_name"), &raw.payee_name)?,
        amount: amount(&format!("{path}amount"), raw.amount)?,
    })
}

fn digits(field: &str, value: &str, len: usize) -> Result<String, ContentFault> {
    digits_exactly(value, len).ok_or_else(|| fault(field, format!("{len} digits")))
}

fn amount(field: &str, value: i64) -> Result<i64, ContentFault> {
    if (1..=MAX_AMOUNT_YEN).contains(&value) {
        Ok(value)
    } else {
        Err(fault(field, format!("1 to {MAX_AMOUNT_YEN} yen")))
    }
}

/// The name is kept as the client wrote it, since that is what the person is shown and agrees to;
/// but it must be one that fits a Zengin record.
fn payee(field: &str, value: &str) -> Result<String, ContentFault> {
    if value.len() > 400 {
        return Err(fault(field, "too long"));
    }
    let name = value.trim();
    // The conversion below would take a line break for a space; shown, it would forge a line.
    if name
        .chars()
        .any(|c| c.is_whitespace() && c != ' ' && c != '\u{3000}')
    {
        return Err(fault(field, "line breaks and tabs are not allowed"));
    }
    match kana::payee_name(name) {
        Ok(_) => Ok(name.to_owned()),
        Err(e) => Err(fault(field, e.to_string())),
    }
}

fn from_account(value: Option<String>, defaults: &Defaults) -> Result<String, ContentFault> {
    let Some(value) = value else {
        return Ok(defaults.from_account.clone());
    };
    let folded = if value.len() <= 64 {
        fold(&value)
    } else {
        String::new()
    };
    let plain = folded.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if (1..=20).contains(&folded.len()) && plain {
        Ok(folded)
    } else {
        Err(fault(
            "from_account",
            "1 to 20 digits and hyphens, like 001-1234567",
        ))
    }
}

fn date(value: Option<&str>, defaults: &Defaults) -> Result<Date, ContentFault> {
    let Some(value) = value else {
        return Ok(defaults.today);
    };
    let parsed = (value.len() == 10)
        .then(|| value.parse::<Date>().ok())
        .flatten();
    let date = parsed.ok_or_else(|| fault("date", "a date like 2026-11-30"))?;
    let horizon = defaults.today.saturating_add(jiff::Span::new().years(1));
    if date < defaults.today {
        Err(fault("date", "is in the past"))
    } else if date > horizon {
        Err(fault("date", "is more than a year ahead"))
    } else {
        Ok(date)
    }
}
