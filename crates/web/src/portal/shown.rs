//! Records as views show them.

use warifu_app::ports::Account;
use warifu_app::use_cases::current_session::Current;
use warifu_domain::account::AccountType;
use warifu_domain::content::Transfer;
use warifu_domain::instruction::{Instruction, LineResult, Status};
use warifu_domain::person::Role;
use warifu_domain::policy::HelpDesk;

use super::cx::Cx;
use super::refusals;
use crate::texts::Locale;
use crate::views;
use crate::views::transfer::{AccountRow, LineRow, TransferState};
use crate::views::transfer_confirm::{ConfirmLine, ResultLine};

pub(super) fn help_desk(desk: &HelpDesk, locale: Locale) -> Vec<String> {
    let (name, hours, closed) = match locale {
        Locale::Ja => (&desk.name, &desk.hours, &desk.closed),
        Locale::En => (&desk.name_en, &desk.hours_en, &desk.closed_en),
    };
    let mut lines = vec![format!("{name} {}", desk.phone)];
    lines.extend(hours.iter().cloned());
    lines.push(closed.clone());
    lines
}

pub(super) fn person(current: &Current) -> views::shell::Person {
    views::shell::Person {
        contract_name: current.contract.name.clone(),
        name: current.person.name.clone(),
        role: match current.person.role {
            Role::Master => views::shell::Role::Master,
            Role::Administrator => views::shell::Role::Administrator,
            Role::General => views::shell::Role::General,
        },
    }
}

/// An account by its ID, branch code and number, with its branch's name.
pub(super) fn account(cx: &Cx, id: &str, balance_yen: Option<i64>) -> AccountRow {
    let (branch, number) = id.split_once('-').unwrap_or(("", id));
    let app = &cx.web.app;
    let names = app
        .banks()
        .names(&app.profile().institution.bank_code, branch);
    let branch_name = names.and_then(|(_, branch)| branch);
    AccountRow {
        id: id.to_owned(),
        branch_name: branch_name.unwrap_or_else(|| branch.to_owned()),
        number: number.to_owned(),
        balance_yen: balance_yen.map(yen),
    }
}

pub(super) fn accounts(cx: &Cx, accounts: &[Account]) -> Vec<AccountRow> {
    let row = |a: &Account| account(cx, &a.id, Some(a.balance_yen));
    accounts.iter().map(row).collect()
}

/// Amounts and balances are never negative.
pub(super) fn yen(amount: i64) -> u64 {
    u64::try_from(amount).unwrap_or(0)
}

pub(super) fn account_type(kind: AccountType) -> views::transfer::AccountType {
    match kind {
        AccountType::Ordinary => views::transfer::AccountType::Ordinary,
        AccountType::Current => views::transfer::AccountType::Current,
        AccountType::Savings => views::transfer::AccountType::Savings,
    }
}

pub(super) fn line_rows(instruction: &Instruction) -> Vec<LineRow> {
    let row = |t: &Transfer| LineRow {
        bank_name: t.bank_name.clone(),
        branch_name: t.branch_name.clone(),
        account_type: account_type(t.account_type),
        account_number: t.account_number.clone(),
        payee_name: t.payee_name.clone(),
        amount_yen: yen(t.amount),
    };
    let lines = instruction.lines.iter();
    lines.map(|line| row(&line.transfer)).collect()
}

pub(super) fn result_lines(instruction: &Instruction) -> Vec<ResultLine> {
    let row = |line: &warifu_domain::instruction::Line| ResultLine {
        line: confirm_line(instruction, &line.transfer),
        refused: match &line.result {
            LineResult::Open | LineResult::Accepted => None,
            LineResult::Refused(reason) => Some(refusals::bank_reason(reason).into()),
        },
    };
    instruction.lines.iter().map(row).collect()
}

pub(super) fn confirm_lines(instruction: &Instruction) -> Vec<ConfirmLine> {
    let lines = instruction.lines.iter();
    lines
        .map(|line| confirm_line(instruction, &line.transfer))
        .collect()
}

fn confirm_line(instruction: &Instruction, t: &Transfer) -> ConfirmLine {
    ConfirmLine {
        bank_code: t.bank_code.clone(),
        bank_name: t.bank_name.clone(),
        branch_code: t.branch_code.clone(),
        branch_name: t.branch_name.clone(),
        account_type: account_type(t.account_type),
        account_number: t.account_number.clone(),
        payee_name: t.payee_name.clone(),
        amount_yen: yen(t.amount),
        date: instruction.date,
    }
}

pub(super) fn state(status: Status) -> TransferState {
    match status {
        Status::Registered => TransferState::Registered,
        Status::Transmitting => TransferState::Transmitting,
        Status::Accepted => TransferState::Accepted,
        Status::PartlyRefused => TransferState::PartlyAccepted,
        Status::Refused => TransferState::Refused,
        Status::Cancelled => TransferState::Cancelled,
    }
}

/// The first payee's name, how many transfers there are, and their sum.
pub(super) fn summary(instruction: &Instruction) -> (String, usize, u64) {
    let first = instruction.lines.first();
    let name = first.map_or_else(String::new, |line| line.transfer.payee_name.clone());
    let total = instruction.content().total_yen();
    (name, instruction.lines.len(), yen(total))
}
