//! A contract (ご契約先): one corporate customer.

use crate::ids::ContractId;
use crate::token::UsageMode;

/// One corporate customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// Its number.
    pub id: ContractId,
    /// The customer's name as shown.
    pub name: String,
    /// Whether the bank has stopped the contract.
    pub stopped: bool,
    /// OPS-5, agreed with the bank.
    pub limits: Limits,
    /// 代表口座: branch code and number, the default account to debit.
    pub representative_account: String,
    /// 利用形態 of its tokens, set by its administrator (TOK-2).
    pub token_mode: UsageMode,
    /// Guard of the record.
    pub version: i64,
}

/// OPS-5: what may leave at most. `None` means no limit beyond the other party's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Yen, for one transfer.
    pub per_transfer_yen: Option<i64>,
    /// Yen, for one day.
    pub per_day_yen: Option<i64>,
}
