//! Confirming a transaction and its result. What is shown here is exactly what the proof is bound to (BIND-1).

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;

use super::Shell;
use super::message::{Errors, Message, MessageId};
use super::token::Qr;
use super::transfer::{AccountRow, AccountType};

/// One transfer, in full.
#[derive(Clone, Debug)]
pub struct ConfirmLine {
    /// Four digits.
    pub bank_code: String,
    /// The bank's name.
    pub bank_name: String,
    /// Three digits.
    pub branch_code: String,
    /// The branch's name.
    pub branch_name: String,
    /// The payee account's kind.
    pub account_type: AccountType,
    /// Seven digits.
    pub account_number: String,
    /// As sent.
    pub payee_name: String,
    /// In yen.
    pub amount_yen: u64,
    /// The day it is carried out.
    pub date: Date,
}

/// What the transaction needs, and how far it is (MAIL-1, MAIL-4, MAIL-6, APP-1).
#[derive(Clone, Debug)]
pub enum Proof {
    /// These answers.
    Needed(Needed),
    /// Nothing can be done now: [`MessageId::AddressHold`], `AddressMissing`, `TokenMissing`, `TokenExpired`,
    /// `TokenLocked`
    Blocked(Message),
}

/// What is asked, in the order of the page.
#[derive(Clone, Debug, Default)]
pub struct Needed {
    /// A code mailed for this transaction.
    pub mail_otp: Option<MailOtp>,
    /// The code a token shows.
    pub token_otp: Option<TokenCode>,
    /// The token app's word on this transaction.
    pub approval: Option<Approval>,
    /// A passkey, asked for exactly this transaction.
    pub passkey: Option<PasskeyAsked>,
    /// 確認暗証番号.
    pub confirmation_pin: bool,
    /// What would make transactions safer, where the PIN alone is asked.
    pub advice: Option<Advice>,
}

/// The token whose code is asked.
#[derive(Clone, Debug)]
pub struct TokenCode {
    /// Its serial, masked.
    pub serial: String,
    /// How many digits it shows.
    pub digits: usize,
    /// For how long it shows one code.
    pub period_secs: u32,
}

/// A challenge to a passkey.
#[derive(Clone, Debug)]
pub struct PasskeyAsked {
    /// Names it.
    pub challenge: String,
    /// For `navigator.credentials.get`, JSON.
    pub options: String,
}

/// How far the token app is.
#[derive(Clone, Debug)]
pub enum Approval {
    /// No answer yet. For a phone without network a QR code, if the transaction fits into one (APP-3).
    Waiting(Option<Qr>),
    /// Approved then.
    Approved(Timestamp),
}

/// What a person without it should register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// An address for mail OTPs.
    Address,
    /// A token.
    Token,
}

impl Needed {
    /// Whether the answers can be typed now: not before the code is mailed.
    #[must_use]
    pub fn answerable(&self) -> bool {
        matches!(self.mail_otp, None | Some(MailOtp::Issued(_)))
    }
}

/// How far the mail OTP is.
#[derive(Clone, Debug)]
pub enum MailOtp {
    /// None issued yet for this content.
    NotIssued,
    /// Mailed and good.
    Issued(IssuedCode),
    /// Its time is over.
    Expired,
    /// Wrong answers voided it.
    Void,
}

/// A code that was mailed.
#[derive(Clone, Debug)]
pub struct IssuedCode {
    /// Masked: `t***@example.co.jp`.
    pub sent_to: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Number of the issue, also in the mail, from 1.
    pub issue: u32,
}

/// `GET /transfers/{id}/confirm`. `POST /transfers/{id}/mail-otp` issues a code; `POST /transfers/{id}/execute` with
/// `shown` and the answers asked (`mail_otp`, `token_otp`, `approval_code`, `confirmation_pin`) carries it out; `POST /transfers/{id}/cancel` ends it.
#[derive(Template)]
#[template(path = "transfer_confirm.html")]
pub struct TransferConfirmPage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the answers; also `ContentChanged`, `MailUndelivered`.
    pub errors: Errors,
    /// Part of the paths.
    pub transfer_id: String,
    /// Digest of what is shown here; it comes back as `shown`, so that nothing else can be confirmed (BIND-1).
    pub digest: String,
    /// The account debited.
    pub debit_account: AccountRow,
    /// The transfers.
    pub lines: Vec<ConfirmLine>,
    /// What it needs.
    pub proof: Proof,
}

impl TransferConfirmPage {
    /// Sum of the amounts.
    #[must_use]
    pub fn total_yen(&self) -> u64 {
        self.lines.iter().map(|line| line.amount_yen).sum()
    }
}

/// A transfer and what became of it.
#[derive(Clone, Debug)]
pub struct ResultLine {
    /// The transfer.
    pub line: ConfirmLine,
    /// Why it was refused; `None` when accepted or still on its way.
    pub refused: Option<Message>,
}

/// `GET /transfers/{id}`, once it left. While it is on its way the page is asked for again by the browser.
#[derive(Template)]
#[template(path = "transfer_result.html")]
pub struct TransferResultPage {
    /// The frame.
    pub shell: Shell,
    /// For the history link.
    pub transfer_id: String,
    /// Whether the bank's answers are still awaited; then the lines have no results yet.
    pub on_its_way: bool,
    /// The receipt number.
    pub receipt_number: String,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// The account debited.
    pub debit_account: AccountRow,
    /// Every transfer with its result.
    pub lines: Vec<ResultLine>,
}

impl TransferResultPage {
    /// How many were refused.
    #[must_use]
    pub fn refused_count(&self) -> usize {
        self.lines
            .iter()
            .filter(|line| line.refused.is_some())
            .count()
    }

    /// Sum of the accepted amounts.
    #[must_use]
    pub fn accepted_yen(&self) -> u64 {
        self.lines
            .iter()
            .filter(|line| line.refused.is_none())
            .map(|line| line.line.amount_yen)
            .sum()
    }
}
