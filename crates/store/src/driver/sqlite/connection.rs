//! One connection to a SQLite file: how it is set up, how texts, values and errors are translated.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, ErrorCode, OpenFlags, params_from_iter};

use crate::error::StoreError;
use crate::value::{Cell, Row, Value};

/// Prepared statements kept per connection.
const STATEMENTS: usize = 256;
/// Page cache of the writer, KiB.
const CACHE_KIB: i64 = 16 * 1024;
/// How long a connection waits for another process's lock.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Write,
    Read,
}

pub(super) struct Connection {
    inner: rusqlite::Connection,
    /// The texts as SQLite takes them, by statement and suffix.
    texts: HashMap<(&'static str, &'static str), String>,
}

impl Connection {
    pub(super) fn open(path: &Path, purpose: Purpose) -> Result<Self, rusqlite::Error> {
        let access = match purpose {
            Purpose::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            Purpose::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let inner = rusqlite::Connection::open_with_flags(path, flags)?;
        inner.busy_timeout(BUSY_WAIT)?;
        inner.set_prepared_statement_cache_capacity(STATEMENTS);
        // Else a join is planned anew with every new parameter, which costs more than running it.
        inner.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        if purpose == Purpose::Write {
            inner.pragma_update(None, "journal_mode", "WAL")?;
            // FULL syncs the log at every commit: what was answered survives a power cut.
            inner.pragma_update(None, "synchronous", "FULL")?;
            inner.pragma_update(None, "foreign_keys", true)?;
            // Pages touched often are copied back to the file once in 32 MiB of log, not in 4.
            inner.pragma_update(None, "wal_autocheckpoint", 8192)?;
            inner.pragma_update(None, "cache_size", -CACHE_KIB)?;
        }
        Ok(Self {
            inner,
            texts: HashMap::new(),
        })
    }

    /// Runs statements of our own that take no parameters.
    pub(super) fn batch(&self, sql: &str) -> Result<(), rusqlite::Error> {
        self.inner.execute_batch(sql)
    }

    /// Runs a parameterless statement that recurs, such as `COMMIT`.
    pub(super) fn control(&self, sql: &'static str) -> Result<(), rusqlite::Error> {
        self.inner.prepare_cached(sql)?.execute([]).map(|_| ())
    }

    pub(super) fn in_transaction(&self) -> bool {
        !self.inner.is_autocommit()
    }

    /// Runs a statement and counts the rows it changed.
    pub(super) fn execute(
        &mut self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<usize, rusqlite::Error> {
        self.prepare(sql, "")?.execute(params_from_iter(params))
    }

    /// Runs an INSERT that leaves rows which exist already alone, and counts the new ones.
    pub(super) fn insert_new(
        &mut self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<usize, rusqlite::Error> {
        self.prepare(sql, " ON CONFLICT DO NOTHING")?
            .execute(params_from_iter(params))
    }

    pub(super) fn query(
        &mut self,
        statement: &'static str,
        params: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        let mut prepared = self.prepare(statement, "").map_err(translate)?;
        let columns = prepared.column_count();
        let mut answer = prepared
            .query(params_from_iter(params))
            .map_err(translate)?;
        let mut rows = Vec::new();
        while let Some(row) = answer.next().map_err(translate)? {
            let mut cells = Vec::with_capacity(columns);
            for column in 0..columns {
                let value = row.get_ref(column).map_err(translate)?;
                cells.push(cell(statement, column, value)?);
            }
            rows.push(Row { statement, cells });
        }
        Ok(rows)
    }

    fn prepare(
        &mut self,
        sql: &'static str,
        suffix: &'static str,
    ) -> Result<CachedStatement<'_>, rusqlite::Error> {
        let text = self
            .texts
            .entry((sql, suffix))
            .or_insert_with(|| number_placeholders(sql) + suffix);
        self.inner.prepare_cached(text)
    }
}

/// `$N` becomes `?N`: SQLite takes `$N` for a name and numbers names by first appearance. Quoted
/// text is left alone.
fn number_placeholders(sql: &str) -> String {
    let mut quoted = false;
    sql.chars()
        .map(|c| {
            if c == '\'' {
                quoted = !quoted;
            }
            if c == '$' && !quoted { '?' } else { c }
        })
        .collect()
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
            Self::Null(_) => ValueRef::Null,
        }))
    }
}

fn cell(statement: &'static str, column: usize, value: ValueRef<'_>) -> Result<Cell, StoreError> {
    let inconsistent = |reason| StoreError::Inconsistent {
        statement,
        column,
        reason,
    };
    match value {
        ValueRef::Null => Ok(Cell::Null),
        ValueRef::Integer(number) => Ok(Cell::Int(number)),
        ValueRef::Text(bytes) => String::from_utf8(bytes.to_vec())
            .map(Cell::Text)
            .map_err(|_| inconsistent("is not UTF-8")),
        ValueRef::Blob(bytes) => Ok(Cell::Blob(bytes.to_vec())),
        ValueRef::Real(_) => Err(inconsistent("is a floating-point number")),
    }
}

/// Whom a failed statement concerns.
pub(super) enum Reach {
    /// The row exists already.
    Conflict,
    /// This statement only: a constraint, a fault in the text.
    Statement,
    /// The whole transaction: no space, no memory, another process's lock.
    Transaction,
    /// The file or its disk: nothing may be acknowledged any more.
    File,
}

pub(super) fn reach(error: &rusqlite::Error) -> Reach {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
    let Some(sqlite) = error.sqlite_error() else {
        return Reach::Statement;
    };
    match (sqlite.code, sqlite.extended_code) {
        (_, SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_UNIQUE) => Reach::Conflict,
        (
            ErrorCode::SystemIoFailure
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::CannotOpen,
            _,
        ) => Reach::File,
        (
            ErrorCode::DiskFull
            | ErrorCode::OutOfMemory
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::OperationInterrupted
            | ErrorCode::ReadOnly,
            _,
        ) => Reach::Transaction,
        _ => Reach::Statement,
    }
}

/// The error as callers know it. SQLite's messages name tables and columns, not values.
#[expect(
    clippy::needless_pass_by_value,
    reason = "made for map_err, which hands the error over"
)]
pub(super) fn translate(error: rusqlite::Error) -> StoreError {
    match reach(&error) {
        Reach::Conflict | Reach::Statement => StoreError::Refused {
            code: error
                .sqlite_extended_error_code()
                .map_or_else(|| "-".to_owned(), |code| code.to_string()),
            message: error.to_string(),
        },
        Reach::Transaction | Reach::File => StoreError::Unavailable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::number_placeholders;

    #[test]
    fn placeholders_are_numbered_outside_quotes() {
        assert_eq!(
            number_placeholders("SELECT '$1', $2 WHERE a = $12"),
            "SELECT '$1', ?2 WHERE a = ?12"
        );
    }
}
