//! The rules of Warifu.
//!
//! Everything here is a pure function of records, policy, command and `now`. No clock, no database,
//! no HTTP: a rule is found by its name in `requirements.md` and tested without any of those.

pub mod account;
pub mod address;
pub mod audit;
pub mod authorization;
pub mod content;
pub mod contract;
pub mod factor;
#[cfg(test)]
mod fixtures;
pub mod ids;
pub mod instruction;
pub mod limits;
pub mod logon;
pub mod operation;
pub mod person;
pub mod pin;
pub mod policy;
pub mod refusal;
pub mod session;
pub mod text;
pub mod token;

pub use jiff::Timestamp;
