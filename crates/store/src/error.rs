//! What can go wrong, in terms a caller can act upon. Messages never hold parameters: those may be
//! secrets or personal data.

use std::path::PathBuf;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The answer is not what the program expects; program and schema disagree.
    #[error("column {column} {reason} in: {statement}")]
    Inconsistent {
        /// The statement as written in the program.
        statement: &'static str,
        /// Column, counted from 0.
        column: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The database refused a statement: a broken constraint or a fault in the text.
    #[error("the database refused a statement ({code}): {message}")]
    Refused {
        /// SQLSTATE, or SQLite's extended result code.
        code: String,
        /// The database's message, without its detail (which would quote values).
        message: String,
    },
    /// A text parameter holds a NUL character, which PostgreSQL can't keep.
    #[error("a text value holds a NUL character")]
    NulInText,
    /// The database can't be reached, or the disk failed. Trying later may help.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// [`crate::Db::close`] was called.
    #[error("the store is closed")]
    Closed,
    /// Another process has the SQLite file open for writing.
    #[error("{path} is in use by another warifu process (lock file {path}.lock)", path = path.display())]
    InUse {
        /// The database file.
        path: PathBuf,
    },
    /// The handle was opened for reading only.
    #[error("the database was opened for reading only")]
    ReadOnly,
    /// The configuration of the database can't be used.
    #[error("database configuration: {0}")]
    Config(String),
    /// The schema is not the one this program was built for.
    #[error("schema: {0}")]
    Schema(String),
    /// A commit with audit events came before [`crate::Db::open_vault`].
    #[error("the audit key is not loaded yet")]
    Sealed,
    /// The head of an audit chain was forged. Nothing is appended to it: that would sign the
    /// forgery. Run `warifu audit verify`.
    #[error("the audit head of chain {chain} is forged")]
    AuditForged {
        /// The chain.
        chain: String,
    },
    /// The key file does not hold the key this database was sealed with.
    #[error("the key file does not fit this database (key {key_id} is missing or different)")]
    WrongKey {
        /// The id the sealed value names; ids are not secret.
        key_id: String,
    },
    /// A sealed value does not open: it was changed, or moved here from another row.
    #[error("a sealed value of {table} is damaged or belongs to another row")]
    Unsealable {
        /// The table it was read from.
        table: &'static str,
    },
    /// The key file can't be read; names the line, never its content.
    #[error("key file, line {line}: {reason}")]
    KeyFile {
        /// Line, counted from 1; 0 for the file as a whole.
        line: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// Why a commit did not happen, or may not have.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// A guard did not find its row as it was read, or a row exists already. Nothing was changed:
    /// read again and decide again.
    #[error("the records changed meanwhile")]
    Conflict,
    /// Too many commits are waiting. Nothing was changed: answer "try later".
    #[error("too many commits are waiting")]
    Busy,
    /// The connection was lost while COMMIT was in flight. It may have happened: treat codes as
    /// used, and never repeat the commit as if new.
    #[error("it is not known whether the commit happened")]
    Indeterminate,
    /// Nothing was changed, for another reason.
    #[error(transparent)]
    Store(#[from] StoreError),
}
