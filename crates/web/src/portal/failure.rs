//! What a handler answers when it has no page of its own to show.

use axum::http::StatusCode;
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use warifu_app::AppError;

use crate::views::message::{Message, MessageId};

/// What handlers return.
pub type Answer = Result<Response, Failure>;

/// A request that can't be answered: an error page, or the way to the logon page.
#[derive(Debug)]
pub enum Failure {
    /// The error page with this message.
    Page(StatusCode, Message),
    /// Nobody is logged on any more.
    NotLoggedOn,
}

impl Failure {
    /// A form that none of our pages sends.
    #[must_use]
    pub fn unreadable() -> Self {
        let message = MessageId::Unreadable.into();
        Self::Page(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// Nothing here.
    #[must_use]
    pub fn not_found() -> Self {
        Self::Page(StatusCode::NOT_FOUND, MessageId::NotFound.into())
    }

    /// A form that came from elsewhere, or from a page of an earlier session.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::Page(StatusCode::FORBIDDEN, MessageId::Forbidden.into())
    }

    /// Too many from one address.
    #[must_use]
    pub fn too_many() -> Self {
        let message = Message::new(MessageId::TooMany).with("minutes", "1");
        Self::Page(StatusCode::TOO_MANY_REQUESTS, message)
    }
}

impl From<AppError> for Failure {
    fn from(fault: AppError) -> Self {
        tracing::error!(%fault, "a request failed");
        let (status, id) = match fault {
            AppError::Busy(_) | AppError::ClockBackwards(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, MessageId::Busy)
            }
            AppError::Indeterminate => (StatusCode::SERVICE_UNAVAILABLE, MessageId::OutcomeUnknown),
            AppError::Store(_) | AppError::CoreBanking(_) | AppError::Inconsistent(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, MessageId::Fault)
            }
        };
        Self::Page(status, id.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Self::Page(status, message) = self else {
            return (StatusCode::SEE_OTHER, [(LOCATION, "/logon")]).into_response();
        };
        let mut response = match status {
            StatusCode::SERVICE_UNAVAILABLE => (status, [(RETRY_AFTER, "5")]).into_response(),
            StatusCode::TOO_MANY_REQUESTS => (status, [(RETRY_AFTER, "60")]).into_response(),
            _ => status.into_response(),
        };
        response.extensions_mut().insert(message);
        response
    }
}
