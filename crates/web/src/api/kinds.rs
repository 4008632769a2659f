//! Problems that are not refusals: what was sent can't be looked at, or the system can't answer.

use axum::http::StatusCode;

/// One kind of problem that is not a refusal.
pub(crate) struct Kind {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
    pub(crate) detail: &'static str,
}

macro_rules! kind {
    ($status:ident, $code:literal, $title:literal, $detail:literal) => {
        Kind {
            status: StatusCode::$status,
            code: $code,
            title: $title,
            detail: $detail,
        }
    };
}

pub(super) const MALFORMED: Kind = kind!(
    BAD_REQUEST,
    "malformed_json",
    "Not JSON",
    "The body is not JSON."
);
pub(super) const UNAUTHORIZED: Kind = kind!(
    UNAUTHORIZED,
    "unauthorized",
    "No valid key",
    "Send `Authorization: Bearer wk_…` with a key in force."
);
pub(super) const NO_ROUTE: Kind = kind!(
    NOT_FOUND,
    "not_found",
    "Not found",
    "The API has no such path."
);
pub(super) const METHOD: Kind = kind!(
    METHOD_NOT_ALLOWED,
    "method_not_allowed",
    "Method not allowed",
    "This path doesn't answer that method; see `Allow`."
);
pub(super) const TOO_LARGE: Kind = kind!(
    PAYLOAD_TOO_LARGE,
    "too_large",
    "Body too large",
    "A body may have 64 KiB."
);
pub(super) const MEDIA_TYPE: Kind = kind!(
    UNSUPPORTED_MEDIA_TYPE,
    "unsupported_media_type",
    "Not application/json",
    "The content type must be application/json."
);
pub(super) const INVALID: Kind = kind!(
    UNPROCESSABLE_ENTITY,
    "invalid_request",
    "Faulty field",
    "A field is faulty; see `field`."
);
pub(super) const NOT_OFFERED: Kind = kind!(
    UNPROCESSABLE_ENTITY,
    "not_offered",
    "Not offered",
    "This version doesn't offer that; see `field`."
);
pub(super) const RATE: Kind = kind!(
    TOO_MANY_REQUESTS,
    "rate_limited",
    "Too many requests",
    "This client system or this address sends too many requests."
);
pub(super) const FAULT: Kind = kind!(
    INTERNAL_SERVER_ERROR,
    "fault",
    "Fault",
    "The system failed; support can find this by `request_id`."
);
pub(super) const BUSY: Kind = kind!(
    SERVICE_UNAVAILABLE,
    "busy",
    "Busy",
    "Too much waits at the moment; nothing was judged or counted. Try again later."
);
pub(super) const INDETERMINATE: Kind = kind!(
    SERVICE_UNAVAILABLE,
    "indeterminate",
    "Outcome unknown",
    "It can't be told whether this happened. Treat the code as used; a retry with the same \
     Idempotency-Key returns what happened."
);
pub(super) const CLOCK: Kind = kind!(
    SERVICE_UNAVAILABLE,
    "clock_backwards",
    "Clock is wrong",
    "The server's clock went backwards; nothing that depends on time is judged until it is right."
);

/// All kinds, for the description of the API.
pub(super) const KINDS: [Kind; 13] = [
    MALFORMED,
    UNAUTHORIZED,
    NO_ROUTE,
    METHOD,
    TOO_LARGE,
    MEDIA_TYPE,
    INVALID,
    NOT_OFFERED,
    RATE,
    FAULT,
    BUSY,
    INDETERMINATE,
    CLOCK,
];
