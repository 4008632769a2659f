//! The page shown when a request can't be answered.

use askama::Template;

use super::Shell;
use super::message::{Message, MessageId};

/// Any refused or failed request outside a form.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The frame.
    pub shell: Shell,
    /// What happened and what to do; one of the `W9…` messages, or `NotPermitted`.
    pub message: Message,
}

impl ErrorPage {
    /// The id of the page's title.
    #[must_use]
    pub fn title_id(&self) -> &'static str {
        match self.message.id {
            MessageId::Forbidden | MessageId::NotPermitted => "error-forbidden",
            MessageId::NotFound => "error-not-found",
            MessageId::Stale => "error-stale",
            MessageId::TooLarge => "error-too-large",
            MessageId::Unreadable => "error-unreadable",
            MessageId::TooMany => "error-too-many",
            MessageId::Busy | MessageId::OutcomeUnknown => "error-busy",
            _ => "error-fault",
        }
    }
}
