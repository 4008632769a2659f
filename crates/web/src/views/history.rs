//! Past transactions: the list with its filter, and one in full.

use askama::Template;
use jiff::Timestamp;

use super::Shell;
use super::message::Errors;
use super::transfer::{AccountRow, TransferState};
use super::transfer_confirm::ResultLine;

/// The filter as typed. Query of `GET /history`: `from`, `to` (`2026-11-23`), `state`, `payee`, `amount_yen`.
#[derive(Clone, Debug, Default)]
pub struct HistoryFilter {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Only this state.
    pub state: Option<TransferState>,
    /// Part of a payee's name.
    pub payee: String,
    /// Exact amount.
    pub amount_yen: String,
}

impl HistoryFilter {
    /// Whether anything is filtered.
    #[must_use]
    pub fn is_set(&self) -> bool {
        let typed = [&self.from, &self.to, &self.payee, &self.amount_yen];
        self.state.is_some() || typed.iter().any(|value| !value.is_empty())
    }
}

/// `GET /history`.
#[derive(Template)]
#[template(path = "history.html")]
pub struct HistoryPage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the filter.
    pub errors: Errors,
    /// The filter.
    pub filter: HistoryFilter,
    /// This page's rows, newest first.
    pub rows: Vec<HistoryRow>,
    /// From 1.
    pub page: usize,
    /// At least 1.
    pub pages: usize,
    /// Rows on all pages.
    pub total: usize,
    /// Path and query of the page before.
    pub previous_path: Option<String>,
    /// Path and query of the next page.
    pub next_path: Option<String>,
}

/// One transaction in the list.
#[derive(Clone, Debug)]
pub struct HistoryRow {
    /// Part of the path.
    pub transfer_id: String,
    /// `None` before it was accepted.
    pub receipt_number: Option<String>,
    /// When it left, or was entered.
    pub at: Timestamp,
    /// Where it stands.
    pub state: TransferState,
    /// The first payee's name.
    pub payee_name: String,
    /// How many transfers it holds.
    pub count: usize,
    /// Sum of all.
    pub total_yen: u64,
    /// Who made it.
    pub person: String,
}

/// `GET /history/{id}`.
#[derive(Template)]
#[template(path = "history_detail.html")]
pub struct HistoryDetailPage {
    /// The frame.
    pub shell: Shell,
    /// `None` before it was accepted.
    pub receipt_number: Option<String>,
    /// Where it stands.
    pub state: TransferState,
    /// The account debited.
    pub debit_account: AccountRow,
    /// Every transfer. The results count only when [`HistoryDetailPage::has_results`].
    pub lines: Vec<ResultLine>,
    /// What happened, oldest first.
    pub steps: Vec<HistoryStep>,
    /// Proofs used.
    pub proofs: Vec<ProofUsed>,
}

impl HistoryDetailPage {
    /// Whether the transaction reached the core system.
    #[must_use]
    pub fn has_results(&self) -> bool {
        matches!(
            self.state,
            TransferState::Accepted | TransferState::PartlyAccepted | TransferState::Refused
        )
    }

    /// Sum of all transfers.
    #[must_use]
    pub fn total_yen(&self) -> u64 {
        self.lines.iter().map(|line| line.line.amount_yen).sum()
    }
}

/// One step of a transaction.
#[derive(Clone, Debug)]
pub struct HistoryStep {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: StepKind,
    /// Who.
    pub person: String,
}

/// What can happen to a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// Entered.
    Registered,
    /// Authorized and carried out.
    Confirmed,
}

impl StepKind {
    /// The id of the step's name.
    #[must_use]
    pub fn text_id(self) -> &'static str {
        match self {
            Self::Registered => "step-registered",
            Self::Confirmed => "step-confirmed",
        }
    }
}

/// A proof that protected a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofUsed {
    /// Confirmation PIN.
    ConfirmationPin,
    /// Mail OTP.
    MailOtp,
    /// The code a token showed.
    TokenOtp,
    /// The token app's approval.
    AppApproval,
    /// A passkey.
    Passkey,
}

impl ProofUsed {
    /// The id of the proof's name.
    #[must_use]
    pub fn text_id(self) -> &'static str {
        match self {
            Self::ConfirmationPin => "proof-confirmation-pin",
            Self::MailOtp => "proof-mail-otp",
            Self::TokenOtp => "proof-token-otp",
            Self::AppApproval => "proof-app-approval",
            Self::Passkey => "proof-passkey",
        }
    }
}
