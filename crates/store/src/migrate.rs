//! Migrations: forward only, never edited. Each is recorded with the SHA-256 of its text.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::value::Row;

/// One step of the schema. Its text and its record go in together.
pub(crate) struct Migration {
    pub name: &'static str,
    pub sql: &'static str,
}

/// All steps, in order. Append only.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_audit",
        sql: include_str!("../migrations/0001_audit.sql"),
    },
    Migration {
        name: "0002_core",
        sql: include_str!("../migrations/0002_core.sql"),
    },
    Migration {
        name: "0003_tokens",
        sql: include_str!("../migrations/0003_tokens.sql"),
    },
    Migration {
        name: "0004_room_beside_rows",
        sql: include_str!("../migrations/0004_room_beside_rows.sql"),
    },
];

/// The table of records; it must exist before the first migration.
pub(crate) const CREATE_RECORDS: &str = "CREATE TABLE IF NOT EXISTS schema_migrations \
     (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL)";
pub(crate) const READ_RECORDS: &str = "SELECT name, sha256 FROM schema_migrations ORDER BY name";
pub(crate) const INSERT_RECORD: &str =
    "INSERT INTO schema_migrations (name, sha256) VALUES ($1, $2)";

impl Migration {
    /// The text for SQLite: what stands in `/*SQLITE …*/` is a comment to PostgreSQL. Only for what
    /// says how rows are laid out, never for what they mean.
    pub(crate) fn sqlite(&self) -> String {
        let mut text = String::with_capacity(self.sql.len());
        let mut rest = self.sql;
        while let Some((before, after)) = rest.split_once("/*SQLITE ") {
            let (inside, following) = after.split_once("*/").unwrap_or((after, ""));
            text.push_str(before);
            text.push_str(inside);
            rest = following;
        }
        text + rest
    }

    pub(crate) fn sha256(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(self.sql.as_bytes()))
    }
}

/// The records in the answer to [`READ_RECORDS`].
pub(crate) fn records(rows: &[Row]) -> Result<Vec<(String, String)>, StoreError> {
    let record = |row: &Row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned()));
    rows.iter().map(record).collect()
}

/// What is still to be applied, given the records (name, sha256) in order.
///
/// # Errors
/// [`StoreError::Schema`] if a record differs from this program's text, or is unknown to it.
pub(crate) fn pending(records: &[(String, String)]) -> Result<&'static [Migration], StoreError> {
    for (index, (name, sha256)) in records.iter().enumerate() {
        let Some(migration) = MIGRATIONS.get(index) else {
            return Err(StoreError::Schema(format!(
                "the database is newer than this program: it has migration {name}"
            )));
        };
        if migration.name != name || migration.sha256() != *sha256 {
            return Err(StoreError::Schema(format!(
                "migration {name} was recorded with another content than this program's {}",
                migration.name
            )));
        }
    }
    Ok(MIGRATIONS.get(records.len()..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(count: usize) -> Vec<(String, String)> {
        let all = MIGRATIONS.iter().take(count);
        all.map(|m| (m.name.to_owned(), m.sha256())).collect()
    }

    #[test]
    fn what_is_not_recorded_is_pending() {
        assert_eq!(pending(&[]).unwrap().len(), MIGRATIONS.len());
        assert!(pending(&records(MIGRATIONS.len())).unwrap().is_empty());
    }

    #[test]
    fn layout_is_a_comment_to_postgresql_only() {
        let migration = Migration {
            name: "x",
            sql: "CREATE TABLE a (b TEXT) /*SQLITE WITHOUT ROWID*/; /* c */ CREATE TABLE d (e TEXT);",
        };
        assert_eq!(
            migration.sqlite(),
            "CREATE TABLE a (b TEXT) WITHOUT ROWID; /* c */ CREATE TABLE d (e TEXT);"
        );
    }

    #[test]
    fn names_ascend() {
        assert!(MIGRATIONS.is_sorted_by(|a, b| a.name < b.name));
    }

    #[test]
    fn an_edited_or_unknown_migration_is_refused() {
        let mut edited = records(1);
        edited[0].1.push('0');
        assert!(pending(&edited).is_err());
        let mut newer = records(MIGRATIONS.len());
        newer.push(("9999_future".to_owned(), String::new()));
        assert!(pending(&newer).is_err());
    }
}
