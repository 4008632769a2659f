//! Entering transfers: the form, the list of what was entered, the search for banks. Confirmation and result are in
//! [`super::transfer_confirm`].

use askama::Template;

use super::Shell;
use super::message::Errors;

/// The kind of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountType {
    /// 普通. Form value `ordinary`.
    Ordinary,
    /// 当座. Form value `current`.
    Current,
    /// 貯蓄. Form value `savings`.
    Savings,
}

impl AccountType {
    /// All, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Ordinary, Self::Current, Self::Savings];

    /// The form value.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Current => "current",
            Self::Savings => "savings",
        }
    }

    /// The id of the type's name.
    #[must_use]
    pub fn text_id(self) -> &'static str {
        match self {
            Self::Ordinary => "account-ordinary",
            Self::Current => "account-current",
            Self::Savings => "account-savings",
        }
    }
}

/// Where a transfer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferState {
    /// Entered; can be changed, waits for its authorization. Form value `registered`.
    Registered,
    /// Authorized and on its way to the bank. Form value `transmitting`.
    Transmitting,
    /// All transfers accepted. Form value `accepted`.
    Accepted,
    /// Some accepted, some refused. Form value `partly`.
    PartlyAccepted,
    /// All refused. Form value `refused`.
    Refused,
    /// Cancelled by the person. Form value `cancelled`.
    Cancelled,
}

impl TransferState {
    /// All, in the order of the filter.
    pub const ALL: [Self; 6] = [
        Self::Registered,
        Self::Transmitting,
        Self::Accepted,
        Self::PartlyAccepted,
        Self::Refused,
        Self::Cancelled,
    ];

    /// The form value, also the name of the badge's colour.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Transmitting => "transmitting",
            Self::Accepted => "accepted",
            Self::PartlyAccepted => "partly",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
        }
    }

    /// The id of the state's name.
    #[must_use]
    pub fn text_id(self) -> &'static str {
        match self {
            Self::Registered => "state-registered",
            Self::Transmitting => "state-transmitting",
            Self::Accepted => "state-accepted",
            Self::PartlyAccepted => "state-partly",
            Self::Refused => "state-refused",
            Self::Cancelled => "state-cancelled",
        }
    }
}

/// One of the contract's accounts.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// The form value.
    pub id: String,
    /// The branch's name.
    pub branch_name: String,
    /// Seven digits.
    pub number: String,
    /// What it holds; `None` when the core system did not answer.
    pub balance_yen: Option<u64>,
}

/// One transfer of the transaction, as the list shows it.
#[derive(Clone, Debug)]
pub struct LineRow {
    /// Bank and branch names.
    pub bank_name: String,
    /// The branch's name.
    pub branch_name: String,
    /// The payee account's kind.
    pub account_type: AccountType,
    /// Seven digits.
    pub account_number: String,
    /// In half-width kana as sent, or folded: as the instruction holds it.
    pub payee_name: String,
    /// In yen.
    pub amount_yen: u64,
}

/// The fields of one transfer as typed.
#[derive(Clone, Debug, Default)]
pub struct LineForm {
    /// Four digits.
    pub bank_code: String,
    /// The name found for the code.
    pub bank_name: Option<String>,
    /// Three digits.
    pub branch_code: String,
    /// The name found for the code.
    pub branch_name: Option<String>,
    /// As chosen; `None` before.
    pub account_type: Option<AccountType>,
    /// Seven digits.
    pub account_number: String,
    /// Kana; converted by the server.
    pub payee_name: String,
    /// In yen, as typed.
    pub amount: String,
}

/// `GET /transfers/new` (nothing stored yet), `GET /transfers/{id}/edit`, `GET /transfers/{id}/lines/{n}/edit`.
/// The form is posted to the same path with `debit_account`, `bank_code`, `branch_code`, `account_type`,
/// `account_number`, `payee_name`, `amount` and `action`: `add` (keep this one and stay), `confirm` (keep this one and
/// go on; only for the first line), `save` (while a line is edited), `find-bank` (answer with [`BankSearchPage`]). The list posts to
/// `/transfers/{id}/lines/{n}/remove`; its way on is `POST /transfers/{id}/confirm`. Lines count from 1.
#[derive(Template)]
#[template(path = "transfer_form.html")]
pub struct TransferFormPage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the form.
    pub errors: Errors,
    /// `None` until the first line is stored.
    pub transfer_id: Option<String>,
    /// The number of the line being edited, from 1.
    pub editing: Option<usize>,
    /// Accounts that the person may debit.
    pub accounts: Vec<AccountRow>,
    /// [`AccountRow::id`] of the chosen one.
    pub debit_account: String,
    /// What was entered so far.
    pub lines: Vec<LineRow>,
    /// Most lines of one transaction.
    pub max_lines: usize,
    /// The line being entered.
    pub form: LineForm,
}

impl TransferFormPage {
    /// Where the form is posted to.
    #[must_use]
    pub fn form_path(&self) -> String {
        match (&self.transfer_id, self.editing) {
            (None, _) => "/transfers/new".to_owned(),
            (Some(id), None) => format!("/transfers/{id}/edit"),
            (Some(id), Some(line)) => format!("/transfers/{id}/lines/{line}/edit"),
        }
    }

    /// Whether no further line fits.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.editing.is_none() && self.lines.len() >= self.max_lines
    }

    /// Whether the line with this number, from 1, is the one being edited.
    #[must_use]
    pub fn is_editing(&self, number: &usize) -> bool {
        self.editing == Some(*number)
    }

    /// Sum of the lines entered.
    #[must_use]
    pub fn total_yen(&self) -> u64 {
        self.lines.iter().map(|line| line.amount_yen).sum()
    }
}

/// A bank or branch found.
#[derive(Clone, Debug)]
pub struct BankChoice {
    /// Four digits of a bank, three of a branch.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its name in kana.
    pub kana: String,
}

/// Search for a bank, then for a branch. Everything travels in POST, what was typed in hidden fields: payee and amount
/// must not stand in a URL, and nothing typed is lost. `POST /transfers/banks` with `query`, or with
/// `pick_bank={code}` (then branches are listed); a branch is picked by `POST {form_path}` with `chosen_bank` and
/// `pick_branch={code}`, which shows the form again without checking it; `return=1` there goes back without a choice.
#[derive(Template)]
#[template(path = "bank_search.html")]
pub struct BankSearchPage {
    /// The frame.
    pub shell: Shell,
    /// [`TransferFormPage::form_path`], also sent as `form_path`.
    pub form_path: String,
    /// Name, kana or code typed.
    pub query: String,
    /// The bank chosen; then `choices` are its branches.
    pub bank: Option<BankChoice>,
    /// What was found; empty before the first search.
    pub choices: Vec<BankChoice>,
    /// Whether a search was made.
    pub searched: bool,
    /// The form's other fields as typed: name and value.
    pub carry: Vec<(String, String)>,
}
