//! The embedded ledger's accounts and postings: a small double-entry book.

use jiff::Timestamp;
use warifu_domain::ids::ContractId;

use super::{Cursor, micros};
use crate::{Commit, Db, Row, StoreError};

macro_rules! columns {
    () => {
        "id, contract_id, holder, balance_yen, version"
    };
}

const FIND: &str = concat!("SELECT ", columns!(), " FROM ledger_accounts WHERE id = $1");
const OF_CONTRACT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM ledger_accounts WHERE contract_id = $1 ORDER BY id LIMIT 100"
);
const INSERT_ACCOUNT: &str = "INSERT INTO ledger_accounts (id, contract_id, holder, balance_yen, \
     version) VALUES ($1, $2, $3, $4, 1)";
const SET_BALANCE: &str = "UPDATE ledger_accounts SET balance_yen = $2, version = $3 + 1 \
     WHERE id = $1 AND version = $3";
const POSTING: &str = "SELECT outcome FROM ledger_postings WHERE idempotency_key = $1";
const INSERT_POSTING: &str = "INSERT INTO ledger_postings (idempotency_key, debit_account, \
     credit_account, amount_yen, outcome, at) VALUES ($1, $2, $3, $4, $5, $6)";
const SUM: &str = "SELECT CAST(COALESCE(SUM(balance_yen), 0) AS BIGINT) FROM ledger_accounts";

/// One account of the ledger.
#[derive(Clone, Debug)]
pub struct LedgerAccount {
    /// `branch-number`, or `bank-branch-number` for what went to another bank.
    pub id: String,
    /// Whose, if a customer's.
    pub contract_id: Option<String>,
    /// 口座名義 in kana.
    pub holder: String,
    /// Yen.
    pub balance_yen: i64,
    /// Guard of the record.
    pub version: i64,
}

/// One movement.
pub struct Posting<'a> {
    /// Made once per transfer; a second posting with it is a conflict.
    pub idempotency_key: &'a str,
    /// Account debited.
    pub debit_account: &'a str,
    /// Account credited.
    pub credit_account: &'a str,
    /// Yen.
    pub amount_yen: i64,
    /// `accepted`, or the reason why not.
    pub outcome: &'a str,
    /// When.
    pub at: Timestamp,
}

/// One account.
pub async fn find(db: &Db, id: &str) -> Result<Option<LedgerAccount>, StoreError> {
    let row = db.read_point(FIND, vec![id.into()]).await?;
    row.as_ref().map(account).transpose()
}

/// The accounts of a contract.
pub async fn of_contract(db: &Db, id: &ContractId) -> Result<Vec<LedgerAccount>, StoreError> {
    db.read(OF_CONTRACT, &[id.as_str().into()])
        .await?
        .iter()
        .map(account)
        .collect()
}

/// The outcome of an earlier posting with this key.
pub async fn posted(db: &Db, idempotency_key: &str) -> Result<Option<String>, StoreError> {
    let row = db.read_point(POSTING, vec![idempotency_key.into()]).await?;
    row.map(|r| r.text(0).map(str::to_owned)).transpose()
}

/// Sum of all balances: postings never change it.
pub async fn sum(db: &Db) -> Result<i64, StoreError> {
    let rows = db.read(SUM, &[]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// Adds an account with its opening balance.
pub fn insert_account(commit: &mut Commit, account: &LedgerAccount) {
    commit.guarded(
        INSERT_ACCOUNT,
        vec![
            account.id.as_str().into(),
            account.contract_id.clone().into(),
            account.holder.as_str().into(),
            account.balance_yen.into(),
        ],
    );
}

/// Sets a balance, unless it changed since the account was read.
pub fn set_balance(commit: &mut Commit, account: &LedgerAccount, balance_yen: i64) {
    let params = vec![
        account.id.as_str().into(),
        balance_yen.into(),
        account.version.into(),
    ];
    commit.guarded(SET_BALANCE, params);
}

/// Records a movement; it can be made only once.
pub fn insert_posting(commit: &mut Commit, posting: &Posting<'_>) {
    commit.guarded(
        INSERT_POSTING,
        vec![
            posting.idempotency_key.into(),
            posting.debit_account.into(),
            posting.credit_account.into(),
            posting.amount_yen.into(),
            posting.outcome.into(),
            micros(posting.at),
        ],
    );
}

fn account(row: &Row) -> Result<LedgerAccount, StoreError> {
    let mut c = Cursor::new(row);
    Ok(LedgerAccount {
        id: c.text()?,
        contract_id: c.opt_text()?,
        holder: c.text()?,
        balance_yen: c.int()?,
        version: c.int()?,
    })
}
