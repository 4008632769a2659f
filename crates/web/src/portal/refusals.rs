//! Every refusal of the rules in the portal's words.

use axum::http::StatusCode;
use jiff::Timestamp;
use warifu_domain::pin::PinFault;
use warifu_domain::policy::FreeMail;
use warifu_domain::refusal::Refusal;

use super::cx::Cx;
use super::failure::Failure;
use crate::views::format;
use crate::views::message::{Message, MessageId};

/// What a refusal says to the person.
pub(super) fn message(refusal: &Refusal, cx: &Cx) -> Message {
    let id = match refusal {
        Refusal::WrongAnswer => MessageId::AnswerWrong,
        Refusal::Expired => MessageId::CodeExpired,
        Refusal::Superseded => MessageId::CodeSuperseded,
        Refusal::CodeVoid => MessageId::CodeVoid,
        Refusal::NotIssued => MessageId::CodeNotIssued,
        Refusal::AlreadyUsed => MessageId::CodeUsed,
        Refusal::ContentChanged => MessageId::ContentChanged,
        Refusal::Suspended => MessageId::Suspended,
        Refusal::AddressHold { until } => {
            let until = format::time(cx.locale, *until);
            return Message::new(MessageId::AddressHold).with("until", until);
        }
        Refusal::NoAddress => MessageId::AddressMissing,
        Refusal::MissingAnswer => MessageId::Required,
        Refusal::NotPermitted => MessageId::NotPermitted,
        Refusal::LimitExceeded { limit_yen, per_day } => {
            let id = if *per_day {
                MessageId::OverDayLimit
            } else {
                MessageId::OverTransferLimit
            };
            let limit = format::yen(cx.locale, limit_yen.unsigned_abs());
            return Message::new(id).with("limit", limit);
        }
        Refusal::RateLimited { retry_at } => {
            let minutes = minutes_until(cx, *retry_at).to_string();
            return Message::new(MessageId::IssueLimited).with("minutes", minutes);
        }
        Refusal::RequestIdReused => MessageId::Stale,
        Refusal::NotLoggedOn => MessageId::NotLoggedOn,
        Refusal::NotFound => MessageId::NotFound,
        Refusal::WrongState => MessageId::AlreadySettled,
        Refusal::AddressMalformed => MessageId::AddressMalformed,
        Refusal::AddressMismatch => MessageId::AddressMismatch,
        Refusal::FreeMail => match cx.web.app.profile().mail_otp.free_mail {
            FreeMail::Refuse => MessageId::AddressFreeMail,
            FreeMail::Warn => MessageId::AddressFreeMailAdvice,
        },
        Refusal::AddressUnchanged => MessageId::AddressUnchanged,
        Refusal::SkipNotAllowed => MessageId::SkipClosed,
        Refusal::PinRule(fault) => pin_rule(*fault),
        Refusal::BankRefused => MessageId::TransferNotAccepted,
        Refusal::RevocationHold { until } => {
            let until = format::time(cx.locale, *until);
            return Message::new(MessageId::RevocationHold).with("until", until);
        }
        Refusal::CodeUsed => MessageId::TokenCodeUsed,
        Refusal::NoToken => MessageId::TokenMissing,
        Refusal::TokenExpired => MessageId::TokenExpired,
        Refusal::TokenLocked => MessageId::TokenLocked,
        Refusal::ClockBehind => MessageId::ClockBehind,
        Refusal::TokenUnavailable => MessageId::TokenUnavailable,
        Refusal::TokenMode => MessageId::TokenMode,
        Refusal::NotApproved => MessageId::NotApproved,
        Refusal::Rejected => MessageId::Rejected,
    };
    id.into()
}

/// A refusal that leaves no page to stay on.
pub(super) fn failure(refusal: &Refusal, cx: &Cx) -> Failure {
    let status = match refusal {
        Refusal::NotLoggedOn => return Failure::NotLoggedOn,
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::NotPermitted | Refusal::Suspended => StatusCode::FORBIDDEN,
        Refusal::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::CONFLICT,
    };
    Failure::Page(status, message(refusal, cx))
}

fn pin_rule(fault: PinFault) -> MessageId {
    match fault {
        PinFault::Length | PinFault::Characters | PinFault::TooEasy => MessageId::PinUnfit,
        PinFault::Mismatch => MessageId::PinMismatch,
        PinFault::Unchanged => MessageId::PinUnchanged,
    }
}

/// Why the bank's core system did not accept a transfer.
pub(super) fn bank_reason(reason: &str) -> MessageId {
    match reason {
        "insufficient_funds" => MessageId::BalanceShort,
        "unknown_payee_account" => MessageId::PayeeNotFound,
        "same_account" => MessageId::SameAccount,
        _ => MessageId::TransferNotAccepted,
    }
}

/// Rounded up, at least one.
fn minutes_until(cx: &Cx, moment: Timestamp) -> i64 {
    let now = cx.web.app.now().unwrap_or(moment);
    let secs = moment.duration_since(now).as_secs();
    (secs / 60 + 1).max(1)
}
