//! One table group per file: records to rows and back. Reads answer domain records; changes are put
//! into a [`Commit`](crate::Commit), guarded by the version that was read. No rule lives here.

/// The names of columns as a SELECT or INSERT lists them, each behind the table's name (`"a."`) where
/// several are joined.
macro_rules! listed {
    ($table:literal: $first:ident $($next:ident)*) => {
        concat!($table, stringify!($first) $(, ", ", $table, stringify!($next))*)
    };
}

pub mod address_changes;
pub mod api_clients;
pub mod audit_trail;
pub mod authorizations;
pub mod contracts;
pub mod daily_totals;
pub mod demo_mails;
pub mod instructions;
pub mod ledger;
pub mod logons;
pub mod outbox;
pub mod passkeys;
pub mod person_secrets;
pub mod persons;
pub mod push_subscriptions;
pub mod sessions;
pub mod settings;
pub mod token_issues;
pub mod tokens;

use jiff::Timestamp;

use crate::error::StoreError;
use crate::value::{Row, Value};

/// Columns in order: reads the next one each time, so that a mapping reads like the SELECT list.
struct Cursor<'a> {
    row: &'a Row,
    next: usize,
}

impl<'a> Cursor<'a> {
    fn new(row: &'a Row) -> Self {
        Self { row, next: 0 }
    }

    fn advance(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }

    fn text(&mut self) -> Result<String, StoreError> {
        let column = self.advance();
        Ok(self.row.text(column)?.to_owned())
    }

    fn opt_text(&mut self) -> Result<Option<String>, StoreError> {
        let column = self.advance();
        Ok(self.row.opt_text(column)?.map(str::to_owned))
    }

    fn int(&mut self) -> Result<i64, StoreError> {
        let column = self.advance();
        self.row.int(column)
    }

    fn opt_int(&mut self) -> Result<Option<i64>, StoreError> {
        let column = self.advance();
        self.row.opt_int(column)
    }

    fn count(&mut self) -> Result<u32, StoreError> {
        let column = self.advance();
        u32::try_from(self.row.int(column)?)
            .map_err(|_| self.row.inconsistent(column, "is not a count"))
    }

    fn flag(&mut self) -> Result<bool, StoreError> {
        let column = self.advance();
        self.row.flag(column)
    }

    fn blob(&mut self) -> Result<Vec<u8>, StoreError> {
        let column = self.advance();
        Ok(self.row.blob(column)?.to_vec())
    }

    fn opt_blob(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let column = self.advance();
        Ok(self.row.opt_blob(column)?.map(<[u8]>::to_vec))
    }

    fn time(&mut self) -> Result<Timestamp, StoreError> {
        let column = self.advance();
        self.timestamp(column, self.row.int(column)?)
    }

    fn opt_time(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let column = self.advance();
        self.row
            .opt_int(column)?
            .map(|micros| self.timestamp(column, micros))
            .transpose()
    }

    /// A text that `parse` must know, such as the name of a state.
    fn named<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
        let column = self.advance();
        parse(self.row.text(column)?)
            .ok_or_else(|| self.row.inconsistent(column, "holds an unknown name"))
    }

    fn opt_named<T>(
        &mut self,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let column = self.advance();
        let Some(name) = self.row.opt_text(column)? else {
            return Ok(None);
        };
        let unknown = || self.row.inconsistent(column, "holds an unknown name");
        parse(name).map(Some).ok_or_else(unknown)
    }

    fn timestamp(&self, column: usize, micros: i64) -> Result<Timestamp, StoreError> {
        Timestamp::from_microsecond(micros)
            .map_err(|_| self.row.inconsistent(column, "is not a time"))
    }
}

fn micros(at: Timestamp) -> Value {
    at.as_microsecond().into()
}

fn opt_micros(at: Option<Timestamp>) -> Value {
    at.map(Timestamp::as_microsecond).into()
}
