//! Problems as RFC 9457 says: a stable `code`, a sentence for people, the request's ID.
//!
//! Handlers return a [`Problem`]; `render`, the layer around all routes, knows the request's ID and
//! makes the document.

use std::borrow::Cow;

use axum::Json;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use warifu_app::AppError;
use warifu_domain::refusal::Refusal;

use super::kinds::{self, Kind};
use super::refusals;
use crate::origin::RequestId;

/// Longest field name and reason repeated in a problem; callers can send names of any length.
const MAX_FIELD_CHARS: usize = 100;
const MAX_REASON_CHARS: usize = 200;

/// A problem (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "urn:warifu:problem:limit_exceeded", "title": "Limit exceeded", "status": 403,
    "code": "limit_exceeded", "detail": "An amount is over the limit per transfer; see `limit_yen`.",
    "request_id": "req-7f3a", "limit_yen": 5_000_000,
}))]
pub(super) struct Document {
    /// `urn:warifu:problem:` and the code.
    r#type: String,
    /// The same for every problem of this code.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// Stable: programs may rely on it.
    #[schema(schema_with = super::openapi::problem_codes)]
    code: &'static str,
    /// What is wrong, in an English sentence. For people: it may change.
    detail: Cow<'static, str>,
    /// The request's ID, as in the server's log and audit record.
    request_id: String,
    /// With `invalid_request` and `not_offered`: which field or header, as a path.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "content.transfers[2].amount")]
    field: Option<String>,
    /// With `address_hold`: when transactions open again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, format = DateTime)]
    until: Option<Timestamp>,
    /// With a person's `rate_limited`: when it opens again; `Retry-After` says it in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, format = DateTime)]
    retry_at: Option<Timestamp>,
    /// With `limit_exceeded`: the limit in yen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    limit_yen: Option<i64>,
}

/// What handlers answer instead of a result.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    document: Box<Document>,
    retry_after_secs: Option<i64>,
    /// For the log only.
    cause: Option<String>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        let document = Document {
            r#type: format!("urn:warifu:problem:{code}"),
            title,
            status: status.as_u16(),
            code,
            detail: Cow::Borrowed(title),
            request_id: String::new(),
            field: None,
            until: None,
            retry_at: None,
            limit_yen: None,
        };
        Self {
            document: Box::new(document),
            retry_after_secs: None,
            cause: None,
        }
    }

    /// A problem that is not a refusal.
    pub(crate) fn of(kind: &Kind) -> Self {
        let mut problem = Self::new(kind.status, kind.code, kind.title);
        problem.document.detail = Cow::Borrowed(kind.detail);
        problem
    }

    fn in_field(kind: &Kind, field: &str, reason: &str) -> Self {
        let mut problem = Self::of(kind);
        let field: String = field.chars().take(MAX_FIELD_CHARS).collect();
        let reason: String = reason.chars().take(MAX_REASON_CHARS).collect();
        let place = if field.is_empty() { "body" } else { &field };
        problem.document.detail = Cow::Owned(format!("`{place}`: {reason}."));
        problem.document.field = Some(field);
        problem
    }

    /// A refusal of a use case.
    pub(crate) fn refused(refusal: &Refusal) -> Self {
        let status = refusals::status(refusal);
        let mut problem = Self::new(status, refusal.code(), refusals::title(refusal));
        let document = &mut problem.document;
        document.detail = Cow::Borrowed(refusals::detail(refusal));
        match refusal {
            Refusal::AddressHold { until } | Refusal::RevocationHold { until } => {
                document.until = Some(*until);
            }
            Refusal::RateLimited { retry_at } => document.retry_at = Some(*retry_at),
            Refusal::LimitExceeded { limit_yen, .. } => document.limit_yen = Some(*limit_yen),
            _ => {}
        }
        problem
    }

    /// The same at `now`, which `Retry-After` counts from.
    pub(super) fn refused_at(refusal: &Refusal, now: Timestamp) -> Self {
        let mut problem = Self::refused(refusal);
        if let Refusal::RateLimited { retry_at } = refusal {
            let secs = retry_at.duration_since(now).as_secs();
            problem.retry_after_secs = Some(secs.max(0) + 1);
        }
        problem
    }

    /// A refusal at logon: whoever gave a wrong answer is nobody yet.
    pub(super) fn refused_logon(refusal: &Refusal) -> Self {
        let mut problem = Self::refused(refusal);
        if *refusal == Refusal::WrongAnswer {
            problem.document.status = StatusCode::UNAUTHORIZED.as_u16();
        }
        problem
    }

    /// No key, or none in force.
    pub(super) fn unauthorized() -> Self {
        Self::of(&kinds::UNAUTHORIZED)
    }

    /// This client system asks too often.
    pub(crate) fn too_many_requests() -> Self {
        let mut problem = Self::of(&kinds::RATE);
        problem.retry_after_secs = Some(1);
        problem
    }

    /// The content type is not JSON's.
    pub(super) fn unsupported_media_type() -> Self {
        Self::of(&kinds::MEDIA_TYPE)
    }

    /// The body is over the limit.
    pub(super) fn too_large() -> Self {
        Self::of(&kinds::TOO_LARGE)
    }

    /// The body is not JSON.
    pub(super) fn malformed(detail: String) -> Self {
        let mut problem = Self::of(&kinds::MALFORMED);
        problem.document.detail = Cow::Owned(detail);
        problem
    }

    /// A field is faulty.
    pub(super) fn invalid(field: &str, reason: &str) -> Self {
        Self::in_field(&kinds::INVALID, field, reason)
    }

    /// Something that this version doesn't do.
    pub(super) fn not_offered(field: &str, reason: &str) -> Self {
        Self::in_field(&kinds::NOT_OFFERED, field, reason)
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let (kind, retry_after_secs) = match &error {
            AppError::Busy(_) => (kinds::BUSY, Some(1)),
            AppError::Indeterminate => (kinds::INDETERMINATE, None),
            AppError::ClockBackwards(_) => (kinds::CLOCK, None),
            AppError::Store(_) | AppError::CoreBanking(_) | AppError::Inconsistent(_) => {
                (kinds::FAULT, None)
            }
        };
        let mut problem = Self::of(&kind);
        problem.retry_after_secs = retry_after_secs;
        problem.cause = Some(error.to_string());
        problem
    }
}

impl IntoResponse for Problem {
    /// Only the status and the problem itself; `render` makes the document of it.
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.document.status);
        let mut response = status
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Answers paths below `/api` that nothing else answers.
pub(crate) async fn no_such_route() -> Problem {
    Problem::of(&kinds::NO_ROUTE)
}

/// Answers methods that a path doesn't know.
pub(crate) async fn method_not_allowed() -> Problem {
    Problem::of(&kinds::METHOD)
}

/// The layer that makes documents of problems, with the request's ID, and logs faults.
pub(crate) async fn render(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>();
    let request_id = id.map_or_else(String::new, |id| id.0.clone());
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return response;
    };
    if let Some(cause) = &problem.cause {
        let code = problem.document.code;
        tracing::error!(request_id, code, cause, "an API request failed");
    }
    let status = response.status();
    let mut headers = std::mem::take(response.headers_mut());
    describe(&mut headers, status, problem.retry_after_secs);
    let document = Document {
        request_id,
        ..*problem.document
    };
    let mut response = (status, Json(document)).into_response();
    response.headers_mut().extend(headers);
    response
}

fn describe(headers: &mut HeaderMap, status: StatusCode, retry_after_secs: Option<i64>) {
    let problem_json = HeaderValue::from_static("application/problem+json");
    headers.insert(CONTENT_TYPE, problem_json);
    // That of the empty body.
    headers.remove(CONTENT_LENGTH);
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Bearer realm=\"warifu\"");
        headers.insert(WWW_AUTHENTICATE, challenge);
    }
    if let Some(secs) = retry_after_secs {
        headers.insert(RETRY_AFTER, HeaderValue::from(secs));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(error: AppError) -> (u16, &'static str, Option<i64>) {
        let problem = Problem::from(error);
        let document = problem.document;
        (document.status, document.code, problem.retry_after_secs)
    }

    #[test]
    fn a_system_that_can_not_answer_says_which_way() {
        assert_eq!(told(AppError::Busy("x")), (503, "busy", Some(1)));
        let unknown = (503, "indeterminate", None);
        assert_eq!(told(AppError::Indeterminate), unknown);
        let behind = (503, "clock_backwards", None);
        assert_eq!(told(AppError::ClockBackwards(60)), behind);
        for fault in [
            AppError::Inconsistent("a secret"),
            AppError::CoreBanking("a secret".to_owned()),
        ] {
            assert_eq!(told(fault), (500, "fault", None));
        }
    }

    #[test]
    fn the_cause_of_a_fault_stays_in_the_log() {
        let problem = Problem::from(AppError::Inconsistent("a secret"));
        assert!(problem.cause.unwrap().contains("a secret"));
        let document = serde_json::to_string(&problem.document).unwrap();
        assert!(!document.contains("a secret"), "{document}");
    }
}
