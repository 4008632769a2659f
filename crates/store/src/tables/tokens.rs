//! Tokens with their sealed secrets. The guarded update here is what makes a step "used at most once"
//! per token, for any number of users, threads and processes (TOK-4).

use std::collections::HashSet;
use std::sync::LazyLock;

use warifu_domain::ids::{ContractId, TokenId};
use warifu_domain::token::{Algorithm, Digits, Token, TokenClock, TokenKind, TokenStatus, Totp};

use super::{Cursor, opt_micros, push_subscriptions};
use crate::{Commit, Db, Row, StoreError, Value};

macro_rules! columns {
    () => {
        "id, serial, kind, contract_id, status, algorithm, digits, period_secs, last_step, \
         drift_steps, failures, expires_at, app_key, version"
    };
}

const SELECT: &str = concat!("SELECT ", columns!(), ", sealed FROM tokens WHERE id = $1");
const BY_SERIAL: &str = concat!(
    "SELECT ",
    columns!(),
    ", sealed FROM tokens WHERE serial = $1"
);
const OF_CONTRACT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM tokens WHERE contract_id = $1 AND status <> 'revoked' ORDER BY serial LIMIT 1000"
);
const PAGE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM tokens WHERE serial > $1 ORDER BY serial LIMIT 1000"
);
const INSERT: &str = concat!(
    "INSERT INTO tokens (",
    columns!(),
    ", sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
);
const UPDATE: &str = "UPDATE tokens SET contract_id = $2, status = $3, last_step = $4, \
     drift_steps = $5, failures = $6, expires_at = $7, app_key = $8, version = $9 + 1 \
     WHERE id = $1 AND version = $9";
const ERASE: &str = "DELETE FROM tokens WHERE id = $1 AND version = $2 AND status = 'issuing'";

/// Serials asked for in one statement.
const SERIALS_AT_ONCE: usize = 500;
static OF_SERIALS: LazyLock<String> = LazyLock::new(|| {
    let places: Vec<_> = (1..=SERIALS_AT_ONCE).map(|n| format!("${n}")).collect();
    format!(
        "SELECT serial FROM tokens WHERE serial IN ({})",
        places.join(", ")
    )
});

/// What a restored backup believes unused may have been used since: no step up to the one that counts now, nor the
/// one after it, is accepted again.
const AFTER_RESTORE: &str = "UPDATE tokens SET last_step = $1 / period_secs + drift_steps + 1, \
     version = version + 1 WHERE status = 'in-use' \
     AND COALESCE(last_step, 0) < $1 / period_secs + drift_steps + 1";

/// The table's name, which sealed secrets are bound to.
pub const TABLE: &str = "tokens";

/// A token with its secret, sealed for [`TABLE`] and the token's ID. No `Debug`.
pub struct SealedToken {
    /// The record.
    pub token: Token,
    /// The secret.
    pub sealed: Vec<u8>,
}

/// One token with its secret.
pub async fn find(db: &Db, id: &TokenId) -> Result<Option<SealedToken>, StoreError> {
    let row = db.read_point(SELECT, vec![id.as_str().into()]).await?;
    row.as_ref().map(sealed_token).transpose()
}

/// The token whose back says `serial`.
pub async fn find_by_serial(db: &Db, serial: &str) -> Result<Option<SealedToken>, StoreError> {
    let row = db.read_point(BY_SERIAL, vec![serial.into()]).await?;
    row.as_ref().map(sealed_token).transpose()
}

/// The tokens of a contract that are not revoked, by serial.
pub async fn of_contract(db: &Db, id: &ContractId) -> Result<Vec<Token>, StoreError> {
    let rows = db.read(OF_CONTRACT, &[id.as_str().into()]).await?;
    rows.iter()
        .map(|row| token(&mut Cursor::new(row)))
        .collect()
}

/// The next thousand tokens by serial, behind `after`: the whole inventory, page by page.
pub async fn page(db: &Db, after: &str) -> Result<Vec<Token>, StoreError> {
    let rows = db.read(PAGE, &[after.into()]).await?;
    rows.iter()
        .map(|row| token(&mut Cursor::new(row)))
        .collect()
}

/// Which of these serials exist.
pub async fn known_serials(db: &Db, serials: &[&str]) -> Result<HashSet<String>, StoreError> {
    let mut known = HashSet::new();
    for slice in serials.chunks(SERIALS_AT_ONCE) {
        // The last slice is filled up with one of its own.
        let filler = slice.last().copied().unwrap_or_default();
        let asked = slice.iter().copied().chain(std::iter::repeat(filler));
        let params: Vec<Value> = asked.take(SERIALS_AT_ONCE).map(Value::from).collect();
        for row in db.read(OF_SERIALS.as_str(), &params).await? {
            known.insert(row.text(0)?.to_owned());
        }
    }
    Ok(known)
}

/// Adds a token; a serial there already is a conflict.
pub fn insert(commit: &mut Commit, t: &Token, sealed: Vec<u8>) {
    let digits = i64::try_from(t.totp.digits().count()).unwrap_or_default();
    commit.guarded(
        INSERT,
        vec![
            t.id.as_str().into(),
            t.serial.as_str().into(),
            t.kind.name().into(),
            t.contract_id.as_ref().map(ContractId::as_str).into(),
            t.status.name().into(),
            t.totp.algorithm().name().into(),
            digits.into(),
            i64::from(t.totp.period_secs()).into(),
            last_step(t),
            i64::from(t.clock.drift_steps).into(),
            t.failures.into(),
            opt_micros(t.expires_at),
            t.app_key.clone().into(),
            t.version.into(),
            sealed.into(),
        ],
    );
}

/// Changes a token, unless somebody changed it since it was read. Serial, kind and the way its codes
/// are made never change. The phone of a revoked one is told nothing any more.
pub fn update(commit: &mut Commit, t: &Token) {
    if t.status == TokenStatus::Revoked {
        push_subscriptions::delete(commit, &t.id);
    }
    commit.guarded(
        UPDATE,
        vec![
            t.id.as_str().into(),
            t.contract_id.as_ref().map(ContractId::as_str).into(),
            t.status.name().into(),
            last_step(t),
            i64::from(t.clock.drift_steps).into(),
            t.failures.into(),
            opt_micros(t.expires_at),
            t.app_key.clone().into(),
            t.version.into(),
        ],
    );
}

/// After a backup was restored: no code from before may live.
pub fn after_restore(commit: &mut Commit, now_secs: i64) {
    commit.write(AFTER_RESTORE, vec![now_secs.into()]);
}

/// Removes a software token that never came into service, with its secret.
pub fn erase(commit: &mut Commit, t: &Token) {
    commit.guarded(ERASE, vec![t.id.as_str().into(), t.version.into()]);
}

fn last_step(t: &Token) -> Value {
    t.clock
        .last_step
        .and_then(|step| i64::try_from(step).ok())
        .into()
}

fn sealed_token(row: &Row) -> Result<SealedToken, StoreError> {
    let mut c = Cursor::new(row);
    Ok(SealedToken {
        token: token(&mut c)?,
        sealed: c.blob()?,
    })
}

fn token(c: &mut Cursor<'_>) -> Result<Token, StoreError> {
    Ok(Token {
        id: TokenId::from_stored(c.text()?),
        serial: c.text()?,
        kind: c.named(TokenKind::parse)?,
        contract_id: c.opt_named(|id| ContractId::parse(id).ok())?,
        status: c.named(TokenStatus::parse)?,
        totp: totp(c)?,
        clock: TokenClock {
            last_step: c.opt_int()?.and_then(|step| u64::try_from(step).ok()),
            drift_steps: i32::try_from(c.int()?).unwrap_or_default(),
        },
        failures: c.count()?,
        expires_at: c.opt_time()?,
        app_key: c.opt_blob()?,
        version: c.int()?,
    })
}

fn totp(c: &mut Cursor<'_>) -> Result<Totp, StoreError> {
    let algorithm = c.named(Algorithm::parse)?;
    let (digits, period_secs) = (c.count()?, c.count()?);
    usize::try_from(digits)
        .ok()
        .and_then(Digits::from_count)
        .and_then(|digits| Totp::new(algorithm, digits, period_secs))
        .ok_or_else(|| c.row.inconsistent(c.next, "is not a way to make codes"))
}
