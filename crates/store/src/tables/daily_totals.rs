//! Yen that left on a day, per contract and per person (OPS-5).

use jiff::civil::Date;

use super::Cursor;
use crate::{Commit, Db, StoreError};

const SELECT: &str = "SELECT yen, version FROM daily_totals WHERE subject = $1 AND day = $2";
const INSERT: &str = "INSERT INTO daily_totals (subject, day, yen, version) VALUES ($1, $2, $3, 1)";
const UPDATE: &str = "UPDATE daily_totals SET yen = $3, version = $4 + 1 \
     WHERE subject = $1 AND day = $2 AND version = $4";

/// What is counted for one subject and day.
#[derive(Clone, Debug)]
pub struct DailyTotal {
    subject: String,
    day: String,
    /// Yen so far.
    pub yen: i64,
    version: Option<i64>,
}

/// The total so far; zero if nothing was counted yet.
pub async fn find(db: &Db, subject: &str, day: Date) -> Result<DailyTotal, StoreError> {
    let day = day.to_string();
    let row = db
        .read_point(SELECT, vec![subject.into(), day.as_str().into()])
        .await?;
    let (yen, version) = match &row {
        Some(row) => {
            let mut c = Cursor::new(row);
            (c.int()?, Some(c.int()?))
        }
        None => (0, None),
    };
    Ok(DailyTotal {
        subject: subject.to_owned(),
        day,
        yen,
        version,
    })
}

/// Adds to the total, unless somebody else did since it was read.
pub fn add(commit: &mut Commit, total: &DailyTotal, yen: i64) {
    let subject = total.subject.as_str().into();
    let day = total.day.as_str().into();
    let sum = total.yen.saturating_add(yen).into();
    match total.version {
        Some(version) => commit.guarded(UPDATE, vec![subject, day, sum, version.into()]),
        None => commit.guarded(INSERT, vec![subject, day, sum]),
    };
}
