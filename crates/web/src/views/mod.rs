//! One struct and one template per page. A view holds what its page shows, ready to be written: no rule is decided
//! here, and nothing here knows the other crates.

pub mod admin_tokens;
pub mod demo;
pub mod error;
pub mod format;
pub mod history;
pub mod logon;
pub mod message;
pub mod passkeys;
pub mod settings;
pub mod shell;
pub mod status;
pub mod token;
pub mod transfer;
pub mod transfer_confirm;

pub use shell::Shell;
