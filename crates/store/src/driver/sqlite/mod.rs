//! SQLite: one file, one writing process, one writing thread; readers beside it (WAL).

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::{Job, QUEUE, SharedAuditKey, answer};
use crate::commit::Commit;
use crate::db::SqliteMode;
use crate::error::{CommitError, StoreError};
use crate::migrate;
use crate::value::{Row, Value};
use connection::{Connection, Purpose, translate};
use known_heads::KnownHeads;
use writer::Writer;

mod connection;
mod known_heads;
mod writer;

/// Idle reader connections kept; more are opened while more are needed.
const IDLE_READERS: usize = 16;

pub(crate) struct Sqlite {
    path: PathBuf,
    readers: Mutex<Vec<Connection>>,
    open: AtomicBool,
    /// `None` when opened for reading only.
    writing: Option<Writing>,
}

struct Writing {
    queue: Mutex<Option<SyncSender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    failed: Arc<AtomicBool>,
    /// Held while open: the operating system frees it when the process ends, however it ends.
    lock: File,
}

impl Sqlite {
    pub(crate) fn open(
        path: &Path,
        mode: SqliteMode,
        audit_key: SharedAuditKey,
    ) -> Result<Self, StoreError> {
        let writing = match mode {
            SqliteMode::ReadWrite => Some(Writing::start(path, audit_key)?),
            SqliteMode::ReadOnly => None,
        };
        let reader = Connection::open(path, Purpose::Read).map_err(translate)?;
        Ok(Self {
            path: path.to_owned(),
            readers: Mutex::new(vec![reader]),
            open: AtomicBool::new(true),
            writing,
        })
    }

    /// Lists may take long, so they leave the runtime's threads.
    pub(crate) async fn read(
        self: &Arc<Self>,
        sql: &'static str,
        params: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let this = Arc::clone(self);
        tokio::task::spawn_blocking(move || this.query(sql, &params))
            .await
            .map_err(|error| StoreError::Unavailable(error.to_string()))?
    }

    /// A row by its key takes microseconds: less than the way to another thread. It counts against
    /// the task's budget, so that a loop of reads can't starve the runtime.
    pub(crate) async fn read_point(
        &self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        tokio::task::coop::consume_budget().await;
        let mut rows = self.query(sql, params)?;
        let row = rows.pop();
        match &row {
            Some(row) if !rows.is_empty() => Err(row.inconsistent(0, "is there more than once")),
            _ => Ok(row),
        }
    }

    fn query(&self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        if !self.open.load(Ordering::Acquire) {
            return Err(StoreError::Closed);
        }
        let idle = locked(&self.readers).pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => Connection::open(&self.path, Purpose::Read).map_err(translate)?,
        };
        let rows = connection.query(sql, params);
        let mut readers = locked(&self.readers);
        if readers.len() < IDLE_READERS && self.open.load(Ordering::Acquire) {
            readers.push(connection);
        }
        rows
    }

    pub(crate) async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        let writing = self.writing.as_ref().ok_or(StoreError::ReadOnly)?;
        let (job, answered) = Job::new(commit);
        writing.submit(job)?;
        answer(answered).await
    }

    pub(crate) async fn migrate(&self) -> Result<Vec<String>, StoreError> {
        if self.writing.is_none() {
            return Err(StoreError::ReadOnly);
        }
        let path = self.path.clone();
        tokio::task::spawn_blocking(move || migrate_file(&path))
            .await
            .map_err(|error| StoreError::Unavailable(error.to_string()))?
    }

    pub(crate) fn ping(&self) -> Result<(), StoreError> {
        let failed = |writing: &Writing| writing.failed.load(Ordering::Relaxed);
        if self.writing.as_ref().is_some_and(failed) {
            return Err(StoreError::Unavailable(
                "the disk failed; restart".to_owned(),
            ));
        }
        self.query("SELECT 1", &[]).map(|_| ())
    }

    pub(crate) async fn close(&self) {
        if let Some(writing) = &self.writing {
            drop(locked(&writing.queue).take());
            let thread = locked(&writing.thread).take();
            if let Some(thread) = thread {
                // The thread drains the queue and ends; if it panicked there is nothing to drain.
                let _ = tokio::task::spawn_blocking(move || thread.join()).await;
            }
        }
        self.open.store(false, Ordering::Release);
        locked(&self.readers).clear();
        if let Some(writing) = &self.writing {
            let _ = writing.lock.unlock();
        }
    }
}

impl Writing {
    fn start(path: &Path, audit_key: SharedAuditKey) -> Result<Self, StoreError> {
        let lock = lock_file(path)?;
        let failed = Arc::new(AtomicBool::new(false));
        let writer = Writer {
            connection: Connection::open(path, Purpose::Write).map_err(translate)?,
            audit_key,
            failed: Arc::clone(&failed),
            known_heads: KnownHeads::default(),
        };
        let (queue, waiting) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || writer.run(&waiting))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self {
            queue: Mutex::new(Some(queue)),
            thread: Mutex::new(Some(thread)),
            failed,
            lock,
        })
    }

    fn submit(&self, job: Job) -> Result<(), CommitError> {
        match locked(&self.queue).as_ref() {
            None => Err(StoreError::Closed.into()),
            Some(queue) => queue.try_send(job).map_err(|error| match error {
                TrySendError::Full(_) => CommitError::Busy,
                TrySendError::Disconnected(_) => {
                    StoreError::Unavailable("the writer has stopped; restart".to_owned()).into()
                }
            }),
        }
    }
}

/// A poisoned mutex guards nothing half-done here: each holder makes one move.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the lock file beside the database. Locking the database itself would interfere with
/// SQLite's own locks.
fn lock_file(path: &Path) -> Result<File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let unavailable =
        |error: std::io::Error| StoreError::Unavailable(format!("{}: {error}", path.display()));
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(unavailable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(unavailable(error)),
    }
}

/// Works on a connection of its own; the writer waits for it, as for any other process.
fn migrate_file(path: &Path) -> Result<Vec<String>, StoreError> {
    let mut connection = Connection::open(path, Purpose::Write).map_err(translate)?;
    connection
        .batch(migrate::CREATE_RECORDS)
        .map_err(translate)?;
    connection.batch("BEGIN IMMEDIATE").map_err(translate)?;
    let rows = connection.query(migrate::READ_RECORDS, &[])?;
    let mut applied = Vec::new();
    for migration in migrate::pending(&migrate::records(&rows)?)? {
        connection.batch(&migration.sqlite()).map_err(translate)?;
        let record = [migration.name.into(), migration.sha256().into()];
        connection
            .execute(migrate::INSERT_RECORD, &record)
            .map_err(translate)?;
        applied.push(migration.name.to_owned());
    }
    connection.batch("COMMIT").map_err(translate)?;
    Ok(applied)
}
