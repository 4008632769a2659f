//! Messages to a person: refusals (`W…`) and information (`I…`). The code is stable, is shown small after the text so
//! that support staff can quote it, and is the text's id in `locales/*/portal-messages.ftl`. A code is never reused.

/// What a message says. The doc comment names the placeholders that the text needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageId {
    /// ID or PIN wrong, no such ID, or suspended: one text for all (LCK-4).
    LogonRefused,
    /// A grid cell wrong; the same cells are asked again (LOG-4).
    GridWrong,
    /// The logon took too long between its steps.
    LogonExpired,
    /// The idle or the absolute limit of a session was reached (LOG-9).
    SessionTimedOut,
    /// The same person logged on elsewhere (LOG-9).
    SessionTakenOver,
    /// An administrator revoked the person's token during the session (TOK-10).
    SessionTokenRevoked,
    /// The page needs a logon.
    NotLoggedOn,
    /// Suspended during a session, after wrong answers; the branch or an administrator releases.
    Suspended,

    /// The code or the confirmation PIN is wrong (MAIL-1).
    AnswerWrong,
    /// The code's time is over (MAIL-3).
    CodeExpired,
    /// A later code was issued (MAIL-3).
    CodeSuperseded,
    /// The code was used before (MAIL-3).
    CodeUsed,
    /// The content changed after the code was issued (MAIL-2).
    ContentChanged,
    /// Wrong answers voided the code (MAIL-8).
    CodeVoid,
    /// The OTP address changed less than 24 hours ago (MAIL-6). `until`.
    AddressHold,
    /// No OTP address, and the mandatory date has passed (MAIL-4).
    AddressMissing,
    /// Codes were asked for too often (MAIL-8). `minutes`.
    IssueLimited,
    /// The mail with the code could not be delivered.
    MailUndelivered,
    /// The person has no authority for the operation (OPS-3).
    NotPermitted,
    /// The transaction was already carried out, cancelled or expired.
    AlreadySettled,
    /// The confirmation PIN is wrong.
    ConfirmationPinWrong,
    /// No code was issued for this transaction yet.
    CodeNotIssued,
    /// More than the account holds.
    BalanceShort,
    /// Over the limit of one transfer (OPS-5). `limit`.
    OverTransferLimit,
    /// Over the limit of the day (OPS-5). `limit`.
    OverDayLimit,
    /// The payee's account does not exist.
    PayeeNotFound,
    /// The payee's name differs from the account's.
    PayeeNameDiffers,
    /// The institution's core system did not accept the transfer.
    TransferNotAccepted,

    /// Not a mail address.
    AddressMalformed,
    /// The two addresses differ.
    AddressMismatch,
    /// Free mail is refused by the profile (MAIL-5).
    AddressFreeMail,
    /// Free mail is advised against; the person may confirm (MAIL-5).
    AddressFreeMailAdvice,
    /// The same as now.
    AddressUnchanged,
    /// The code mailed to the new address is wrong.
    VerifyWrong,
    /// The code mailed to the new address is over its time.
    VerifyExpired,
    /// Wrong answers voided the code mailed to the new address.
    VerifyVoid,
    /// The current PIN is wrong.
    CurrentPinWrong,
    /// The two new PINs differ.
    PinMismatch,
    /// The new PIN breaks the rules shown on the page.
    PinUnfit,
    /// The new PIN is the current one.
    PinUnchanged,
    /// Skipping is no longer possible (MAIL-4).
    SkipClosed,

    /// The field is empty.
    Required,
    /// Nothing chosen.
    NothingChosen,
    /// Not so many digits. `digits`.
    DigitsWanted,
    /// Not an amount from 1 yen on.
    AmountUnreadable,
    /// No bank with that code.
    BankUnknown,
    /// No branch with that code at that bank.
    BranchUnknown,
    /// A character that a payee name can't have.
    PayeeNameUnfit,
    /// Too many characters. `max`.
    TooLong,
    /// No more transfers fit into one transaction. `max`.
    LinesFull,
    /// The payee's account is the debit account.
    SameAccount,
    /// Not a date.
    DateUnreadable,
    /// The period ends before it begins.
    PeriodBackwards,

    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// 409: another window or person was faster.
    Stale,
    /// 413. `max`.
    TooLarge,
    /// 422: the form could not be read.
    Unreadable,
    /// 429. `minutes`.
    TooMany,
    /// 500.
    Fault,
    /// 503.
    Busy,
    /// 503 or 408: it can't be told whether the request was carried out.
    OutcomeUnknown,

    /// The token was revoked; logons wait (TOK-10). `until`.
    RevocationHold,
    /// This logon needs a token, and none is registered (LOG-3).
    TokenNeeded,
    /// The token's code is wrong (LOG-2).
    TokenWrong,
    /// The code was used before, perhaps by a colleague (TOK-4).
    TokenCodeUsed,
    /// The token is past its expiry (TOK-8).
    TokenExpired,
    /// Too many wrong codes of a token.
    TokenLocked,
    /// The operation needs a token (POL-2).
    TokenMissing,
    /// The phone has not approved yet (APP-1).
    NotApproved,
    /// The phone rejected it (APP-2).
    Rejected,
    /// The server's clock is behind; nothing can be judged.
    ClockBehind,
    /// No such token is lent to the contract, or it can't be registered so (TOK-3).
    TokenUnavailable,
    /// The usage mode doesn't allow this (TOK-2).
    TokenMode,

    /// The passkey was not accepted (LOG-8).
    PasskeyRefused,
    /// The new passkey was not accepted.
    PasskeyNotRegistered,
    /// No more passkeys can be registered.
    PasskeysFull,

    /// Wrong codes of the token suspended the person; a master or administrator releases (LCK-2).
    TokenSuspended,
    /// Too many transactions wait for the phone already (APP-1).
    ApprovalsFull,
    /// The app is not set up yet (S4 step C).
    AppNotSetUp,
    /// The issue took too long.
    IssueExpired,
    /// A token is in service: it must be revoked before another is issued (TOK-10).
    TokenInUse,
    /// The two codes don't tell how far the clock is off (TOK-5).
    DriftUnrepaired,
    /// Nobody releases themselves, nor whoever shares their token (LCK-2).
    ReleaseNotAllowed,
    /// Not suspended by wrong token codes (LCK-2).
    NothingToRelease,
    /// Without a token (TOK-10).
    NothingToRevoke,
    /// The start password breaks the rules shown on the page.
    StartPasswordUnfit,
    /// The two start passwords differ.
    StartPasswordMismatch,
    /// No user was chosen.
    NobodyChosen,

    /// Information: this logon ended an earlier session (LOG-9).
    TookOver,
    /// Information: PINs unchanged for long (LOG-6). `since`.
    PinOld,
    /// Information: transactions open again at `until` (MAIL-6).
    AddressHoldUntil,
    /// Information: no OTP address yet; `date` is the mandatory one (MAIL-4).
    AddressAdvised,
    /// Information: no OTP address yet, no mandatory date set (MAIL-4).
    AddressAdvisedUndated,
    /// Information: a code was issued and mailed.
    CodeIssued,
    /// Information: a transfer was added to the transaction.
    LineAdded,
    /// Information: a transfer was changed.
    LineChanged,
    /// Information: a transfer was removed.
    LineRemoved,
    /// Information: the transaction was cancelled.
    TransferCancelled,
    /// Information: the PIN was changed.
    PinChanged,
    /// Information: the first OTP address is in force.
    AddressRegistered,
    /// Information: the OTP address was changed; the page says when transactions open (MAIL-6).
    AddressChanged,
    /// Information: the result-notice address was changed.
    NoticeAddressChanged,
    /// Information: the code was mailed again.
    VerifySentAgain,
    /// Information: a passkey was registered.
    PasskeyRegistered,
    /// Information: a passkey was removed.
    PasskeyRemoved,
    /// Information: a token is being issued (TOK-6).
    TokenIssueOpen,
    /// Information: no token yet, where tokens protect the logon or transactions.
    TokenAdvised,
    /// Information: the token expires at `until` (TOK-8).
    TokenExpiresSoon,
    /// Information: the token is in service (S4 step E).
    TokenInService,
    /// Information: the issue was given up.
    IssueCancelled,
    /// Information: the token's clock is known again (TOK-5).
    DriftRepaired,
    /// Information: 利用形態 was set (TOK-2).
    UsageModeSet,
}

impl MessageId {
    /// The stable code, which is the text's id too.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "one row per message, a table")]
    pub fn code(self) -> &'static str {
        match self {
            Self::LogonRefused => "W1101",
            Self::GridWrong => "W1102",
            Self::LogonExpired => "W1104",
            Self::SessionTimedOut => "W1105",
            Self::SessionTakenOver => "W1107",
            Self::SessionTokenRevoked => "W1113",
            Self::NotLoggedOn => "W1108",
            Self::Suspended => "W1109",
            Self::AnswerWrong => "W1201",
            Self::CodeExpired => "W1202",
            Self::CodeSuperseded => "W1203",
            Self::CodeUsed => "W1204",
            Self::ContentChanged => "W1205",
            Self::CodeVoid => "W1206",
            Self::AddressHold => "W1207",
            Self::AddressMissing => "W1208",
            Self::IssueLimited => "W1209",
            Self::MailUndelivered => "W1210",
            Self::NotPermitted => "W1211",
            Self::AlreadySettled => "W1212",
            Self::ConfirmationPinWrong => "W1213",
            Self::CodeNotIssued => "W1214",
            Self::BalanceShort => "W1221",
            Self::OverTransferLimit => "W1222",
            Self::OverDayLimit => "W1223",
            Self::PayeeNotFound => "W1224",
            Self::PayeeNameDiffers => "W1225",
            Self::TransferNotAccepted => "W1226",
            Self::AddressMalformed => "W1301",
            Self::AddressMismatch => "W1302",
            Self::AddressFreeMail => "W1303",
            Self::AddressFreeMailAdvice => "W1304",
            Self::AddressUnchanged => "W1306",
            Self::VerifyWrong => "W1307",
            Self::VerifyExpired => "W1308",
            Self::VerifyVoid => "W1309",
            Self::CurrentPinWrong => "W1311",
            Self::PinMismatch => "W1312",
            Self::PinUnfit => "W1313",
            Self::PinUnchanged => "W1314",
            Self::SkipClosed => "W1316",
            Self::Required => "W2001",
            Self::NothingChosen => "W2002",
            Self::DigitsWanted => "W2003",
            Self::AmountUnreadable => "W2004",
            Self::BankUnknown => "W2005",
            Self::BranchUnknown => "W2006",
            Self::PayeeNameUnfit => "W2007",
            Self::TooLong => "W2008",
            Self::LinesFull => "W2009",
            Self::SameAccount => "W2011",
            Self::DateUnreadable => "W2012",
            Self::PeriodBackwards => "W2013",
            Self::Forbidden => "W9403",
            Self::NotFound => "W9404",
            Self::Stale => "W9409",
            Self::TooLarge => "W9413",
            Self::Unreadable => "W9422",
            Self::TooMany => "W9429",
            Self::Fault => "W9500",
            Self::Busy => "W9503",
            Self::OutcomeUnknown => "W9504",
            Self::RevocationHold => "W1110",
            Self::TokenNeeded => "W1111",
            Self::TokenWrong => "W1112",
            Self::TokenCodeUsed => "W1231",
            Self::TokenExpired => "W1232",
            Self::TokenLocked => "W1233",
            Self::TokenMissing => "W1234",
            Self::NotApproved => "W1235",
            Self::Rejected => "W1236",
            Self::ClockBehind => "W1237",
            Self::TokenUnavailable => "W1401",
            Self::TokenMode => "W1402",
            Self::PasskeyRefused => "W1121",
            Self::PasskeyNotRegistered => "W1321",
            Self::PasskeysFull => "W1322",
            Self::TokenSuspended => "W1114",
            Self::ApprovalsFull => "W1238",
            Self::AppNotSetUp => "W1411",
            Self::IssueExpired => "W1412",
            Self::TokenInUse => "W1413",
            Self::DriftUnrepaired => "W1414",
            Self::ReleaseNotAllowed => "W1415",
            Self::NothingToRelease => "W1416",
            Self::NothingToRevoke => "W1417",
            Self::StartPasswordUnfit => "W1418",
            Self::StartPasswordMismatch => "W1419",
            Self::NobodyChosen => "W2014",
            Self::TookOver => "I1102",
            Self::PinOld => "I1103",
            Self::AddressHoldUntil => "I1104",
            Self::AddressAdvised => "I1105",
            Self::AddressAdvisedUndated => "I1106",
            Self::CodeIssued => "I1201",
            Self::LineAdded => "I1202",
            Self::LineChanged => "I1203",
            Self::LineRemoved => "I1204",
            Self::TransferCancelled => "I1205",
            Self::PinChanged => "I1301",
            Self::AddressRegistered => "I1302",
            Self::AddressChanged => "I1303",
            Self::NoticeAddressChanged => "I1304",
            Self::VerifySentAgain => "I1305",
            Self::PasskeyRegistered => "I1311",
            Self::PasskeyRemoved => "I1312",
            Self::TokenIssueOpen => "I1107",
            Self::TokenAdvised => "I1108",
            Self::TokenExpiresSoon => "I1109",
            Self::TokenInService => "I1401",
            Self::IssueCancelled => "I1402",
            Self::DriftRepaired => "I1403",
            Self::UsageModeSet => "I1404",
        }
    }
}

impl MessageId {
    /// Messages that travel to the next page by their code; none has placeholders.
    const NOTICES: [Self; 37] = [
        Self::IssueExpired,
        Self::TokenNeeded,
        Self::TokenSuspended,
        Self::TokenMissing,
        Self::TokenExpired,
        Self::TokenLocked,
        Self::NotApproved,
        Self::Rejected,
        Self::TokenInService,
        Self::IssueCancelled,
        Self::DriftRepaired,
        Self::UsageModeSet,
        Self::PasskeyRegistered,
        Self::PasskeyRemoved,
        Self::CodeIssued,
        Self::LineAdded,
        Self::LineChanged,
        Self::LineRemoved,
        Self::TransferCancelled,
        Self::PinChanged,
        Self::AddressRegistered,
        Self::AddressChanged,
        Self::NoticeAddressChanged,
        Self::VerifySentAgain,
        Self::NotLoggedOn,
        Self::LogonExpired,
        Self::Suspended,
        Self::AnswerWrong,
        Self::CodeExpired,
        Self::CodeSuperseded,
        Self::CodeVoid,
        Self::CodeNotIssued,
        Self::ContentChanged,
        Self::AddressMissing,
        Self::NotPermitted,
        Self::AlreadySettled,
        Self::MailUndelivered,
    ];

    /// The message that a code names, if it may come from the page before.
    #[must_use]
    pub fn of_notice(code: &str) -> Option<Self> {
        Self::NOTICES.into_iter().find(|id| id.code() == code)
    }
}

/// A message with the values of its placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it says.
    pub id: MessageId,
    /// Placeholder name and value, ready to be written (times and amounts already formatted).
    pub values: Vec<(&'static str, String)>,
}

impl Message {
    /// A message with no placeholder filled yet.
    #[must_use]
    pub fn new(id: MessageId) -> Self {
        Self {
            id,
            values: Vec::new(),
        }
    }

    /// Fills one placeholder.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.values.push((name, value.into()));
        self
    }

    /// The stable code shown after the text.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.id.code()
    }
}

impl From<MessageId> for Message {
    fn from(id: MessageId) -> Self {
        Self::new(id)
    }
}

/// What is wrong with a form that was sent: shown as a summary on top and at each field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errors {
    /// What concerns the form as a whole.
    pub page: Option<Message>,
    /// Field name and what is wrong with it, in the order of the page.
    pub fields: Vec<(&'static str, Message)>,
}

impl Errors {
    /// Only a refusal of the whole form.
    #[must_use]
    pub fn page(message: impl Into<Message>) -> Self {
        Self {
            page: Some(message.into()),
            fields: Vec::new(),
        }
    }

    /// Adds what is wrong with the field `name`.
    #[must_use]
    pub fn field(mut self, name: &'static str, message: impl Into<Message>) -> Self {
        self.fields.push((name, message.into()));
        self
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.page.is_none() && self.fields.is_empty()
    }

    /// What is wrong with the field `name`.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<&Message> {
        self.fields
            .iter()
            .find(|(field, _)| *field == name)
            .map(|(_, message)| message)
    }
}
