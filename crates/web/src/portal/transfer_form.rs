//! The page on which transfers are entered, and what was typed into it.

use axum::http::StatusCode;
use warifu_app::use_cases::accounts;
use warifu_app::use_cases::current_session::Current;
use warifu_domain::content::{RawEntry, Transfer};
use warifu_domain::instruction::Instruction;

use super::cx::Cx;
use super::failure::{Answer, Failure};
use super::posted::Fields;
use super::shown;
use crate::views::message::Errors;
use crate::views::transfer::{AccountType, LineForm, TransferFormPage};

/// The fields of the form, as typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    pub(super) debit_account: String,
    pub(super) raw: RawEntry,
}

/// Which transaction the page is about.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    /// `None` until the first line is stored.
    pub(super) instruction: Option<&'a Instruction>,
    /// The line being edited, from 1.
    pub(super) editing: Option<usize>,
}

impl Typed {
    /// Reads the form. A branch picked in the search takes the place of what was typed.
    pub(super) fn read(form: &Fields) -> Result<Self, Failure> {
        let text = |name| form.get(name).map(str::to_owned);
        let picked = form.maybe("pick_branch").zip(form.maybe("chosen_bank"));
        let (branch_code, bank_code) = match picked {
            Some((branch, bank)) => (branch.to_owned(), bank.to_owned()),
            None => (text("branch_code")?, text("bank_code")?),
        };
        let account_type = form.maybe("account_type").unwrap_or_default().to_owned();
        Ok(Self {
            debit_account: text("debit_account")?,
            raw: RawEntry {
                bank_code,
                branch_code,
                account_type,
                account_number: text("account_number")?,
                payee_name: text("payee_name")?,
                amount: text("amount")?,
            },
        })
    }

    /// A stored line, to be edited.
    pub(super) fn of(debit_account: &str, transfer: &Transfer) -> Self {
        Self {
            debit_account: debit_account.to_owned(),
            raw: RawEntry {
                bank_code: transfer.bank_code.clone(),
                branch_code: transfer.branch_code.clone(),
                account_type: transfer.account_type.name().to_owned(),
                account_number: transfer.account_number.clone(),
                payee_name: transfer.payee_name.clone(),
                amount: transfer.amount.to_string(),
            },
        }
    }

    /// Names and values, to travel through the search for a bank.
    pub(super) fn carried(&self) -> Vec<(String, String)> {
        let raw = &self.raw;
        let fields = [
            ("debit_account", &self.debit_account),
            ("bank_code", &raw.bank_code),
            ("branch_code", &raw.branch_code),
            ("account_type", &raw.account_type),
            ("account_number", &raw.account_number),
            ("payee_name", &raw.payee_name),
            ("amount", &raw.amount),
        ];
        let owned = |(name, value): (&str, &String)| (name.to_owned(), value.clone());
        fields.into_iter().map(owned).collect()
    }

    /// Whether the field was left empty.
    pub(super) fn is_empty(&self, field: &str) -> bool {
        let carried = self.carried();
        let found = carried.iter().find(|(name, _)| name == field);
        found.is_none_or(|(_, value)| value.trim().is_empty())
    }
}

impl About<'_> {
    /// Where the form is posted to.
    pub(super) fn path(&self) -> String {
        match (self.instruction, self.editing) {
            (None, _) => "/transfers/new".to_owned(),
            (Some(i), None) => format!("/transfers/{}/edit", i.id),
            (Some(i), Some(line)) => format!("/transfers/{}/lines/{line}/edit", i.id),
        }
    }
}

/// Shows the page, with what is wrong with what was typed.
pub(super) async fn show(
    cx: &Cx,
    current: &Current,
    about: About<'_>,
    typed: &Typed,
    errors: Errors,
) -> Answer {
    let accounts = accounts::run(&cx.web.app, current).await;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let chosen = match (typed.debit_account.as_str(), about.instruction) {
        ("", Some(instruction)) => &instruction.from_account,
        ("", None) => &current.contract.representative_account,
        _ => &typed.debit_account,
    };
    let page = TransferFormPage {
        shell: cx.shell_at(&about.path()),
        errors,
        transfer_id: about.instruction.map(|i| i.id.to_string()),
        editing: about.editing,
        accounts: shown::accounts(cx, &accounts),
        debit_account: chosen.clone(),
        lines: about.instruction.map(shown::line_rows).unwrap_or_default(),
        max_lines: usize::from(cx.web.app.profile().transfer.max_lines),
        form: form(cx, &typed.raw),
    };
    Ok(cx.render(status, &page))
}

fn form(cx: &Cx, raw: &RawEntry) -> LineForm {
    let names = cx.web.app.banks().names(&raw.bank_code, &raw.branch_code);
    let (bank_name, branch_name) = match names {
        Some((bank, branch)) => (Some(bank), branch),
        None => (None, None),
    };
    LineForm {
        bank_code: raw.bank_code.clone(),
        bank_name,
        branch_code: raw.branch_code.clone(),
        branch_name,
        account_type: AccountType::ALL
            .into_iter()
            .find(|kind| kind.value() == raw.account_type),
        account_number: raw.account_number.clone(),
        payee_name: raw.payee_name.clone(),
        amount: raw.amount.clone(),
    }
}
