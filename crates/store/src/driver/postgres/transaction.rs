//! One shared transaction in two round trips: the commits' statements and the heads of the audit
//! chains; then, if every guard held, the events and COMMIT.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::timeout;
use tokio_postgres::{Client, Statement};

use super::connection::{
    Connection, Param, Reach, borrowed, columns, in_order, reach, scalars, translate,
};
use super::plan::{Step, Texts, plan};
use crate::audit::{AuditKey, Head, Heads, StoredHead, trusted};
use crate::commit::{Commit, has_conflict_clause, is_insert};
use crate::error::{CommitError, StoreError};
use crate::value::{Kind, Value};

/// How long one round trip may take; longer than any lock wait.
const STEP_WAIT: Duration = Duration::from_secs(20);
/// How long COMMIT may take; a standby may have to confirm it.
const COMMIT_WAIT: Duration = Duration::from_secs(30);

/// `FOR UPDATE` (not for SQLite, which has one writer): with the heads locked until COMMIT, another
/// process waits for its turn instead of linking to the same event.
const LOCK_HEADS: &str = "SELECT chain, seq, hash, mac FROM audit_heads WHERE chain = ANY($1::text[]) \
     ORDER BY chain FOR UPDATE";
const MOVE_HEADS: &str = "UPDATE audit_heads SET seq = n.seq, hash = n.hash, mac = n.mac \
     FROM unnest($1::text[], $2::bigint[], $3::bytea[], $4::bytea[]) AS n(chain, seq, hash, mac) \
     WHERE audit_heads.chain = n.chain";
/// A head or an event that is there already is an error, so that the COMMIT sent right behind rolls
/// back.
const INSERT_HEADS: &str = "INSERT INTO audit_heads (chain, seq, hash, mac) \
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[], $4::bytea[])";
const INSERT_EVENTS: &str = "INSERT INTO audit_events \
     (chain, seq, at, kind, person_id, origin, data, hash) SELECT * FROM unnest($1::text[], \
     $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[])";
const HEAD_KINDS: [Kind; 4] = [Kind::Text, Kind::Int, Kind::Blob, Kind::Blob];
const EVENT_KINDS: [Kind; 8] = [
    Kind::Text,
    Kind::Int,
    Kind::Int,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Blob,
];

/// How a shared transaction ended, if not with success. In all but the last case nothing of it
/// happened.
pub(super) enum Failure {
    /// These commits can't go in; the others may.
    Spoilt(Vec<(usize, CommitError)>),
    /// One of the commits can't go in, unknown which; if there is only one, this is its answer.
    SomeOne(CommitError),
    /// None can go in now.
    All(StoreError),
    /// The same again may succeed.
    Again,
    /// The connection is gone; COMMIT was not sent.
    Lost,
    /// COMMIT was sent and its answer never came.
    Indeterminate,
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        match reach(&error) {
            Reach::Statement(error) => Self::SomeOne(error),
            Reach::Transaction(error) => Self::All(error),
            Reach::Again => Self::Again,
            Reach::Lost => Self::Lost,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::SomeOne(error.into())
    }
}

/// What one statement answered.
enum Answer {
    Nothing,
    Count(u64),
    /// Ordinals (from 1) of the given rows that found their target.
    Found(Vec<i64>),
    Heads(Vec<tokio_postgres::Row>),
}

type Sent<'a> = Pin<Box<dyn Future<Output = Result<Answer, tokio_postgres::Error>> + Send + 'a>>;

/// Carries out `commits` in one transaction. On failure the caller rolls back.
pub(super) async fn run(
    connection: &mut Connection,
    texts: &mut Texts,
    key: Option<&AuditKey>,
    commits: &[&Commit],
) -> Result<(), Failure> {
    let steps = plan(commits.iter().copied(), texts);
    let prepared = prepare(connection, &steps).await?;
    let chains = chains(commits);
    let lock_heads = connection.prepare(LOCK_HEADS).await?;

    let client = &connection.client;
    let mut sent: Vec<Sent<'_>> = Vec::with_capacity(steps.len() + 2);
    sent.push(Box::pin(async {
        client
            .batch_execute("BEGIN")
            .await
            .map(|()| Answer::Nothing)
    }));
    for (step, statement) in steps.iter().zip(prepared) {
        sent.push(send(client, step, statement));
    }
    if !chains.is_empty() {
        let names: Vec<String> = chains.keys().map(|chain| (*chain).to_owned()).collect();
        sent.push(Box::pin(async move {
            let rows = client.query(&lock_heads, &[&names]).await?;
            Ok(Answer::Heads(rows))
        }));
    }
    let answers = timeout(STEP_WAIT, in_order(sent))
        .await
        .map_err(|_| Failure::Lost)?
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;
    judge(&steps, answers.get(1..).unwrap_or_default())?;
    if let Some(Answer::Heads(rows)) = answers.last() {
        let heads = known_heads(&chains, rows, key)?;
        append_and_commit(connection, heads, key, commits).await
    } else {
        commit(&connection.client).await
    }
}

/// Prepares the statements that are new to this connection.
async fn prepare(
    connection: &mut Connection,
    steps: &[Step<'_>],
) -> Result<Vec<Statement>, tokio_postgres::Error> {
    let mut statements = Vec::with_capacity(steps.len());
    for step in steps {
        statements.push(match step {
            Step::Many { derived, .. } => connection.prepare(&derived.text).await?,
            Step::Single { write, .. } => {
                let kinds: Vec<Kind> = write.params.iter().map(Value::kind).collect();
                let sql = write.sql;
                if write.guarded && is_insert(sql) && !has_conflict_clause(sql) {
                    let text = format!("{sql} ON CONFLICT DO NOTHING");
                    connection.prepare_typed(&text, &kinds).await?
                } else {
                    connection.prepare_typed(sql, &kinds).await?
                }
            }
        });
    }
    Ok(statements)
}

fn send<'a>(client: &'a Client, step: &'a Step<'a>, statement: Statement) -> Sent<'a> {
    match step {
        Step::Many {
            derived,
            insert,
            rows,
            ..
        } => {
            let rows: Vec<&[Value]> = rows.iter().map(|(_, w)| w.params.as_slice()).collect();
            let params = columns(&derived.kinds, &rows);
            let insert = *insert;
            Box::pin(async move {
                if insert {
                    let count = client.execute(&statement, &borrowed(&params)).await?;
                    return Ok(Answer::Count(count));
                }
                let rows = client.query(&statement, &borrowed(&params)).await?;
                let found = rows
                    .iter()
                    .map(|row| row.try_get(0))
                    .collect::<Result<_, _>>()?;
                Ok(Answer::Found(found))
            })
        }
        Step::Single { write, .. } => Box::pin(async move {
            let count = client.execute(&statement, &scalars(&write.params)).await?;
            Ok(Answer::Count(count))
        }),
    }
}

/// Finds the commits whose guards failed.
fn judge(steps: &[Step<'_>], answers: &[Answer]) -> Result<(), Failure> {
    let mut conflicts = Vec::new();
    let mut unclear = false;
    for (step, answer) in steps.iter().zip(answers) {
        match (step, answer) {
            (Step::Single { commit, write }, Answer::Count(count))
                if write.guarded && *count != 1 =>
            {
                conflicts.push(*commit);
            }
            (Step::Many { rows, .. }, Answer::Count(count)) => {
                unclear |= usize::try_from(*count) != Ok(rows.len());
            }
            (Step::Many { rows, .. }, Answer::Found(found)) => {
                let mut times = vec![0_u32; rows.len()];
                for nth in found {
                    let index = usize::try_from(nth - 1).unwrap_or(usize::MAX);
                    if let Some(times) = times.get_mut(index) {
                        *times += 1;
                    }
                }
                let failed = rows.iter().zip(times).filter(|(_, times)| *times != 1);
                conflicts.extend(failed.map(|((commit, _), _)| *commit));
            }
            _ => {}
        }
    }
    if !conflicts.is_empty() {
        conflicts.sort_unstable();
        conflicts.dedup();
        let spoilt = conflicts
            .into_iter()
            .map(|commit| (commit, CommitError::Conflict));
        return Err(Failure::Spoilt(spoilt.collect()));
    }
    if unclear {
        return Err(Failure::SomeOne(CommitError::Conflict));
    }
    Ok(())
}

/// The chains touched, sorted, each with the commits that touch it.
fn chains<'a>(commits: &[&'a Commit]) -> BTreeMap<&'a str, Vec<usize>> {
    let mut chains: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, commit) in commits.iter().enumerate() {
        for event in &commit.events {
            chains.entry(&event.chain).or_default().push(index);
        }
    }
    chains
}

/// The heads of the chains touched. A forged one spoils the commits that would build upon it.
fn known_heads(
    chains: &BTreeMap<&str, Vec<usize>>,
    rows: &[tokio_postgres::Row],
    key: Option<&AuditKey>,
) -> Result<Heads, Failure> {
    let key = key.ok_or(StoreError::Sealed)?;
    let mut heads = Heads::default();
    let mut spoilt = Vec::new();
    for row in rows {
        let chain: &str = row.try_get(0)?;
        let stored = StoredHead {
            seq: row.try_get(1)?,
            hash: row.try_get(2)?,
            mac: row.try_get(3)?,
        };
        if let Ok(head) = trusted(key, chain, &stored) {
            heads.know(chain, head);
            continue;
        }
        for commit in chains.get(chain).into_iter().flatten() {
            let chain = chain.to_owned();
            spoilt.push((*commit, StoreError::AuditForged { chain }.into()));
        }
    }
    if !spoilt.is_empty() {
        spoilt.sort_unstable_by_key(|(commit, _)| *commit);
        spoilt.dedup_by_key(|(commit, _)| *commit);
        return Err(Failure::Spoilt(spoilt));
    }
    for chain in chains.keys() {
        if !heads.knows(chain) {
            heads.know(chain, Head::genesis(chain));
        }
    }
    Ok(heads)
}

/// Links the events in order, writes them and the heads, and commits, without waiting in between:
/// what can go wrong with the audit rows is an error, after which COMMIT rolls back. The heads that
/// move are locked, so each is there to be moved.
async fn append_and_commit(
    connection: &mut Connection,
    heads: Heads,
    key: Option<&AuditKey>,
    commits: &[&Commit],
) -> Result<(), Failure> {
    let mut prepared = Vec::new();
    for (sql, kinds, rows) in audit_rows(heads, key, commits)? {
        if !rows.is_empty() {
            let given: Vec<&[Value]> = rows.iter().map(Vec::as_slice).collect();
            prepared.push((connection.prepare(sql).await?, columns(kinds, &given)));
        }
    }
    let client = &connection.client;
    let mut sent: Vec<Sent<'_>> = Vec::with_capacity(prepared.len() + 1);
    for (statement, params) in prepared {
        sent.push(execute(client, statement, params));
    }
    sent.push(Box::pin(async {
        client
            .batch_execute("COMMIT")
            .await
            .map(|()| Answer::Nothing)
    }));
    let Ok(mut answers) = timeout(COMMIT_WAIT, in_order(sent)).await else {
        return Err(Failure::Indeterminate);
    };
    let committed = answers.pop();
    for answer in answers {
        if let Err(error) = answer {
            return Err(not_appended(&error));
        }
    }
    match committed {
        Some(Ok(_)) => Ok(()),
        Some(Err(error)) => Err(not_committed(&error)),
        None => Err(Failure::Indeterminate),
    }
}

/// COMMIT was on its way behind the statement that failed. The server refused the statement, and so
/// rolled back; or the connection broke, and then nobody knows.
fn not_appended(error: &tokio_postgres::Error) -> Failure {
    match reach(error) {
        // Another process has begun a chain we took for new (the next try sees it), or the log was
        // tampered with (the next tries see the same).
        Reach::Statement(CommitError::Conflict) | Reach::Again => Failure::Again,
        Reach::Lost => Failure::Indeterminate,
        Reach::Statement(_) if error.as_db_error().is_none() => Failure::Indeterminate,
        Reach::Statement(error) => Failure::SomeOne(error),
        Reach::Transaction(error) => Failure::All(error),
    }
}

/// The rows of the audit tables: for each statement the kinds of its columns and its rows.
type AuditRows = [(&'static str, &'static [Kind], Vec<Vec<Value>>); 3];

fn audit_rows(
    mut heads: Heads,
    key: Option<&AuditKey>,
    commits: &[&Commit],
) -> Result<AuditRows, Failure> {
    let key = key.ok_or(StoreError::Sealed)?;
    let mut events: Vec<Vec<Value>> = Vec::new();
    for event in commits.iter().flat_map(|commit| &commit.events) {
        if let Some(head) = heads.append(event) {
            events.push(crate::audit::event_params(event, &head));
        }
    }
    let (mut moved, mut new) = (Vec::new(), Vec::new());
    for (chain, head) in heads.moved() {
        let mac = key.mac(chain, &head.now)?;
        let params = crate::audit::head_params(chain, &head.now, &mac);
        if head.before.seq == 0 {
            &mut new
        } else {
            &mut moved
        }
        .push(params);
    }
    Ok([
        (MOVE_HEADS, &HEAD_KINDS, moved),
        (INSERT_HEADS, &HEAD_KINDS, new),
        (INSERT_EVENTS, &EVENT_KINDS, events),
    ])
}

fn execute(client: &Client, statement: Statement, params: Vec<Param>) -> Sent<'_> {
    Box::pin(async move {
        let count = client.execute(&statement, &borrowed(&params)).await?;
        Ok(Answer::Count(count))
    })
}

async fn commit(client: &Client) -> Result<(), Failure> {
    match timeout(COMMIT_WAIT, client.batch_execute("COMMIT")).await {
        Ok(Ok(())) => Ok(()),
        Err(_) => Err(Failure::Indeterminate),
        Ok(Err(error)) => Err(not_committed(&error)),
    }
}

fn not_committed(error: &tokio_postgres::Error) -> Failure {
    match reach(error) {
        Reach::Lost => Failure::Indeterminate,
        Reach::Again => Failure::Again,
        Reach::Statement(_) | Reach::Transaction(_) if error.as_db_error().is_none() => {
            Failure::Indeterminate
        }
        Reach::Statement(error) => Failure::SomeOne(error),
        Reach::Transaction(_) => Failure::All(translate(error)),
    }
}
