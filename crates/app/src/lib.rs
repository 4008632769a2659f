//! The use cases of Warifu, one file each: read → decide → commit.
//!
//! What may happen is decided in `domain`, what is kept is in `store`; here they are put together,
//! with what is slow (hashing PINs) or outside (mail, the bank's core system) behind ports. No
//! status codes, no pages, no SQL.

mod app_signature;
mod audit;
mod context;
mod error;
mod ledger;
mod mail_texts;
mod master;
mod outbox;
mod passkey;
mod pin_hash;
mod pin_pool;
pub mod ports;
pub mod use_cases;
mod web_push;

pub use context::{App, Origin, Parts};
pub use error::{AppError, Outcome};
pub use ledger::{EmbeddedLedger, OTHER_BANKS};
pub use master::Named;
pub use pin_pool::PinPool;
pub use warifu_domain as domain;
pub use web_push::{Push, is_host_name};
