//! What each refusal is over HTTP: the one place that says so.
//!
//! 403: a proof was wrong, or this person may not. 404: nothing there for this client. 409: things
//! stand so that it can't be done. 422: what was sent can't be right. 429: too often.

use axum::http::StatusCode;
use jiff::Timestamp;
use warifu_domain::refusal::Refusal;

/// Every refusal a client system can meet, for the description of the API.
pub(super) fn met_by_clients() -> [Refusal; 25] {
    [
        Refusal::WrongAnswer,
        Refusal::Superseded,
        Refusal::Suspended,
        Refusal::NotPermitted,
        Refusal::LimitExceeded {
            limit_yen: 0,
            per_day: false,
        },
        Refusal::NotFound,
        Refusal::Expired,
        Refusal::CodeVoid,
        Refusal::NotIssued,
        Refusal::AlreadyUsed,
        Refusal::ContentChanged,
        Refusal::AddressHold {
            until: Timestamp::UNIX_EPOCH,
        },
        Refusal::NoAddress,
        Refusal::WrongState,
        Refusal::MissingAnswer,
        Refusal::RequestIdReused,
        Refusal::RateLimited {
            retry_at: Timestamp::UNIX_EPOCH,
        },
        Refusal::CodeUsed,
        Refusal::NoToken,
        Refusal::TokenExpired,
        Refusal::TokenLocked,
        Refusal::ClockBehind,
        Refusal::RevocationHold {
            until: Timestamp::UNIX_EPOCH,
        },
        Refusal::NotApproved,
        Refusal::Rejected,
    ]
}

/// The status. A wrong answer at logon is 401 instead: there nobody is known yet.
pub(super) fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::NotLoggedOn => StatusCode::UNAUTHORIZED,
        Refusal::WrongAnswer
        | Refusal::Superseded
        | Refusal::Suspended
        | Refusal::NotPermitted
        | Refusal::LimitExceeded { .. }
        | Refusal::SkipNotAllowed => StatusCode::FORBIDDEN,
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::Expired
        | Refusal::CodeVoid
        | Refusal::NotIssued
        | Refusal::AlreadyUsed
        | Refusal::ContentChanged
        | Refusal::AddressHold { .. }
        | Refusal::NoAddress
        | Refusal::WrongState
        | Refusal::AddressUnchanged
        | Refusal::BankRefused
        | Refusal::CodeUsed
        | Refusal::NoToken
        | Refusal::TokenExpired
        | Refusal::TokenLocked
        | Refusal::RevocationHold { .. }
        | Refusal::TokenUnavailable
        | Refusal::TokenMode
        | Refusal::NotApproved
        | Refusal::Rejected => StatusCode::CONFLICT,
        Refusal::ClockBehind => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::MissingAnswer
        | Refusal::RequestIdReused
        | Refusal::AddressMalformed
        | Refusal::AddressMismatch
        | Refusal::FreeMail
        | Refusal::PinRule(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
    }
}

/// The title: the same for every problem of that code.
pub(super) fn title(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::WrongAnswer => "Wrong answer",
        Refusal::Expired => "Expired",
        Refusal::Superseded => "Not the last code",
        Refusal::CodeVoid => "Code void",
        Refusal::NotIssued => "No code issued",
        Refusal::AlreadyUsed => "Already used",
        Refusal::ContentChanged => "Content changed",
        Refusal::Suspended => "Suspended",
        Refusal::AddressHold { .. } => "Address changed lately",
        Refusal::NoAddress => "No address registered",
        Refusal::MissingAnswer => "Answer missing",
        Refusal::NotPermitted => "Not permitted",
        Refusal::LimitExceeded { .. } => "Limit exceeded",
        Refusal::RateLimited { .. } => "Too many requests",
        Refusal::RequestIdReused => "Idempotency-Key reused",
        Refusal::NotLoggedOn => "Not logged on",
        Refusal::NotFound => "Not found",
        Refusal::WrongState => "Not possible in this state",
        Refusal::AddressMalformed => "Not a mail address",
        Refusal::AddressMismatch => "Addresses differ",
        Refusal::FreeMail => "Free mail service",
        Refusal::AddressUnchanged => "Address unchanged",
        Refusal::SkipNotAllowed => "Can't be skipped",
        Refusal::PinRule(_) => "PIN against the rules",
        Refusal::BankRefused => "Refused by the bank",
        Refusal::CodeUsed => "Code used before",
        Refusal::NoToken => "No token registered",
        Refusal::TokenExpired => "Token expired",
        Refusal::TokenLocked => "Token locked",
        Refusal::ClockBehind => "Clock behind",
        Refusal::RevocationHold { .. } => "Token revoked lately",
        Refusal::TokenUnavailable => "Token not available",
        Refusal::TokenMode => "Against the usage mode",
        Refusal::NotApproved => "Not approved on the phone",
        Refusal::Rejected => "Rejected on the phone",
    }
}

/// What it means, in a sentence.
pub(super) fn detail(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::WrongAnswer => "An ID, PIN, cell or code is wrong; which one is never said.",
        Refusal::Expired => "The time to answer, or the day of the content, is over.",
        Refusal::Superseded => "A newer code was mailed; only the last one counts.",
        Refusal::CodeVoid => "Too many wrong answers voided the code; ask for a new one.",
        Refusal::NotIssued => "No code was mailed for this authorization yet.",
        Refusal::AlreadyUsed => "It was used already; nothing happens twice.",
        Refusal::ContentChanged => "The digest is not that of the content that was opened.",
        Refusal::Suspended => "The person or the contract is suspended.",
        Refusal::AddressHold { .. } => {
            "The address for one-time passwords was changed lately; see `until`."
        }
        Refusal::NoAddress => {
            "This needs an address for one-time passwords, or none is asked of this person."
        }
        Refusal::MissingAnswer => "An answer that `needs` names is missing; nothing was counted.",
        Refusal::NotPermitted => {
            "The institution doesn't offer this, or this person may not do it."
        }
        Refusal::LimitExceeded { per_day: false, .. } => {
            "An amount is over the limit per transfer; see `limit_yen`."
        }
        Refusal::LimitExceeded { per_day: true, .. } => {
            "The day's total would be over its limit; see `limit_yen`."
        }
        Refusal::RateLimited { .. } => "Too many in too short a time; see `retry_at`.",
        Refusal::RequestIdReused => "This Idempotency-Key came before with another body.",
        Refusal::NotLoggedOn => "The session or logon is over.",
        Refusal::NotFound => "Nothing by that name that this client may see.",
        Refusal::WrongState => "The record is in a state in which this can't be done.",
        Refusal::AddressMalformed => "The address is not a mail address.",
        Refusal::AddressMismatch => "The two addresses differ.",
        Refusal::FreeMail => "The address is at a free mail service.",
        Refusal::AddressUnchanged => "The address is the one registered already.",
        Refusal::SkipNotAllowed => "Registering an address can't be skipped any more.",
        Refusal::PinRule(_) => "The new PIN doesn't follow the rules.",
        Refusal::BankRefused => "The bank's system did not accept it.",
        Refusal::CodeUsed => {
            "This token's code was used before, perhaps by somebody who shares it; wait for the next."
        }
        Refusal::NoToken => "This needs a token, and this person has none in service.",
        Refusal::TokenExpired => "The token is past its expiry.",
        Refusal::TokenLocked => "Too many wrong codes of this token; the customer releases it.",
        Refusal::ClockBehind => {
            "The server's clock is behind the token's last use; nothing is judged."
        }
        Refusal::RevocationHold { .. } => {
            "The person's token was revoked lately; logons wait, see `until`."
        }
        Refusal::TokenUnavailable => "No such token is lent to this contract and free.",
        Refusal::TokenMode => "The contract's usage mode of tokens doesn't allow this.",
        Refusal::NotApproved => "The token app has not approved this yet.",
        Refusal::Rejected => "The person rejected this in the token app.",
    }
}
