//! PostgreSQL: a few senders that carry out commits, one reader by key, a few for lists, for any
//! number of processes.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{Job, QUEUE, SharedAuditKey, answer};
use crate::commit::Commit;
use crate::db::Tls;
use crate::error::{CommitError, StoreError};
use crate::migrate;
use crate::value::{Row, Value};
use connection::{Connection, Connector, Role, row, translate};
use reader::{Lists, Point, PointReader};
use sender::Sender;

mod connection;
mod derive;
mod plan;
mod reader;
mod sender;
mod tls;
mod transaction;

/// Any number, the same in every process: who holds this advisory lock migrates.
const MIGRATION_LOCK: &str = "SELECT pg_advisory_xact_lock(8141000)";

pub(crate) struct Postgres {
    connector: Arc<Connector>,
    lists: Lists,
    /// Empty when closed.
    queues: Mutex<Queues>,
}

#[derive(Default)]
struct Queues {
    commits: Vec<mpsc::Sender<Job>>,
    /// One connection: point reads that meet on it share a statement, on two they would share less.
    points: Option<mpsc::Sender<Point>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Postgres {
    pub(crate) async fn open(
        url: &str,
        readers: usize,
        senders: usize,
        tls: &Tls,
        audit_key: SharedAuditKey,
    ) -> Result<Self, StoreError> {
        if readers == 0 || senders == 0 {
            let reason = "at least one reader and one sender are needed";
            return Err(StoreError::Config(reason.to_owned()));
        }
        let connector = Arc::new(Connector::new(url, tls)?);
        let mut queues = Queues::default();
        for _ in 0..senders {
            let connection = connector.connect(Role::Sender).await?;
            let sender = Sender::new(Arc::clone(&connector), Arc::clone(&audit_key), connection);
            let (queue, waiting) = mpsc::channel(QUEUE);
            queues.tasks.push(tokio::spawn(sender.run(waiting)));
            queues.commits.push(queue);
        }
        let connection = connector.connect(Role::PointReader).await?;
        let reader = PointReader::new(Arc::clone(&connector), connection);
        let (queue, waiting) = mpsc::channel(QUEUE);
        queues.tasks.push(tokio::spawn(reader.run(waiting)));
        queues.points = Some(queue);
        Ok(Self {
            lists: Lists::new(Arc::clone(&connector), readers),
            connector,
            queues: Mutex::new(queues),
        })
    }

    pub(crate) async fn read(
        &self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        self.lists.read(sql, params).await
    }

    pub(crate) async fn read_point(
        &self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        let queue = self.queues().points.clone().ok_or(StoreError::Closed)?;
        let (answer, answered) = oneshot::channel();
        let point = Point {
            sql,
            params,
            answer,
        };
        queue.send(point).await.map_err(|_| StoreError::Closed)?;
        answered
            .await
            .map_err(|_| StoreError::Unavailable("the reader has stopped".to_owned()))?
    }

    pub(crate) async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        let queue = pick(&self.queues().commits, route(&commit)).ok_or(StoreError::Closed)?;
        let (job, answered) = Job::new(commit);
        queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => CommitError::Busy,
            TrySendError::Closed(_) => {
                StoreError::Unavailable("the sender has stopped; restart".to_owned()).into()
            }
        })?;
        // An open queue keeps its sender at work: let go of it before waiting.
        drop(queue);
        answer(answered).await
    }

    pub(crate) async fn migrate(&self) -> Result<Vec<String>, StoreError> {
        let mut connection = self.connector.connect(Role::Migration).await?;
        migrate_database(&mut connection).await
    }

    pub(crate) async fn ping(&self) -> Result<(), StoreError> {
        let queues = self.queues().commits.clone();
        if queues.is_empty() {
            return Err(StoreError::Closed);
        }
        if queues.iter().any(mpsc::Sender::is_closed) {
            return Err(StoreError::Unavailable(
                "a sender has stopped; restart".to_owned(),
            ));
        }
        self.lists.read("SELECT 1", &[]).await.map(|_| ())
    }

    pub(crate) async fn close(&self) {
        let Queues {
            commits,
            points,
            tasks,
        } = std::mem::take(&mut *self.queues());
        drop((commits, points));
        for task in tasks {
            // The task drains its queue and ends; if it panicked there is nothing to drain.
            let _ = task.await;
        }
        self.lists.close();
    }

    fn queues(&self) -> MutexGuard<'_, Queues> {
        // A poisoned mutex guards nothing half-done here: each holder makes one move.
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn pick(queues: &[mpsc::Sender<Job>], turn: usize) -> Option<mpsc::Sender<Job>> {
    queues.get(turn.checked_rem(queues.len())?).cloned()
}

/// Commits on the same records go to the same sender: by their audit chain, else by the first
/// parameter that is text (an id).
fn route(commit: &Commit) -> usize {
    let id = |value: &'_ Value| match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    let first_id = || commit.writes().flat_map(|write| &write.params).find_map(id);
    let chain = commit.events.first().map(|event| event.chain.clone());
    let mut hasher = DefaultHasher::new();
    chain.or_else(first_id).hash(&mut hasher);
    usize::try_from(hasher.finish() >> 33).unwrap_or(0)
}

async fn migrate_database(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let refused = |error: tokio_postgres::Error| translate(&error);
    let client = &connection.client;
    client.batch_execute("BEGIN").await.map_err(refused)?;
    client
        .batch_execute(MIGRATION_LOCK)
        .await
        .map_err(refused)?;
    client
        .batch_execute(migrate::CREATE_RECORDS)
        .await
        .map_err(refused)?;
    let rows = connection
        .query(migrate::READ_RECORDS, &[])
        .await
        .map_err(refused)?;
    let rows: Vec<Row> = rows
        .iter()
        .map(|given| row(migrate::READ_RECORDS, given, 0))
        .collect::<Result<_, _>>()?;
    let mut applied = Vec::new();
    for migration in migrate::pending(&migrate::records(&rows)?)? {
        connection
            .client
            .batch_execute(migration.sql)
            .await
            .map_err(refused)?;
        let record = [migration.name.into(), migration.sha256().into()];
        connection
            .query(migrate::INSERT_RECORD, &record)
            .await
            .map_err(refused)?;
        applied.push(migration.name.to_owned());
    }
    connection
        .client
        .batch_execute("COMMIT")
        .await
        .map_err(refused)?;
    Ok(applied)
}
