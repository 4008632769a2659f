//! A sender: one connection that carries out commits, as many as wait in one transaction.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Receiver;

use super::connection::{Connection, Connector, Role};
use super::plan::Texts;
use super::transaction::{self, Failure};
use crate::commit::Commit;
use crate::driver::{BATCH, Job, SharedAuditKey};
use crate::error::{CommitError, StoreError};

/// How often the same commits are tried again after a deadlock or a lost connection.
const TRIES: u32 = 8;
/// Pause before a new connection, times the number of tries.
const PAUSE: Duration = Duration::from_millis(50);

pub(super) struct Sender {
    connector: Arc<Connector>,
    audit_key: SharedAuditKey,
    connection: Option<Connection>,
    texts: Texts,
}

impl Sender {
    pub(super) fn new(
        connector: Arc<Connector>,
        audit_key: SharedAuditKey,
        connection: Connection,
    ) -> Self {
        Self {
            connector,
            audit_key,
            connection: Some(connection),
            texts: Texts::default(),
        }
    }

    /// Works until every sender of the queue is gone and the queue is empty.
    pub(super) async fn run(mut self, mut queue: Receiver<Job>) {
        let mut jobs = Vec::with_capacity(BATCH);
        while queue.recv_many(&mut jobs, BATCH).await > 0 {
            self.carry_out(std::mem::take(&mut jobs)).await;
        }
    }

    async fn carry_out(&mut self, jobs: Vec<Job>) {
        let mut tries = 0;
        let mut waiting = vec![jobs];
        while let Some(mut jobs) = waiting.pop() {
            if jobs.is_empty() {
                continue;
            }
            match self.attempt(&jobs).await {
                Ok(()) => {
                    tries = 0;
                    answer_all(jobs, || Ok(()));
                }
                Err(Failure::Spoilt(spoilt)) => waiting.push(answer_spoilt(jobs, spoilt)),
                Err(Failure::SomeOne(error)) if jobs.len() > 1 => {
                    // Whose it is shows by halving: eight more transactions at most.
                    tracing::debug!(%error, commits = jobs.len(), "halving a batch");
                    let rest = jobs.split_off(jobs.len() / 2);
                    waiting.extend([rest, jobs]);
                }
                Err(Failure::SomeOne(error)) => answer_spoilt_one(jobs, error),
                Err(Failure::All(error)) => give_up(jobs, &error.to_string()),
                Err(Failure::Indeterminate) => {
                    answer_all(jobs, || Err(CommitError::Indeterminate));
                }
                Err(Failure::Again | Failure::Lost) if tries < TRIES => {
                    tries += 1;
                    waiting.push(jobs);
                    if self.connection.is_none() {
                        tokio::time::sleep(PAUSE * tries).await;
                    }
                }
                Err(Failure::Again) => self.tampered_or_busy(jobs, &mut waiting, &mut tries),
                Err(Failure::Lost) => give_up(jobs, "the connection was lost"),
            }
        }
    }

    /// What kept failing as a batch is tried commit by commit; what fails alone is given up.
    fn tampered_or_busy(&self, jobs: Vec<Job>, waiting: &mut Vec<Vec<Job>>, tries: &mut u32) {
        *tries = 0;
        if jobs.len() > 1 {
            waiting.extend(jobs.into_iter().map(|job| vec![job]));
        } else {
            give_up(
                jobs,
                "it kept colliding with other commits, or the audit log was tampered with",
            );
        }
    }

    /// One transaction; whatever fails leaves nothing open.
    async fn attempt(&mut self, jobs: &[Job]) -> Result<(), Failure> {
        let mut connection = match self.connection.take() {
            Some(connection) if !connection.client.is_closed() => connection,
            _ => match self.connector.connect(Role::Sender).await {
                Ok(connection) => connection,
                Err(error) => {
                    tracing::warn!(%error, "no connection to PostgreSQL");
                    return Err(Failure::Lost);
                }
            },
        };
        let commits: Vec<&Commit> = jobs.iter().map(|job| &job.commit).collect();
        let key = self.audit_key.get();
        let result = transaction::run(&mut connection, &mut self.texts, key, &commits).await;
        let usable = match &result {
            Ok(()) => true,
            Err(Failure::Lost | Failure::Indeterminate) => false,
            Err(_) => connection.client.batch_execute("ROLLBACK").await.is_ok(),
        };
        if usable {
            self.connection = Some(connection);
        }
        result
    }
}

fn answer_all(jobs: Vec<Job>, result: impl Fn() -> Result<(), CommitError>) {
    for job in jobs {
        job.answer(result());
    }
}

fn give_up(jobs: Vec<Job>, reason: &str) {
    tracing::error!(reason, commits = jobs.len(), "commits were given up");
    answer_all(jobs, || {
        Err(StoreError::Unavailable(reason.to_owned()).into())
    });
}

/// Answers the spoilt commits (sorted by index) and gives back the others.
fn answer_spoilt(jobs: Vec<Job>, spoilt: Vec<(usize, CommitError)>) -> Vec<Job> {
    let mut spoilt = spoilt.into_iter().peekable();
    let mut rest = Vec::with_capacity(jobs.len());
    for (index, job) in jobs.into_iter().enumerate() {
        match spoilt.next_if(|(at, _)| *at == index) {
            Some((_, error)) => job.answer(Err(error)),
            None => rest.push(job),
        }
    }
    rest
}

fn answer_spoilt_one(jobs: Vec<Job>, error: CommitError) {
    if let Some(job) = jobs.into_iter().next() {
        job.answer(Err(error));
    }
}
