//! One connection to PostgreSQL: how it is made and set up, how values and errors are translated.

use std::collections::HashMap;
use std::io;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, NoTls, Statement, config::SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls;
use crate::db::Tls;
use crate::error::{CommitError, StoreError};
use crate::value::{Cell, Kind, Row, Value};

const CONNECT_WAIT: Duration = Duration::from_secs(5);
/// A peer that is silent for so long is taken for dead.
const SILENCE: Duration = Duration::from_secs(20);

/// No statement timeout here: fired during COMMIT it would report a commit as done that a standby
/// has not confirmed. Statements by key are only ever held up by locks.
const SENDER: &str = "SET synchronous_commit = on; SET lock_timeout = '5s'; \
     SET idle_in_transaction_session_timeout = '60s'";
/// Every statement of senders and point readers goes by key. A nested loop over the given rows keeps their order, hence
/// the order of locks, and is the right plan however small the tables were when it was made.
const PLANS_BY_KEY: &str = "SET enable_seqscan = off; SET enable_hashjoin = off; \
     SET enable_mergejoin = off; SET plan_cache_mode = force_generic_plan";
const READER: &str = "SET default_transaction_read_only = on; SET statement_timeout = '30s'";

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Sender,
    PointReader,
    ListReader,
    Migration,
}

/// Makes connections.
pub(super) struct Connector {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl Connector {
    pub(super) fn new(url: &str, tls: &Tls) -> Result<Self, StoreError> {
        // The parser's message does not repeat the URL, which may hold a password.
        let mut config: Config = url
            .parse()
            .map_err(|error: tokio_postgres::Error| StoreError::Config(error.to_string()))?;
        config
            .application_name("warifu")
            .connect_timeout(CONNECT_WAIT)
            .keepalives_idle(SILENCE)
            .tcp_user_timeout(SILENCE);
        let tls = match tls {
            Tls::Off => {
                config.ssl_mode(SslMode::Disable);
                None
            }
            Tls::Require { ca_file } => {
                config.ssl_mode(SslMode::Require);
                Some(tls::connector(ca_file)?)
            }
        };
        Ok(Self { config, tls })
    }

    pub(super) async fn connect(&self, role: Role) -> Result<Connection, StoreError> {
        let client = match &self.tls {
            None => {
                let (client, connection) = self
                    .config
                    .connect(NoTls)
                    .await
                    .map_err(|e| translate(&e))?;
                tokio::spawn(connection);
                client
            }
            Some(tls) => {
                let connected = self.config.connect(tls.clone()).await;
                let (client, connection) = connected.map_err(|e| translate(&e))?;
                tokio::spawn(connection);
                client
            }
        };
        let set_up = |sql| client.batch_execute(sql);
        match role {
            Role::Sender => {
                set_up(SENDER).await.map_err(|e| translate(&e))?;
                // Databases that only speak the protocol may not know these; they do without.
                let _ = set_up(PLANS_BY_KEY).await;
            }
            Role::PointReader => {
                set_up(READER).await.map_err(|e| translate(&e))?;
                let _ = set_up(PLANS_BY_KEY).await;
            }
            Role::ListReader => set_up(READER).await.map_err(|e| translate(&e))?,
            Role::Migration => {}
        }
        Ok(Connection {
            client,
            statements: HashMap::new(),
        })
    }
}

pub(super) struct Connection {
    pub client: Client,
    statements: HashMap<String, Statement>,
}

impl Connection {
    /// A prepared statement whose parameter types its text makes plain.
    pub(super) async fn prepare(&mut self, text: &str) -> Result<Statement, tokio_postgres::Error> {
        self.prepare_typed(text, &[]).await
    }

    /// A prepared statement for parameters of these kinds.
    pub(super) async fn prepare_typed(
        &mut self,
        text: &str,
        kinds: &[Kind],
    ) -> Result<Statement, tokio_postgres::Error> {
        if let Some(statement) = self.statements.get(text) {
            return Ok(statement.clone());
        }
        let types: Vec<Type> = kinds.iter().map(|kind| type_of(*kind)).collect();
        let statement = self.client.prepare_typed(text, &types).await?;
        self.statements.insert(text.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(super) async fn query(
        &mut self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Vec<tokio_postgres::Row>, tokio_postgres::Error> {
        let kinds: Vec<Kind> = params.iter().map(Value::kind).collect();
        let statement = self.prepare_typed(sql, &kinds).await?;
        self.client.query(&statement, &scalars(params)).await
    }
}

fn type_of(kind: Kind) -> Type {
    match kind {
        Kind::Text => Type::TEXT,
        Kind::Int => Type::INT8,
        Kind::Blob => Type::BYTEA,
    }
}

pub(super) type Param = Box<dyn ToSql + Sync + Send>;

/// Parameters of a statement for one row.
pub(super) fn scalars(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(scalar).collect()
}

fn scalar(value: &Value) -> &(dyn ToSql + Sync) {
    match value {
        Value::Text(text) => text,
        Value::Int(number) => number,
        Value::Blob(bytes) => bytes,
        Value::Null(Kind::Text) => &None::<&str>,
        Value::Null(Kind::Int) => &None::<i64>,
        Value::Null(Kind::Blob) => &None::<&[u8]>,
    }
}

/// Parameters of a statement for many rows: one array a column.
pub(super) fn columns(kinds: &[Kind], rows: &[&[Value]]) -> Vec<Param> {
    let column = |(index, kind): (usize, &Kind)| -> Param {
        let cells = rows.iter().map(|row| row.get(index));
        match kind {
            Kind::Text => Box::new(
                cells
                    .map(|cell| match cell {
                        Some(Value::Text(text)) => Some(text.clone()),
                        _ => None,
                    })
                    .collect::<Vec<_>>(),
            ),
            Kind::Int => Box::new(
                cells
                    .map(|cell| match cell {
                        Some(Value::Int(number)) => Some(*number),
                        _ => None,
                    })
                    .collect::<Vec<_>>(),
            ),
            Kind::Blob => Box::new(
                cells
                    .map(|cell| match cell {
                        Some(Value::Blob(bytes)) => Some(bytes.clone()),
                        _ => None,
                    })
                    .collect::<Vec<_>>(),
            ),
        }
    };
    kinds.iter().enumerate().map(column).collect()
}

pub(super) fn borrowed(params: &[Param]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|param| param.as_ref() as _).collect()
}

/// The row as callers know it, without its first `skip` columns.
pub(super) fn row(
    statement: &'static str,
    row: &tokio_postgres::Row,
    skip: usize,
) -> Result<Row, StoreError> {
    let cells = (skip..row.len())
        .map(|column| {
            cell(row, column).map_err(|_| StoreError::Inconsistent {
                statement,
                column: column - skip,
                reason: "has a type other than TEXT, BIGINT and BYTEA",
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(Row { statement, cells })
}

fn cell(row: &tokio_postgres::Row, column: usize) -> Result<Cell, tokio_postgres::Error> {
    let of = row
        .columns()
        .get(column)
        .map(|column| column.type_().clone());
    let cell = match of {
        Some(Type::INT8) => row.try_get::<_, Option<i64>>(column)?.map(Cell::Int),
        Some(Type::INT4) => row
            .try_get::<_, Option<i32>>(column)?
            .map(|number| Cell::Int(number.into())),
        Some(Type::BOOL) => row
            .try_get::<_, Option<bool>>(column)?
            .map(|flag| Cell::Int(flag.into())),
        Some(Type::BYTEA) => row.try_get::<_, Option<Vec<u8>>>(column)?.map(Cell::Blob),
        _ => row.try_get::<_, Option<String>>(column)?.map(Cell::Text),
    };
    Ok(cell.unwrap_or(Cell::Null))
}

/// Polls the futures in order, so that their messages leave in order and without waiting for one
/// another's answers; gives the results in the same order.
pub(super) async fn in_order<'a, T>(
    mut futures: Vec<Pin<Box<dyn Future<Output = T> + Send + 'a>>>,
) -> Vec<T> {
    let mut results: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    let mut all_sent = false;
    std::future::poll_fn(|context| {
        let mut waiting = false;
        for (future, result) in futures.iter_mut().zip(&mut results) {
            if result.is_some() {
                continue;
            }
            match future.as_mut().poll(context) {
                Poll::Ready(value) => *result = Some(value),
                // Answers come in order, so what follows can't be ready either.
                Poll::Pending if all_sent => return Poll::Pending,
                Poll::Pending => waiting = true,
            }
        }
        all_sent = true;
        if waiting {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
    results.into_iter().flatten().collect()
}

/// What an error means for what was under way.
pub(super) enum Reach {
    /// One of the statements is at fault.
    Statement(CommitError),
    /// The whole transaction, and trying at once again would not help.
    Transaction(StoreError),
    /// The transaction met another; the same again may succeed.
    Again,
    /// The connection is gone, or must go.
    Lost,
}

pub(super) fn reach(error: &tokio_postgres::Error) -> Reach {
    let Some(db) = error.as_db_error() else {
        let io =
            std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<io::Error>);
        return if error.is_closed() || io {
            Reach::Lost
        } else {
            Reach::Statement(translate(error).into())
        };
    };
    match db.code().code() {
        "40001" | "40P01" => Reach::Again,
        "23505" => Reach::Statement(CommitError::Conflict),
        // Shutting down, not writable (a standby), closed while idle.
        "57P01" | "57P02" | "57P03" | "25006" | "25P03" => Reach::Lost,
        code if code.starts_with("08") => Reach::Lost,
        // A lock that never came, a cancelled statement, no resources, a fault of the system.
        "55P03" | "57014" => Reach::Transaction(translate(error)),
        code if ["53", "58", "XX"]
            .iter()
            .any(|class| code.starts_with(class)) =>
        {
            Reach::Transaction(translate(error))
        }
        _ => Reach::Statement(translate(error).into()),
    }
}

/// The error as callers know it; without its detail, which would quote values.
pub(super) fn translate(error: &tokio_postgres::Error) -> StoreError {
    match error.as_db_error() {
        None => StoreError::Unavailable(error.to_string()),
        Some(db) => match db.code().code() {
            code @ ("55P03" | "57014" | "57P01" | "57P02" | "57P03") => {
                StoreError::Unavailable(format!("{} ({code})", db.message()))
            }
            code if ["08", "53", "58", "XX"]
                .iter()
                .any(|class| code.starts_with(class)) =>
            {
                StoreError::Unavailable(format!("{} ({code})", db.message()))
            }
            code => StoreError::Refused {
                code: code.to_owned(),
                message: db.message().to_owned(),
            },
        },
    }
}
