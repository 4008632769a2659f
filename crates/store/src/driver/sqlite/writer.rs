//! The one thread that writes: takes the commits that wait, applies each, makes all of them durable
//! with one COMMIT, then answers. Nobody is answered "done" before that.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;

use super::connection::{Connection, Reach, reach, translate};
use super::known_heads::{KnownHead, KnownHeads};
use crate::audit::{Head, Heads, StoredHead, event_params, head_params, trusted};
use crate::commit::{AuditEvent, Commit, Write, has_conflict_clause, is_insert};
use crate::driver::{BATCH, Job, SharedAuditKey};
use crate::error::{CommitError, StoreError};

const SELECT_HEAD: &str = "SELECT seq, hash, mac FROM audit_heads WHERE chain = $1";
const INSERT_HEAD: &str = "INSERT INTO audit_heads (chain, seq, hash, mac) VALUES ($1, $2, $3, $4)";
const MOVE_HEAD: &str = "UPDATE audit_heads SET seq = $2, hash = $3, mac = $4 \
     WHERE chain = $1 AND seq = $5 AND hash = $6 AND mac = $7";
const INSERT_EVENT: &str = "INSERT INTO audit_events \
     (chain, seq, at, kind, person_id, origin, data, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// Why one commit of a batch did not go in.
enum Fault {
    /// Only this commit; the transaction holds nothing of it.
    Clean(CommitError),
    /// Only this commit, but something of it is in the transaction, which must begin again.
    Expel(CommitError),
    /// The transaction as a whole.
    Batch(rusqlite::Error),
    /// A head is not what this process last saw of it: read them all anew.
    StaleHeads,
}

pub(super) struct Writer {
    pub connection: Connection,
    pub audit_key: SharedAuditKey,
    /// Set when the disk failed; from then on nothing is acknowledged until a restart.
    pub failed: Arc<AtomicBool>,
    pub known_heads: KnownHeads,
}

impl Writer {
    /// Works until every sender of the queue is gone and the queue is empty.
    pub(super) fn run(mut self, queue: &Receiver<Job>) {
        while let Ok(first) = queue.recv() {
            let mut jobs = VecDeque::from([first]);
            jobs.extend(queue.try_iter().take(BATCH - 1));
            self.write(jobs);
        }
    }

    fn write(&mut self, mut jobs: VecDeque<Job>) {
        while !jobs.is_empty() {
            if self.failed.load(Ordering::Relaxed) {
                let failed = || StoreError::Unavailable("the disk failed; restart".to_owned());
                return answer_all(jobs, || failed().into());
            }
            match self.transaction(&jobs) {
                Ok(results) => {
                    for (job, result) in jobs.drain(..).zip(results) {
                        job.answer(result);
                    }
                }
                Err((index, Fault::Clean(error) | Fault::Expel(error))) => {
                    self.roll_back();
                    if let Some(job) = jobs.remove(index) {
                        job.answer(Err(error));
                    }
                }
                Err((_, Fault::Batch(error))) => {
                    self.roll_back();
                    return self.give_up(jobs, &error);
                }
                // What is read anew inside the transaction can't be stale.
                Err((_, Fault::StaleHeads)) => {
                    self.roll_back();
                    self.known_heads.forget_all();
                }
            }
        }
    }

    /// Applies every commit and makes them durable: their results, in order, or the index of the
    /// commit that spoilt it and why.
    fn transaction(
        &mut self,
        jobs: &VecDeque<Job>,
    ) -> Result<Vec<Result<(), CommitError>>, (usize, Fault)> {
        let batch = |error| (0, Fault::Batch(error));
        self.connection.control("BEGIN IMMEDIATE").map_err(batch)?;
        self.known_heads.make_room();
        let mut heads = Heads::default();
        let mut results = Vec::with_capacity(jobs.len());
        for (index, job) in jobs.iter().enumerate() {
            match self.apply(&job.commit, &mut heads) {
                Ok(()) => results.push(Ok(())),
                Err(Fault::Clean(error)) => results.push(Err(error)),
                Err(fault) => return Err((index, fault)),
            }
        }
        let written = self.write_heads(&heads).map_err(|fault| (0, fault))?;
        if let Err(error) = self.connection.control("COMMIT") {
            if matches!(reach(&error), Reach::File) {
                // The log may have reached the disk although the call failed.
                self.failed.store(true, Ordering::Relaxed);
                return Ok(jobs
                    .iter()
                    .map(|_| Err(CommitError::Indeterminate))
                    .collect());
            }
            return Err(batch(error));
        }
        for (chain, known) in written {
            self.known_heads.remember(chain, known);
        }
        Ok(results)
    }

    fn apply(&mut self, commit: &Commit, heads: &mut Heads) -> Result<(), Fault> {
        for event in &commit.events {
            if !heads.knows(&event.chain) {
                let head = self.head(&event.chain)?;
                heads.know(&event.chain, head);
            }
        }
        // A single guarded statement that fails has changed nothing, so there is nothing to undo.
        if commit.changes.len() + commit.inserts.len() > 1 {
            self.connection
                .control("SAVEPOINT c")
                .map_err(Fault::Batch)?;
            if let Err(fault) = self.apply_writes(commit) {
                return Err(self.undo(fault));
            }
            self.connection.control("RELEASE c").map_err(Fault::Batch)?;
        } else {
            self.apply_writes(commit)?;
        }
        for event in &commit.events {
            self.append(event, heads)?;
        }
        Ok(())
    }

    fn undo(&mut self, fault: Fault) -> Fault {
        let (Fault::Clean(error) | Fault::Expel(error)) = fault else {
            return fault;
        };
        let undone = self.connection.control("ROLLBACK TO c");
        match undone.and_then(|()| self.connection.control("RELEASE c")) {
            Ok(()) => Fault::Clean(error),
            Err(failure) => Fault::Batch(failure),
        }
    }

    fn apply_writes(&mut self, commit: &Commit) -> Result<(), Fault> {
        for write in commit.writes() {
            let changed = self.execute(write)?;
            match changed {
                _ if !write.guarded => {}
                1 => {}
                0 => return Err(Fault::Clean(CommitError::Conflict)),
                _ => return Err(Fault::Expel(CommitError::Conflict)),
            }
        }
        Ok(())
    }

    fn execute(&mut self, write: &Write) -> Result<usize, Fault> {
        let Write {
            sql,
            params,
            guarded,
        } = write;
        let changed = if *guarded && is_insert(sql) && !has_conflict_clause(sql) {
            self.connection.insert_new(sql, params)
        } else {
            self.connection.execute(sql, params)
        };
        changed.map_err(fault)
    }

    fn head(&mut self, chain: &str) -> Result<Head, Fault> {
        if let Some(known) = self.known_heads.get(chain) {
            return Ok(known.head);
        }
        let clean = |error: StoreError| Fault::Clean(error.into());
        let rows = self
            .connection
            .query(SELECT_HEAD, &[chain.into()])
            .map_err(clean)?;
        let Some(row) = rows.first() else {
            return Ok(Head::genesis(chain));
        };
        let key = self
            .audit_key
            .get()
            .ok_or(StoreError::Sealed)
            .map_err(clean)?;
        let read = || {
            let stored = StoredHead {
                seq: row.int(0)?,
                hash: row.blob(1)?,
                mac: row.blob(2)?,
            };
            let head = trusted(key, chain, &stored)?;
            let mac = key.mac(chain, &head)?;
            Ok(KnownHead { head, mac })
        };
        let known = read().map_err(clean)?;
        self.known_heads.remember(chain, known);
        Ok(known.head)
    }

    /// Links one event and writes it. A number that is taken means that the log was tampered with.
    fn append(&mut self, event: &AuditEvent, heads: &mut Heads) -> Result<(), Fault> {
        let forged = || {
            let chain = event.chain.clone();
            Fault::Expel(StoreError::AuditForged { chain }.into())
        };
        let head = heads.append(event).ok_or_else(forged)?;
        let params = event_params(event, &head);
        match self.connection.execute(INSERT_EVENT, &params) {
            Ok(_) => Ok(()),
            Err(error) if matches!(reach(&error), Reach::Conflict) => Err(forged()),
            Err(error) => Err(Fault::Batch(error)),
        }
    }

    /// Moves the heads on, and gives them as they are in the database once COMMIT succeeds.
    fn write_heads<'a>(&mut self, heads: &'a Heads) -> Result<Vec<(&'a str, KnownHead)>, Fault> {
        let sealed = |error: StoreError| Fault::Clean(error.into());
        let mut written = Vec::new();
        for (chain, moved) in heads.moved() {
            let key = self.audit_key.get().ok_or(StoreError::Sealed);
            let mac = key.and_then(|key| key.mac(chain, &moved.now));
            let now = KnownHead {
                head: moved.now,
                mac: mac.map_err(sealed)?,
            };
            let mut params = head_params(chain, &now.head, &now.mac);
            let sql = match self.known_heads.get(chain) {
                None => INSERT_HEAD,
                Some(before) => {
                    params.push(before.head.seq.into());
                    params.push(before.head.hash.to_vec().into());
                    params.push(before.mac.to_vec().into());
                    MOVE_HEAD
                }
            };
            match self.connection.execute(sql, &params) {
                Ok(1) => written.push((chain, now)),
                Ok(_) => return Err(Fault::StaleHeads),
                Err(error) => return Err(Fault::Batch(error)),
            }
        }
        Ok(written)
    }

    fn roll_back(&mut self) {
        // After some failures SQLite has rolled back by itself.
        if self.connection.in_transaction()
            && let Err(error) = self.connection.control("ROLLBACK")
        {
            tracing::error!(%error, "could not roll back");
            self.failed.store(true, Ordering::Relaxed);
        }
    }

    fn give_up(&mut self, jobs: VecDeque<Job>, error: &rusqlite::Error) {
        if matches!(reach(error), Reach::File) {
            self.failed.store(true, Ordering::Relaxed);
        }
        tracing::error!(%error, commits = jobs.len(), "a transaction failed");
        answer_all(jobs, || StoreError::Unavailable(error.to_string()).into());
    }
}

fn answer_all(jobs: VecDeque<Job>, error: impl Fn() -> CommitError) {
    for job in jobs {
        job.answer(Err(error()));
    }
}

fn fault(error: rusqlite::Error) -> Fault {
    match reach(&error) {
        Reach::Conflict => Fault::Clean(CommitError::Conflict),
        Reach::Statement => Fault::Clean(translate(error).into()),
        Reach::Transaction | Reach::File => Fault::Batch(error),
    }
}
