//! Passkeys: logging on with one, and one's own (LOG-8). The only pages of the portal with a script.

use askama::Template;
use jiff::Timestamp;

use super::Shell;
use super::message::Errors;

/// `GET /logon/passkey`, answered by `POST /logon/passkey` with `challenge` and `reply`.
#[derive(Template)]
#[template(path = "logon_passkey.html")]
pub struct LogonPasskeyPage {
    /// The frame.
    pub shell: Shell,
    /// What was refused.
    pub errors: Errors,
    /// Names the challenge.
    pub challenge: String,
    /// For `navigator.credentials.get`, JSON.
    pub options: String,
}

/// One passkey of the person.
#[derive(Clone, Debug)]
pub struct PasskeyRow {
    /// Part of the paths.
    pub id: String,
    /// As its owner calls it.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Last use.
    pub used_at: Option<Timestamp>,
}

/// `GET /settings/passkeys`. `POST /settings/passkeys/new` with `confirmation_pin` begins a new one;
/// `POST /settings/passkeys/{id}/remove` removes one.
#[derive(Template)]
#[template(path = "passkeys.html")]
pub struct PasskeysPage {
    /// The frame.
    pub shell: Shell,
    /// What was refused.
    pub errors: Errors,
    /// The oldest first.
    pub passkeys: Vec<PasskeyRow>,
}

/// Answers `POST /settings/passkeys/new`; itself answered by `POST /settings/passkeys/register` with `passkey_name`, `challenge`
/// and `reply`.
#[derive(Template)]
#[template(path = "passkey_new.html")]
pub struct PasskeyNewPage {
    /// The frame.
    pub shell: Shell,
    /// What was refused.
    pub errors: Errors,
    /// Names the challenge.
    pub challenge: String,
    /// For `navigator.credentials.create`, JSON.
    pub options: String,
}
