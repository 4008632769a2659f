//! What an instruction says, in one canonical form whose SHA-256 every proof refers to (BIND-1).
//!
//! `parse` makes it from what a client sent; the form itself is here. How it is shown is the
//! business of screens and mails; they may show nothing that is not in here.

mod entry;
mod parse;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::account::AccountType;
use crate::ids::ContractId;
use crate::operation::Operation;

pub use entry::{EntryFault, RawEntry, check_entry};
pub use parse::{ContentFault, Defaults, parse_content};

/// Largest amount of one transfer: ten digits, as in Zengin records.
pub const MAX_AMOUNT_YEN: i64 = 9_999_999_999;
/// Most transfers confirmed together (OPS-1).
pub const MAX_TRANSFERS: usize = 10;

/// One transfer, exactly as shown. Field order is the canonical order: never change it without a
/// new `v` in [`Canonical`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Bank code, four digits.
    pub bank_code: String,
    /// Bank name from the master data; empty where the caller keeps its own.
    pub bank_name: String,
    /// Branch code, three digits.
    pub branch_code: String,
    /// Branch name from the master data; empty where the caller keeps its own.
    pub branch_name: String,
    /// 預金種目.
    pub account_type: AccountType,
    /// Seven digits.
    pub account_number: String,
    /// 受取人名.
    pub payee_name: String,
    /// Yen.
    pub amount: i64,
}

/// What is agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Content {
    /// One transfer or several confirmed together.
    Transfers {
        /// The account debited: branch code, `-`, number.
        from_account: String,
        /// The day it is to happen.
        date: Date,
        /// One to ten.
        transfers: Vec<Transfer>,
    },
    /// A payment by Pay-easy.
    TaxPayment {
        /// The account debited.
        from_account: String,
        /// 収納機関番号.
        collector_number: String,
        /// 納付番号 / お客様番号.
        payment_number: String,
        /// Name of who collects.
        payee_name: String,
        /// Yen.
        amount: i64,
    },
    /// A file, by its digest, count and total (FILE-4).
    File {
        /// SHA-256 of the file, hex.
        sha256: String,
        /// Data records.
        count: i64,
        /// Yen.
        total: i64,
        /// The day it is to happen.
        date: Date,
    },
}

#[derive(Serialize)]
struct Canonical<'a> {
    v: u8,
    contract: &'a ContractId,
    operation: Operation,
    content: &'a Content,
}

/// The canonical bytes and their digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// JSON without white space, fields in declared order.
    pub canonical: String,
    /// SHA-256 of `canonical`, lower-case hex.
    pub digest: String,
}

impl Content {
    /// The canonical form of this content for that contract and operation.
    #[must_use]
    pub fn bind(&self, contract: &ContractId, operation: Operation) -> Bound {
        let form = Canonical {
            v: 1,
            contract,
            operation,
            content: self,
        };
        // These types always serialise; an empty form would match no stored digest.
        let canonical = serde_json::to_string(&form).unwrap_or_default();
        let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(canonical.as_bytes()));
        Bound { canonical, digest }
    }

    /// The day it is to happen, where it has one.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        match self {
            Self::Transfers { date, .. } | Self::File { date, .. } => Some(*date),
            Self::TaxPayment { .. } => None,
        }
    }

    /// Sum in yen of all that would leave.
    #[must_use]
    pub fn total_yen(&self) -> i64 {
        match self {
            Self::Transfers { transfers, .. } => transfers.iter().map(|t| t.amount).sum(),
            Self::TaxPayment { amount, .. } => *amount,
            Self::File { total, .. } => *total,
        }
    }

    /// The largest single amount in yen; limits per transfer look at it.
    #[must_use]
    pub fn largest_yen(&self) -> i64 {
        match self {
            Self::Transfers { transfers, .. } => {
                transfers.iter().map(|t| t.amount).max().unwrap_or(0)
            }
            Self::TaxPayment { amount, .. } => *amount,
            Self::File { .. } => 0,
        }
    }
}

/// Reads the content back out of a stored canonical form.
#[must_use]
pub fn from_canonical(canonical: &str) -> Option<Content> {
    #[derive(Deserialize)]
    struct Stored {
        content: Content,
    }
    serde_json::from_str::<Stored>(canonical)
        .ok()
        .map(|s| s.content)
}
