//! A mailer that keeps what it is handed, and can be told to fail.

use std::sync::{Arc, Mutex};

use warifu_app::ports::{Answer, MailFailure, Mailer, OutgoingMail};

use crate::clock::ManualClock;

/// A mail as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// Message-ID.
    pub message_id: String,
    /// Recipient.
    pub to: String,
    /// Sender.
    pub from: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
}

/// Captured mail.
#[derive(Default)]
pub struct Mailbox {
    received: Mutex<Vec<Received>>,
    failing: Mutex<Option<MailFailure>>,
    slow: Mutex<Option<(Arc<ManualClock>, i64)>>,
}

impl Mailbox {
    /// Everything so far, the oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<Received> {
        self.received.lock().expect("not poisoned").clone()
    }

    /// The newest mail to an address.
    #[must_use]
    pub fn last_to(&self, address: &str) -> Option<Received> {
        self.all().into_iter().rev().find(|mail| mail.to == address)
    }

    /// From now on every mail is answered like this; `None` heals it.
    pub fn fail_with(&self, failure: Option<MailFailure>) {
        *self.failing.lock().expect("not poisoned") = failure;
    }

    /// From now on the clock goes on by `secs` while a mail is taken.
    pub fn take_secs(&self, clock: &Arc<ManualClock>, secs: i64) {
        *self.slow.lock().expect("not poisoned") = Some((Arc::clone(clock), secs));
    }
}

impl Received {
    /// The one-time code: the first line that is nothing but 6 to 8 digits.
    #[must_use]
    pub fn code(&self) -> String {
        let is_code =
            |line: &&str| (6..=8).contains(&line.len()) && line.bytes().all(|b| b.is_ascii_digit());
        self.text
            .lines()
            .map(str::trim)
            .find(is_code)
            .expect("a code in the mail")
            .to_owned()
    }
}

impl Mailer for Mailbox {
    fn send<'a>(&'a self, mail: &'a OutgoingMail) -> Answer<'a, Result<(), MailFailure>> {
        Box::pin(async move {
            if let Some((clock, secs)) = &*self.slow.lock().expect("not poisoned") {
                clock.advance_secs(*secs);
            }
            if let Some(failure) = self.failing.lock().expect("not poisoned").clone() {
                return Err(failure);
            }
            self.received.lock().expect("not poisoned").push(Received {
                message_id: mail.message_id.clone(),
                to: mail.to.clone(),
                from: format!("{} <{}>", mail.from_name, mail.from_address),
                subject: mail.subject.clone(),
                text: mail.text.clone(),
            });
            Ok(())
        })
    }
}
