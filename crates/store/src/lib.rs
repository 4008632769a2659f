//! The store: reads, and commits that are durable and atomic, on SQLite or PostgreSQL.
//!
//! One SQL text serves both databases (placeholders `$1…`, ids as text, times as `BIGINT`
//! microseconds, flags 0/1, `BYTEA`). Commits that wait at the same moment share one durable
//! transaction. Here live the drivers, the migrations, the audit chain, the sealing of secrets and
//! the statements ([`tables`]); no rule of the business does.

pub mod audit;
mod commit;
mod db;
mod driver;
mod error;
mod migrate;
pub mod seal;
pub mod tables;
mod value;

pub use audit::{AuditFault, AuditReport};
pub use commit::{AuditEvent, Commit};
pub use db::{Db, DbConfig, SqliteMode, Tls};
pub use error::{CommitError, StoreError};
pub use seal::{Fill, KeyRing, Vault};
pub use value::{Column, Kind, Row, Value};
