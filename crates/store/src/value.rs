//! What goes into a statement and what comes out: values, their kinds, rows. No SQL lives here.

use crate::error::StoreError;

/// The three kinds a column may have. A null has one too, so that PostgreSQL never has to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `TEXT`.
    Text,
    /// `BIGINT`; also booleans (0/1) and times (microseconds UTC).
    Int,
    /// `BYTEA`.
    Blob,
}

/// A parameter of a statement. It has no `Debug`: it may be a sealed secret or a person's data.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Text. PostgreSQL refuses a NUL character in it, so both drivers do.
    Text(String),
    /// A number, a flag (0/1) or a time in microseconds UTC.
    Int(i64),
    /// Bytes.
    Blob(Vec<u8>),
    /// Nothing, of a kind.
    Null(Kind),
}

impl Value {
    /// The kind of column this value fits.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Int(_) => Kind::Int,
            Self::Blob(_) => Kind::Blob,
            Self::Null(kind) => *kind,
        }
    }
}

/// Rust types that have one kind of column, so that `None` of them is a typed null.
pub trait Column: Into<Value> {
    /// The kind of column the type is kept in.
    const KIND: Kind;
}

impl Column for &str {
    const KIND: Kind = Kind::Text;
}
impl Column for String {
    const KIND: Kind = Kind::Text;
}
impl Column for i64 {
    const KIND: Kind = Kind::Int;
}
impl Column for i32 {
    const KIND: Kind = Kind::Int;
}
impl Column for u32 {
    const KIND: Kind = Kind::Int;
}
impl Column for bool {
    const KIND: Kind = Kind::Int;
}
impl Column for Vec<u8> {
    const KIND: Kind = Kind::Blob;
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}
impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Int(i64::from(number))
    }
}
impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(i64::from(number))
    }
}
impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Int(i64::from(flag))
    }
}
impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}
impl<T: Column> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null(T::KIND), Into::into)
    }
}

/// One cell as the database answered it; its null has no kind.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Text(String),
    Int(i64),
    Blob(Vec<u8>),
    Null,
}

/// One row of an answer. Columns are counted from 0 in the order of the SELECT list. A column
/// that is missing or of another kind is [`StoreError::Inconsistent`]: the statement and the
/// schema disagree, which no caller can mend.
#[derive(Clone)]
pub struct Row {
    pub(crate) statement: &'static str,
    pub(crate) cells: Vec<Cell>,
}

impl Row {
    /// The text of column `column`.
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        self.opt_text(column)?
            .ok_or_else(|| self.inconsistent(column, "is null"))
    }

    /// The number of column `column`.
    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.opt_int(column)?
            .ok_or_else(|| self.inconsistent(column, "is null"))
    }

    /// The flag of column `column`: 0 or 1, nothing else.
    pub fn flag(&self, column: usize) -> Result<bool, StoreError> {
        match self.int(column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.inconsistent(column, "is neither 0 nor 1")),
        }
    }

    /// The bytes of column `column`.
    pub fn blob(&self, column: usize) -> Result<&[u8], StoreError> {
        self.opt_blob(column)?
            .ok_or_else(|| self.inconsistent(column, "is null"))
    }

    /// The text of column `column`, `None` for a null.
    pub fn opt_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match self.cell(column)? {
            Cell::Text(text) => Ok(Some(text)),
            Cell::Null => Ok(None),
            Cell::Int(_) | Cell::Blob(_) => Err(self.inconsistent(column, "is not text")),
        }
    }

    /// The number of column `column`, `None` for a null.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.cell(column)? {
            Cell::Int(number) => Ok(Some(*number)),
            Cell::Null => Ok(None),
            Cell::Text(_) | Cell::Blob(_) => Err(self.inconsistent(column, "is not a number")),
        }
    }

    /// The bytes of column `column`, `None` for a null.
    pub fn opt_blob(&self, column: usize) -> Result<Option<&[u8]>, StoreError> {
        match self.cell(column)? {
            Cell::Blob(bytes) => Ok(Some(bytes)),
            Cell::Null => Ok(None),
            Cell::Text(_) | Cell::Int(_) => Err(self.inconsistent(column, "is not bytes")),
        }
    }

    /// The error to give when the content of `column` can't be what the program wrote (an unknown
    /// state name, a number out of range).
    #[must_use]
    pub fn inconsistent(&self, column: usize, reason: &'static str) -> StoreError {
        StoreError::Inconsistent {
            statement: self.statement,
            column,
            reason,
        }
    }

    fn cell(&self, column: usize) -> Result<&Cell, StoreError> {
        self.cells
            .get(column)
            .ok_or_else(|| self.inconsistent(column, "is not in the answer"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: Vec<Cell>) -> Row {
        Row {
            statement: "SELECT",
            cells,
        }
    }

    #[test]
    fn none_is_a_null_of_its_type() {
        assert!(Value::from(None::<String>) == Value::Null(Kind::Text));
        assert!(Value::from(None::<bool>) == Value::Null(Kind::Int));
        assert!(Value::from(None::<Vec<u8>>) == Value::Null(Kind::Blob));
        assert!(Value::from(Some(true)) == Value::Int(1));
    }

    #[test]
    fn a_cell_of_another_kind_is_refused() {
        let row = row(vec![Cell::Int(2), Cell::Null]);
        assert_eq!(row.int(0).unwrap(), 2);
        assert!(row.flag(0).is_err());
        assert!(row.text(0).is_err());
        assert!(row.int(1).is_err());
        assert!(row.opt_int(1).unwrap().is_none());
        assert!(row.opt_int(2).is_err());
    }
}
