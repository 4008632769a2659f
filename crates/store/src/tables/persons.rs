//! Persons: who they are, their counters and addresses. Their secrets are in `person_secrets`.

use warifu_domain::contract::Limits;
use warifu_domain::ids::{ContractId, PersonId, TokenId, UserId};
use warifu_domain::person::{
    Counted, Failures, IssueWindow, Permissions, Person, PersonToken, Role, Suspended,
};

use super::{Cursor, micros, opt_micros};
use crate::{Commit, Db, Row, StoreError, Value};

macro_rules! columns {
    ($table:literal) => {
        listed!($table: id contract_id user_id role name suspended_at suspended_because
            failed_logon_pin failed_confirmation_pin failed_grid failed_mail_otp permissions
            per_transfer_yen per_day_yen otp_mail otp_mail_changed_at notice_mail
            issue_window_began_at issues_in_window grid_pending logon_pin_changed_at
            confirmation_pin_changed_at failed_token_otp token_id token_confirms_in_app
            token_revoked_at passkeys version)
    };
}
pub(super) use columns;

const SELECT: &str = concat!("SELECT ", columns!(""), " FROM persons WHERE id = $1");
const OF_CONTRACT: &str = concat!(
    "SELECT ",
    columns!(""),
    " FROM persons WHERE contract_id = $1 ORDER BY id LIMIT 1000"
);
const INSERT: &str = concat!(
    "INSERT INTO persons (",
    columns!(""),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
     $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)"
);
const UPDATE: &str = "UPDATE persons SET name = $5, suspended_at = $6, suspended_because = $7, \
     failed_logon_pin = $8, failed_confirmation_pin = $9, failed_grid = $10, failed_mail_otp = $11, \
     permissions = $12, per_transfer_yen = $13, per_day_yen = $14, otp_mail = $15, \
     otp_mail_changed_at = $16, notice_mail = $17, issue_window_began_at = $18, \
     issues_in_window = $19, grid_pending = $20, logon_pin_changed_at = $21, \
     confirmation_pin_changed_at = $22, failed_token_otp = $23, token_id = $24, \
     token_confirms_in_app = $25, token_revoked_at = $26, passkeys = $27, version = $28 + 1 \
     WHERE id = $1 AND contract_id = $2 AND version = $28 AND role = $4 \
     AND COALESCE(user_id, '') = COALESCE($3, '')";

/// One person.
pub async fn find(db: &Db, id: &PersonId) -> Result<Option<Person>, StoreError> {
    let row = db.read_point(SELECT, vec![id.as_str().into()]).await?;
    row.as_ref().map(person).transpose()
}

/// The people of a contract, the administrator first.
pub async fn of_contract(db: &Db, id: &ContractId) -> Result<Vec<Person>, StoreError> {
    db.read(OF_CONTRACT, &[id.as_str().into()])
        .await?
        .iter()
        .map(person)
        .collect()
}

/// Adds a person.
pub fn insert(commit: &mut Commit, person: &Person) {
    commit.guarded(INSERT, params(person));
}

/// Changes a person, unless somebody changed them since they were read. Contract, user ID and role
/// never change.
pub fn update(commit: &mut Commit, person: &Person) {
    commit.guarded(UPDATE, params(person));
}

fn params(p: &Person) -> Vec<Value> {
    vec![
        p.id.as_str().into(),
        p.contract_id.as_str().into(),
        p.user_id.as_ref().map(UserId::as_str).into(),
        p.role.name().into(),
        p.name.as_str().into(),
        opt_micros(p.suspended.map(|s| s.at)),
        p.suspended.map(|s| s.because.name()).into(),
        p.failures.logon_pin.into(),
        p.failures.confirmation_pin.into(),
        p.failures.grid.into(),
        p.failures.mail_otp.into(),
        serde_json::to_string(&p.permissions)
            .unwrap_or_default()
            .into(),
        p.limits.per_transfer_yen.into(),
        p.limits.per_day_yen.into(),
        p.otp_mail.clone().into(),
        opt_micros(p.otp_mail_changed_at),
        p.notice_mail.clone().into(),
        opt_micros(p.issue_window.began_at),
        p.issue_window.issued.into(),
        p.grid_pending.clone().into(),
        micros(p.logon_pin_changed_at),
        micros(p.confirmation_pin_changed_at),
        p.failures.token_otp.into(),
        p.token.as_ref().map(|t| t.id.as_str()).into(),
        p.token.as_ref().is_some_and(|t| t.confirms_in_app).into(),
        opt_micros(p.token_revoked_at),
        p.passkeys.into(),
        p.version.into(),
    ]
}

fn person(row: &Row) -> Result<Person, StoreError> {
    read(&mut Cursor::new(row))
}

pub(super) fn read(c: &mut Cursor<'_>) -> Result<Person, StoreError> {
    let mut person = Person {
        id: PersonId::from_stored(c.text()?),
        contract_id: c.named(|id| ContractId::parse(id).ok())?,
        user_id: c.opt_named(|id| UserId::parse(id).ok())?,
        role: c.named(Role::parse)?,
        name: c.text()?,
        suspended: match (c.opt_time()?, c.opt_named(Counted::parse)?) {
            (Some(at), Some(because)) => Some(Suspended { at, because }),
            _ => None,
        },
        failures: Failures {
            logon_pin: c.count()?,
            confirmation_pin: c.count()?,
            grid: c.count()?,
            mail_otp: c.count()?,
            token_otp: 0,
        },
        permissions: c.named(|json| serde_json::from_str::<Permissions>(json).ok())?,
        limits: Limits {
            per_transfer_yen: c.opt_int()?,
            per_day_yen: c.opt_int()?,
        },
        otp_mail: c.opt_text()?,
        otp_mail_changed_at: c.opt_time()?,
        notice_mail: c.opt_text()?,
        issue_window: IssueWindow {
            began_at: c.opt_time()?,
            issued: c.count()?,
        },
        grid_pending: c.opt_text()?,
        logon_pin_changed_at: c.time()?,
        confirmation_pin_changed_at: c.time()?,
        token: None,
        token_revoked_at: None,
        passkeys: 0,
        version: 0,
    };
    person.failures.token_otp = c.count()?;
    let (token_id, confirms_in_app) = (c.opt_text()?, c.flag()?);
    person.token = token_id.map(|id| PersonToken {
        id: TokenId::from_stored(id),
        confirms_in_app,
    });
    person.token_revoked_at = c.opt_time()?;
    person.passkeys = c.count()?;
    person.version = c.int()?;
    Ok(person)
}
