//! The institution's own small records: the epoch of codes, the clock's floor, what is loaded.

use super::Cursor;
use crate::{Commit, Db, StoreError};

const SELECT: &str = "SELECT value, version FROM settings WHERE name = $1";
const INSERT: &str = "INSERT INTO settings (name, value, version) VALUES ($1, $2, 1)";
const UPDATE: &str = "UPDATE settings SET value = $2, version = $3 + 1 \
     WHERE name = $1 AND version = $3";

/// Generation of mailed codes; raising it makes every older one worthless.
pub const EPOCH: &str = "epoch";
/// The latest moment any server has seen, microseconds UTC.
pub const CLOCK_FLOOR: &str = "clock-floor";
/// The private key by which push services know this institution, sealed, base64.
pub const PUSH_KEY: &str = "push-key";
/// The bank master data in force, in the format of `warifu-zengin`.
pub const BANK_MASTER: &str = "bank-master";

/// The table's name, for sealing.
pub const TABLE: &str = "settings";

/// One setting as read.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its value.
    pub value: String,
    /// Guard of the record.
    pub version: i64,
}

/// One setting.
pub async fn find(db: &Db, name: &'static str) -> Result<Option<Setting>, StoreError> {
    let Some(row) = db.read_point(SELECT, vec![name.into()]).await? else {
        return Ok(None);
    };
    let mut c = Cursor::new(&row);
    Ok(Some(Setting {
        value: c.text()?,
        version: c.int()?,
    }))
}

/// Writes a setting, unless somebody else did since `before` was read.
pub fn put(commit: &mut Commit, name: &'static str, before: Option<&Setting>, value: String) {
    match before {
        Some(before) => commit.guarded(
            UPDATE,
            vec![name.into(), value.into(), before.version.into()],
        ),
        None => commit.guarded(INSERT, vec![name.into(), value.into()]),
    };
}
