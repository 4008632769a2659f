//! The way in and out: logon, grid cells, first OTP address, logged off.

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;

use super::Shell;
use super::message::Errors;
use super::token::TokenKind;

/// `GET /logon`, answered by `POST /logon` with `contract_id`, `user_id`, `logon_pin`.
/// The notice "session ended" comes through [`Shell::notice`].
#[derive(Template)]
#[template(path = "logon.html")]
pub struct LogonPage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the form.
    pub errors: Errors,
    /// As typed before.
    pub contract_id: String,
    /// As typed before.
    pub user_id: String,
    /// What the next screen asks.
    pub follows: Follows,
    /// Whether a passkey may stand for ID and PIN (LOG-8).
    pub passkeys: bool,
    /// Display name of the sender of our mails (MAIL-7).
    pub sender_name: String,
    /// Address of the sender of our mails (MAIL-7).
    pub sender_address: String,
}

/// What follows the first step of a logon, as far as it can be told before anybody says who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Follows {
    /// The grid card's cells.
    pub grid: bool,
    /// The token's code, of everybody or of whoever has a token.
    pub token: bool,
}

/// `GET /logon/token`, answered by `POST /logon/token` with `token_code` (LOG-2, S4 figure 1).
#[derive(Template)]
#[template(path = "logon_token.html")]
pub struct LogonTokenPage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the code.
    pub errors: Errors,
    /// What the token is.
    pub kind: TokenKind,
    /// Its serial, masked: enough to tell which one of several it is.
    pub serial: String,
    /// How many digits it shows.
    pub digits: usize,
    /// For how long it shows one code.
    pub period_secs: u32,
}

/// `GET /logon/grid`, answered by `POST /logon/grid` with `cell_0`, `cell_1`, … (LOG-4).
#[derive(Template)]
#[template(path = "logon_grid.html")]
pub struct LogonGridPage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong; a wrong answer never says which cell.
    pub errors: Errors,
    /// Names of the cells asked for, such as `B3`, in the order of the fields.
    pub cells: Vec<String>,
}

/// Whether registering an OTP address may wait (MAIL-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skip {
    /// Until the day before this one, the mandatory date.
    Before(Date),
    /// The profile names no mandatory date yet.
    Undated,
    /// It is mandatory.
    Closed,
}

/// `GET /logon/address`, answered by `POST /logon/address` with `otp_address`, `otp_address_again` and, after the
/// advice on free mail, `accept_free_mail=1`; or by `POST /logon/address/skip`.
#[derive(Template)]
#[template(path = "logon_address.html")]
pub struct LogonAddressPage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the form.
    pub errors: Errors,
    /// As typed before.
    pub otp_address: String,
    /// As typed before.
    pub otp_address_again: String,
    /// Whether to ask the person to confirm a free-mail address.
    pub confirm_free_mail: bool,
    /// Whether this may wait.
    pub skip: Skip,
    /// Display name of the sender of our mails (MAIL-7).
    pub sender_name: String,
    /// Address of the sender of our mails (MAIL-7).
    pub sender_address: String,
}

/// Asks for the code mailed to a new address. Answered by `POST {base_path}/verify` with `address_code`, or by
/// `POST {base_path}/resend`.
#[derive(Template)]
#[template(path = "address_verify.html")]
pub struct AddressVerifyPage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the form.
    pub errors: Errors,
    /// `/logon/address/{change}` or `/settings/address/{change}`.
    pub base_path: String,
    /// Where the person goes who gives it up.
    pub back_path: &'static str,
    /// The new address, masked.
    pub sent_to: String,
    /// When the code ends.
    pub expires_at: Timestamp,
    /// Display name of the sender of our mails (MAIL-7).
    pub sender_name: String,
    /// Address of the sender of our mails (MAIL-7).
    pub sender_address: String,
}

/// `GET /logged-off`, after `POST /logoff`.
#[derive(Template)]
#[template(path = "logoff.html")]
pub struct LogoffPage {
    /// The frame.
    pub shell: Shell,
}
