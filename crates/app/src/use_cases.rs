//! One file per use case. Each reads, lets `domain` decide, and commits; a conflict means reading
//! and deciding again.

pub mod accounts;
pub mod answer_authorization;
pub mod answer_logon;
pub mod app_inbox;
pub mod authenticate_client;
pub mod cancel_instruction;
pub mod change_pin;
pub mod confirm_instruction;
pub mod current_session;
pub mod deliver_mail;
pub mod history;
pub mod housekeeping;
pub mod issue_mail_otp;
pub mod load_bank_master;
pub mod logoff;
pub mod open_authorization;
pub mod prepare_confirmation;
pub mod prove_address;
pub mod register_transfer;
pub mod release_person;
pub mod request_address;
pub mod session_opening;
pub mod set_up;
pub mod settle_instruction;
pub mod start_logon;
pub mod status;
pub mod view_authorization;

mod held_tokens;
mod person_records;
mod suspension;
