//! The table of banks and branches, and looking them up by code.
//!
//! What lives here: the table's text format, its checks and its index. What does not: where the
//! table comes from and how old it may be.
//!
//! # Format
//! UTF-8 lines that end with a line feed, fields set apart by tabs:
//!
//! ```text
//! #warifu-bank-master  1  <snapshot date, YYYY-MM-DD>  <source and licence>
//! B  <bank code, 4 digits>    <name>  <half-width kana>
//! b  <branch code, 3 digits>  <name>  <half-width kana>
//! ```
//!
//! A bank's branches follow it. Banks, and the branches of one bank, ascend by code without
//! repeats.

mod fault;
mod line;
mod parse;

pub use fault::{MasterFault, MasterReason};

use std::ops::Range;

use line::fields;

/// The longest table accepted. The whole country took 1.1 MB in 2026.
pub const TABLE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The longest name of a bank or branch, in characters.
pub const NAME_CHARS_MAX: usize = 40;

/// The longest kana of a bank or branch: the field of a record, in bytes of JIS X 0201.
pub const KANA_BYTES_MAX: usize = 15;

/// A checked table of banks and branches. Keeps the text once and eight or twelve bytes for each
/// line; what is looked up borrows from it.
pub struct BankMaster {
    text: Box<str>,
    /// Ascending by code.
    banks: Vec<BankEntry>,
    /// Grouped by bank in the order of `banks`, ascending by code within each.
    branches: Vec<BranchEntry>,
}

struct BankEntry {
    code: u16,
    /// Where the bank's line starts in the text.
    line_start: u32,
    /// The index of its first branch; the next bank's is the end.
    first_branch: u32,
}

struct BranchEntry {
    code: u16,
    /// Where the branch's line starts in the text.
    line_start: u32,
}

/// A bank of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bank<'a> {
    /// Four digits.
    pub code: &'a str,
    /// The name as people read it, without 銀行.
    pub name: &'a str,
    /// The half-width name of a record's field.
    pub kana: &'a str,
}

/// A branch of a bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Branch<'a> {
    /// Three digits, unique within the bank.
    pub code: &'a str,
    /// The name as people read it.
    pub name: &'a str,
    /// The half-width name of a record's field.
    pub kana: &'a str,
}

impl BankMaster {
    /// Checks a table and builds its index.
    ///
    /// # Errors
    /// [`MasterFault`] names the first line that breaks the format and why.
    pub fn parse(text: &str) -> Result<Self, MasterFault> {
        parse::parse(text)
    }

    /// The bank with a code of four digits, `None` when there is none.
    #[must_use]
    pub fn bank(&self, code: &str) -> Option<Bank<'_>> {
        self.banks
            .get(self.bank_index(code)?)
            .and_then(|entry| self.read_bank(entry))
    }

    /// The branch of a bank, by codes of four and three digits, `None` when there is none.
    #[must_use]
    pub fn branch(&self, bank_code: &str, branch_code: &str) -> Option<Branch<'_>> {
        let code = line::code(branch_code, 3)?;
        let branches = self.branch_entries(self.bank_index(bank_code)?);
        let index = branches
            .binary_search_by_key(&code, |entry| entry.code)
            .ok()?;
        branches
            .get(index)
            .and_then(|entry| self.read_branch(entry))
    }

    /// All banks, ascending by code.
    pub fn banks(&self) -> impl Iterator<Item = Bank<'_>> {
        self.banks.iter().filter_map(|entry| self.read_bank(entry))
    }

    /// All branches of a bank, ascending by code; none when the bank does not exist.
    pub fn branches(&self, bank_code: &str) -> impl Iterator<Item = Branch<'_>> {
        let entries = self
            .bank_index(bank_code)
            .map_or(&[][..], |index| self.branch_entries(index));
        entries.iter().filter_map(|entry| self.read_branch(entry))
    }

    /// The number of banks.
    #[must_use]
    pub fn bank_count(&self) -> usize {
        self.banks.len()
    }

    /// The number of branches of all banks.
    #[must_use]
    pub fn branch_count(&self) -> usize {
        self.branches.len()
    }

    /// The day the table stands for, `YYYY-MM-DD`.
    #[must_use]
    pub fn snapshot_date(&self) -> &str {
        self.line_fields(0).map_or("", |[_, _, date, _]| date)
    }

    /// Where the table comes from and under which licence.
    #[must_use]
    pub fn source(&self) -> &str {
        self.line_fields(0).map_or("", |[_, _, _, source]| source)
    }

    fn bank_index(&self, code: &str) -> Option<usize> {
        let code = line::code(code, 4)?;
        self.banks
            .binary_search_by_key(&code, |entry| entry.code)
            .ok()
    }

    fn branch_entries(&self, bank_index: usize) -> &[BranchEntry] {
        let first = |index: usize| {
            self.banks
                .get(index)
                .map_or(self.branches.len(), |bank| bank.first_branch as usize)
        };
        let range: Range<usize> = first(bank_index)..first(bank_index + 1);
        self.branches.get(range).unwrap_or_default()
    }

    fn read_bank(&self, entry: &BankEntry) -> Option<Bank<'_>> {
        let [_, code, name, kana] = self.line_fields(entry.line_start)?;
        Some(Bank { code, name, kana })
    }

    fn read_branch(&self, entry: &BranchEntry) -> Option<Branch<'_>> {
        let [_, code, name, kana] = self.line_fields(entry.line_start)?;
        Some(Branch { code, name, kana })
    }

    fn line_fields(&self, line_start: u32) -> Option<[&str; 4]> {
        fields(self.text.get(line_start as usize..)?.split('\n').next()?)
    }
}

#[cfg(test)]
mod tests;
