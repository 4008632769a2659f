//! Why a table of banks and branches is refused.

use thiserror::Error;

use super::{KANA_BYTES_MAX, NAME_CHARS_MAX, TABLE_BYTES_MAX};
use crate::kana::KanaFault;

/// The line that breaks the format of a table, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {reason}")]
pub struct MasterFault {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: MasterReason,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MasterReason {
    /// The whole text is larger than [`TABLE_BYTES_MAX`]; nothing was read.
    #[error("the table is larger than {TABLE_BYTES_MAX} bytes")]
    TooLarge,
    /// The first line is not that of a table in version 1 with a source.
    #[error("the first line is not that of a bank master in version 1")]
    Header,
    /// The snapshot date is not `YYYY-MM-DD`.
    #[error("the snapshot date is not written as YYYY-MM-DD")]
    SnapshotDate,
    /// The line does not have four fields.
    #[error("the line does not have four fields")]
    Fields,
    /// The first field is neither `B` nor `b`.
    #[error("the line is neither a bank nor a branch")]
    Kind,
    /// The code does not have the right number of digits.
    #[error("a bank code has four digits and a branch code three")]
    Code,
    /// The code is not above the one before it.
    #[error("the code is not above the one before it")]
    Order,
    /// A branch stands before the first bank.
    #[error("the branch belongs to no bank")]
    BranchWithoutBank,
    /// The name is empty, too long or holds control characters.
    #[error("the name is not 1 to {NAME_CHARS_MAX} printable characters")]
    Name,
    /// The kana are empty or too long.
    #[error("the kana do not take 1 to {KANA_BYTES_MAX} bytes")]
    KanaLength,
    /// The kana hold a character that names of banks and branches may not; the first one is named.
    #[error("in the kana, {0}")]
    Kana(KanaFault),
    /// There is no bank at all.
    #[error("the table holds no bank")]
    Empty,
}
