//! What is outside the application: the machine's clocks and randomness, and mail that goes nowhere
//! but is looked at.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use jiff::Timestamp;
use warifu_app::ports::{Answer, Clock, Entropy, MailFailure, Mailer, OutgoingMail};

/// The machine's clock.
pub struct MachineClock;

impl Clock for MachineClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The machine's randomness.
pub struct MachineEntropy;

impl Entropy for MachineEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        fill(bytes);
    }
}

/// Fills `bytes` with randomness.
#[expect(clippy::disallowed_methods, reason = "this is the randomness")]
pub fn fill(bytes: &mut [u8]) {
    if getrandom::fill(bytes).is_err() {
        // Codes that could be guessed don't matter here; a measurement that lies would.
        std::process::abort();
    }
}

/// For measuring.
#[expect(clippy::disallowed_methods, reason = "this is a measurement")]
pub fn instant() -> Instant {
    Instant::now()
}

/// Takes every mail and keeps the code of the last one to each address.
#[derive(Default)]
pub struct Mails(Mutex<HashMap<String, String>>);

impl Mails {
    /// The code in the last mail to `address`, once.
    pub fn take_code(&self, address: &str) -> Option<String> {
        let mut mails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        mails.remove(address)
    }
}

impl Mailer for Mails {
    fn send<'a>(&'a self, mail: &'a OutgoingMail) -> Answer<'a, Result<(), MailFailure>> {
        let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
        let mut words = mail.text.split(|c: char| !c.is_ascii_alphanumeric());
        let code = words.rfind(|word| is_code(word));
        let mut mails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        mails.insert(mail.to.clone(), code.unwrap_or_default().to_owned());
        Box::pin(async { Ok(()) })
    }
}
