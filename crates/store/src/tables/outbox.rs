//! NOT-4: mails written with the change they tell of, delivered until the mail server takes them.

use jiff::Timestamp;
use warifu_domain::ids::{ContractId, MailId, PersonId};

use super::{Cursor, micros, opt_micros};
use crate::{Commit, Db, Row, StoreError};

/// The table's name, which sealed mails are bound to.
pub const TABLE: &str = "outbox";

macro_rules! columns {
    () => {
        "id, contract_id, person_id, kind, recipient, sealed, attempts, due_at, drop_at, \
         created_at, failure, version"
    };
}

const INSERT: &str = "INSERT INTO outbox (id, contract_id, person_id, kind, recipient, sealed, \
     state, attempts, due_at, drop_at, created_at, version) \
     VALUES ($1, $2, $3, $4, $5, $6, 'queued', 0, $7, $8, $9, 1)";
const DUE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM outbox WHERE state = 'queued' AND due_at <= $1 ORDER BY due_at LIMIT 50"
);
const FAILED: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM outbox WHERE state = 'failed' ORDER BY created_at DESC LIMIT 200"
);
const FIND: &str = concat!("SELECT ", columns!(), " FROM outbox WHERE id = $1");
const STATE: &str = "SELECT state FROM outbox WHERE id = $1";
const QUEUED: &str = "SELECT COUNT(*) FROM outbox WHERE state = 'queued'";
const LEASE: &str = "UPDATE outbox SET due_at = $2, attempts = attempts + 1, version = $3 + 1 \
     WHERE id = $1 AND state = 'queued' AND version = $3";
const RETRY: &str = "UPDATE outbox SET due_at = $2, failure = $3, version = $4 + 1 \
     WHERE id = $1 AND state = 'queued' AND version = $4";
const RELEASE: &str = "UPDATE outbox SET due_at = $1, version = version + 1 \
     WHERE state = 'queued' AND due_at > $1";
const FINISH: &str = "UPDATE outbox SET state = $2, sealed = NULL, done_at = $3, failure = $4, \
     version = $5 + 1 WHERE id = $1 AND state = 'queued' AND version = $5";
const DELETE_OLD: &str = "DELETE FROM outbox WHERE state <> 'queued' AND created_at < $1";

/// A mail to be delivered.
pub struct NewMail<'a> {
    /// Its ID; the Message-ID is made of it, so that a second delivery can be told.
    pub id: &'a MailId,
    /// Of which contract.
    pub contract_id: &'a ContractId,
    /// To whom, if a person.
    pub person_id: Option<&'a PersonId>,
    /// What it tells of.
    pub kind: &'static str,
    /// Address.
    pub recipient: &'a str,
    /// Subject and body, sealed for [`TABLE`] and the mail's ID.
    pub sealed: Vec<u8>,
    /// When it was written.
    pub at: Timestamp,
    /// After this it is of no use any more and is dropped.
    pub drop_at: Option<Timestamp>,
}

/// A mail in the outbox.
pub struct QueuedMail {
    /// Its ID.
    pub id: MailId,
    /// Of which contract.
    pub contract_id: ContractId,
    /// To whom, if a person.
    pub person_id: Option<PersonId>,
    /// What it tells of.
    pub kind: String,
    /// Address.
    pub recipient: String,
    /// Subject and body, sealed; gone once delivered or given up.
    pub sealed: Option<Vec<u8>>,
    /// Deliveries tried.
    pub attempts: u32,
    /// When it is to be tried next.
    pub due_at: Timestamp,
    /// After this it is dropped.
    pub drop_at: Option<Timestamp>,
    /// When it was written.
    pub created_at: Timestamp,
    /// What the mail server last said.
    pub failure: Option<String>,
    /// Guard of the record.
    pub version: i64,
}

/// How a mail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailEnd {
    /// The mail server took it.
    Delivered,
    /// It can't be delivered.
    Failed,
    /// It was of no use any more.
    Dropped,
}

impl MailEnd {
    fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
        }
    }
}

/// Queues a mail in the commit of what it tells of.
pub fn insert(commit: &mut Commit, mail: NewMail<'_>) {
    commit.guarded(
        INSERT,
        vec![
            mail.id.as_str().into(),
            mail.contract_id.as_str().into(),
            mail.person_id.map(PersonId::as_str).into(),
            mail.kind.into(),
            mail.recipient.into(),
            mail.sealed.into(),
            micros(mail.at),
            opt_micros(mail.drop_at),
            micros(mail.at),
        ],
    );
}

/// Mails that are due.
pub async fn due(db: &Db, now: Timestamp) -> Result<Vec<QueuedMail>, StoreError> {
    db.read(DUE, &[micros(now)])
        .await?
        .iter()
        .map(mail)
        .collect()
}

/// The newest mails that could not be delivered, for staff.
pub async fn failed(db: &Db) -> Result<Vec<QueuedMail>, StoreError> {
    db.read(FAILED, &[]).await?.iter().map(mail).collect()
}

/// One mail.
pub async fn find(db: &Db, id: &MailId) -> Result<Option<QueuedMail>, StoreError> {
    let row = db.read_point(FIND, vec![id.as_str().into()]).await?;
    row.as_ref().map(mail).transpose()
}

/// The state's name: `queued`, `delivered`, `failed` or `dropped`.
pub async fn state(db: &Db, id: &MailId) -> Result<Option<String>, StoreError> {
    let row = db.read_point(STATE, vec![id.as_str().into()]).await?;
    row.map(|r| r.text(0).map(str::to_owned)).transpose()
}

/// How many wait.
pub async fn queued(db: &Db) -> Result<i64, StoreError> {
    let rows = db.read(QUEUED, &[]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// Takes a mail for delivery until `until`; no other worker takes it before.
pub fn lease(commit: &mut Commit, mail: &QueuedMail, until: Timestamp) {
    commit.guarded(
        LEASE,
        vec![mail.id.as_str().into(), micros(until), mail.version.into()],
    );
}

/// Puts a leased mail (its version after the lease) back until `due_at`.
pub fn retry(commit: &mut Commit, mail: &QueuedMail, due_at: Timestamp, failure: &str) {
    let params = vec![
        mail.id.as_str().into(),
        micros(due_at),
        failure.into(),
        mail.version.into(),
    ];
    commit.guarded(RETRY, params);
}

/// Makes every queued mail due at `now`, leased ones too.
pub fn release(commit: &mut Commit, now: Timestamp) {
    commit.write(RELEASE, vec![micros(now)]);
}

/// Ends a mail and erases its text.
pub fn finish(
    commit: &mut Commit,
    mail: &QueuedMail,
    end: MailEnd,
    at: Timestamp,
    failure: Option<&str>,
) {
    let params = vec![
        mail.id.as_str().into(),
        end.name().into(),
        micros(at),
        failure.into(),
        mail.version.into(),
    ];
    commit.guarded(FINISH, params);
}

/// Forgets mails written before `before` that are not queued.
pub fn delete_old(commit: &mut Commit, before: Timestamp) {
    commit.write(DELETE_OLD, vec![micros(before)]);
}

fn mail(row: &Row) -> Result<QueuedMail, StoreError> {
    let mut c = Cursor::new(row);
    Ok(QueuedMail {
        id: MailId::from_stored(c.text()?),
        contract_id: c.named(|id| ContractId::parse(id).ok())?,
        person_id: c.opt_text()?.map(PersonId::from_stored),
        kind: c.text()?,
        recipient: c.text()?,
        sealed: c.opt_blob()?,
        attempts: c.count()?,
        due_at: c.time()?,
        drop_at: c.opt_time()?,
        created_at: c.time()?,
        failure: c.opt_text()?,
        version: c.int()?,
    })
}
