//! The two drivers. Each keeps the law of [`crate::Commit`] in its own way; everything that differs
//! between the databases is here, with its reason.

use std::sync::{Arc, OnceLock};

use tokio::sync::oneshot;

use crate::audit::AuditKey;
use crate::commit::Commit;
use crate::error::CommitError;

pub(crate) mod postgres;
pub(crate) mod sqlite;

/// Commits that may wait for one writer; beyond that the answer is [`CommitError::Busy`].
const QUEUE: usize = 4096;
/// Commits that share one transaction at most.
const BATCH: usize = 256;

/// The audit key, once the vault is open.
pub(crate) type SharedAuditKey = Arc<OnceLock<AuditKey>>;

/// An open database.
pub(crate) enum Driver {
    Sqlite(Arc<sqlite::Sqlite>),
    Postgres(postgres::Postgres),
}

/// A commit that waits, and where its answer goes.
pub(crate) struct Job {
    commit: Commit,
    answer: oneshot::Sender<Result<(), CommitError>>,
}

impl Job {
    fn new(commit: Commit) -> (Self, oneshot::Receiver<Result<(), CommitError>>) {
        let (answer, answered) = oneshot::channel();
        (Self { commit, answer }, answered)
    }

    /// Answers. A caller that no longer waits (its request was dropped) loses nothing but the news.
    fn answer(self, result: Result<(), CommitError>) {
        let _ = self.answer.send(result);
    }
}

/// Waits for the answer. A writer that died with the commit in hand may have carried it out.
async fn answer(answered: oneshot::Receiver<Result<(), CommitError>>) -> Result<(), CommitError> {
    answered.await.unwrap_or(Err(CommitError::Indeterminate))
}
