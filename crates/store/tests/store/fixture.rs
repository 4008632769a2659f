//! A fresh database of either kind, with one extra table to play with.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use warifu_store::{
    AuditEvent, Commit, CommitError, Db, DbConfig, Fill, KeyRing, SqliteMode, Tls, Value, Vault,
};

use crate::cluster::{self, Syncing};

pub const KEY: &str = "k1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

const THINGS: &str = "CREATE TABLE things (id TEXT PRIMARY KEY, owner TEXT, amount BIGINT NOT NULL \
     CHECK (amount >= 0), content BYTEA, note TEXT, rank BIGINT, version BIGINT NOT NULL); \
     CREATE TABLE parts (id TEXT PRIMARY KEY, thing_id TEXT NOT NULL REFERENCES things (id))";

pub const INSERT: &str = "INSERT INTO things (id, amount, version) VALUES ($1, $2, 0)";
pub const INSERT_PART: &str = "INSERT INTO parts (id, thing_id) VALUES ($1, $2)";
pub const UPDATE: &str =
    "UPDATE things SET amount = $1, version = version + 1 WHERE id = $2 AND version = $3";
pub const AMOUNT: &str = "SELECT amount FROM things WHERE id = $1";

/// One database for one test.
pub struct Fixture {
    pub db: Db,
    pub config: DbConfig,
    directory: Option<PathBuf>,
}

impl Drop for Fixture {
    fn drop(&mut self) {
        if let Some(directory) = &self.directory {
            let _ = std::fs::remove_dir_all(directory);
        }
    }
}

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Fixture {
    pub async fn sqlite() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("warifu-store-{}-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).unwrap();
        let config = DbConfig::Sqlite {
            path: directory.join("warifu.db"),
            mode: SqliteMode::ReadWrite,
        };
        Self::with(config, Some(directory)).await
    }

    pub async fn postgres() -> Self {
        let url = cluster::fresh_database(Syncing::Off).await.unwrap();
        let config = DbConfig::Postgres {
            url,
            readers: 2,
            senders: 2,
            tls: Tls::Off,
        };
        Self::with(config, None).await
    }

    async fn with(config: DbConfig, directory: Option<PathBuf>) -> Self {
        let db = Db::open(&config).await.unwrap();
        db.migrate().await.unwrap();
        db.check_schema().await.unwrap();
        let fixture = Self {
            db,
            config,
            directory,
        };
        fixture.attack(THINGS).await;
        fixture
    }

    /// The fixture with its vault open, so that audited commits are possible.
    pub async fn open_vault(&self) -> Vault {
        self.db.open_vault(ring(KEY, 1)).await.unwrap()
    }

    /// Runs statements past the store, as someone with access to the database could.
    pub async fn attack(&self, sql: &str) {
        match &self.config {
            DbConfig::Sqlite { path, .. } => {
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.execute_batch(sql).unwrap();
            }
            DbConfig::Postgres { url, .. } => cluster::execute(url, sql).await.unwrap(),
        }
    }

    pub async fn insert(&self, id: &str, amount: i64) {
        let mut commit = Commit::housekeeping();
        commit.guarded(INSERT, vec![id.into(), amount.into()]);
        self.db.commit(commit).await.unwrap();
    }

    pub async fn amount(&self, id: &str) -> Option<i64> {
        let row = self.db.read_point(AMOUNT, vec![id.into()]).await.unwrap();
        row.map(|row| row.int(0).unwrap())
    }

    /// Carries out the commits at the same moment and gives their results in order.
    pub async fn all_at_once(&self, commits: Vec<Commit>) -> Vec<Result<(), CommitError>> {
        let start = |commit| {
            let db = self.db.clone();
            tokio::spawn(async move { db.commit(commit).await })
        };
        let tasks: Vec<_> = commits.into_iter().map(start).collect();
        let mut results = Vec::new();
        for task in tasks {
            results.push(task.await.unwrap());
        }
        results
    }
}

/// A key ring whose "randomness" is one byte repeated.
pub fn ring(key_file: &str, byte: u8) -> KeyRing {
    let fill: Fill = Arc::new(move |bytes: &mut [u8]| bytes.fill(byte));
    KeyRing::from_key_file(key_file, fill).unwrap()
}

pub fn event(chain: &str, number: i64) -> AuditEvent {
    AuditEvent {
        chain: chain.to_owned(),
        at_micros: number,
        kind: "tested",
        person_id: (number % 2 == 0).then(|| format!("person-{number}")),
        origin: "test".to_owned(),
        data: format!("{{\"number\":{number}}}"),
    }
}

pub fn update(id: &str, version: i64, amount: i64) -> Vec<Value> {
    vec![amount.into(), id.into(), version.into()]
}

pub fn is_conflict(result: &Result<(), CommitError>) -> bool {
    matches!(result, Err(CommitError::Conflict))
}

/// Someone else's lock on a row (PostgreSQL) or on the whole file (SQLite).
pub enum Lock {
    Sqlite(rusqlite::Connection),
    Postgres(tokio_postgres::Client),
}

impl Lock {
    pub async fn take(fixture: &Fixture, id: &str) -> Self {
        match &fixture.config {
            DbConfig::Sqlite { path, .. } => {
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.execute_batch("BEGIN IMMEDIATE").unwrap();
                Self::Sqlite(connection)
            }
            DbConfig::Postgres { url, .. } => {
                let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
                    .await
                    .unwrap();
                tokio::spawn(connection);
                let lock = format!("BEGIN; SELECT 1 FROM things WHERE id = '{id}' FOR UPDATE");
                client.batch_execute(&lock).await.unwrap();
                Self::Postgres(client)
            }
        }
    }

    pub async fn release(self) {
        match self {
            Self::Sqlite(connection) => connection.execute_batch("ROLLBACK").unwrap(),
            Self::Postgres(client) => client.batch_execute("ROLLBACK").await.unwrap(),
        }
    }
}
