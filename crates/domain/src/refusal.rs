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
        }
    }
}
