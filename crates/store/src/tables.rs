//! Statements of each table.
