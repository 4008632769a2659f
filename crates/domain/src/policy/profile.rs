//! The profile as its TOML file writes it. Unknown keys are refused by serde; what each value may
//! be is said in `check`.

use serde::Deserialize;
use toml::Spanned;

use crate::token::TokenKind;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileFile {
    pub institution: Institution,
    pub help_desk: HelpDesk,
    pub mail: MailSender,
    pub mail_otp: Spanned<MailOtpPolicy>,
    pub grid: Spanned<GridPolicy>,
    pub session: Spanned<SessionPolicy>,
    pub suspension: Spanned<Suspension>,
    pub pin: Spanned<PinPolicy>,
    pub transfer: Spanned<TransferPolicy>,
    #[serde(default)]
    pub token: Option<Spanned<TokenPolicy>>,
    pub logon_proof: Vec<Spanned<LogonProofRow>>,
    pub operation_proof: Vec<Spanned<OperationProofRow>>,
}

/// Who runs the service, and since when this profile speaks for it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    /// Name on Japanese screens.
    pub name: String,
    /// Name on English screens.
    pub name_en: String,
    /// Name of the service on Japanese screens.
    pub service_name: String,
    /// Name of the service on English screens.
    pub service_name_en: String,
    /// The institution's own 金融機関コード, four digits.
    pub bank_code: String,
    /// Its own branches; other banks' come from the master data.
    pub branches: Vec<OwnBranch>,
    /// IANA zone in which all times of this file are written.
    pub time_zone: String,
    /// The first moment this profile answers for, local time.
    pub(super) valid_from: Spanned<String>,
}

/// One of the institution's own branches.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnBranch {
    /// Three digits.
    pub code: String,
    /// Name as shown.
    pub name: String,
}

/// BNK-4: shown on the logon page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelpDesk {
    /// Name on Japanese screens.
    pub name: String,
    /// Name on English screens.
    pub name_en: String,
    /// Telephone number.
    pub phone: String,
    /// Opening hours, a line each.
    pub hours: Vec<String>,
    /// The same in English.
    pub hours_en: Vec<String>,
    /// Closed days in one line.
    pub closed: String,
    /// The same in English.
    pub closed_en: String,
}

/// MAIL-7: the sender people put on their allow-list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSender {
    /// Display name.
    pub sender_name: String,
    /// Address.
    pub sender_address: String,
    /// Who is told of results (OPS-6).
    pub result_notice: ResultNotice,
}

/// OPS-6: who is told of a transaction's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResultNotice {
    /// The administrator.
    Administrator,
    /// The person who acted.
    ActingUser,
    /// Both.
    Both,
}

/// What happens with an address at a free mail service (MAIL-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FreeMail {
    /// It is not accepted.
    Refuse,
    /// The person is warned and may go on.
    Warn,
}

/// Lifetimes and counts of mail OTPs (MAIL-3, MAIL-5, MAIL-6, MAIL-8).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailOtpPolicy {
    /// Digits of the code, 6 to 8.
    pub digits: u8,
    /// Life of a code; at most 600 s (ASVS 6.5.5).
    pub ttl_secs: i64,
    /// Life of the code that proves a new address; at most 600 s.
    pub address_proof_ttl_secs: i64,
    /// Life of an authorization, within which codes can be issued again.
    pub authorization_ttl_secs: i64,
    /// Wrong answers that void the issued code.
    pub tries_per_code: u32,
    /// Codes issued to one person within `issue_window_secs`.
    pub issues_per_window: u32,
    /// See `issues_per_window`.
    pub issue_window_secs: i64,
    /// How long transactions are refused after a change of the address.
    pub hold_after_change_secs: i64,
    /// What happens with an address at a free mail service.
    pub free_mail: FreeMail,
    /// Their domains; subdomains count too.
    pub free_mail_domains: Vec<String>,
}

/// The grid card (LOG-4).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridPolicy {
    /// Columns A, B, …
    pub columns: u8,
    /// Rows 1, 2, …
    pub rows: u8,
    /// Digits in a cell.
    pub cell_digits: u8,
    /// Cells asked at a logon.
    pub cells_asked: u8,
}

/// LOG-9.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionPolicy {
    /// A logon must be finished within.
    pub logon_ttl_secs: i64,
    /// A session ends after so long without a request.
    pub idle_secs: i64,
    /// A session ends after so long in any case.
    pub absolute_secs: i64,
}

/// LCK-1: consecutive failures that suspend a person, a counter each.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// Wrong logon PINs.
    pub logon_pin: u32,
    /// Wrong confirmation PINs.
    pub confirmation_pin: u32,
    /// Wrong grid answers.
    pub grid: u32,
    /// Wrong mail OTPs.
    pub mail_otp: u32,
    /// Wrong token codes (LCK-2).
    pub token_otp: u32,
}

/// Tokens (TOK-1 to TOK-13). Absent where the institution has none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenPolicy {
    /// Which kinds customers may use: `hardware`, `app`, `authenticator`.
    pub kinds: Vec<TokenKind>,
    /// Steps accepted before and after the expected one.
    pub steps_either_side: u8,
    /// Steps a token's clock may be off at all (TOK-5).
    pub max_drift_steps: u16,
    /// Steps either side that the repair by two consecutive codes looks at.
    pub repair_reach_steps: u16,
    /// Wrong codes of all who share a token, in a row, after which nobody can use it.
    pub failures_per_token: u32,
    /// Digits of a software token's codes.
    pub software_digits: u8,
    /// Seconds a software token shows one code.
    pub software_period_secs: u32,
    /// Days until a software token expires (TOK-8).
    pub software_valid_days: i64,
    /// Days before that from which the app offers renewal.
    pub renewal_from_days: i64,
    /// Life of an activation link and of what follows until the first code.
    pub activation_ttl_secs: i64,
    /// How long logons wait after a revocation (TOK-10).
    pub revocation_hold_secs: i64,
    /// Whether token apps confirm transactions (APP-1).
    pub confirms_in_app: bool,
    /// Transactions of one person that may wait for the app at the same time.
    pub waiting_approvals_max: u32,
}

/// What PINs may be, and when a reminder is due (LOG-6).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinPolicy {
    /// Shortest.
    pub min_len: u8,
    /// Longest.
    pub max_len: u8,
    /// A PIN unchanged for so many days brings a notice. Never a forced change (ASVS 6.2.10).
    pub reminder_after_days: i64,
}

/// Transfers in the portal (OPS-1, OPS-5).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferPolicy {
    /// Transfers confirmed together, 1 to 10.
    pub max_lines: u8,
    /// Where a contract has no limit of its own, yen for one transfer.
    pub per_transfer_yen: i64,
}

/// One row of the logon table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogonProofRow {
    pub roles: Vec<Spanned<String>>,
    pub channels: Vec<Spanned<String>>,
    pub from: Spanned<String>,
    pub needs: Vec<Spanned<String>>,
    /// Asked in addition of those who have registered it (S4: the token, once it is in service).
    #[serde(default)]
    pub needs_if_registered: Vec<Spanned<String>>,
    /// LOG-8: whether a passkey may stand for ID and password.
    #[serde(default)]
    pub passkey_instead_of_pin: bool,
}

/// One row of the operations' table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OperationProofRow {
    pub operations: Vec<Spanned<String>>,
    pub stages: Vec<Spanned<String>>,
    /// All roles where absent.
    #[serde(default)]
    pub roles: Vec<Spanned<String>>,
    /// All channels where absent.
    #[serde(default)]
    pub channels: Vec<Spanned<String>>,
    pub from: Spanned<String>,
    pub needs: Vec<Spanned<String>>,
    /// Asked in addition of those who have registered it (MAIL-4: before the mandatory date).
    #[serde(default)]
    pub needs_if_registered: Vec<Spanned<String>>,
    /// Asked instead of `token-otp` of those who have registered it, the first one that fits (S2:
    /// whoever confirms in the app types no code).
    #[serde(default)]
    pub instead_of_token_otp: Vec<Spanned<String>>,
}
