//! Instructions and the history of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use warifu_domain::content::Transfer;
use warifu_domain::ids::{AuthorizationId, ContractId, InstructionId, PersonId};
use warifu_domain::instruction::{Instruction, Line, LineResult, Status};

use super::{Cursor, micros, opt_micros};
use crate::{Commit, Db, Row, StoreError, Value};

macro_rules! columns {
    () => {
        "id, contract_id, maker_id, from_account, date, status, lines, authorization_id, receipt, \
         created_at, transmitted_at, version"
    };
}
macro_rules! filter {
    () => {
        " FROM instructions WHERE contract_id = $1 AND created_at >= $2 AND created_at < $3 \
         AND ($4 = '' OR status = $4) AND ($5 = '' OR payees LIKE $5 ESCAPE '!') \
         AND ($6 = 0 OR total_yen = $6)"
    };
}

const SELECT: &str = concat!("SELECT ", columns!(), " FROM instructions WHERE id = $1");
const INSERT: &str = "INSERT INTO instructions (id, contract_id, maker_id, from_account, date, \
     status, lines, payees, total_yen, authorization_id, receipt, created_at, transmitted_at, \
     version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const UPDATE: &str = "UPDATE instructions SET from_account = $4, date = $5, status = $6, \
     lines = $7, payees = $8, total_yen = $9, authorization_id = $10, receipt = $11, \
     transmitted_at = $13, version = $14 + 1 \
     WHERE id = $1 AND contract_id = $2 AND maker_id = $3 AND created_at = $12 AND version = $14";
const PAGE: &str = concat!(
    "SELECT ",
    columns!(),
    filter!(),
    " ORDER BY created_at DESC, id DESC LIMIT $7 OFFSET $8"
);
const COUNT: &str = concat!("SELECT COUNT(*)", filter!());
const WAITING: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM instructions WHERE contract_id = $1 AND maker_id = $2 AND status = 'registered' \
     AND created_at >= $3 ORDER BY created_at DESC LIMIT 20"
);
const OF_AUTHORIZATION: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM instructions WHERE authorization_id = $1 AND status = 'registered'"
);
const TRANSMITTING: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM instructions WHERE status = 'transmitting' AND transmitted_at <= $1 \
     ORDER BY transmitted_at LIMIT 100"
);

/// What the history is searched by.
#[derive(Clone, Debug)]
pub struct Search {
    /// From this moment on.
    pub from: Timestamp,
    /// Up to, but without, this moment.
    pub until: Timestamp,
    /// Only this status.
    pub status: Option<Status>,
    /// Only with a payee whose name holds this.
    pub payee: String,
    /// Only with this total.
    pub total_yen: Option<i64>,
}

/// A line as stored.
#[derive(Serialize, Deserialize)]
struct StoredLine {
    transfer: Transfer,
    result: String,
}

/// One instruction.
pub async fn find(db: &Db, id: &InstructionId) -> Result<Option<Instruction>, StoreError> {
    let row = db.read_point(SELECT, vec![id.as_str().into()]).await?;
    row.as_ref().map(instruction).transpose()
}

/// The instruction that waits for this authorization, if one does.
pub async fn of_authorization(
    db: &Db,
    id: &AuthorizationId,
) -> Result<Option<Instruction>, StoreError> {
    let row = db.read_point(OF_AUTHORIZATION, vec![id.as_str().into()]);
    row.await?.as_ref().map(instruction).transpose()
}

/// One page of a contract's history, the newest first.
pub async fn page(
    db: &Db,
    contract: &ContractId,
    search: &Search,
    (limit, offset): (i64, i64),
) -> Result<Vec<Instruction>, StoreError> {
    let mut params = search_params(contract, search);
    params.extend([limit.into(), offset.into()]);
    db.read(PAGE, &params)
        .await?
        .iter()
        .map(instruction)
        .collect()
}

/// How many there are in all pages.
pub async fn count(db: &Db, contract: &ContractId, search: &Search) -> Result<i64, StoreError> {
    let rows = db.read(COUNT, &search_params(contract, search)).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// What this person entered since `since` and has not confirmed.
pub async fn waiting(
    db: &Db,
    contract: &ContractId,
    maker: &PersonId,
    since: Timestamp,
) -> Result<Vec<Instruction>, StoreError> {
    let params = [
        contract.as_str().into(),
        maker.as_str().into(),
        micros(since),
    ];
    db.read(WAITING, &params)
        .await?
        .iter()
        .map(instruction)
        .collect()
}

/// What is on its way to the bank since `until` or longer.
pub async fn transmitting(db: &Db, until: Timestamp) -> Result<Vec<Instruction>, StoreError> {
    db.read(TRANSMITTING, &[micros(until)])
        .await?
        .iter()
        .map(instruction)
        .collect()
}

/// Adds an instruction.
pub fn insert(commit: &mut Commit, instruction: &Instruction) {
    commit.guarded(INSERT, params(instruction));
}

/// Changes an instruction, unless somebody changed it since it was read.
pub fn update(commit: &mut Commit, instruction: &Instruction) {
    commit.guarded(UPDATE, params(instruction));
}

fn search_params(contract: &ContractId, search: &Search) -> Vec<Value> {
    let mut pattern = String::new();
    if !search.payee.is_empty() {
        pattern.push('%');
        for c in search.payee.chars() {
            if matches!(c, '%' | '_' | '!') {
                pattern.push('!');
            }
            pattern.push(c);
        }
        pattern.push('%');
    }
    vec![
        contract.as_str().into(),
        micros(search.from),
        micros(search.until),
        search.status.map_or("", Status::name).into(),
        pattern.into(),
        search.total_yen.unwrap_or(0).into(),
    ]
}

fn params(i: &Instruction) -> Vec<Value> {
    let lines: Vec<_> = i
        .lines
        .iter()
        .map(|l| StoredLine {
            transfer: l.transfer.clone(),
            result: result_name(&l.result),
        })
        .collect();
    let payees: Vec<_> = i
        .lines
        .iter()
        .map(|l| l.transfer.payee_name.as_str())
        .collect();
    vec![
        i.id.as_str().into(),
        i.contract_id.as_str().into(),
        i.maker_id.as_str().into(),
        i.from_account.as_str().into(),
        i.date.to_string().into(),
        i.status.name().into(),
        serde_json::to_string(&lines).unwrap_or_default().into(),
        payees.join("\n").into(),
        i.content().total_yen().into(),
        i.authorization_id
            .as_ref()
            .map(AuthorizationId::as_str)
            .into(),
        i.receipt.clone().into(),
        micros(i.created_at),
        opt_micros(i.transmitted_at),
        i.version.into(),
    ]
}

fn result_name(result: &LineResult) -> String {
    match result {
        LineResult::Open => String::new(),
        LineResult::Accepted => "accepted".to_owned(),
        LineResult::Refused(reason) => format!("refused:{reason}"),
    }
}

fn parse_result(name: &str) -> Option<LineResult> {
    match name {
        "" => Some(LineResult::Open),
        "accepted" => Some(LineResult::Accepted),
        other => other
            .strip_prefix("refused:")
            .map(|r| LineResult::Refused(r.to_owned())),
    }
}

fn parse_lines(json: &str) -> Option<Vec<Line>> {
    let stored: Vec<StoredLine> = serde_json::from_str(json).ok()?;
    let line = |l: StoredLine| {
        Some(Line {
            transfer: l.transfer,
            result: parse_result(&l.result)?,
        })
    };
    stored.into_iter().map(line).collect()
}

fn instruction(row: &Row) -> Result<Instruction, StoreError> {
    let mut c = Cursor::new(row);
    Ok(Instruction {
        id: InstructionId::from_stored(c.text()?),
        contract_id: c.named(|id| ContractId::parse(id).ok())?,
        maker_id: PersonId::from_stored(c.text()?),
        from_account: c.text()?,
        date: c.named(|date| date.parse().ok())?,
        status: c.named(Status::parse)?,
        lines: c.named(parse_lines)?,
        authorization_id: c.opt_text()?.map(AuthorizationId::from_stored),
        receipt: c.opt_text()?,
        created_at: c.time()?,
        transmitted_at: c.opt_time()?,
        version: c.int()?,
    })
}
