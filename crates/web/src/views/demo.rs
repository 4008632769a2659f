//! Pages of the demonstration only: the mailbox that stands for the person's telephone, and the clock.

use askama::Template;
use jiff::Timestamp;

use super::Shell;
use super::message::Errors;

/// A mail in the demonstration's mailbox.
#[derive(Clone, Debug)]
pub struct DemoMail {
    /// Part of the path.
    pub id: String,
    /// When it was delivered.
    pub at: Timestamp,
    /// Sender, as the mail program shows it.
    pub from: String,
    /// Receiver.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// `GET /demo/mail`.
#[derive(Template)]
#[template(path = "demo_mailbox.html")]
pub struct DemoMailboxPage {
    /// The frame.
    pub shell: Shell,
    /// Newest first.
    pub mails: Vec<DemoMail>,
}

/// `GET /demo/mail/{id}`.
#[derive(Template)]
#[template(path = "demo_mail.html")]
pub struct DemoMailPage {
    /// The frame.
    pub shell: Shell,
    /// The mail.
    pub mail: DemoMail,
}

/// `GET /demo/clock`, answered by `POST /demo/clock` with `advance_minutes`.
#[derive(Template)]
#[template(path = "demo_clock.html")]
pub struct DemoClockPage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the form.
    pub errors: Errors,
    /// The demonstration's time.
    pub now: Timestamp,
}
