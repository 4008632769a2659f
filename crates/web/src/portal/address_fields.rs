//! The three forms for a mail address: their fields, and which refusal belongs to which field.

use warifu_app::use_cases::request_address::RequestAddress;
use warifu_domain::address::AddressPurpose;
use warifu_domain::refusal::Refusal;

use super::cx::Cx;
use super::failure::Failure;
use super::posted::Fields;
use crate::views::message::{Errors, MessageId};

/// Field names of one form.
pub(super) struct AddressFields {
    pub(super) purpose: AddressPurpose,
    pub(super) address: &'static str,
    pub(super) again: &'static str,
    /// Where the confirmation PIN is asked.
    pub(super) pin: Option<&'static str>,
}

impl AddressFields {
    /// What was typed, as the use case takes it.
    pub(super) fn command<'a>(&self, form: &'a Fields) -> Result<RequestAddress<'a>, Failure> {
        Ok(RequestAddress {
            purpose: self.purpose,
            address: form.get(self.address)?,
            repeated: form.get(self.again)?,
            warned: form.maybe("accept_free_mail").is_some(),
            confirmation_pin: self.pin.map(|pin| form.get(pin)).transpose()?,
        })
    }

    /// Fields left empty.
    pub(super) fn left_empty(&self, form: &Fields) -> Result<Errors, Failure> {
        let names = [Some(self.address), Some(self.again), self.pin];
        form.left_empty(&names.into_iter().flatten().collect::<Vec<_>>())
    }

    /// A refusal at its field.
    pub(super) fn errors(&self, cx: &Cx, refusal: &Refusal) -> Errors {
        let message = cx.message(refusal);
        match (refusal, self.pin) {
            (Refusal::AddressMismatch, _) => Errors::default().field(self.again, message),
            (Refusal::AddressMalformed | Refusal::FreeMail | Refusal::AddressUnchanged, _) => {
                Errors::default().field(self.address, message)
            }
            (Refusal::WrongAnswer | Refusal::MissingAnswer, Some(pin)) => {
                Errors::default().field(pin, MessageId::ConfirmationPinWrong)
            }
            _ => Errors::page(message),
        }
    }
}
