//! The handle on a database: reads, commits, schema, vault. The same on both databases.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use crate::audit::{self, AuditKey, AuditReport};
use crate::commit::{Commit, check_texts};
use crate::driver::{Driver, postgres::Postgres, sqlite::Sqlite};
use crate::error::{CommitError, StoreError};
use crate::migrate;
use crate::seal::{InnerKeys, KeyRing, Vault};
use crate::value::{Row, Value};

/// Which database, and how.
#[derive(Clone, Debug)]
pub enum DbConfig {
    /// A file on this machine, for one server process.
    Sqlite {
        /// The database file; its directory must exist and be writable.
        path: PathBuf,
        /// Whether this process writes.
        mode: SqliteMode,
    },
    /// A PostgreSQL server, for any number of server processes.
    Postgres {
        /// `postgres://…` or `host=… user=…`; a Unix socket by its directory.
        url: String,
        /// Connections for lists, opened when needed; reads by key share one more. At least 1.
        readers: usize,
        /// Connections that commit; 2 is a good number. At least 1.
        senders: usize,
        /// Encryption of the connection.
        tls: Tls,
    },
}

/// Whether a process writes to a SQLite file. Only one process may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqliteMode {
    /// The server: takes the lock file beside the database.
    ReadWrite,
    /// A command that only looks, beside a running server.
    ReadOnly,
}

/// Encryption of the connection to PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tls {
    /// None: a Unix socket or a private network.
    Off,
    /// TLS, refused if the server does not offer it or its certificate does not chain to the file.
    Require {
        /// Trusted certificates, PEM.
        ca_file: PathBuf,
    },
}

/// A database. Cheap to clone; all clones share the same connections.
///
/// The order of use: [`open`](Db::open), then [`migrate`](Db::migrate) (the command) or
/// [`check_schema`](Db::check_schema) (a server), then [`open_vault`](Db::open_vault); from then on
/// audited commits are possible.
#[derive(Clone)]
pub struct Db {
    driver: Arc<Driver>,
    audit_key: Arc<OnceLock<AuditKey>>,
}

impl Db {
    /// Opens the database. Runs on a tokio runtime, which the connections stay bound to.
    pub async fn open(config: &DbConfig) -> Result<Self, StoreError> {
        let audit_key = Arc::new(OnceLock::new());
        let driver = match config {
            DbConfig::Sqlite { path, mode } => {
                let sqlite = Sqlite::open(path, *mode, Arc::clone(&audit_key))?;
                Driver::Sqlite(Arc::new(sqlite))
            }
            DbConfig::Postgres {
                url,
                readers,
                senders,
                tls,
            } => {
                let key = Arc::clone(&audit_key);
                Driver::Postgres(Postgres::open(url, *readers, *senders, tls, key).await?)
            }
        };
        Ok(Self {
            driver: Arc::new(driver),
            audit_key,
        })
    }

    /// Applies the migrations that are missing, all in one transaction, and names them. Safe for two
    /// processes at once.
    ///
    /// # Errors
    /// [`StoreError::Schema`] if a migration already applied has another content.
    pub async fn migrate(&self) -> Result<Vec<String>, StoreError> {
        match self.driver.as_ref() {
            Driver::Sqlite(sqlite) => sqlite.migrate().await,
            Driver::Postgres(postgres) => postgres.migrate().await,
        }
    }

    /// Checks that the schema is exactly this program's.
    pub async fn check_schema(&self) -> Result<(), StoreError> {
        let rows = self.read(migrate::READ_RECORDS, &[]).await;
        let rows = rows.map_err(|error| match error {
            StoreError::Refused { .. } => {
                StoreError::Schema("the database is empty: run `warifu migrate`".to_owned())
            }
            other => other,
        })?;
        let missing = migrate::pending(&migrate::records(&rows)?)?;
        match missing.first() {
            None => Ok(()),
            Some(first) => Err(StoreError::Schema(format!(
                "the database is older than this program (lacks {}): run `warifu migrate`",
                first.name
            ))),
        }
    }

    /// Runs any SELECT. For lists; a row by its key is [`read_point`](Db::read_point).
    pub async fn read(&self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        check_texts(params)?;
        match self.driver.as_ref() {
            Driver::Sqlite(sqlite) => sqlite.read(sql, params.to_vec()).await,
            Driver::Postgres(postgres) => postgres.read(sql, params).await,
        }
    }

    /// Runs a SELECT by key: at most one row, no `ORDER BY`, `LIMIT` or aggregate. On PostgreSQL,
    /// point reads with the same text that wait at the same moment share one round trip.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] if there is more than one row.
    pub async fn read_point(
        &self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        check_texts(&params)?;
        match self.driver.as_ref() {
            Driver::Sqlite(sqlite) => sqlite.read_point(sql, &params).await,
            Driver::Postgres(postgres) => postgres.read_point(sql, params).await,
        }
    }

    /// Carries out `commit`: all of it, durably, or nothing. See [`Commit`] for the law.
    pub async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        commit.check()?;
        if !commit.events.is_empty() && self.audit_key.get().is_none() {
            return Err(StoreError::Sealed.into());
        }
        match self.driver.as_ref() {
            Driver::Sqlite(sqlite) => sqlite.commit(commit).await,
            Driver::Postgres(postgres) => postgres.commit(commit).await,
        }
    }

    /// Loads the institution's inner keys, or makes them at the first start (two servers starting at
    /// once end with the same ones), and from then on lets audited commits through.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] if the database was sealed with a key the ring does not hold.
    pub async fn open_vault(&self, ring: KeyRing) -> Result<Vault, StoreError> {
        if self.inner_key(&ring, PEPPER).await?.is_none() {
            let mut commit = Commit::housekeeping();
            for name in [PEPPER, OTP_MAC, AUDIT_MAC] {
                let sealed = ring.seal(META, name, ring.fresh_key().as_slice())?;
                commit.guarded(INSERT_META, vec![name.into(), sealed.into()]);
            }
            match self.commit(commit).await {
                // A conflict: another server made them first.
                Ok(()) | Err(CommitError::Conflict | CommitError::Indeterminate) => {}
                Err(CommitError::Store(error)) => return Err(error),
                Err(CommitError::Busy) => {
                    return Err(StoreError::Unavailable("too busy to start".to_owned()));
                }
            }
        }
        let inner = InnerKeys {
            pepper: self.required_inner_key(&ring, PEPPER).await?,
            otp_mac: self.required_inner_key(&ring, OTP_MAC).await?,
            audit_mac: self.required_inner_key(&ring, AUDIT_MAC).await?,
        };
        let _ = self.audit_key.set(AuditKey::new(&inner.audit_mac));
        Ok(Vault { ring, inner })
    }

    /// Verifies every audit chain, reading in pages. `progress` is told how many events were read.
    /// Faults are in the report, not errors.
    pub async fn verify_audit(
        &self,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<AuditReport, StoreError> {
        let key = self.audit_key.get().ok_or(StoreError::Sealed)?;
        audit::verify(self, key, progress).await
    }

    /// Whether the database answers and still accepts commits.
    pub async fn ping(&self) -> Result<(), StoreError> {
        match self.driver.as_ref() {
            Driver::Sqlite(sqlite) => sqlite.ping(),
            Driver::Postgres(postgres) => postgres.ping().await,
        }
    }

    /// Carries out the commits that wait, then closes. Later calls get [`StoreError::Closed`].
    pub async fn close(&self) {
        match self.driver.as_ref() {
            Driver::Sqlite(sqlite) => sqlite.close().await,
            Driver::Postgres(postgres) => postgres.close().await,
        }
    }

    async fn required_inner_key(
        &self,
        ring: &KeyRing,
        name: &'static str,
    ) -> Result<zeroize::Zeroizing<[u8; 32]>, StoreError> {
        self.inner_key(ring, name).await?.ok_or_else(|| {
            StoreError::Schema(format!(
                "the inner key {name} is missing from the table meta"
            ))
        })
    }

    async fn inner_key(
        &self,
        ring: &KeyRing,
        name: &'static str,
    ) -> Result<Option<zeroize::Zeroizing<[u8; 32]>>, StoreError> {
        let Some(row) = self.read_point(SELECT_META, vec![name.into()]).await? else {
            return Ok(None);
        };
        let sealed = row.blob(0)?;
        let plain = ring.open(META, name, sealed).map_err(|error| match error {
            // The same key id over other bytes looks like damage; at the start it is the key file.
            StoreError::Unsealable { .. } => StoreError::WrongKey {
                key_id: KeyRing::key_id(sealed).unwrap_or_default().to_owned(),
            },
            other => other,
        })?;
        let key = <[u8; 32]>::try_from(plain.as_slice())
            .map_err(|_| row.inconsistent(0, "is not a key of 32 bytes"))?;
        Ok(Some(zeroize::Zeroizing::new(key)))
    }
}

const META: &str = "meta";
const PEPPER: &str = "pepper";
const OTP_MAC: &str = "otp_mac";
const AUDIT_MAC: &str = "audit_mac";
const SELECT_META: &str = "SELECT value FROM meta WHERE key = $1";
const INSERT_META: &str = "INSERT INTO meta (key, value) VALUES ($1, $2)";
