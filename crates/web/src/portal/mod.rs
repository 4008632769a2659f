//! The portal's pages, one file each, GET and POST together; and what they share: `cx` (who asks, in
//! which language), `posted` (forms), `failure` and `refusals` (how no is said), `shown` (records as
//! views show them). A handler parses, calls one use case and picks the view; rules live elsewhere.

pub mod cx;
pub mod failure;
pub mod posted;

pub(crate) mod address;
mod address_fields;
pub(crate) mod address_proof;
pub(crate) mod admin_lent_tokens;
pub(crate) mod admin_tokens;
pub(crate) mod bank_search;
mod entry_faults;
pub(crate) mod history;
pub(crate) mod history_detail;
mod history_query;
pub(crate) mod language;
pub(crate) mod logoff;
pub(crate) mod logon;
pub(crate) mod logon_address;
pub(crate) mod logon_grid;
pub(crate) mod logon_passkey;
pub(crate) mod logon_token;
pub(crate) mod passkeys;
pub(crate) mod pin;
mod qr;
mod refusals;
mod shown;
pub(crate) mod status;
pub(crate) mod token;
pub(crate) mod token_issue;
mod token_shown;
pub(crate) mod transfer_confirm;
pub(crate) mod transfer_entry;
mod transfer_form;
pub(crate) mod transfer_result;

pub use cx::{Cx, LoggedOn};
pub use failure::{Answer, Failure};
pub use posted::{Fields, Posted};
