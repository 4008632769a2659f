//! Faults of a transfer's entry, each at its field.

use warifu_domain::content::EntryFault;

use crate::views::message::{Errors, Message, MessageId};

/// All of them, in the order of the page; an empty field is said to be empty.
pub(super) fn errors(faults: &[EntryFault], is_empty: impl Fn(&str) -> bool) -> Errors {
    faults.iter().fold(Errors::default(), |errors, fault| {
        let (field, message) = fault_at(fault);
        if errors.of(field).is_some() {
            errors
        } else if is_empty(field) && field != "account_type" {
            errors.field(field, MessageId::Required)
        } else {
            errors.field(field, message)
        }
    })
}

fn fault_at(fault: &EntryFault) -> (&'static str, Message) {
    let digits = |count: &str| Message::new(MessageId::DigitsWanted).with("digits", count);
    match fault {
        EntryFault::FromAccount => ("debit_account", MessageId::NothingChosen.into()),
        EntryFault::BankCode => ("bank_code", digits("4")),
        EntryFault::BankUnknown => ("bank_code", MessageId::BankUnknown.into()),
        EntryFault::BranchCode => ("branch_code", digits("3")),
        EntryFault::BranchUnknown => ("branch_code", MessageId::BranchUnknown.into()),
        EntryFault::AccountType => ("account_type", MessageId::NothingChosen.into()),
        EntryFault::AccountNumber => ("account_number", digits("7")),
        EntryFault::PayeeName(_) => ("payee_name", MessageId::PayeeNameUnfit.into()),
        EntryFault::PayeeNameDiffers => ("payee_name", MessageId::PayeeNameDiffers.into()),
        EntryFault::Amount => ("amount", MessageId::AmountUnreadable.into()),
    }
}
