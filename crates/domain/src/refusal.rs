//! Refusals: expected answers, each audited and committed. Not errors: nothing is broken.

use jiff::Timestamp;

/// Why the system said no. `code` is stable: API clients and support staff rely on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// ID, PIN, cell or code is wrong; which one is never said (RTS 4(3)).
    WrongAnswer,
    /// The time to answer is over.
    Expired,
    /// An older code than the last one issued (MAIL-3).
    Superseded,
    /// Too many wrong answers voided the code; a new one can be issued (MAIL-8).
    CodeVoid,
    /// No code was issued yet.
    NotIssued,
    /// The authorization was used already; nothing happens twice.
    AlreadyUsed,
    /// What is confirmed is not what the proof was issued for (MAIL-2).
    ContentChanged,
    /// The person or the contract is suspended (LCK-1).
    Suspended,
    /// The OTP address was changed lately (MAIL-6).
    AddressHold {
        /// When transactions open again.
        until: Timestamp,
    },
    /// No OTP address is registered, and the operation needs one (MAIL-4).
    NoAddress,
    /// An answer that is needed is missing.
    MissingAnswer,
    /// This person may not do this, or the institution doesn't offer it.
    NotPermitted,
    /// More than the limit per transfer or per day (OPS-5).
    LimitExceeded {
        /// The limit in yen.
        limit_yen: i64,
        /// Whether it is the day's limit.
        per_day: bool,
    },
    /// Too many in too short a time.
    RateLimited {
        /// When it opens again.
        retry_at: Timestamp,
    },
    /// The same request ID came with another content.
    RequestIdReused,
    /// The session or logon is over, or never was.
    NotLoggedOn,
    /// Nothing by that ID that this person may see.
    NotFound,
    /// The record is in a state in which this can't be done.
    WrongState,
    /// The address is not a mail address.
    AddressMalformed,
    /// The two addresses typed differ.
    AddressMismatch,
    /// The address is at a free mail service (MAIL-5).
    FreeMail,
    /// The address is the one registered already.
    AddressUnchanged,
    /// Registering an address is mandatory by now and can't be skipped (MAIL-4).
    SkipNotAllowed,
    /// A PIN that doesn't follow the rules; says which.
    PinRule(crate::pin::PinFault),
    /// The bank's system did not accept it.
    BankRefused,
    /// The token's code was used before; the next one must be waited for (TOK-4).
    CodeUsed,
    /// No token is registered, and this needs one (POL-2).
    NoToken,
    /// The token is past its expiry (TOK-8).
    TokenExpired,
    /// Too many wrong codes of a shared token; nobody can use it until it is released.
    TokenLocked,
    /// The server's clock is behind the token's last use: nothing may be judged (fault 7).
    ClockBehind,
    /// The token was revoked; logons wait (TOK-10).
    RevocationHold {
        /// When a logon works again.
        until: Timestamp,
    },
    /// No such token is lent to this contract, or it can't be registered as wished (TOK-2, TOK-3).
    TokenUnavailable,
    /// The contract's usage mode doesn't allow this (TOK-2).
    TokenMode,
    /// The phone has not approved yet (APP-1).
    NotApproved,
    /// The phone rejected it (APP-2).
    Rejected,
}

impl Refusal {
    /// The stable code, as in API problems and audit events.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongAnswer => "wrong_answer",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
            Self::CodeVoid => "code_void",
            Self::NotIssued => "not_issued",
            Self::AlreadyUsed => "already_used",
            Self::ContentChanged => "content_changed",
            Self::Suspended => "suspended",
            Self::AddressHold { .. } => "address_hold",
            Self::NoAddress => "no_address",
            Self::MissingAnswer => "missing_answer",
            Self::NotPermitted => "not_permitted",
            Self::LimitExceeded { .. } => "limit_exceeded",
            Self::RateLimited { .. } => "rate_limited",
            Self::RequestIdReused => "request_id_reused",
            Self::NotLoggedOn => "not_logged_on",
            Self::NotFound => "not_found",
            Self::WrongState => "wrong_state",
            Self::AddressMalformed => "address_malformed",
            Self::AddressMismatch => "address_mismatch",
            Self::FreeMail => "free_mail",
            Self::AddressUnchanged => "address_unchanged",
            Self::SkipNotAllowed => "skip_not_allowed",
            Self::PinRule(_) => "pin_rule",
            Self::BankRefused => "bank_refused",
            Self::CodeUsed => "code_used",
            Self::NoToken => "no_token",
            Self::TokenExpired => "token_expired",
            Self::TokenLocked => "token_locked",
            Self::ClockBehind => "clock_behind",
            Self::RevocationHold { .. } => "revocation_hold",
            Self::TokenUnavailable => "token_unavailable",
            Self::TokenMode => "token_mode",
            Self::NotApproved => "not_approved",
            Self::Rejected => "rejected",
        }
    }
}
