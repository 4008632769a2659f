//! Contracts.

use warifu_domain::contract::{Contract, Limits};
use warifu_domain::ids::ContractId;
use warifu_domain::token::UsageMode;

use super::Cursor;
use crate::{Commit, Db, Row, StoreError};

macro_rules! columns {
    ($table:literal) => {
        listed!($table: id name stopped per_transfer_yen per_day_yen representative_account token_mode version)
    };
}
pub(super) use columns;

const SELECT: &str = concat!("SELECT ", columns!(""), " FROM contracts WHERE id = $1");
const INSERT: &str = concat!(
    "INSERT INTO contracts (",
    columns!(""),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
);
const UPDATE: &str = "UPDATE contracts SET name = $2, stopped = $3, per_transfer_yen = $4, \
     per_day_yen = $5, representative_account = $6, token_mode = $7, version = $8 + 1 \
     WHERE id = $1 AND version = $8";

/// One contract.
pub async fn find(db: &Db, id: &ContractId) -> Result<Option<Contract>, StoreError> {
    let row = db.read_point(SELECT, vec![id.as_str().into()]).await?;
    row.as_ref().map(contract).transpose()
}

/// Adds a contract.
pub fn insert(commit: &mut Commit, contract: &Contract) {
    commit.guarded(INSERT, params(contract));
}

/// Changes a contract, unless somebody changed it since it was read.
pub fn update(commit: &mut Commit, contract: &Contract) {
    commit.guarded(UPDATE, params(contract));
}

fn params(c: &Contract) -> Vec<crate::Value> {
    vec![
        c.id.as_str().into(),
        c.name.as_str().into(),
        c.stopped.into(),
        c.limits.per_transfer_yen.into(),
        c.limits.per_day_yen.into(),
        c.representative_account.as_str().into(),
        c.token_mode.name().into(),
        c.version.into(),
    ]
}

fn contract(row: &Row) -> Result<Contract, StoreError> {
    read(&mut Cursor::new(row))
}

pub(super) fn read(c: &mut Cursor<'_>) -> Result<Contract, StoreError> {
    Ok(Contract {
        id: c.named(|id| ContractId::parse(id).ok())?,
        name: c.text()?,
        stopped: c.flag()?,
        limits: Limits {
            per_transfer_yen: c.opt_int()?,
            per_day_yen: c.opt_int()?,
        },
        representative_account: c.text()?,
        token_mode: c.named(UsageMode::parse)?,
        version: c.int()?,
    })
}
