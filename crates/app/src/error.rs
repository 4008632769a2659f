//! Faults of the system. A refusal is not one: it is a value, audited and committed.

use warifu_domain::refusal::Refusal;
use warifu_store::{CommitError, StoreError};

/// What a use case answers: the result, or why not; and around it, whether the system worked.
pub type Outcome<T> = Result<Result<T, Refusal>, AppError>;

/// Something is broken, or too busy. Messages are for logs, never for people outside.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Too much waits; try again later.
    #[error("too busy: {0}")]
    Busy(&'static str),
    /// It can't be told whether the commit happened. It counts as used: a retry with the same
    /// request ID returns what happened.
    #[error("the outcome of a commit is unknown")]
    Indeterminate,
    /// The machine's clock went backwards; no time-bound proof can be judged.
    #[error("the clock went backwards by {0} s")]
    ClockBackwards(i64),
    /// The database failed.
    #[error("store: {0}")]
    Store(#[from] StoreError),
    /// The bank's core system failed.
    #[error("core banking: {0}")]
    CoreBanking(String),
    /// A stored secret can't be opened, or a record contradicts another.
    #[error("inconsistent: {0}")]
    Inconsistent(&'static str),
}

/// What a failed commit means to the loop around it.
pub(crate) enum Again {
    /// Somebody was faster: read again, decide again.
    Conflict,
    /// Give up with this.
    Fault(AppError),
}

impl From<CommitError> for Again {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Conflict,
            CommitError::Busy => Self::Fault(AppError::Busy("commit queue")),
            CommitError::Indeterminate => Self::Fault(AppError::Indeterminate),
            CommitError::Store(error) => Self::Fault(AppError::Store(error)),
        }
    }
}

impl From<AppError> for Again {
    fn from(fault: AppError) -> Self {
        Self::Fault(fault)
    }
}

impl From<StoreError> for Again {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}
