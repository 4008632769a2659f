//! The person's own settings: PINs and mail addresses.

use askama::Template;
use jiff::Timestamp;

use super::Shell;
use super::message::{Errors, MessageId};

/// Which PIN is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinKind {
    /// Form value `logon`.
    Logon,
    /// Form value `confirmation`.
    Confirmation,
}

/// `GET /settings/pin`, answered by `POST /settings/pin` with `pin_kind` (`logon` or `confirmation`), `current_pin`,
/// `new_pin`, `new_pin_again`. The result comes through [`Shell::notice`].
#[derive(Template)]
#[template(path = "pin_change.html")]
pub struct PinChangePage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the form.
    pub errors: Errors,
    /// As chosen before.
    pub kind: PinKind,
    /// Fewest characters of a PIN.
    pub min_length: u32,
    /// Most characters of a PIN.
    pub max_length: u32,
    /// Whether passkeys are offered (LOG-8).
    pub passkeys: bool,
}

/// `GET /settings/address`. `POST /settings/address/otp` with `otp_address`, `otp_address_again`,
/// `otp_confirmation_pin` unless it is the first one (and `accept_free_mail=1`); `POST /settings/address/notice` with `notice_address`,
/// `notice_address_again`, `notice_confirmation_pin`.
#[derive(Template)]
#[template(path = "address.html")]
pub struct AddressPage {
    /// The frame.
    pub shell: Shell,
    /// What is wrong with the form that was sent; the field names tell the two forms apart.
    pub errors: Errors,
    /// The OTP address in force.
    pub otp: AddressState,
    /// Until when a change of the OTP address keeps transactions closed (MAIL-6).
    pub hold_until: Option<Timestamp>,
    /// The result-notice address in force.
    pub notice: AddressState,
    /// The form for the OTP address, as typed before.
    pub otp_form: AddressForm,
    /// Whether to ask the person to confirm a free-mail address.
    pub confirm_free_mail: bool,
    /// The form for the result-notice address, as typed before.
    pub notice_form: AddressForm,
    /// Display name of the sender of our mails (MAIL-7).
    pub sender_name: String,
    /// Address of the sender of our mails (MAIL-7).
    pub sender_address: String,
}

/// An address and since when it is in force.
#[derive(Clone, Debug, Default)]
pub struct AddressState {
    /// The address; `None` while none is registered.
    pub address: Option<String>,
    /// Since when.
    pub changed_at: Option<Timestamp>,
}

/// An address typed twice.
#[derive(Clone, Debug, Default)]
pub struct AddressForm {
    /// The address.
    pub address: String,
    /// The address again.
    pub address_again: String,
}
