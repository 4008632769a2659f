//! Checking a table line by line while building its index.

use super::line::{code, fields};
use super::{
    BankEntry, BankMaster, BranchEntry, KANA_BYTES_MAX, MasterFault, MasterReason, NAME_CHARS_MAX,
    TABLE_BYTES_MAX,
};
use crate::kana::{CharacterClass, byte_len, check};

const MAGIC: &str = "#warifu-bank-master";
const VERSION: &str = "1";

pub(super) fn parse(text: &str) -> Result<BankMaster, MasterFault> {
    let too_large = MasterFault {
        line: 1,
        reason: MasterReason::TooLarge,
    };
    if text.len() > TABLE_BYTES_MAX {
        return Err(too_large);
    }
    let mut index = Index::default();
    let mut line_start = 0;
    let mut lines = 0;
    for line in text.split_inclusive('\n') {
        lines += 1;
        let content = line.strip_suffix('\n').unwrap_or(line);
        let read = if lines == 1 {
            header(content)
        } else {
            index.add(content, line_start)
        };
        read.map_err(|reason| MasterFault {
            line: lines,
            reason,
        })?;
        // Lines are parts of a text that is far shorter than 4 GiB.
        line_start += u32::try_from(line.len()).map_err(|_| too_large.clone())?;
    }
    let Index {
        mut banks,
        mut branches,
    } = index;
    if banks.is_empty() {
        let reason = if lines == 0 {
            MasterReason::Header
        } else {
            MasterReason::Empty
        };
        return Err(MasterFault {
            line: lines.max(1),
            reason,
        });
    }
    banks.shrink_to_fit();
    branches.shrink_to_fit();
    Ok(BankMaster {
        text: text.into(),
        banks,
        branches,
    })
}

fn header(line: &str) -> Result<(), MasterReason> {
    let Some([MAGIC, VERSION, date, source]) = fields(line) else {
        return Err(MasterReason::Header);
    };
    if source.is_empty() || source.chars().any(char::is_control) {
        return Err(MasterReason::Header);
    }
    if is_date(date) {
        Ok(())
    } else {
        Err(MasterReason::SnapshotDate)
    }
}

/// Whether the text is written as a date. That the day exists in its month is not checked: nothing
/// is computed from it here.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let number = |part: Option<&str>, digits| part.and_then(|part| code(part, digits));
    number(year, 4).is_some()
        && number(month, 2).is_some_and(|month| (1..=12).contains(&month))
        && number(day, 2).is_some_and(|day| (1..=31).contains(&day))
        && parts.next().is_none()
}

#[derive(Default)]
struct Index {
    banks: Vec<BankEntry>,
    branches: Vec<BranchEntry>,
}

impl Index {
    fn add(&mut self, line: &str, line_start: u32) -> Result<(), MasterReason> {
        let [kind, code_text, name, kana] = fields(line).ok_or(MasterReason::Fields)?;
        match kind {
            "B" => self.add_bank(code_text, line_start)?,
            "b" => self.add_branch(code_text, line_start)?,
            _ => return Err(MasterReason::Kind),
        }
        check_names(name, kana)
    }

    fn add_bank(&mut self, code_text: &str, line_start: u32) -> Result<(), MasterReason> {
        let code = code(code_text, 4).ok_or(MasterReason::Code)?;
        if self.banks.last().is_some_and(|before| before.code >= code) {
            return Err(MasterReason::Order);
        }
        let first_branch =
            u32::try_from(self.branches.len()).map_err(|_| MasterReason::TooLarge)?;
        self.banks.push(BankEntry {
            code,
            line_start,
            first_branch,
        });
        Ok(())
    }

    fn add_branch(&mut self, code_text: &str, line_start: u32) -> Result<(), MasterReason> {
        let code = code(code_text, 3).ok_or(MasterReason::Code)?;
        let bank = self.banks.last().ok_or(MasterReason::BranchWithoutBank)?;
        let of_this_bank = self
            .branches
            .get(bank.first_branch as usize..)
            .unwrap_or_default();
        if of_this_bank
            .last()
            .is_some_and(|before| before.code >= code)
        {
            return Err(MasterReason::Order);
        }
        self.branches.push(BranchEntry { code, line_start });
        Ok(())
    }
}

fn check_names(name: &str, kana: &str) -> Result<(), MasterReason> {
    let printable = !name.trim().is_empty() && !name.chars().any(char::is_control);
    if !printable || name.chars().count() > NAME_CHARS_MAX {
        return Err(MasterReason::Name);
    }
    if let Err(faults) = check(CharacterClass::BranchName, kana)
        && let Some(first) = faults.into_iter().next()
    {
        return Err(MasterReason::Kana(first));
    }
    if (1..=KANA_BYTES_MAX).contains(&byte_len(kana)) {
        Ok(())
    } else {
        Err(MasterReason::KanaLength)
    }
}
