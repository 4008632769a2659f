//! Authorizations. The guarded update here is what makes "used at most once" true for any number of
//! threads and processes (MAIL-3).

use warifu_domain::authorization::{
    AnsweredRequest, Approval, Authorization, MailCode, State, Void,
};
use warifu_domain::contract::Contract;
use warifu_domain::ids::{AuthorizationId, ContractId, PersonId, TokenId};
use warifu_domain::operation::{Operation, Stage};
use warifu_domain::person::{Channel, Person};

use super::logons::{factors, names};
use super::{Cursor, contracts, micros, opt_micros, persons};
use crate::{Commit, Db, Row, StoreError, Value};

macro_rules! columns {
    ($table:literal) => {
        listed!($table: id contract_id person_id operation stage channel client canonical digest
            state state_at receipt factors created_at expires_at policy_version mail_issue mail_mac
            mail_superseded mail_sent_to mail_expires_at mail_tries request_id request_mac
            request_outcome approval approval_at approval_token approval_signature version)
    };
}

const SELECT: &str = concat!(
    "SELECT ",
    columns!(""),
    " FROM authorizations WHERE id = $1"
);
const WAITING: &str = concat!(
    "SELECT ",
    columns!(""),
    " FROM authorizations WHERE person_id = $1 AND approval = 'waiting' \
     ORDER BY created_at DESC LIMIT 50"
);
const INSERT: &str = concat!(
    "INSERT INTO authorizations (",
    columns!(""),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
     $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)"
);
/// The person's version is part of the guard: whoever was suspended, or changed an address, since
/// the records were read is decided anew.
const UPDATE: &str = "UPDATE authorizations SET state = $3, state_at = $4, receipt = $5, \
     factors = $6, policy_version = $7, mail_issue = $8, mail_mac = $9, mail_superseded = $10, \
     mail_sent_to = $11, mail_expires_at = $12, mail_tries = $13, request_id = $14, \
     request_mac = $15, request_outcome = $16, approval = $20, approval_at = $21, \
     approval_token = $22, approval_signature = $23, version = $2 + 1 \
     WHERE id = $1 AND version = $2 AND digest = $17 \
     AND EXISTS (SELECT 1 FROM persons WHERE id = $18 AND version = $19)";
const VOID: &str = "UPDATE authorizations SET state = $2, state_at = $3, mail_mac = NULL, approval = 'not-asked', \
     version = version + 1 WHERE id = $1 AND state = 'pending'";
const VOID_ALL: &str = "UPDATE authorizations SET state = $1, state_at = $2, mail_mac = NULL, approval = 'not-asked', \
     version = version + 1 WHERE state = 'pending'";

/// An authorization, the person who is to prove it, and their contract: all in one read, so they were
/// true at one moment.
const SELECT_WITH_OWNER: &str = concat!(
    "SELECT ",
    columns!("a."),
    ", ",
    persons::columns!("p."),
    ", ",
    contracts::columns!("c."),
    " FROM authorizations a JOIN persons p ON p.id = a.person_id \
     JOIN contracts c ON c.id = a.contract_id WHERE a.id = $1"
);

/// One authorization.
pub async fn find(db: &Db, id: &AuthorizationId) -> Result<Option<Authorization>, StoreError> {
    let row = db.read_point(SELECT, vec![id.as_str().into()]).await?;
    row.as_ref().map(authorization).transpose()
}

/// One authorization with its person and their contract.
pub async fn find_with_owner(
    db: &Db,
    id: &AuthorizationId,
) -> Result<Option<(Authorization, Person, Contract)>, StoreError> {
    let row = db.read_point(SELECT_WITH_OWNER, vec![id.as_str().into()]);
    let Some(row) = row.await? else {
        return Ok(None);
    };
    let mut c = Cursor::new(&row);
    let authorization = read(&mut c)?;
    let person = persons::read(&mut c)?;
    Ok(Some((authorization, person, contracts::read(&mut c)?)))
}

/// What waits for a person's token app, the newest first (APP-1).
pub async fn waiting(db: &Db, person: &PersonId) -> Result<Vec<Authorization>, StoreError> {
    db.read(WAITING, &[person.as_str().into()])
        .await?
        .iter()
        .map(authorization)
        .collect()
}

/// Adds an authorization.
pub fn insert(commit: &mut Commit, authorization: &Authorization) {
    let a = authorization;
    let state = StateColumns::of(a);
    let approval = ApprovalColumns::of(a);
    commit.guarded(
        INSERT,
        vec![
            a.id.as_str().into(),
            a.contract_id.as_str().into(),
            a.person_id.as_str().into(),
            a.operation.name().into(),
            a.stage.name().into(),
            a.channel.name().into(),
            a.client.as_str().into(),
            a.canonical.as_str().into(),
            a.digest.as_str().into(),
            state.name.into(),
            state.at,
            state.receipt,
            state.factors,
            micros(a.created_at),
            micros(a.expires_at),
            a.policy_version.as_str().into(),
            a.mail.issue.into(),
            a.mail.mac.map(|mac| mac.to_vec()).into(),
            superseded_bytes(&a.mail).into(),
            a.mail.sent_to.clone().into(),
            opt_micros(a.mail.expires_at),
            a.mail.tries.into(),
            Value::Null(crate::Kind::Text),
            Value::Null(crate::Kind::Blob),
            Value::Null(crate::Kind::Text),
            approval.name.into(),
            approval.at,
            approval.token,
            approval.signature,
            a.version.into(),
        ],
    );
}

/// Changes an authorization, unless it or the person (at `person_version`) changed since they were
/// read.
pub fn update(commit: &mut Commit, authorization: &Authorization, person_version: i64) {
    let a = authorization;
    let state = StateColumns::of(a);
    let request = a.last_request.as_ref();
    let approval = ApprovalColumns::of(a);
    commit.guarded(
        UPDATE,
        vec![
            a.id.as_str().into(),
            a.version.into(),
            state.name.into(),
            state.at,
            state.receipt,
            state.factors,
            a.policy_version.as_str().into(),
            a.mail.issue.into(),
            a.mail.mac.map(|mac| mac.to_vec()).into(),
            superseded_bytes(&a.mail).into(),
            a.mail.sent_to.clone().into(),
            opt_micros(a.mail.expires_at),
            a.mail.tries.into(),
            request.map(|r| r.id.clone()).into(),
            request.map(|r| r.mac.clone()).into(),
            request.map(|r| r.outcome.clone()).into(),
            a.digest.as_str().into(),
            a.person_id.as_str().into(),
            person_version.into(),
            approval.name.into(),
            approval.at,
            approval.token,
            approval.signature,
        ],
    );
}

/// Voids a pending authorization; one that is not pending stays as it is.
pub fn void(commit: &mut Commit, id: &AuthorizationId, why: Void, at: jiff::Timestamp) {
    commit.write(
        VOID,
        vec![id.as_str().into(), why.name().into(), micros(at)],
    );
}

/// Voids every pending authorization: after a restore no older code may live.
pub fn void_all(commit: &mut Commit, at: jiff::Timestamp) {
    commit.write(VOID_ALL, vec![Void::Restored.name().into(), micros(at)]);
}

struct StateColumns {
    name: &'static str,
    at: Value,
    receipt: Value,
    factors: Value,
}

impl StateColumns {
    fn of(a: &Authorization) -> Self {
        let empty = |name| Self {
            name,
            at: opt_micros(None),
            receipt: None::<String>.into(),
            factors: None::<String>.into(),
        };
        match &a.state {
            State::Pending => empty("pending"),
            State::Void(why) => empty(why.name()),
            State::Authorized {
                at,
                receipt,
                factors,
            } => Self {
                name: "authorized",
                at: micros(*at),
                receipt: receipt.as_str().into(),
                factors: names(factors).into(),
            },
        }
    }
}

struct ApprovalColumns {
    name: &'static str,
    at: Value,
    token: Value,
    signature: Value,
}

impl ApprovalColumns {
    fn of(a: &Authorization) -> Self {
        let empty = |name| Self {
            name,
            at: opt_micros(None),
            token: None::<String>.into(),
            signature: None::<Vec<u8>>.into(),
        };
        match &a.approval {
            Approval::NotAsked => empty("not-asked"),
            Approval::Waiting => empty("waiting"),
            Approval::Approved {
                at,
                token_id,
                signature,
            } => Self {
                name: "approved",
                at: micros(*at),
                token: token_id.as_str().into(),
                signature: signature.clone().into(),
            },
        }
    }
}

const SUPERSEDED_LEN: usize = 36;

fn superseded_bytes(mail: &MailCode) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(mail.superseded.len() * SUPERSEDED_LEN);
    for (issue, mac) in &mail.superseded {
        bytes.extend_from_slice(&issue.to_be_bytes());
        bytes.extend_from_slice(mac);
    }
    bytes
}

fn superseded(bytes: &[u8]) -> Option<Vec<(u32, [u8; 32])>> {
    let entry = |chunk: &[u8]| {
        let (issue, mac) = chunk.split_first_chunk::<4>()?;
        Some((u32::from_be_bytes(*issue), mac.try_into().ok()?))
    };
    bytes.chunks(SUPERSEDED_LEN).map(entry).collect()
}

fn authorization(row: &Row) -> Result<Authorization, StoreError> {
    read(&mut Cursor::new(row))
}

fn read(c: &mut Cursor<'_>) -> Result<Authorization, StoreError> {
    Ok(Authorization {
        id: AuthorizationId::from_stored(c.text()?),
        contract_id: c.named(|id| ContractId::parse(id).ok())?,
        person_id: PersonId::from_stored(c.text()?),
        operation: c.named(Operation::parse)?,
        stage: c.named(Stage::parse)?,
        channel: c.named(Channel::parse)?,
        client: c.text()?,
        canonical: c.text()?,
        digest: c.text()?,
        state: state(c)?,
        created_at: c.time()?,
        expires_at: c.time()?,
        policy_version: c.text()?,
        mail: mail_code(c)?,
        last_request: match (c.opt_text()?, c.opt_blob()?, c.opt_text()?) {
            (Some(id), Some(mac), Some(outcome)) => Some(AnsweredRequest { id, mac, outcome }),
            _ => None,
        },
        approval: approval(c)?,
        version: c.int()?,
    })
}

fn state(c: &mut Cursor<'_>) -> Result<State, StoreError> {
    let name = c.text()?;
    let (at, receipt, proven) = (c.opt_time()?, c.opt_text()?, c.opt_named(factors)?);
    match (name.as_str(), at, receipt, proven) {
        ("pending", ..) => Ok(State::Pending),
        ("authorized", Some(at), Some(receipt), Some(factors)) => Ok(State::Authorized {
            at,
            receipt,
            factors,
        }),
        (name, ..) => Void::parse(name)
            .map(State::Void)
            .ok_or_else(|| c.row.inconsistent(9, "holds an unknown state")),
    }
}

fn approval(c: &mut Cursor<'_>) -> Result<Approval, StoreError> {
    let name = c.text()?;
    let (at, token, signature) = (c.opt_time()?, c.opt_text()?, c.opt_blob()?);
    match (name.as_str(), at, token, signature) {
        ("not-asked", ..) => Ok(Approval::NotAsked),
        ("waiting", ..) => Ok(Approval::Waiting),
        ("approved", Some(at), Some(token), Some(signature)) => Ok(Approval::Approved {
            at,
            token_id: TokenId::from_stored(token),
            signature,
        }),
        _ => Err(c.row.inconsistent(25, "holds an unknown approval")),
    }
}

fn mail_code(c: &mut Cursor<'_>) -> Result<MailCode, StoreError> {
    let (issue, mac, older) = (c.count()?, c.opt_blob()?, c.blob()?);
    let mac = mac
        .map(|bytes| {
            bytes
                .try_into()
                .map_err(|_| c.row.inconsistent(17, "is not a MAC"))
        })
        .transpose()?;
    Ok(MailCode {
        issue,
        mac,
        superseded: superseded(&older)
            .ok_or_else(|| c.row.inconsistent(18, "is not a list of MACs"))?,
        sent_to: c.opt_text()?,
        expires_at: c.opt_time()?,
        tries: c.count()?,
    })
}
