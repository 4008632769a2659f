//! The Zengin rules of Japanese banks' files and transfers, as pure computations.
//!
//! What lives here: the half-width characters that names may hold, and the table of banks and
//! branches. What does not: reading files from disk, calendars, cut-offs and contracts.
//!
//! One half-width character is one byte (JIS X 0201), so lengths in bytes are counts of characters
//! once a text has been converted.

pub mod kana;
pub mod master;

pub use master::{Bank, BankMaster, Branch, MasterFault};
