//! Issues of software tokens under way (S4 steps A to E), with the hash of the start password.

use warifu_domain::ids::{ContractId, PersonId, TokenId, TokenIssueId};
use warifu_domain::token::{Issue, IssueStep};

use super::{Cursor, micros};
use crate::{Commit, Db, Row, StoreError};

macro_rules! columns {
    () => {
        "id, contract_id, person_id, token_id, mail_to, link_hash, step, tries, expires_at, version"
    };
}

const OPEN_OF: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM token_issues WHERE person_id = $1 AND step IN ('mailed', 'activated')"
);
const OPEN_OF_CONTRACT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM token_issues WHERE contract_id = $1 \
     AND step IN ('mailed', 'activated') LIMIT 1000"
);
const BY_LINK: &str = concat!(
    "SELECT ",
    columns!(),
    ", start_password_hash FROM token_issues WHERE link_hash = $1"
);
const INSERT: &str = concat!(
    "INSERT INTO token_issues (",
    columns!(),
    ", start_password_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
);
const UPDATE: &str = "UPDATE token_issues SET step = $2, tries = $3, version = $4 + 1 \
     WHERE id = $1 AND version = $4";

const CANCEL_ALL: &str = "UPDATE token_issues SET step = 'cancelled', version = version + 1 \
     WHERE step IN ('mailed', 'activated')";

/// The open issue of a person.
pub async fn open_of(db: &Db, person: &PersonId) -> Result<Option<Issue>, StoreError> {
    let row = db.read_point(OPEN_OF, vec![person.as_str().into()]).await?;
    row.as_ref()
        .map(|row| issue(&mut Cursor::new(row)))
        .transpose()
}

/// The open issues of a contract's persons.
pub async fn open_of_contract(db: &Db, id: &ContractId) -> Result<Vec<Issue>, StoreError> {
    let rows = db.read(OPEN_OF_CONTRACT, &[id.as_str().into()]).await?;
    rows.iter()
        .map(|row| issue(&mut Cursor::new(row)))
        .collect()
}

/// The issue that an activation link names, with the hash of its start password.
pub async fn find_by_link(
    db: &Db,
    link_hash: &str,
) -> Result<Option<(Issue, Option<String>)>, StoreError> {
    let row = db.read_point(BY_LINK, vec![link_hash.into()]).await?;
    row.as_ref().map(with_password).transpose()
}

/// Adds an issue; a second open one of the same person is a conflict.
pub fn insert(commit: &mut Commit, issue: &Issue, start_password_hash: Option<String>) {
    commit.guarded(
        INSERT,
        vec![
            issue.id.as_str().into(),
            issue.contract_id.as_str().into(),
            issue.person_id.as_str().into(),
            issue.token_id.as_str().into(),
            issue.mail_to.clone().into(),
            issue.link_hash.clone().into(),
            issue.step.name().into(),
            issue.tries.into(),
            micros(issue.expires_at),
            issue.version.into(),
            start_password_hash.into(),
        ],
    );
}

/// Changes an issue, unless somebody changed it since it was read.
pub fn update(commit: &mut Commit, issue: &Issue) {
    commit.guarded(
        UPDATE,
        vec![
            issue.id.as_str().into(),
            issue.step.name().into(),
            issue.tries.into(),
            issue.version.into(),
        ],
    );
}

/// Gives every open issue up: after a restore a link that has served must not serve again.
pub fn cancel_all(commit: &mut Commit) {
    commit.write(CANCEL_ALL, Vec::new());
}

fn with_password(row: &Row) -> Result<(Issue, Option<String>), StoreError> {
    let mut c = Cursor::new(row);
    Ok((issue(&mut c)?, c.opt_text()?))
}

fn issue(c: &mut Cursor<'_>) -> Result<Issue, StoreError> {
    Ok(Issue {
        id: TokenIssueId::from_stored(c.text()?),
        contract_id: c.named(|id| ContractId::parse(id).ok())?,
        person_id: PersonId::from_stored(c.text()?),
        token_id: TokenId::from_stored(c.text()?),
        mail_to: c.opt_text()?,
        link_hash: c.opt_text()?,
        step: c.named(IssueStep::parse)?,
        tries: c.count()?,
        expires_at: c.time()?,
        version: c.int()?,
    })
}
